import { http } from 'msw'
import { type SetupServer, setupServer } from 'msw/node'
import { test as base, expect, type TestAPI } from 'vitest'
import { Interception } from './engine/http/interception.ts'
import { withoutSlash } from './engine/http/msw-handlers.ts'
import { matchers, type RicloudMatchers } from './mock/matchers.ts'
import { apiUrl, type Mock } from './mock/ricloud.ts'
import { type RicloudTestOptions, TestWorlds } from './testing/test-worlds.ts'

export type { RicloudMatchers, State } from './mock/matchers.ts'
export type { RicloudTestOptions } from './testing/test-worlds.ts'

declare global {
  // Vitest's own interface for matchers has other type parameters in each major version.
  namespace Chai {
    interface Assertion extends RicloudMatchers<void> {}
  }
}

/** The switchboard of this process, and the msw handler that leads to it; each `test` that is extended shares it. */
class ProcessSwitchboard extends TestWorlds {
  static #shared: ProcessSwitchboard | undefined
  /** How many tests that run want calls to an origin to be answered; those to the real API always are. */
  readonly #origins = new Map([[apiUrl, 1]])
  readonly #handler = http.all('*', ({ request }) =>
    this.#origins.has(new URL(request.url).origin) ? this.fetch(request) : undefined,
  )
  // A reset takes no handler from a server that was made with it.
  readonly #interception = new Interception(setupServer(this.#handler))
  #listeners = 0

  static get shared(): ProcessSwitchboard {
    return (ProcessSwitchboard.#shared ??= new ProcessSwitchboard())
  }

  /** Intercepts until it was ended as often as it was begun. */
  listen(): SetupServer {
    if (this.#listeners === 0) this.#interception.begin()
    this.#listeners++
    return this.#interception.server
  }

  unlisten(): void {
    this.#listeners--
    if (this.#listeners === 0) this.#interception.end()
  }

  /** Lets calls to an origin be answered, until they are let go as often. */
  answer(msw: SetupServer, origin: string): void {
    this.#origins.set(origin, (this.#origins.get(origin) ?? 0) + 1)
    if (!msw.listHandlers().includes(this.#handler)) msw.use(this.#handler)
  }

  letGo(origin: string): void {
    const left = (this.#origins.get(origin) ?? 0) - 1
    if (left > 0) this.#origins.set(origin, left)
    else this.#origins.delete(origin)
  }
}

/** What tests are given. */
export interface RicloudFixtures {
  /** Options of the worlds of these tests: for `test.extend`, and for `test.override` within a `describe`. */
  readonly ricloudOptions: RicloudTestOptions
  /**
   * The mock of this test alone: a world behind every call of the process with its token, or with any other one unless
   * the test may run at once with others. It ends with the test, which fails if something in its scenario never fired.
   */
  readonly ricloud: Mock
  /** The msw server that intercepts from the first test on, or from the first hook that asks for it. Where you have one, which you start and end yourself, `test.extend('msw', { scope: 'file' }, () => server)`. */
  readonly msw: SetupServer
}

expect.extend(matchers)

const extended = base
  .extend('ricloudOptions', {} as RicloudTestOptions)
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads there what a fixture needs
  .extend('msw', { scope: 'file' }, ({}, { onCleanup }): SetupServer => {
    const { shared } = ProcessSwitchboard
    const server = shared.listen()
    onCleanup(() => shared.unlisten())
    return server
  })
  .extend('ricloud', { auto: true }, async ({ ricloudOptions, msw, task }, { onCleanup }) => {
    const { shared } = ProcessSwitchboard
    const { baseUrl = apiUrl, ...options } = ricloudOptions
    const origin = withoutSlash(baseUrl)
    const mock = await shared.begin(options, task.concurrent)
    shared.answer(msw, origin)
    // Vitest keeps the errors of earlier attempts.
    const earlier = task.result?.errors?.length ?? 0
    onCleanup(() => {
      shared.letGo(origin)
      shared.end(mock, { failure: task.result?.errors?.[earlier], isJudged: !task.fails })
    })
    return mock
  })

/** The `test` of Vitest, in which every test has a ricloud of its own. */
export const test = extended as unknown as TestAPI<RicloudFixtures>

export { describe, expect } from 'vitest'
export { test as it }
