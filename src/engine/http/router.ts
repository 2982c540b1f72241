import type * as z from 'zod'
import { ApiError, apiErrors, type Evidence, invalidParameter, moreFaults } from '../errors.ts'
import type { Close, Fault } from '../faults.ts'
import { nearest } from '../messages.ts'
import { maxProblems } from '../problems.ts'
import { type Reason, reasonHeader } from '../reason.ts'
import type { CallInput, ReceivedCall } from '../recorder.ts'
import { cut } from '../text.ts'
import { stackOf } from '../thrown.ts'
import { stopwatch } from '../time/clock.ts'
import type { Instant } from '../time/instant.ts'
import type { Timeline } from '../time/timeline.ts'
import type { Answer, HeaderValues, Incoming } from './exchange.ts'
import { bodyLimit, type Ignore, parse, readBody } from './parse.ts'
import { RouteTree } from './route-tree.ts'
import { pathOf, searchOf } from './url.ts'

/** A completed call. */
export interface CompletedCall<Context> {
  /** What `began` returned. */
  readonly id: number
  readonly at: Instant
  readonly incoming: Incoming
  readonly headers: HeaderValues
  readonly body: string
  readonly route: Route<Context> | undefined
  /** Undefined if the call was rejected before its caller was known. */
  readonly context: Context | undefined
  /** With the status 0 if the connection was closed instead. */
  readonly answer: Answer
  /** The result of the handler; undefined where it is JSON. */
  readonly view: object | undefined
  readonly params: RequestParts<unknown>['params'] | undefined
  readonly error: ApiError | undefined
  readonly fault: Fault | undefined
  /** The page that a list answered with. */
  readonly page: Result['page']
  readonly ignored: readonly string[]
  /** The duration in real time. */
  readonly milliseconds: number
  /** What `received` returned. */
  readonly input: CallInput | undefined
}

/** Observers of a router: the scenario, which may inject faults, the recorder and the journal. */
export interface RouterHooks<Context> {
  /** Called before all others; returns the ID of the call. */
  began(incoming: Incoming): number
  /** Called once the body is read, before the call has any effect; records the call. */
  received(call: ReceivedCall): CallInput | undefined
  /** Called when a call that waited goes on. */
  resumed(input: CallInput): void
  /** Called before a call is handled; returns the fault that strikes it, if any. */
  strike(method: string, path: string): Fault | undefined
  /** Called after a call succeeded, with its result, whose view is undefined for a list. */
  answered(method: string, path: string, context: Context, result: Pick<Result, 'view'>): void
  /** Called after every call. */
  completed(call: CompletedCall<Context>): void
  /** The reason for the header `Mock-Reason`; undefined if it is not wanted, or there is none. */
  reason(incoming: Incoming, outcome: Outcome<Context>): Reason | undefined
}

/** What became of a call. */
export type Outcome<Context> = Pick<
  CompletedCall<Context>,
  'id' | 'route' | 'context' | 'view' | 'params' | 'error' | 'fault'
>

/** The parts of a request that a handler gets in addition to the context. */
export interface RequestParts<Body> {
  /** The values of the path parameters. */
  readonly params: { readonly id: string; readonly [name: string]: string }
  /** Path and query, as sent. */
  readonly url: string
  /** Parses the query; only called by handlers that need it. */
  search(): URLSearchParams
  readonly body: Body
  readonly ignore: Ignore
  readonly header: Incoming['header']
}

