import * as z from 'zod'
import { bucketNameRule, isBucketName } from '../../engine/buckets.ts'
import { created, ok, type Route } from '../../engine/http/route.ts'
import { shownUrl } from '../../engine/messages.ts'
import { isUrl, longestUrl } from '../../engine/text.ts'
import { readInstant } from '../../engine/time/instant.ts'
import { readAwait } from '../await.ts'
import { storageTypes } from '../resources/config.ts'
import { findOwn } from '../rules/access.ts'
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
import { answerList, type Call, type Context, filters, retrieveRoute, route, shown } from './call.ts'

/**
 * The schema of `<type>://<bucket>/<path>`, with the type `gs` or `s3` (documented), whose path is optional (assumed), or
 * of `local://<path>` (observed), which the rules check.
 */
const storageUrl = z
  .string({ error: 'must be a URL such as "gs://my-bucket/path"' })
  .meta({ pattern: '^(local:///.*|(gs|s3)://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?)$' })
  .transform((url, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    const type = storageTypes.find((known) => url.startsWith(`${known}://`))
    if (!type) return refuse(`must begin with "gs://" or "s3://", got ${shownUrl(url)}`)
    if (type === 'local') return { url, type }
    if (/[?#\s\x00-\x1f\x7f]/.test(url)) {
      return refuse(`must have no query, no fragment, no spaces and no control characters, got ${shownUrl(url)}`)
    }
    const [bucket = ''] = url.slice(type.length + 3).split('/')
    if (isBucketName(bucket)) return { url, type }
    return refuse(`must name a bucket of ${bucketNameRule}, as in "${type}://my-bucket/path", got ${shownUrl(url)}`)
  })

/**
 * The JSON of a Google service account, or an Amazon access key as JSON (observed: the official client makes it of a CSV
 * file). Read as whether there are any: the mock does not store them.
 */
const credentials = z
  .record(z.string(), z.unknown(), { error: 'must be an object' })
  .transform((given) => Object.keys(given).length > 0)

const storage = {
  credentials: credentials.nullable().optional(),
  signed_urls_enabled: z.boolean().optional(),
  signed_urls_expiry: z
    .int({ error: 'must be a whole number of seconds, at least 1, or null' })
    .positive({ error: 'must be a whole number of seconds, at least 1, or null' })
    .nullable()
    .optional(),
}

/** Parameters of `POST /configs/storage` (documented). */
export const NewStorageConfig = z.object({ url: storageUrl, ...storage })

/** Parameters of `POST /configs/storage/{id}` (documented). */
export const StorageConfigChanges = z.object({ url: storageUrl.optional(), ...storage })

/** The schema of an http or https URL (documented), without user name, password and fragment, and of at most 2048 characters (assumed). */
const webhookUrl = z
  .string({ error: 'must be a URL such as "https://example.com/webhooks"' })
  .meta({ pattern: '^https?://' })
  .superRefine((text, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (text.length > longestUrl) return refuse(`must be at most ${longestUrl} characters long, got ${text.length}`)
    const isWhole = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]\S*$/i.test(text) && isUrl(text)
    if (!isWhole) return refuse(`must be a URL such as "https://example.com/webhooks", got ${shownUrl(text)}`)
    const { protocol, username, password } = new URL(text)
    if (protocol !== 'http:' && protocol !== 'https:')
      refuse(`must begin with "http://" or "https://", got ${shownUrl(text)}`)
    else if (username || password) refuse('must hold no user name and no password')
    else if (text.includes('#')) refuse(`must have no fragment, got ${shownUrl(text)}`)
  })

/** Parameters of `POST /configs/webhook` (documented). */
export const NewWebhookConfig = z.object({ url: webhookUrl })

/** Parameters of `POST /configs/webhook/{id}` (documented). */
export const WebhookConfigChanges = z.object({ url: webhookUrl.optional() })

const ownConfig = <K extends ConfigKind>(call: Call, kind: K) => findOwn(call.world, call.caller, kind, call.params.id)

