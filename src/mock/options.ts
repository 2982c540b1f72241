import type { ScenarioName } from '../../scenarios/index.ts'
import type { Duration } from '../engine/time/clock.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Dialect } from '../ricloud/dialect.ts'
import type { Fixture, FixtureName } from '../ricloud/fixture-type.ts'
import type { ClockInput, ScenarioInput, SettingsInput } from '../scenario/types.ts'

export interface MockOptions {
  /** A built-in scenario by its name, or one of your own; `default` by default. The options below outweigh it. */
  readonly scenario?: ScenarioName | ScenarioInput | undefined
  /** Lets `close()` throw, as `scenario.verify()` does, if a step, account or fault of the scenario never came to pass. */
  readonly strict?: boolean | undefined
  /** From 0 to 4294967295; equal seeds, clocks and calls give equal bytes. 1 by default. */
  readonly seed?: number | undefined
  /** The token of the first key; by default the fixture's, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** Where time begins (the present by default), whether it stands still, and how fast it runs. */
  readonly clock?: ClockInput | undefined
  /** Fixes the dialect; by default the caller's User-Agent decides. */
  readonly dialect?: Dialect | undefined
  readonly settings?: SettingsInput | undefined
  /** What the world holds at first: names, and bodies as the API sends them. `['default']` by default. */
  readonly fixtures?: readonly (FixtureName | Fixture)[] | undefined
  /** Plausible records, from the seed. Unless `fixtures` are named too, they stand in place of the sample users, sources and sessions. */
  readonly generate?: Counts | undefined
  /** How many requests the journal keeps; 1,000 by default. */
  readonly journal?: number | undefined
  /** Lets the journal and the control API show tokens, passwords, codes and secrets; false by default. */
  readonly showSecrets?: boolean | undefined
  /** How many worlds there may be beside the first one (1,000 by default), and how long one may be unused, in real time (`30m`). */
  readonly worlds?: { readonly max?: number | undefined; readonly idle?: Duration | undefined } | undefined
  /** Hosts outside private networks that webhooks may be sent to; none by default, `*` for all. */
  readonly webhookHosts?: readonly string[] | undefined
  /** Told of what nobody may miss; by default errors go to `console.error`. */
  readonly log?: ((level: 'warn' | 'error', message: string) => void) | undefined
}
