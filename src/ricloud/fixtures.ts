import * as z from 'zod'
import { UsageError } from '../engine/errors.ts'
import { notDatetime } from '../engine/fields.ts'
import { shown } from '../engine/messages.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import { canonicalDatetime, parseInstant } from '../engine/time/clock.ts'
import type { World } from '../engine/world.ts'
import { requireSound } from './fixture-soundness.ts'
import type { Fixture } from './fixture-type.ts'
import {
  configStates,
  expiryErrors,
  initErrors,
  keyStates,
  keyTypes,
  type Limit,
  organisationStates,
  sessionStates,
  sourceStates,
  sourceTypes,
  storageTypes,
  userStates,
} from './resources/records.ts'
import { planEnd } from './rules/session.ts'

const datetime = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, { error: ({ input }) => notDatetime(input) })
  .transform((text) => canonicalDatetime(text) ?? text)
const configState = z.enum(configStates)
const limit: z.ZodType<Limit> = z.strictObject({
  level: z.enum(['organisation', 'key', 'user']),
  type: z.literal('count'),
  value: z.int().nonnegative(),
})
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    data: z.array(item),
    has_more: z.boolean(),
    total_count: z.int(),
    url: z.string(),
  })

const storageConfig = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('storage_config'),
  type: z.enum(storageTypes),
  url: z.string(),
  credentials: z.record(z.string(), z.unknown()),
  state: configState,
  date_created: datetime,
})
const webhookConfig = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('webhook_config'),
  url: z.string(),
  secret: z.string(),
  state: configState,
  date_created: datetime,
})
const organisation = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('organisation'),
  type: z.enum(['standard', 'super']).optional(),
  name: z.string(),
  slug: z.string(),
  api_version: z.string(),
  config: z.strictObject({ publish_source_files: z.boolean() }),
  permissions: z.strictObject({
    id: z.int().positive(),
    resource: z.literal('organisation_permissions'),
    identifier: z.string(),
    scopes: z.record(z.string(), z.array(limit)),
    date_created: datetime,
  }),
  storage_configs: listOf(storageConfig),
  storage_config_default: z.int().nullable(),
  webhook_configs: listOf(webhookConfig),
  webhook_config_default: z.int().nullable(),
  state: z.enum(organisationStates),
  date_created: datetime,
})
const key = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('key'),
  organisation: z.int(),
  type: z.enum(keyTypes),
  config: z.strictObject({ publish_source_files: z.boolean() }).partial(),
  storage_config: z.int().nullable(),
  webhook_config: z.int().nullable(),
  token: z.string().min(1),
  state: z.enum(keyStates),
  date_created: datetime,
  date_expires: datetime.nullable(),
})
const user = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('user'),
  organisation: z.int(),
  key: z.int(),
  identifier: z.string().min(1),
  state: z.enum(userStates),
  date_created: datetime,
})
const source = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('source'),
  user: z.int(),
  type: z.enum(sourceTypes),
  identifier: z.string().min(1),
  info: z.record(z.string(), z.unknown()).nullable(),
  parent: z.int().nullable(),
  children: listOf(z.unknown()),
  state: z.enum(sourceStates),
  date_created: datetime,
})
const session = z.strictObject({
  id: z.string().min(1),
  resource: z.literal('session'),
  organisation: z.int(),
  key: z.int(),
  user: z.int(),
  source: z.looseObject({ id: z.int() }),
  state: z.enum(sessionStates),
  error: z.enum([...initErrors, ...expiryErrors]).nullable(),
  date_created: datetime,
  date_expired: datetime.nullable(),
})

const records = <Record extends z.ZodType<{ readonly id: number | string }>>(record: Record) =>
  z
    .array(record)
    .superRefine((rows, context) => {
      const known = new Set<number | string>()
      for (const [i, { id }] of rows.entries()) {
        const message = `is that of another one: ${shown(id)}`
        if (known.has(id)) context.addIssue({ code: 'custom', path: [i, 'id'], message })
        known.add(id)
      }
    })
    .default([])

