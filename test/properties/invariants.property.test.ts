import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { outcomes } from '../../src/engine/lifecycle.ts'
import { type Definition, pastOf } from '../../src/engine/resource.ts'
import type { Mock, Session, StateView } from '../../src/index.ts'
import { type ResourceName, resources } from '../../src/ricloud/resources/index.ts'
import { worlds } from '../support/worlds.ts'
import { anyCommand, commandsOf, upheaval } from './commands.ts'
import { busy, calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { perform, setup } from './perform.ts'

const quiet = fc.oneof({ weight: 12, arbitrary: anyCommand }, { weight: 1, arbitrary: upheaval })
const commands = commandsOf(quiet, 30)

/** A property of a world at any time: what is untrue, of which there is nothing. */
function isTrue(
  sentence: string,
  faults: (state: StateView, mock: Mock) => readonly unknown[],
  scenario: object = calm,
) {
  holds(sentence, 5, [commands], async (all) => {
    const { mock } = setup(scenario as typeof calm)
    for (const command of all) {
      await perform(mock, command)
      expect(faults(mock.state(), mock)).toEqual([])
    }
  })
}

/** The resources whose moves are events. */
const loud = (Object.entries(resources) as [ResourceName, Definition][]).flatMap(([name, { isSilent }]) =>
  isSilent ? [] : name,
)

const initErrors = ['init_failed', 'code-required', 'code-invalid', 'credentials-invalid', 'source-locked']
const expiryErrors = ['service', 'api', 'organisation', 'admin']

/** What the pages say of a session's error and its end, by its state. */
const ends: Readonly<Record<Session['state'], (session: Session) => boolean>> = {
  pending: ({ error, date_expired }) => error === null && date_expired === null,
  active: ({ error, date_expired }) => error === null && date_expired === null,
  failed: ({ error, date_expired }) => initErrors.includes(error ?? '') && date_expired === null,
  expired: ({ error, date_expired, date_created }) =>
    expiryErrors.includes(error ?? '') && date_expired !== null && date_expired >= date_created,
}

/** The keys that two items have. */
const twice = <T>(items: readonly T[], keyOf: (item: T) => unknown[]) => {
  const keys = items.map((item) => JSON.stringify(keyOf(item)))
  return keys.filter((key, i) => keys.indexOf(key) !== i)
}

describe('At any time', () => {
  isTrue("each session's error and end agree with its state", ({ session }) =>
    session.filter((one) => !ends[one.state](one)),
  )

  isTrue(
    'a poll is completed if and only if its tasks have ended, and then has a result or an error of each',
    (state) =>
      state.poll.filter(({ id, date_started, date_completed }) => {
        const tasks = state.task.filter((task) => task.poll === id)
        const hasEnded = tasks.every((task) => task.state === 'succeeded' || task.state === 'failed')
        const told = tasks.filter((task) => task.state === 'failed' || state.result.some((one) => one.task === task.id))
        const isDone = hasEnded && told.length === tasks.length
        return date_started !== null && (date_completed !== null) !== isDone
      }),
  )

  isTrue('each result that is not expired has its object, with its size and MD5', ({ result }, mock) =>
    result.filter(({ url, size, checksum, state }) => {
      if (state === 'expired') return false
      const object = mock.buckets.get(url)
      return object.size !== size || object.md5 !== checksum
    }),
  )

  isTrue('each task has ended if its state says so, and no sooner than it began', ({ task }) =>
    task.filter(({ state, date_started, date_completed }) => {
      const isOver = state === 'succeeded' || state === 'failed'
      return isOver ? !(date_completed && date_completed >= (date_started ?? '')) : date_completed !== null
    }),
  )

  isTrue('the task of a session ends with what became of it', ({ task, session }) =>
    task.filter(({ target, state, error }) => {
      const about = session.find(({ id }) => id === target)
      if (!about) return false
      if (state === 'processing') return about.state !== 'pending'
      return about.state === 'pending' || (state === 'failed' && error === null)
    }),
  )

  isTrue(
    'an organisation that is open is active if it has a valid storage config, and else unconfigured',
    ({ organisation, storage_config }) =>
      organisation.filter(({ id, state }) => {
        const isValid = storage_config.some((config) => config.organisation === id && config.state === 'valid')
        return state === (isValid ? 'unconfigured' : 'active')
      }),
  )

  isTrue(
    'defaults and keys name configs of their organisation that are there',
    ({ organisation, key, storage_config, webhook_config }) => {
      const isOwn = (configs: readonly { id: number; organisation: number }[], owner: number, id: number | null) =>
        id === null || configs.some((config) => config.id === id && config.organisation === owner)
      return [
        ...organisation.filter(
          ({ id, storage_config_default, webhook_config_default }) =>
            !isOwn(storage_config, id, storage_config_default) || !isOwn(webhook_config, id, webhook_config_default),
        ),
        ...key.filter(
          (one) =>
            !isOwn(storage_config, one.organisation, one.storage_config) ||
            !isOwn(webhook_config, one.organisation, one.webhook_config),
        ),
      ]
    },
  )

  isTrue('what belongs together is of one organisation', ({ user, source, session, key }) => [
    ...user.filter((one) => key.find(({ id }) => id === one.key)?.organisation !== one.organisation),
    ...source.filter((one) => user.find(({ id }) => id === one.user)?.organisation !== one.organisation),
    ...session.filter((one) => source.find(({ id }) => id === one.source)?.user !== one.user),
  ])

  isTrue('no two users of an organisation have one identifier, and no two sources of a user', ({ user, source }) => [
    ...twice(user, ({ organisation, identifier }) => [organisation, identifier]),
    ...twice(source, ({ user, type, identifier }) => [user, type, identifier]),
  ])

  isTrue('no two keys have had one token', ({ key }) =>
    twice(
      key.flatMap(({ token, tokens_in_grace }) => [token, ...tokens_in_grace]),
      (token) => [token],
    ),
  )

  isTrue('a source locked for a while is unlocked in time', ({ source }, mock) =>
    source.filter(({ state, locked_until }) =>
      state === 'locked'
        ? locked_until !== null && locked_until <= mock.clock.now()
        : locked_until !== null && state !== 'blocked',
    ),
  )

  isTrue('an event is delivered at the last of at most five attempts, the only one that came through', ({ event }) =>
    event.filter(({ state, attempts, retries, date_delivered }) => {
      const isDelivered = state === 'delivered'
      const fits = attempts.length <= 5 && retries === Math.max(0, attempts.length - 1)
      return (
        !fits ||
        (date_delivered !== null) !== isDelivered ||
        attempts.some(({ error }, i) => (error === null) !== (isDelivered && i === attempts.length - 1))
      )
    }),
  )

  isTrue('nothing that is due lies in the past', (_, mock) =>
    mock.clock.upcoming().filter(({ at }) => at <= mock.clock.now()),
  )

  isTrue(
    'no organisation, key or user has more sources than its limit',
    ({ source }) => {
      const accounts = source.filter(({ type }) => type === 'icloud.account')
      const over = (level: 'organisation' | 'key' | 'user', most: number) =>
        accounts.filter((one) => accounts.filter((another) => another[level] === one[level]).length > most)
      return [...over('user', 2), ...over('key', 3), ...over('organisation', 4)]
    },
    { ...calm, fixtures: [worlds['permission-limits']] },
  )
})

/** Walks through commands, and compares what there is before and after each but those that turn back time. */
function stepHolds(sentence: string, faults: (before: StateView, after: StateView, mock: Mock) => readonly unknown[]) {
  holds(sentence, 5, [commands], async (all) => {
    const { mock } = setup(calm)
    for (const command of all) {
      const before = mock.state()
      await perform(mock, command)
      if (!('mock' in command)) expect(faults(before, mock.state(), mock)).toEqual([])
    }
  })
}

describe('From one command to the next', () => {
  stepHolds('a session that ended stays as it is', ({ session: before }, { session: after }) =>
    before.filter((one) => {
      const isOver = one.state === 'failed' || one.state === 'expired'
      return isOver && !after.some((another) => JSON.stringify(another) === JSON.stringify(one))
    }),
  )

  stepHolds(
    'a source is validated only by a session that is active or was',
    ({ source: before }, { source, session }, mock) => {
      const activated = mock.history().filter(({ event }) => event === 'session.activated')
      const isReason = (id: number) =>
        activated.some((past) => session.find((one) => one.id === past.id)?.source === id)
      const wasValid = (id: number) => before.some((one) => one.id === id && one.validated)
      // The API itself pairs devices, by a session of their parent.
      return source.filter(({ id, validated, parent }) => validated && !wasValid(id) && !isReason(parent ?? id))
    },
  )

  stepHolds('nothing disappears but configs that were deleted', (before, after) =>
    (Object.keys(before) as (keyof StateView)[])
      .filter((name) => name !== 'storage_config' && name !== 'webhook_config' && name !== 'objects')
      .filter((name) => before[name].some(({ id }, i) => after[name][i]?.id !== id)),
  )

  holds('each change of a state in the history is one that the lifecycle has', 8, [commands], async (all) => {
    const { mock } = setup(calm)
    let states = statesOf(mock)
    for (const command of all) {
      const { length } = mock.history()
      await perform(mock, command)
      const past = 'mock' in command ? [] : mock.history().slice(length)
      const untrue = past.filter(({ event, resource, id, state }) => {
        const name = `${resource} ${id}`
        const before = states.get(name)
        states.set(name, state)
        return !isMove(resource, before, event.split('.')[1] ?? '', state)
      })
      expect(untrue).toEqual([])
      const after = states
      states = statesOf(mock)
      if (!('mock' in command))
        expect(new Map([...states].filter(([name, now]) => after.get(name) !== now))).toEqual(new Map())
    }
  })

  holds(
    'no service accepts a session whose source, user, key or organisation is closed',
    8,
    [commands],
    async (all) => {
      const { mock } = setup(calm)
      let states = statesOf(mock)
      for (const command of all) {
        const { length } = mock.history()
        await perform(mock, command)
        const past = 'mock' in command ? [] : mock.history().slice(length)
        const closed = past.flatMap(({ event, resource, id, state }) => {
          states.set(`${resource} ${id}`, state)
          const isForced = 'act' in command && command.act === 'session.activate'
          const session = event === 'session.activated' && !isForced && mock.db.session.findFirst(byId(String(id)))
          if (!session) return []
          const holders = (['organisation', 'key', 'user', 'source'] as const).map((noun) => `${noun} ${session[noun]}`)
          return holders.filter((one) => /deactivated|blocked|expired|locked/.test(states.get(one) ?? 'blocked'))
        })
        expect(closed).toEqual([])
        states = statesOf(mock)
      }
    },
  )
})

const byId = (id: string) => ({ where: { id: { equals: id } } })

/** The state of each record by resource and ID. */
function statesOf(mock: Mock): Map<string, string> {
  const state = mock.state()
  return new Map(
    loud.flatMap((noun) => {
      const { silentWithout = 'id' }: Definition = resources[noun]
      type Moving = { readonly id: string | number; readonly state: string }
      return (state[noun] as readonly Moving[])
        .filter((record) => record[silentWithout as keyof Moving] !== null)
        .map(({ id, state: now }) => [`${noun} ${id}`, now] as const)
    }),
  )
}

const verbs = new Map(
  loud.flatMap((name) =>
    Object.values(resources[name].lifecycle as Definition['lifecycle']).flatMap((all) =>
      Object.keys(all).map((verb) => [pastOf(verb), verb] as const),
    ),
  ),
)

/** Whether the events of a record can have moved it from one state to another. */
function isMove(resource: string, before: string | undefined, word: string, after: string): boolean {
  const verb = verbs.get(word)
  if (before === undefined) return word === 'created'
  if (verb === undefined) return before === after
  return outcomes(resources[resource as ResourceName], before, verb).includes(after)
}

describe('Any call', () => {
  holds('is answered without a failure of the mock, whatever was done before', 20, [commands], async (all) => {
    const { mock, bugs } = setup(busy)
    for (const command of all) {
      const result = await perform(mock, command)
      if ('call' in command) expect(result).not.toMatchObject({ status: 500 })
    }
    expect(bugs).toEqual([])
  })
})
