import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { createMock, type Mock } from '../../src/index.ts'
import { morning } from '../support/api.ts'
import { anyDeed, type Deed, deedsOf, upheaval } from './commands.ts'
import { busy, calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, perform, setup, tokensOf } from './perform.ts'

/** What is also done to a clock: the system's is moved by so many milliseconds, back too, and the mock's stops or runs. */
type ClockDeed = { readonly tick: number } | { readonly freeze: true } | { readonly speed: number }

/** Nothing waits in real time for a clock that the test moves. */
const unawaited = (deed: Deed): Deed => {
  if (!('headers' in deed) || deed.headers === undefined) return deed
  const { 'ricloud-await': _, ...headers } = deed.headers
  return { ...deed, headers }
}

const quiet = fc.oneof({ weight: 14, arbitrary: anyDeed }, { weight: 1, arbitrary: upheaval })
const onwards: fc.Arbitrary<ClockDeed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ tick: fc.constantFrom(0, 1, 999, 5000, 3_600_000) }) },
  { weight: 1, arbitrary: fc.constant({ freeze: true } as const) },
  { weight: 1, arbitrary: fc.record({ speed: fc.constantFrom(0.001, 1, 60) }) },
)
const back: fc.Arbitrary<ClockDeed> = fc.record({ tick: fc.constantFrom(-1, -1000, -3_600_000) })
const deedsWith = (clockDeed: fc.Arbitrary<ClockDeed>) =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Deed | ClockDeed>[]>(
      { weight: 3, arbitrary: quiet.map(unawaited) },
      { weight: 1, arbitrary: clockDeed },
    ),
    { maxLength: 25, size: 'max' },
  )

/** Does to a clock, or does any other deed. */
async function act(mock: Mock, deed: Deed | ClockDeed): Promise<void> {
  if ('tick' in deed) vi.setSystemTime(Date.now() + deed.tick)
  else if ('freeze' in deed) mock.clock.freeze()
  else if ('speed' in deed) mock.clock.run(deed)
  else await perform(mock, deed)
}

/** Every date that tells of something that has been, with its place. */
function* datesIn(value: unknown, place = ''): Generator<[place: string, date: string]> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value)) {
    const isDate = name === 'at' || (name.startsWith('date_') && name !== 'date_expires')
    if (isDate && typeof one === 'string') yield [`${place}.${name}`, one]
    else yield* datesIn(one, `${place}.${name}`)
  }
}

/** All that is told of the past; of the journal what came after a call. */
const told = (mock: Mock, journal: number) => ({
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

async function check(mock: Mock, all: readonly (Deed | ClockDeed)[], pastOf: (journal: number) => object) {
  let journal = 0
  for (const deed of all) {
    await act(mock, deed)
    // The journal outlasts a return to a snapshot, which turns time back.
    if ('mock' in deed) journal = mock.requests.list().at(-1)?.id ?? 0
    expect(ahead(mock, pastOf(journal))).toEqual([])
    const counts = await found(mock)
    if (counts) expect(counts.found).toBe(counts.users)
  }
}

describe('Nothing is dated after the present', () => {
  const frozen = (scenario: typeof calm | typeof busy) => async (all: readonly Deed[]) => {
    const { mock } = setup(scenario)
    await check(mock, all, (journal) => told(mock, journal))
  }

  holds('of a frozen clock', 5, [deedsOf(quiet)], frozen(calm))
  holds('of a frozen clock while a scenario acts', 5, [deedsOf(quiet)], frozen(busy))

  describe('of a running clock', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(morning) }))
    afterEach(() => void vi.useRealTimers())

    function setupRunning(now: string = morning) {
      vi.setSystemTime(new Date(now))
      return createMock({ clock: {}, log: () => {}, scenario: calm, showSecrets: true })
    }

    holds('which runs and is frozen by turns', 8, [deedsWith(onwards)], async (all) => {
      const mock = setupRunning()
      await check(mock, all, (journal) => told(mock, journal))
    })

    // What ended before it was set back stays dated as it was.
    holds('when the system is set back, of what was made', 8, [deedsWith(fc.oneof(onwards, back))], async (all) => {
      // So late that it never comes before the records of the fixtures.
      const mock = setupRunning('2020-02-22T12:00:00Z')
      await check(mock, all, () =>
        Object.values(mock.state()).flatMap((records) => records.map(({ date_created }) => ({ date_created }))),
      )
    })
  })
})
