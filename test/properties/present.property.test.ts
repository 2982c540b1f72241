import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { createMock, type Mock } from '../../src/index.ts'
import { startTime } from '../support/api.ts'
import type { Command } from './calls.ts'
import { anyCommand, commandsOf, upheaval } from './commands.ts'
import { busy, calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, perform, setup, tokensOf } from './perform.ts'

/** What is also done to a clock: the system's is moved by so many milliseconds, back too, and the mock's stops or runs. */
type ClockDeed = { readonly tick: number } | { readonly freeze: true } | { readonly speed: number }

/** Nothing waits in real time for a clock that the test moves. */
const unawaited = (command: Command): Command => {
  if (!('headers' in command) || command.headers === undefined) return command
  const { 'ricloud-await': _, ...headers } = command.headers
  return { ...command, headers }
}

const quiet = fc.oneof({ weight: 14, arbitrary: anyCommand }, { weight: 1, arbitrary: upheaval })
const onwards: fc.Arbitrary<ClockDeed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ tick: fc.constantFrom(0, 1, 999, 5000, 3_600_000) }) },
  { weight: 1, arbitrary: fc.constant({ freeze: true } as const) },
  { weight: 1, arbitrary: fc.record({ speed: fc.constantFrom(0.001, 1, 60) }) },
)
const back: fc.Arbitrary<ClockDeed> = fc.record({ tick: fc.constantFrom(-1, -1000, -3_600_000) })
const deedsWith = (clockDeed: fc.Arbitrary<ClockDeed>) =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Command | ClockDeed>[]>(
      { weight: 3, arbitrary: quiet.map(unawaited) },
      { weight: 1, arbitrary: clockDeed },
    ),
    { maxLength: 25, size: 'max' },
  )

/** Does to a clock, or does any other command. */
async function act(mock: Mock, command: Command | ClockDeed): Promise<void> {
  if ('tick' in command) vi.setSystemTime(Date.now() + command.tick)
  else if ('freeze' in command) mock.clock.freeze()
  else if ('speed' in command) mock.clock.run(command)
  else await perform(mock, command)
}

/** Dates that tell of something to come. */
const future = ['date_expires', 'date_next']

/** Every date that tells of something that has been, with its place. */
function* datesIn(value: unknown, place = ''): Generator<[place: string, date: string]> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value)) {
    const isDate = name === 'at' || (name.startsWith('date_') && !future.includes(name))
    if (isDate && typeof one === 'string') yield [`${place}.${name}`, one]
    else yield* datesIn(one, `${place}.${name}`)
  }
}

/** Everything that the mock shows of the past; of the journal only the calls after a given one. */
const pastOf = (mock: Mock, journal: number) => ({
  state: mock.state(),
  history: mock.history(),
  deliveries: mock.webhooks.deliveries,
  journal: mock.requests.list().flatMap(({ id, at }) => (id > journal ? { at } : [])),
})

/** What is dated after the present, of which there is nothing. */
function ahead(mock: Mock, past: object) {
  const now = mock.clock.now()
  return Array.from(datesIn(past)).filter(([, date]) => date > now)
}

/** How many users the first key's organisation has, and how many of them are found by the present; nothing if it may not ask. */
async function found(mock: Mock) {
  const [key] = mock.db.key.getAll().sort((a, b) => a.id - b.id)
  const query = new URLSearchParams({ 'date_created[lte]': mock.clock.now() })
  const { status, text } = await call(mock, `GET /users?${query}`, tokensOf(mock)[0] as string)
  if (status !== 200) return undefined
  const all = mock.db.user.getAll().filter(({ organisation }) => organisation === key?.organisation)
  return { users: all.length, found: JSON.parse(text).total_count }
}

async function check(mock: Mock, all: readonly (Command | ClockDeed)[], pastOf: (journal: number) => object) {
  let journal = 0
  for (const command of all) {
    await act(mock, command)
    // The journal outlasts a return to a snapshot, which turns time back.
    if ('mock' in command) journal = mock.requests.list().at(-1)?.id ?? 0
    expect(ahead(mock, pastOf(journal))).toEqual([])
    const counts = await found(mock)
    if (counts) expect(counts.found).toBe(counts.users)
  }
}

describe('Nothing is dated after the present', () => {
  const frozen = (scenario: typeof calm | typeof busy) => async (all: readonly Command[]) => {
    const { mock } = setup(scenario)
    await check(mock, all, (journal) => pastOf(mock, journal))
  }

  holds('of a frozen clock', 5, [commandsOf(quiet)], frozen(calm))
  holds('of a frozen clock while a scenario acts', 5, [commandsOf(quiet)], frozen(busy))

  describe('of a running clock', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(startTime) }))
    afterEach(() => void vi.useRealTimers())

    function setupRunning(now: string = startTime) {
      vi.setSystemTime(new Date(now))
      return createMock({ clock: {}, log: () => {}, scenario: calm, showSecrets: true })
    }

    holds('which runs and is frozen by turns', 8, [deedsWith(onwards)], async (all) => {
      const mock = setupRunning()
      await check(mock, all, (journal) => pastOf(mock, journal))
    })

    // What ended before it was set back stays dated as it was.
    holds('when the system is set back, of what was made', 8, [deedsWith(fc.oneof(onwards, back))], async (all) => {
      // So late that it never comes before the records of the fixtures.
      const mock = setupRunning('2020-02-22T12:00:00Z')
      await check(mock, all, () => {
        const { objects: _, ...state } = mock.state()
        return Object.values(state).flatMap((records) => records.map(({ date_created }) => ({ date_created })))
      })
    })
  })
})
