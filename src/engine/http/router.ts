import type * as z from 'zod'
import { ApiError, apiErrors, type Evidence, invalidParameter } from '../errors.ts'
import type { Close, Fault } from '../faults.ts'
import { nearest } from '../messages.ts'
import { type Instant, stopwatch } from '../time/clock.ts'
import type { Timeline } from '../time/timeline.ts'
import type { Answer, Incoming } from './exchange.ts'
import { bodyLimit, type Ignore, parse, readBody } from './parse.ts'
import { RouteTree } from './route-tree.ts'

/** A call that is over, and what came of it. */
export interface CompletedCall<Context> {
  readonly at: Instant
  readonly incoming: Incoming
  readonly body: string
  readonly route: Route<Context> | undefined
  /** Without one it was refused before it was known who calls. */
  readonly context: Context | undefined
  /** 0 where the connection was closed instead of an answer. */
  readonly status: number
  readonly error: ApiError | undefined
  readonly fault: Fault | undefined
  readonly ignored: readonly string[]
  /** How long it took, in real time. */
  readonly milliseconds: number
}

/** Who meddles with the calls of a router, and looks on: the scenario and the journal. */
export interface RouterHooks<Context> {
  /** Before a call is handled: the fault that strikes it, if any. */
  strike(method: string, path: string): Fault | undefined
  /** After a call succeeded, with the view that answers it; without one for a list. */
  answered(method: string, path: string, context: Context, view: object | undefined): void
  /** After every call, whatever came of it. */
  completed(call: CompletedCall<Context>): void
}

/** What every handler gets of a request, beside its context. */
export interface RequestParts<Body> {
  /** What stands in the path for the names in braces. */
  readonly params: { readonly id: string; readonly [name: string]: string }
  /** The query's parameters; read only where they matter. */
  search(): URLSearchParams
  readonly body: Body
  readonly ignore: Ignore
  readonly header: Incoming['header']
}

/** What a handler answers: a view, the JSON of one, or events that go on coming. */
export interface Result {
  readonly status: 200 | 201
  readonly view?: object
  readonly json?: string
  readonly stream?: Answer['stream']
}

/** 200 with a view. */
export const ok = (view: object): Result => ({ status: 200, view })
/** 201 with the view of a new instance (documented). */
export const created = (view: object): Result => ({ status: 201, view })

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One row of the route table: handlers, the README's endpoint table, documents and the coverage test come from these. */
export interface Route<Context, Body = unknown> {
  readonly method: Method
  /** With names in braces where values stand: `/users/{id}`. */
  readonly path: string
  /** Its name in documents, in the API's words: `startSession`. */
  readonly operation?: string
  readonly evidence: Evidence
  readonly summary: string
  /** What to add when a method is asked for that the path does not offer. */
  readonly notOffered?: string
  /** The parameters in the body; without one all of them are ignored. */
  readonly body?: z.ZodType<Body>
  /** Bodies that the default world accepts, by what they show. */
  readonly examples?: Readonly<Record<string, object>>
  /** The parameters in the query, those of every list aside; without any all of it is ignored. */
  readonly query?: Readonly<Record<string, z.ZodType | 'datetime'>>
  /** Whether `Ricloud-Await` holds the answer. */
  readonly awaits?: true
  /** What its success shows, by status: the name of a schema, as in `contract/answers.ts`. */
  readonly answers?: { readonly [status in Result['status']]?: string }
  /** The errors that it gives beyond those that follow from method, path, body and query. */
  readonly errors?: readonly string[]
  /** The resource that the document groups it with, where its path does not say so. */
  readonly tag?: string
  handle(call: Context & RequestParts<Body>): Result | Promise<Result>
}

/** A call on its state, as far as it has come. */
interface CallState<Context> {
  readonly path: string
  body: string
  /** The body, where it was read already; undefined where it is too long. */
  text?: string | undefined
  route?: Route<Context>
  context?: Context
  fault?: Fault | undefined
  error?: ApiError
  readonly ignored: string[]
}

/** How a router goes about its calls. */
export interface RouterOptions<Context> {
  /** Makes the context of a request, or throws. */
  enter(incoming: Incoming): Context
  /** Gets what nobody may miss: ignored parameters and bugs. */
  log(level: 'warn' | 'error', message: string): void
  readonly hooks?: RouterHooks<Context>
  /** Makes an answer of an Error that is no bug. */
  understood?(thrown: unknown): ApiError | undefined
  /** The time of the world that a call is about; the router's by default. */
  now?(context: Context): Instant
  /** Which parameter of the query is for every route; with it, what a route does not read is refused instead of ignored. */
  readonly parameter?: string
}

/**
 * Dispatches by method and path segments, without a scan, and wraps every handler: let faults strike, read the body,
 * find the route, set the context (settle time, who calls), handle, and turn what is returned or thrown into an answer.
 */
