import { readAwait } from '../contract/await.ts'
import {
  configFilters,
  NewStorageConfig,
  NewWebhookConfig,
  StorageConfigChanges,
  shownStorageConfig,
  shownWebhookConfig,
  showStorageConfig,
  showWebhookConfig,
  WebhookConfigChanges,
} from '../contract/config.ts'
import { showTask } from '../contract/task.ts'
import { find, findOwn } from '../domain/access.ts'
import {
  type ConfigKind,
  createStorageConfig,
  createWebhookConfig,
  deleteConfig,
  testConfig,
  updateConfig,
  updateStorageConfig,
} from '../domain/config.ts'
import { isOpen } from '../domain/task.ts'
import { answerList, type Call, route } from './call.ts'
import { created, ok } from './route.ts'

const configOf = <K extends ConfigKind>(call: Call, kind: K) => find(call.world, call.caller, kind, call.params.id)
const ownConfig = <K extends ConfigKind>(call: Call, kind: K) => findOwn(call.world, call.caller, kind, call.params.id)

/** Starts a test, and waits for it as long as the call says (documented). */
async function test(call: Call, kind: ConfigKind) {
  const { world, caller } = call
  const task = testConfig(world, caller.key, kind, ownConfig(call, kind))
  const wait = readAwait(call.header('ricloud-await'))
  const at = world.clock.now() + world.settings.config_test
  if (wait > 0) await world.settled(() => isOpen(world, task.id), at, wait, kind === 'webhook_config')
  return created(showTask(call, world.tables.task.get(task.id) ?? task))
}

/** The given credentials as the database has them. */
const kept = <Given extends { credentials?: boolean | null | undefined }>({ credentials, ...given }: Given) => ({
  ...given,
  ...(credentials !== undefined && { has_credentials: credentials === true }),
})

const examples = {
  storage: {
    google: {
      url: 'gs://my-storage-bucket/results',
      credentials: { type: 'service_account', project_id: 'my-project' },
    },
    amazon: {
      url: 's3://my-storage-bucket/results',
      credentials: { access_key_id: 'AKIA', secret_access_key: 'abcd' },
    },
  },
  webhook: { webhook: { url: 'http://localhost:8080/webhooks' } },
  storageChanges: { signedUrls: { signed_urls_enabled: true, signed_urls_expiry: 3600 } },
  webhookChanges: { move: { url: 'http://localhost:8080/other' } },
}

export const configRoutes = [
  route({
    method: 'POST',
    path: '/configs/storage',
    operation: 'createStorageConfig',
    evidence: 'documented',
    summary: 'Make a storage config; a test decides whether it is valid',
    body: NewStorageConfig,
    examples: examples.storage,
    answers: { 201: 'storage_config' },
    handle: (call) => created(showStorageConfig(call, createStorageConfig(call.world, call.caller, kept(call.body)))),
  }),
  route({
    method: 'GET',
    path: '/configs/storage',
    operation: 'listStorageConfigs',
    evidence: 'documented',
    summary: 'List storage configs by state',
    query: configFilters,
    answers: { 200: 'storage_config_list' },
    handle: (call) =>
      answerList(call, 'storage_config', configFilters, shownStorageConfig, { url: '/configs/storage' }),
  }),
  route({
    method: 'GET',
    path: '/configs/storage/{id}',
    operation: 'retrieveStorageConfig',
    evidence: 'documented',
    summary: 'One storage config, without its credentials',
    answers: { 200: 'storage_config' },
    handle: (call) => ok(showStorageConfig(call, configOf(call, 'storage_config'))),
  }),
  route({
    method: 'POST',
    path: '/configs/storage/{id}',
    operation: 'updateStorageConfig',
    evidence: 'documented',
    summary: 'Change a storage config, which is tested again',
    body: StorageConfigChanges,
    examples: examples.storageChanges,
    answers: { 200: 'storage_config' },
    handle: (call) => {
      const config = ownConfig(call, 'storage_config')
      return ok(showStorageConfig(call, updateStorageConfig(call.world, call.caller.key, config, kept(call.body))))
    },
  }),
  route({
    method: 'DELETE',
    path: '/configs/storage/{id}',
    operation: 'deleteStorageConfig',
    evidence: 'documented',
    summary: 'Delete a storage config; keys and the organisation fall back to another one or to none',
    answers: { 200: 'storage_config' },
    handle: (call) =>
      ok(showStorageConfig(call, deleteConfig(call.world, 'storage_config', ownConfig(call, 'storage_config')))),
  }),
  route({
    method: 'POST',
    path: '/configs/storage/{id}/test',
    operation: 'testStorageConfig',
    evidence: 'documented',
    summary: 'Test a storage config again; answers with the task, and `Ricloud-Await: <seconds>` waits for it',
    awaits: true,
    answers: { 201: 'task' },
    handle: (call) => test(call, 'storage_config'),
  }),
  route({
    method: 'POST',
    path: '/configs/webhook',
    operation: 'createWebhookConfig',
    evidence: 'documented',
    summary: 'Make a webhook config with a secret of its own; it is called to see whether it is valid',
    body: NewWebhookConfig,
    examples: examples.webhook,
    answers: { 201: 'webhook_config' },
    handle: (call) => created(showWebhookConfig(call, createWebhookConfig(call.world, call.caller, call.body.url))),
  }),
  route({
    method: 'GET',
    path: '/configs/webhook',
    operation: 'listWebhookConfigs',
    evidence: 'documented',
    summary: 'List webhook configs by state',
    query: configFilters,
    answers: { 200: 'webhook_config_list' },
    handle: (call) =>
      answerList(call, 'webhook_config', configFilters, shownWebhookConfig, { url: '/configs/webhook' }),
  }),
  route({
    method: 'GET',
    path: '/configs/webhook/{id}',
    operation: 'retrieveWebhookConfig',
    evidence: 'documented',
    summary: 'One webhook config, with its secret',
    answers: { 200: 'webhook_config' },
    handle: (call) => ok(showWebhookConfig(call, configOf(call, 'webhook_config'))),
  }),
  route({
    method: 'POST',
    path: '/configs/webhook/{id}',
    operation: 'updateWebhookConfig',
    evidence: 'documented',
    summary: 'Change the URL of a webhook config, which is called again',
    body: WebhookConfigChanges,
    examples: examples.webhookChanges,
    answers: { 200: 'webhook_config' },
    handle: (call) => {
      const { url } = call.body
      const config = ownConfig(call, 'webhook_config')
      const changes = url === undefined ? {} : { url }
      return ok(showWebhookConfig(call, updateConfig(call.world, call.caller.key, 'webhook_config', config, changes)))
    },
  }),
  route({
    method: 'DELETE',
    path: '/configs/webhook/{id}',
    operation: 'deleteWebhookConfig',
    evidence: 'documented',
    summary: 'Delete a webhook config; keys and the organisation fall back to another one or to none',
    answers: { 200: 'webhook_config' },
    handle: (call) =>
      ok(showWebhookConfig(call, deleteConfig(call.world, 'webhook_config', ownConfig(call, 'webhook_config')))),
  }),
  route({
    method: 'POST',
    path: '/configs/webhook/{id}/test',
    operation: 'testWebhookConfig',
    evidence: 'documented',
    summary: 'Call a webhook config again; answers with the task, and `Ricloud-Await: <seconds>` waits for it',
    awaits: true,
    answers: { 201: 'task' },
    handle: (call) => test(call, 'webhook_config'),
  }),
]
