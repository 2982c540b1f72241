import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { UsageError } from '../../engine/errors.ts'
import { oneOf } from '../../engine/fields.ts'
import type { Incoming } from '../../engine/http/exchange.ts'
import { move } from '../../engine/lifecycle.ts'
import { latestInstant, parseInstant, readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import { endings } from '../reasons.ts'
import { type Poll, type PollTaskType, resources, type Task, type TaskError } from '../resources/index.ts'
import { taskErrors } from '../resources/task.ts'
import type { Contents } from '../services/contents.ts'
import { loadContents, loadedContents } from '../services/library.ts'
import { retrieve, tasksFor } from '../services/retrieval.ts'
import type { Ricloud, World } from '../types.ts'
import type { RuleModule } from './module.ts'
import { accountOf } from './poll.ts'
import { publish } from './result.ts'
import { pairDevice } from './source.ts'

/** Creates the tasks of a poll, and starts the first; a poll without tasks is `completed` at once (assumed). */
export function startPoll(world: World, poll: Poll): void {
  const date_started = world.clock.notBefore(poll.date_created)
  const { id, organisation, key, user, source, session, payload } = move(world, 'poll', poll, 'start', { date_started })
  const about = world.tables.source.get(source)
  const wanted = about ? tasksFor(payload, about.type, accountOf(world, about)) : []
  const ids = wanted.map(() => world.random.uuid())
  for (const [i, task] of wanted.entries()) {
    const created = world.tables.task.insert({
      id: ids[i] as string,
      organisation,
      key,
      user,
      source,
      session,
      poll: id,
      source_type: about?.type ?? null,
      ...task,
      next: ids[i + 1] ?? null,
      state: 'pending',
      error: null,
      date_created: world.clock.stamp(),
      date_started: null,
      date_completed: null,
    })
    world.emit('task.created', 'task', created)
  }
  if (wanted.length === 0) completePoll(world, id)
  else startNext(world, id, ids[0] ?? null)
}

/** Starts the first pending task of those that follow each other; completes the poll if there is none. */
function startNext(world: World, pollId: string, first: string | null): void {
  const next = (id: string | null) => (id === null ? undefined : world.tables.task.get(id))
  let task = next(first)
  while (task && task.state !== 'pending') task = next(task.next)
  if (!task) {
    completePoll(world, pollId)
    return
  }
  const started = move(world, 'task', task, 'start', { date_started: world.clock.notBefore(task.date_created) })
  planEnd(world, started, world.clock.now())
}

/** Schedules the end of a task that was started at an instant; it is never before the present. */
function planEnd(world: World, task: Task, since: number): void {
  const source = world.tables.source.get(task.source ?? 0)
  const { task_duration = world.settings.task_duration } = (source && accountOf(world, source)) ?? {}
  world.schedule(Math.max(since + task_duration, world.clock.now()), 'task.conclude', task.id)
}

function completePoll(world: World, id: string): void {
  const poll = world.tables.poll.get(id)
  if (poll?.state !== 'processing') return
  move(world, 'poll', poll, 'complete', { date_completed: world.clock.stamp() })
}

/** Ends a task as it would end by itself: it succeeds or fails as the service returns; with `isForced`, no error is scripted. */
function concludeTask(world: World, task: Task, { isForced = false } = {}): void {
  const contents = loadedContents()
  if (contents) concludeWith(world, task, contents, isForced)
  else concludeLater(world, task.id, isForced)
}

/** Ends a task at this instant once its contents can be generated: at the first task of a process, nothing is loaded yet. */
function concludeLater(world: World, id: string, isForced: boolean): void {
  const { generation } = world.time
  const at = world.clock.now()
  const concluding = loadOrWarn(world).then(() => {
    const task = world.tables.task.get(id)
    if (generation !== world.time.generation || !task || !isOpen(task)) return
    const contents = loadedContents()
    world.clock.at(at, () => {
      if (contents) concludeWith(world, task, contents, isForced)
      else endTask(world, task, 'service-unavailable')
    })
  })
  world.time.inFlight.add(concluding)
}

function concludeWith(world: World, task: Task, contents: Contents, isForced: boolean): void {
  const poll = world.tables.poll.get(task.poll ?? '')
  const source = world.tables.source.get(task.source ?? 0)
  if (!poll || !source) {
    endTask(world, task, 'service-unavailable')
    return
  }
  const { since, until } = poll.payload
  const key = world.tables.key.get(poll.key)
  const organisation = world.tables.organisation.get(poll.organisation)
  const account = accountOf(world, source)
  const retrieved = retrieve(contents, {
    seed: world.random.seed,
    source,
    account: account && isForced ? { ...account, failing: {} } : account,
    type: task.type as PollTaskType,
    target: String(task.target),
    since: since === undefined ? undefined : (parseInstant(since) ?? latestInstant),
    until: until === undefined ? undefined : parseInstant(until),
    now: readInstant(poll.date_created),
    withSourceFile: key?.config.publish_source_files ?? organisation?.config.publish_source_files ?? false,
  })
  if (retrieved.error !== null) {
    if (account && retrieved.failing !== undefined) world.services.countFailure(account, retrieved.failing)
    const { error, failing } = retrieved
    const why =
      failing === undefined
        ? `The source ${source.id} has no ${task.type} ${task.target}.`
        : `The account of the source ${source.id} has ${failing} in its failing: ${error}.`
    const reason = endings.task(error, why, { source: source.id, type: task.type, target: task.target })
    world.time.because({ reason }, () => endTask(world, task, error))
    return
  }
  if (task.type === 'info' && source.type === 'rirelay.instance') {
    for (const device of account?.devices ?? []) pairDevice(world, source, device)
  }
  if (publish(world, poll, task, retrieved.parts)) endTask(world, task, null)
  else {
    const why = `The storage config ${poll.storage_config} is not valid, or the buckets are full: the setting bucket_bytes.`
    const reason = endings.task('publish-failed', why, { storage_config: poll.storage_config }, 'result.publish_failed')
    world.time.because({ reason }, () => endTask(world, task, 'publish-failed'))
  }
}

/** Ends a task: `failed` with an error, `succeeded` without; if it was its turn, the next one starts. */
function endTask(world: World, task: Task, error: TaskError | null): void {
  const wasRunning = task.state === 'processing' || task.state === 'suspended'
  move(world, 'task', task, error === null ? 'succeed' : 'fail', { error, date_completed: world.clock.stamp() })
  if (wasRunning && task.poll !== null) startNext(world, task.poll, task.next)
}

/** The tasks of a poll in some states, the oldest first. */
const tasksOf = ({ tables }: World, { id, organisation }: Poll, states: readonly Task['state'][]) =>
  tables.task.having(organisation, 'poll', id).filter(({ state }) => states.includes(state))

const openStates = ['pending', 'processing', 'suspended'] as const

/** Fails every open task of the polls of a session or source; so the polls are completed (assumed). */
function failPolls(
  world: World,
  organisation: number,
  of: 'session' | 'source',
  id: string | number,
  error: TaskError,
): void {
  if (!world.tables.poll.has(organisation, of, id)) return
  const where = { [of]: [id], state: ['pending', 'processing'] }
  for (const { id: pollId } of world.tables.poll
    .list({ owners: [organisation], where, limit: Infinity })
    .data.toReversed()) {
    const pending = world.tables.poll.get(pollId)
    if (pending?.state === 'pending') startPoll(world, pending)
    const poll = world.tables.poll.get(pollId)
    // Those that wait fail first, so that none of them starts.
    for (const task of poll
      ? [...tasksOf(world, poll, ['pending']), ...tasksOf(world, poll, ['processing', 'suspended'])]
      : [])
      endTask(world, task, error)
  }
}

const isRunning = ({ state, poll }: Task) => state === 'processing' && poll !== null
const isOpen = ({ state }: Task) => (openStates as readonly string[]).includes(state)

/** Throws an Error for a task that no poll has: others end with what they are about. */
function requireOfPoll(task: Task): void {
  if (task.poll === null)
    throw new UsageError(
      `task ${task.id} belongs to no poll: it ends with the ${task.type.split('.')[0]} that it is about.`,
    )
}

const taskFailure = z.strictObject({
  error: oneOf(Object.keys(taskErrors) as [TaskError, ...TaskError[]]).default('service-unavailable'),
})

/**
 * Loads what the tasks of a world need, so that they end at once, and in the same order whenever calls are repeated;
 * undefined if nothing is to be loaded.
 *
 * @param call that is about to be answered
 */
export function preparePolls(world: World, call?: Pick<Incoming, 'method' | 'url'>): Promise<void> | undefined {
  if (loadedContents()) return undefined
  const { poll, subscription } = world.tables
  const makesSome =
    call?.method === 'POST' && [resources.poll, resources.subscription].some(({ path }) => call.url.startsWith(path))
  return makesSome || poll.size + subscription.size > 0 ? loadOrWarn(world) : undefined
}

const loadOrWarn = (world: World) =>
  loadContents().catch((error) => world.log('error', `The generator of data could not be loaded: ${error}`))

const { action } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

export const pollRules: RuleModule = {
  dueWork: {
    'poll.start': dueWork('poll', 'start', startPoll),
    'task.conclude': dueWork('task', isRunning, concludeTask),
  },
  onWrite: {
    session: (world, previous, next) => {
      if (!previous || previous.state === 'expired' || next?.state !== 'expired') return
      const { organisation, id } = next
      world.afterEvent(() => failPolls(world, organisation, 'session', id, 'session-expired'))
    },
    source: (world, previous, next) => {
      if (!previous || previous.state === 'locked' || next?.state !== 'locked') return
      const { organisation, id } = next
      world.afterEvent(() => {
        const children = world.tables.source.list({ owners: [organisation], where: { parent: [id] }, limit: Infinity })
        for (const locked of [id, ...children.data.map((child) => child.id)]) {
          failPolls(world, organisation, 'source', locked, 'source-locked')
        }
      })
    },
  },
  actions: {
    'poll.start': action('poll', 'start', 'its tasks are created', startPoll),
    'poll.complete': action('poll', 'complete', 'its open tasks end as they would end', (world, poll) => {
      for (const task of tasksOf(world, poll, openStates)) {
        const current = world.tables.task.get(task.id)
        if (current && isOpen(current)) concludeTask(world, current)
      }
    }),
    'task.succeed': action(
      'task',
      'succeed',
      'a task of a poll publishes its results, whatever error is scripted for it',
      (world, task) => {
        requireOfPoll(task)
        concludeTask(world, task, { isForced: true })
      },
    ),
    'task.fail': action(
      'task',
      'fail',
      'a task of a poll fails, with an `error`',
      (world, task, { error }) => {
        requireOfPoll(task)
        endTask(world, task, error)
      },
      taskFailure,
    ),
    'task.suspend': action(
      'task',
      'suspend',
      'a task of a poll is suspended, and those after it wait',
      (world, task) => {
        requireOfPoll(task)
        move(world, 'task', task, 'suspend')
      },
    ),
    'task.resume': action('task', 'resume', 'a suspended task goes on', (world, task) => {
      planEnd(world, move(world, 'task', task, 'resume'), readInstant(task.date_started ?? task.date_created))
    }),
  },
}
