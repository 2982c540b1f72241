import type * as z from 'zod'
import { bodyLimit, type Ignore, parse, readBody } from '../contract/parse.ts'
import type { World } from '../domain/world.ts'
import { ApiError, type Evidence, refusal } from '../errors.ts'
import type { Close, Fault } from '../faults.ts'
import { nearest } from '../words.ts'
import type { Answer, Incoming } from './exchange.ts'

/** Who may meddle with the calls of a router: the scenario. */
export interface Meddler<Scene> {
  /** Before a call is handled: the fault that strikes it, if any. */
  strike(method: string, path: string): Fault | undefined
  /** After a call succeeded, with the view that answers it; without one for a list. */
  answered(method: string, path: string, scene: Scene, view: object | undefined): void
}

/** What every handler gets of a request, beside its scene. */
export interface Asked<Body> {
  readonly params: { readonly id: string }
  /** The query's parameters; read only where they matter. */
  search(): URLSearchParams
  readonly body: Body
  readonly ignore: Ignore
  readonly header: Incoming['header']
}

/** What a handler answers: a view, or the JSON of one. */
export type Result =
  | { readonly status: 200 | 201; readonly view: object; readonly json?: never }
  | { readonly status: 200 | 201; readonly view?: never; readonly json: string }

/** 200 with a view. */
export const ok = (view: object): Result => ({ status: 200, view })
/** 201 with the view of a new instance (documented). */
export const created = (view: object): Result => ({ status: 201, view })

export type Method = 'GET' | 'POST' | 'DELETE'

/** One row of the route table: handlers, the README's endpoint table and the coverage test come from these. */
export interface Route<Scene, Body = unknown> {
  readonly method: Method
  /** With `{id}` where an ID stands. */
  readonly path: string
  readonly evidence: Evidence
  readonly summary: string
  /** What to add when a method is asked for that the path does not offer. */
  readonly notOffered?: string
  /** The parameters in the body; without one all of them are ignored. */
  readonly body?: z.ZodType<Body>
  /** Whether it reads the query; otherwise all of it is ignored. */
  readonly query?: true
  handle(call: Scene & Asked<Body>): Result | Promise<Result>
}

interface Node<Scene> {
  readonly next: Map<string, Node<Scene>>
  readonly routes: Map<string, Route<Scene>>
}

/**
 * Dispatches by method and path segments, without a scan, and wraps every handler: let faults strike, read the body,
 * find the route, set the scene (settle time, who calls), handle, and turn what is returned or thrown into an answer.
 */
export class Router<Scene extends object> {
  readonly #root: Node<Scene> = { next: new Map(), routes: new Map() }
  readonly #paths = new Set<string>()
  #date = { second: 0, text: '' }

  /**
   * @param enter makes the scene of a request, or throws
   * @param log gets what nobody may miss: ignored parameters and bugs
   */
  constructor(
    readonly world: World,
    routes: readonly Route<Scene>[],
    readonly enter: (incoming: Incoming) => Scene,
    readonly log: (level: 'warn' | 'error', message: string) => void,
    readonly meddler?: Meddler<Scene>,
  ) {
    for (const route of routes) {
      let node = this.#root
      for (const segment of route.path.split('/').slice(1)) {
        let next = node.next.get(segment)
        if (!next) node.next.set(segment, (next = { next: new Map(), routes: new Map() }))
        node = next
      }
      node.routes.set(route.method, route)
      this.#paths.add(route.path)
    }
  }

