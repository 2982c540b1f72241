import type { StoredObject } from '../engine/buckets.ts'
import { md5 } from '../engine/md5.ts'
import { either, shown } from '../engine/messages.ts'
import { type Place, type Problem, within } from '../engine/place.ts'
import type { Poll, Result, Subscription, Task } from './resources/index.ts'
import { pollTaskTypes, taskErrors } from './resources/task.ts'
import { type AttributeProblem, datesOf, type Find, type Rules } from './soundness-rule.ts'

/** The problem of a source that is neither that of the session nor a child of it. */
function sourceProblem({ source, session }: Pick<Poll, 'source' | 'session'>, find: Find): AttributeProblem {
  const own = find('session', session)?.source
  const parent = find('source', source)?.parent
  if (own === undefined || parent === undefined || source === own || parent === own) return undefined
  return ['source', `must be ${own}, that of the session, or a child of it, got ${source}`]
}

/** The problem of an attribute that must have the value of the record that it belongs to. */
function sameAs(attribute: string, value: unknown, owner: string, right: unknown): AttributeProblem {
  if (right === undefined || value === right) return undefined
  return [attribute, `must be ${shown(right)}, that of the ${owner}, got ${shown(value)}`]
}

const isOpen = ({ state }: Pick<Task, 'state'>) => state !== 'succeeded' && state !== 'failed'
const isOfPoll = ({ type }: Pick<Task, 'type'>) => (pollTaskTypes as readonly string[]).includes(type)

