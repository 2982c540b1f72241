import * as z from 'zod'
import { integerId, oneOf, text } from '../../engine/fields.ts'
import { created, ok } from '../../engine/http/route.ts'
import { findOwn } from '../rules/access.ts'
import { createUser, updateUser } from '../rules/user.ts'
import { type Call, listRoute, retrieveRoute, route, shown } from './call.ts'

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

const ownUser = (call: Call) => findOwn(call.world, call.caller, 'user', call.params.id)

export const userRoutes = [
  route({
    method: 'POST',
    path: '/users',
    operation: 'createUser',
    evidence: 'documented',
    summary: 'Make a user, or get (200) the one with this identifier',
    body: NewUser,
    examples: { endUser: { identifier: 'end-user@email.com' } },
    answers: { 200: 'user', 201: 'user' },
    handle: (call) => {
      const { user, isNew } = createUser(call.world, call.caller, call.body)
      return (isNew ? created : ok)(shown(call, 'user', user))
    },
  }),
  listRoute('user', {
    operation: 'listUsers',
    summary: 'List users by key, identifier, state and date',
  }),
  retrieveRoute('user', {
    operation: 'retrieveUser',
    summary: 'One user',
  }),
  route({
    method: 'POST',
    path: '/users/{id}',
    operation: 'updateUser',
    evidence: 'documented',
    summary: "Change a user's key, identifier or state",
    body: UserChanges,
    examples: { deactivate: { state: 'deactivated' }, rename: { identifier: 'end-user@email.com' } },
    answers: { 200: 'user' },
    handle: (call) => ok(shown(call, 'user', updateUser(call.world, call.caller, ownUser(call), call.body))),
  }),
]
