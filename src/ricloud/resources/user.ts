import * as z from 'zod'
import { integerId, oneOf, text } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import type { Viewer } from '../dialect.ts'
import { type User, userStates } from './records.ts'

/** Parameters of `POST /users`; `organisation` is for super organisations only (documented). */
export const NewUser = z.object({
  identifier: text,
  key: integerId.optional(),
  organisation: integerId.optional(),
})

/** Parameters of `POST /users/{id}` (documented). */
export const UserChanges = z.object({
  key: integerId.optional(),
  identifier: text.optional(),
  state: oneOf(['active', 'deactivated']).optional(),
})

/** Filters of `GET /users` (documented). */
export const userFilters = {
  key: integerId,
  identifier: z.string(),
  state: oneOf(userStates),
  date_created: 'datetime',
} satisfies Filters

/** A user as the API sends it. */
export function showUser(_viewer: Viewer, user: User) {
  return {
    id: user.id,
    resource: 'user' as const,
    organisation: user.organisation,
    key: user.key,
    identifier: user.identifier,
    state: user.state,
    date_created: user.date_created,
  }
}
