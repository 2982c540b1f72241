import { type ApiError, invalidParameter } from '../../engine/errors.ts'
import { ricloudErrors } from '../errors.ts'
import type { Limit, Permissions, Scopes, Source, SourceType } from '../resources/index.ts'
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

/** The attributes of a source that scopes and limits depend on. */
type CountedSource = Pick<Source, 'organisation' | 'key' | 'user' | 'type'>

/**
 * The error for a new source if the organisation's base permissions do not include its type, or a limit is reached
 * (documented). Other permissions of the organisation restrict the kinds of scope that they name (assumed).
 */
export function sourceError(world: World, source: CountedSource): ApiError | undefined {
  const wanted = `source_type:${source.type}`
  const base = world.tables.organisation.get(source.organisation)?.permissions
  const all = world.tables.permissions.list({ owners: [source.organisation], limit: Infinity }).data
  for (const { id, scopes } of all) {
    if (id !== base && !Object.keys(scopes).some((scope) => kindOf(scope) === 'source_type')) continue
    const covering = Object.entries(scopes).filter(([scope]) => covers(scope, wanted))
    if (covering.length === 0) return ricloudErrors.missingScope(wanted)
    for (const [scope, limits] of covering) {
      const types = sourceTypes.filter((known) => covers(scope, `source_type:${known}`))
      for (const { level, value } of limits) {
        const count = countSources(world, source, level, types)
        if (count >= value) return ricloudErrors.limitExceeded(scope, level, value, count)
      }
    }
  }
  return undefined
}

/**
 * Whether a source is a Relay instance that was not paired yet. It does not count for limits until it is, so that wrong
 * codes do not use them up (assumed).
 */
export const isUnpaired = ({ type, state }: Pick<Source, 'type' | 'state'>) =>
  type === 'rirelay.instance' && state === 'unvalidated'

function countSources(
  world: World,
  source: CountedSource,
  level: Limit['level'],
  types: readonly SourceType[],
): number {
  const holder = level === 'organisation' ? {} : { [level]: [source[level]] }
  const count = (type: readonly SourceType[], state = {}) =>
    world.tables.source.count({ owners: [source.organisation], where: { type, ...holder, ...state } })
  const instances = types.filter((type) => isUnpaired({ type, state: 'unvalidated' }))
  return count(types) - count(instances, { state: ['unvalidated'] })
}
