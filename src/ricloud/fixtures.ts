import * as z from 'zod'
import type { Attribute, Defaults } from '../engine/attribute.ts'
import { readBucketUrl } from '../engine/buckets.ts'
import { contentTypeOf } from '../engine/content-type.ts'
import { UsageError } from '../engine/errors.ts'
import { redacted, shown } from '../engine/messages.ts'
import { originOf, type Place, type Problem, placeText, problemText, within } from '../engine/place.ts'
import { parseGiven, problemsOf } from '../engine/problems.ts'
import { attributesOf, type Definition } from '../engine/resource.ts'
import { givenSchema } from '../engine/schemas.ts'
import { parseInstant } from '../engine/time/instant.ts'
import { isRecord, once } from '../engine/values.ts'
import { type PlacedRecord, unsoundness } from './fixture-soundness.ts'
import { objectProblems, type PlacedObject } from './poll-soundness.ts'
import { type Records, type ResourceName, type Result, resources } from './resources/index.ts'
import { planEnd } from './rules/session.ts'
import { planPollsFromNow } from './rules/subscription.ts'
import type { World } from './types.ts'

/** A record as the API sends it. */
type Body = Readonly<Record<string, unknown>>

type FixtureList =
  | 'organisations'
  | 'keys'
  | 'users'
  | 'sources'
  | 'sessions'
  | 'subscriptions'
  | 'polls'
  | 'tasks'
  | 'results'

/** The object of a result: its JSON value, or its text. */
export interface FixtureObject {
  /** As in the result. */
  readonly url: string
  readonly json?: unknown
  readonly text?: string
}

/** Records exactly as the API sends them, by list; every list is optional. They are checked when a world is made of them. */
export type Fixture = { readonly [List in FixtureList]?: readonly Body[] } & {
  /** The objects of results; that of a result without one has no entries. */
  readonly objects?: readonly FixtureObject[]
}

/** The records of fixtures, checked and merged. */
export type LoadedRecords = { readonly [Name in ResourceName]: Records[Name][] } & {
  /** The content of objects, by URL. */
  readonly objects: ReadonlyMap<string, Uint8Array>
}

/** The name of the list in a fixture, and its resource. */
const lists = (Object.entries(resources) as [ResourceName, Definition][]).flatMap(([name, { fixtures }]) =>
  fixtures === undefined ? [] : [[fixtures as FixtureList, name] as const],
)

/** Made on first use: the built-in fixtures do not need them. */
const rowSchemas = once(() => new Map(lists.map(([, name]) => [name, givenSchema(resources, name)])))
const schema = once(() =>
  z.strictObject({
    ...Object.fromEntries(
      lists.map(([list, name]) => [list, z.array(rowSchemas().get(name) as z.ZodType).default([])]),
    ),
    objects: z
      .array(z.strictObject({ url: z.string(), json: z.unknown().optional(), text: z.string().optional() }))
      .default([]),
  }),
)

/** A record of a fixture, without the attributes that cannot be read. */
interface Row {
  readonly name: ResourceName
  readonly place: Place
  readonly body: Body
  readonly isWhole: boolean
}

/** The records of a fixture, and what is wrong with each by itself. */
interface ReadFixture {
  readonly rows: readonly Row[]
  readonly problems: readonly Problem[]
  /** The resources whose list is not an array. */
  readonly unread: readonly ResourceName[]
  readonly objects: readonly PlacedObject[]
}