export class Router<Context extends object> {
  readonly #tree: RouteTree<Route<Context>>
  #date = { second: 0, text: '' }

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
    const state: CallState<Context> = { path: pathOf(incoming.url), body: '', ignored: [] }
    const answer = await this.#answer(incoming, state)
    const { hooks } = this.#options
    if (hooks) {
      const { body, route, context, error, fault, ignored } = state
      const { status } = answer
      const milliseconds = stopwatch() - began
      hooks.completed({ at, incoming, body, route, context, status, error, fault, ignored, milliseconds })
    }
    return answer
  }

  async #answer(incoming: Incoming, state: CallState<Context>): Promise<Answer> {
    let status: number
    let body: string
    let stream: Answer['stream']
    let close: Close | undefined
    try {
      state.fault = this.#fault(incoming, state.path)
      if (state.fault) {
        await this.#look(incoming, state)
        close = await this.#strike(state.fault)
      }
      if (close === 'reset' || close === 'empty') return { status: 0, headers: {}, body: '', close }
      const result = await this.#handle(incoming, state)
      status = result.status
      stream = result.stream
      body = stream ? '' : (result.json ?? JSON.stringify(result.view))
    } catch (thrown) {
      state.error = this.#errorOf(incoming, thrown)
      status = state.error.status
      body = JSON.stringify(state.error.body())
    }
    const headers: Record<string, string> = { 'content-type': 'application/json', date: this.#httpDate(state.context) }
    if (state.error) Object.assign(headers, state.error.headers)
    if (state.ignored.length > 0) {
      headers['mock-ignored'] = ignoredHeader(state.ignored)
      this.#options.log('warn', `${incoming.method} ${state.path} ignored ${headers['mock-ignored']}`)
    }
    if (stream) return { status, headers: Object.assign(headers, streaming), body, stream }
    return close ? { status, headers, body, close } : { status, headers, body }
  }

  /** The scripted fault that strikes a call. */
  #fault({ method }: Incoming, path: string): Fault | undefined {
    const { hooks } = this.#options
    if (!hooks) return undefined
    this.time.runDue()
    return hooks.strike(method === 'HEAD' ? 'GET' : method, path)
  }

  /** Reads what a fault will strike, so that the journal knows it. */
  async #look(incoming: Incoming, state: CallState<Context>): Promise<void> {
    state.text = hasBody(incoming) ? await incoming.body(bodyLimit) : ''
    state.body = state.text ?? ''
    try {
      state.route = this.#tree.match(incoming.method, state.path).route
    } catch {
      // Nothing is there, which whoever comes after the fault says.
    }
  }

  /** Waits, throws the error to answer with, or tells how to close, as a fault says. */
  async #strike({ delay, answer, close }: Fault): Promise<Close | undefined> {
    if (delay) await this.time.wait(delay)
    if (!answer) return close
    const { status, retry_after } = answer
    throw apiErrors.scripted(status, retry_after === undefined ? undefined : Math.ceil(retry_after / 1e6))
  }

  /** Once the body is there nothing waits, until the handler does: a call sees and changes one moment. */
  async #handle(incoming: Incoming, state: CallState<Context>): Promise<Result> {
    const reads = hasBody(incoming)
    const text = 'text' in state ? state.text : reads ? await incoming.body(bodyLimit) : ''
    if (text !== undefined) state.body = text
    const { route, params } = this.#tree.match(incoming.method, state.path)
    state.route = route
    const context = this.#options.enter(incoming)
    state.context = context
    const ignore: Ignore = (name) => void state.ignored.push(name)
    if (!route.query && incoming.url.includes('?')) {
      const { parameter } = this.#options
      const names = [...new Set(searchOf(incoming.url).keys())].filter((name) => name !== parameter)
      this.#passOver(names, ignore, `known here: ${parameter}`, parameter)
    }
    const asked: RequestParts<unknown> = {
      params,
      search: () => searchOf(incoming.url),
      body: reads ? this.#body(text, route, ignore) : undefined,
      ignore,
      header: incoming.header,
    }
    // A spread followed by more names costs 5 µs, a third of the whole state.
    const result = await route.handle(Object.assign(context, asked))
    this.#options.hooks?.answered(route.method, state.path, context, result.view)
    return result
  }

  #body(text: string | undefined, route: Route<Context>, ignore: Ignore): unknown {
    if (text === undefined) throw apiErrors.bodyTooLarge(bodyLimit)
    const given = readBody(text)
    if (route.body) return parse(route.body, given, ignore)
    this.#passOver(Object.keys(given), ignore, 'this call reads no body')
    return undefined
  }

  /** What a route does not read: ignored, or refused where nothing else is. */
  #passOver(names: readonly string[], ignore: Ignore, why: string, known = ''): void {
    if (this.#options.parameter === undefined) for (const name of names) ignore(name)
    else if (names.length > 0) {
      const faults = names.map((name) => [name, [`is unknown; ${why}.${nearest(name, [known])}`]])
      throw invalidParameter(Object.fromEntries(faults))
    }
  }

  #errorOf(incoming: Incoming, thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown
    return this.#options.understood?.(thrown) ?? this.#bug(incoming, thrown)
  }

  #bug(incoming: Incoming, thrown: unknown): ApiError {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    this.#options.log('error', `${incoming.method} ${pathOf(incoming.url)} failed: ${stack}`)
    return apiErrors.bug()
  }

  /** The `Date` header by the world's clock. */
  #httpDate(context: Context | undefined): string {
    const { now } = this.#options
    const instant = context && now ? now(context) : this.time.clock.now()
    const second = Math.floor(instant / 1e6)
    if (second !== this.#date.second) this.#date = { second, text: new Date(second * 1000).toUTCString() }
    return this.#date.text
  }
}

const hasBody = ({ method }: Incoming) => method !== 'GET' && method !== 'HEAD'

function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

function searchOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start))
}

/** What events are sent with; nothing on the state may keep them. */
const streaming = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

const mostIgnored = 20

/** Names as a header may carry them: percent-encoded outside visible ASCII, and not more than fit. */
function ignoredHeader(names: readonly string[]): string {
  const safe = names.slice(0, mostIgnored).map((name) =>
    name
      .slice(0, 30)
      .toWellFormed()
      .replace(/[^\x21-\x2b\x2d-\x7e]/gu, encodeURIComponent),
  )
  return [...safe, ...(names.length > mostIgnored ? [`and-${names.length - mostIgnored}-more`] : [])].join(', ')
}
