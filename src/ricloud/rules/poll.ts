import { apiErrors, invalidParameter } from '../../engine/errors.ts'
import { shown } from '../../engine/messages.ts'
import type { Query } from '../../engine/store/query.ts'
import { readInstant } from '../../engine/time/instant.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { Key, Payload, Poll, Session, Source, Task } from '../resources/index.ts'
import { type SourceType, sourceTypes } from '../resources/source.ts'
import { pollTaskTypes } from '../resources/task.ts'
import { fileKindOf, isWildcard } from '../services/data-types.ts'
import { tasksFor, unknownType } from '../services/retrieval.ts'
import type { World } from '../types.ts'
import { type Caller, named } from './access.ts'
import { covers, scopeError } from './permissions.ts'
import { markUsed } from './session.ts'
import { lastError } from './task.ts'

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
  const { organisation } = session
  const config = key.storage_config ?? organisations.get(organisation)?.storage_config_default ?? null
  const configState = storage_config.get(config ?? 0)?.state
  if (config === null || configState !== 'valid') {
    const isRejected = config !== null && configState === 'invalid'
    const why = isRejected ? lastError(world, { organisation, type: 'storage_config.test', target: config }) : null
    throw ricloudErrors
      .unconfigured(config, configState)
      .because(reasons.unconfigured(config, configState, organisation, why))
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
    throw invalidParameter({
      subscription: [
        'is required in place of session: Relay data needs a subscription to the device, POST /subscriptions',
      ],
    })
  }
  if (type !== 'rirelay.instance') return
  throw invalidParameter({
    source: ['must be a device of the Relay instance, a rirelay.source: only devices have data'],
  })
}

const taskScope = (source: SourceType, type: string) => `task_type:${source.split('.')[0]}.${type}`

/** The scope of what a task asks for, if there is one. */
function contentScope(type: string, target: Task['target']): string | undefined {
  if (type === 'data') return `data_type:${target}`
  return type === 'file' ? `file_type:${fileKindOf(String(target))}` : undefined
}

/** Throws 403 if the scopes of a poll's tasks are not granted, or their limits are exceeded: for the whole poll (assumed). */
function requireTaskScopes(world: World, key: Key, session: Session, source: Source, payload: Payload): void {
  const tasks = scopesOfTasks(world, source, payload)
  const wanted = new Set(tasks.flat())
  const holder = { organisation: session.organisation, key: key.id, user: session.user }
  const error = scopeError(world, holder, wanted, {
    existing: (scope, query) => countTasks(world, scope, query) + countPending(world, scope, query),
    added: (scope) => countCovered(scope, tasks),
  })
  if (error) throw error
}

/** For each task of a poll the scopes that it needs. */
function scopesOfTasks(world: World, source: Source, payload: Payload): string[][] {
  return tasksFor(payload, source.type, accountOf(world, source)).map(({ type, target }) => {
    const content = contentScope(type, target)
    return content === undefined ? [taskScope(source.type, type)] : [content, taskScope(source.type, type)]
  })
}

const countCovered = (scope: string, tasks: readonly string[][]) =>
  tasks.filter((scopes) => scopes.some((one) => covers(scope, one))).length

/** How many tasks that a scope covers will be created by polls that have not started. */
function countPending(world: World, scope: string, { where, ...query }: Query): number {
  const pending = world.tables.poll.list({ ...query, where: { ...where, state: ['pending'] }, limit: Infinity })
  return pending.data.reduce((sum, { source: id, payload }) => {
    const source = world.tables.source.get(id)
    return source ? sum + countCovered(scope, scopesOfTasks(world, source, payload)) : sum
  }, 0)
}

/** How many tasks of polls a scope covers. Indexes count them, unless it names a part of the data types, or a kind of file. */
function countTasks({ tables: { task } }: World, scope: string, { where, ...query }: Query): number {
  const countOf = (wanted: Query['where']) => task.count({ ...query, where: { ...where, ...wanted } })
  const [kind, name = ''] = scope.split(':')
  if (kind === 'task_type') {
    const counts = pollTaskTypes.map((type) => {
      const source_type = sourceTypes.filter((one) => covers(scope, taskScope(one, type)))
      const isEvery = source_type.length === sourceTypes.length
      return source_type.length === 0 ? 0 : countOf({ type: [type], ...(!isEvery && { source_type }) })
    })
    return counts.reduce((sum, count) => sum + count, 0)
  }
  const type = [kind === 'data_type' ? 'data' : 'file']
  if (name === '*') return countOf({ type })
  if (kind === 'data_type' && !isWildcard(name)) return countOf({ type, target: [name] })
  const { data } = task.list({ ...query, where: { ...where, type }, limit: Infinity })
  return data.filter(({ type, target }) => covers(scope, contentScope(type, target) ?? '')).length
}

/** The account of a source: a device has that of its Relay instance. */
export function accountOf(world: World, source: Source) {
  return world.services.find(world.tables.source.get(source.parent ?? source.id) ?? source)
}

/** The reason why a part of what is asked of a source will be empty: a data type that it cannot have. */
export function emptyReason(world: World, sourceId: number, payload: Payload) {
  const source = world.tables.source.get(sourceId)
  const unknown = source && unknownType(payload, accountOf(world, source))
  return unknown && reasons.unknownType(unknown.type, unknown.known)
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
    const { in_flight } = world.settings
    const problem = `The source ${source.id} has as many open polls as may be in flight, ${in_flight}`
    throw apiErrors.tooManyRequests(1, problem).because(reasons.inFlight(source.id, in_flight))
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
