import { UsageError } from '../engine/errors.ts'
import { matcherOf } from '../engine/faults.ts'
import type { Incoming } from '../engine/http/exchange.ts'
import { incomingOf, responseOf } from '../engine/http/fetch.ts'
import type { Responder } from '../engine/http/msw-handlers.ts'
import { type RequestView, targetOf } from '../engine/journal.ts'
import { either, nearestFirst, printableLine, shown } from '../engine/messages.ts'
import { messageOf } from '../engine/thrown.ts'
import { within } from '../engine/time/clock.ts'
import { type Duration, parseDuration } from '../engine/time/duration.ts'
import { meanwhile } from '../ricloud/meanwhile.ts'
import type { CallPattern } from '../scenario/vocabulary.ts'
import { definition, Mock, type MockOptions } from './ricloud.ts'

/** What each kind of fault does to a call. */
const faults = {
  /** The call is answered with 500, and has no effect. */
  error: { answer: { status: 500 } },
  /** The call is answered with 503, and has no effect. */
  unavailable: { answer: { status: 503 } },
  /** The call is answered with 429 and `Retry-After: 1`, and has no effect. */
  'rate-limited': { answer: { status: 429, retry_after: '1s' } },
  /** The connection is reset before the call has an effect. */
  reset: { close: 'reset' },
  /** The connection is closed without an answer, before the call has an effect. */
  empty: { close: 'empty' },
  /** The call has its effect, and the connection ends in the middle of the answer. */
  cut: { close: 'truncated' },
  /** The call takes 30 s on the virtual clock. */
  slow: { delay: '30s' },
} as const

/** A kind of fault: what happens to a call, or beside the client right before it. */
export type SweepKind = keyof typeof faults | keyof typeof meanwhile

/** Every kind of fault, in the order of a report. */
const allKinds = [...Object.keys(faults), ...Object.keys(meanwhile)] as SweepKind[]

/** A test to sweep: the client's code, and what must hold after it. */
export type SweepTest = (context: SweepContext) => unknown

/** What a swept test gets: a mock of its own, and how to call it. */
export interface SweepContext {
  readonly mock: Mock
  readonly token: string
  /** Answers calls to any host from the mock. */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>
  /** Aborted when the run has ended, or made too many calls. */
  readonly signal: AbortSignal
}

export interface SweepOptions extends Omit<MockOptions, 'strict' | 'worlds' | 'journal'> {
  /** The calls to strike: their numbers, from 1, or patterns such as `POST /polls` and `GET /users/*`; by default all. */
  readonly calls?: readonly (number | CallPattern)[] | undefined
  /** The kinds of faults; by default all. */
  readonly kinds?: readonly SweepKind[] | undefined
  /** The limit of runs; 1,000 by default. */
  readonly runs?: number | undefined
  /** How many runs go on at the same time; 8 by default. */
  readonly parallel?: number | undefined
  /** The real time after which a run counts as hung; `5s` by default. */
  readonly timeout?: Duration | undefined
}

/** What the client did about one fault at one call. */
export interface SweepRun {
  /** The number of the call, from 1, and the call. */
  readonly number: number
  readonly call: string
  readonly kind: SweepKind
  /**
   * `passed`, `failed` with an error, `hung` for longer than the timeout, `endless` after ten times as many calls as
   * without a fault and 20 more, or `skipped` because there was nothing that the fault applies to.
   */
  readonly outcome: 'passed' | 'failed' | 'hung' | 'endless' | 'skipped'
  /** How often the client made the call again. */
  readonly retries: number
  /** Why it failed, or was skipped. */
  readonly error: string | null
  /** What was created more often than without the fault: `POST /polls created 2 instead of 1`. */
  readonly duplicates: readonly string[]
}

export interface SweepReport {
  /** The calls of the test without a fault. */
  readonly calls: readonly string[]
  readonly runs: readonly SweepRun[]
  /** The runs that hung, did not end, or created something more often than without the fault. */
  readonly problems: readonly SweepRun[]
  /** The report as lines of text: the problems first, then a line for each call. */
  readonly text: string
}

/**
 * Runs a test without a fault, and then once for each of its calls and each kind of fault, each time with a mock of its
 * own, whose clock is frozen. The test must make all its calls with the `fetch` that it gets.
 *
 * @throws an Error if the test fails without a fault, makes no call, makes other calls when it is repeated, or needs more
 *   runs than the limit; or if an option is invalid
 */
export function sweep(test: SweepTest, options: SweepOptions = {}): Promise<SweepReport> {
  return sweepThrough((context) => test(context), options)
}

/** A test that gets, beside its context, what answers the calls of its run, for an entry point of its own. */
export type SweepTestOf = (context: SweepContext, run: Responder) => unknown

