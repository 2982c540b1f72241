import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import { sourceTypes } from './source.ts'

/** Documented states; the mock suspends no task. */
const lifecycle = {
  pending: { start: 'processing', succeed: 'succeeded', fail: 'failed' },
  processing: { succeed: 'succeeded', fail: 'failed' },
  suspended: {},
  succeeded: {},
  failed: {},
} as const

/** Types of tasks: tests of configs (documented or observed), and the initialisation of sessions (assumed name). */
export const taskTypes = ['session.init', 'storage_config.test', 'webhook_config.test'] as const
export type TaskType = (typeof taskTypes)[number]

export const task = resource({
  id: 'uuid',
  path: '/tasks',
  description: 'Work that the API does in the background',
  lifecycle,
  isSilent: true,
  owner: 'organisation',
  about: { type: 'type', id: 'target' },
  shape: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    user: attribute.nullable(attribute.id('user')),
    source: attribute.nullable(attribute.id('source')),
    session: attribute.nullable(attribute.uuid('session')),
    poll: attribute.nullable(attribute.text()),
    source_type: attribute.nullable(attribute.choice(sourceTypes)),
    type: attribute.choice(taskTypes),
    target: attribute.json<number | string>(() => z.union([z.int().positive(), z.uuid()]), {
      initial: () => 1,
      description: 'The ID of its config or session.',
    }),
    state: stateOf(lifecycle),
    results: attribute.json<readonly unknown[]>(() => z.array(z.unknown()).readonly(), { initial: () => [] }),
    error: attribute.nullable(attribute.text()),
    date_created: attribute.datetime(),
    date_started: attribute.nullable(attribute.datetime()),
    date_completed: attribute.nullable(attribute.datetime()),
  },
  hidden: {},
  filters: ['key', 'user', 'source', 'session', 'type', 'state', 'date_created'],
  display: {
    columns: ['type', 'target', 'error', 'date_created'],
    tones: { pending: 'wait', processing: 'wait', suspended: 'hold', succeeded: 'good', failed: 'bad' },
    hint: 'Test a config with POST /configs/webhook/{id}/test.',
  },
})
export interface Task extends RecordOf<typeof task> {}
export type TaskState = Task['state']
