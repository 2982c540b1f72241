import { tokenIn } from '../engine/authorization.ts'
import { allErrors } from '../engine/errors.ts'
import { formatInstant, type Instant, parseInstant } from '../engine/time/instant.ts'
import { isRecord } from '../engine/values.ts'
import { AnswerCheck, type Body, type Finding } from './answer-check.ts'
import type { Bindings } from './bindings.ts'
import { jsonOf, overlaps, type RecordedCall } from './call.ts'
import type { ComparedApi, ComparedCall, ReplayedMock, Verdict } from './compared.ts'
import { FactTally } from './facts.ts'
import { Follower } from './follow.ts'
import { isRedacted } from './json.ts'
import { ListJudge } from './list-judge.ts'
import { type CallRoute, callPath, fieldOf, type Routes } from './routes.ts'

interface MockAnswer {
  readonly status: number
  readonly body: unknown
  readonly ignored: string | null
}

/** Plays a recording against a mock, and compares the answers. */
export class Replay {
  readonly facts: FactTally
  readonly #api: ComparedApi
  readonly #routes: Routes
  readonly #mock: ReplayedMock
  readonly #bindings: Bindings
  readonly #tokens: ReadonlyMap<string | undefined, string>
  readonly #follower: Follower
  readonly #lists: ListJudge
  readonly #codes: readonly string[]
  readonly #excuses: ReadonlySet<string>
  /** The excuses that something was found for. */
  readonly used = new Set<string>()
  /** Records of the mock whose IDs no recorded answer tells, by resource. */
  readonly #unbound = new Map<string, unknown[]>()

  /**
   * @param tokens by the token of calls, that of the mock
   * @param excuses IDs of facts, or calls and paths such as `GET /users data[].state`
   */
  constructor(
    api: ComparedApi,
    routes: Routes,
    mock: ReplayedMock,
    bindings: Bindings,
    tokens: ReadonlyMap<string | undefined, string>,
    excuses: readonly string[],
  ) {
    this.#api = api
    this.#routes = routes
    this.#mock = mock
    this.#bindings = bindings
    this.#tokens = tokens
    this.#excuses = new Set(excuses)
    this.#follower = new Follower(api.definitions, routes, mock, bindings)
    this.#lists = new ListJudge(bindings)
    this.#codes = Object.keys(allErrors(api.errors))
    this.facts = new FactTally(api.facts, api.routes)
  }

  /** @param times when each call came, by the clock of the server */
  async *play(calls: readonly RecordedCall[], times: readonly Instant[]): AsyncGenerator<ComparedCall> {
    this.#follower.read(calls)
    const overlapping = overlaps(calls)
    for (const [i, call] of calls.entries()) {
      yield await this.#call(call, i, times[i] as Instant, overlapping.has(i))
    }
  }

  async #call(call: RecordedCall, index: number, time: Instant, isOverlapping: boolean): Promise<ComparedCall> {
    const route = this.#routes.of(call)
    const names = [...new Set(new URLSearchParams(call.query).keys())].join('&')
    const shown = {
      place: call.place,
      at: formatInstant(call.at),
      call: `${call.method} ${route?.row.path ?? shownPath(call.path)}${names && `?${names}`}`,
      status: call.status,
    }
    const unjudged = (verdict: Verdict, why: string, findings: readonly Finding[] = []): ComparedCall => ({
      ...shown,
      verdict,
      why,
      findings,
      followed: [],
    })
    if (call.skipped !== undefined) return unjudged('skipped', call.skipped)
    if (call.status >= 500 || call.status === 429)
      return unjudged('skipped', `the status ${call.status} depends on load, or on a fault`)
    if (!route && call.status !== 404) return unjudged('not offered', 'the mock has no such call')
    if ('unread' in call.body) return unjudged('skipped', `its request cannot be sent again: ${call.body.unread}`)

