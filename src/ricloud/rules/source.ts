import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { duration } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import { formatInstant } from '../../engine/time/clock.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import type { CreatableType, Source, User } from '../resources/index.ts'
import type { Device } from '../services/accounts.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import type { RuleModule } from './module.ts'
import { requireSourceScope } from './permissions.ts'

export interface NewSource {
  readonly user: number
  readonly type: CreatableType
  /** Without it, the API makes one; only for a Relay instance. */
  readonly identifier?: string | undefined
}

/** Gets or creates a source of a user of the caller's organisation (observed). */
export function createSource(world: World, caller: Caller, wanted: NewSource): { source: Source; isNew: boolean } {
  return sourceFor(world, caller, named(world, caller.organisation.id, 'user', wanted.user, 'user'), wanted)
}

/**
 * Gets or creates the source with this user, type and identifier (assumed: they identify a source). A new one is
 * `unvalidated` and needs the scope of its type (documented).
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

/** Deactivates or reactivates a source (documented). Throws 403 for a blocked or locked one (assumed). */
export function updateSource(world: World, source: Source, state: 'active' | 'deactivated' | undefined): Source {
  if (!state || state === source.state) return source
  if (source.state === 'blocked' || source.state === 'locked') {
    throw ricloudErrors.stateLocked('source', source.id, source.state)
  }
  if (state === 'deactivated') return move(world, 'source', source, 'deactivate')
  // Only a session validates a source: `active` does not change an unvalidated one.
  return source.state === 'deactivated' ? reactivateSource(world, source) : source
}

const unrestrictedState = (source: Source) => (source.validated ? 'active' : 'unvalidated')

/** Reactivates a source: it is `active` if a session ever succeeded, otherwise `unvalidated` (assumed). */
export function reactivateSource(world: World, source: Source): Source {
  return move(world, 'source', source, 'reactivate', {}, unrestrictedState(source))
}

/** Locks a source as its service does (documented), until an instant, or for good if that is null. */
export function lockSource(world: World, source: Source, { until }: { until: number | null }): Source {
  if (until === null) return move(world, 'source', source, 'lock', { locked_until: null })
  const locked_until = formatInstant(until)
  world.schedule(until, 'source.unlock', source.id, { locked_until })
  return move(world, 'source', source, 'lock', { locked_until })
}

/** Unlocks a source: it is `active` if a session ever succeeded, otherwise `unvalidated` (assumed). */
export function unlockSource(world: World, source: Source): Source {
  return move(world, 'source', source, 'unlock', { locked_until: null }, unrestrictedState(source))
}

/** Creates a child source for a device of a Relay instance, unless it has one (documented: only the API creates them). */
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

/** Makes an unvalidated source `active` when its first session succeeds (documented). */
export function validateSource(world: World, source: Source): Source {
  if (source.state === 'unvalidated') return move(world, 'source', source, 'validate', { validated: true })
  return source.validated ? source : world.tables.source.update(source, { validated: true })
}

const { action, moveBy } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

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
      'the service locks it, `for` a duration or for good',
      (world, source, { for: length }) =>
        lockSource(world, source, { until: length === undefined ? null : world.clock.now() + length }),
      z.strictObject({
        for: duration
          .optional()
          .meta({ labels: { '': 'for good', '10m': 'for 10m', '1h': 'for 1h', '24h': 'for 24h' } }),
      }),
    ),
    'source.unlock': action('source', 'unlock', 'the service unlocks it', unlockSource),
    'source.deactivate': moveBy('source', 'deactivate', 'its organisation deactivates it'),
    'source.block': moveBy('source', 'block', 'an administrator blocks it'),
    'source.reactivate': action('source', 'reactivate', 'it is `active` or `unvalidated` again', reactivateSource),
  },
}
