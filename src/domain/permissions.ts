import { type Limit, type Scopes, type SourceType, sourceTypes } from '../db/records.ts'
import { refusal } from '../errors.ts'
import type { Caller } from './access.ts'
import type { World } from './world.ts'

/** Whether a scope such as `source_type:icloud.*` covers one without a wildcard (documented form). */
function covers(scope: string, wanted: string): boolean {
  return scope.endsWith('*') ? wanted.startsWith(scope.slice(0, -1)) : scope === wanted
}

/** Refuses a new source whose type the organisation's base permissions do not cover, or that would break a limit (documented). */
export function requireSourceScope(
  world: World,
  caller: Caller,
  organisation: number,
  user: number,
  type: SourceType,
): void {
  const wanted = `source_type:${type}`
  const owner = world.tables.organisation.get(organisation)
  const scopes: Scopes = (owner && world.tables.permissions.get(owner.permissions)?.scopes) ?? {}
  const covering = Object.entries(scopes).filter(([scope]) => covers(scope, wanted))
  if (covering.length === 0) throw refusal.missingScope(wanted)
  for (const [scope, limits] of covering) {
    const types = sourceTypes.filter((known) => covers(scope, `source_type:${known}`))
    for (const { level, value } of limits) {
      const count = countSources(world, organisation, level, { key: caller.key.id, user }, types)
      if (count >= value) throw refusal.limitExceeded(scope, level, value, count)
    }
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
  return world.tables.source.count({ organisations: [organisation], where: { type: types, ...ofHolder } })
}
