import { read, write } from '../engine/serialize.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { Rules, World } from '../engine/world.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { Api, MockTypes } from './api.ts'
import type { MockOptionsOf } from './options.ts'

/** The version of the packed data; to be increased with every change of its format, including that of records and parts of a world. */
const format = 5

/** The state of a mock's own world, its initial state, scenario and rules. */
export interface Packable<A extends MockTypes> {
  readonly scenario: Scenario<A['api']>
  readonly rules: Rules<A['api']>
  readonly state: WorldState
  readonly initial: WorldState
  /** Whether a reset returns to this initial state. */
  readonly isSetUp: boolean
  /** The token of the first key when the state was saved, and in the initial state. */
  readonly token: string
  readonly firstToken: string
}

/** Serializes a world as text. */
export function pack<A extends MockTypes>(
  world: World<A['api']>,
  packable: Packable<A>,
  options: MockOptionsOf<A>,
): string {
  const { state, initial, rules, ...rest } = packable
  const { services: _, ...plainRules } = rules
  return write({
    format,
    options: initialOptions(options),
    ...rest,
    rules: plainRules,
    state: world.snapshots.pack(state),
    initial: world.snapshots.pack(initial),
  })
}

/** Reads the text of `pack`; the world stays as it is. Throws an Error if another version or a mock with other options wrote it. */
export function unpack<A extends MockTypes>(
  { services }: Api<A>,
  world: World<A['api']>,
  text: string,
  options: MockOptionsOf<A>,
): Packable<A> {
  const packed = read(text) as Packable<A> & { readonly format: number; readonly options: string }
  if (packed.format !== format) throw new Error('it was saved by another version')
  if (packed.options !== initialOptions(options)) throw new Error('it was made with other options')
  const { scenario, token, firstToken, isSetUp } = packed
  const rules = { ...packed.rules, services: () => services(scenario.extras) }
  return world.withServicesOf(rules, () => ({
    scenario,
    rules,
    token,
    firstToken,
    isSetUp,
    state: world.snapshots.unpack(packed.state),
    initial: world.snapshots.unpack(packed.initial),
  }))
}

/** The options that determine the initial state, as text. */
function initialOptions({
  scenario,
  seed,
  token,
  clock,
  settings,
  fixtures,
  generate,
}: MockOptionsOf<MockTypes>): string {
  return JSON.stringify({ scenario, seed, token, clock, settings, fixtures, generate })
}
