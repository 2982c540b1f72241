import { type ApiError, invalidParameter } from '../../engine/errors.ts'
import type { Query } from '../../engine/store/query.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { Limit, Permissions, Scopes, Source } from '../resources/index.ts'
import { sourceTypes } from '../resources/source.ts'
import type { World } from '../types.ts'
import type { Caller } from './access.ts'

/** A kind and a dotted name that may end in `*`: `source_type:icloud.*` (documented kinds and samples). */
export const scopePattern =
  /^(?:source_type|task_type|data_type|file_type):(?:\*|[a-z0-9_]+(?:\.[a-z0-9_]+)*(?:\.\*)?)$/

/** Whether a scope such as `source_type:icloud.*` includes another one (documented form). */
export function covers(scope: string, wanted: string): boolean {
  return scope.endsWith('*') ? wanted.startsWith(scope.slice(0, -1)) : scope === wanted
}

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
  if (permissions.id === caller.organisation.permissions) {
    throw ricloudErrors.basePermissions(permissions.id).because(reasons.basePermissions(permissions.id))
  }
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

/** Who asks for something: limits count for the organisation, the key or the user. */
export interface Holder {
  readonly organisation: number
  readonly key: number
  readonly user: number
}

/** What limits count: records that there are, and those that are to be created. */
interface Counted {
  /** The number of records that a scope covers, of those in `query`. */
  existing(scope: string, query: Query): number
  /** How many of the new records a scope covers. */
  added(scope: string): number
}

/**
 * The error if the organisation's base permissions do not include a scope, or a limit would be exceeded (documented). Its
 * other permissions restrict the kinds of scope that they name (assumed).
 */
export function scopeError(
  world: World,
  holder: Holder,
  wanted: Iterable<string>,
  counted: Counted,
): ApiError | undefined {
  const { organisation } = holder
  const base = world.tables.organisation.get(organisation)?.permissions
  const all = world.tables.permissions.list({ owners: [organisation], limit: Infinity }).data
  const limits: (Limit & { readonly scope: string })[] = []
  for (const one of wanted) {
    const kind = one.slice(0, one.indexOf(':') + 1)
    for (const { id, scopes } of all) {
      let isRestricted = id === base
      let isCovered = false
      for (const scope of Object.keys(scopes)) {
        isRestricted ||= scope.startsWith(kind)
        if (!covers(scope, one)) continue
        isCovered = true
        for (const limit of scopes[scope] ?? []) limits.push({ ...limit, scope })
      }
      if (isCovered || !isRestricted) continue
      return ricloudErrors.missingScope(one).because(reasons.missingScope(one, id, Object.keys(scopes)))
    }
  }
  for (const { scope, level, value } of limits) {
    const where = level === 'organisation' ? {} : { [level]: [holder[level]] }
    const count = counted.existing(scope, { owners: [organisation], where })
    const added = counted.added(scope)
    if (count + added <= value) continue
    const reason = reasons.limitExceeded({ scope, level, limit: value, count, added })
    return ricloudErrors.limitExceeded(scope, level, value, count, added).because(reason)
  }
  return undefined
}

/** The error for a new source if its type is not in scope, or a limit is reached (documented). */
export function sourceError(
  world: World,
  source: Pick<Source, 'organisation' | 'key' | 'user' | 'type'>,
): ApiError | undefined {
  return scopeError(world, source, [`source_type:${source.type}`], {
    existing: (scope, { where, ...query }) => {
      const types = sourceTypes.filter((known) => covers(scope, `source_type:${known}`))
      const count = (type: readonly string[], state = {}) =>
        world.tables.source.count({ ...query, where: { ...where, type, ...state } })
      const instances = types.filter((type) => isUnpaired({ type, state: 'unvalidated' }))
      return count(types) - count(instances, { state: ['unvalidated'] })
    },
    added: () => 1,
  })
}

/**
 * Whether a source is a Relay instance that was not paired yet. It does not count for limits until it is, so that wrong
 * codes do not use them up (assumed).
 */
export const isUnpaired = ({ type, state }: Pick<Source, 'type' | 'state'>) =>
  type === 'rirelay.instance' && state === 'unvalidated'
