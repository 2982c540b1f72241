import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { readIntegerId } from '../../engine/fields.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import { sourceTypes } from './source.ts'

/** Documented states; only scenario actions suspend a task (assumed: no page says when it happens). */
const lifecycle = {
  pending: { start: 'processing', succeed: 'succeeded', fail: 'failed' },
  processing: { succeed: 'succeeded', fail: 'failed', suspend: 'suspended' },
  suspended: { resume: 'processing', succeed: 'succeeded', fail: 'failed' },
  succeeded: {},
  failed: {},
} as const

/** The types of the tasks of polls: `data` is documented, the names of the others are assumed. */
export const pollTaskTypes = ['info', 'data', 'file'] as const
export type PollTaskType = (typeof pollTaskTypes)[number]

/** Types of tasks: of polls, tests of configs (documented or observed), and the initialisation of sessions (assumed name). */
export const taskTypes = [...pollTaskTypes, 'session.init', 'storage_config.test', 'webhook_config.test'] as const
export type TaskType = (typeof taskTypes)[number]

/** The errors of tasks of polls, each with what its poll says of it (assumed). */
export const taskErrors = {
  'session-expired': 'The session ended while the task was open.',
  'source-locked': 'The service locked the source while the task was open.',
  'service-unavailable': 'The service could not be reached.',
  'file-not-found': 'The source has no file with this ID.',
  'publish-failed':
    'The result could not be published: the storage config is not valid, or its bucket or folder took no more.',
} as const
export type TaskError = keyof typeof taskErrors

/** The ID of a file may have the form of an integer ID. */
function targetsIn(text: string) {
  const id = readIntegerId(text)
  return id === undefined ? text : [id, text]
}

export const task = resource({
  id: 'uuid',
  path: '/tasks',
  description: 'Work that the API does in the background',
  lifecycle,
  silentWithout: 'poll',
  errors: { failed: Object.keys(taskErrors) },
  events: { created: 'pending' },
  leadsTo: ['poll', 'session', 'source', 'user', 'key', 'organisation'],
  owner: 'organisation',
  partOf: ['poll'],
  fixtures: 'tasks',
  about: { type: 'type', id: 'target' },
  shape: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    user: attribute.nullable(attribute.id('user')),
    source: attribute.nullable(attribute.id('source')),
    session: attribute.nullable(attribute.uuid('session')),
    poll: attribute.nullable(attribute.uuid('poll')),
    source_type: attribute.nullable(attribute.choice(sourceTypes)),
    type: attribute.choice(taskTypes),
    target: attribute.json<number | string>(() => z.union([z.int().positive(), z.string()]), {
      initial: () => 1,
      filter: () => z.string().transform(targetsIn),
      description: 'The ID of its config, session or file, or the type of its data.',
    }),
    state: stateOf(lifecycle),
    results: attribute.list('result'),
    error: attribute.nullable(attribute.text()),
    date_created: attribute.datetime(),
    date_started: attribute.nullable(attribute.datetime()),
    date_completed: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    /** The task of its poll that starts when this one has ended. */
    next: attribute.nullable(attribute.uuid('task')),
  },
  filters: ['key', 'user', 'source', 'session', 'poll', 'source_type', 'type', 'target', 'state', 'date_created'],
  display: {
    columns: ['type', 'target', 'poll', 'error', 'date_created'],
    tones: { pending: 'wait', processing: 'wait', suspended: 'hold', succeeded: 'good', failed: 'bad' },
    hint: 'Polls consist of them: make one with POST /polls.',
    timeLine: { start: 'date_started', end: 'date_completed', partOf: 'poll' },
  },
})
export interface Task extends RecordOf<typeof task> {}
export type TaskState = Task['state']
