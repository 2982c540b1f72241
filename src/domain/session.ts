import { formatInstant } from '../clock.ts'
import type { ExpiryError, InitError, Session } from '../db/records.ts'
import { refusal } from '../errors.ts'
import type { DueWork } from '../queue.ts'
import { decide } from '../services/services.ts'
import { type Caller, named } from './access.ts'
import type { DueAction } from './due.ts'
import { move } from './lifecycle.ts'
import { requireConfigured } from './organisation.ts'
import { type NewSource, sourceFor, validateSource } from './source.ts'
import type { World } from './world.ts'

export interface NewSession {
  readonly source: NewSource
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * Starts a session on a source, which is made if need be. It is `pending` (documented) until the service behind the
 * source has decided, which is the work given back.
 */
export function startSession(
  world: World,
  caller: Caller,
  wanted: NewSession,
): { session: Session; work: DueWork<DueAction> } {
  const user = named(world, caller.organisation.id, 'user', wanted.source.user, 'source.user')
  requireConfigured(world, user.organisation)
  if (user.state !== 'active') throw refusal.userClosed(user.id, user.state)
  const { source } = sourceFor(world, caller, user, wanted.source)
  if (source.state === 'deactivated' || source.state === 'blocked') {
    throw refusal.sourceClosed(source.id, source.state)
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
  })
  world.tell('session.created', 'session', session)
  const decision = decide(source)
  const at = world.clock.now() + world.settings.session_init
  const work =
    decision.outcome === 'success'
      ? world.plan(at, 'session.activate', session.id)
      : world.plan(at, 'session.fail', session.id, { error: decision.error })
  return { session, work }
}

/** The service accepted: the session is active, and so is its source (documented). */
export function activateSession(world: World, session: Session): Session {
  const source = world.tables.source.get(session.source)
  if (source) validateSource(world, source)
  const active = move(world, 'session', session, 'activate')
  planLifetime(world, active, world.clock.now())
  return active
}

/** The service ends an active session after its lifetime, where one is set (documented: for example 24 hours). */
export function planLifetime(world: World, session: Session, since: number): void {
  const { session_lifetime } = world.settings
  if (session_lifetime !== null)
    world.plan(since + session_lifetime, 'session.expire', session.id, { error: 'service' })
}

/** The service refused (documented); `date_expired` stays null (assumed). */
export function failSession(world: World, session: Session, { error }: { error: InitError }): Session {
  return move(world, 'session', session, 'fail', { error })
}

/** Ends a session, and says who did (documented). */
export function expireSession(world: World, session: Session, { error }: { error: ExpiryError }): Session {
  return move(world, 'session', session, 'expire', { error, date_expired: formatInstant(world.clock.now()) })
}

/** Its organisation ends a session; one that has ended already stays as it is (assumed), the record in any case (documented). */
export function endSession(world: World, session: Session): Session {
  if (session.state === 'failed' || session.state === 'expired') return session
  return expireSession(world, session, { error: 'organisation' })
}
