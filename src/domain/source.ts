import type { Source, SourceType, User } from '../db/records.ts'
import { refusal } from '../errors.ts'
import { type Caller, named } from './access.ts'
import { move } from './lifecycle.ts'
import { requireSourceScope } from './permissions.ts'
import type { World } from './world.ts'

export interface NewSource {
  readonly user: number
  readonly type: Exclude<SourceType, 'rirelay.source'>
  /** Given by the API where it is left out, as for a Relay instance. */
  readonly identifier?: string | undefined
}

/** Gets or makes a source for a user of the caller's (observed). */
export function createSource(world: World, caller: Caller, wanted: NewSource): { source: Source; isNew: boolean } {
  return sourceFor(world, caller, named(world, caller.organisation.id, 'user', wanted.user, 'user'), wanted)
}

/**
 * The source of this user, type and identifier (assumed: the three together); a new one is `unvalidated` and needs the
 * scope of its type (documented).
 */
export function sourceFor(
  world: World,
  caller: Caller,
  { id: user, organisation }: User,
  { type, identifier = world.random.uuid() }: Omit<NewSource, 'user'>,
): { source: Source; isNew: boolean } {
  const where = { user: [user], type: [type], identifier: [identifier] }
  const [known] = world.tables.source.list({ organisations: [organisation], where, limit: 1 }).data
  if (known) return { source: known, isNew: false }
  requireSourceScope(world, caller, organisation, user, type)
  const source = world.tables.source.insert({
    id: world.tables.source.nextId(),
    organisation,
    key: caller.key.id,
    user,
    type,
    identifier,
    info: null,
    parent: null,
    validated: false,
    state: 'unvalidated',
    date_created: world.clock.stamp(),
  })
  world.tell('source.created', 'source', source)
  return { source, isNew: true }
}

/** Deactivates a source or takes that back (documented); a blocked or locked one is not its organisation's to change (assumed). */
export function updateSource(world: World, source: Source, state: 'active' | 'deactivated' | undefined): Source {
  if (!state || state === source.state) return source
  if (source.state === 'blocked' || source.state === 'locked') {
    throw refusal.stateLocked('source', source.id, source.state)
  }
  if (state === 'deactivated') return move(world, 'source', source, 'deactivate')
  // Only a session validates a source, so `active` leaves an unvalidated one as it is.
  return source.state === 'deactivated' ? reactivateSource(world, source) : source
}

const restingState = (source: Source) => (source.validated ? 'active' : 'unvalidated')

export function reactivateSource(world: World, source: Source): Source {
  return move(world, 'source', source, 'reactivate', {}, restingState(source))
}

/** The external service accepted a session: an unvalidated source becomes active (documented). */
export function validateSource(world: World, source: Source): Source {
  if (source.state === 'unvalidated') return move(world, 'source', source, 'validate', { validated: true })
  return source.validated ? source : world.tables.source.update(source, { validated: true })
}