/** What makes records of polls impossible (states and attributes documented, what follows from them assumed). */
export const pollRecordRules: Rules = {
  subscription: [
    { attributes: ['source', 'session'], check: sourceProblem },
    {
      attributes: ['source'],
      check: ({ source }, find) =>
        find('source', source)?.type === 'rirelay.instance'
          ? ['source', `must be a device of the Relay instance, a rirelay.source, got ${source}`]
          : undefined,
    },
    {
      attributes: ['source', 'interval'],
      check: ({ source, interval }, find) =>
        find('source', source)?.type === 'rirelay.source' && interval !== null && interval < 3600
          ? ['interval', `must be at least 3600 for a rirelay.source, got ${interval}`]
          : undefined,
    },
    {
      attributes: ['date_start', 'date_end'],
      check: ({ date_start, date_end }: Subscription) =>
        date_start !== null && date_end !== null && date_end <= date_start
          ? ['date_end', `must be after date_start, ${date_start}, got ${shown(date_end)}`]
          : undefined,
    },
  ],
  poll: [
    { attributes: ['source', 'session'], check: sourceProblem },
    {
      attributes: ['user', 'source'],
      check: ({ user, source }, find) => sameAs('user', user, 'source', find('source', source)?.user),
    },
    {
      attributes: ['session', 'subscription'],
      check: ({ session, subscription }, find) =>
        sameAs('session', session, 'subscription', find('subscription', subscription)?.session),
    },
    {
      attributes: ['source', 'subscription'],
      check: ({ source, subscription }, find) =>
        sameAs('source', source, 'subscription', find('subscription', subscription)?.source),
    },
    {
      attributes: ['state', 'date_created', 'date_started', 'date_completed'],
      check: ({ state, date_created, date_started, date_completed }) => {
        const isThere = { date_started: state !== 'pending', date_completed: state === 'completed' }
        return datesOf('poll', state, { date_created, date_started, date_completed }, isThere)
      },
    },
  ],
  task: [
    {
      attributes: ['poll', 'type'],
      check: ({ poll, type }) => {
        if (isOfPoll({ type }) === (poll !== null)) return undefined
        const right = isOfPoll({ type }) ? 'the ID of its poll' : 'null'
        return ['poll', `of a task of type ${type} must be ${right}, got ${shown(poll)}`]
      },
    },
    ...(['session', 'source', 'user', 'key'] as const).map((attribute) => ({
      attributes: ['poll', attribute] as const,
      check: (task: Task, find: Find) =>
        sameAs(attribute, task[attribute], 'poll', find('poll', task.poll)?.[attribute]),
    })),
    {
      attributes: ['source', 'source_type'],
      check: ({ source, source_type }, find) =>
        sameAs('source_type', source_type, 'source', find('source', source)?.type),
    },
    {
      attributes: ['poll', 'state'],
      check: ({ poll, state }, find) => {
        const of = find('poll', poll)?.state
        if (of === 'pending') return ['poll', `names poll ${shown(poll)}, which is pending: it has no tasks yet`]
        if (of !== 'completed' || !isOpen({ state })) return undefined
        return ['state', `of a task of a completed poll must be "succeeded" or "failed", got ${shown(state)}`]
      },
    },
    {
      attributes: ['type', 'state', 'error'],
      check: ({ type, state, error }) => {
        const errors = state === 'failed' && isOfPoll({ type }) ? Object.keys(taskErrors) : []
        if (state === 'failed' ? errors.length === 0 || errors.includes(error ?? '') : error === null) return undefined
        return ['error', `of a task that is ${state} must be ${either(errors) || 'null'}, got ${shown(error)}`]
      },
    },
    {
      attributes: ['state', 'date_created', 'date_started', 'date_completed'],
      check: ({ state, date_created, date_started, date_completed }) => {
        const isStarted =
          state === 'pending' ? false : state === 'processing' || state === 'suspended' ? true : undefined
        const isThere = {
          date_completed: !isOpen({ state }),
          ...(isStarted !== undefined && { date_started: isStarted }),
        }
        return datesOf('task', state, { date_created, date_started, date_completed }, isThere)
      },
    },
  ],
  result: [
    {
      attributes: ['poll', 'task'],
      check: ({ poll, task }, find) => sameAs('poll', poll, 'task', find('task', task)?.poll),
    },
    {
      attributes: ['task'],
      check: ({ task }, find) => {
        const state = find('task', task)?.state
        if (state !== 'pending' && state !== 'failed') return undefined
        return ['task', `names task ${shown(task)}, which is ${state}: it has no results`]
      },
    },
    {
      attributes: ['url'],
      check: ({ url }) =>
        /^(?:(?:gs|s3):\/\/[^/]+\/.|local:\/\/\/.)/.test(url)
          ? undefined
          : ['url', `must be the URL of an object, such as "gs://my-bucket/key", got ${shown(url)}`],
    },
    {
      attributes: ['state', 'date_created', 'date_consumed'],
      check: ({ state, date_created, date_consumed }) =>
        datesOf(
          'result',
          state,
          { date_created, date_consumed },
          state === 'expired' ? {} : { date_consumed: state === 'consumed' },
        ),
    },
    {
      attributes: ['state', 'date_created', 'date_deleted'],
      check: ({ state, date_created, date_deleted }) =>
        datesOf('result', state, { date_created, date_deleted }, { date_deleted: state === 'expired' }),
    },
  ],
}

/** An object of a fixture, and its place there. */
export interface PlacedObject extends Pick<StoredObject, 'bytes'> {
  readonly place: Place
  readonly url: string
}

/** The problem of an object that no result has, or whose result says something else of it. */
export function objectProblems(objects: readonly PlacedObject[], results: readonly Partial<Result>[]): Problem[] {
  const byUrl = new Map(results.map((result) => [result.url, result]))
  return objects.flatMap(({ place, url, bytes }): Problem[] => {
    const result = byUrl.get(url)
    if (!result) return [{ ...within(place, 'url'), what: `is that of no result: ${shown(url)}` }]
    const { checksum = md5(bytes), size = bytes.length } = result
    const named = `result ${shown(result.id)}`
    return [
      ...(size === bytes.length
        ? []
        : [{ ...place, what: `has ${bytes.length} bytes, and ${named} the size ${size}` }]),
      ...(checksum === md5(bytes)
        ? []
        : [{ ...place, what: `has the MD5 ${md5(bytes)}, and ${named} the checksum ${shown(checksum)}` }]),
    ]
  })
}