    if (time > (parseInstant(this.#mock.clock.now()) ?? 0)) await this.#mock.clock.set(formatInstant(time))
    const followed = isOverlapping || !route ? [] : this.#follower.before(call, index, route)
    let mocked = await this.#ask(call, route)
    if (route && call.status < 300 && mocked.status >= 400 && call.method !== 'GET') {
      const explained = await this.#follower.explaining(call, route, async () => {
        const again = await this.#ask(call, route)
        return again.status === call.status ? again : undefined
      })
      if (explained) {
        mocked = explained.answer
        followed.push(...explained.followed)
      }
    }
    if (mocked.status === 401 && call.caller && call.status !== 401)
      return unjudged('skipped', 'its token is not recorded, and another one was made since')
    if (route && mocked.status === 404 && call.status < 400 && this.#namesUnknown(call, route))
      return unjudged(
        'skipped',
        'it names a record that was there before, and that the recording does not show in full',
      )
    if (mocked.status === 400 && call.status < 300 && hasRedacted(jsonOf(call.body)))
      return unjudged('redacted', 'values that the mock needs were removed from its request')
    if (route && mocked.status === 201) this.#rememberCreated(route, call, mocked)
    if (route && call.status === 201 && call.headers.get('ricloud-await') !== '0') {
      mocked = await this.#awaited(call, route, mocked, followed)
    }
    return this.#compared(call, route, mocked, isOverlapping, { ...shown, followed })
  }

  #namesUnknown(call: RecordedCall, route: CallRoute): boolean {
    const all = this.#routes.referencesIn(call, route)
    return all.some(({ resource, id }) => this.#bindings.mocked(resource, id) === undefined)
  }

  /** What the mock answers with, once work that the caller awaited is done as recorded. */
  async #awaited(call: RecordedCall, route: CallRoute, mocked: MockAnswer, followed: string[]): Promise<MockAnswer> {
    const answer = jsonOf(call.answer)
    const own = mocked.body
    if (!route.row.awaits || !call.headers.has('ricloud-await') || !isRecord(answer) || !isRecord(own)) return mocked
    const moved = this.#follower.toState(String(own.resource), own.id, answer)
    if (moved.length === 0) return mocked
    followed.push(...moved)
    const path = `${this.#api.definitions[String(own.resource)]?.path}/${own.id}`
    const view = await this.#send(call, path, 'GET', undefined)
    return { ...mocked, body: view.body }
  }

  #rememberCreated({ row }: CallRoute, { answer }: RecordedCall, { body }: MockAnswer): void {
    const name = row.answers?.[201]
    if (name === undefined || 'json' in answer || !isRecord(body)) return
    this.#unbound.set(name, [...(this.#unbound.get(name) ?? []), body.id])
  }

  /** The value of the mock for a recorded one; that of the oldest record whose answer is not recorded, if it has none. */
  #translate(kind: string, value: unknown, status: number): unknown {
    const known = this.#bindings.mocked(kind, value)
    if (known !== undefined) return typeof value === 'string' ? String(known) : known
    const [unbound] = status < 400 ? (this.#unbound.get(kind)?.splice(0, 1) ?? []) : []
    if (unbound === undefined) return value
    this.#bindings.bind(kind, value, unbound)
    return unbound
  }

  async #ask(call: RecordedCall, route: CallRoute | undefined): Promise<MockAnswer> {
    const { url, json } = route
      ? this.#routes.translated(call, route, (kind, value) => this.#translate(kind, value, call.status))
      : { url: call.path + call.query, json: jsonOf(call.body) }
    return this.#send(call, url, call.method, json)
  }

  async #send(call: RecordedCall, url: string, method: string, json: unknown): Promise<MockAnswer> {
    const headers = new Headers()
    for (const name of ['user-agent', 'ricloud-await']) {
      const value = call.headers.get(name)
      if (value !== undefined) headers.set(name, value.replace(/[^\x20-\x7e]/g, ''))
    }
    const authorization = this.#authorization(call)
    if (authorization !== undefined) headers.set('authorization', authorization)
    const init: RequestInit = { method, headers }
    if (method !== 'GET' && json !== undefined) init.body = JSON.stringify(json)
    const response = await this.#mock.fetch(`https://replay.invalid${url}`, init)
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, body, ignored: response.headers.get('mock-ignored') }
  }

  #authorization({ headers, caller, status }: RecordedCall): string | undefined {
    const header = headers.get('authorization')
    const token = tokenIn(header)
    if (header !== undefined && token === undefined && !isRedacted(header)) return header.replace(/[^\x20-\x7e]/g, '')
    if (header === undefined && (caller === null || status === 401)) return undefined
    const bound = token === undefined ? undefined : this.#bindings.mocked(this.#api.token, token)
    const own = bound ?? this.#tokens.get(token)
    return own === undefined ? `Token ${token?.replace(/[^\x21-\x7e]/g, '') ?? ''}` : `Token ${own}`
  }

  #compared(
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
      (name) => this.#follower.isFollowed(name),
    )
    const findings = check.findings
    const answer = jsonOf(call.answer)
    const mockCode = isRecord(mocked.body) && typeof mocked.body.error === 'string' ? mocked.body.error : null
    const ownCode =
      call.error !== undefined ? call.error : isRecord(answer) && call.status >= 400 ? answer.error : undefined
    const isSame = call.status === mocked.status
    const isAgreed = isSame && (ownCode === undefined || mocked.status < 400 || ownCode === mockCode)
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

/** A path that no route has, without what looks like a value. */
const shownPath = (path: string) =>
  path
    .split('/')
    .slice(0, 8)
    .map((one) => (/^[a-z_]{0,30}$/.test(one) ? one : '*'))
    .join('/')

const hasRedacted = (value: unknown): boolean =>
  isRedacted(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasRedacted))
