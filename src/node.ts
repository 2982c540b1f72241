/// <reference lib="esnext.disposable" preserve="true" />
import type { SetupServer } from 'msw/node'
import { handlerFor, type InterceptingResponder, webhookHandler } from './engine/http/msw-handlers.ts'
import { kindOf } from './engine/messages.ts'
import { requireOptions } from './engine/options.ts'
import { Interception, type ListenOptions } from './interception/interception.ts'
import { CoverageFile, readFolderOption } from './mock/coverage-files.ts'
import { leaveReplay } from './mock/replay-files.ts'
import { apiUrl, Mock, type MockOptions, type ResetOptions } from './mock/ricloud.ts'
import type { SweepReport } from './mock/sweep/report.ts'
import type { SweepTest } from './mock/sweep/sweep.ts'
import { type RunnerSweepOptions, Sweeping } from './mock/sweep/sweeping.ts'

export type { UnhandledRequest } from './engine/http/unhandled.ts'
export type { ListenOptions } from './interception/interception.ts'
export { loadScenario } from './mock/scenario-files.ts'
export type { SweepKind } from './mock/sweep/kinds.ts'
export type { SweepReport, SweepRun, SweepWebhook } from './mock/sweep/report.ts'
export type { SweepContext } from './mock/sweep/run.ts'
export { type SweepOptions, type SweepTest, sweep } from './mock/sweep/sweep.ts'

export interface RicloudOptions extends MockOptions {
  /** The base URL at which calls are intercepted; by default that of the real API. */
  readonly baseUrl?: string | undefined
  /** An msw server of yours that answers in place of one of the mock's; you start and close it. */
  readonly server?: SetupServer | undefined
  /** The folder that `close()` writes the coverage to, for `ricloud-mock coverage`; by default it is not written. */
  readonly coverage?: string | undefined
  /** The folder that `saveReplay` writes to; by default there is none. */
  readonly replays?: string | undefined
}

/** A mock that answers calls from this process while it listens. */
export class Ricloud {
  readonly mock: Mock
  /** The msw server, for further handlers. */
  readonly server: SetupServer
  readonly #interception: Interception
  readonly #baseUrl: string
  readonly #coverage: CoverageFile | undefined
  readonly #replays: string | undefined
  readonly #options: MockOptions
  readonly #sweeping = new Sweeping()

  /** Throws an Error that names every invalid option. */
  constructor(given: RicloudOptions = {}) {
    const {
      baseUrl = apiUrl,
      server,
      coverage,
      replays,
      ...options
    } = requireOptions(given, 'create the mock', 'scenario')
    if (server !== undefined && typeof server?.resetHandlers !== 'function') {
      throw new Error(
        `Failed to create the mock: server must be what setupServer() of msw/node returned, got ${kindOf(server)}.`,
      )
    }
    const folder = readFolderOption(coverage, 'coverage')
    this.#coverage = folder === undefined ? undefined : new CoverageFile(folder)
    this.mock = new Mock(options, { own: ['baseUrl', 'server', 'coverage', 'replays'] })
    this.#replays = readFolderOption(replays, 'replays')
    this.#options = options
    const answering: InterceptingResponder = {
      respond: (incoming) => (this.#sweeping.run ?? this.mock).respond(incoming),
      storeOf: (url) => (this.#sweeping.run ?? this.mock).storeOf(url),
      isWebhook: (request) => (this.#sweeping.run ?? this.mock).isWebhook(request),
    }
    this.#interception = new Interception(handlerFor(baseUrl, answering), webhookHandler(answering), server)
    this.server = this.#interception.server
    this.#baseUrl = baseUrl
  }

  /**
   * Starts to intercept calls; call it before the first one, because msw 3 does not see calls over a connection that was
   * opened before. Calls to other hosts pass, unless `onUnhandledRequest` says otherwise. Does nothing if it listens
   * already. Throws an Error if another one, or another msw server, listens in this process: msw would stop the first for
   * the second. Until `close`, the `listen` of any other msw server throws for the same reason.
   */
  listen(options?: ListenOptions): this {
    this.#interception.begin(this.#baseUrl, options)
    this.mock.hold(false)
    return this
  }

  /**
   * Restores the initial state, and drops handlers added with `server.use`, unless the server was given. With options
   * it begins as if the mock had been made with them as well, until the next reset. A `strict` mock is reset, and throws
   * an Error if calls came since the last reset, but something in its scenario never fired.
   */
  reset(options: ResetOptions = {}): void {
    this.#interception.resetHandlers()
    this.mock.reset(options)
  }

  /**
   * Sweeps a test whose client calls the API in any way that is intercepted. The runs follow one another, each answered by
   * a mock with the same options. Throws an Error if it does not listen, or sweeps already, and where `sweep` does.
   */
  async sweep(test: SweepTest, options?: RunnerSweepOptions): Promise<SweepReport> {
    if (!this.#interception.isCurrent) throw new Error('Failed to sweep: call listen() first.')
    return this.#sweeping.sweep(test, this.#options, options)
  }

  /**
   * Writes what happened since the last reset to a file in the folder `replays`, for `ricloud-mock replay`: call it when a
   * test has failed, before the reset. Does nothing without that folder.
   *
   * @param test its name, of which that of the file is made
   * @returns a line for the output of the test: where the file is, or why there is none
   */
  async saveReplay(test: string): Promise<string | undefined> {
    return this.#replays === undefined ? undefined : (await leaveReplay(this.mock, this.#replays, { name: test })).line
  }

  /** Stops to intercept. A `strict` mock throws an Error if something in its scenario never fired. */
  close(): void {
    this.#interception.end()
    this.mock.hold(true)
    this.#coverage?.write(this.mock.coverage())
    this.mock.requireFired()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Makes a mock for calls from this process; `listen()` starts it. Throws an Error that names every invalid option. */
export function setupRicloud(options?: RicloudOptions): Ricloud {
  return new Ricloud(options)
}
