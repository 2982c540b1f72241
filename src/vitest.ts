import { http } from 'msw'
import type { SetupServer } from 'msw/node'
import { test as base, expect, inject, type RunnerTestCase, type RunnerTestSuite, type TestAPI } from 'vitest'
import { answerFor, webhookHandler, withoutSlash } from './engine/http/msw-handlers.ts'
import { requireOptions } from './engine/options.ts'
import { attach, guardServer, Interception } from './interception/interception.ts'
import { matchers, type RicloudMatchers } from './mock/matchers.ts'
import { apiUrl, type Mock } from './mock/ricloud.ts'
import type { SweepReport } from './mock/sweep/report.ts'
import type { SweepTest } from './mock/sweep/sweep.ts'
import type { RunnerSweepOptions } from './mock/sweep/sweeping.ts'
import { type RicloudTestOptions, TestWorlds } from './mock/test-worlds.ts'

export type { RicloudMatchers, State } from './mock/matchers.ts'
export type { RicloudTestOptions } from './mock/test-worlds.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that failed tests leave their files in, for `ricloud-mock replay`. */
    ricloudReplays?: string
    /** The folder for the coverage of all tests; `ricloud-mock/vitest-coverage` provides it. */
    ricloudCoverage?: string
  }
}

declare global {
  // Vitest's own interface for matchers has other type parameters in each major version.
  namespace Chai {
    interface Assertion extends RicloudMatchers<void> {}
  }
}

/** The test worlds of this process, with the msw handler that routes calls to them; every extended `test` shares it. */
class ProcessTestWorlds extends TestWorlds {
  static #shared: ProcessTestWorlds | undefined
  /** The origins whose calls are answered, besides that of the real API, with the number of running tests that need each. */
  readonly #origins = new Map<string, { tests: number; readonly endGuard: () => void }>()
  readonly #handler = http.all(
    ({ request: { url } }) => this.#isAnswered(new URL(url).origin) || this.storeOf(url) !== undefined,
    ({ request }) => answerFor(this, request),
  )
  readonly #webhooks = webhookHandler(this)
  readonly #interception = new Interception(this.#handler, this.#webhooks)
  #listeners = 0
  #failure: unknown

  static get shared(): ProcessTestWorlds {
    return (ProcessTestWorlds.#shared ??= new ProcessTestWorlds())
  }

  /**
   * Starts to intercept, until `unlisten` was called as often. `requireListening` throws what goes wrong: Vitest would keep
   * the error of a fixture of a file for the next file in the same process.
   */
  listen(): SetupServer {
    if (this.#listeners === 0) {
      this.#failure = undefined
      try {
        this.#interception.begin(apiUrl)
      } catch (error) {
        this.#failure = error
      }
    }
    this.#listeners++
    return this.#interception.server
  }

  requireListening(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  unlisten(): void {
    this.#listeners--
    if (this.#listeners > 0) return
    this.#failure = undefined
    this.#interception.end()
    this.saveCoverage()
  }

  #isAnswered(origin: string): boolean {
    return origin === apiUrl || this.#origins.has(origin)
  }

  /** Answers calls to an origin, until `removeOrigin` was called as often. */
  addOrigin(msw: SetupServer, origin: string): void {
    const used = this.#origins.get(origin) ?? { tests: 0, endGuard: guardServer(msw, origin) }
    used.tests++
    this.#origins.set(origin, used)
    attach(msw, this.#handler, this.#webhooks)
  }

  removeOrigin(origin: string): void {
    const used = this.#origins.get(origin)
    if (!used || --used.tests > 0) return
    used.endGuard()
    this.#origins.delete(origin)
  }
}

/** The fixtures of each test. */
export interface RicloudFixtures {
  /** Options of the worlds of these tests, for `test.extend`, and for `test.override` within a `describe`. */
  readonly ricloudOptions: RicloudTestOptions
  /**
   * The mock of this test. It answers calls of the process with its token, and with any other token unless the test is
   * concurrent. The test fails if something in the scenario never fired.
   */
  readonly ricloud: Mock
  /** Sweeps a client: runs a function without a fault, and once for each of its calls and each kind of fault. */
  readonly sweep: (test: SweepTest, options?: RunnerSweepOptions) => Promise<SweepReport>
  /** The msw server, which intercepts from the first test or hook that uses it. `test.extend('msw', { scope: 'file' }, () => server)` replaces it by a server that you start and close yourself. */
  readonly msw: SetupServer
}

expect.extend(matchers)

const extended = base
  .extend('ricloudOptions', {} as RicloudTestOptions)
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of fixtures from the pattern
  .extend('msw', { scope: 'file' }, ({}, { onCleanup }): SetupServer => {
    const { shared } = ProcessTestWorlds
    const server = shared.listen()
    onCleanup(() => shared.unlisten())
    return server
  })
  .extend('ricloud', { auto: true }, async ({ ricloudOptions, msw, task }, { onCleanup }) => {
    const { shared } = ProcessTestWorlds
    shared.requireListening()
    const { baseUrl = apiUrl, ...options } = requireOptions(ricloudOptions, 'create the mock', 'scenario')
    const origin = withoutSlash(baseUrl)
    const coverage = options.coverage ?? inject('ricloudCoverage')
    const replays = options.replays ?? inject('ricloudReplays')
    const mock = await shared.begin(
      { ...options, coverage, replays },
      { name: task.fullTestName, source: task.file.name, isConcurrent: isConcurrent(task) },
    )
    shared.addOrigin(msw, origin)
    // The result still has the errors of earlier attempts.
    const earlier = task.result?.errors?.length ?? 0
    onCleanup(async () => {
      await shared.untilAnswered(mock)
      shared.removeOrigin(origin)
      const ending = { failure: task.result?.errors?.[earlier], isExpectedToPass: !task.fails }
      await shared.leaveReplay(mock, ending)
      shared.end(mock, ending)
    })
    return mock
  })
  .extend('sweep', ({ ricloud, ricloudOptions }): RicloudFixtures['sweep'] => {
    return (test, options) => ProcessTestWorlds.shared.sweep(ricloud, test, ricloudOptions, options)
  })

/** Whether other tests may run at the same time: the test itself is concurrent, or a `describe` around it. */
function isConcurrent(task: RunnerTestCase | RunnerTestSuite): boolean {
  return task.concurrent === true || (task.suite !== undefined && isConcurrent(task.suite))
}

/** The `test` of Vitest, with a mock for every test. */
export const test = extended as unknown as TestAPI<RicloudFixtures>

// Everything else of Vitest, so that this module stands in for it.
export * from 'vitest'
export { test as it }
