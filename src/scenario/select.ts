import { showRecord } from '../engine/domain-event.ts'
import type { Resource } from '../engine/lifecycle.ts'
import type { World } from '../engine/world.ts'
import type { Records } from '../ricloud/resources/records.ts'
import { keyOf } from '../ricloud/rules/access.ts'
import { configKinds } from '../ricloud/rules/config.ts'
import type { Where } from './types.ts'

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

/** Whom something is done to: a resource, or either kind of config. */
export type Whom = Resource | 'config'

/** The resources that it stands for. */
export const kindsOf = (whom: Whom): readonly Resource[] => (whom === 'config' ? configKinds : [whom])

/** All records of it that have these values, of each resource the oldest first. */
export function select(world: World, whom: Whom, where: Where): Records[Resource][] {
  return kindsOf(whom).flatMap((resource) => selectOf(world, resource, where))
}

function selectOf(world: World, resource: Resource, where: Where): Records[Resource][] {
  const table = world.tables[resource]
  if (typeof where.id === 'string' || typeof where.id === 'number') {
    const record = table.get(keyOf(resource, String(where.id)))
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
  storage_config: ['storage_config', 'organisation'],
  webhook_config: ['webhook_config', 'organisation'],
}

/** A record that something happened to. */
export interface Subject {
  readonly resource: Resource
  readonly record: Records[Resource]
}

/** What another record belongs to or names, or that record itself. */
export function related(world: World, from: Subject, whom: Whom): Subject | undefined {
  for (const resource of kindsOf(whom)) {
    const id =
      from.resource === resource ? from.record.id : (from.record as unknown as Record<string, unknown>)[resource]
    const record = typeof id === 'string' || typeof id === 'number' ? world.tables[resource].get(id) : undefined
    if (record) return { resource, record }
  }
  return undefined
}
