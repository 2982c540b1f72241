import * as z from 'zod'
import { integerId, oneOf, publishing } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import type { Viewer } from '../dialect.ts'
import { type Key, keyStates, keyTypes } from './records.ts'

/** Parameters of `POST /keys`, `POST /keys/{id}` and `POST /key`; null falls back to the organisation's default (documented). */
export const KeyChanges = z.object({
  storage_config: integerId.nullable().optional(),
  webhook_config: integerId.nullable().optional(),
  config: publishing.optional(),
})

/** Parameters of `POST /keys/{id}/rotate` (documented); only a boolean is valid (assumed). */
export const Rotation = z.object({ force: z.boolean().default(false) })

/** Filters of `GET /keys` (documented). */
export const keyFilters = {
  type: oneOf(keyTypes),
  state: oneOf(keyStates),
} satisfies Filters

/** A key as the API sends it. */
export function showKey({ world }: Viewer, key: Key) {
  return {
    id: key.id,
    resource: 'key' as const,
    organisation: key.organisation,
    type: key.type,
    config: key.config,
    storage_config: key.storage_config,
    webhook_config: key.webhook_config,
    token: world.tokenPrefix + key.token,
    state: key.state,
    date_created: key.date_created,
    date_expires: key.date_expires,
  }
}
