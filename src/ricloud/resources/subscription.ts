import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import { type Payload, payloadSchema } from './poll.ts'

/** Documented states; an ended period leaves it `active` (assumed). */
const lifecycle = {
  pending: { grant: 'active', delete: 'deleted' },
  active: { delete: 'deleted' },
  deleted: {},
} as const

export const subscription = resource({
  id: 'uuid',
  path: '/subscriptions',
  description: 'A continuing request for data, which makes polls',
  lifecycle,
  events: { created: 'pending' },
  leadsTo: ['session', 'source', 'user', 'key', 'organisation'],
  owner: 'organisation',
  fixtures: 'subscriptions',
  shape: {
    org: attribute.computed(attribute.id('organisation', { description: 'Its organisation, under this name.' })),
    source: attribute.id('source', { description: 'The source of the session, or a child of it.' }),
    session: attribute.uuid('session'),
    poll_payload: attribute.json<Payload>(payloadSchema, {
      initial: () => ({}),
      description: 'The payload of its polls.',
    }),
    interval: attribute.nullable(attribute.integer({ minimum: 1, description: 'Seconds between automatic polls.' })),
    date_start: attribute.nullable(attribute.datetime()),
    date_end: attribute.nullable(attribute.datetime()),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    user: attribute.id('user'),
    /** When the last automatic poll was made: the next one publishes what is dated since. */
    date_polled: attribute.nullable(attribute.datetime()),
    /** When the next automatic poll is due. */
    date_next: attribute.nullable(attribute.datetime()),
  },
  filters: ['session', 'source', 'state', 'date_created'],
  display: {
    columns: ['source', 'session', 'interval', 'date_start', 'date_end', 'date_created'],
    label: 'source',
    tones: { pending: 'wait', active: 'good', deleted: 'over' },
    hint: 'Make one with POST /subscriptions, for an active session.',
    timeLine: { end: 'date_end', below: 'session', repeats: { every: 'interval', until: 'date_end' } },
  },
})
export interface Subscription extends RecordOf<typeof subscription> {}
export type SubscriptionState = Subscription['state']
