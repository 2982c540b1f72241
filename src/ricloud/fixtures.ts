import * as z from 'zod'
import type { Attribute, Defaults } from '../engine/attribute.ts'
import { UsageError } from '../engine/errors.ts'
import { shown } from '../engine/messages.ts'
import { parseOptions, problemsOf } from '../engine/problems.ts'
import { attributesOf, type Definition } from '../engine/resource.ts'
import { givenSchema } from '../engine/schemas.ts'
import { parseInstant } from '../engine/time/clock.ts'
import { requireSound } from './fixture-soundness.ts'
import { type Records, type ResourceName, resources } from './resources/index.ts'
import { planEnd } from './rules/session.ts'
import type { World } from './types.ts'

/** A record as the API sends it. */
type Body = Readonly<Record<string, unknown>>

type FixtureList = 'organisations' | 'keys' | 'users' | 'sources' | 'sessions'

/** Records exactly as the API sends them, by list; every list is optional. They are checked when a world is made of them. */
export type Fixture = { readonly [List in FixtureList]?: readonly Body[] }

/** The records of fixtures, checked and merged. */
export type LoadedRecords = { readonly [Name in ResourceName]: Records[Name][] }

/** The name of the list in a fixture, and its resource. */
const lists = (Object.entries(resources) as [ResourceName, Definition][]).flatMap(([name, { fixtures }]) =>
  fixtures === undefined ? [] : [[fixtures as FixtureList, name] as const],
)

const uniqueIds = (schema: z.ZodObject) =>
  z.array(schema).superRefine((rows, context) => {
    const known = new Set<unknown>()
    for (const [i, { id }] of rows.entries()) {
      const message = `is that of another one: ${shown(id)}`
      if (known.has(id)) context.addIssue({ code: 'custom', path: [i, 'id'], message })
      known.add(id)
    }
  })

/** Made on first use: the built-in fixtures do not need it. */
const schema = once(() =>
  z.strictObject(
    Object.fromEntries(lists.map(([list, name]) => [list, uniqueIds(givenSchema(resources, name)).default([])])),
  ),
)

function once<T>(make: () => T): () => T {
  const made: T[] = []
  return () => {
    if (made.length === 0) made.push(make())
    return made[0] as T
  }
}

function checkedFixture(fixture: Fixture): Fixture {
  const result = schema().safeParse(fixture, parseOptions)
  if (result.success) return result.data as Fixture
  const problems = problemsOf(schema(), result.error)
  const [first = '', ...others] = problems
  const text = others.length === 0 ? ` ${first}` : problems.map((problem) => `\n  ${problem}`).join('')
  throw new UsageError(`Failed to load the fixture:${text}`, problems)
}

/**
 * Checks and merges fixtures; of records with the same ID the last one counts.
 *
 * @param people whether users, sources and sessions are included
 * @param checked fixtures that need no check, which takes most of the time that a new world takes
 * @throws an Error with the position of a record that is not as the API sends it, or refers to a record that does not
 *   exist or has another owner
 */
export function readFixtures(
  fixtures: readonly Fixture[],
  { people = true, checked = new Set() }: { people?: boolean; checked?: ReadonlySet<Fixture> } = {},
): LoadedRecords {
  const read = fixtures.map((fixture) => (checked.has(fixture) ? fixture : checkedFixture(fixture)))
  const bodies = (list: FixtureList) => [
    ...new Map(read.flatMap((fixture) => fixture[list] ?? []).map((body) => [body.id, body])).values(),
  ]
  const records = Object.fromEntries(Object.keys(resources).map((name) => [name, [] as unknown[]])) as unknown as {
    [Name in ResourceName]: Records[Name][]
  }
  const isPeople = (name: ResourceName) => name === 'user' || name === 'source' || name === 'session'
  for (const [list, name] of lists) {
    if (people || !isPeople(name)) for (const body of bodies(list)) add(records, name, body)
  }
  requireSound(records)
  return records
}

/** Adds the record of a body, and the records that are nested in it. */
function add(records: LoadedRecords, name: ResourceName, body: Body): void {
  if (name !== 'organisation') {
    records[name].push(recordOf(name, body) as never)
    return
  }
  const { id, permissions, storage_configs, webhook_configs } = body as {
    readonly id: number
    readonly permissions: Body
    readonly storage_configs: { readonly data: readonly Body[] }
    readonly webhook_configs: { readonly data: readonly Body[] }
  }
  const own = (inner: Body) => ({ ...inner, organisation: id })
  records.permissions.push(recordOf('permissions', own(permissions)))
  records.storage_config.push(...storage_configs.data.map((config) => recordOf('storage_config', own(config))))
  records.webhook_config.push(...webhook_configs.data.map((config) => recordOf('webhook_config', own(config))))
  records.organisation.push(recordOf('organisation', { ...body, permissions: permissions.id }))
}

/** Defaults for hidden attributes: in a fixture, none of them is an ID, a token or a time. */
const defaults: Defaults = { id: () => 1, uuid: () => '', text: () => '', stamp: () => '' }

/** The record of a body; attributes that the API hides have their initial values. */
function recordOf<Name extends ResourceName>(name: Name, body: Body): Records[Name] {
  const stored = Object.entries(attributesOf(resources[name])).filter(([, { isComputed }]) => !isComputed)
  const value = (attribute: string, { type, initial }: Attribute) => {
    const given = body[attribute]
    if (given === undefined) return initial?.(defaults)
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
  for (const name of new Set([...first, ...(Object.keys(resources) as ResourceName[])])) {
    const rows: readonly Records[typeof name][] = name === 'source' ? sources : records[name]
    for (const row of rows) (world.tables[name] as { insert(row: Records[typeof name]): unknown }).insert(row)
  }
  for (const session of world.tables.session.all()) {
    if (session.state === 'active') planEnd(world, session, parseInstant(session.date_created) ?? 0)
  }
}
