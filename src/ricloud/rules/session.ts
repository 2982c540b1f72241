import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { oneOf } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import type { Reason } from '../../engine/reason.ts'
import { readInstant } from '../../engine/time/instant.ts'
import type { DueWork } from '../../engine/time/queue.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import { endings, reasons } from '../reasons.ts'
import type { ExpiryError, InitError, Session, Source } from '../resources/index.ts'
import { expiryErrors, initErrors } from '../resources/session.ts'
import { accountName } from '../services/account.ts'
import type { Decision, SessionRequest } from '../services/accounts.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import type { RuleModule } from './module.ts'
import { isUnpaired, sourceError } from './permissions.ts'
import { lockSource, type NewSource, pairDevice, sourceFor, validateSource } from './source.ts'
import { endTasks, startTask } from './task.ts'

export interface NewSession {
  readonly source: NewSource
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * Starts a session on a source, which is created if there is none. It is `pending` (documented) until the service
 * decides. Returns the due work of that decision; undefined if the service never decides.
 */
export function startSession(
  world: World,
  caller: Caller,
  wanted: NewSession,
): { session: Session; work: DueWork | undefined } {
  const user = named(world, caller.organisation.id, 'user', wanted.source.user, 'source.user')
  if (user.state !== 'active') {
    throw ricloudErrors.userClosed(user.id, user.state).because(reasons.closed('user', user, 'user.closed'))
  }
  const { source } = sourceFor(world, caller, user, wanted.source)
  if (source.state === 'deactivated' || source.state === 'blocked') {
    throw ricloudErrors.sourceClosed(source.id, source.state).because(reasons.closed('source', source, 'source.closed'))
  }
  const session = world.tables.session.insert({
    id: world.random.uuid(),
    organisation: source.organisation,
    key: caller.key.id,
    user: source.user,
    source: source.id,
    state: 'pending',
    error: null,
    date_created: world.clock.stamp(),
    date_expired: null,
    date_used: null,
  })
  const about = {
    organisation: session.organisation,
    key: session.key,
    user: session.user,
    source: source.id,
    session: session.id,
    source_type: source.type,
    type: 'session.init',
    target: session.id,
  } as const
  startTask(world, about, session.date_created)
  const work = planDecision(world, session, source, wanted.payload)
  return { session: world.emit('session.created', 'session', session), work }
}

/** Asks the service of the source, and schedules its decision; undefined if it never decides. */
function planDecision(
  world: World,
  session: Session,
  source: Source,
  payload: NewSession['payload'],
): DueWork | undefined {
  const { init, request, account } = world.services.ask(source, payload, world.settings.session_init)
  if (account) world.coverage.count('test identifiers', accountName(account))
  if (init === 'never') return undefined
  return world.schedule(readInstant(session.date_created) + init, 'session.decide', session.id, { ...request })
}

/** Ends the initialisation of a session with the decision of its service. */
function decideSession(world: World, session: Session, request: SessionRequest): void {
  const { error, unlocks, reason, ...accepted } = decisionOn(world, session, request)
  if (error === null) activateSession(world, session, accepted)
  else world.time.because({ reason }, () => failSession(world, session, { error, unlocks }))
}

/** The states in which the key, user, organisation or source of a session gives no access. */
const closed: ReadonlySet<string> = new Set(['deactivated', 'blocked', 'expired'])

/**
 * The decision on a session, by what holds when it is made and not when the session was created (assumed): no session
 * becomes active if its organisation, key, user or source was closed meanwhile. The service restricts a locked source
 * (documented); the error of its sessions is assumed. An instance counts against limits once it is paired (assumed).
 */
function decisionOn(world: World, session: Session, request: SessionRequest): Decision {
  const { organisation, key, user, source: sources } = world.tables
  const source = sources.get(session.source)
  const others = {
    organisation: organisation.get(session.organisation),
    key: key.get(session.key),
    user: user.get(session.user),
    source,
  }
  for (const [resource, one] of Object.entries(others)) {
    if (one && !closed.has(one.state)) continue
    return { error: 'init_failed', ...(one && { reason: reasons.closed(resource, one, 'session.decision') }) }
  }
  if (!source) return { error: 'init_failed' }
  if (source.state === 'locked') {
    return { error: 'source-locked', reason: reasons.locked(source, source.locked_until, 'session.decision') }
  }
  const refused = isUnpaired(source) ? sourceError(world, source) : undefined
  if (refused) return { error: 'init_failed', reason: refused.reason }
  return world.services.decide(source, request, world.clock.now())
}

/** Ends the task of the initialisation of a session. */
function endInit(world: World, { organisation, id }: Session, error: string | null): void {
  endTasks(world, { organisation, type: 'session.init', target: id }, error)
}

/** Makes a session and its source `active` (documented), and creates child sources for the devices. */
export function activateSession(
  world: World,
  session: Session,
  { lifetime, devices = [] }: Pick<Decision, 'lifetime' | 'devices'> = {},
): Session {
  // Read first: creating child sources and events moves the clock on.
  const now = world.clock.now()
  const source = world.tables.source.get(session.source)
  if (source) {
    validateSource(world, source)
    for (const device of devices) pairDevice(world, source, device)
    const password_changes = world.services.succeed(source)
    if (password_changes !== undefined) {
      world.schedule(now + password_changes, 'account.change_password', source.id)
    }
  }
  const active = move(world, 'session', session, 'activate')
  endInit(world, active, null)
  planEnd(world, active, now, lifetime)
  return active
}

/** Notes that a poll uses a session: the API culls it only after it was idle from then on (assumed). */
export function markUsed(world: World, session: Session, date_used: string): void {
  const { session_idle } = world.settings
  if (session_idle !== null && session.date_used !== null) {
    // It would have no effect any more, and there would be one for each poll.
    const isStale = ({ id, with: { date_used } }: DueWork) => id === session.id && date_used === session.date_used
    world.time.queue.cancel(readInstant(session.date_used) + session_idle, isStale)
  }
  planIdleEnd(world, world.tables.session.update(session, { date_used }), readInstant(date_used))
}

function planIdleEnd(world: World, { id, date_used }: Session, since: number): void {
  const { session_idle } = world.settings
  if (session_idle !== null) world.schedule(since + session_idle, 'session.expire', id, { error: 'api', date_used })
}

/**
 * Schedules the end of an active session: by its service (documented: for example after 24 hours), or by the API when it
 * is idle (documented).
 *
 * @param since the instant at which it became active
 * @param lifetime in microseconds; by default the setting `session_lifetime`
 */
export function planEnd(world: World, session: Session, since: number, lifetime?: number): void {
  const end = lifetime ?? world.settings.session_lifetime
  if (end !== null) world.schedule(since + end, 'session.expire', session.id, { error: 'service' })
  planIdleEnd(world, session, since)
}

/** Makes a session `failed` (documented), and locks the source if the service does; `date_expired` stays null (assumed). */
export function failSession(
  world: World,
  session: Session,
  { error, unlocks }: { error: InitError; unlocks?: number | null | undefined },
): Session {
  const source = world.tables.source.get(session.source)
  if (unlocks !== undefined && source) lockSource(world, source, { until: unlocks })
  const failed = move(world, 'session', session, 'fail', { error })
  endInit(world, failed, error)
  return failed
}

/** Makes a session `expired`; `error` says who ended it (documented). */
export function expireSession(world: World, session: Session, { error }: { error: ExpiryError }): Session {
  const date_expired = world.clock.notBefore(session.date_created)
  const expired = move(world, 'session', session, 'expire', { error, date_expired })
  endInit(world, expired, error)
  return expired
}

/** Why a session ends when it is due. */
function whyEnding(world: World, session: Session, error: ExpiryError): Reason | undefined {
  const { session_idle, session_lifetime } = world.settings
  if (error === 'api') return endings.idle(session_idle, session.date_used)
  const source = world.tables.source.get(session.source)
  const { lifetime = null } = (source && world.services.find(source)) ?? {}
  const length = lifetime ?? session_lifetime
  return length === null ? undefined : endings.lifetime(length, lifetime !== null)
}

/** Ends a session for its organisation; the record stays (documented). One that has ended already is not changed (assumed). */
export function endSession(world: World, session: Session): Session {
  if (session.state === 'failed' || session.state === 'expired') return session
  return expireSession(world, session, { error: 'organisation' })
}

const { action } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

export const sessionRules: RuleModule = {
  dueWork: {
    'session.decide': dueWork('session', 'activate', decideSession),
    'session.expire': dueWork(
      'session',
      // A session that was used since is not idle.
      (session, { with: { date_used = session.date_used } }) =>
        (session.state === 'pending' || session.state === 'active') && date_used === session.date_used,
      (world, session, details: { error: ExpiryError }) =>
        world.time.because({ reason: whyEnding(world, session, details.error) }, () =>
          expireSession(world, session, details),
        ),
    ),
  },
  actions: {
    'session.activate': action('session', 'activate', 'the service accepts it', (world, session) =>
      activateSession(world, session),
    ),
    'session.fail': action(
      'session',
      'fail',
      'the service declines it, with an `error`',
      failSession,
      z.strictObject({ error: oneOf(initErrors).default('init_failed') }),
    ),
    'session.expire': action(
      'session',
      'expire',
      'it ends; `error` says who ended it',
      expireSession,
      z.strictObject({ error: oneOf(expiryErrors).default('service') }),
    ),
  },
}
