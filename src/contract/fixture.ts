import * as z from 'zod'
import { parseInstant } from '../clock.ts'
import type { ConfigState, Limit } from '../db/records.ts'
import { planLifetime } from '../domain/session.ts'
import type { World } from '../domain/world.ts'

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

/** Records exactly as the API sends them; each list is what `GET` of its path gives, newest first or not. */
export const Fixture = z.strictObject({
  organisations: z.array(organisation).min(1),
  keys: z.array(key).min(1),
  users: z.array(user),
  sources: z.array(source),
  sessions: z.array(session),
})
export type Fixture = z.input<typeof Fixture>

/** Fills an empty world from a fixture. Throws an Error that names the place if a record is not as the API sends it. */
export function loadFixture(world: World, given: Fixture): void {
  const result = Fixture.safeParse(given)
  if (!result.success) throw new Error(`Failed to load the fixture: ${z.prettifyError(result.error)}`)
  const fixture = result.data
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
    const holder = users.get(row.user)
    if (!holder)
      throw new Error(`Failed to load the fixture: source ${row.id} names user ${row.user}, who is not in it.`)
    const validated = row.state === 'active' || succeeded.has(row.id)
    tables.source.insert({ ...row, organisation: holder.organisation, key: holder.key, validated })
  }
  const known = new Set(fixture.sources.map(({ id }) => id))
  for (const { resource: _, source, ...row } of fixture.sessions) {
    if (!known.has(source.id)) {
      throw new Error(`Failed to load the fixture: session ${row.id} names source ${source.id}, which is not in it.`)
    }
    const inserted = tables.session.insert({ ...row, source: source.id })
    if (inserted.state === 'active') planLifetime(world, inserted, parseInstant(inserted.date_created) ?? 0)
  }
}
