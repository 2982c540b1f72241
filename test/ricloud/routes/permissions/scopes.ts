import type { Limit } from '../../../../src/index.ts'
import { setupApi } from '../../../support/api.ts'
import { worlds, worldWithScopes } from '../../../support/worlds.ts'

/** A limit on the number of records. */
export const limit = (level: Limit['level'], value: number): Limit => ({ level, type: 'count', value })

/** The base scopes of the organisation that `setupScoped` makes. */
export const base = { 'source_type:icloud.*': [], 'task_type:*': [], 'data_type:icloud.account.info': [] } as const

/** The default world, whose organisation has a base of some scopes, not of all. */
export const setupScoped = () => setupApi({ fixtures: [worldWithScopes(base)] })

/** The world of `permission-limits` without limits: three users of two keys, no sources, iCloud alone in scope. */
export function setupUnlimited() {
  const fixture = structuredClone(worlds['permission-limits'])
  for (const { permissions } of fixture.organisations) Object.assign(permissions, { scopes: base })
  return setupApi({ fixtures: [fixture] })
}

/** An iCloud account of a user. */
export const account = (identifier: string, user = 1) => ({ user, type: 'icloud.account', identifier })
