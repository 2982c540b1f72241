import type { BaseRecord, Definitions } from './resource.ts'
import type { Snapshotted } from './snapshots.ts'
import type { BaseViewer } from './view.ts'

/** The settings that every API has. Durations in microseconds. */
export interface BaseSettings {
  /** How many requests each owner may make within the duration `per`; null for no limit. */
  readonly rate_limit: { readonly requests: number; readonly per: number } | null
}

/** An account of an external service, without its password and code. */
export interface AccountView {
  /** Its type and identifier. */
  readonly account: string
  /** What it does, in words. */
  readonly description: string
  readonly used: boolean
  /** Whether the API defines it, and not the scenario. */
  readonly built_in: boolean
}

/** The external services that an API uses. */
export interface BaseServices extends Snapshotted {
  /** The accounts that the scenario defines, and whether a call has used them. */
  report(): readonly { readonly account: string; readonly used: boolean }[]
  /** Every account, in the order in which they are asked. */
  describe(): readonly AccountView[]
}

/** The services of an API that uses none. */
export const noServices = (): BaseServices => ({
  save: () => null,
  restore: () => {},
  report: () => [],
  describe: () => [],
})

/** The types of an API: the type parameter of its world. */
export interface ApiTypes {
  readonly definitions: Definitions
  readonly records: Readonly<Record<string, BaseRecord>>
  readonly settings: BaseSettings
  readonly services: BaseServices
  readonly viewer: BaseViewer
  /** The option that says how many records of each kind to generate. */
  readonly counts: object
  /** The keys that a scenario has beyond those of the engine. */
  readonly extras: object
}

/** The names of an API's resources. */
export type NameOf<A extends ApiTypes> = keyof A['records'] & string

type Keys<T> = T extends unknown ? keyof T & string : never

/** The verbs in the lifecycle of a resource. */
export type VerbOf<A extends ApiTypes, Name extends NameOf<A>> = Name extends keyof A['definitions']
  ? Keys<A['definitions'][Name]['lifecycle'][keyof A['definitions'][Name]['lifecycle']]>
  : never

/** The states of a resource. */
export type StateOf<A extends ApiTypes, Name extends NameOf<A>> = Name extends keyof A['definitions']
  ? keyof A['definitions'][Name]['lifecycle'] & string
  : never