/** Records exactly as the API sends them; any list may be left out. */
const schema = z.strictObject({
  organisations: records(organisation),
  keys: records(key),
  users: records(user),
  sources: records(source),
  sessions: records(session),
})

/** The records of fixtures, checked and joined. */
export type Read = z.output<typeof schema>

const nothing: ReadonlySet<Fixture> = new Set()

function readFixture(given: Fixture): Read {
  const result = schema.safeParse(given, { reportInput: true, error: worded })
  if (!result.success) {
    const problems = problemsOf(schema, result.error)
    const [first = '', ...others] = problems
    const told = others.length === 0 ? ` ${first}` : problems.map((problem) => `\n  ${problem}`).join('')
    throw new UsageError(`Failed to load the fixture:${told}`, problems)
  }
  return result.data
}

/** Joins fixtures; of records with the same ID the last one counts. */
function joined(fixtures: readonly Read[]): Read {
  const together = <List extends keyof Read>(list: List) => [
    ...new Map(fixtures.flatMap((fixture) => fixture[list] as { id: unknown }[]).map((row) => [row.id, row])).values(),
  ]
  const lists = Object.keys(schema.shape) as (keyof Read)[]
  return Object.fromEntries(lists.map((list) => [list, together(list)])) as unknown as Read
}

/**
 * Reads fixtures.
 *
 * @param people whether their users, sources and sessions come too
 * @param checked those that are known to be as the API sends them: checking costs most of a new world's time
 * @throws an Error that names the place if a record is not as the API sends it, or names another that is not there or not its owner's
 */
export function readFixtures(
  given: readonly Fixture[],
  { people = true, checked = nothing }: { people?: boolean; checked?: ReadonlySet<Fixture> } = {},
): Read {
  const everything = joined(given.map((one) => (checked.has(one) ? (one as unknown as Read) : readFixture(one))))
  const fixture = people ? everything : { ...everything, users: [], sources: [], sessions: [] }
  requireSound(fixture)
  return fixture
}

/** Fills an empty world. */
export function fill(world: World, fixture: Read): void {
  const { tables } = world
  for (const { resource: _, permissions, storage_configs, webhook_configs, ...row } of fixture.organisations) {
    const { resource: __, ...base } = permissions
    tables.permissions.insert({ ...base, organisation: row.id })
    for (const { resource: ___, credentials: ____, ...config } of storage_configs.data) {
      const unshown = { has_credentials: true, signed_urls_enabled: false, signed_urls_expiry: null }
      tables.storage_config.insert({ ...config, ...unshown, organisation: row.id })
    }
    for (const { resource: ___, ...config } of webhook_configs.data) {
      tables.webhook_config.insert({ ...config, organisation: row.id })
    }
    // After its configs, which would make it follow them: its state is what the fixture says.
    tables.organisation.insert({ ...row, type: row.type ?? 'standard', permissions: base.id })
  }
  for (const { resource: _, ...row } of fixture.keys) {
    const { publish_source_files: publish } = row.config
    const config = publish === undefined ? {} : { publish_source_files: publish }
    tables.key.insert({ ...row, config, tokens_in_grace: [] })
  }
  for (const { resource: _, ...row } of fixture.users) tables.user.insert(row)

  const users = new Map(fixture.users.map((row) => [row.id, row]))
  const succeeded = new Set(
    fixture.sessions.flatMap(({ state, source }) => (state === 'active' || state === 'expired' ? source.id : [])),
  )
  for (const { resource: _, children: __, ...read } of fixture.sources) {
    const row = { ...read, info: structuredClone(read.info) }
    const { organisation, key } = users.get(row.user) as Read['users'][number]
    const validated = row.state === 'active' || succeeded.has(row.id)
    tables.source.insert({ ...row, organisation, key, validated, locked_until: null })
  }
  for (const { resource: _, source, ...row } of fixture.sessions) {
    const inserted = tables.session.insert({ ...row, source: source.id })
    if (inserted.state === 'active') planEnd(world, inserted, parseInstant(inserted.date_created) ?? 0)
  }
}
