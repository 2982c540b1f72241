import type * as z from 'zod'
import { ApiError, apiErrors, type Evidence, invalidParameter } from '../errors.ts'
import type { Close, Fault } from '../faults.ts'
import { nearest } from '../messages.ts'
import { type Instant, stopwatch } from '../time/clock.ts'
import type { World } from '../world.ts'
import type { Answer, Incoming } from './exchange.ts'
import { bodyLimit, type Ignore, parse, readBody } from './parse.ts'
import { RouteTree } from './route-tree.ts'

/** A call that is over, and what came of it. */
export interface CompletedCall<Scene> {
  readonly at: Instant
  readonly incoming: Incoming
  readonly body: string
  readonly route: Route<Scene> | undefined
  /** Without one it was refused before it was known who calls. */
  readonly scene: Scene | undefined
  /** 0 where the connection was closed instead of an answer. */
  readonly status: number
  readonly error: ApiError | undefined
  readonly fault: Fault | undefined
  readonly ignored: readonly string[]
  /** How long it took, in real time. */
  readonly milliseconds: number
}

/** Who meddles with the calls of a router, and looks on: the scenario and the journal. */
export interface RouterHooks<Scene> {
  /** Before a call is handled: the fault that strikes it, if any. */
  strike(method: string, path: string): Fault | undefined
  /** After a call succeeded, with the view that answers it; without one for a list. */
  answered(method: string, path: string, scene: Scene, view: object | undefined): void
  /** After every call, whatever came of it. */
  completed(call: CompletedCall<Scene>): void
}

/** What every handler gets of a request, beside its scene. */
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
export interface Route<Scene, Body = unknown> {
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
  readonly errors?: readonly ApiError['code'][]
  handle(call: Scene & RequestParts<Body>): Result | Promise<Result>
}

/** A call on its way, as far as it has come. */
interface CallState<Scene> {
  readonly path: string
  body: string
  /** The body, where it was read already; undefined where it is too long. */
  text?: string | undefined
  route?: Route<Scene>
  scene?: Scene
  fault?: Fault | undefined
  error?: ApiError
  readonly ignored: string[]
}

/** How a router goes about its calls. */
export interface RouterOptions<Scene> {
  /** Makes the scene of a request, or throws. */
  enter(incoming: Incoming): Scene
  /** Gets what nobody may miss: ignored parameters and bugs. */
  log(level: 'warn' | 'error', message: string): void
  readonly hooks?: RouterHooks<Scene>
  /** Makes an answer of an Error that is no bug. */
  understood?(thrown: unknown): ApiError | undefined
  /** What time it is where a scene plays; in the router's world by default. */
  now?(scene: Scene): Instant
  /** Which parameter of the query is for every route; with it, what a route does not read is refused instead of ignored. */
  readonly parameter?: string
}

/**
 * Dispatches by method and path segments, without a scan, and wraps every handler: let faults strike, read the body,
 * find the route, set the scene (settle time, who calls), handle, and turn what is returned or thrown into an answer.
 */
export class Router<Scene extends object> {
  readonly #tree: RouteTree<Route<Scene>>
  #date = { second: 0, text: '' }

  readonly #with: RouterOptions<Scene>

  constructor(
    readonly world: World,
    routes: readonly Route<Scene>[],
    routing: RouterOptions<Scene>,
  ) {
    this.#with = routing
    this.#tree = new RouteTree(routes)
  }

  async respond(incoming: Incoming): Promise<Answer> {
    const began = stopwatch()
    const at = this.world.clock.now()
    const way: CallState<Scene> = { path: pathOf(incoming.url), body: '', ignored: [] }
    const answer = await this.#answer(incoming, way)
    const { hooks: meddler } = this.#with
    if (meddler) {
      const { body, route, scene, error, fault, ignored } = way
      const { status } = answer
      const milliseconds = stopwatch() - began
      meddler.completed({ at, incoming, body, route, scene, status, error, fault, ignored, milliseconds })
    }
    return answer
  }

