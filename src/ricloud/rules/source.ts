import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { duration } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import type { Query } from '../../engine/store/query.ts'
import { formatInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { CreatableType, Source, User } from '../resources/index.ts'
import type { Device } from '../services/account.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import type { RuleModule } from './module.ts'
import { isUnpaired, sourceError } from './permissions.ts'

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
 * `unvalidated` and needs the scope of its type (documented); so does a Relay instance until it is paired (assumed).
 */
export function sourceFor(
  world: World,
  caller: Caller,
  { id: user, organisation }: User,
  { type, identifier }: Omit<NewSource, 'user'>,
): { source: Source; isNew: boolean } {
  const known =
    identifier === undefined
      ? unpairedInstance(world, organisation, user)
      : sourceOf(world, organisation, { user: [user], type: [type], identifier: [identifier] })
  if (!known || isUnpaired(known)) {
    const error = sourceError(world, known ?? { organisation, key: caller.key.id, user, type })
    if (error) throw error
  }
  if (known) return { source: known, isNew: false }
  const source = world.tables.source.insert({
    id: world.tables.source.nextId(),
    organisation,
    key: caller.key.id,
    user,
    type,
    identifier: identifier ?? world.random.uuid(),
    info: null,
    parent: null,
    validated: false,
    connected: true,
    locked_until: null,
    state: 'unvalidated',
    date_created: world.clock.stamp(),
  })
  return { source: world.emit('source.created', 'source', source), isNew: true }
}

const sourceOf = (world: World, organisation: number, where: Query['where'] = {}) =>
  world.tables.source.list({ owners: [organisation], where, limit: 1 }).data[0]

const uuid = z.uuid()

/**
 * The instance that an earlier session without an identifier left unpaired, for the next such session (assumed). Its
 * identifier is a UUID, as the API makes them.
 */
function unpairedInstance(world: World, organisation: number, user: number): Source | undefined {
  const where = { user: [user], type: ['rirelay.instance'], state: ['unvalidated', 'locked'] }
  const { data } = world.tables.source.list({ owners: [organisation], where, limit: Infinity })
  return data.find(({ identifier, validated }) => !validated && uuid.safeParse(identifier).success)
}

/** Deactivates or reactivates a source (documented). Throws 403 for a blocked or locked one (assumed). */
export function updateSource(world: World, source: Source, state: 'active' | 'deactivated' | undefined): Source {
  if (!state || state === source.state) return source
  if (source.state === 'blocked' || source.state === 'locked') {
    throw ricloudErrors.stateLocked('source', source.id, source.state).because(reasons.closed('source', source))
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

/**
 * Makes a device a child source of the Relay instance that was paired (documented: only the API creates them). One that
 * is a source of the user already stays that source, as its identifier is unique within the service (documented), and
 * moves to this instance (assumed). A device without an identifier is told by its serial number.
 */
export function pairDevice(world: World, parent: Source, { identifier, info, connected = true }: Device): void {
  const { organisation, key, user } = parent
  const type = 'rirelay.source'
  const known =
    identifier === undefined
      ? childWith(world, parent, info.apple_serial)
      : sourceOf(world, organisation, { user: [user], type: [type], identifier: [identifier] })
  if (known) {
    if (known.parent !== parent.id) world.tables.source.update(known, { parent: parent.id })
    return
  }
  const child = world.tables.source.insert({
    id: world.tables.source.nextId(),
    organisation,
    key,
    user,
    type,
    identifier: identifier ?? newDeviceId(world),
    info,
    parent: parent.id,
    validated: true,
    connected,
    locked_until: null,
    state: 'active',
    date_created: world.clock.stamp(),
  })
  world.emit('source.created', 'source', child)
}

/** The child of an instance that is a device with this serial number. */
function childWith(world: World, parent: Source, serial: string): Source | undefined {
  const children = { owners: [parent.organisation], where: { parent: [parent.id] }, limit: Infinity }
  return world.tables.source.list(children).data.find(({ info }) => info?.apple_serial === serial)
}

/** An identifier as devices have it: `00008030-001A2D8E0C31002E`. */
function newDeviceId({ random }: World): string {
  const half = () => random.integer().toString(16).toUpperCase().padStart(8, '0')
  return `00008030-${half()}${half()}`
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
