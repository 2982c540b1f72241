import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import type { Attempt } from '../../engine/webhook-dispatcher.ts'

/** Documented states; sent again, a failed one may still be delivered (assumed). */
const lifecycle = {
  pending: { deliver: 'delivered', fail: 'failed' },
  delivered: { deliver: 'delivered' },
  failed: { deliver: 'delivered', fail: 'failed' },
} as const

/** Something that clients are told of. */
export const event = resource({
  id: 'uuid',
  path: '/events',
  description: 'What clients are told of',
  lifecycle,
  isSilent: true,
  owner: 'organisation',
  shape: {
    type: attribute.text({ initial: () => 'session', description: 'The resource that it is about.' }),
    action: attribute.text({ initial: () => 'expired' }),
    data: attribute.json<Readonly<Record<string, unknown>>>(() => z.record(z.string(), z.unknown()), {
      initial: () => ({}),
      description: 'The whole resource, as it was.',
    }),
    state: stateOf(lifecycle),
    retries: attribute.integer({ minimum: 0 }),
    date_created: attribute.datetime(),
    date_delivered: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    organisation: attribute.id('organisation'),
    /** Where it is sent. */
    webhook_config: attribute.nullable(attribute.id('webhook_config')),
    /** The task that ends with it, where it tests a webhook config. */
    task: attribute.nullable(attribute.uuid('task')),
    attempts: attribute.json<readonly Attempt[]>(() => z.array(z.unknown()), { initial: () => [] }),
  },
  filters: ['type', 'action', 'state', 'date_created'],
  lookups: ['webhook_config'],
  display: {
    columns: ['type', 'action', 'retries', 'date_created', 'date_delivered'],
    tones: { pending: 'wait', delivered: 'good', failed: 'bad' },
    hint: 'The API tells of sessions that expire: move the time, or expire one.',
  },
})
export interface Event extends RecordOf<typeof event> {}
export type EventState = Event['state']
