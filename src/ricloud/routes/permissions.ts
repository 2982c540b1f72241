import * as z from 'zod'
import { oneOf } from '../../engine/fields.ts'
import { created, ok } from '../../engine/http/route.ts'
import { findOwn } from '../rules/access.ts'
import { createPermissions, scopePattern, updatePermissions } from '../rules/permissions.ts'
import { listRoute, retrieveRoute, route, shown } from './call.ts'

const count = { error: 'must be a whole number from 0 on' }
const limit = z.strictObject(
  {
    level: oneOf(['organisation', 'key', 'user']),
    type: oneOf(['count']),
    value: z.int(count).nonnegative(count),
  },
  { error: 'must be an object with level, type and value' },
)

const form =
  'must be a kind and a name, as in "source_type:icloud.*"; kinds are source_type, task_type, data_type and file_type'

/** Scopes, each with its limits (documented). */
const scopes = z
  .record(z.string(), z.array(limit, { error: 'must be an array of limits' }), {
    error: 'must be an object of scopes and their limits',
  })
  .superRefine((given, context) => {
    for (const scope of Object.keys(given)) {
      if (!scopePattern.test(scope)) context.addIssue({ code: 'custom', path: [scope], message: form })
    }
  })

/** Parameters of `POST /permissions` and `POST /permissions/{id}` (documented). */
export const NewPermissions = z.object({ scopes })
export const PermissionsChanges = z.object({ scopes: scopes.optional() })

const examples = {
  limited: { scopes: { 'source_type:icloud.*': [{ level: 'user', type: 'count', value: 2 }] } },
}

export const permissionsRoutes = [
  route({
    method: 'POST',
    path: '/permissions',
    operation: 'createPermissions',
    evidence: 'documented',
    summary: "Make permissions within the organisation's base permissions",
    body: NewPermissions,
    examples: examples,
    answers: { 201: 'permissions' },
    handle: (call) => created(shown(call, 'permissions', createPermissions(call.world, call.caller, call.body))),
  }),
  listRoute('permissions', {
    operation: 'listPermissions',
    summary: 'List permissions, including the base',
  }),
  retrieveRoute('permissions', {
    operation: 'retrievePermissions',
    summary: 'One set of permissions',
  }),
  route({
    method: 'POST',
    path: '/permissions/{id}',
    operation: 'updatePermissions',
    evidence: 'documented',
    summary: 'Change scopes and limits, within the base',
    body: PermissionsChanges,
    examples,
    answers: { 200: 'permissions' },
    handle: (call) => {
      const permissions = findOwn(call.world, call.caller, 'permissions', call.params.id)
      return ok(shown(call, 'permissions', updatePermissions(call.world, call.caller, permissions, call.body)))
    },
  }),
]
