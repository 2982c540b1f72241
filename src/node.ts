/// <reference lib="esnext.disposable" preserve="true" />
import { type SetupServer, setupServer } from 'msw/node'
import { Interception, type ListenOptions } from './engine/http/interception.ts'
import { handlerFor } from './engine/http/msw-handlers.ts'
import { apiUrl, Mock, type MockOptions } from './mock/ricloud.ts'

export type { ListenOptions } from './engine/http/interception.ts'
export type { UnhandledRequest } from './engine/http/unhandled.ts'
export { loadScenario } from './mock/scenario-files.ts'

export interface RicloudOptions extends MockOptions {
  /** Where the code under test expects the API; its real address by default. */
  readonly baseUrl?: string | undefined
}

/** Calls to the API from this process, answered by a mock while it listens. */
export class Ricloud {
  readonly mock: Mock
  /** The msw server, for handlers of one's own on top. */
  readonly server: SetupServer
  readonly #interception: Interception

  /** Throws an Error that names every option at fault. */
  constructor({ baseUrl = apiUrl, ...options }: RicloudOptions = {}) {
    this.mock = new Mock(options, ['baseUrl'])
    this.server = setupServer(handlerFor(baseUrl, (request) => this.mock.fetch(request)))
    this.#interception = new Interception(this.server)
  }

  /**
   * Starts to intercept. Calls to other hosts pass, unless `onUnhandledRequest` says otherwise. Where it listens
   * already, nothing happens. Throws an Error if another one listens in this process: msw would let its calls through
   * to the real API. Listen before the first call: msw 3 sees no call over a connection that was kept alive from before.
   */
  listen(options?: ListenOptions): this {
    this.#interception.begin(options)
    this.mock.hold(false)
    return this
  }

  /** Restores the initial state, and drops handlers added with `server.use`. */
  reset(): void {
    this.mock.reset()
    this.server.resetHandlers()
  }

  /** Ends the interception. A `strict` mock throws an Error if something in its scenario never fired. */
  close(): void {
    this.#interception.end()
    this.mock.hold(true)
    if (this.mock.strict) this.mock.scenario.verify()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Makes a mock for calls from this process; `listen()` starts it. Throws an Error that names every option at fault. */
export function setupRicloud(options?: RicloudOptions): Ricloud {
  return new Ricloud(options)
}
