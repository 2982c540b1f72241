import { type SetupWorker, type StartOptions, setupWorker } from 'msw/browser'
import { handlerFor, webhookHandler } from './engine/http/msw-handlers.ts'
import { onUnhandled, type UnhandledRequest } from './engine/http/unhandled.ts'
import { shown } from './engine/messages.ts'
import { requireOptions } from './engine/options.ts'
import { apiUrl, Mock, type MockOptions, type ResetOptions } from './mock/ricloud.ts'
import { registrationError, requireServiceWorkers } from './worker/script.ts'
import { TabStorage } from './worker/tab-storage.ts'

export type { UnhandledRequest } from './engine/http/unhandled.ts'

/** The default URL of msw's worker script. */
const workerScript = '/mockServiceWorker.js'

export interface RicloudWorkerOptions extends Omit<MockOptions, 'localStorage'> {
  /** The base URL at which calls are intercepted; by default that of the real API. */
  readonly baseUrl?: string | undefined
  /** Whether the world survives a reload of this tab; false, the default, starts in the initial state after each reload. */
  readonly persist?: boolean | undefined
}

export interface RicloudStartOptions extends Omit<StartOptions, 'onUnhandledRequest' | 'onUnhandledFrame'> {
  /** What happens to calls to other hosts; `bypass` by default. msw 3 calls this `onUnhandledFrame`; here it has one name for both. */
  readonly onUnhandledRequest?: UnhandledRequest | undefined
}

/** A mock that answers calls from this page, through a service worker. */
export class RicloudWorker {
  readonly mock: Mock
  /** The msw worker, for further handlers. */
  readonly worker: SetupWorker
  readonly #tabStorage: TabStorage | undefined
  #started: Promise<unknown> | undefined

  /** Throws an Error that names every invalid option. */
  constructor(given: RicloudWorkerOptions = {}) {
    const { baseUrl = apiUrl, persist = false, ...options } = requireOptions(given, 'create the mock', 'scenario')
    if (typeof persist !== 'boolean') {
      throw new Error(`Failed to create the mock: persist must be true or false, got ${shown(persist)}.`)
    }
    this.mock = new Mock(options, { own: ['baseUrl', 'persist'], lacks: ['localStorage'] })
    this.worker = setupWorker(handlerFor(baseUrl, this.mock), webhookHandler(this.mock))
    if (!persist) return
    this.#tabStorage = new TabStorage(this.mock, baseUrl, (message) => options.log?.('warn', message))
    this.#tabStorage.restore()
  }

  /**
   * Registers the worker script (msw's `mockServiceWorker.js`) and starts to intercept; await it before the first call.
   * Does nothing if it was started already. Rejects with an Error that says what to do if there is no such script, or the
   * browser has no service workers here.
   */
  async start(options: RicloudStartOptions = {}): Promise<this> {
    this.#started ??= this.#start(requireOptions(options, 'start the worker')).catch((error) => {
      this.#started = undefined
      throw error
    })
    await this.#started
    return this
  }

  async #start({ onUnhandledRequest = 'bypass', quiet = true, ...options }: RicloudStartOptions): Promise<void> {
    requireServiceWorkers()
    try {
      await this.worker.start({ quiet, ...options, ...onUnhandled(onUnhandledRequest) })
    } catch (error) {
      // A half-started msw blocks the next start. Not awaited: msw 3 never resolves for a worker that failed to start.
      void this.#stopWorker()
      throw await registrationError(String(options.serviceWorker?.url ?? workerScript), error)
    }
    this.mock.hold(false)
    this.#tabStorage?.start()
  }

  async #stopWorker(): Promise<void> {
    try {
      await this.worker.stop()
    } catch {
      // msw 3 throws for a worker that was not started.
    }
  }

  /**
   * Restores the initial state, and drops handlers added with `worker.use`. With options it begins as if the mock had
   * been made with them as well, until the next reset. A `strict` mock is reset, and throws an Error if calls came since
   * the last reset, but something in its scenario never fired.
   */
  reset(options: ResetOptions = {}): void {
    this.worker.resetHandlers()
    this.mock.reset(options)
  }

  /** Stops to intercept calls from this page. A `strict` mock throws an Error if something in its scenario never fired. */
  stop(): void {
    if (this.#started) void this.#stopWorker()
    this.#started = undefined
    this.#tabStorage?.stop()
    this.mock.hold(true)
    this.mock.requireFired()
  }
}

/** Makes a mock for calls from this page; `await start()` starts it. Throws an Error that names every invalid option. */
export function setupRicloudWorker(options?: RicloudWorkerOptions): RicloudWorker {
  return new RicloudWorker(options)
}
