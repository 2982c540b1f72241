import type { ApiTypes, NameOf } from '../engine/api-types.ts'
import { readIntegerId } from '../engine/fields.ts'
import { type Definition, readId } from '../engine/resource.ts'
import { valueAt } from '../engine/values.ts'
import type { World } from '../engine/world.ts'
import { type Subject, targetsOf } from './action.ts'
import type { Where } from './types.ts'

/** Whether a record has these values in the form in which the API sends it. */
export function matches<A extends ApiTypes>(world: World<A>, { resource, record }: Subject<A>, where: Where): boolean {
  const conditions = Object.entries(where)
  if (conditions.length === 0) return true
  const view = world.views.show(world.viewer, resource, record)
  return conditions.every(([name, value]) => isSame(valueAt(view, name.split('.')), value))
}

/** A number equals its digits in a string, an integer ID as the API reads them (documented: the pages use both forms). */
function isSame(found: unknown, wanted: Where[string]): boolean {
  if (typeof found !== 'number' || typeof wanted !== 'string') return found === wanted
  return String(found) === wanted || readIntegerId(wanted) === found
}

const resourcesOf = <A extends ApiTypes>(world: World<A>, target: string) =>
  targetsOf(world.api.definitions, target) as NameOf<A>[]

/** All records of a resource or group that match, the oldest of each resource first. */
export function select<A extends ApiTypes>(world: World<A>, target: string, where: Where): Subject<A>[] {
  return resourcesOf(world, target).flatMap((resource) => selectOf(world, resource, where))
}

function selectOf<A extends ApiTypes>(world: World<A>, resource: NameOf<A>, where: Where): Subject<A>[] {
  const table = world.tables[resource]
  if (typeof where.id === 'string' || typeof where.id === 'number') {
    const record = table.get(readId(world.api.definitions[resource] as Definition, String(where.id)))
    return record && matches(world, { resource, record }, where) ? [{ resource, record }] : []
  }
  const { data } = table.list({ limit: Infinity })
  return data
    .toReversed()
    .map((record) => ({ resource, record }))
    .filter((subject) => matches(world, subject, where))
}

/** The record of a resource or group that a record refers to, or the record itself if it is one. */
export function related<A extends ApiTypes>(world: World<A>, from: Subject<A>, target: string): Subject<A> | undefined {
  for (const resource of resourcesOf(world, target)) {
    const id =
      from.resource === resource ? from.record.id : (from.record as unknown as Record<string, unknown>)[resource]
    const record = typeof id === 'string' || typeof id === 'number' ? world.tables[resource].get(id) : undefined
    if (record) return { resource, record }
  }
  return undefined
}

/** The record in an answer; undefined for a list. */
export function recordIn<A extends ApiTypes>(world: World<A>, view: object): Subject<A> | undefined {
  const { definitions } = world.api
  const body = view as Readonly<Record<string, unknown>>
  // An answer may only refer to the record, as a task does to the config that it tests.
  const { about } = definitions[String(body.resource)] ?? {}
  const [other = ''] = about ? String(body[about.type]).split('.') : []
  const refers = about && Object.hasOwn(definitions, other)
  const resource = refers ? other : body.resource
  const id = refers ? body[about.id] : body.id
  if (typeof resource !== 'string' || !Object.hasOwn(definitions, resource) || definitions[resource]?.isSilent)
    return undefined
  const name = resource as NameOf<A>
  const record = typeof id === 'string' || typeof id === 'number' ? world.tables[name].get(id) : undefined
  return record && { resource: name, record }
}
