import { invalidParameter } from '../../engine/errors.ts'
import { move } from '../../engine/lifecycle.ts'
import { shown } from '../../engine/messages.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { Key, User } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named, requireSuper } from './access.ts'
import type { RuleModule } from './module.ts'

export interface NewUser {
  readonly identifier: string
  readonly key?: number | undefined
  readonly organisation?: number | undefined
}

export interface UserChanges {
  readonly key?: number | undefined
  readonly identifier?: string | undefined
  readonly state?: 'active' | 'deactivated' | undefined
}

/**
 * Creates a user, or returns the one of the organisation with this identifier, unchanged (observed: the official client
 * makes no other call to get or create a user).
 */
export function createUser(world: World, caller: Caller, wanted: NewUser): { user: User; isNew: boolean } {
  const organisation = owner(world, caller, wanted.organisation)
  const known = byIdentifier(world, organisation, wanted.identifier)
  const key = keyFor(world, caller, organisation, wanted.key)
  if (known) return { user: known, isNew: false }
  const user = world.tables.user.insert({
    id: world.tables.user.nextId(),
    organisation,
    key: key.id,
    identifier: wanted.identifier,
    state: 'active',
    date_created: world.clock.stamp(),
  })
  return { user: world.emit('user.created', 'user', user), isNew: true }
}

/** Changes the given attributes (documented). Throws 403 for a new state of a blocked user (assumed). */
export function updateUser(world: World, caller: Caller, user: User, changes: UserChanges): User {
  const { key, identifier, state } = changes
  if (key !== undefined) keyFor(world, caller, user.organisation, key)
  const holder = identifier === undefined ? undefined : byIdentifier(world, user.organisation, identifier)
  if (holder && holder.id !== user.id) {
    throw invalidParameter({ identifier: [`is taken by user ${holder.id}: ${shown(identifier)}`] })
  }
  if (state && user.state === 'blocked') {
    const reason = reasons.closed('user', user, 'user.blocked')
    throw ricloudErrors.stateLocked('user', user.id, user.state).because(reason)
  }

  const updated = world.tables.user.update(user, {
    ...(key !== undefined && { key }),
    ...(identifier !== undefined && { identifier }),
  })
  if (!state || state === user.state) return updated
  return move(world, 'user', updated, state === 'active' ? 'reactivate' : 'deactivate')
}

/** The organisation of a new user: the caller's, or the one in the parameter of a super organisation (documented). */
function owner(world: World, caller: Caller, organisation: number | undefined): number {
  if (organisation === undefined) return caller.organisation.id
  requireSuper(caller, 'organisation')
  if (!world.tables.organisation.get(organisation)) {
    throw invalidParameter({ organisation: [`names no organisation: ${shown(organisation)}`] })
  }
  return organisation
}

/**
 * The key of a user: that of the parameter, otherwise the caller's (documented), or the organisation's first active one
 * (assumed). Throws 400 for a key that is not active (assumed).
 */
function keyFor(world: World, caller: Caller, organisation: number, id: number | undefined): Key {
  if (id !== undefined) {
    const key = named(world, organisation, 'key', id, 'key')
    if (key.state === 'active') return key
    throw invalidParameter({ key: [`names a key that is ${key.state}: ${shown(id)}`] })
  }
  if (caller.key.organisation === organisation) return caller.key
  const keys = { owners: [organisation], where: { state: ['active'] }, limit: Infinity }
  const first = world.tables.key.list(keys).data.at(-1)
  if (!first) throw invalidParameter({ key: [`is required: organisation ${organisation} has no active key`] })
  return first
}

function byIdentifier(world: World, organisation: number, identifier: string): User | undefined {
  const { user } = world.tables
  if (!user.has(organisation, 'identifier', identifier)) return undefined
  return user.list({ owners: [organisation], where: { identifier: [identifier] }, limit: 1 }).data[0]
}

const { moveBy } = actionsFor<Ricloud>()

export const userRules: RuleModule = {
  actions: {
    'user.deactivate': moveBy('user', 'deactivate', 'its organisation deactivates it'),
    'user.block': moveBy('user', 'block', 'an administrator blocks it'),
    'user.reactivate': moveBy('user', 'reactivate', 'it is `active` again'),
  },
}