/** Starts a test, and waits for its end as long as `Ricloud-Await` says (documented). */
async function test(call: Call, kind: ConfigKind) {
  const { world, caller } = call
  const task = testConfig(world, caller.key, kind, ownConfig(call, kind))
  const wait = readAwait(call.header('ricloud-await'))
  const at = readInstant(task.date_created) + world.settings.config_test
  if (wait > 0) await world.time.waitUntil(() => isOpen(world, task.id), at, wait, kind === 'webhook_config')
  return created(shown(call, 'task', world.tables.task.get(task.id) ?? task))
}

/** Parameters as attributes of a record, which holds only whether there are credentials. */
const attributesFrom = <Given extends { credentials?: boolean | null | undefined }>({
  credentials,
  ...given
}: Given) => ({
  ...given,
  ...(credentials !== undefined && { has_credentials: credentials === true }),
})

/** What differs between the two kinds of config. */
interface Kind<K extends ConfigKind> {
  readonly kind: K
  /** The noun in the names of its operations. */
  readonly name: string
  readonly path: string
  readonly create: Route<Context>
  readonly update: Route<Context>
  /** Parts of summaries: what an answer includes, and the verb of a test. */
  readonly summaries: { readonly retrieved: string; readonly test: string }
}

/** The six routes of a kind of config; those to create and to change one are given. */
function routesOf<K extends ConfigKind>({ kind, name, path, create, update, summaries }: Kind<K>): Route<Context>[] {
  const noun = kind.replace('_', ' ')
  return [
    create,
    route({
      method: 'GET',
      path,
      operation: `list${name}s`,
      evidence: 'documented',
      summary: `List ${noun}s by state`,
      query: filters[kind],
      answers: { 200: `${kind}_list` },
      handle: (call) => answerList(call, kind),
    }),
    retrieveRoute(kind, {
      operation: `retrieve${name}`,
      summary: `One ${noun}, ${summaries.retrieved}`,
    }),
    update,
    route({
      method: 'DELETE',
      path: `${path}/{id}`,
      operation: `delete${name}`,
      evidence: 'documented',
      summary: `Delete a ${noun}; keys and the organisation fall back to another one or to none`,
      answers: { 200: kind },
      handle: (call) => ok(shown(call, kind, deleteConfig(call.world, kind, ownConfig(call, kind)))),
    }),
    route({
      method: 'POST',
      path: `${path}/{id}/test`,
      operation: `test${name}`,
      evidence: 'documented',
      summary: `${summaries.test} a ${noun} again; answers with the task, and \`Ricloud-Await: <seconds>\` waits for it`,
      awaits: true,
      answers: { 201: 'task' },
      handle: (call) => test(call, kind),
    }),
  ]
}

const storageConfigRoutes = routesOf({
  kind: 'storage_config',
  name: 'StorageConfig',
  path: '/configs/storage',
  summaries: { retrieved: 'without its credentials', test: 'Test' },
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
    handle: (call) =>
      created(shown(call, 'storage_config', createStorageConfig(call.world, call.caller, attributesFrom(call.body)))),
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
      const changes = attributesFrom(call.body)
      return ok(shown(call, 'storage_config', updateStorageConfig(call.world, call.caller.key, config, changes)))
    },
  }),
})

const webhookConfigRoutes = routesOf({
  kind: 'webhook_config',
  name: 'WebhookConfig',
  path: '/configs/webhook',
  summaries: { retrieved: 'with its secret', test: 'Call' },
  create: route({
    method: 'POST',
    path: '/configs/webhook',
    operation: 'createWebhookConfig',
    evidence: 'documented',
    summary: 'Make a webhook config with a new secret; a call of its URL decides whether it is valid',
    body: NewWebhookConfig,
    examples: { webhook: { url: 'http://localhost:8080/webhooks' } },
    answers: { 201: 'webhook_config' },
    handle: (call) =>
      created(shown(call, 'webhook_config', createWebhookConfig(call.world, call.caller, call.body.url))),
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
      return ok(
        shown(call, 'webhook_config', updateConfig(call.world, call.caller.key, 'webhook_config', config, changes)),
      )
    },
  }),
})

export const configRoutes = [...storageConfigRoutes, ...webhookConfigRoutes]
