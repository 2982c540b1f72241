import { test as base, type Expect, expect as plain, type Route } from '@playwright/test'
import { withoutSlash } from './engine/http/msw-handlers.ts'
import { matchers, type RicloudMatchers } from './mock/matchers.ts'
import { apiUrl, type Mock } from './mock/ricloud.ts'
import { listen } from './server/listen.ts'
import { readRules } from './server/rules.ts'
import { type RicloudTestOptions, TestWorlds } from './testing/test-worlds.ts'

export type { RicloudMatchers, State } from './mock/matchers.ts'
export type { RicloudTestOptions } from './testing/test-worlds.ts'

declare global {
  namespace PlaywrightTest {
    interface Matchers<R, T> extends RicloudMatchers<R> {}
  }
}

/** What tests are given. */
export interface RicloudFixtures {
  /** For `test.use`: options of the worlds of these tests. */
  readonly ricloudOptions: RicloudTestOptions
  /** The mock of this test alone, behind the calls of its pages and behind `ricloudUrl`. It ends with the test, which fails if something in its scenario never fired. */
  readonly ricloud: Mock
}

/** What each worker is given. */
export interface RicloudWorkerFixtures {
  /** Where backends of this worker find the API: a server, behind which stands the mock of the test that runs. */
  readonly ricloudUrl: string
  /** @internal */
  readonly ricloudSwitchboard: TestWorlds
}

/** The `expect` of Playwright, with matchers for a mock and its records. */
export const expect: Expect = plain.extend(matchers)

/** The `test` of Playwright, in which every test has a ricloud of its own. */
export const test = base.extend<RicloudFixtures, RicloudWorkerFixtures>({
  ricloudOptions: [{}, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads there what a fixture needs
  ricloudSwitchboard: [({}, use) => use(new TestWorlds()), { scope: 'worker' }],
  ricloudUrl: [
    async ({ ricloudSwitchboard }, use) => {
      const failures: string[] = []
      const log = (message: string) => void failures.push(message)
      const server = await listen(ricloudSwitchboard, { host: '127.0.0.1', port: 0 }, readRules({}), log)
      await use(server.url)
      await server.close({ now: true })
      if (failures.length > 0) throw new Error(failures.join('\n'))
    },
    { scope: 'worker' },
  ],
  ricloud: [
    async ({ ricloudOptions: { baseUrl: _, ...options }, ricloudSwitchboard }, use, testInfo) => {
      const mock = await ricloudSwitchboard.begin(options)
      await use(mock)
      const { errors, status, expectedStatus } = testInfo
      const isJudged = status !== 'skipped' && expectedStatus === 'passed'
      ricloudSwitchboard.end(mock, { failure: errors[0], isJudged })
    },
    { auto: true },
  ],
  context: async ({ context, ricloudOptions: { baseUrl = apiUrl }, ricloudSwitchboard, ricloud: _ }, use) => {
    const origin = withoutSlash(baseUrl)
    await context.route(
      (url) => url.origin === origin,
      (route) => answer(route, ricloudSwitchboard),
    )
    await use(context)
  },
})

/** Answers a call of a page. */
async function answer(route: Route, switchboard: TestWorlds): Promise<void> {
  const request = route.request()
  const { pathname, search } = new URL(request.url())
  const { status, headers, body, close, stream } = await switchboard.respond({
    method: request.method(),
    url: pathname + search,
    header: (name) => request.headers()[name],
    body: async (limit) => {
      const sent = request.postDataBuffer()
      return sent && sent.length > limit ? undefined : (sent?.toString() ?? '')
    },
  })
  if (close || stream) await route.abort('connectionreset')
  else await route.fulfill({ status, headers, body })
}
