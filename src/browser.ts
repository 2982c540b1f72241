import { type SetupWorker, type StartOptions, setupWorker } from 'msw/browser'
import { handlerFor } from './handlers/intercept.ts'
import { apiUrl, Mock, type MockOptions } from './mock.ts'

export interface RicloudWorkerOptions extends MockOptions {
  /** Where the page expects the API; its real address by default. */
  readonly baseUrl?: string
}

/** Calls to the API from this page, answered by a mock through a service worker. */
export class RicloudWorker {
  readonly mock: Mock
  /** The msw worker, for handlers of one's own on top. */
  readonly worker: SetupWorker

  /** Throws an Error that names every option at fault. */
  constructor({ baseUrl = apiUrl, ...options }: RicloudWorkerOptions = {}) {
    this.mock = new Mock(options, ['baseUrl'])
    this.worker = setupWorker(handlerFor(baseUrl, (request) => this.mock.fetch(request)))
  }

  /** Registers the worker script (msw's `mockServiceWorker.js`) and intercepts once resolved; await it before the first call. */
  async start({ onUnhandledRequest = 'bypass', quiet = true, ...options }: StartOptions = {}): Promise<this> {
    await this.worker.start({ onUnhandledRequest, quiet, ...options })
    this.mock.hold(false)
    return this
  }

  /** Gives back the first morning, and drops handlers added with `worker.use`. */
  reset(): void {
    this.mock.reset()
    this.worker.resetHandlers()
  }

  /** Ends the interception in this page. Where the mock is `strict`, it throws an Error if the scenario did not come to pass. */
  stop(): void {
    this.worker.stop()
    this.mock.hold(true)
    if (this.mock.strict) this.mock.scenario.verify()
  }
}

/** Makes a mock for calls from this page; `await start()` starts it. Throws an Error that names every option at fault. */
export function setupRicloudWorker(options?: RicloudWorkerOptions): RicloudWorker {
  return new RicloudWorker(options)
}
