import type { ClockOptions } from '../engine/time/clock.ts'
import type { RateLimit } from './rules/limits.ts'
import type { Account } from './services/accounts.ts'

/** Lengths of time in microseconds; null where it never happens. */
export interface Settings {
  /** How long a session stays pending. */
  readonly session_init: number
  /** After how long the service ends an active session. */
  readonly session_lifetime: number | null
  /** After how long the API culls an idle session. */
  readonly session_idle: number | null
  /** How long a replaced token still works: 6 hours (documented). */
  readonly rotation_grace: number
  readonly rate_limit: RateLimit | null
  /** How long it takes until a config is tested. */
  readonly config_test: number
  /** Which events are noted and sent to webhooks: names, `session.*` or `*`. */
  readonly events: readonly string[]
  /** What webhooks answer to the attempts of an event, the last one repeated; null to really send them. */
  readonly webhook_answers: readonly number[] | null
}

/** What holds unless a world is told otherwise: sessions are decided at the next call, and nothing ends by itself. */
export const defaultSettings: Settings = {
  session_init: 0,
  session_lifetime: null,
  session_idle: null,
  rotation_grace: 6 * 3600e6,
  rate_limit: null,
  config_test: 0,
  events: ['session.expired'],
  webhook_answers: null,
}

/** What a world goes by. */
export interface Rules {
  readonly clock: ClockOptions
  readonly settings: Settings
  /** The external services behind the sources. */
  readonly accounts: readonly Account[]
}
