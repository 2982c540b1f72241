import type { ApiTypes } from '../engine/api-types.ts'
import type { View } from '../engine/view.ts'
import type * as engine from '../engine/world.ts'
import type { Counts } from './counts.ts'
import type { RicloudViewer } from './dialect.ts'
import type { Records, ResourceName, resources } from './resources/index.ts'
import type { Account } from './services/account.ts'
import type { Accounts } from './services/accounts.ts'
import type { Settings } from './settings.ts'

/** The type parameters of ricloud for the engine. */
export interface Ricloud extends ApiTypes {
  readonly definitions: typeof resources
  readonly records: Records
  readonly settings: Settings
  readonly services: Accounts
  readonly viewer: RicloudViewer
  readonly counts: Counts
  readonly extras: { readonly accounts?: readonly Account[]; readonly catalogue?: boolean }
}

export type World = engine.World<Ricloud>
export type Viewer = engine.ViewerOf<Ricloud>
export type ResourceView<Name extends ResourceName> = View<Viewer, Records[Name]>
export type DomainEvent = engine.DomainEvent<Ricloud>