  async respond(incoming: Incoming): Promise<Answer> {
    const ignored: string[] = []
    let status: number
    let body: string
    let more: Readonly<Record<string, string>> | undefined
    let close: Close | undefined
    try {
      close = await this.#struck(incoming)
      if (close === 'reset' || close === 'empty') return { status: 0, headers: {}, body: '', close }
      const result = await this.#handle(incoming, (name) => ignored.push(name))
      status = result.status
      body = result.json ?? JSON.stringify(result.view)
    } catch (thrown) {
      const error = thrown instanceof ApiError ? thrown : this.#bug(incoming, thrown)
      status = error.status
      body = JSON.stringify(error.body())
      more = error.headers
    }
    const headers: Record<string, string> = { 'content-type': 'application/json', date: this.#httpDate() }
    if (more) Object.assign(headers, more)
    if (ignored.length > 0) {
      headers['mock-ignored'] = ignoredHeader(ignored)
      this.log('warn', `${incoming.method} ${pathOf(incoming.url)} ignored ${headers['mock-ignored']}`)
    }
    const answer = { status, headers, body }
    return close ? { ...answer, close } : answer
  }

  /** Lets a scripted fault strike the call: it waits, throws the error to answer with, or tells how to close. */
  async #struck({ method, url }: Incoming): Promise<Close | undefined> {
    if (!this.meddler) return undefined
    this.world.settle()
    const fault = this.meddler.strike(method === 'HEAD' ? 'GET' : method, pathOf(url))
    if (!fault) return undefined
    if (fault.delay) await this.world.wait(fault.delay)
    if (fault.answer) {
      const { status, retry_after } = fault.answer
      throw refusal.scripted(status, retry_after === undefined ? undefined : Math.ceil(retry_after / 1e6))
    }
    return fault.close
  }

  /** Once the body is there nothing waits, until the handler does: a call sees and changes one moment. */
  async #handle(incoming: Incoming, ignore: Ignore): Promise<Result> {
    const reads = incoming.method !== 'GET' && incoming.method !== 'HEAD'
    const text = reads ? await incoming.body(bodyLimit) : ''
    const { route, id } = this.#match(incoming.method, pathOf(incoming.url))
    const scene = this.enter(incoming)
    if (!route.query && incoming.url.includes('?'))
      for (const name of new Set(searchOf(incoming.url).keys())) ignore(name)
    const asked: Asked<unknown> = {
      params: { id },
      search: () => searchOf(incoming.url),
      body: reads ? this.#body(text, route, ignore) : undefined,
      ignore,
      header: incoming.header,
    }
    // A spread followed by more names costs 5 µs, a third of the whole way.
    const result = await route.handle(Object.assign(scene, asked))
    this.meddler?.answered(route.method, pathOf(incoming.url), scene, result.view)
    return result
  }

  #body(text: string | undefined, route: Route<Scene>, ignore: Ignore): unknown {
    if (text === undefined) throw refusal.bodyTooLarge(bodyLimit)
    const given = readBody(text)
    if (route.body) return parse(route.body, given, ignore)
    for (const name of Object.keys(given)) ignore(name)
    return undefined
  }

  #match(method: string, path: string): { route: Route<Scene>; id: string } {
    let node: Node<Scene> | undefined = this.#root
    let id = ''
    for (const segment of path.split('/').slice(1)) {
      const next: Node<Scene> | undefined = node.next.get(segment)
      if (next) {
        node = next
        continue
      }
      id = decoded(segment)
      node = id === '' ? undefined : node.next.get('{id}')
      if (!node) break
    }
    if (!node || node.routes.size === 0) throw refusal.unknownPath(path, this.#hint(path))
    const route = node.routes.get(method === 'HEAD' ? 'GET' : method)
    if (!route) {
      const offered = [...node.routes.values()]
      const hint = offered.map((other) => other.notOffered ?? '').join('')
      throw refusal.methodNotOffered(
        method,
        path,
        offered.map((other) => other.method),
        hint,
      )
    }
    return { route, id }
  }

  #hint(path: string): string {
    if (path.length > 1 && path.endsWith('/')) return ' Paths have no trailing slash.'
    return nearest(path, [...this.#paths])
  }

  #bug(incoming: Incoming, thrown: unknown): ApiError {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    this.log('error', `${incoming.method} ${pathOf(incoming.url)} failed: ${stack}`)
    return refusal.bug()
  }

  /** The `Date` header by the world's clock. */
  #httpDate(): string {
    const second = Math.floor(this.world.clock.now() / 1e6)
    if (second !== this.#date.second) this.#date = { second, text: new Date(second * 1000).toUTCString() }
    return this.#date.text
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

function searchOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start))
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const mostIgnored = 20

/** Names as a header may carry them: percent-encoded outside visible ASCII, and not more than fit. */
function ignoredHeader(names: readonly string[]): string {
  const safe = names.slice(0, mostIgnored).map((name) =>
    name
      .slice(0, 100)
      .toWellFormed()
      .replace(/[^\x21-\x2b\x2d-\x7e]/gu, encodeURIComponent),
  )
  return [...safe, ...(names.length > mostIgnored ? [`and-${names.length - mostIgnored}-more`] : [])].join(', ')
}
