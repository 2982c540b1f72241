import { syncBuiltinESMExports } from 'node:module'
import type { HttpHandler } from 'msw'
import * as msw from 'msw/node'
import { onUnhandled, type UnhandledRequest } from '../engine/http/unhandled.ts'
import { requireOptions } from '../engine/options.ts'
import { guardConnections } from './connection-guard.ts'

export interface ListenOptions {
  /** `bypass` by default. msw 3 calls this `onUnhandledFrame`; here it has one name, and either msw understands it. */
  readonly onUnhandledRequest?: UnhandledRequest | undefined
  /** Whether connections to the host of the base URL that msw does not intercept are refused; true by default. */
  readonly guard?: boolean | undefined
}

// Not imported, since an import of node:process reads all of its properties, and Node makes some when they are first read.
const { versions } = globalThis.process

/** How an msw server of the application and this package work together. */
const together =
  'one msw server answers all calls of a process. Let yours answer for ricloud too: setupRicloud({ server: yours }), ' +
  'or setupServer(...createMock().handlers); with ricloud-mock/vitest test.extend("msw", { scope: "file" }, () => yours).'

const foreignListens = () => new Error(`An msw server listens in this process already, and ${together}`)
const oursListens = () => new Error(`ricloud-mock listens in this process already, and ${together}`)

/** The Interception of this process, also one of another copy of this package. */
const processWide = globalThis as { [current]?: Interception | undefined }
const current = Symbol.for('ricloud-mock.interception')

/** An msw server that intercepts the calls of this process: one at a time, since msw would stop the first for a second. */
export class Interception {
  readonly server: msw.SetupServer
  readonly #isOwn: boolean
  readonly #first: HttpHandler
  readonly #last: HttpHandler
  #admitOthers = () => {}
  #endGuard = () => {}

