import type { SharedOptions } from 'msw'
import { type SetupServer, setupServer } from 'msw/node'
import { handlerFor } from './handlers/intercept.ts'
import { apiUrl, Mock, type MockOptions } from './mock.ts'

export { loadScenario } from './scenario/file.ts'

export interface RicloudOptions extends MockOptions {
  /** Where the code under test expects the API; its real address by default. */
  readonly baseUrl?: string
}

/** Calls to the API from this process, answered by a mock while it listens. */
export class Ricloud {
  static #listening: Ricloud | undefined
  readonly mock: Mock
  /** The msw server, for handlers of one's own on top. */
  readonly server: SetupServer

  /** Throws an Error that names every option at fault. */
  constructor({ baseUrl = apiUrl, ...options }: RicloudOptions = {}) {
    this.mock = new Mock(options, ['baseUrl'])
    this.server = setupServer(handlerFor(baseUrl, (request) => this.mock.fetch(request)))
  }

  /**
   * Starts to intercept. Calls to other hosts pass, unless `onUnhandledRequest` says otherwise. Throws an Error if
   * another one listens in this process: msw would let its calls through to the real API.
   */
  listen({ onUnhandledRequest = 'bypass' }: Partial<SharedOptions> = {}): this {
    if (Ricloud.#listening && Ricloud.#listening !== this) {
      throw new Error('Another setupRicloud() listens in this process already: close() it first.')
    }
    Ricloud.#listening = this
    this.mock.hold(false)
    this.server.listen({ onUnhandledRequest })
    return this
  }

  /** Gives back the first morning, and drops handlers added with `server.use`. */
  reset(): void {
    this.mock.reset()
    this.server.resetHandlers()
  }

  /** Ends the interception. Where the mock is `strict`, it throws an Error if the scenario did not come to pass. */
  close(): void {
    this.server.close()
    this.mock.hold(true)
    if (Ricloud.#listening === this) Ricloud.#listening = undefined
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