/** @param place where the fixture is */
function readFixture(fixture: Fixture, place: Place, isChecked: boolean): ReadFixture {
  const result = isChecked ? undefined : parseGiven(schema(), fixture)
  const isWrong = result?.success === false
  const data: { readonly [List in FixtureList | 'objects']?: unknown } | null = result?.success ? result.data : fixture
  const given = lists.map(([list, name]) => ({ list, name, of: data?.[list] ?? [] }))
  const rows = given.flatMap(({ list, name, of }) =>
    (Array.isArray(of) ? of : []).map((one: unknown, i): Row => {
      const readable = isWrong ? readableOf(name, one) : { body: one as Body, isWhole: true }
      return { name, place: within(place, list, i), ...readable }
    }),
  )
  return {
    rows,
    problems: [
      ...(isWrong
        ? problemsOf(schema(), result.error).map(({ path = [], what }) => ({ ...within(place, ...path), what }))
        : []),
      ...(isChecked ? [] : [...repeatedIds(rows), ...nestedDifferences(rows)]),
    ],
    unread: given.flatMap(({ name, of }) => (Array.isArray(of) ? [] : name)),
    // Those of a fixture that cannot be read are part of its problems.
    objects: isWrong
      ? []
      : ((data?.objects as readonly FixtureObject[] | undefined) ?? []).map((object, i) => {
          return { place: within(place, 'objects', i), url: object.url, bytes: bytesOf(object) }
        }),
  }
}

/** The attributes of a record that can be read, so that a problem of one does not hide those of the others. */
function readableOf(name: ResourceName, given: unknown): Pick<Row, 'body' | 'isWhole'> {
  const schema = rowSchemas().get(name) as z.ZodObject
  const whole = parseGiven(schema, given)
  if (whole.success) return { body: whole.data, isWhole: true }
  const attributes = Object.entries<z.ZodType>(schema.shape).flatMap(([attribute, of]) => {
    const { success, data } = parseGiven(of, (given as Body | null)?.[attribute])
    return success ? [[attribute, data]] : []
  })
  return { body: Object.fromEntries(attributes), isWhole: false }
}

/** Rows with equal keys are the same record; a row without a readable ID is a record of its own. */
const keyOf = ({ name, place, body: { id } }: Row) => (id === undefined ? placeText(place) : `${name} ${id}`)

/** The problems of IDs that an earlier record of the same fixture has. */
function repeatedIds(rows: readonly Row[]): Problem[] {
  const known = new Set<string>()
  return rows.flatMap((row): Problem[] => {
    const key = keyOf(row)
    if (known.has(key)) return [{ ...within(row.place, 'id'), what: `is that of another one: ${shown(row.body.id)}` }]
    known.add(key)
    return []
  })
}

/** The attributes of each resource that hold another record, with its resource. */
const nestedAttributes = new Map(
  Object.entries(resources).map(([name, { shape }]) => [
    name as ResourceName,
    Object.entries<Attribute>(shape).flatMap(([attribute, { type, to }]) =>
      type === 'nested' ? [[attribute, to] as const] : [],
    ),
  ]),
)

/** The problems of nested records that differ from the same records in the lists of their fixture. */
function nestedDifferences(rows: readonly Row[]): Problem[] {
  const byId = new Map(rows.map((row) => [keyOf(row), row]))
  return rows.flatMap(({ name, place, body }) =>
    (nestedAttributes.get(name) ?? []).flatMap(([attribute, to]) => {
      const nested = body[attribute] as Body | undefined
      const own = nested && byId.get(`${to} ${nested.id}`)
      if (!own) return []
      return Object.entries(nested).flatMap(([field, value]): Problem[] => {
        const right = own.body[field]
        if (value === undefined || right === undefined || sorted(value) === sorted(right)) return []
        const what = `must be ${shown(redacted(right, field))} as in ${placeText(own.place)}, got ${shown(redacted(value, field))}`
        return [{ ...within(place, attribute, field), what }]
      })
    }),
  )
}

/** A value as JSON with sorted names, for comparison. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    return isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
  })
}

/**
 * Checks and merges fixtures; of records with the same ID the last one counts.
 *
 * @param people whether users are included, and what belongs to one
 * @param checked the names of fixtures that need no check, which takes most of the time that a new world takes
 * @param isOption whether the places of problems begin with that of the fixture: `fixtures[0].users[1].id`
 * @throws an Error with every problem: the file and position of each record that is not as the API sends it, contradicts
 *   itself, or refers to a record that does not exist or has another owner
 */
