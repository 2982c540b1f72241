import type { HttpHandler } from 'msw'
import type { SetupServer } from 'msw/node'
import { setupServer } from 'msw/node'
import { test as base, expect, type TestAPI } from 'vitest'
import { handlerFor } from './handlers/intercept.ts'
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
class Connected extends Switchboard {
  readonly #handlers = new Map<string, HttpHandler>()

  /** Lets calls to a base URL be answered; as often as asked, by one handler. */
  connect(msw: SetupServer, baseUrl: string): void {
    const handler = this.#handlers.get(baseUrl) ?? handlerFor(baseUrl, (request) => this.fetch(request))
    this.#handlers.set(baseUrl, handler)
    if (!msw.listHandlers().includes(handler)) msw.use(handler)
  }
}

expect.extend(matchers)

/** What tests are given. */
export interface RicloudFixtures {
  /** Options of the worlds of these tests: for `test.extend`, and for `test.override` within a `describe`. */
  readonly ricloudOptions: RicloudTestOptions
  /**
   * The mock of this test alone: a world behind every call of the process with its token, or with any other one while no
   * other test runs. It ends with the test, which fails if something in its scenario never came to pass.
   */
  readonly ricloud: Mock
  /** The msw server that intercepts. Where you have one, which you start and end yourself, `test.extend('msw', { scope: 'file' }, () => server)`. */
  readonly msw: SetupServer
}

const extended = base
  .extend('ricloudOptions', {} as RicloudTestOptions)
  .extend('switchboard', { scope: 'file' }, () => new Connected())
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads there what a fixture needs
  .extend('msw', { scope: 'file' }, ({}, { onCleanup }): SetupServer => {
    const interception = new Interception(setupServer())
    interception.begin()
    onCleanup(() => interception.end())
    return interception.server
  })
  .extend('ricloud', { auto: true }, async ({ ricloudOptions, switchboard, msw, task }, { onCleanup }) => {
    const { baseUrl = apiUrl, ...options } = ricloudOptions
    const mock = await switchboard.begin(options)
    switchboard.connect(msw, baseUrl)
    onCleanup(() => switchboard.end(mock, task.result?.errors?.[0]))
    return mock
  })

/** The `test` of Vitest, in which every test has a ricloud of its own. */
export const test = extended as unknown as TestAPI<RicloudFixtures>

export { describe, expect } from 'vitest'
export { test as it }