/** The result of a handler: a view, the JSON of one, a stream of events, or bytes. */
export interface Result {
  readonly status: 200 | 201
  /** Beside the JSON, only what a scenario may need: it can be a getter. */
  readonly view?: object
  readonly json?: string
  /** Texts that make up the JSON, where others keep them as well. */
  readonly parts?: readonly string[]
  /** The page of a list. */
  readonly page?: { readonly data: readonly unknown[] }
  readonly stream?: Answer['stream']
  /** The bytes of another type of content. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array }
}

/** 200 with a view. */
export const ok = (view: object): Result => ({ status: 200, view })
/** 201 with the view of a new instance (documented). */
export const created = (view: object): Result => ({ status: 201, view })

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One row of the route table, from which handlers, the table of endpoints, documents and the coverage test are derived. */
export interface Route<Context, Body = unknown> {
  readonly method: Method
  /** With parameter names in braces: `/users/{id}`. */
  readonly path: string
  /** The operation ID in documents: `startSession`. */
  readonly operation?: string
  readonly evidence: Evidence
  readonly summary: string
  /** Text added to the error for a method that the path does not offer. */
  readonly notOffered?: string
  /** The schema of the body; without it, all parameters in the body are ignored. */
  readonly body?: z.ZodType<Body>
  /** Example bodies that the default world accepts, by title. */
  readonly examples?: Readonly<Record<string, object>>
  /** The parameters of the query beyond those of every list; without it, the whole query is ignored. */
  readonly query?: Readonly<Record<string, z.ZodType | 'datetime'>>
  /** Whether the header `Ricloud-Await` delays the answer. */
  readonly awaits?: true
  /** The names of the schemas of successful answers, by status. */
  readonly answers?: { readonly [status in Result['status']]?: string }
  /** The codes of errors that do not already follow from method, path, body and query. */
  readonly errors?: readonly string[]
  /** Whether a call changes nothing, though its method is not GET. */
  readonly isReadOnly?: true
  /** What to call instead; without it, the call is not deprecated. */
  readonly deprecated?: string
  /** The tag in the OpenAPI document, if it differs from the one derived from the path. */
  readonly tag?: string
  /** What a call waits for before it is handled: by default for records that are generated, and then for due work. */
  readonly waitsFor?: 'records' | 'nothing'
  handle(call: Context & RequestParts<Body>): Result | Promise<Result>
}

/**
 * A call that is being handled. It has all its properties from the beginning and is itself what the hooks get: a copy by
 * spread, with properties added, would take more time than the handler.
 */
class CallInProgress<Context> {
  readonly path: string
  readonly headers: HeaderValues
  body = ''
  /** The body, once it was read; undefined if it is too long. */
  text: string | undefined = ''
  /** What `received` returned. */
  input: CallInput | undefined = undefined
  route: Route<Context> | undefined = undefined
  context: Context | undefined = undefined
  fault: Fault | undefined = undefined
  error: ApiError | undefined = undefined
  view: object | undefined = undefined
  params: RequestParts<unknown>['params'] | undefined = undefined
  page: Result['page'] = undefined
  answer: Answer = unanswered
  milliseconds = 0
  /** The header `Date`, once it can be answered. */
  date: string | undefined = undefined
  readonly ignored: string[] = []

  constructor(
    readonly id: number,
    readonly at: Instant,
    readonly incoming: Incoming,
  ) {
    this.path = pathOf(incoming.url)
    this.headers = incoming.headers()
  }
}

export interface RouterOptions<Context> {
  /** Returns the context of a request; may throw the API's error. */
  enter(incoming: Incoming, route: Route<Context>): Context | Promise<Context>
  /** Receives warnings about ignored parameters, and bugs. */
  log(level: 'warn' | 'error', message: string): void
  readonly hooks?: RouterHooks<Context>
  /** Converts an Error that is not a bug to an error of the API; undefined for a bug. */
  understood?(thrown: unknown): ApiError | undefined
  /** The time of the world that a call concerns; that of the router by default. */
  now?(context: Context): Instant
  /** The query parameter that every route accepts. If given, unknown parameters are rejected instead of ignored. */
  readonly parameter?: string
}

/**
 * Dispatches calls by method and path. For each call it applies scripted faults, reads the body, finds the route, creates
 * the context (which runs due work and authenticates the caller), calls the handler, and makes the answer from what that
 * returns or throws.
 */
export class Router<Context extends object> {
  readonly #tree: RouteTree<Route<Context>>
  #date = { second: Number.NaN, text: '' }
  #plain = { 'content-type': 'application/json', date: '' }

  readonly #options: RouterOptions<Context>

  constructor(
    readonly time: Timeline,
    routes: readonly Route<Context>[],
    options: RouterOptions<Context>,
  ) {
    this.#options = options
    this.#tree = new RouteTree(routes)
  }

