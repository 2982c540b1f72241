/// <reference lib="esnext.disposable" preserve="true" />
import { type SetupServer, setupServer } from 'msw/node'
import { Interception, type ListenOptions } from './engine/http/interception.ts'
import { handlerFor, webhookHandler } from './engine/http/msw-handlers.ts'
import { apiUrl, Mock, type MockOptions } from './mock/ricloud.ts'

export type { ListenOptions } from './engine/http/interception.ts'
export type { UnhandledRequest } from './engine/http/unhandled.ts'
export { loadScenario } from './mock/scenario-files.ts'

export interface RicloudOptions extends MockOptions {
  /** The base URL at which calls are intercepted; by default that of the real API. */
  readonly baseUrl?: string | undefined
}

/** A mock that answers calls from this process while it listens. */
export class Ricloud {
  readonly mock: Mock
  /** The msw server, for further handlers. */
  readonly server: SetupServer
  readonly #interception: Interception

  /** Throws an Error that names every invalid option. */
  constructor({ baseUrl = apiUrl, ...options }: RicloudOptions = {}) {
    this.mock = new Mock(options, ['baseUrl'])
    this.server = setupServer(handlerFor(baseUrl, this.mock), webhookHandler(this.mock))
    this.#interception = new Interception(this.server)
  }

  /**
   * Starts to intercept calls; call it before the first one, because msw 3 does not see calls over a connection that was
   * opened before. Calls to other hosts pass, unless `onUnhandledRequest` says otherwise. Does nothing if it listens
   * already. Throws an Error if another one listens in this process, because msw would let calls through to the real API.
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

  /** Stops to intercept. A `strict` mock throws an Error if something in its scenario never fired. */
  close(): void {
    this.#interception.end()
    this.mock.hold(true)
    if (this.mock.strict) this.mock.scenario.verify()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Makes a mock for calls from this process; `listen()` starts it. Throws an Error that names every invalid option. */
export function setupRicloud(options?: RicloudOptions): Ricloud {
  return new Ricloud(options)
}
