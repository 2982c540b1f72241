import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ScenarioInput } from '../../../src/index.ts'
import { newSession, setupApi, startTime } from '../../support/api.ts'

const patience = 180_000

/** Counts the turns of the event loop: work that holds it up leaves at most a few. */
let turns = 0
let timer: NodeJS.Immediate | undefined
beforeEach(() => {
  turns = 0
  const count = () => {
    turns++
    timer = setImmediate(count)
  }
  count()
})
afterEach(() => clearImmediate(timer))

/** How many turns others have while something is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const before = turns
  await work()
  return turns - before
}

const steps = [{ at: '1s', every: '1s', do: 'fault.disarm' }] as const
const busy: ScenarioInput = { scenario: 'busy', steps }

/** So much due work, in a world of its own, takes long on any machine. */
const longMove = '1d'
const setupBusy = () => setupApi({ scenario: busy })

describe('Work that takes long lets others have their turns', () => {
  it.each<[string, (api: ReturnType<typeof setupApi>) => Promise<unknown>]>([
    ['a move of the clock', ({ mock }) => mock.clock.advance(longMove)],
    ['a move of the clock over HTTP', ({ post }) => post('/_mock/clock', { advance: longMove })],
    [
      'a call whose delay moves a frozen clock',
      async ({ mock, get }) => {
        mock.faults.arm({ on: 'GET /key', delay: longMove })
        await get('/key')
      },
    ],
    [
      'a call that awaits a frozen clock',
      async ({ mock, post }) => {
        const often = [{ at: '0.1ms', every: '0.1ms', do: 'fault.disarm' }] as const
        await mock.scenario.load({ scenario: 'often', steps: often, settings: { session_init: '10s' } })
        await post('/sessions', newSession(), { 'ricloud-await': '10' })
      },
    ],
    [
      'a call that comes late',
      async ({ mock, get }) => {
        mock.clock.run({ speed: 250_000 })
        await new Promise((later) => setTimeout(later, 200))
        await get('/key')
        // Its timers would go on in other tests.
        mock.end()
      },
    ],
    ['generating records', ({ mock }) => mock.worlds.create({ generate: { sessions: 20_000 } })],
    [
      'generating records of another scenario',
      ({ call }) => call('PUT', '/_mock/scenario', { scenario: 'x', generate: { sessions: 20_000 } }),
    ],
  ])(
    '%s',
    async (_, work) => {
      const api = setupBusy()
      await import('../../../src/engine/faker-names.ts')
      expect(await turnsDuring(() => work(api))).toBeGreaterThan(3)
    },
    patience,
  )

  it('a short move lets nobody have a turn, since it needs none', async () => {
    const { mock } = setupBusy()
    expect(await turnsDuring(() => mock.clock.advance('10s'))).toBeLessThanOrEqual(1)
  })
})

describe('While the clock moves far', () => {
  it(
    'health and other worlds are answered',
    async () => {
      const { mock, get } = setupBusy()
      const world = await mock.worlds.create({ scenario: 'default' })
      let isOver = false
      const move = mock.clock.advance(longMove).finally(() => (isOver = true))
      await new Promise(setImmediate)
      const statuses = [
        (await get('/_mock/health')).status,
        (await get('/users/1', { authorization: `Token ${world.token}` })).status,
        (await get('/users/1')).status,
      ]
      expect([statuses, isOver]).toEqual([[200, 200, 200], false])
      await move
    },
    patience,
  )

  it(
    'calls see the instant that it has reached, and all that was due before has happened',
    async () => {
      const { mock, get } = setupBusy()
      const began = Date.parse(startTime)
      let isOver = false
      const move = mock.clock.advance(longMove).finally(() => (isOver = true))
      const seen: [seconds: number, fired: number][] = []
      while (!isOver) {
        await new Promise(setImmediate)
        const { now } = (await get('/_mock/clock')).body
        seen.push([Math.floor((Date.parse(now) - began) / 1000), mock.scenario.report().steps[0]?.fired ?? 0])
      }
      await move
      expect(seen.length).toBeGreaterThan(3)
      expect(seen.map(([seconds]) => seconds)).toEqual(seen.map(([, fired]) => fired))
      expect(seen.map(([seconds]) => seconds)).toEqual(seen.map(([seconds]) => seconds).toSorted((a, b) => a - b))
      expect(mock.scenario.report().steps[0]?.fired).toBe(86_400)
    },
    patience,
  )

  it(
    'what is made then is dated then, and the move goes on after it',
    async () => {
      const { mock, post } = setupBusy()
      const move = mock.clock.advance(longMove)
      await new Promise(setImmediate)
      const { body } = await post('/users', { identifier: 'a' })
      const now = mock.clock.now()
      await move
      expect([body.date_created > startTime, body.date_created <= now, mock.clock.now()]).toEqual([
        true,
        true,
        '2020-02-21T12:00:00.000000Z',
      ])
    },
    patience,
  )

  it.each<[string, (api: ReturnType<typeof setupApi>) => unknown]>([
    ['a reset', ({ mock }) => mock.reset()],
    ['a snapshot that is restored', ({ mock }) => mock.snapshots.restore('before')],
    ['another scenario', ({ mock }) => mock.scenario.load('default')],
  ])(
    '%s ends the move',
    async (_, end) => {
      const api = setupBusy()
      api.mock.snapshots.save('before')
      const move = api.mock.clock.advance('3000d')
      await Promise.all([expect(move).rejects.toThrow(), new Promise(setImmediate).then(() => end(api))])
      expect(api.mock.clock.now()).toBe(startTime)
    },
    patience,
  )

  it(
    'it happens as it would at once',
    async () => {
      const [one, other] = [setupBusy(), setupBusy()]
      for (const { mock } of [one, other]) {
        mock.db.key.create({ id: 9, date_expires: '2020-02-21T00:00:00.500000Z' })
      }
      const events = await one.mock.clock.advance('1d')
      const parts = []
      for (let hour = 0; hour < 24; hour++) parts.push(...(await other.mock.clock.advance('1h')))
      expect(events).toEqual(parts)
      expect(one.mock.pack()).toBe(other.mock.pack())
    },
    patience,
  )
})

