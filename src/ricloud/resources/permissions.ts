import * as z from 'zod'
import { oneOf } from '../../engine/fields.ts'
import type { Viewer } from '../dialect.ts'
import { scopePattern } from '../rules/permissions.ts'
import type { Permissions } from './records.ts'

const count = { error: 'must be a whole number from 0 on' }
const limit = z.strictObject(
  {
    level: oneOf(['organisation', 'key', 'user']),
    type: oneOf(['count']),
    value: z.int(count).nonnegative(count),
  },
  { error: 'must be an object with level, type and value' },
)

const form = 'must be a kind and a name, as in "source_type:icloud.*"; kinds are source_type, task_type and data_type'

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

/** Permissions as the API sends them (documented attributes). */
export function showPermissions(_viewer: Viewer, permissions: Permissions) {
  return {
    id: permissions.id,
    resource: 'permissions' as const,
    organisation: permissions.organisation,
    scopes: permissions.scopes,
  }
}
