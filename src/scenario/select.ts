import { showRecord } from '../contract/happening.ts'
import type { Records } from '../db/records.ts'
import type { Resource } from '../domain/lifecycle.ts'
import type { World } from '../domain/world.ts'
import type { Where } from './scenario-type.ts'

/** Whether a record, as the API shows it, has these values. */
export function fits(world: World, resource: Resource, record: Records[Resource], where: Where): boolean {
  const names = Object.entries(where)
  if (names.length === 0) return true
  const view = showRecord(world, resource, record)
  return names.every(([name, value]) => isSame(valueAt(view, name), value))
}

/** An ID is the same in digits (documented: both forms stand in the pages). */
function isSame(found: unknown, wanted: Where[string]): boolean {
  return found === wanted || (typeof found === 'number' && String(found) === wanted)
}

function valueAt(view: unknown, name: string): unknown {
  return name.split('.').reduce((part, key) => (part as Record<string, unknown> | null | undefined)?.[key], view)
}

/** All records of a resource that have these values, oldest first. */
export function select(world: World, resource: Resource, where: Where): Records[Resource][] {
  const table = world.tables[resource]
  if (typeof where.id === 'string' || typeof where.id === 'number') {
    const record = table.get(resource === 'session' ? where.id : Number(where.id))
    return record && fits(world, resource, record, where) ? [record] : []
  }
  const all: readonly Records[Resource][] = table.list({ limit: Number.POSITIVE_INFINITY }).data
  return all.toReversed().filter((record) => fits(world, resource, record, where))
}

/** From which resources a step gets to which others: a session's user, its source, its key. */
export const reachable: Readonly<Record<Resource, readonly Resource[]>> = {
  session: ['session', 'user', 'source', 'key', 'organisation'],
  source: ['source', 'user', 'key', 'organisation'],
  user: ['user', 'key', 'organisation'],
  key: ['key', 'organisation'],
  organisation: ['organisation'],
}

/** The record of a resource that another one belongs to or names. */
export function related(
  world: World,
  from: { readonly resource: Resource; readonly record: Records[Resource] },
  resource: Resource,
): Records[Resource] | undefined {
  if (from.resource === resource) return world.tables[resource].get(from.record.id)
  const id = (from.record as unknown as Record<string, unknown>)[resource]
  return typeof id === 'string' || typeof id === 'number' ? world.tables[resource].get(id) : undefined
}
