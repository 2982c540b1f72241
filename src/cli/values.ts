import type { Duration } from '../engine/time/clock.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Dialect } from '../ricloud/dialect.ts'
import type { Fixture } from '../ricloud/fixture-type.ts'
import type { ScenarioInput, SettingsInput } from '../scenario/types.ts'

/** Everything that flags, the environment and a config file can set, by its name in the config file. */
export interface Values {
  readonly port: number
  readonly host: string
  readonly token: string
  readonly seed: number
  /** A built-in one by its name, the path of a file, or a scenario. */
  readonly scenario: string | ScenarioInput
  /** Names, paths of JSON files, and bodies as the API sends them. */
  readonly fixtures: readonly (string | Fixture)[]
  readonly generate: Counts
  readonly strict: boolean
  readonly dialect: Dialect
  readonly 'clock.start': string | Date
  readonly 'clock.frozen': boolean
  readonly 'clock.speed': number
  readonly settings: SettingsInput
  readonly cors: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly controlToken: string
  readonly webhookHosts: readonly string[]
  readonly journal: number
  readonly 'worlds.max': number
  readonly 'worlds.idle': Duration
  readonly showSecrets: boolean
  readonly watch: boolean
  readonly json: boolean
  readonly quiet: boolean
}

export type Name = keyof Values

/** The token of the first key unless another one is set: `env` tells it before a server has started. */
export const defaultToken = 'ricloud-mock-token'
