import type { BaseRecord, Definitions } from './resource.ts'
import type { Snapshotted } from './snapshots.ts'
import type { BaseViewer } from './view.ts'

/** What worlds of any API go by. Lengths of time in microseconds. */
export interface BaseSettings {
  /** So many requests of each owner in a length of time; null for no limit. */
  readonly rate_limit: { readonly requests: number; readonly per: number } | null
}

/** What an API talks to and is no part of it. */
export interface BaseServices extends Snapshotted {
  /** Which accounts a scenario has defined, and whether a call has reached them. */
  report(): readonly { readonly account: string; readonly used: boolean }[]
}

/** The services of an API that talks to none. */
export const noServices = (): BaseServices => ({ save: () => null, restore: () => {}, report: () => [] })

/** The types of an API, by which a world of it is typed. */
export interface ApiTypes {
  readonly definitions: Definitions
  readonly records: Readonly<Record<string, BaseRecord>>
  readonly settings: BaseSettings
  readonly services: BaseServices
  readonly viewer: BaseViewer
  /** How many generated records of which kind are asked for. */
  readonly counts: object
  /** What else a scenario may say. */
  readonly extras: object
}

/** The resources of an API. */
export type NameOf<A extends ApiTypes> = keyof A['records'] & string

type Keys<T> = T extends unknown ? keyof T & string : never

/** The verbs that some state of a resource allows. */
export type VerbOf<A extends ApiTypes, Name extends NameOf<A>> = Name extends keyof A['definitions']
  ? Keys<A['definitions'][Name]['lifecycle'][keyof A['definitions'][Name]['lifecycle']]>
  : never

/** The states of a resource. */
export type StateOf<A extends ApiTypes, Name extends NameOf<A>> = Name extends keyof A['definitions']
  ? keyof A['definitions'][Name]['lifecycle'] & string
  : never
