import { type Records, resources } from '../ricloud/resources/index.ts'
import { type MockMatchers, matchersFor } from '../testing/matchers.ts'

type StateIn<Row> = Row extends { readonly state: infer State } ? State : never

/** A state of any resource. */
export type State = StateIn<Records[keyof Records]>

/** The types of the matchers on `expect(…)`. */
export interface RicloudMatchers<Result = unknown> extends MockMatchers<State, Result> {}

/** Matchers for `expect.extend` of Vitest, Jest or Playwright. */
export const matchers = matchersFor<State>(resources)
