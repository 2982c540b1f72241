import type { Close } from '../engine/faults.ts'
import type { Duration } from '../engine/time/clock.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Fixture } from '../ricloud/fixture-type.ts'
import type { CreatableType, ExpiryError, InitError } from '../ricloud/resources/records.ts'
import type { Device } from '../ricloud/services/accounts.ts'

/** Attributes and the values that they must have, as the API shows them; those of nested records with a dot: `source.identifier`. */
export type Where = Readonly<Record<string, string | number | boolean | null>>

/** What administrators, services and owners do, and what may be said about it. */
export interface ActionDetails {
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
  'fault.arm': FaultInput
  'fault.disarm': { readonly on?: string }
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
export type StepInput = { [Name in ActionName]: StepOf<Name> }[ActionName]

interface StepOf<Name extends ActionName> {
  readonly at?: Duration
  /** An event such as `session.active`, or a call that succeeded, such as `POST /sessions`. */
  readonly on?: string
  /** Which records: with `at` and calls those acted on, with events those that it happened to. */
  readonly where?: Where
  /** Only this one of the occasions. */
  readonly nth?: number
  /** Only the first so many. */
  readonly first?: number
  /** Each so many-th occasion; with `at` how long until the next time. */
  readonly every?: number | Duration
  /** At most so many times. */
  readonly times?: number
  /** How long after the occasion. */
  readonly after?: Duration
  readonly do: Name
  readonly with?: ActionDetails[Name]
}

/** A scripted fault: which calls it meets, and how it ends them. */
export interface FaultInput {
  /** A method (or `*`) and a path, `*` for any segment: `GET /sources/*`. */
  readonly on: string
  readonly nth?: number
  readonly first?: number
  readonly every?: number
  /** From 0 to 1, by the seed. */
  readonly probability?: number
  /** From and until how long after it was armed. */
  readonly between?: readonly [Duration, Duration]
  readonly answer?: {
    readonly status?: 400 | 401 | 403 | 404 | 429 | 500 | 502 | 503 | 504
    readonly retry_after?: Duration
  }
  /** On a frozen clock it moves the clock, otherwise it is really waited for. */
  readonly delay?: Duration
  readonly close?: Close
}

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

/** Where time begins (the present by default), whether it stands still, and how fast it runs. */
export interface ClockInput {
  readonly start?: string | Date
  readonly frozen?: boolean
  readonly speed?: number
}

/** A scenario as it is written. */
export interface ScenarioInput {
  readonly scenario: string
  readonly description?: string
  readonly clock?: ClockInput
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
  readonly faults?: readonly FaultInput[]
}
