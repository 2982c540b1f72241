import { UsageError } from '../engine/errors.ts'
import { loadFake } from '../engine/fake.ts'
import { turns } from '../engine/time/clock.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { Counts } from './counts.ts'
import type { Key, Session, Source, User } from './resources/index.ts'
import { planEnd } from './rules/session.ts'
import type { World } from './types.ts'

const day = 86_400e6

/** The percentage of generated sessions in each state; none is pending, since no service would decide on it. */
const stateShares: readonly (readonly [Session['state'], number])[] = [
  ['active', 40],
  ['expired', 45],
  ['failed', 15],
]

/** Adds the records that others need. Throws an Error if the counts exclude them, such as sessions without sources. */
function completeCounts(counts: Counts): { readonly [Name in keyof Required<Counts>]: number } {
  const sessions = counts.sessions ?? 0
  const users = counts.users ?? (counts.sources || sessions ? 1 : 0)
  const sources = counts.sources ?? (sessions ? users : 0)
  if ((sources > 0 && users < 1) || (sessions > 0 && sources < 1)) {
    throw new UsageError(
      'Failed to generate records: sources need at least one user, and sessions at least one source.',
    )
  }
  return { users, sources, sessions }
}

/** How many records these counts are, with those that they need. */
export const totalOf = (counts: Counts): number => Object.values(completeCounts(counts)).reduce((sum, one) => sum + one)

/**
 * Adds plausible records to the organisation of the first key, created in the 60 days before now; they follow from the
 * seed. Stops and resolves to false once `isStillWanted` returns false.
 */
export async function generate(world: World, counts: Counts, isStillWanted: () => boolean): Promise<boolean> {
  const { users, sources, sessions } = completeCounts(counts)
  const [key] = world.tables.key.all()
  if (!key) throw new UsageError('Failed to generate records: the world has no key.')
  const { random } = world
  const fake = await loadFake(random)
  if (!isStillWanted()) return false
  const now = world.clock.now()
  const spread = (from: number, to: number, index: number, count: number) =>
    Math.round(now - from * day + ((from - to) * day * (index + 1)) / (count + 1))

  const pause = turns()
  /** Makes records, and yields to the event loop while that takes long; resolves to undefined once they are not wanted. */
  const make = async <T>(count: number, one: (index: number) => T): Promise<T[] | undefined> => {
    const made: T[] = []
    for (let i = 0; i < count; i++) {
      made.push(one(i))
      const turn = pause()
      if (!turn) continue
      await turn
      if (!isStillWanted()) return undefined
    }
    return made
  }

  const madeUsers = await make(users, (i) => newUser(world, key, fake.email(), spread(60, 50, i, users)))
  if (!madeUsers) return false
  const madeSources = await make(sources, (i) =>
    newSource(world, madeUsers[i % users] as User, spread(50, 40, i, sources), fake.email()),
  )
  if (!madeSources) return false
  const madeSessions = await make(sessions, (i) => {
    const source = madeSources[random.below(sources)] as Source
    newSession(world, source, spread(40, 0, i, sessions), now)
  })
  return madeSessions !== undefined
}

function newUser(world: World, key: Key, identifier: string, at: number): User {
  return world.tables.user.insert({
    id: world.tables.user.nextId(),
    organisation: key.organisation,
    key: key.id,
    identifier,
    state: 'active',
    date_created: formatInstant(at),
  })
}

function newSource(world: World, user: User, at: number, identifier: string): Source {
  return world.tables.source.insert({
    id: world.tables.source.nextId(),
    organisation: user.organisation,
    key: user.key,
    user: user.id,
    type: 'icloud.account',
    identifier,
    info: null,
    parent: null,
    validated: true,
    connected: true,
    locked_until: null,
    state: 'active',
    date_created: formatInstant(at),
  })
}

function newSession(world: World, source: Source, at: number, now: number): void {
  let share = world.random.below(100)
  const [state] = stateShares.find(([, size]) => (share -= size) < 0) ?? ['active']
  const lasted = 3600e6 + world.random.below(23 * 3600) * 1e6
  const session = world.tables.session.insert({
    id: world.random.uuid(),
    organisation: source.organisation,
    key: source.key,
    user: source.user,
    source: source.id,
    state,
    error: state === 'failed' ? 'init_failed' : state === 'expired' ? 'service' : null,
    date_created: formatInstant(at),
    date_expired: state === 'expired' ? formatInstant(Math.min(at + lasted, now)) : null,
    date_used: null,
  })
  if (state === 'active') planEnd(world, session, at)
}
