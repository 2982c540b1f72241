import type { Incoming } from '../../engine/http/exchange.ts'
import { incomingOf, requestOf, responseOf } from '../../engine/http/fetch.ts'
import type { InterceptingResponder } from '../../engine/http/msw-handlers.ts'
import { isControlPath } from '../../engine/http/url.ts'
import { messageOf } from '../../engine/thrown.ts'
import { nextTurn, within } from '../../engine/time/clock.ts'
import { meanwhile } from '../../ricloud/meanwhile.ts'
import { apiUrl, Mock, type MockOptions } from '../ricloud.ts'
import { deliveryOf, faults, isFault, isMeanwhile, isWebhookKind, type SweepKind } from './kinds.ts'
import type { EndedRun } from './report.ts'
import type { SweepScope } from './scope.ts'

/** What a swept test gets: a mock of its own, and how to call it. */
export interface SweepContext {
  readonly mock: Mock
  readonly token: string
  /** Answers calls from the mock: to a path of the API such as `/users`, or to a URL of any host. */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>
  /** Aborted when the run has ended, or made too many calls. */
  readonly signal: AbortSignal
}

/** A test that gets, beside its context, what answers the calls of its run, for an entry point of its own. */
export type SweepTestOf = (context: SweepContext, run: InterceptingResponder) => unknown

/** The limit of calls in one run; the journal holds as many. */
export const mostCalls = 10_000

interface Plan {
  readonly scope: SweepScope
  /** In real milliseconds. */
  readonly patience: number
  /** How many calls it may make. */
  readonly most: number
  readonly kind?: SweepKind
  /** The number of the call that is struck. */
  readonly number?: number | null
}

/** Runs a test with a mock of its own, and with a fault if the plan has one. */
export async function runOnce(
  test: SweepTestOf,
  { log = () => {}, clock, ...options }: MockOptions,
  { scope, patience, most, number, kind }: Plan,
): Promise<EndedRun> {
  const mock = new Mock({
    ...options,
    ...(kind && isWebhookKind(kind) && { settings: { ...options.settings, ...deliveryOf(kind) } }),
    journal: mostCalls,
    log,
    clock: { frozen: true, start: '2020-02-20T12:00:00Z', ...clock },
  })
  await mock.ready
  const abort = new AbortController()
  const aborted = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()))
  let [count, isEndless] = [0, false]
  let error: string | null = null
  let skipped: string | undefined
  if (number && kind && isFault(kind)) mock.faults.arm({ on: '* /*', nth: number, ...faults[kind] })
  const respond = async (incoming: Incoming) => {
    if (incoming.store === undefined && !isControlPath(incoming.url)) count++
    if (count === number && kind && isMeanwhile(kind)) skipped ??= happen(mock, kind)
    if (count > most) {
      isEndless = true
      abort.abort()
    }
    // An error would let a client go on that retries for ever.
    if (abort.signal.aborted) return new Promise<never>(() => {})
    return mock.respond(incoming)
  }
  const storeOf = (url: string) => mock.storeOf(url)
  const responder: InterceptingResponder = { respond, storeOf, isWebhook: (request) => mock.isWebhook(request) }
  const fetch: SweepContext['fetch'] = async (input, init) => {
    const request = requestOf(input, init, apiUrl)
    const response = responseOf(request, await respond(incomingOf(request, storeOf(request.url))))
    if (response.type === 'error') throw new TypeError('fetch failed', { cause: causeOf(response) })
    return response
  }
  const rejected = (reason: unknown) => {
    error ??= `a rejection that nothing handles: ${messageOf(reason)}`
  }
  const run = async () => {
    try {
      await scope.enter(rejected, () => test({ mock, token: mock.token, fetch, signal: abort.signal }, responder))
    } catch (thrown) {
      error ??= messageOf(thrown)
    }
    // Rejections are told once all promises of this turn have run.
    await nextTurn()
  }
  const isOver = await within(Promise.race([run(), aborted]), patience)
  // What it did not wait for may still be on its way to its receiver.
  const isReceiving = (!kind || isWebhookKind(kind)) && mock.webhooks.deliveries.length > 0
  if (isOver && isReceiving) await within(mock.clock.advance('0s'), patience)
  scope.leave(rejected)
  abort.abort()
  const [requests, { deliveries }] = [mock.requests.list(), mock.webhooks]
  mock.end()
  const outcome: EndedRun['outcome'] = isEndless ? 'endless' : !isOver ? 'hung' : error === null ? 'passed' : 'failed'
  const ended = skipped === undefined ? { outcome, error } : { outcome: 'skipped' as const, error: skipped }
  return { ...ended, requests, deliveries: isReceiving ? deliveries : [] }
}

/** What `responseOf` says of a closed connection. */
const causeOf = (response: Response & { readonly message?: string; readonly code?: string }) =>
  Object.assign(new Error(response.message), { code: response.code })

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