  async #answer(incoming: Incoming, way: CallState<Scene>): Promise<Answer> {
    let status: number
    let body: string
    let stream: Answer['stream']
    let close: Close | undefined
    try {
      way.fault = this.#fault(incoming, way.path)
      if (way.fault) {
        await this.#look(incoming, way)
        close = await this.#strike(way.fault)
      }
      if (close === 'reset' || close === 'empty') return { status: 0, headers: {}, body: '', close }
      const result = await this.#handle(incoming, way)
      status = result.status
      stream = result.stream
      body = stream ? '' : (result.json ?? JSON.stringify(result.view))
    } catch (thrown) {
      way.error = this.#errorOf(incoming, thrown)
      status = way.error.status
      body = JSON.stringify(way.error.body())
    }
    const headers: Record<string, string> = { 'content-type': 'application/json', date: this.#httpDate(way.scene) }
    if (way.error) Object.assign(headers, way.error.headers)
    if (way.ignored.length > 0) {
      headers['mock-ignored'] = ignoredHeader(way.ignored)
      this.#with.log('warn', `${incoming.method} ${way.path} ignored ${headers['mock-ignored']}`)
    }
    if (stream) return { status, headers: Object.assign(headers, streaming), body, stream }
    return close ? { status, headers, body, close } : { status, headers, body }
  }

  /** The scripted fault that strikes a call. */
  #fault({ method }: Incoming, path: string): Fault | undefined {
    const { hooks: meddler } = this.#with
    if (!meddler) return undefined
    this.world.runDue()
    return meddler.strike(method === 'HEAD' ? 'GET' : method, path)
  }

  /** Reads what a fault will strike, so that the journal knows it. */
  async #look(incoming: Incoming, way: CallState<Scene>): Promise<void> {
    way.text = hasBody(incoming) ? await incoming.body(bodyLimit) : ''
    way.body = way.text ?? ''
    try {
      way.route = this.#tree.match(incoming.method, way.path).route
    } catch {
      // Nothing is there, which whoever comes after the fault says.
    }
  }

  /** Waits, throws the error to answer with, or tells how to close, as a fault says. */
  async #strike({ delay, answer, close }: Fault): Promise<Close | undefined> {
    if (delay) await this.world.wait(delay)
    if (!answer) return close
    const { status, retry_after } = answer
    throw apiErrors.scripted(status, retry_after === undefined ? undefined : Math.ceil(retry_after / 1e6))
  }

  /** Once the body is there nothing waits, until the handler does: a call sees and changes one moment. */
  async #handle(incoming: Incoming, way: CallState<Scene>): Promise<Result> {
    const reads = hasBody(incoming)
    const text = 'text' in way ? way.text : reads ? await incoming.body(bodyLimit) : ''
    if (text !== undefined) way.body = text
    const { route, params } = this.#tree.match(incoming.method, way.path)
    way.route = route
    const scene = this.#with.enter(incoming)
    way.scene = scene
    const ignore: Ignore = (name) => void way.ignored.push(name)
    if (!route.query && incoming.url.includes('?')) {
      const { parameter } = this.#with
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
    // A spread followed by more names costs 5 µs, a third of the whole way.
    const result = await route.handle(Object.assign(scene, asked))
    this.#with.hooks?.answered(route.method, way.path, scene, result.view)
    return result
  }

  #body(text: string | undefined, route: Route<Scene>, ignore: Ignore): unknown {
    if (text === undefined) throw apiErrors.bodyTooLarge(bodyLimit)
    const given = readBody(text)
    if (route.body) return parse(route.body, given, ignore)
    this.#passOver(Object.keys(given), ignore, 'this call reads no body')
    return undefined
  }

  /** What a route does not read: ignored, or refused where nothing else is. */
  #passOver(names: readonly string[], ignore: Ignore, why: string, known = ''): void {
    if (this.#with.parameter === undefined) for (const name of names) ignore(name)
    else if (names.length > 0) {
      const faults = names.map((name) => [name, [`is unknown; ${why}.${nearest(name, [known])}`]])
      throw invalidParameter(Object.fromEntries(faults))
    }
  }

  #errorOf(incoming: Incoming, thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown
    return this.#with.understood?.(thrown) ?? this.#bug(incoming, thrown)
  }

  #bug(incoming: Incoming, thrown: unknown): ApiError {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    this.#with.log('error', `${incoming.method} ${pathOf(incoming.url)} failed: ${stack}`)
    return apiErrors.bug()
  }

  /** The `Date` header by the world's clock. */
  #httpDate(scene: Scene | undefined): string {
    const { now } = this.#with
    const instant = scene && now ? now(scene) : this.world.clock.now()
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

/** What events are sent with; nothing on the way may keep them. */
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
