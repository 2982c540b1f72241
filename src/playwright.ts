import { test as base, type Expect, expect as plain, type Route } from '@playwright/test'
import { withoutSlash } from './engine/http/msw-handlers.ts'
import { decodeBody } from './engine/http/parse.ts'
import { matchers, type RicloudMatchers } from './mock/matchers.ts'
import { apiUrl, type Mock } from './mock/ricloud.ts'
import type { SweepReport } from './mock/sweep/report.ts'
import type { SweepTest } from './mock/sweep/sweep.ts'
import type { RunnerSweepOptions } from './mock/sweep/sweeping.ts'
import { type RicloudTestOptions, TestWorlds } from './mock/test-worlds.ts'
import { listen } from './server/listen.ts'
import { readRules } from './server/rules.ts'

export type { RicloudMatchers, State } from './mock/matchers.ts'
export type { RicloudTestOptions } from './mock/test-worlds.ts'

declare global {
  namespace PlaywrightTest {
    interface Matchers<R, T> extends RicloudMatchers<R> {}
  }
}

/** The fixtures of each test. */
export interface RicloudFixtures {
  /** Options of the worlds of these tests, for `test.use`. */
  readonly ricloudOptions: RicloudTestOptions
  /** The mock of this test, which answers calls of its pages and calls to `ricloudUrl`. The test fails if something in the scenario never fired. */
  readonly ricloud: Mock
  /** Sweeps a page or a backend: runs a function without a fault, and once for each of its calls and each kind of fault. */
  readonly sweep: (test: SweepTest, options?: RunnerSweepOptions) => Promise<SweepReport>
}

/** The fixtures of each worker. */
export interface RicloudWorkerFixtures {
  /** The URL of a server for backends of this worker; the mock of the running test answers there. */
  readonly ricloudUrl: string
  /** @internal */
  readonly ricloudTestWorlds: TestWorlds
}

/** The `expect` of Playwright, with matchers for a mock and its records. */
export const expect: Expect = plain.extend(matchers)

/** The `test` of Playwright, with a mock for every test. */
export const test = base.extend<RicloudFixtures, RicloudWorkerFixtures>({
  ricloudOptions: [{}, { option: true }],
  ricloudTestWorlds: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const worlds = new TestWorlds()
      await use(worlds)
      worlds.saveCoverage()
    },
    { scope: 'worker' },
  ],
  ricloudUrl: [
    async ({ ricloudTestWorlds }, use) => {
      const failures: string[] = []
      const log = (message: string) => void failures.push(message)
      const server = await listen(ricloudTestWorlds, { host: '127.0.0.1', port: 0 }, readRules({}), log)
      await use(server.url)
      await server.close({ now: true })
      if (failures.length > 0) throw new Error(failures.join('\n'))
    },
    { scope: 'worker' },
  ],
  ricloud: [
    async ({ ricloudOptions: { baseUrl: _, ...options }, ricloudTestWorlds }, use, testInfo) => {
      const mock = await ricloudTestWorlds.begin(options, {
        name: testInfo.titlePath.slice(1).join(' > '),
        source: testInfo.titlePath[0],
      })
      await use(mock)
      await ricloudTestWorlds.untilAnswered(mock)
      const { errors, status, expectedStatus } = testInfo
      const isExpectedToPass = status !== 'skipped' && expectedStatus === 'passed'
      const ending = { failure: errors[0], isExpectedToPass }
      const path = await ricloudTestWorlds.leaveReplay(mock, ending)
      if (path !== undefined) await testInfo.attach('ricloud-mock replay', { path, contentType: 'application/json' })
      ricloudTestWorlds.end(mock, ending)
    },
    { auto: true },
  ],
  sweep: async ({ ricloud, ricloudOptions, ricloudTestWorlds }, use) => {
    await use((test, options) => ricloudTestWorlds.sweep(ricloud, test, ricloudOptions, options))
  },
  context: async ({ context, ricloudOptions: { baseUrl = apiUrl }, ricloudTestWorlds, ricloud: _ }, use) => {
    const origin = withoutSlash(baseUrl)
    await context.route(
      (url) => url.origin === origin || ricloudTestWorlds.storeOf(url.href) !== undefined,
      (route) => answer(route, ricloudTestWorlds),
    )
    await use(context)
  },
})

/** Answers a call of a page. */
async function answer(route: Route, worlds: TestWorlds): Promise<void> {
  const request = route.request()
  const { pathname, search, origin } = new URL(request.url())
  const header = (name: string) => request.headers()[name]
  const { status, headers, body, bytes, close, stream } = await worlds.respond({
    store: worlds.storeOf(request.url()),
    method: request.method(),
    url: pathname + search,
    origin,
    header,
    headers: () => request.headers(),
    body: async (limit) => {
      const sent = request.postDataBuffer()
      if (!sent) return ''
      return sent.length > limit ? undefined : decodeBody(sent, header)
    },
  })
  if (close || stream) await route.abort('connectionreset')
  else await route.fulfill({ status, headers, body: bytes ? Buffer.from(bytes) : body })
}
