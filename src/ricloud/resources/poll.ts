import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/** Documented states: they never tell an error, and `completed` means that all tasks have ended. */
const lifecycle = {
  pending: { start: 'processing' },
  processing: { complete: 'completed' },
  completed: {},
} as const

/** What a poll asks for (observed names; `since` and `until` documented, their form assumed). */
export interface Payload {
  readonly info_types?: readonly string[] | undefined
  readonly data_types?: readonly string[] | undefined
  readonly files?: readonly string[] | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

const strings = () => z.array(z.string()).readonly().exactOptional()

/** @internal */
export const payloadSchema = () =>
  z.strictObject({
    info_types: strings(),
    data_types: strings(),
    files: strings(),
    since: z.string().exactOptional(),
    until: z.string().exactOptional(),
  })

/** The error of a task as its poll shows it (assumed: no page gives its attributes). */
const error = () =>
  z.strictObject({ resource: z.literal('error'), task: z.uuid(), error: z.string(), message: z.string() })

const errors = () =>
  z.strictObject({
    data: z.array(error()).readonly(),
    has_more: z.literal(false),
    total_count: z.int().nonnegative(),
    url: z.string(),
  })

const tasks = (description: string) =>
  attribute.computed(attribute.json<readonly string[]>(() => z.array(z.uuid()).readonly(), { description }))

export const poll = resource({
  id: 'uuid',
  path: '/polls',
  description: 'A request for data, carried out by tasks',
  lifecycle,
  events: { created: 'pending' },
  leadsTo: ['subscription', 'session', 'source', 'user', 'key', 'organisation'],
  owner: 'organisation',
  fixtures: 'polls',
  shape: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    user: attribute.id('user'),
    source: attribute.id('source', { description: 'The source of the session, or a child of it.' }),
    session: attribute.uuid('session'),
    subscription: attribute.nullable(attribute.uuid('subscription')),
    tasks_pending: tasks('The IDs of pending tasks, in order of creation (assumed).'),
    tasks_processing: tasks('The IDs of the tasks that are being processed.'),
    tasks_succeeded: tasks('The IDs of the tasks that succeeded.'),
    tasks_failed: tasks('The IDs of the tasks that failed.'),
    tasks_suspended: tasks('The IDs of suspended tasks.'),
    results: attribute.list('result', { description: 'What its tasks have published so far.' }),
    errors: attribute.computed(
      attribute.json<object>(errors, { component: 'poll_errors', description: 'The errors of its tasks.' }),
    ),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
    date_started: attribute.nullable(attribute.datetime()),
    date_completed: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    payload: attribute.json<Payload>(payloadSchema, { initial: () => ({}) }),
    /** Whether a call or a subscription made it (observed as a filter; `client` assumed). */
    requestor: attribute.choice(['client', 'subscription']),
    /** Where its results are published; chosen when it is made (assumed). */
    storage_config: attribute.id('storage_config'),
  },
  filters: ['session', 'subscription', 'requestor', 'key', 'user', 'source', 'state', 'date_created', 'date_completed'],
  display: {
    columns: ['source', 'session', 'subscription', 'date_created', 'date_completed'],
    tones: { pending: 'wait', processing: 'wait', completed: 'good' },
    hint: 'Make one with POST /polls, for an active session.',
    timeLine: { end: 'date_completed', below: 'session', partOf: 'subscription' },
  },
})
export interface Poll extends RecordOf<typeof poll> {}
export type PollState = Poll['state']
