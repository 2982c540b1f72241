import { BoundedMap } from '../bounded-map.ts'
import { ApiError, apiErrors } from '../errors.ts'
import type { Close, Fault } from '../faults.ts'
import { longestText } from '../noted.ts'
import { type Reason, reasonHeader } from '../reason.ts'
import type { CallInput, ReceivedCall } from '../recorder.ts'
import { cut } from '../text.ts'
import { stackOf } from '../thrown.ts'
import { stopwatch } from '../time/clock.ts'
import type { Instant } from '../time/instant.ts'
import type { Timeline } from '../time/timeline.ts'
import { CallInProgress, type Target, unanswered } from './call-in-progress.ts'
import { contentOf } from './content.ts'
import type { Answer, Incoming } from './exchange.ts'
import { ignoredHeader, unknownParameters } from './ignored.ts'
import { bodyLimit, type Ignore, type NameOfPath, parse, readBody } from './parse.ts'
import type { RequestParts, Result, Route } from './route.ts'
import type { Match, RouteTree } from './route-tree.ts'
import { pathOf, searchOf } from './url.ts'

/** A completed call. */
export type CompletedCall<Context> = Readonly<CallInProgress<Context>>

/** What became of a call. */
export type Outcome<Context> = Pick<
  CompletedCall<Context>,
  'id' | 'route' | 'context' | 'view' | 'params' | 'error' | 'reason' | 'fault'
>

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
  /** The name of a place in a body, in errors; by default dotted. */
  readonly nameOf?: NameOfPath
}

/**
 * Dispatches calls by method and path. For each call it reads the body, runs due work, applies scripted faults, finds the
 * route, creates the context (which authenticates the caller), calls the handler, and makes the answer from what that
 * returns or throws.
 */
export class Router<Context extends object> {
  readonly #tree: RouteTree<Route<Context>>
  /** Many calls have the same target: finding it takes less than reading it again. */
  readonly #targets = new BoundedMap<string, Target<Route<Context>>>(mostTargets)
  #date = { second: Number.NaN, text: '' }
  #plain = { 'content-type': 'application/json', date: '' }

  readonly #options: RouterOptions<Context>

  constructor(
    readonly time: Timeline,
    tree: RouteTree<Route<Context>>,
    options: RouterOptions<Context>,
  ) {
    this.#options = options
    this.#tree = tree
  }

  /** Answers a call, at once if it has no body and nothing delays it: the turns of promises take a tenth of a short call. */
  respond(incoming: Incoming): Answer | Promise<Answer> {
    const began = stopwatch()
    const at = this.time.clock.now()
    const id = this.#options.hooks?.began(incoming) ?? 0
    const call = new CallInProgress<Context>(id, at, incoming, began, this.#targetOf(incoming.url))
    return hasBody(incoming) ? this.#receive(call) : this.#respond(call)
  }

  #targetOf(url: string): Target<Route<Context>> {
    let target = this.#targets.get(url)
    if (!target) {
      const isKept = url.length <= longestText
      const copy = isKept ? cut(url, longestText) : url
      target = { url: copy, path: pathOf(copy), method: '', match: undefined }
      if (isKept) this.#targets.set(copy, target)
    }
    return target
  }

