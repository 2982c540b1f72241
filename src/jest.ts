import { matchers, type RicloudMatchers } from './mock/matchers.ts'

export type { RicloudMatchers, State } from './mock/matchers.ts'

declare global {
  // The `expect` of @types/jest.
  namespace jest {
    interface Matchers<R, T> extends RicloudMatchers<R> {}
  }
}

// biome-ignore lint/suspicious/noTsIgnore: there is an error only where Jest is not installed
/** @ts-ignore The `expect` of @jest/globals. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends RicloudMatchers<R> {}
}

const { expect } = globalThis as { readonly expect?: { extend(added: typeof matchers): void } }
if (typeof expect?.extend !== 'function') {
  throw new Error(
    'ricloud-mock/jest adds matchers to the global `expect` of Jest, and there is none: import it in a test or in a file of setupFilesAfterEnv. With injectGlobals: false, call expect.extend(matchers) with the matchers of ricloud-mock.',
  )
}
expect.extend(matchers)
