import { invalidParameter } from '../../engine/errors.ts'
import { ricloudErrors } from '../errors.ts'
import type { Limit, Permissions, Scopes, SourceType } from '../resources/index.ts'
import { sourceTypes } from '../resources/source.ts'
import type { World } from '../types.ts'
import type { Caller } from './access.ts'

/** A kind and a dotted name that may end in `*`: `source_type:icloud.*` (documented kinds and samples). */
export const scopePattern = /^(?:source_type|task_type|data_type):(?:\*|[a-z0-9_]+(?:\.[a-z0-9_]+)*(?:\.\*)?)$/

/** Whether a scope such as `source_type:icloud.*` includes another one (documented form). */
function covers(scope: string, wanted: string): boolean {
  return scope.endsWith('*') ? wanted.startsWith(scope.slice(0, -1)) : scope === wanted
}

const kindOf = (scope: string) => scope.slice(0, scope.indexOf(':'))

/** Creates permissions within the organisation's base (documented: never wider than the base). */
export function createPermissions(world: World, caller: Caller, { scopes }: { scopes: Scopes }): Permissions {
  requireCovered(world, caller, scopes)
  return world.tables.permissions.insert({
    id: world.tables.permissions.nextId(),
    organisation: caller.organisation.id,
    identifier: 'custom',
    scopes,
    date_created: world.clock.stamp(),
  })
}

/** Changes the scopes. Throws 403 for the base, which an organisation cannot change (assumed). */
export function updatePermissions(
  world: World,
  caller: Caller,
  permissions: Permissions,
  { scopes }: { scopes?: Scopes | undefined },
): Permissions {
  if (permissions.id === caller.organisation.permissions) throw ricloudErrors.basePermissions(permissions.id)
  if (scopes === undefined) return permissions
  requireCovered(world, caller, scopes)
  return world.tables.permissions.update(permissions, { scopes })
}

function requireCovered(world: World, { organisation }: Caller, scopes: Scopes): void {
  const base = Object.keys(world.tables.permissions.get(organisation.permissions)?.scopes ?? {})
  const wider = Object.keys(scopes).filter((scope) => !base.some((covering) => covers(covering, scope)))
  if (wider.length === 0) return
  const fault = `is wider than the organisation's base, which has ${base.join(', ') || 'no scopes'}`
  throw invalidParameter(Object.fromEntries(wider.map((scope) => [`scopes.${scope}`, [fault]])))
}

/**
 * Throws an error for a new source if the organisation's base permissions do not include its type, or a limit is reached
 * (documented). Other permissions of the organisation restrict the kinds of scope that they name (assumed).
 */
export function requireSourceScope(
  world: World,
  caller: Caller,
  organisation: number,
  user: number,
  type: SourceType,
): void {
  const wanted = `source_type:${type}`
  const base = world.tables.organisation.get(organisation)?.permissions
  const all = world.tables.permissions.list({ owners: [organisation], limit: Infinity }).data
  for (const { id, scopes } of all) {
    if (id !== base && !Object.keys(scopes).some((scope) => kindOf(scope) === 'source_type')) continue
    const covering = Object.entries(scopes).filter(([scope]) => covers(scope, wanted))
    if (covering.length === 0) throw ricloudErrors.missingScope(wanted)
    for (const [scope, limits] of covering) requireWithin(world, caller, organisation, user, scope, limits)
  }
}

function requireWithin(
  world: World,
  caller: Caller,
  organisation: number,
  user: number,
  scope: string,
  limits: readonly Limit[],
): void {
  const types = sourceTypes.filter((known) => covers(scope, `source_type:${known}`))
  for (const { level, value } of limits) {
    const count = countSources(world, organisation, level, { key: caller.key.id, user }, types)
    if (count >= value) throw ricloudErrors.limitExceeded(scope, level, value, count)
  }
}

function countSources(
  world: World,
  organisation: number,
  level: Limit['level'],
  holder: { key: number; user: number },
  types: readonly SourceType[],
): number {
  const ofHolder = level === 'organisation' ? {} : { [level]: [holder[level]] }
  return world.tables.source.count({ owners: [organisation], where: { type: types, ...ofHolder } })
}
