import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import type { Attempt } from '../../engine/webhook-dispatcher.ts'

/** Documented states; that redelivery may make a failed one `delivered` is assumed. */
const lifecycle = {
  pending: { deliver: 'delivered', fail: 'failed' },
  delivered: { deliver: 'delivered' },
  failed: { deliver: 'delivered', fail: 'failed' },
} as const

export const event = resource({
  id: 'uuid',
  path: '/events',
  description: 'A notification of clients, and its delivery',
  lifecycle,
  isSilent: true,
  owner: 'organisation',
  shape: {
    type: attribute.text({ initial: () => 'session', description: 'The resource that it is about.' }),
    action: attribute.text({ initial: () => 'expired' }),
    data: attribute.json<Readonly<Record<string, unknown>>>(() => z.record(z.string(), z.unknown()), {
      initial: () => ({}),
      description: 'The whole resource at the time of the event.',
    }),
    state: stateOf(lifecycle),
    retries: attribute.integer({ minimum: 0 }),
    date_created: attribute.datetime(),
    date_delivered: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    organisation: attribute.id('organisation'),
    /** The webhook config that it is sent to. */
    webhook_config: attribute.nullable(attribute.id('webhook_config')),
    /** That of the domain event; null for a test, which tells of none. */
    number: attribute.nullable(attribute.integer()),
    /** The task that its delivery ends, for the test of a webhook config. */
    task: attribute.nullable(attribute.uuid('task')),
    attempts: attribute.json<readonly Attempt[]>(() => z.array(z.unknown()), { initial: () => [] }),
  },
  filters: ['type', 'action', 'state', 'date_created'],
  lookups: ['webhook_config'],
  display: {
    columns: ['type', 'action', 'retries', 'date_created', 'date_delivered'],
    paneOnly: ['attempts'],
    tones: { pending: 'wait', delivered: 'good', failed: 'bad' },
    hint: 'The API tells of sessions that expire: move the time, or expire one.',
  },
})
export interface Event extends RecordOf<typeof event> {}
export type EventState = Event['state']
