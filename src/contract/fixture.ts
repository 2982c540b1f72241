import * as z from 'zod'
import { parseInstant } from '../clock.ts'
import type { ConfigState, Limit } from '../db/records.ts'
import { planEnd } from '../domain/session.ts'
import type { World } from '../domain/world.ts'
import type { Fixture } from './fixture-type.ts'
import { problemsOf } from './problems.ts'

const datetime = z.string().refine((text) => parseInstant(text) !== undefined, { error: 'must be a datetime' })
const configState = z.enum(['new', 'valid', 'invalid', 'deactivated'] satisfies ConfigState[])
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
  type: z.string(),
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
  type: z.enum(['standard', 'super']).default('standard'),
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
  state: z.enum(['unconfigured', 'active', 'deactivated', 'blocked']),
  date_created: datetime,
})
const key = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('key'),
  organisation: z.int(),
  type: z.enum(['standard', 'trial']),
  config: z.strictObject({ publish_source_files: z.boolean() }).partial(),
  storage_config: z.int().nullable(),
  webhook_config: z.int().nullable(),
  token: z.string().min(1),
  state: z.enum(['active', 'deactivated', 'blocked', 'expired']),
  date_created: datetime,
  date_expires: datetime.nullable(),
})
const user = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('user'),
  organisation: z.int(),
  key: z.int(),
  identifier: z.string().min(1),
  state: z.enum(['active', 'deactivated', 'blocked']),
  date_created: datetime,
})
const source = z.strictObject({
  id: z.int().positive(),
  resource: z.literal('source'),
  user: z.int(),
  type: z.enum(['icloud.account', 'rirelay.instance', 'rirelay.source', 'mocks.mock']),
  identifier: z.string().min(1),
  info: z.record(z.string(), z.unknown()).nullable(),
  parent: z.int().nullable(),
  children: listOf(z.unknown()),
  state: z.enum(['unvalidated', 'active', 'deactivated', 'blocked', 'locked']),
  date_created: datetime,
})
const session = z.strictObject({
  id: z.string().min(1),
  resource: z.literal('session'),
  organisation: z.int(),
  key: z.int(),
  user: z.int(),
  source: z.looseObject({ id: z.int() }),
  state: z.enum(['pending', 'active', 'failed', 'expired']),
  error: z
    .enum([
      ...['code-required', 'code-invalid', 'credentials-invalid', 'source-locked', 'init_failed'],
      ...['service', 'api', 'organisation', 'admin'],
    ] as ['init_failed', 'service', 'api', 'organisation', 'admin'])
    .nullable(),
  date_created: datetime,
  date_expired: datetime.nullable(),
})

/** Records exactly as the API sends them; any list may be left out. */
const schema = z.strictObject({
  organisations: z.array(organisation).default([]),
  keys: z.array(key).default([]),
  users: z.array(user).default([]),
  sources: z.array(source).default([]),
  sessions: z.array(session).default([]),
})
type Read = z.output<typeof schema>

function readFixture(given: Fixture): Read {
  const result = schema.safeParse(given, { reportInput: true })
  if (!result.success) {
    throw new Error(`Failed to load the fixture: ${problemsOf(schema, result.error).join('; ')}`)
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

/** Throws an Error if a record names another that is not there. */
function requireKnown(fixture: Read): void {
  const ids = (rows: readonly { id: number }[]) => new Set(rows.map(({ id }) => id))
  const known = {
    organisation: ids(fixture.organisations),
    key: ids(fixture.keys),
    user: ids(fixture.users),
    source: ids(fixture.sources),
  }
  const names = (kind: string, id: unknown, to: keyof typeof known, named: number) => {
    if (known[to].has(named)) return
    throw new Error(`Failed to load the fixture: ${kind} ${id} names ${to} ${named}, which is not in it.`)
  }
  for (const { id, organisation } of fixture.keys) names('key', id, 'organisation', organisation)
  for (const { id, organisation, key } of fixture.users) {
    names('user', id, 'organisation', organisation)
    names('user', id, 'key', key)
  }
  for (const { id, user } of fixture.sources) names('source', id, 'user', user)
  for (const { id, source } of fixture.sessions) names('session', id, 'source', source.id)
}

/**
 * Fills an empty world from fixtures.
 *
 * @param people whether their users, sources and sessions come too
 * @throws an Error that names the place if a record is not as the API sends it, or names another that is not there
 */
export function loadFixtures(world: World, given: readonly Fixture[], { people = true } = {}): void {
  const everything = joined(given.map(readFixture))
  const fixture = people ? everything : { ...everything, users: [], sources: [], sessions: [] }
  requireKnown(fixture)
  const { tables } = world
  for (const { resource: _, permissions, storage_configs, webhook_configs, ...row } of fixture.organisations) {
    const { resource: __, ...base } = permissions
    tables.permissions.insert({ ...base, organisation: row.id })
    tables.organisation.insert({ ...row, permissions: base.id })
    for (const { resource: ___, credentials: ____, ...config } of storage_configs.data) {
      tables.storage_config.insert({ ...config, organisation: row.id })
    }
    for (const { resource: ___, ...config } of webhook_configs.data) {
      tables.webhook_config.insert({ ...config, organisation: row.id })
    }
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
  for (const { resource: _, children: __, ...row } of fixture.sources) {
    const { organisation, key } = users.get(row.user) as Read['users'][number]
    const validated = row.state === 'active' || succeeded.has(row.id)
    tables.source.insert({ ...row, organisation, key, validated, locked_until: null })
  }
  for (const { resource: _, source, ...row } of fixture.sessions) {
    const inserted = tables.session.insert({ ...row, source: source.id })
    if (inserted.state === 'active') planEnd(world, inserted, parseInstant(inserted.date_created) ?? 0)
  }
}