  /**
   * @param first answers the API's calls, before the initial handlers of a given server
   * @param last gets what no handler answers
   * @param given an msw server that somebody else starts and closes; in place of one of its own
   */
  constructor(first: HttpHandler, last: HttpHandler, given?: msw.SetupServer | undefined) {
    this.server = given ?? msw.setupServer(first, last)
    this.#isOwn = given === undefined
    this.#first = first
    this.#last = last
    if (!this.#isOwn) return
    const close = this.server.close.bind(this.server)
    // Closing the server is the same as `end`: others are refused as long as this one is current.
    this.server.close = () => (this.isCurrent ? this.end() : close())
  }

  /** Whether it intercepts. */
  get isCurrent(): boolean {
    return processWide[current] === this
  }

  /**
   * Calls that no handler answers pass, unless told otherwise. Where this one intercepts already, nothing happens; throws
   * an Error if another one does, or another msw server.
   *
   * @param baseUrl whose host is guarded
   */
  begin(baseUrl: string, options: ListenOptions = {}): void {
    const { onUnhandledRequest, guard = true } = requireOptions(options, 'listen')
    if (this.isCurrent) return
    if (processWide[current]) {
      throw new Error(
        'Another setupRicloud() listens in this process already, or a test of ricloud-mock/vitest runs: close() it first. It may belong to a second copy of ricloud-mock.',
      )
    }
    if (!this.#isOwn && onUnhandledRequest !== undefined) {
      throw new Error('onUnhandledRequest is an option of the listen() of your msw server, which decides it.')
    }
    const endGuard = guard ? guardServer(this.server, baseUrl) : () => {}
    try {
      if (this.#isOwn) this.#listen(onUnhandledRequest)
      else attach(this.server, this.#first, this.#last)
    } catch (error) {
      endGuard()
      throw error
    }
    this.#endGuard = endGuard
    processWide[current] = this
    // Also for clients that import the replaced functions of node:http by their names.
    syncBuiltinESMExports()
  }

  #listen(onUnhandledRequest: UnhandledRequest = 'bypass'): void {
    requireNodeFor(this.server)
    if (isMswListening()) throw foreignListens()
    this.#admitOthers = refuseOthers(() => this.server.listen(onUnhandled(onUnhandledRequest)))
  }

  end(): void {
    if (!this.isCurrent) return
    delete processWide[current]
    this.#admitOthers()
    if (this.#isOwn) this.server.close()
    else detach(this.server, this.#first)
    // After msw 3, which replaced the same method on top of the guard.
    this.#endGuard()
    syncBuiltinESMExports()
  }

  /** Drops handlers that were added with `use`, unless the server is somebody else's. */
  resetHandlers(): void {
    if (this.#isOwn) this.server.resetHandlers()
  }
}

/** Makes handlers the first and the last of those that a server keeps when it is reset. */
export function attach(server: msw.SetupServer, first: HttpHandler, last: HttpHandler): void {
  requireNodeFor(server)
  if (!server.listHandlers().includes(first)) server.resetHandlers(first, ...others(server, last), last)
}

/** Takes back the first handler. The last one stays, since msw takes an empty list for none given. */
function detach(server: msw.SetupServer, first: HttpHandler): void {
  server.resetHandlers(...others(server, first))
}

/** All handlers but one. Those added with `use` become initial ones with the others: msw does not tell them apart. */
const others = (server: msw.SetupServer, one: HttpHandler) =>
  server.listHandlers().filter((handler) => handler !== one) as HttpHandler[]

/** Refuses connections to the host of a base URL that a server does not intercept. */
export const guardServer = (server: msw.SetupServer, baseUrl: string) =>
  guardConnections(baseUrl, 'readyState' in server ? (server.readyState === 1 ? 'listening' : 'idle') : undefined)

/** msw 3 and its API are told by `readyState`. Throws an Error if it does not run on this Node. */
function requireNodeFor(server: msw.SetupServer): void {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number)
  if (!('readyState' in server) || major > 22 || (major === 22 && minor >= 12)) return
  throw new Error(
    `msw 3 needs Node 22.12 or newer, and this is Node ${versions.node}: install msw 2 (npm install --save-dev msw@2), or a newer Node.`,
  )
}

/** What msw sees calls with; its servers share them. Older versions of msw 2 have no such list. */
interface Source {
  on: (...listener: unknown[]) => void
  readonly emitter?: { listenerCount(type: 'frame'): number }
}
const sources = () => (msw.defaultNetworkOptions?.sources ?? []) as unknown as readonly Source[]

/** What msw 2 calls the symbols on `globalThis` by which its servers, also those of other copies of msw, mark that they listen. */
const marks = ['setup-server', 'interceptor-source']
const isMswListening = () =>
  Object.getOwnPropertySymbols(globalThis).some(({ description = '' }) => marks.includes(description)) ||
  sources().some(({ emitter }) => (emitter?.listenerCount('frame') ?? 0) > 0)

/**
 * Starts an msw server, and makes the `listen()` of any other one throw, which would take its calls, or end with it.
 * Returns what admits others again.
 */
function refuseOthers(listen: () => void): () => void {
  const refuse = () => {
    throw oursListens()
  }
  for (const source of sources()) {
    const { on } = source
    source.on = (...listener) => {
      on.apply(source, listener)
      source.on = () => {
        // A server that starts has removed the listener of the one before.
        on.apply(source, listener)
        refuse()
      }
    }
  }
  const before = new Set(Object.getOwnPropertySymbols(globalThis))
  listen()
  // By these symbols msw 2 finds what listens already, and uses it.
  const marked = Object.getOwnPropertySymbols(globalThis)
    .filter((symbol) => !before.has(symbol))
    .map((symbol) => ({ symbol, value: Reflect.get(globalThis, symbol) }))
  for (const { symbol } of marked) Object.defineProperty(globalThis, symbol, { get: refuse, configurable: true })
  return () => {
    for (const { symbol, value } of marked) {
      Object.defineProperty(globalThis, symbol, { value, writable: true, enumerable: true, configurable: true })
    }
    for (const source of sources()) Reflect.deleteProperty(source, 'on')
  }
}
