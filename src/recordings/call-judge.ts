import { allErrors } from '../engine/errors.ts'
import { isRecord } from '../engine/values.ts'
import { AnswerCheck, type Body, type Finding, type HasState } from './answer-check.ts'
import type { Bindings } from './bindings.ts'
import { jsonOf, type RecordedCall } from './call.ts'
import type { ComparedApi, ComparedCall } from './compared.ts'
import { FactTally } from './facts.ts'
import { isRedacted } from './json.ts'
import { ListJudge } from './list-judge.ts'
import { type CallRoute, callPath, fieldOf } from './routes.ts'

/** What the mock answered a recorded call with. */
export interface MockAnswer {
  readonly status: number
  readonly body: unknown
  readonly ignored: string | null
}

/** Compares the recorded answer to each call with that of the mock. */
export class CallJudge {
  readonly facts: FactTally
  /** The excuses that something was found for. */
  readonly used = new Set<string>()
  readonly #api: ComparedApi
  readonly #bindings: Bindings
  readonly #lists: ListJudge
  readonly #codes: readonly string[]
  readonly #excuses: ReadonlySet<string>
  readonly #isFollowed: HasState

  /**
   * @param excuses IDs of facts, or calls and paths such as `GET /users data[].state`
   * @param isFollowed whether the mock follows the recording in the state of a record, because others than the client decide on it
   */
  constructor(api: ComparedApi, bindings: Bindings, excuses: readonly string[], isFollowed: HasState) {
    this.#api = api
    this.#bindings = bindings
    this.#excuses = new Set(excuses)
    this.#isFollowed = isFollowed
    this.#lists = new ListJudge(bindings)
    this.#codes = Object.keys(allErrors(api.errors))
    this.facts = new FactTally(api.facts, api.routes)
  }

  /** What is found of a call: its verdict, and where the two answers differ. */
  compared(
    call: RecordedCall,
    route: CallRoute | undefined,
    mocked: MockAnswer,
    isOverlapping: boolean,
    shown: Omit<ComparedCall, 'verdict' | 'findings'>,
  ): ComparedCall {
    const check = new AnswerCheck(
      this.#api.definitions,
      this.#bindings,
      (...seen) => this.facts.attribute(...seen),
      this.#isFollowed,
    )
    const findings = check.findings
    const answer = jsonOf(call.answer)
    const mockCode = isRecord(mocked.body) && typeof mocked.body.error === 'string' ? mocked.body.error : null
    const ownCode =
      call.error !== undefined ? call.error : isRecord(answer) && call.status >= 400 ? answer.error : undefined
    const isSame = call.status === mocked.status
    const isAgreed =
      isSame && (ownCode === undefined || isRedacted(ownCode) || mocked.status < 400 || ownCode === mockCode)
    const names = [...new URLSearchParams(call.query).keys()].map((name) => fieldOf(name))
    const path = (route && callPath(route.row.path)) ?? call.path
    const facts = isAgreed ? [] : this.facts.call(call.method, path, names, mockCode, false)
    const contradict = (path: string, text: string, of: readonly string[] = []) =>
      findings.push({ verdict: 'contradicts', path, text, facts: of })
    if (!isSame) {
      const code = typeof ownCode === 'string' && this.#codes.includes(ownCode) ? ` (${ownCode})` : ''
      const why = mockCode === null ? '' : ` (${mockCode}${paramsOf(mocked.body)})`
      contradict('status', `is ${call.status}${code}; the mock answers ${mocked.status}${why}`, facts)
    } else if (!isAgreed && answer === undefined) {
      contradict(
        'error',
        `is ${this.#codes.includes(String(ownCode)) ? `"${ownCode}"` : 'another code'}; the mock has "${mockCode}"`,
        facts,
      )
    }
    if (answer !== undefined) {
      const since = findings.length
      this.#body(check, call, route, answer, isSame && !isOverlapping ? mocked.body : undefined, isOverlapping)
      if (!isAgreed && isSame)
        for (let i = since; i < findings.length; i++) findings[i] = { ...(findings[i] as Finding), facts }
    }
    if (isAgreed && (answer !== undefined || mocked.status >= 400))
      this.#agree(call.method, path, names, mockCode, findings)
    const left = findings.filter(({ verdict }) => verdict === 'contradicts')
    const open = left.filter((finding) => !this.#isExcused(`${call.method} ${route?.row.path}`, finding))
    this.facts.endCall(left.length > 0 && open.length === 0)
    const redacted = findings.some(({ verdict }) => verdict === 'redacted')
    const verdict = open.length > 0 ? 'contradicts' : left.length > 0 ? 'excused' : redacted ? 'redacted' : 'agrees'
    const parts = [
      ...('unread' in call.answer ? [`only its status: its answer is left out, since ${call.answer.unread}`] : []),
      ...(isOverlapping ? ['it overlaps another call, so its form alone is judged'] : []),
      ...(mocked.ignored && isSame ? [`the mock ignores the parameters ${mocked.ignored}`] : []),
    ]
    return { ...shown, verdict, findings, ...(parts.length > 0 && { why: parts.join('; ') }) }
  }

  /** Facts of a call that has the right status: its answer decides them too, as far as its words differ. */
  #agree(method: string, path: string, names: readonly string[], code: string | null, findings: Finding[]): void {
    const isWord = ({ path }: Finding) => path === 'state' || path === 'type' || path === 'error'
    const words = findings.filter(isWord)
    if (words.length === 0 && findings.length > 0) return
    const facts = this.facts.call(method, path, names, code, findings.length === 0)
    for (const [i, finding] of findings.entries())
      if (isWord(finding)) findings[i] = { ...finding, facts: [...finding.facts, ...facts] }
  }

