import type { ListedView } from '../../engine/http/list-cache.ts'
import { created, ok, type Route } from '../../engine/http/router.ts'
import { readAwait } from '../await.ts'
import {
  configFilters,
  NewStorageConfig,
  NewWebhookConfig,
  StorageConfigChanges,
  showStorageConfig,
  showWebhookConfig,
  WebhookConfigChanges,
} from '../resources/config.ts'
import type { Records } from '../resources/records.ts'
import { showTask } from '../resources/task.ts'
import { find, findOwn } from '../rules/access.ts'
import {
  type ConfigKind,
  createStorageConfig,
  createWebhookConfig,
  deleteConfig,
  testConfig,
  updateConfig,
  updateStorageConfig,
} from '../rules/config.ts'
import { isOpen } from '../rules/task.ts'
import { answerList, type Call, type Context, route } from './call.ts'

const ownConfig = <K extends ConfigKind>(call: Call, kind: K) => findOwn(call.world, call.caller, kind, call.params.id)

/** Starts a test, and waits for it as long as the call says (documented). */
async function test(call: Call, kind: ConfigKind) {
  const { world, caller } = call
  const task = testConfig(world, caller.key, kind, ownConfig(call, kind))
  const wait = readAwait(call.header('ricloud-await'))
  const at = world.clock.now() + world.settings.config_test
  if (wait > 0) await world.waitUntil(() => isOpen(world, task.id), at, wait, kind === 'webhook_config')
  return created(showTask(call, world.tables.task.get(task.id) ?? task))
}

/** The given credentials as the database has them. */
const kept = <Given extends { credentials?: boolean | null | undefined }>({ credentials, ...given }: Given) => ({
  ...given,
  ...(credentials !== undefined && { has_credentials: credentials === true }),
})

/** What differs between the two kinds of config. */
interface Kind<K extends ConfigKind> {
  readonly kind: K
  /** In the names of its operations. */
  readonly name: string
  readonly path: string
  readonly show: ListedView<Records[K]>['show']
  readonly create: Route<Context>
  readonly update: Route<Context>
  /** In words: what else is said of one that is retrieved, and what a test of it is. */
  readonly says: { readonly retrieved: string; readonly test: string }
}

/** The six calls of a kind of config, of which all but making and changing one are alike. */
function callsOf<K extends ConfigKind>({ kind, name, path, show, create, update, says }: Kind<K>): Route<Context>[] {
  const noun = kind.replace('_', ' ')
  return [
    create,
    route({
      method: 'GET',
      path,
      operation: `list${name}s`,
      evidence: 'documented',
      summary: `List ${noun}s by state`,
      query: configFilters,
      answers: { 200: `${kind}_list` },
      handle: (call) => answerList(call, kind, configFilters, { show }, { url: path }),
    }),
    route({
      method: 'GET',
      path: `${path}/{id}`,
      operation: `retrieve${name}`,
      evidence: 'documented',
      summary: `One ${noun}, ${says.retrieved}`,
      answers: { 200: kind },
      handle: (call) => ok(show(call, find(call.world, call.caller, kind, call.params.id))),
    }),
    update,
    route({
      method: 'DELETE',
      path: `${path}/{id}`,
      operation: `delete${name}`,
      evidence: 'documented',
      summary: `Delete a ${noun}; keys and the organisation fall back to another one or to none`,
      answers: { 200: kind },
      handle: (call) => ok(show(call, deleteConfig(call.world, kind, ownConfig(call, kind)))),
    }),
    route({
      method: 'POST',
      path: `${path}/{id}/test`,
      operation: `test${name}`,
      evidence: 'documented',
      summary: `${says.test} a ${noun} again; answers with the task, and \`Ricloud-Await: <seconds>\` waits for it`,
      awaits: true,
      answers: { 201: 'task' },
      handle: (call) => test(call, kind),
    }),
  ]
}

const storageConfigRoutes = callsOf({
  kind: 'storage_config',
  name: 'StorageConfig',
  path: '/configs/storage',
  show: showStorageConfig,
  says: { retrieved: 'without its credentials', test: 'Test' },
  create: route({
    method: 'POST',
    path: '/configs/storage',
    operation: 'createStorageConfig',
    evidence: 'documented',
    summary: 'Make a storage config; a test decides whether it is valid',
    body: NewStorageConfig,
    examples: {
      google: {
        url: 'gs://my-storage-bucket/results',
        credentials: { type: 'service_account', project_id: 'my-project' },
      },
      amazon: {
        url: 's3://my-storage-bucket/results',
        credentials: { access_key_id: 'AKIA', secret_access_key: 'abcd' },
      },
    },
    answers: { 201: 'storage_config' },
    handle: (call) => created(showStorageConfig(call, createStorageConfig(call.world, call.caller, kept(call.body)))),
  }),
  update: route({
    method: 'POST',
    path: '/configs/storage/{id}',
    operation: 'updateStorageConfig',
    evidence: 'documented',
    summary: 'Change a storage config, which is tested again',
    body: StorageConfigChanges,
    examples: { signedUrls: { signed_urls_enabled: true, signed_urls_expiry: 3600 } },
    answers: { 200: 'storage_config' },
    handle: (call) => {
      const config = ownConfig(call, 'storage_config')
      return ok(showStorageConfig(call, updateStorageConfig(call.world, call.caller.key, config, kept(call.body))))
    },
  }),
})

const webhookConfigRoutes = callsOf({
  kind: 'webhook_config',
  name: 'WebhookConfig',
  path: '/configs/webhook',
  show: showWebhookConfig,
  says: { retrieved: 'with its secret', test: 'Call' },
  create: route({
    method: 'POST',
    path: '/configs/webhook',
    operation: 'createWebhookConfig',
    evidence: 'documented',
    summary: 'Make a webhook config with a secret of its own; it is called to see whether it is valid',
    body: NewWebhookConfig,
    examples: { webhook: { url: 'http://localhost:8080/webhooks' } },
    answers: { 201: 'webhook_config' },
    handle: (call) => created(showWebhookConfig(call, createWebhookConfig(call.world, call.caller, call.body.url))),
  }),
  update: route({
    method: 'POST',
    path: '/configs/webhook/{id}',
    operation: 'updateWebhookConfig',
    evidence: 'documented',
    summary: 'Change the URL of a webhook config, which is called again',
    body: WebhookConfigChanges,
    examples: { move: { url: 'http://localhost:8080/other' } },
    answers: { 200: 'webhook_config' },
    handle: (call) => {
      const { url } = call.body
      const config = ownConfig(call, 'webhook_config')
      const changes = url === undefined ? {} : { url }
      return ok(showWebhookConfig(call, updateConfig(call.world, call.caller.key, 'webhook_config', config, changes)))
    },
  }),
})

export const configRoutes = [...storageConfigRoutes, ...webhookConfigRoutes]
