import type { Attribute } from '../engine/attribute.ts'
import { either, shown } from '../engine/messages.ts'
import { type Place, type Problem, placeText, within } from '../engine/place.ts'
import { pollRecordRules } from './poll-soundness.ts'
import { type Records, type ResourceName, resources, type Session } from './resources/index.ts'
import { expiryErrors, initErrors } from './resources/session.ts'
import { datesOf, type Find, type Rule, type Rules } from './soundness-rule.ts'

/** A record of a fixture, and its place there. */
export interface PlacedRecord<Name extends ResourceName = ResourceName> {
  readonly name: Name
  readonly place: Place
  readonly id: unknown
  /** Attributes that cannot be read are undefined. */
  readonly record: Partial<Records[Name]>
}

/** The attributes of each resource that are the ID of another record. */
const references = new Map(
  Object.entries(resources).map(([name, { shape }]) => [
    name,
    Object.entries<Attribute>(shape).flatMap(([attribute, { to, type, isComputed }]) =>
      to === undefined || isComputed
        ? []
        : [{ attribute, to, path: type === 'nested' ? `${attribute}.id` : attribute }],
    ),
  ]),
)

const nounOf = (name: string) => name.replace('_', ' ')

/** The IDs of records: `1, 2 and 3`; `none` without any. */
function listed(records: readonly PlacedRecord[]): string {
  const most = 10
  const ids = records.map(({ id }) => String(id)).sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1))
  const texts = ids.slice(0, most)
  if (ids.length > most) texts.push(`${ids.length - most} more`)
  return texts.length < 2 ? (texts[0] ?? 'none') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

/** Attributes whose values, taken together, belong to one record; the last one is at fault. */
const unique: { readonly [Name in ResourceName]?: readonly (keyof Records[Name] & string)[] } = {
  key: ['token'],
  user: ['organisation', 'identifier'],
  source: ['user', 'type', 'identifier'],
}

/** The errors that a session has in each state. */
const errorsIn: Readonly<Record<Session['state'], readonly string[]>> = {
  pending: [],
  active: [],
  failed: initErrors,
  expired: expiryErrors,
}

/** The rules of each resource, for a record alone and together with the records that it refers to. */
const rules: Rules = {
  ...pollRecordRules,
  key: [
    {
      attributes: ['date_created', 'date_expires'],
      check: ({ date_created, date_expires }) => datesOf('key', '', { date_created, date_expires }, {}),
    },
  ],
  source: [
    {
      attributes: ['user', 'parent'],
      check: ({ user, parent }, find) => {
        const owner = find('source', parent)?.user
        if (owner === undefined || owner === user) return undefined
        return ['parent', `names source ${parent} of user ${owner}, and its child is of user ${user}`]
      },
    },
    {
      attributes: ['parent'],
      check: ({ parent }, find) => {
        const isChild = (find('source', parent)?.parent ?? null) !== null
        return isChild ? ['parent', `names source ${parent}, which is a child itself`] : undefined
      },
    },
    {
      attributes: ['type', 'parent'],
      check: ({ type, parent }, find) => {
        if (type !== 'rirelay.source') return undefined
        if (parent === null) return ['parent', 'must be the rirelay.instance of the device, got null']
        const found = find('source', parent)?.type ?? 'rirelay.instance'
        if (found === 'rirelay.instance' || found === type) return undefined
        return ['parent', `must be the rirelay.instance of the device; source ${parent} is of type ${found}`]
      },
    },
  ],
  session: [
    {
      attributes: ['user', 'source'],
      check: ({ user, source }, find) => {
        const owner = find('source', source)?.user
        if (owner === undefined || owner === user) return undefined
        return ['user', `must be ${owner}, that of source ${source}, got ${user}`]
      },
    },
    {
      attributes: ['state', 'error'],
      check: ({ state, error }) => {
        const errors = errorsIn[state]
        if (errors.length === 0 ? error === null : errors.includes(error ?? '')) return undefined
        return ['error', `of a session that is ${state} must be ${either(errors) || 'null'}, got ${shown(error)}`]
      },
    },
    {
      attributes: ['state', 'date_created', 'date_expired'],
      check: ({ state, date_created, date_expired }) =>
        datesOf('session', state, { date_created, date_expired }, { date_expired: state === 'expired' }),
    },
  ],
}

