import { http } from 'msw'
import type { SetupServer } from 'msw/node'
import { setupServer } from 'msw/node'
import { test as base, expect, type TestAPI } from 'vitest'
import { withoutSlash } from './handlers/intercept.ts'
import { Interception } from './handlers/interception.ts'
import { apiUrl, type Mock } from './mock.ts'
import { matchers, type RicloudMatchers } from './testing/matchers.ts'
import { type RicloudTestOptions, Switchboard } from './testing/switchboard.ts'

export type { RicloudMatchers, State } from './testing/matchers.ts'
export type { RicloudTestOptions } from './testing/switchboard.ts'

declare global {
  // Vitest's own interface for matchers has other type parameters in each major version.
  namespace Chai {
    interface Assertion extends RicloudMatchers<void> {}
  }
}

/** The switchboard of a test file, and the msw handlers that lead to it. */
class FileSwitchboard extends Switchboard {
  readonly #origins = new Set([apiUrl])
  readonly #handler = http.all('*', ({ request }) =>
    this.#origins.has(new URL(request.url).origin) ? this.fetch(request) : undefined,
  )
  /** For a server of its own, which no reset takes the handler from. */
  readonly server = setupServer(this.#handler)

  /** Lets calls to a base URL be answered. Throws an Error if it is none. */
  connect(msw: SetupServer, baseUrl: string): void {
    this.#origins.add(withoutSlash(baseUrl))
    if (!msw.listHandlers().includes(this.#handler)) msw.use(this.#handler)
  }
}

/** What tests are given. */
export interface RicloudFixtures {
  /** Options of the worlds of these tests: for `test.extend`, and for `test.override` within a `describe`. */
  readonly ricloudOptions: RicloudTestOptions
  /**
   * The mock of this test alone: a world behind every call of the process with its token, or with any other one while no
   * other test runs. It ends with the test, which fails if something in its scenario never came to pass.
   */
  readonly ricloud: Mock
  /** The msw server that intercepts from the first test on, or from the first hook that asks for it. Where you have one, which you start and end yourself, `test.extend('msw', { scope: 'file' }, () => server)`. */
  readonly msw: SetupServer
}

expect.extend(matchers)

const extended = base
  .extend('ricloudOptions', {} as RicloudTestOptions)
  .extend('ricloudSwitchboard', { scope: 'file' }, () => new FileSwitchboard())
  .extend('msw', { scope: 'file' }, ({ ricloudSwitchboard }, { onCleanup }): SetupServer => {
    const interception = new Interception(ricloudSwitchboard.server)
    interception.begin()
    onCleanup(() => interception.end())
    return interception.server
  })
  .extend('ricloud', { auto: true }, async ({ ricloudOptions, ricloudSwitchboard, msw, task }, { onCleanup }) => {
    const { baseUrl = apiUrl, ...options } = ricloudOptions
    ricloudSwitchboard.connect(msw, baseUrl)
    const mock = await ricloudSwitchboard.begin(options, task.concurrent)
    // Vitest keeps the errors of earlier attempts.
    const earlier = task.result?.errors?.length ?? 0
    onCleanup(() => {
      ricloudSwitchboard.end(mock, { failure: task.result?.errors?.[earlier], isJudged: !task.fails })
    })
    return mock
  })

/** The `test` of Vitest, in which every test has a ricloud of its own. */
export const test = extended as unknown as TestAPI<RicloudFixtures>

export { describe, expect } from 'vitest'
export { test as it }