export function readFixtures(
  fixtures: readonly Fixture[],
  {
    people = true,
    checked = new Map(),
    isOption = fixtures.length > 1,
  }: { people?: boolean; checked?: ReadonlyMap<Fixture, string>; isOption?: boolean } = {},
): LoadedRecords {
  const read = fixtures.map((fixture, i) => {
    const origin = checked.get(fixture) ?? originOf(fixture)
    const path = isOption && origin === undefined ? ['fixtures', i] : []
    return readFixture(fixture, { path, origin }, checked.has(fixture))
  })
  const rows = read.flatMap((one) => one.rows)
  const isPeople = (name: ResourceName) => name === 'user' || 'user' in resources[name].shape || name in ofPeople
  const included = people ? rows : rows.filter(({ name }) => !isPeople(name))
  const merged = [...new Map(included.map((row) => [keyOf(row), row])).values()]
  const all = merged.flatMap(recordsOf)
  const unread = new Set([...read.flatMap((one) => one.unread), ...merged.flatMap(unreadIn)])
  const [first] = fixtures
  // Checked fixtures are sound by themselves.
  const isSound = fixtures.length === 1 && checked.has(first as Fixture)
  const objects = read.flatMap((one) => one.objects)
  const results = all.flatMap(({ name, record }) => (name === 'result' ? (record as Partial<Result>) : []))
  const isKnown = !isSound && people && !unread.has('result')
  const problems = [
    ...read.flatMap((one) => one.problems),
    ...(isSound ? [] : unsoundness(all, unread)),
    ...(isKnown ? objectProblems(objects, results) : []),
  ]
  if (problems.length > 0) {
    const texts = problems.map(problemText)
    const text = texts.length === 1 ? ` ${texts[0]}` : texts.map((one) => `\n  ${one}`).join('')
    throw new UsageError(`Failed to load the fixture:${text}`, problems)
  }
  const empty = Object.fromEntries(Object.keys(resources).map((name) => [name, [] as unknown[]]))
  const records = { ...empty, objects: new Map(objects.map(({ url, bytes }) => [url, bytes])) } as unknown as {
    [Name in ResourceName]: Records[Name][]
  } & Pick<LoadedRecords, 'objects'>
  for (const { name, record } of all) records[name].push(record as never)
  return records
}

/** Resources whose records belong to a user, although no attribute says so. */
const ofPeople: Partial<Record<ResourceName, true>> = { subscription: true, result: true }

const encoder = new TextEncoder()
const bytesOf = ({ json, text }: Omit<FixtureObject, 'url'>) => encoder.encode(text ?? JSON.stringify(json))

/** What is nested in an organisation, by attribute. */
const nested = {
  permissions: 'permissions',
  storage_configs: 'storage_config',
  webhook_configs: 'webhook_config',
} as const satisfies Readonly<Record<string, ResourceName>>

/** The resources of which a row holds records that cannot be read. */
function unreadIn({ name, body }: Row): ResourceName[] {
  const inner = name === 'organisation' ? Object.entries(nested).filter(([attribute]) => !(attribute in body)) : []
  return [...(body.id === undefined ? [name] : []), ...inner.map(([, hidden]) => hidden)]
}

/** The record of a row, and the records that are nested in it. */
function recordsOf({ name, place, body, isWhole }: Row): PlacedRecord[] {
  const { id } = body
  // A subscription calls its organisation `org`.
  const own = body.org === undefined ? body : { ...body, organisation: body.org }
  if (name !== 'organisation') return [{ name, place, id, record: recordOf(name, own, isWhole) }]
  const inner = Object.entries(nested).flatMap(([attribute, name]) => {
    const value = body[attribute] as (Body & { readonly data?: readonly Body[] }) | undefined
    const bodies = value?.data?.map((one, i) => [[attribute, 'data', i], one] as const)
    return (bodies ?? (value ? [[[attribute], value] as const] : [])).map(([where, one]): PlacedRecord => {
      const record = recordOf(name, { ...one, organisation: id }, true)
      return { name, place: within(place, ...where), id: one.id, record }
    })
  })
  const { id: permissions } = (body.permissions ?? {}) as Body
  return [...inner, { name, place, id, record: recordOf(name, { ...body, permissions }, isWhole) }]
}