  /** The route of a call, and its parameters. Throws the API's 404 if there is none. */
  #match({ target, incoming: { method } }: CallInProgress<Context>): Match<Route<Context>> {
    if (target.match && target.method === method) return target.match
    target.match = this.#tree.match(method, target.path)
    target.method = method
    return target.match
  }

  /** Reads the body of a call, and answers it. */
  #receive(call: CallInProgress<Context>): Promise<Answer> {
    const received = (text: string | undefined) => {
      call.text = text
      call.body = text ?? ''
      return this.#respond(call)
    }
    const fail = (thrown: unknown) => this.#complete(call, this.#failed(call, thrown))
    return call.incoming.body(bodyLimit).then(received, fail)
  }

  #respond(call: CallInProgress<Context>): Answer | Promise<Answer> {
    const succeed = (result: Result | Close) => this.#complete(call, this.#succeeded(call, result))
    const fail = (thrown: unknown) => this.#complete(call, this.#failed(call, thrown))
    let begun: Result | Close | Promise<Result | Close>
    try {
      begun = this.time.clock.hold(() => this.#begin(call))
    } catch (thrown) {
      return fail(thrown)
    }
    return begun instanceof Promise ? begun.then(succeed, fail) : succeed(begun)
  }

  #succeeded(call: CallInProgress<Context>, result: Result | Close): Answer {
    try {
      return typeof result === 'string' ? { ...unanswered, close: result } : this.#answer(call, result)
    } catch (thrown) {
      return this.#failed(call, thrown)
    }
  }

  #failed(call: CallInProgress<Context>, thrown: unknown): Answer {
    const error = this.#errorOf(call, thrown)
    call.error = error
    return answerOf(error.status, this.#headers(call, error.headers), JSON.stringify(error.body()), call)
  }

  #complete(call: CallInProgress<Context>, answer: Answer): Answer {
    call.answer = answer
    call.milliseconds = stopwatch() - call.began
    this.#options.hooks?.completed(call)
    return answer
  }

  /** The answer with the result of a handler. Its view is not read if its JSON is known, as it may be made when it is read. */
  #answer(call: CallInProgress<Context>, result: Result): Answer {
    const { status, json, parts, page, reason, stream, content } = result
    call.page = page
    call.reason = reason
    const body = stream || content ? '' : (json ?? JSON.stringify(result.view))
    if (content) {
      return contentOf(content, call.incoming, {
        etag: `"${content.md5}"`,
        headers: () => this.#headers(call, { 'content-type': content.type }),
        refuse: (status) => {
          throw status === 412 ? apiErrors.otherVersion(content.md5) : apiErrors.noSuchRange(content.bytes.length)
        },
      })
    }
    if (stream) return { status, headers: this.#headers(call, streaming), body, stream }
    return answerOf(status, this.#headers(call), body, call, parts)
  }

  /** The headers of an answer, shared by all that have no others within a second. */
  #headers(call: CallInProgress<Context>, own?: Answer['headers']): Answer['headers'] {
    const date = call.date ?? this.#httpDate(call)
    if (date !== this.#plain.date) this.#plain = { 'content-type': 'application/json', date }
    const ignored = call.ignored.length > 0 ? ignoredHeader(call.ignored) : undefined
    if (ignored !== undefined) this.#options.log('warn', `${nameOf(call)} ignored ${ignored}`)
    const reason = this.#options.hooks?.reason(call.incoming, call)
    if (!own && ignored === undefined && !reason) return this.#plain
    const headers: Record<string, string> = { ...this.#plain, ...own }
    if (ignored !== undefined) headers['mock-ignored'] = ignored
    if (reason) headers['mock-reason'] = reasonHeader(reason)
    return headers
  }

  /** Applies the scripted fault that strikes a call, and handles it, unless the fault closes the connection. */
  #begin(call: CallInProgress<Context>): Result | Close | Promise<Result | Close> {
    const { hooks } = this.#options
    if (!hooks) return this.#handle(call)
    call.input = hooks.received(call)
    this.time.runDue()
    const { method } = call.incoming
    call.fault = hooks.strike(method === 'HEAD' ? 'GET' : method, call.path)
    if (!call.fault) return this.#timed(call, () => this.#handle(call))
    this.#find(call)
    const { delay } = call.fault
    const go = () => this.#timed(call, () => this.#strike(call))
    if (!delay) return go()
    const goLater = () => {
      this.time.runDue()
      return go()
    }
    return this.time.wait(delay).then(() => this.#resume(call, goLater))
  }

  /** Goes on with a call that waited. */
  #resume<T>({ input }: CallInProgress<Context>, run: () => T): T {
    return this.time.clock.hold(() => {
      if (input) this.#options.hooks?.resumed(input)
      return run()
    })
  }

  /** Runs a part of a call, at whose end it is answered unless it waits. */
  #timed<T>(call: CallInProgress<Context>, run: () => T): T {
    let isWaiting = false
    try {
      const result = run()
      isWaiting = result instanceof Promise
      return result
    } finally {
      if (!isWaiting) call.date = this.#httpDate(call)
    }
  }

  /** Finds the route of a call that a fault strikes, for the journal. */
  #find(call: CallInProgress<Context>): void {
    try {
      call.route = this.#match(call).route
    } catch {
      // No route matches; if the fault lets the call continue, `#handle` throws this error.
    }
  }

  /** Applies a fault after its delay: throws its error, returns how it closes the connection, or handles the call. */
  #strike(call: CallInProgress<Context>): Result | Close | Promise<Result> {
    const { answer, close } = call.fault as Fault
    if (close === 'reset' || close === 'empty') return close
    if (!answer) return this.#handle(call)
    const { status, retry_after } = answer
    throw apiErrors.scripted(status, retry_after === undefined ? undefined : Math.ceil(retry_after / 1e6))
  }

  #handle(call: CallInProgress<Context>): Result | Promise<Result> {
    const { incoming } = call
    const { route, params } = this.#match(call)
    call.route = route
    call.params = params
    const entered = this.#options.enter(incoming, route)
    const run = (context: Context) => this.#run(call, route, params, context)
    return entered instanceof Promise ? entered.then(run) : run(entered)
  }

  /** Nothing awaits between the context and the handler, so that a call sees and changes one consistent state. */
  #run(
    call: CallInProgress<Context>,
    route: Route<Context>,
    params: RequestParts<unknown>['params'],
    context: Context,
  ): Result | Promise<Result> {
    call.context = context
    const { incoming, path } = call
    const { hooks, log, parameter } = this.#options
    const ignore: Ignore = (name) => void call.ignored.push(name)
    if (!route.query && incoming.url.includes('?')) {
      const names = [...new Set(searchOf(incoming.url).keys())].filter((name) => name !== parameter)
      this.#passOver(names, ignore, `known here: ${parameter}`, parameter)
    }
    const body = hasBody(incoming) ? this.#body(call.text, incoming.header, route, ignore) : undefined
    // Not assigned to a property here: V8 would take the function for a method, and allocate it among the old objects.
    const handled = withParts(context, params, incoming, () => searchOf(incoming.url), body, ignore)
    if (route.deprecated) log('warn', `${incoming.method} ${path} is deprecated: call ${route.deprecated}.`)
    if (!hooks) return route.handle(handled)
    const occasion = { cause: { call: call.id } }
    const answered = (result: Result) => {
      // A view beside JSON is made only if it is read.
      if (result.json === undefined) call.view = result.view
      this.time.because(occasion, () => hooks.answered(route.method, path, context, result))
      return result
    }
    const result = this.time.because(occasion, () => route.handle(handled))
    if (!(result instanceof Promise)) return answered(result)
    return result.then((result) => this.#resume(call, () => this.#timed(call, () => answered(result))))
  }

  #body(text: string | undefined, header: Incoming['header'], route: Route<Context>, ignore: Ignore): unknown {
    if (text === undefined) throw apiErrors.bodyTooLarge(bodyLimit)
    const given = readBody(text, header)
    if (route.body) return parse(route.body, given, ignore, '', this.#options.nameOf)
    this.#passOver(Object.keys(given), ignore, 'this call reads no body')
    return undefined
  }

  /** Handles parameters that a route does not read: ignores them, or rejects them if the option `parameter` is set. */
  #passOver(names: readonly string[], ignore: Ignore, why: string, known = ''): void {
    if (this.#options.parameter === undefined) for (const name of names) ignore(name)
    else if (names.length > 0) throw unknownParameters(names, why, known)
  }

  #errorOf(call: CallInProgress<Context>, thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown
    const understood = this.#options.understood?.(thrown)
    if (understood) return understood
    this.#options.log('error', `${nameOf(call)} failed: ${stackOf(thrown)}`)
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
function withParts<Context extends object>(
  context: Context,
  params: RequestParts<unknown>['params'],
  { url, header }: Incoming,
  search: RequestParts<unknown>['search'],
  body: unknown,
  ignore: Ignore,
): Context & RequestParts<unknown> {
  const call = context as Context & { -readonly [Part in keyof RequestParts<unknown>]: RequestParts<unknown>[Part] }
  call.params = params
  call.url = url
  call.search = search
  call.body = body
  call.ignore = ignore
  call.header = header
  return call
}

/** How many targets are remembered. */
const mostTargets = 1000

/** A call in messages. */
const nameOf = ({ incoming, path }: CallInProgress<object>) => cut(`${incoming.method} ${path}`, 1000)

const hasBody = ({ method }: Incoming) => method !== 'GET' && method !== 'HEAD'

/** An answer with text, of which a fault may send a part. */
function answerOf(
  status: number,
  headers: Answer['headers'],
  body: string,
  { fault }: CallInProgress<object>,
  parts?: readonly string[],
): Answer {
  return fault?.close ? { status, headers, body, parts, close: fault.close } : { status, headers, body, parts }
}

/** The headers of a stream of events, which no proxy may cache. */
const streaming = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }
