import type { Duration } from '../engine/time/duration.ts'
import type { CopySignature, WebhookOrder } from '../engine/webhook.ts'
import type { BaseScenarioInput, FaultActions, StepInputOf } from '../scenario/types.ts'
import type { EventNameOf } from '../scenario/vocabulary.ts'
import type { Counts } from './counts.ts'
import type { Fixture } from './fixtures.ts'
import type { CreatableType, ExpiryError, InitError, resources, TaskError } from './resources/index.ts'
import type { AccountFile, Device } from './services/account.ts'

/** The actions of administrators, services and owners, with their details. */
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
  'subscription.grant': object
  'subscription.delete': object
  'device.connect': object
  'device.disconnect': object
  'poll.start': object
  'poll.complete': object
  'task.succeed': object
  'task.fail': { readonly error?: TaskError }
  'task.suspend': object
  'task.resume': object
  'result.consume': object
  'result.expire': object
  'config.accept': object
  'config.reject': object
  'account.change_password': { readonly password?: string }
  'event.redeliver': { readonly signature?: CopySignature }
}

export type ActionName = keyof ActionDetails

/** An account of an external service: session outcomes follow from what a client sends to it. */
export interface AccountInput {
  /** `icloud.account` by default. */
  readonly type?: CreatableType
  /** Exact, or with `*` for any characters: `*@corp.example`. */
  readonly identifier: string
  /** The only password that the service accepts; without it, any. */
  readonly password?: string
  /** The two-factor code (iCloud) or pairing code (Relay); without it, the service asks for none. */
  readonly code?: string
  /** The outcome of each session with the right password and code, in order; the last one repeats. */
  readonly outcomes?: readonly ('success' | InitError)[]
  /** How long a session stays pending, or `never` if it stays so for good. By default the setting `session_init`. */
  readonly init?: Duration | 'never'
  /** After how long the service ends an active session. By default the setting `session_lifetime`. */
  readonly lifetime?: Duration
  /** Whether, or for how long, the service declines sessions and locks the source. */
  readonly locked?: boolean | Duration
  /** How long after the first successful session the owner changes the password. */
  readonly password_changes?: Duration
  /** The child sources that are created when a Relay instance is paired. */
  readonly devices?: readonly Device[]
  /**
   * The entries of data types (`*` for all that are not named) in place of generated ones; those with a `date` lie in
   * virtual time. In a scenario file also the path of a JSON file with them.
   */
  readonly data?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | string>>
  /** What info results have at their root, in addition to what is generated. */
  readonly info?: Readonly<Record<string, unknown>>
  /** Files by ID: a text, bytes, or in a scenario file the path of one. */
  readonly files?: Readonly<Record<string, string | AccountFile>>
  /** The errors of tasks, by data type, info type, file ID, wildcard (`*`, `ios_messages.*`), or type of task (`data`). */
  readonly failing?: Readonly<Record<string, TaskError>>
  /** How long each task of a poll takes. By default the setting `task_duration`. */
  readonly task_duration?: Duration
  /** Whether the user of a Relay instance allows subscriptions by itself; true by default. */
  readonly allows_subscriptions?: boolean
  /** How many times as many entries are generated; 1 by default. */
  readonly volume?: number
}

/** The resource or group that each action applies to: the first part of its name, but for accounts and faults. */
type ActionTargets = {
  [Name in ActionName]: Name extends `account.${string}`
    ? 'source'
    : Name extends `fault.${string}`
      ? never
      : Name extends `${infer Target}.${string}`
        ? Target
        : never
}

/** The name of an event: a resource and a verb in the past tense, or the state entered. */
export type EventName = EventNameOf<typeof resources>

/** An action at a time since the start of the scenario, or on an event or a call. */
export type StepInput = StepInputOf<typeof resources, ActionDetails, ActionTargets>

/** Settings of a world: durations, the rate limit, and webhooks. */
export interface SettingsInput {
  /** How long a session stays pending; `0s` by default, so that the next call sees it decided. */
  readonly session_init?: Duration
  /** After how long the service ends an active session; null, the default, for never. */
  readonly session_lifetime?: Duration | null
  /** After how long the API culls an idle session; null, the default, for never. */
  readonly session_idle?: Duration | null
  /** How long a replaced token still works; `6h` by default (documented). */
  readonly rotation_grace?: Duration
  /** The number of requests that each organisation may make in a window of time; null, the default, for no limit. */
  readonly rate_limit?: { readonly requests: number; readonly per: Duration } | null
  /** How long until a config is tested; `0s` by default, so that the next call sees the result. */
  readonly config_test?: Duration
  /** How long until a poll starts; `0s` by default, so that the next call sees it started. */
  readonly poll_init?: Duration
  /** How long each task of a poll takes; `0s` by default. */
  readonly task_duration?: Duration
  /** How long until the user of a Relay instance allows a subscription; `0s` by default. */
  readonly subscription_grant?: Duration
  /** The number of open polls that one source may have; null, the default, for no limit. */
  readonly in_flight?: number | null
  /** How long signed URLs are valid if their storage config does not say it; `1h` by default. */
  readonly signed_url_expiry?: Duration
  /** The number of bytes that the buckets of a world hold; 67108864 (64 MiB) by default. */
  readonly bucket_bytes?: number
  /** Which events become records and are sent to webhooks: names, `session.*`, or `*`; by default those that are documented: the end of sessions, and polls and their tasks. */
  readonly events?: readonly string[]
  /** The statuses that webhooks answer with to the attempts of an event, the last one repeated, without a request; null, the default, sends requests. */
  readonly webhook_answers?: readonly number[] | null
  /** When events are first sent: `sent`, the default, as they come; `reversed`, of each minute the newest first; `late`, an hour later. */
  readonly webhook_order?: WebhookOrder
  /** The signatures of the copies that follow the first attempt of each event: `right`, `wrong`, `old` or `rotated`; none by default. */
  readonly webhook_copies?: readonly CopySignature[]
}

/** A scenario, before it is checked. */
export interface ScenarioInput extends BaseScenarioInput {
  readonly settings?: SettingsInput
  /** Names of built-in fixtures, or bodies as the API sends them; in a file also paths of JSON files. `['default']` by default. */
  readonly fixtures?: readonly (string | Fixture)[]
  /** How many records to generate from the seed. */
  readonly generate?: Counts
  /** Whether the test identifiers are included; true by default. */
  readonly catalogue?: boolean
  /** Of several that match a source, the first counts; they come before the test identifiers. */
  readonly accounts?: readonly AccountInput[]
  readonly steps?: readonly StepInput[]
}

/** Returns the scenario, for its type only; it is checked when a world is made of it. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario
}
