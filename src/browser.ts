import { type SetupWorker, type StartOptions, setupWorker } from 'msw/browser'
import { handlerFor } from './engine/http/msw-handlers.ts'
import { onUnhandled, type UnhandledRequest } from './engine/http/unhandled.ts'
import { shown } from './engine/messages.ts'
import { apiUrl, Mock, type MockOptions } from './mock/ricloud.ts'
import { demandServiceWorkers, registrationError } from './worker/script.ts'
import { TabStorage } from './worker/tab-storage.ts'

export type { UnhandledRequest } from './engine/http/unhandled.ts'

/** Where msw looks for its script. */
const workerScript = '/mockServiceWorker.js'

export interface RicloudWorkerOptions extends MockOptions {
  /** Where the page expects the API; its real address by default. */
  readonly baseUrl?: string | undefined
  /** Whether the world survives a reload of this tab; false, the default, starts in the initial state after each reload. */
  readonly persist?: boolean | undefined
}

export interface RicloudStartOptions extends Omit<StartOptions, 'onUnhandledRequest' | 'onUnhandledFrame'> {
  /** `bypass` by default. msw 3 calls this `onUnhandledFrame`; here it has one name, and either msw understands it. */
  readonly onUnhandledRequest?: UnhandledRequest | undefined
}

/** Calls to the API from this page, answered by a mock through a service worker. */
export class RicloudWorker {
  readonly mock: Mock
  /** The msw worker, for handlers of one's own on top. */
  readonly worker: SetupWorker
  readonly #keeper: TabStorage | undefined
  #started: Promise<unknown> | undefined

  /** Throws an Error that names every option at fault. */
  constructor({ baseUrl = apiUrl, persist = false, ...options }: RicloudWorkerOptions = {}) {
    if (typeof persist !== 'boolean') {
      throw new Error(`Failed to create the mock: persist must be true or false, got ${shown(persist)}.`)
    }
    this.mock = new Mock(options, ['baseUrl', 'persist'])
    this.worker = setupWorker(handlerFor(baseUrl, (request) => this.mock.fetch(request)))
    if (!persist) return
    this.#keeper = new TabStorage(this.mock, baseUrl, (message) => options.log?.('warn', message))
    this.#keeper.resume()
  }

  /**
   * Registers the worker script (msw's `mockServiceWorker.js`) and intercepts once resolved; await it before the first
   * call. Where it is started already, nothing happens. Throws an Error that says what to do if there is no such
   * script, or the browser offers no service workers.
   */
  async start(options: RicloudStartOptions = {}): Promise<this> {
    this.#started ??= this.#start(options).catch((error) => {
      this.#started = undefined
      throw error
    })
    await this.#started
    return this
  }

  async #start({ onUnhandledRequest = 'bypass', quiet = true, ...options }: RicloudStartOptions): Promise<void> {
    demandServiceWorkers()
    try {
      await this.worker.start({ quiet, ...options, ...onUnhandled(onUnhandledRequest) })
    } catch (error) {
      // What msw began would stand in the way of another start. msw 3 never ends to stop what failed to start.
      void this.#halt()
      throw await registrationError(String(options.serviceWorker?.url ?? workerScript), error)
    }
    this.mock.hold(false)
    this.#keeper?.begin()
  }

  async #halt(): Promise<void> {
    try {
      await this.worker.stop()
    } catch {
      // msw 3 refuses to stop what did not begin.
    }
  }

  /** Restores the initial state, and drops handlers added with `worker.use`. */
  reset(): void {
    this.mock.reset()
    this.worker.resetHandlers()
  }

  /** Ends the interception in this page. A `strict` mock throws an Error if something in its scenario never fired. */
  stop(): void {
    if (this.#started) void this.#halt()
    this.#started = undefined
    this.#keeper?.end()
    this.mock.hold(true)
    if (this.mock.strict) this.mock.scenario.verify()
  }
}

/** Makes a mock for calls from this page; `await start()` starts it. Throws an Error that names every option at fault. */
export function setupRicloudWorker(options?: RicloudWorkerOptions): RicloudWorker {
  return new RicloudWorker(options)
}