  async respond(incoming: Incoming): Promise<Answer> {
    const began = stopwatch()
    const at = this.time.clock.now()
    const { hooks } = this.#options
    const id = hooks?.began(incoming) ?? 0
    const state = new CallInProgress<Context>(id, at, incoming)
    try {
      if (hasBody(incoming)) {
        state.text = await incoming.body(bodyLimit)
        state.body = state.text ?? ''
      }
      const begun = this.time.clock.hold(() => this.#begin(incoming, state))
      const result = begun instanceof Promise ? await begun : begun
      state.answer = typeof result === 'string' ? { ...unanswered, close: result } : this.#answer(state, result)
    } catch (thrown) {
      const error = this.#errorOf(incoming, thrown)
      state.error = error
      const headers = this.#headers(state, error.headers)
      state.answer = answerOf(error.status, headers, JSON.stringify(error.body()), state)
    }
    state.milliseconds = stopwatch() - began
    hooks?.completed(state)
    return state.answer
  }

  /** The answer with the result of a handler. */
  #answer(state: CallInProgress<Context>, { status, view, json, parts, page, stream, content }: Result): Answer {
    state.page = page
    const body = stream || content ? '' : (json ?? JSON.stringify(view))
    if (content) {
      const { type, bytes } = content
      return { status, headers: this.#headers(state, { 'content-type': type }), body, bytes }
    }
    if (stream) return { status, headers: this.#headers(state, streaming), body, stream }
    return answerOf(status, this.#headers(state), body, state, parts)
  }

  /** The headers of an answer, shared by all that have no others within a second. */
  #headers(state: CallInProgress<Context>, own?: Answer['headers']): Answer['headers'] {
    const date = state.date ?? this.#httpDate(state)
    if (date !== this.#plain.date) this.#plain = { 'content-type': 'application/json', date }
    const ignored = state.ignored.length > 0 ? ignoredHeader(state.ignored) : undefined
    if (ignored !== undefined) this.#options.log('warn', `${callOf(state.incoming)} ignored ${ignored}`)
    const reason = this.#options.hooks?.reason(state.incoming, state)
    if (!own && ignored === undefined && !reason) return this.#plain
    const headers: Record<string, string> = { ...this.#plain, ...own }
    if (ignored !== undefined) headers['mock-ignored'] = ignored
    if (reason) headers['mock-reason'] = reasonHeader(reason)
    return headers
  }

  /** Applies the scripted fault that strikes a call, and handles it, unless the fault closes the connection. */
  #begin(incoming: Incoming, state: CallInProgress<Context>): Result | Close | Promise<Result | Close> {
    const { hooks } = this.#options
    if (!hooks) return this.#handle(incoming, state)
    state.input = hooks.received(state)
    this.time.runDue()
    const { method } = incoming
    state.fault = hooks.strike(method === 'HEAD' ? 'GET' : method, state.path)
    if (!state.fault) return this.#timed(state, () => this.#handle(incoming, state))
    this.#find(incoming, state)
    const { delay } = state.fault
    const go = () => this.#timed(state, () => this.#strike(incoming, state))
    return delay ? this.time.wait(delay).then(() => this.#resume(state, go)) : go()
  }

  /** Goes on with a call that waited. */
  #resume<T>({ input }: CallInProgress<Context>, run: () => T): T {
    return this.time.clock.hold(() => {
      if (input) this.#options.hooks?.resumed(input)
      return run()
    })
  }

  /** Runs a part of a call, at whose end it is answered unless it waits. */
  #timed<T>(state: CallInProgress<Context>, run: () => T): T {
    let isWaiting = false
    try {
      const result = run()
      isWaiting = result instanceof Promise
      return result
    } finally {
      if (!isWaiting) state.date = this.#httpDate(state)
    }
  }

  /** Finds the route of a call that a fault strikes, for the journal. */
  #find({ method }: Incoming, state: CallInProgress<Context>): void {
    try {
      state.route = this.#tree.match(method, state.path).route
    } catch {
      // No route matches; if the fault lets the call continue, `#handle` throws this error.
    }
  }

  /** Applies a fault after its delay: throws its error, returns how it closes the connection, or handles the call. */
  #strike(incoming: Incoming, state: CallInProgress<Context>): Result | Close | Promise<Result> {
    const { answer, close } = state.fault as Fault
    if (close === 'reset' || close === 'empty') return close
    if (!answer) return this.#handle(incoming, state)
    const { status, retry_after } = answer
    throw apiErrors.scripted(status, retry_after === undefined ? undefined : Math.ceil(retry_after / 1e6))
  }

  #handle(incoming: Incoming, state: CallInProgress<Context>): Result | Promise<Result> {
    const { route, params } = this.#tree.match(incoming.method, state.path)
    state.route = route
    state.params = params
    const entered = this.#options.enter(incoming, route)
    const run = (context: Context) => this.#run(incoming, state, route, params, context)
    return entered instanceof Promise ? entered.then(run) : run(entered)
  }

