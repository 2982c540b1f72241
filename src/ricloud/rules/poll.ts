import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { apiErrors, invalidParameter, UsageError } from '../../engine/errors.ts'
import { oneOf } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import { shown } from '../../engine/messages.ts'
import { latestInstant, parseInstant, readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import { endings, reasons } from '../reasons.ts'
import type { Key, Payload, Poll, PollTaskType, Session, Source, Task, TaskError } from '../resources/index.ts'
import { taskErrors } from '../resources/task.ts'
import type { Contents } from '../services/contents.ts'
import { fileKindOf } from '../services/data-types.ts'
import { loadContents, loadedContents } from '../services/library.ts'
import { retrieve, tasksFor } from '../services/retrieval.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import type { RuleModule } from './module.ts'
import { covers, scopeError } from './permissions.ts'
import { publish } from './result.ts'
import { markUsed } from './session.ts'
import { pairDevice } from './source.ts'

/** Null is like undefined. */
export interface NewPoll {
  readonly session?: string | null | undefined
  /** By default the source of the session. */
  readonly source?: number | null | undefined
  /** In place of a session and source: those of the subscription. */
  readonly subscription?: string | null | undefined
  readonly payload: Payload
}

/** The session and source of a new poll. */
export interface Target {
  readonly session: Session
  /** The source of the session, or a child of it. */
  readonly source: Source
}

/** Creates a poll; it is `pending` until it starts. Throws the API's error if it is refused. */
export function createPoll(world: World, caller: Caller, wanted: NewPoll): Poll {
  const { organisation, key } = caller
  const { session, source, payload } = wanted
  if (!wanted.subscription) {
    const target = targetOf(world, organisation.id, session ?? '', source)
    return insertPoll(world, key, target, payload, { requestor: 'client', subscription: null })
  }
  const subscription = named(world, organisation.id, 'subscription', wanted.subscription, 'subscription')
  const { id, state } = subscription
  if (state === 'deleted') throw invalidParameter({ subscription: [`was deleted: ${shown(id)}`] })
  if (state === 'pending') throw invalidParameter({ subscription: [`is not allowed by the user yet: ${shown(id)}`] })
  const target = targetOf(world, organisation.id, subscription.session, subscription.source)
  return insertPoll(world, key, target, payload, { requestor: 'client', subscription: id })
}

/** The session and source of the parameters. Throws 400 if one is unknown, or the source is not one of the session's. */
export function targetOf(
  world: World,
  organisation: number,
  sessionId: string,
  sourceId: number | null | undefined,
): Target {
  const session = named(world, organisation, 'session', sessionId, 'session')
  const source = named(world, organisation, 'source', sourceId ?? session.source, 'source')
  if (source.id !== session.source && source.parent !== session.source) {
    throw invalidParameter({ source: [`is neither the source of the session nor a child of it: ${source.id}`] })
  }
  return { session, source }
}

/** The error of a session that takes no tasks (documented for `active` alone; codes assumed). */
function sessionError(session: Session) {
  const { id, state } = session
  if (state === 'active') return undefined
  if (state === 'expired') return ricloudErrors.sessionExpired(id).because(reasons.sessionState(session))
  const problem = state === 'pending' ? 'is still being initialised' : 'failed to initialise'
  return invalidParameter({ session: [`${problem}: ${shown(id)}`] }).because(reasons.sessionState(session))
}

/**
 * Throws the API's error if data of a target cannot be asked for (documented, the order assumed). Returns the ID of the
 * storage config for the results: the key's own, otherwise the organisation's default (documented).
 */
export function requirePollable(
  world: World,
  key: Key,
  { session, source }: Target,
  payload: Payload,
  { isSubscribed = false, isSubscription = false }: { isSubscribed?: boolean; isSubscription?: boolean } = {},
): number {
  const error = sessionError(session)
  if (error) throw error
  const { user: users, source: sources, organisation: organisations, storage_config } = world.tables
  const user = users.get(session.user)
  if (user && user.state !== 'active') {
    const reason = reasons.closed('user', user, 'poll.checks')
    throw ricloudErrors.getsNoPolls('user', user.id, user.state).because(reason)
  }
  for (const one of [source, sources.get(session.source) ?? source]) {
    const { id, state, locked_until } = one
    if (state === 'deactivated' || state === 'blocked') {
      throw ricloudErrors.getsNoPolls('source', id, state).because(reasons.closed('source', one, 'poll.checks'))
    }
    if (state !== 'locked') continue
    const reason = reasons.locked(one, locked_until, 'poll.checks')
    throw ricloudErrors.getsNoPolls('source', id, state, locked_until).because(reason)
  }
  if (isSubscription || payload.data_types || payload.files) requireData(source, isSubscribed || isSubscription)
  const config = key.storage_config ?? organisations.get(session.organisation)?.storage_config_default ?? null
  const configState = storage_config.get(config ?? 0)?.state
  if (config === null || configState !== 'valid') {
    throw ricloudErrors.unconfigured().because(reasons.unconfigured(config, configState, session.organisation))
  }
  requireTaskScopes(world, key, session, source, payload)
  return config
}

/**
 * Throws 400 for data of a Relay instance, of which only devices have some (documented for subscriptions, assumed for
 * polls), and for data of a device without a subscription (documented; code assumed).
 */
function requireData({ type }: Source, isSubscribed: boolean): void {
  if (type === 'rirelay.source' && !isSubscribed) {
    throw invalidParameter({ subscription: ['is required: Relay data needs a subscription, POST /subscriptions'] })
  }
  if (type !== 'rirelay.instance') return
  throw invalidParameter({
    source: ['must be a device of the Relay instance, a rirelay.source: only devices have data'],
  })
}

/** Throws 403 if the scopes of a poll's tasks are not granted, or their limits are exceeded: for the whole poll (assumed). */
function requireTaskScopes(world: World, key: Key, session: Session, source: Source, payload: Payload): void {
  const scopesOf = (type: string, target: Task['target'], source_type: string | null) => [
    ...(type === 'data' ? [`data_type:${target}`] : []),
    ...(type === 'file' ? [`file_type:${fileKindOf(String(target))}`] : []),
    `task_type:${source_type?.split('.')[0]}.${type}`,
  ]
  const tasks = tasksFor(payload, source.type, accountOf(world, source)).map(({ type, target }) =>
    scopesOf(type, target, source.type),
  )
  const holder = { organisation: session.organisation, key: key.id, user: session.user }
  const error = scopeError(world, holder, [...new Set(tasks.flat())], {
    existing: (scope, { where, ...query }) => {
      const made = world.tables.task.list({
        ...query,
        where: { ...where, type: ['info', 'data', 'file'] },
        limit: Infinity,
      })
      return made.data.filter(({ type, target, source_type }) =>
        scopesOf(type, target, source_type).some((one) => covers(scope, one)),
      ).length
    },
    added: (scope) => tasks.filter((scopes) => scopes.some((one) => covers(scope, one))).length,
  })
  if (error) throw error
}

/** The account of a source: a device has that of its Relay instance. */
export function accountOf(world: World, source: Source) {
  return world.services.find(world.tables.source.get(source.parent ?? source.id) ?? source)
}

/** Checks and creates a poll, and schedules its start. */
export function insertPoll(
  world: World,
  key: Key,
  target: Target,
  payload: Payload,
  made: Pick<Poll, 'requestor' | 'subscription'>,
): Poll {
  const { session, source } = target
  const isSubscribed = made.subscription !== null
  const storage_config = requirePollable(world, key, target, payload, { isSubscribed })
  if (isInFlight(world, source)) {
    throw apiErrors.tooManyRequests(1).because(reasons.inFlight(source.id, world.settings.in_flight))
  }
  const poll = world.tables.poll.insert({
    id: world.random.uuid(),
    organisation: session.organisation,
    key: key.id,
    user: session.user,
    source: source.id,
    session: session.id,
    subscription: made.subscription,
    state: 'pending',
    date_created: world.clock.stamp(),
    date_started: null,
    date_completed: null,
    payload,
    requestor: made.requestor,
    storage_config,
  })
  markUsed(world, session, poll.date_created)
  world.schedule(readInstant(poll.date_created) + world.settings.poll_init, 'poll.start', poll.id)
  return world.emit('poll.created', 'poll', poll)
}

/** Whether a source has as many open polls as the setting `in_flight` allows (documented limit; for polls assumed). */
export function isInFlight(world: World, source: Source): boolean {
  const { in_flight } = world.settings
  if (in_flight === null) return false
  const where = { source: [source.id], state: ['pending', 'processing'] }
  return world.tables.poll.count({ owners: [source.organisation], where }) >= in_flight
}

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
      else failTask(world, task, { error: 'service-unavailable' })
    })
  })
  world.time.inFlight.add(concluding)
}

