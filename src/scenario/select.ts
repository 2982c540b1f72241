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
  return names.every(([name, value]) => valueAt(view, name) === value)
}

function valueAt(view: unknown, name: string): unknown {
  return name.split('.').reduce((part, key) => (part as Record<string, unknown> | null | undefined)?.[key], view)
}

/** All records of a resource that have these values, oldest first. */
export function select(world: World, resource: Resource, where: Where): Records[Resource][] {
  const table = world.tables[resource]
  if (typeof where.id === 'string' || typeof where.id === 'number') {
    const record = table.get(where.id)
    return record && fits(world, resource, record, where) ? [record] : []
  }
  return [...table.all()].filter((record) => fits(world, resource, record, where))
}

/** The record of a resource that another one belongs to or names: a session's user, its source, its key. */
export function related(
  world: World,
  from: { readonly resource: Resource; readonly record: Records[Resource] },
  resource: Resource,
): Records[Resource] | undefined {
  if (from.resource === resource) return world.tables[resource].get(from.record.id)
  const id = (from.record as unknown as Record<string, unknown>)[resource]
  return typeof id === 'string' || typeof id === 'number' ? world.tables[resource].get(id) : undefined
}
