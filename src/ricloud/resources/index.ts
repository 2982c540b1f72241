import type { RecordsOf } from '../../engine/resource.ts'
import { storage_config, webhook_config } from './config.ts'
import { event } from './event.ts'
import { key } from './key.ts'
import { organisation } from './organisation.ts'
import { permissions } from './permissions.ts'
import { poll } from './poll.ts'
import { result } from './result.ts'
import { session } from './session.ts'
import { source } from './source.ts'
import { subscription } from './subscription.ts'
import { task } from './task.ts'
import { user } from './user.ts'

export type * from './config.ts'
export type * from './event.ts'
export type * from './key.ts'
export type * from './organisation.ts'
export type * from './permissions.ts'
export type * from './poll.ts'
export type * from './result.ts'
export type * from './session.ts'
export type * from './source.ts'
export type * from './subscription.ts'
export type * from './task.ts'
export type * from './user.ts'

/** Every resource of ricloud, in the order of documents and of `/_mock/state`. */
export const resources = {
  organisation,
  key,
  user,
  source,
  session,
  subscription,
  poll,
  result,
  storage_config,
  webhook_config,
  permissions,
  task,
  event,
}

/** The record types, by the value of `resource` in the API. */
export type Records = RecordsOf<typeof resources>
export type ResourceName = keyof Records
