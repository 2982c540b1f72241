import { read, write } from '../engine/serialize.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { Rules, World } from '../engine/world.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { Api, MockTypes } from './api.ts'
import type { MockOptionsOf } from './options.ts'

/** Raised whenever what is packed changes its shape, as records and the parts of a world do. */
const format = 1

/** What a mock's own world was at some moment, and what it goes by. */
export interface Packable<A extends MockTypes> {
  readonly scenario: Scenario<A['api']>
  readonly rules: Rules<A['api']>
  readonly state: WorldState
  readonly initial: WorldState
  /** That of the first key, now and on the initial state. */
  readonly token: string
  readonly firstToken: string
}

/** Writes a moment of a world as text. */
export function pack<A extends MockTypes>(
  world: World<A['api']>,
  moment: Packable<A>,
  options: MockOptionsOf<A>,
): string {
  const { state, initial, rules, ...rest } = moment
  const { clock, settings } = rules
  return write({
    format,
    options: decisive(options),
    ...rest,
    rules: { clock, settings },
    state: world.snapshots.pack(state),
    initial: world.snapshots.pack(initial),
  })
}

/** Reads what `pack` wrote, and lets the world go by its rules. Throws an Error if it is of another version or of other options. */
export function unpack<A extends MockTypes>(
  { services }: Api<A>,
  world: World<A['api']>,
  text: string,
  options: MockOptionsOf<A>,
): Packable<A> {
  const packed = read(text) as Packable<A> & { readonly format: number; readonly options: string }
  if (packed.format !== format) throw new Error('it was saved by another version')
  if (packed.options !== decisive(options)) throw new Error('it was made with other options')
  const { scenario, token, firstToken } = packed
  const rules = { ...packed.rules, services: () => services(scenario.extras) }
  world.useRules(rules)
  return {
    scenario,
    rules,
    token,
    firstToken,
    state: world.snapshots.unpack(packed.state),
    initial: world.snapshots.unpack(packed.initial),
  }
}

/** The options that decide how a world begins. */
function decisive({ scenario, seed, token, clock, settings, fixtures, generate }: MockOptionsOf<MockTypes>): string {
  return JSON.stringify({ scenario, seed, token, clock, settings, fixtures, generate })
}
