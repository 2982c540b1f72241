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

/** Records exactly as the API sends them, checked when a world is made of them; any list may be left out. */
export type Fixture = { readonly [List in FixtureList]?: readonly Body[] }

/** The records of fixtures, checked and joined. */
export type LoadedRecords = { readonly [Name in ResourceName]: Records[Name][] }

/** What a fixture calls its list of each resource, and the resource. */
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

/** The schema is made when the first fixture needs it: those of the package are known to fit. */
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

function checkedFixture(given: Fixture): Fixture {
  const result = schema().safeParse(given, parseOptions)
  if (result.success) return result.data as Fixture
  const problems = problemsOf(schema(), result.error)
  const [first = '', ...others] = problems
  const text = others.length === 0 ? ` ${first}` : problems.map((problem) => `\n  ${problem}`).join('')
  throw new UsageError(`Failed to load the fixture:${text}`, problems)
}

/**
 * Reads fixtures; of records with the same ID the last one counts.
 *
 * @param people whether their users, sources and sessions come too
 * @param checked those that are known to be as the API sends them: checking costs most of a new world's time
 * @throws an Error that names the place if a record is not as the API sends it, or names another that is not there or not its owner's
 */
export function readFixtures(
  given: readonly Fixture[],
  { people = true, checked = new Set() }: { people?: boolean; checked?: ReadonlySet<Fixture> } = {},
): LoadedRecords {
  const fixtures = given.map((one) => (checked.has(one) ? one : checkedFixture(one)))
  const bodies = (list: FixtureList) => [
    ...new Map(fixtures.flatMap((fixture) => fixture[list] ?? []).map((body) => [body.id, body])).values(),
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

/** Adds the record that a body shows, and those that are within it. */
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

/** Stands for the defaults of a plain `create`, of which a fixture needs none that differs from call to call. */
const defaults: Defaults = { id: () => 1, uuid: () => '', text: () => '', stamp: () => '' }

/** What the database holds of a body; what the API hides is as in a new record. */
function recordOf<Name extends ResourceName>(name: Name, body: Body): Records[Name] {
  const held = Object.entries(attributesOf(resources[name])).filter(([, { isComputed }]) => !isComputed)
  const value = (attribute: string, { type, initial }: Attribute) => {
    const given = body[attribute]
    if (given === undefined) return initial?.(defaults)
    // Records are frozen, and what a developer gave is not ours to freeze.
    return type === 'nested' ? (given as Body).id : structuredClone(given)
  }
  return { id: body.id, ...Object.fromEntries(held.map(([one, of]) => [one, value(one, of)])) } as Records[Name]
}

/** Resources whose records must be there before those of others; the rest comes as it is defined. */
const first: readonly ResourceName[] = ['permissions', 'storage_config', 'webhook_config']

/** Fills an empty world. */
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