/** Defaults for hidden attributes: in a fixture, none of them is an ID, a token or a time. */
const defaults: Defaults = { id: () => 1, uuid: () => '', text: () => '', stamp: () => '' }

/** The record of a body; attributes that the API hides have their initial values, unless parts of it cannot be read. */
function recordOf<Name extends ResourceName>(name: Name, body: Body, isWhole: boolean): Records[Name] {
  const stored = Object.entries(attributesOf(resources[name])).filter(([, { isComputed }]) => !isComputed)
  const value = (attribute: string, { type, initial }: Attribute) => {
    const given = body[attribute]
    if (given === undefined) return isWhole ? initial?.(defaults) : undefined
    // Records are frozen, and the fixture is the developer's object.
    return type === 'nested' ? (given as Body).id : structuredClone(given)
  }
  const values = stored.map(([attribute, definition]) => [attribute, value(attribute, definition)])
  return { id: body.id, ...Object.fromEntries(values) } as Records[Name]
}

/** Resources whose records are inserted before all others, which refer to them. */
const first: readonly ResourceName[] = ['permissions', 'storage_config', 'webhook_config']

/** Inserts records into an empty world. */
export function fill(world: World, records: LoadedRecords): void {
  const users = new Map(records.user.map((user) => [user.id, user]))
  const succeeded = new Set(
    records.session.flatMap(({ state, source }) => (state === 'active' || state === 'expired' ? source : [])),
  )
  const sources = records.source.map((source) => {
    const { organisation, key } = users.get(source.user) ?? source
    return { ...source, organisation, key, validated: source.state === 'active' || succeeded.has(source.id) }
  })
  const { polls, subscriptions, tasks } = completed(records)
  const rowsOf = { source: sources, poll: polls, subscription: subscriptions, task: tasks }
  for (const name of new Set([...first, ...(Object.keys(resources) as ResourceName[])])) {
    const rows: readonly Records[typeof name][] = (rowsOf as Partial<LoadedRecords>)[name] ?? records[name]
    for (const row of rows) (world.tables[name] as { insert(row: Records[typeof name]): unknown }).insert(row)
  }
  for (const session of world.tables.session.all()) {
    if (session.state === 'active') planEnd(world, session, parseInstant(session.date_created) ?? 0)
  }
  for (const subscription of world.tables.subscription.all()) planPollsFromNow(world, subscription)
  fillBuckets(world, records)
}

/** The hidden attributes of records of polls, which follow from other records. */
function completed(records: LoadedRecords) {
  const sessions = new Map(records.session.map((session) => [session.id, session]))
  const keys = new Map(records.key.map((key) => [key.id, key]))
  const organisations = new Map(records.organisation.map((organisation) => [organisation.id, organisation]))
  const polls = records.poll.map((poll) => {
    const own = keys.get(poll.key)?.storage_config ?? organisations.get(poll.organisation)?.storage_config_default
    const requestor = poll.subscription === null ? 'client' : 'subscription'
    return { ...poll, requestor, storage_config: own ?? 0 } as const
  })
  const subscriptions = records.subscription.map((subscription) => {
    const { key, user } = sessions.get(subscription.session) ?? subscription
    return { ...subscription, key, user }
  })
  // The tasks of a poll follow each other in the order of creation.
  const inOrder = records.task.toSorted((a, b) => (a.date_created < b.date_created ? -1 : 1))
  const tasks = records.task.map((task) => {
    const ofPoll = task.poll === null ? [] : inOrder.filter(({ poll }) => poll === task.poll)
    return { ...task, next: ofPoll[ofPoll.indexOf(task) + 1]?.id ?? null }
  })
  return { polls, subscriptions, tasks }
}

/** Stores the object of every result that is not expired. */
function fillBuckets(world: World, { objects, result: results }: LoadedRecords): void {
  for (const { url, type, state } of results) {
    const place = state === 'expired' ? undefined : readBucketUrl(url)
    if (!place) continue
    const bytes = objects.get(url) ?? bytesOf({ json: { data: [] } })
    world.buckets.put([{ ...place, type: contentTypeOf(type), bytes }], Infinity)
  }
}
