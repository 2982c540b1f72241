import { tokenIn } from '../engine/authorization.ts'
import { isLocal } from '../engine/local-folder.ts'
import { formatInstant, type Instant, parseInstant } from '../engine/time/instant.ts'
import { isRecord, listAt } from '../engine/values.ts'
import type { Finding } from './answer-check.ts'
import type { Bindings } from './bindings.ts'
import { jsonOf, overlaps, type RecordedCall } from './call.ts'
import { CallJudge, type MockAnswer } from './call-judge.ts'
import type { ComparedApi, ComparedCall, ReplayedMock, Verdict } from './compared.ts'
import { Follower } from './follow.ts'
import { idText, isRedacted } from './json.ts'
import type { CallRoute, Routes } from './routes.ts'

/** Plays a recording against a mock, and compares the answers. */
export class Replay {
  readonly #api: ComparedApi
  readonly #routes: Routes
  readonly #mock: ReplayedMock
  readonly #bindings: Bindings
  readonly #tokens: ReadonlyMap<string | undefined, string>
  readonly #follower: Follower
  readonly #hasFolder: boolean
  readonly judge: CallJudge
  /** Records that a call changed which was not made, by resource and ID. */
  readonly #changed = new Set<string>()
  /** Records of the mock whose IDs no recorded answer tells, by resource. */
  readonly #unbound = new Map<string, unknown[]>()

  /**
   * @param tokens by the token of calls, that of the mock
   * @param excuses IDs of facts, or calls and paths such as `GET /users data[].state`
   * @param hasFolder whether configs of the mock may name any local folder
   */
  constructor(
    api: ComparedApi,
    routes: Routes,
    mock: ReplayedMock,
    bindings: Bindings,
    tokens: ReadonlyMap<string | undefined, string>,
    excuses: readonly string[],
    hasFolder: boolean,
  ) {
    this.#hasFolder = hasFolder
    this.#api = api
    this.#routes = routes
    this.#mock = mock
    this.#bindings = bindings
    this.#tokens = tokens
    this.#follower = new Follower(api.definitions, routes, mock, bindings)
    this.judge = new CallJudge(api, bindings, excuses, (name, body) => {
      return !this.#changed.has(`${name} ${idText(body.id)}`) && this.#follower.isFollowed(name, body)
    })
  }

  /** @param times when each call came, by the clock of the server */
  async *play(calls: readonly RecordedCall[], times: readonly Instant[]): AsyncGenerator<ComparedCall> {
    this.#follower.read(calls)
    const overlapping = overlaps(calls)
    for (const [i, call] of calls.entries()) {
      const compared = await this.#call(call, i, times[i] as Instant, overlapping.has(i))
      if (compared.verdict === 'skipped') this.#forget(call)
      yield compared
    }
  }

  /** Notes which records a call that is not made may have changed: their states are not known from there on. */
  #forget(call: RecordedCall): void {
    const route = this.#routes.of(call)
    const hasActed = call.status < 300 || call.status >= 500
    if (!route || !hasActed || call.method === 'GET') return
    for (const { resource, id } of this.#routes.referencesIn(call, route))
      this.#changed.add(`${resource} ${idText(id)}`)
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
    if (this.#hasFolder && call.status === 400 && namesFolder(jsonOf(call.body)))
      return unjudged('skipped', 'which folders the server may write to is not known')

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
    const isLacking =
      (mocked.status === 404 && call.status < 400) ||
      (call.method !== 'GET' && mocked.status >= 400 && call.status >= 400 && isOtherRefusal(call, mocked))
    if (route && isLacking && this.#namesUnknown(call, route))
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
    return this.judge.compared(call, route, mocked, isOverlapping, { ...shown, followed })
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
    listAt(this.#unbound, name).push(body.id)
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
}

/** Whether a call was refused for another reason than the mock names. */
function isOtherRefusal(call: RecordedCall, mocked: MockAnswer): boolean {
  const answer = jsonOf(call.answer)
  const code = call.error ?? (isRecord(answer) ? answer.error : undefined)
  if (code === undefined || isRedacted(code)) return call.status !== mocked.status
  return isRecord(mocked.body) && mocked.body.error !== code
}

/** A path that no route has, without what looks like a value. */
const shownPath = (path: string) =>
  path
    .split('/')
    .slice(0, 8)
    .map((one) => (/^[a-z_]{0,30}$/.test(one) ? one : '*'))
    .join('/')

const within = (isMeant: (text: string) => boolean) =>
  function isIn(value: unknown): boolean {
    if (typeof value === 'string') return isMeant(value)
    return typeof value === 'object' && value !== null && Object.values(value).some(isIn)
  }

const hasRedacted = within(isRedacted)

/** Whether a value holds the URL of a file on a server, or of a folder. */
export const namesFolder = within(isLocal)