  /** Nothing awaits between the context and the handler, so that a call sees and changes one consistent state. */
  #run(
    incoming: Incoming,
    state: CallInProgress<Context>,
    route: Route<Context>,
    params: RequestParts<unknown>['params'],
    context: Context,
  ): Result | Promise<Result> {
    state.context = context
    const ignore: Ignore = (name) => void state.ignored.push(name)
    if (!route.query && incoming.url.includes('?')) {
      const { parameter } = this.#options
      const names = [...new Set(searchOf(incoming.url).keys())].filter((name) => name !== parameter)
      this.#passOver(names, ignore, `known here: ${parameter}`, parameter)
    }
    const body = hasBody(incoming) ? this.#body(state.text, incoming.header, route, ignore) : undefined
    const call = callWith(context, params, incoming, body, ignore)
    if (route.deprecated) {
      this.#options.log('warn', `${incoming.method} ${state.path} is deprecated: call ${route.deprecated}.`)
    }
    const { hooks } = this.#options
    if (!hooks) return route.handle(call)
    const occasion = { call: state.id }
    const answered = (result: Result) => {
      // A view beside JSON is made only if it is read.
      if (result.json === undefined) state.view = result.view
      this.time.because(occasion, () => hooks.answered(route.method, state.path, context, result))
      return result
    }
    const result = this.time.because(occasion, () => route.handle(call))
    if (!(result instanceof Promise)) return answered(result)
    return result.then((result) => this.#resume(state, () => this.#timed(state, () => answered(result))))
  }

  #body(text: string | undefined, header: Incoming['header'], route: Route<Context>, ignore: Ignore): unknown {
    if (text === undefined) throw apiErrors.bodyTooLarge(bodyLimit)
    const given = readBody(text, header)
    if (route.body) return parse(route.body, given, ignore)
    this.#passOver(Object.keys(given), ignore, 'this call reads no body')
    return undefined
  }

  /** Handles parameters that a route does not read: ignores them, or rejects them if the option `parameter` is set. */
  #passOver(names: readonly string[], ignore: Ignore, why: string, known = ''): void {
    if (this.#options.parameter === undefined) for (const name of names) ignore(name)
    else if (names.length > 0) {
      const faults = names
        .slice(0, maxProblems)
        .map((name): [string, string[]] => [name, [`is unknown; ${why}.${nearest(name, [known])}`]])
      if (names.length > maxProblems) faults.push(moreFaults(names.length - maxProblems))
      throw invalidParameter(Object.fromEntries(faults))
    }
  }

  #errorOf(incoming: Incoming, thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown
    return this.#options.understood?.(thrown) ?? this.#bug(incoming, thrown)
  }

  #bug(incoming: Incoming, thrown: unknown): ApiError {
    this.#options.log('error', `${callOf(incoming)} failed: ${stackOf(thrown)}`)
    return apiErrors.bug()
  }

  /** The `Date` header by the world's clock. */
  #httpDate({ context }: CallInProgress<Context>): string {
    const { now } = this.#options
    const instant = context && now ? now(context) : this.time.clock.now()
    const second = Math.floor(instant / 1e6)
    if (second !== this.#date.second) this.#date = { second, text: new Date(second * 1000).toUTCString() }
    return this.#date.text
  }
}

/** A context with the parts of a request. One by one: `Object.assign` would take longer than the handler. */
function callWith<Context extends object>(
  context: Context,
  params: RequestParts<unknown>['params'],
  { url, header }: Incoming,
  body: unknown,
  ignore: Ignore,
): Context & RequestParts<unknown> {
  const call = context as Context & { -readonly [Part in keyof RequestParts<unknown>]: RequestParts<unknown>[Part] }
  call.params = params
  call.url = url
  call.search = () => searchOf(url)
  call.body = body
  call.ignore = ignore
  call.header = header
  return call
}

/** A call in messages. */
const callOf = ({ method, url }: Incoming) => cut(`${method} ${pathOf(url)}`, 1000)

const hasBody = ({ method }: Incoming) => method !== 'GET' && method !== 'HEAD'

/** While nothing is answered, and where the connection is closed instead. */
const unanswered: Answer = { status: 0, headers: {}, body: '' }

/** An answer with text, of which a fault may send a part. */
function answerOf(
  status: number,
  headers: Answer['headers'],
  body: string,
  { fault }: { readonly fault: Fault | undefined },
  parts?: readonly string[],
): Answer {
  return fault?.close ? { status, headers, body, parts, close: fault.close } : { status, headers, body, parts }
}

/** The headers of a stream of events, which no proxy may cache. */
const streaming = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

const mostIgnored = 20

/** The names as a header value: percent-encoded outside visible ASCII, and limited in length and number. */
function ignoredHeader(names: readonly string[]): string {
  const safe = names.slice(0, mostIgnored).map((name) =>
    name
      .slice(0, 30)
      .toWellFormed()
      .replace(/[^\x21-\x2b\x2d-\x7e]/gu, encodeURIComponent),
  )
  const more = names.length > mostIgnored ? [`and-${names.length - mostIgnored}-more`] : []
  // Copied for the journal: a part of a text keeps the whole in memory.
  return structuredClone([...safe, ...more].join(', '))
}