/**
 * Finds everything that makes records of fixtures impossible: references to records that do not exist or have another
 * owner, unique values that two records have, and attributes that contradict each other.
 *
 * @param unread resources of which some records are unknown, because their list or what they are nested in cannot be read
 */
export function unsoundness(all: readonly PlacedRecord[], unread: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = []
  const tables = new Map<string, Map<unknown, PlacedRecord>>(Object.keys(resources).map((name) => [name, new Map()]))
  for (const placed of all) {
    const table = tables.get(placed.name)
    const isRepeated = table?.has(placed.id)
    if (isRepeated)
      problems.push({ ...within(placed.place, 'id'), what: `is that of another one: ${shown(placed.id)}` })
    // The owner of an ID that two records have is unknown.
    if (placed.id !== undefined) table?.set(placed.id, isRepeated ? { ...placed, record: {} } : placed)
  }
  const placedOf = (name: string, id: unknown) => tables.get(name)?.get(id)
  const find: Find = (name, id) => placedOf(name, id)?.record as never
  /** The organisation that a record belongs to; undefined if it is not known or does not exist. */
  const ownerOf = ({ name, id, record }: PlacedRecord): unknown => {
    if (name === 'organisation') return id
    const { user, organisation } = record as { readonly user?: number; readonly organisation?: number }
    const holder = name === 'source' ? placedOf('user', user) : placedOf('organisation', organisation)
    return holder && ownerOf(holder)
  }
  const lists = new Map<string, string>()
  /** The IDs of a resource, all or those of an organisation, as text that is made once for all problems. */
  const idsOf = (name: string, owner?: unknown): string => {
    const key = `${name} ${owner}`
    const isListed = (one: PlacedRecord) => owner === undefined || ownerOf(one) === owner
    const list = lists.get(key) ?? listed([...(tables.get(name)?.values() ?? [])].filter(isListed))
    lists.set(key, list)
    return list
  }
  const values = new Map<string, PlacedRecord>()

  for (const placed of all) {
    const { name, place } = placed
    const record = placed.record as Readonly<Record<string, unknown>>
    const report = (attribute: string, what: string) => problems.push({ ...within(place, attribute), what })
    const owner = ownerOf(placed)
    for (const { attribute, to, path } of references.get(name) ?? []) {
      const id = record[attribute]
      if (id === null || id === undefined) continue
      const target = placedOf(to, id)
      const names = `names ${nounOf(to)} ${shown(id)}`
      if (!target && !unread.has(to)) {
        report(path, `${names}, which does not exist; existing IDs: ${idsOf(to)}`)
      }
      const targetOwner = target && ownerOf(target)
      if (owner === undefined || targetOwner === undefined || owner === targetOwner) continue
      report(path, `${names} of organisation ${targetOwner}; organisation ${owner} has ${idsOf(to, owner)}`)
    }
    const together = unique[name]?.map((attribute) => record[attribute])
    if (together && !together.includes(undefined)) {
      const key = JSON.stringify([name, ...together])
      const other = values.get(key)
      if (other) report(unique[name]?.at(-1) ?? '', `is that of ${placeText(other.place)}`)
      else values.set(key, placed)
    }
    for (const { attributes, check } of (rules[name] ?? []) as readonly Rule<object & Record<string, unknown>>[]) {
      const problem = attributes.some((one) => record[one] === undefined) ? undefined : check(record, find)
      if (problem) report(...problem)
    }
  }
  return problems
}