  #body(
    check: AnswerCheck,
    call: RecordedCall,
    route: CallRoute | undefined,
    answer: unknown,
    mocked: unknown,
    isOverlapping: boolean,
  ): void {
    if (call.status >= 400) {
      check.error(this.#codes, answer, mocked)
      return
    }
    const answers = route?.row.answers ?? {}
    const name = answers[call.status as 200 | 201] ?? Object.values(answers)[0] ?? ''
    const item = name.replace(/_list$/, '')
    if (Object.hasOwn(this.#api.definitions, name)) check.record(name, answer, mocked, '')
    else if (Object.hasOwn(this.#api.definitions, item)) this.#list(check, call, item, answer, mocked, isOverlapping)
  }

  #list(
    check: AnswerCheck,
    call: RecordedCall,
    item: string,
    answer: unknown,
    mocked: unknown,
    isOverlapping: boolean,
  ): void {
    check.list(item, answer, mocked, '')
    if (call.method !== 'GET' || isOverlapping || !isRecord(answer) || !Array.isArray(answer.data) || !isRecord(mocked))
      return
    const search = new URLSearchParams(call.query)
    const isPage =
      ['limit', 'after_id', 'before_id'].some((one) => search.has(one)) ||
      answer.has_more === true ||
      mocked.has_more === true
    for (const one of ['limit', 'after_id', 'before_id']) search.delete(one)
    const query = `${call.path}?${search}`
    for (const found of this.#lists.findings(item, query, isPage, answer, mocked as Body)) {
      const facts = found.path === 'total_count' ? this.facts.attribute('list', 'total_count', answer, false) : []
      check.findings.push({ verdict: 'contradicts', ...found, facts })
    }
    if (answer.total_count === mocked.total_count && !check.findings.some(({ path }) => path === 'total_count'))
      this.facts.attribute('list', 'total_count', answer, true)
  }

  #isExcused(call: string, { path, facts }: Finding): boolean {
    const keys = [`${call} ${path.replaceAll(/\[\d+\]/g, '[]')}`, ...facts]
    const used = keys.filter((key) => this.#excuses.has(key))
    for (const key of used) this.used.add(key)
    return used.length > 0
  }
}

/** The names of the parameters at fault in an error of the mock. */
function paramsOf(body: unknown): string {
  const names = isRecord(body) && isRecord(body.params) ? Object.keys(body.params).slice(0, 5) : []
  return names.length > 0 ? `: ${names.join(', ')}` : ''
}