/** As `sweep`. */
export async function sweepThrough(
  test: SweepTestOf,
  { calls, kinds = allKinds, runs = 1000, parallel = 8, timeout = '5s', ...options }: SweepOptions,
): Promise<SweepReport> {
  for (const kind of kinds) if (!allKinds.includes(kind)) throw unknownKind(kind)
  for (const call of calls ?? []) requirePattern(call)
  requirePositive({ runs, parallel })
  const patience = parseDuration(timeout) / 1000
  const clean = () => runOnce(test, options, { patience, most: mostCalls })
  const base = await clean()
  if (base.outcome !== 'passed') {
    throw new UsageError(
      `Failed to sweep: the test ${base.outcome} without a fault: ${base.error ?? `it took more than ${timeout}`}.`,
    )
  }
  if (base.requests.length === 0) {
    throw new UsageError(
      'Failed to sweep: the test made no call to the mock. It must use the `fetch` that it gets, or any client with `setupRicloud().listen().sweep(test)`; a command must call RICLOUD_URL.',
    )
  }
  requireRepeatable(base.requests, (await clean()).requests)
  const numbers = calls
    ? [...new Set(calls.flatMap((call) => numbersOf(call, base.requests)))]
    : base.requests.map((_, i) => i + 1)
  const wanted = numbers.flatMap((number) => kinds.map((kind) => ({ number, kind })))
  if (wanted.length > runs) {
    throw new UsageError(
      `Failed to sweep: ${numbers.length} calls and ${kinds.length} kinds of faults need ${wanted.length} runs, and the limit is ${runs}: choose \`calls\` or \`kinds\`, or allow more \`runs\`.`,
    )
  }
  const most = Math.min(mostCalls, base.requests.length * 10 + 20)
  const done: SweepRun[] = []
  const queue = wanted.entries()
  const work = async () => {
    for (const [i, { number, kind }] of queue) {
      const run = await runOnce(test, options, { patience, most, number, kind })
      done[i] = judged(base.requests, run, number, kind)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, wanted.length) }, work))
  return reportOf(base.requests.map(lineOf), done)
}

/** The limit of calls in one run; the journal holds as many. */
const mostCalls = 10_000

function requirePattern(call: unknown): void {
  if (typeof call === 'number') return
  const { error } = definition.language.callPattern.safeParse(call)
  if (error) throw new UsageError(`Failed to sweep: calls: ${error.issues[0]?.message}`)
}

/** The numbers of the calls that are meant: one, or all that match a pattern. */
function numbersOf(call: number | CallPattern, requests: readonly RequestView[]): number[] {
  const matches = typeof call === 'number' ? undefined : matcherOf(call)
  const numbers = requests.flatMap(({ method, path }, i) =>
    (matches?.(method, path) ?? call === i + 1) ? [i + 1] : [],
  )
  if (numbers.length > 0) return numbers
  throw new UsageError(
    `Failed to sweep: there is no call ${shown(call)}; the test made ${requests.length}: ${requests.slice(0, 10).map(lineOf).map(printableLine).join(', ')}${requests.length > 10 ? ', …' : ''}.`,
  )
}

interface Plan {
  /** In real milliseconds. */
  readonly patience: number
  /** How many calls it may make. */
  readonly most: number
  readonly number?: number
  readonly kind?: SweepKind
}

interface Ended {
  readonly outcome: SweepRun['outcome']
  readonly error: string | null
  readonly requests: readonly RequestView[]
}

/** Runs a test with a mock of its own, and with a fault if the plan has one. */
async function runOnce(
  test: SweepTestOf,
  { log = () => {}, clock, ...options }: MockOptions,
  { patience, most, number, kind }: Plan,
): Promise<Ended> {
  const mock = new Mock({
    ...options,
    journal: mostCalls,
    log,
    clock: { frozen: true, start: '2020-02-20T12:00:00Z', ...clock },
  })
  await mock.ready
  const abort = new AbortController()
  let [count, isEndless] = [0, false]
  let skipped: string | undefined
  if (number !== undefined && kind !== undefined && isFault(kind))
    mock.faults.arm({ on: '* /*', nth: number, ...faults[kind] })
  const respond = async (incoming: Incoming) => {
    if (incoming.store === undefined && !incoming.url.startsWith('/_mock')) count++
    if (count === number && kind !== undefined && !isFault(kind)) skipped ??= happen(mock, kind)
    if (count > most) {
      isEndless = true
      abort.abort()
    }
    if (abort.signal.aborted) throw new TypeError('The run of this sweep has ended.')
    return mock.respond(incoming)
  }
  const storeOf = (url: string) => mock.storeOf(url)
  const responder: Responder = { respond, storeOf, isWebhook: (request) => mock.isWebhook(request) }
  const fetch: SweepContext['fetch'] = async (input, init) => {
    const request = typeof input === 'string' || input instanceof URL ? new Request(input, init) : input
    const response = responseOf(request, await respond(incomingOf(request, storeOf(request.url))))
    if (response.type === 'error') throw new TypeError('fetch failed', { cause: causeOf(response) })
    return response
  }
  let error: string | null = null
  const run = async () => {
    try {
      await test({ mock, token: mock.token, fetch, signal: abort.signal }, responder)
    } catch (thrown) {
      error = messageOf(thrown)
    }
  }
  const isOver = await within(run(), patience)
  abort.abort()
  const requests = mock.requests.list()
  mock.end()
  const ended = isEndless ? 'endless' : !isOver ? 'hung' : error === null ? 'passed' : 'failed'
  return skipped === undefined ? { outcome: ended, error, requests } : { outcome: 'skipped', error: skipped, requests }
}