function concludeWith(world: World, task: Task, contents: Contents, isForced: boolean): void {
  const poll = world.tables.poll.get(task.poll ?? '')
  const source = world.tables.source.get(task.source ?? 0)
  if (!poll || !source) {
    failTask(world, task, { error: 'service-unavailable' })
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
    world.time.because({ reason }, () => failTask(world, task, { error }))
    return
  }
  if (task.type === 'info' && source.type === 'rirelay.instance') {
    for (const device of account?.devices ?? []) pairDevice(world, source, device)
  }
  if (publish(world, poll, task, retrieved.parts)) endTask(world, task, 'succeed', null)
  else {
    const why = `The storage config ${poll.storage_config} is not valid, or the buckets are full: the setting bucket_bytes.`
    const reason = endings.task('publish-failed', why, { storage_config: poll.storage_config }, 'result.publish_failed')
    world.time.because({ reason }, () => failTask(world, task, { error: 'publish-failed' }))
  }
}

/** Makes a task of a poll `failed`. */
function failTask(world: World, task: Task, { error }: { error: TaskError }): void {
  endTask(world, task, 'fail', error)
}

/** Ends a task; if it was its turn, the next one starts. */
function endTask(world: World, task: Task, verb: 'succeed' | 'fail', error: TaskError | null): void {
  const wasRunning = task.state === 'processing' || task.state === 'suspended'
  move(world, 'task', task, verb, { error, date_completed: world.clock.stamp() })
  if (wasRunning && task.poll !== null) startNext(world, task.poll, task.next)
}

/** The tasks of a poll in some states, the oldest first. */
const tasksOf = (world: World, { id, organisation }: Poll, states: readonly Task['state'][]) =>
  world.tables.task
    .list({ owners: [organisation], where: { poll: [id], state: states }, limit: Infinity })
    .data.toReversed()

const openStates = ['pending', 'processing', 'suspended'] as const

/** Fails every open task of the polls of a session or source; so the polls are completed (assumed). */
function failPolls(
  world: World,
  organisation: number,
  of: 'session' | 'source',
  id: string | number,
  error: TaskError,
): void {
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
      failTask(world, task, { error })
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

/** Loads what the tasks of a world need, so that they end at once; undefined if nothing is to be loaded. */
export function preparePolls(world: World): Promise<void> | undefined {
  const { poll, subscription } = world.tables
  return loadedContents() || poll.size + subscription.size === 0 ? undefined : loadOrWarn(world)
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
      (world, task, details) => {
        requireOfPoll(task)
        failTask(world, task, details)
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
