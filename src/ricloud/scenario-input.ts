import type { Duration } from '../engine/time/clock.ts'
import type { BaseScenarioInput, FaultActions, StepInputOf } from '../scenario/types.ts'
import type { Counts } from './counts.ts'
import type { Fixture } from './fixtures.ts'
import type { CreatableType, ExpiryError, InitError } from './resources/index.ts'
import type { Device } from './services/accounts.ts'

/** What administrators, services and owners do, and what may be said about it. */
export interface ActionDetails extends FaultActions {
  'organisation.configure': object
  'organisation.deactivate': object
  'organisation.block': object
  'organisation.reactivate': object
  'key.rotate': { readonly force?: boolean }
  'key.expire': object
  'key.deactivate': object
  'key.block': object
  'key.reactivate': object
  'user.deactivate': object
  'user.block': object
  'user.reactivate': object
  'source.lock': { readonly for?: Duration }
  'source.unlock': object
  'source.deactivate': object
  'source.block': object
  'source.reactivate': object
  'session.activate': object
  'session.fail': { readonly error?: InitError }
  'session.expire': { readonly error?: ExpiryError }
  'config.accept': object
  'config.reject': object
  'account.change_password': { readonly password?: string }
}

export type ActionName = keyof ActionDetails

/** An account of an external service: session outcomes follow from what a client sends to it. */
export interface AccountInput {
  /** `icloud.account` by default. */
  readonly type?: CreatableType
  /** Exact, or with `*` for any characters: `*@corp.example`. */
  readonly identifier: string
  /** The only password accepted; any without it. */
  readonly password?: string
  /** Two-factor (iCloud) or pairing (Relay) code; none is asked for without it. */
  readonly code?: string
  /** Used up one session at a time; the last one repeats. */
  readonly outcomes?: readonly ('success' | InitError)[]
  /** How long a session stays pending; `never` for good. */
  readonly init?: Duration | 'never'
  /** The service ends a session after this. */
  readonly lifetime?: Duration
  /** The service declines, and locks the source: for good, or for this long. */
  readonly locked?: boolean | Duration
  /** The owner changes the password this long after the first session succeeded. */
  readonly password_changes?: Duration
  /** Child sources that appear once a Relay instance is paired. */
  readonly devices?: readonly Device[]
}

/** One thing that happens: at a time since the scenario began, or on an event or a call. */
export type StepInput = StepInputOf<ActionDetails>

/** Lengths of time, and the rate limit. */
export interface SettingsInput {
  /** How long a session stays pending; `0s` by default: until the next call. */
  readonly session_init?: Duration
  /** After how long the service ends a session; null, the default, for never. */
  readonly session_lifetime?: Duration | null
  /** After how long the API culls an idle session; null, the default, for never. */
  readonly session_idle?: Duration | null
  /** How long a replaced token still works; `6h` by default. */
  readonly rotation_grace?: Duration
  /** So many requests of each organisation in a length of time; null, the default, for no limit. */
  readonly rate_limit?: { readonly requests: number; readonly per: Duration } | null
  /** How long it takes until a config is tested; `0s` by default: until the next call. */
  readonly config_test?: Duration
  /** Which events are noted and sent to webhooks: names, `session.*`, or `*`; `['session.expired']` by default. */
  readonly events?: readonly string[]
  /** What webhooks answer to the attempts of an event, the last one repeated; null, the default, to really send them. */
  readonly webhook_answers?: readonly number[] | null
}

/** A scenario as it is written. */
export interface ScenarioInput extends BaseScenarioInput {
  readonly settings?: SettingsInput
  /** Names, or bodies as the API sends them; in a file also paths of JSON files. `['default']` by default. */
  readonly fixtures?: readonly (string | Fixture)[]
  /** Plausible records, from the seed. */
  readonly generate?: Counts
  /** Whether the published test identifiers are known too; true by default. */
  readonly catalogue?: boolean
  /** Of several that match, the first counts; they come before the catalogue's. */
  readonly accounts?: readonly AccountInput[]
  readonly steps?: readonly StepInput[]
}

/** Types a scenario in a module of its own; it is checked when a world is made of it. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario
}
