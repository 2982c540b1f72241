import { invalidParameter } from '../../engine/errors.ts'
import { move } from '../../engine/lifecycle.ts'
import { shownUrl } from '../../engine/messages.ts'
import { readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import { endings } from '../reasons.ts'
import type { Key, Records, StorageConfig, Task, WebhookConfig } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import type { Caller } from './access.ts'
import type { RuleModule } from './module.ts'
import { endTasks, startTask } from './task.ts'

/** The two kinds of configs. */
export type ConfigKind = 'storage_config' | 'webhook_config'

/** The length of the secret of a webhook config, in letters and digits (documented sample). */
const secretLength = 32

export interface StorageChanges {
  readonly url?: Pick<StorageConfig, 'url' | 'type'> | undefined
  readonly has_credentials?: boolean | undefined
  readonly signed_urls_enabled?: boolean | undefined
  readonly signed_urls_expiry?: number | null | undefined
}

/** Why results cannot be written below the URL of a storage config; undefined for one of a bucket, and if they can. */
function folderProblem(world: World, { url, type }: Pick<StorageConfig, 'url' | 'type'>): string | undefined {
  if (type !== 'local') return undefined
  if (world.localFolder) return world.localFolder.problemOf(url)
  return `must begin with "gs://" or "s3://": local folders need the option localStorage (--local-storage), got ${shownUrl(url)}`
}

/** Throws 400 for a `local://` URL outside the folder that was opened for such (assumed). */
function requireFolder(world: World, url: StorageChanges['url']): void {
  const problem = url && folderProblem(world, url)
  if (problem !== undefined) throw invalidParameter({ url: [problem] })
}

/** Creates a storage config, and starts its test (documented). */
export function createStorageConfig(
  world: World,
  caller: Caller,
  { url, ...wanted }: StorageChanges & { readonly url: Pick<StorageConfig, 'url' | 'type'> },
): StorageConfig {
  requireFolder(world, url)
  const config = world.tables.storage_config.insert({
    id: world.tables.storage_config.nextId(),
    organisation: caller.organisation.id,
    ...url,
    has_credentials: wanted.has_credentials ?? false,
    signed_urls_enabled: wanted.signed_urls_enabled ?? false,
    signed_urls_expiry: wanted.signed_urls_expiry ?? null,
    state: 'new',
    date_created: world.clock.stamp(),
  })
  testConfig(world, caller.key, 'storage_config', config, config.date_created)
  return world.emit('storage_config.created', 'storage_config', config)
}

/** Creates a webhook config with a new secret, and starts its test (documented). */
export function createWebhookConfig(world: World, caller: Caller, url: string): WebhookConfig {
  const config = world.tables.webhook_config.insert({
    id: world.tables.webhook_config.nextId(),
    organisation: caller.organisation.id,
    url,
    secret: world.random.text(secretLength),
    state: 'new',
    date_created: world.clock.stamp(),
  })
  testConfig(world, caller.key, 'webhook_config', config, config.date_created)
  return world.emit('webhook_config.created', 'webhook_config', config)
}

/** Changes the given attributes, as `updateConfig` does. */
export function updateStorageConfig(
  world: World,
  key: Key,
  config: StorageConfig,
  changes: StorageChanges,
): StorageConfig {
  const { url, ...others } = changes
  requireFolder(world, url)
  const given = Object.fromEntries(Object.entries({ ...others, ...url }).filter(([, value]) => value !== undefined))
  return updateConfig(world, key, 'storage_config', config, given)
}

/** Changes the given attributes; the config is `new` again, and its test starts (documented). */
export function updateConfig<K extends ConfigKind>(
  world: World,
  key: Key,
  kind: K,
  config: Records[K],
  changes: Partial<Records[K]> & { state?: never },
): Records[K] {
  if (Object.keys(changes).length === 0) return config
  const table = world.tables[kind] as unknown as { update(row: Records[K], changes: object): Records[K] }
  endTasks(world, testOf(kind, config), 'the config was changed')
  const changed = table.update(config, changes)
  // Before the event, so that a step on it can decide the test.
  testConfig(world, key, kind, changed)
  return config.state === 'new' ? changed : move(world, kind, changed, 'renew' as never)
}

/**
 * Starts the test of a config, and returns its task: a storage config is checked, a webhook config is called (documented).
 *
 * @param date the datetime at which it starts; by default the present
 */
export function testConfig(
  world: World,
  key: Key,
  kind: ConfigKind,
  { id, organisation }: Records[ConfigKind],
  date?: string,
): Task {
  const task = startTask(world, { organisation, key: key.id, type: `${kind}.test`, target: id }, date)
  world.schedule(readInstant(task.date_created) + world.settings.config_test, 'config.test', task.id)
  return task
}

/**
 * Ends the test of a storage config: it is valid if it has credentials (assumed: the mock stores none), that of a local
 * folder if the folder is still allowed (assumed).
 */
export function decideStorage(world: World, config: StorageConfig): void {
  const hasAccess = config.has_credentials || config.type === 'local'
  const problem = hasAccess ? folderProblem(world, config) : 'it has no credentials'
  if (problem === undefined) acceptConfig(world, config)
  else failConfig(world, config, problem)
}

/** The kind of a config. */
export const kindOfConfig = (config: Records[ConfigKind]): ConfigKind =>
  'secret' in config ? 'webhook_config' : 'storage_config'

/** Makes a config `valid` (documented), and the organisation's default if it has none (assumed). */
export function acceptConfig(world: World, config: Records[ConfigKind]): void {
  const kind = kindOfConfig(config)
  move(world, kind, config, 'accept')
  const organisation = world.tables.organisation.get(config.organisation)
  if (organisation && organisation[`${kind}_default`] === null) {
    world.tables.organisation.update(organisation, { [`${kind}_default`]: config.id })
  }
  endTasks(world, testOf(kind, config), null)
}

/** Ends the test of a config that failed: it is `invalid`, which a client may not ask for, so the log says so. */
export function failConfig(world: World, config: Records[ConfigKind], error: string): void {
  const kind = kindOfConfig(config)
  const [nothing, path] =
    kind === 'webhook_config' ? ['Nothing is sent to it', 'webhook'] : ['No results are written to it', 'storage']
  world.log(
    'warn',
    `The test of ${name(kind)} ${config.id} failed: ${error}. ${nothing} until a test succeeds: POST /configs/${path}/${config.id}/test, or the action config.accept.`,
  )
  rejectConfig(world, config, error)
}

/** Makes a config `invalid` (documented). */
function rejectConfig(world: World, config: Records[ConfigKind], error = 'the config was rejected'): void {
  const kind = kindOfConfig(config)
  const reason = endings.configTest(kind, config.id, error, kind === 'storage_config' ? 'config.valid' : undefined)
  world.time.because({ reason }, () => {
    move(world, kind, config, 'reject')
    endTasks(world, testOf(kind, config), error)
  })
}

const testOf = (kind: ConfigKind, { id, organisation }: Records[ConfigKind]) =>
  ({ organisation, type: `${kind}.test`, target: id }) as const

/**
 * Deletes a config, and returns its last state. Keys that use it fall back to the organisation's default, and the default
 * to another valid config or to none (assumed); each is logged.
 */
export function deleteConfig<K extends ConfigKind>(world: World, kind: K, config: Records[K]): Records[K] {
  const last = move(world, kind, config, 'deactivate' as never)
  endTasks(world, testOf(kind, config), 'the config was deleted')
  world.tables[kind].delete(last as never)
  const { organisation: id } = config
  for (const key of world.tables.key.list({ owners: [id], limit: Infinity }).data) {
    if (key[kind] !== config.id) continue
    world.tables.key.update(key, { [kind]: null })
    world.log('warn', `Key ${key.id} used ${name(kind)} ${config.id}, which was deleted: it falls back to the default.`)
  }
  const organisation = world.tables.organisation.get(id)
  if (organisation?.[`${kind}_default`] === config.id) {
    const [next] = world.tables[kind].list({ owners: [id], where: { state: ['valid'] }, limit: 1 }).data
    world.tables.organisation.update(organisation, { [`${kind}_default`]: next?.id ?? null })
    const outcome = next ? `its default is ${next.id} now` : 'it has no default any more'
    world.log(
      'warn',
      `Organisation ${id} had ${name(kind)} ${config.id} as its default, which was deleted: ${outcome}.`,
    )
  }
  return last
}

const name = (kind: ConfigKind) => kind.replace('_', ' ')

const { action } = actionsFor<Ricloud>()

/** An action on both kinds of config. */
const onConfig = (
  verb: string,
  description: string,
  run: (world: World, config: StorageConfig | WebhookConfig) => void,
) => ({ ...action('storage_config', verb, description, run), target: 'config' })

export const configRules: RuleModule = {
  actions: {
    'config.accept': onConfig(
      'accept',
      'the test of a storage or webhook config succeeds, whatever its result would be',
      acceptConfig,
    ),
    'config.reject': onConfig('reject', 'the test of a storage or webhook config fails', (world, config) =>
      rejectConfig(world, config),
    ),
  },
}