describe('A clock that is faster than its due work can run', () => {
  it(
    'still answers calls, one after another',
    async () => {
      const { mock, get } = setupApi({ scenario: busy, clock: { start: startTime, speed: 1e6 } })
      const times: string[] = []
      for (let i = 0; i < 3; i++) {
        await new Promise((later) => setTimeout(later, 50))
        await get('/key')
        times.push(mock.clock.now())
      }
      mock.end()
      expect(times).toEqual([...new Set(times)].sort())
    },
    patience,
  )
})

describe('Generated records', () => {
  const refusal = /may have 1000000 generated ones/
  const users = { scenario: 'users', generate: { users: 20 } }

  it.each<[string, (api: ReturnType<typeof setupApi>) => Promise<unknown>]>([
    ['a world', ({ mock }) => mock.worlds.create({ generate: { sessions: 999_999 } })],
    ['a world with the options of the first', ({ mock }) => mock.worlds.create({ generate: { users: 999_980 } })],
    ['a scenario', ({ mock }) => mock.scenario.load({ scenario: 'x', generate: { users: 1_000_001 } })],
  ])('have a limit for all worlds together: %s', async (_, generate) => {
    const api = setupApi({ scenario: users })
    await api.mock.ready
    await api.mock.worlds.create()
    await expect(generate(api)).rejects.toThrow(refusal)
    expect([api.mock.db.user.count(), api.mock.worlds.list().length]).toEqual([20, 1])
  })

  it('beyond the limit are refused over HTTP too', async () => {
    const { call, post } = setupApi()
    const generate = { sessions: 2_000_000 }
    const answers = [
      await post('/_mock/worlds', { generate }),
      await call('PUT', '/_mock/scenario', { scenario: 'x', generate }),
    ]
    expect(answers.map(({ status, body: { error } }) => [status, error])).toEqual(
      Array(2).fill([403, 'limit-exceeded']),
    )
  })

  it('of worlds that ended, or of another scenario, no longer count', async () => {
    const { mock } = setupApi({ scenario: users })
    await mock.ready
    const world = await mock.worlds.create()
    mock.worlds.delete(world.id as string)
    await mock.scenario.load('empty')
    expect(() => setupApi({ generate: { users: 1_000_001 } })).toThrow(refusal)
    await expect(mock.worlds.create({ scenario: 'empty', generate: { users: 5 } })).resolves.toBeDefined()
  })

  it(
    'are not waited for by health, except at the start',
    async () => {
      const { mock, get } = setupApi()
      let isLoaded = false
      const loading = mock.scenario
        .load({ scenario: 'x', generate: { sessions: 20_000 } })
        .then(() => (isLoaded = true))
      while (mock.scenario.name !== 'x') await Promise.resolve()
      const { status } = await get('/_mock/health')
      expect([status, isLoaded]).toEqual([200, false])
      await loading
    },
    patience,
  )
})
