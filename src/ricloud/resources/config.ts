import * as z from 'zod'
import { oneOf } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import { either, shownUrl } from '../../engine/messages.ts'
import type { Viewer } from '../dialect.ts'
import { configStates, type StorageConfig, storageTypes, type WebhookConfig } from './records.ts'

/** `<type>://<bucket>/<path>`, the type `gs` or `s3` (documented); the path may be left out. */
const storageUrl = z
  .string({ error: 'must be a URL such as "gs://my-bucket/path"' })
  .meta({ pattern: '^(gs|s3)://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?$' })
  .transform((url, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    const type = storageTypes.find((known) => url.startsWith(`${known}://`))
    if (!type) return refuse(`must begin with ${either(storageTypes.map((one) => `${one}://`))}, got ${shownUrl(url)}`)
    if (/[?#\s]/.test(url)) return refuse(`must have no query, no fragment and no spaces, got ${shownUrl(url)}`)
    const [bucket = ''] = url.slice(type.length + 3).split('/')
    if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) return { url, type }
    return refuse(
      `must name a bucket of lower-case letters, digits, ".", "_" and "-", as in "${type}://my-bucket/path", got ${shownUrl(url)}`,
    )
  })

/**
 * What opens the storage: the JSON of a Google service account, or of an Amazon access key (observed: the official client
 * sends the one as it is, the other made of its CSV). Whatever they hold, they are not kept.
 */
const credentials = z
  .record(z.string(), z.unknown(), { error: 'must be an object' })
  .transform((given) => Object.keys(given).length > 0)

const storage = {
  credentials: credentials.nullable().optional(),
  signed_urls_enabled: z.boolean().optional(),
  signed_urls_expiry: z
    .int({ error: 'must be a whole number of seconds, or null' })
    .positive({ error: 'must be a whole number of seconds, or null' })
    .nullable()
    .optional(),
}

/** Parameters of `POST /configs/storage` (documented). */
export const NewStorageConfig = z.object({ url: storageUrl, ...storage })

/** Parameters of `POST /configs/storage/{id}` (documented). */
export const StorageConfigChanges = z.object({ url: storageUrl.optional(), ...storage })

/** http or https (documented), without a name and a password in it, which no client sends (assumed). */
const webhookUrl = z
  .string({ error: 'must be a URL such as "https://example.com/webhooks"' })
  .meta({ pattern: '^https?://' })
  .superRefine((text, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]\S*$/i.test(text) && URL.canParse(text)
    if (!isUrl) return refuse(`must be a URL such as "https://example.com/webhooks", got ${shownUrl(text)}`)
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

/** Filters of both lists (assumed). */
export const configFilters = { state: oneOf(configStates) } satisfies Filters

/** A storage config as the API sends it; its credentials are never shown again (documented sample). */
export function showStorageConfig(_viewer: Viewer, config: StorageConfig) {
  return {
    id: config.id,
    resource: 'storage_config' as const,
    organisation: config.organisation,
    type: config.type,
    url: config.url,
    credentials: {},
    signed_urls_enabled: config.signed_urls_enabled,
    signed_urls_expiry: config.signed_urls_expiry,
    state: config.state,
    date_created: config.date_created,
  }
}

/** A webhook config as the API sends it, its secret too (documented). */
export function showWebhookConfig(_viewer: Viewer, config: WebhookConfig) {
  return {
    id: config.id,
    resource: 'webhook_config' as const,
    organisation: config.organisation,
    url: config.url,
    secret: config.secret,
    state: config.state,
    date_created: config.date_created,
  }
}
