import * as z from 'zod'
import { duration } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import { formatInstant } from '../../engine/time/clock.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import type { CreatableType, Source, User } from '../resources/index.ts'
import type { Device } from '../services/accounts.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import { dueWork } from './due.ts'
import type { RuleModule } from './module.ts'
import { requireSourceScope } from './permissions.ts'

export interface NewSource {
  readonly user: number
  readonly type: CreatableType
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
  const [known] = world.tables.source.list({ owners: [organisation], where, limit: 1 }).data
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
    locked_until: null,
    state: 'unvalidated',
    date_created: world.clock.stamp(),
  })
  return { source: world.emit('source.created', 'source', source), isNew: true }
}

/** Deactivates a source or takes that back (documented); a blocked or locked one is not its organisation's to change (assumed). */
export function updateSource(world: World, source: Source, state: 'active' | 'deactivated' | undefined): Source {
  if (!state || state === source.state) return source
  if (source.state === 'blocked' || source.state === 'locked') {
    throw ricloudErrors.stateLocked('source', source.id, source.state)
  }
  if (state === 'deactivated') return move(world, 'source', source, 'deactivate')
  // Only a session validates a source, so `active` leaves an unvalidated one as it is.
  return source.state === 'deactivated' ? reactivateSource(world, source) : source
}

const restingState = (source: Source) => (source.validated ? 'active' : 'unvalidated')

export function reactivateSource(world: World, source: Source): Source {
  return move(world, 'source', source, 'reactivate', {}, restingState(source))
}

/** The external service restricts a source (documented), until an instant or for good. */
export function lockSource(world: World, source: Source, { until }: { until: number | null }): Source {
  if (until === null) return move(world, 'source', source, 'lock', { locked_until: null })
  const locked_until = formatInstant(until)
  world.schedule(until, 'source.unlock', source.id, { locked_until })
  return move(world, 'source', source, 'lock', { locked_until })
}

/** The restriction ends; the source is what it was (assumed). */
export function unlockSource(world: World, source: Source): Source {
  return move(world, 'source', source, 'unlock', { locked_until: null }, restingState(source))
}

/** A device of a Relay instance appears as its child, once (documented: the API alone makes child sources). */
export function pairDevice(world: World, parent: Source, { identifier, info }: Device): void {
  const { organisation, key, user } = parent
  const where = { parent: [parent.id], identifier: [identifier] }
  if (world.tables.source.count({ owners: [organisation], where }) > 0) return
  const child = world.tables.source.insert({
    id: world.tables.source.nextId(),
    organisation,
    key,
    user,
    type: 'rirelay.source',
    identifier,
    info,
    parent: parent.id,
    validated: true,
    locked_until: null,
    state: 'active',
    date_created: world.clock.stamp(),
  })
  world.emit('source.created', 'source', child)
}

/** The external service accepted a session: an unvalidated source becomes active (documented). */
export function validateSource(world: World, source: Source): Source {
  if (source.state === 'unvalidated') return move(world, 'source', source, 'validate', { validated: true })
  return source.validated ? source : world.tables.source.update(source, { validated: true })
}

const { action, moveBy } = actionsFor<Ricloud>()

export const sourceRules: RuleModule = {
  dueWork: {
    'source.unlock': dueWork(
      'source',
      (source, { with: { locked_until } }) => source.state === 'locked' && source.locked_until === locked_until,
      unlockSource,
    ),
  },
  actions: {
    'source.lock': action(
      'source',
      'lock',
      'the service restricts it, `for` a while or for good',
      (world, source, { for: length }) =>
        lockSource(world, source, { until: length === undefined ? null : world.clock.now() + length }),
      z.strictObject({
        for: duration
          .optional()
          .meta({ labels: { '': 'for good', '10m': 'for 10m', '1h': 'for 1h', '24h': 'for 24h' } }),
      }),
    ),
    'source.unlock': action('source', 'unlock', 'the service lifts the restriction', unlockSource),
    'source.deactivate': moveBy('source', 'deactivate', 'its organisation shuts it'),
    'source.block': moveBy('source', 'block', 'an administrator shuts it'),
    'source.reactivate': action('source', 'reactivate', 'it opens again', reactivateSource),
  },
}
