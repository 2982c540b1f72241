import * as z from 'zod'
import { duration, oneOf } from '../engine/fields.ts'
import { nearest, shown } from '../engine/messages.ts'
import type { RateLimit } from '../engine/rate-counter.ts'
import { type CopySignature, copySignatures, type WebhookOrder, webhookOrders } from '../engine/webhook.ts'

/** Checked settings: durations in microseconds, null for never. */
export interface Settings {
  /** How long a session stays pending. */
  readonly session_init: number
  /** After how long the service ends an active session. */
  readonly session_lifetime: number | null
  /** After how long the API culls an idle session. */
  readonly session_idle: number | null
  /** How long a replaced token still works: 6 hours (documented). */
  readonly rotation_grace: number
  readonly rate_limit: RateLimit | null
  /** How long until a config is tested. */
  readonly config_test: number
  /** How long until a poll starts. */
  readonly poll_init: number
  /** How long each task of a poll takes. */
  readonly task_duration: number
  /** How long until the user of a Relay instance allows a subscription. */
  readonly subscription_grant: number
  /** The number of open polls of one source. */
  readonly in_flight: number | null
  /** How long signed URLs are valid if their storage config does not say it. */
  readonly signed_url_expiry: number
  /** The number of bytes that the buckets of a world hold. */
  readonly bucket_bytes: number
  /** Which events become records and are sent to webhooks: names, `session.*` or `*`. */
  readonly events: readonly string[]
  /**
   * The statuses that webhooks answer with to the attempts of an event, the last one repeated; null to send requests. With
   * it, tests of webhook configs succeed without a request.
   */
  readonly webhook_answers: readonly number[] | null
  /** When events are first sent: as they come, the newest of each minute first, or an hour late. */
  readonly webhook_order: WebhookOrder
  /** The signatures of the copies that follow each event. */
  readonly webhook_copies: readonly CopySignature[]
}

/** By default sessions are decided and configs tested by the next call, and no session ends by itself. */
export const defaultSettings: Settings = {
  session_init: 0,
  session_lifetime: null,
  session_idle: null,
  rotation_grace: 6 * 3600e6,
  rate_limit: null,
  config_test: 0,
  poll_init: 0,
  task_duration: 0,
  subscription_grant: 0,
  in_flight: null,
  signed_url_expiry: 3600e6,
  bucket_bytes: 64 * 1024 * 1024,
  events: ['session.expired', 'poll.created', 'poll.completed', 'task.created', 'task.succeeded', 'task.failed'],
  webhook_answers: null,
  webhook_order: 'sent',
  webhook_copies: [],
}

const anyStatus = { error: 'must be a status from 100 to 599' }
/** The answers to as many attempts as are remembered. */
const tooMany = { error: 'must be at most 100 statuses' }
const count = z.int({ error: 'must be a whole number' }).positive({ error: 'must be at least 1' })

/** The schemas of settings, by name. */
export function settingsShape(eventNames: readonly string[]) {
  const publishable = ['*', ...new Set(eventNames.map((event) => `${event.split('.')[0]}.*`)), ...eventNames]
  const published = z.string().superRefine((name, context) => {
    if (publishable.includes(name)) return
    const message = `is no event, nor "*" or a resource and "*" such as "session.*", got ${shown(name)}.${nearest(name, publishable)}`
    context.addIssue({ code: 'custom', message })
  })
  return {
    session_init: duration.optional(),
    session_lifetime: duration.nullable().optional(),
    session_idle: duration.nullable().optional(),
    rotation_grace: duration.optional(),
    rate_limit: z.strictObject({ requests: count, per: duration }).nullable().optional(),
    config_test: duration.optional(),
    poll_init: duration.optional(),
    task_duration: duration.optional(),
    subscription_grant: duration.optional(),
    in_flight: count.nullable().optional(),
    signed_url_expiry: duration.optional(),
    bucket_bytes: count.max(Number.MAX_SAFE_INTEGER).optional(),
    events: z.array(published, { error: 'must be an array of events' }).optional(),
    webhook_answers: z
      .array(z.int(anyStatus).min(100, anyStatus).max(599, anyStatus))
      .min(1)
      .max(100, tooMany)
      .nullable()
      .optional(),
    webhook_order: oneOf(webhookOrders).optional(),
    webhook_copies: z.array(oneOf(copySignatures)).max(10, { error: 'must be at most 10 signatures' }).optional(),
  }
}