/** What `responseOf` says of a closed connection. */
const causeOf = (response: Response & { readonly message?: string; readonly code?: string }) =>
  Object.assign(new Error(response.message), { code: response.code })

const isFault = (kind: SweepKind): kind is keyof typeof faults => Object.hasOwn(faults, kind)

/** Lets something happen beside the client. Returns why it cannot. */
function happen(mock: Mock, kind: keyof typeof meanwhile): string | undefined {
  const { do: name, ...options } = meanwhile[kind]
  try {
    mock.actions[name](options as never)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

const lineOf = (request: RequestView) => `${request.method} ${targetOf(request)}`

/** What makes two calls the same. */
const sameness = (request: RequestView) => `${lineOf(request)} ${JSON.stringify(request.body)}`

function requireRepeatable(first: readonly RequestView[], second: readonly RequestView[]): void {
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [one, other] = [first[i], second[i]]
    if (one && other && sameness(one) === sameness(other) && one.status === other.status) continue
    const named = (request: RequestView | undefined) =>
      request
        ? `${printableLine(lineOf(request))} with ${shown(request.body)}, answered with ${request.status}`
        : 'nothing'
    throw new UsageError(
      `Failed to sweep: the test is not repeatable. Its call ${i + 1} was first ${named(one)}, and then ${named(other)}.`,
    )
  }
}

function judged(
  base: readonly RequestView[],
  { requests, ...ended }: Ended,
  number: number,
  kind: SweepKind,
): SweepRun {
  const struck = base[number - 1] as RequestView
  const countOf = (of: readonly RequestView[]) => of.filter((one) => sameness(one) === sameness(struck)).length
  return {
    number,
    call: lineOf(struck),
    kind,
    ...ended,
    retries: Math.max(0, countOf(requests) - countOf(base)),
    duplicates: duplicatesIn(base, requests),
  }
}

/** What was created more often than without a fault, by calls that are the same. */
function duplicatesIn(base: readonly RequestView[], requests: readonly RequestView[]): string[] {
  const before = createdIn(base)
  return Array.from(createdIn(requests).values()).flatMap(({ call, same, count }) => {
    const usual = before.get(same)?.count ?? 0
    return count > Math.max(1, usual) ? [`${call} created ${count} instead of ${Math.max(1, usual)}`] : []
  })
}

function createdIn(requests: readonly RequestView[]) {
  const created = new Map<string, { readonly call: string; readonly same: string; readonly count: number }>()
  for (const request of requests) {
    if (request.status !== 201) continue
    const same = sameness(request)
    created.set(same, { call: lineOf(request), same, count: (created.get(same)?.count ?? 0) + 1 })
  }
  return created
}

function reportOf(calls: readonly string[], runs: readonly SweepRun[]): SweepReport {
  const problems = runs.filter(
    ({ outcome, duplicates }) => outcome === 'hung' || outcome === 'endless' || duplicates.length > 0,
  )
  const text = [
    `${calls.length} calls, ${runs.length} runs, ${problems.length} problems`,
    ...problems.map((run) => `problem: ${describeRun(run)}`),
    ...runs.map(describeRun),
  ]
  return { calls, runs, problems, text: text.map(printableLine).join('\n') }
}

function describeRun({ number, call, kind, outcome, retries, error, duplicates }: SweepRun): string {
  const retried = retries > 0 ? `, ${retries === 1 ? 'retried' : `retried ${retries} times`}` : ''
  const why = error === null ? '' : ` (${error})`
  return `${number} ${call}, ${kind}: ${outcome}${why}${retried}${duplicates.map((what) => `; ${what}`).join('')}`
}

function requirePositive(numbers: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && (value as number) > 0) continue
    throw new UsageError(`Failed to sweep: ${name} must be a positive integer, got ${shown(value)}.`, [])
  }
}

const unknownKind = (kind: string) =>
  new UsageError(
    `Failed to sweep: no kind of fault is called ${shown(kind)}${nearestFirst(String(kind), allKinds, `there are ${either(allKinds)}`)}`,
  )
