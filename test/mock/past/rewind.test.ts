import { describe, expect, it } from 'vitest'
import { newSession, setupApi, startTime } from '../../support/api.ts'
import { startReceiver } from '../../webhooks/receiver.ts'
import { setupWebhook } from '../../webhooks/world.ts'

type Api = ReturnType<typeof setupApi>

const stateOf = (api: Pick<Api, 'mock'>) => JSON.stringify(api.mock.state())

/** What the next calls answer, as text: it shows records, clock and random numbers. */
async function nextAnswers(api: Api): Promise<string> {
  const answers = [
    await api.post('/users', { identifier: 'next@example.com' }),
    await api.post('/sessions', newSession()),
  ]
  return JSON.stringify([answers.map(({ status, body, headers }) => [status, body, [...headers]]), api.mock.state()])
}

describe('mock.rewind', () => {
  it('restores the state before a call, and the same calls give the same bytes again', async () => {
    const api = setupApi()
    await api.post('/users', { identifier: 'a@example.com' })
    await api.mock.clock.advance('1h')
    const before = stateOf(api)
    const [first] = [await nextAnswers(api)]
    await api.mock.clock.advance('3d')
    await api.mock.rewind(2)
    expect(stateOf(api)).toBe(before)
    expect(api.mock.clock.now()).toBe('2020-02-20T13:00:00.000000Z')
    expect(api.mock.requests.list().map(({ id }) => id)).toEqual([1])
    expect(await nextAnswers(api)).toBe(first)
  })

  it.each<[string, (api: Api) => unknown]>([
    ['an action', ({ mock }) => mock.actions['user.block']({ where: { id: 1 } })],
    ['an action that failed', ({ mock }) => expect(() => mock.actions['user.block']({ where: { id: 99 } })).toThrow()],
    ['a fault', ({ mock }) => mock.faults.arm({ on: 'POST /users', probability: 0.5, answer: { status: 503 } })],
    ['a disarmed fault', ({ mock }) => mock.faults.disarm()],
    [
      'a new record through a model',
      ({ mock }) => mock.db.user.create({ identifier: 'plain@example.com', organisation: 1, key: 1 }),
    ],
    [
      'a change through a model',
      ({ mock }) => mock.db.user.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } }),
    ],
    ['a deletion through a model', ({ mock }) => mock.db.session.deleteMany({ where: {} })],
    ['a move of the clock', ({ mock }) => mock.clock.advance('2d')],
    ['a move to the next due work', ({ mock }) => mock.clock.advanceToNext()],
    ['another scenario', ({ mock }) => mock.scenario.load('two-factor')],
    ['another scenario that keeps records', ({ mock }) => mock.scenario.load('wrong-password', { keep: true })],
    ['a reset', ({ mock }) => mock.reset()],
    ['a reset with options', ({ mock }) => mock.reset({ scenario: 'two-factor', seed: 5 })],
    ['a snapshot that was restored', ({ mock: { snapshots } }) => snapshots.restore(snapshots.save('a').name)],
    ['a call that waited', (api) => api.post('/sessions', newSession(), { 'ricloud-await': '5' })],
    [
      'calls at the same time',
      (api) => Promise.all(['a', 'b', 'c'].map((name) => api.post('/users', { identifier: name }))),
    ],
  ])('repeats %s', async (_, act) => {
    const api = setupApi()
    await api.get('/users')
    await api.post('/sessions', newSession())
    await act(api)
    await api.get('/users')
    const { count } = api.mock.requests
    const before = stateOf(api)
    const first = await nextAnswers(api)
    await api.mock.rewind(count + 1)
    expect(stateOf(api)).toBe(before)
    expect(await nextAnswers(api)).toBe(first)
  })

  it('gives the same bytes on a running clock', async () => {
    const api = setupApi({ clock: { start: startTime } })
    for (let i = 0; i < 5; i++) await api.post('/sessions', newSession(), { 'ricloud-await': '0.05' })
    const before = stateOf(api)
    await api.get('/users')
    await api.mock.rewind(6)
    expect(stateOf(api)).toBe(before)
  })

  it('gives webhooks the outcomes that they had, and sends none again', async () => {
    const receiver = await startReceiver(503, 200)
    const api = setupWebhook(receiver)
    await api.end()
    await api.post('/users', { identifier: 'a@example.com' })
    await api.mock.clock.advance('2h')
    const before = stateOf(api)
    const { length } = receiver.received
    expect(length).toBe(2)
    const request = api.mock.requests.count + 1
    await api.get('/users')
    await api.mock.rewind(request)
    expect(stateOf(api)).toBe(before)
    expect(receiver.received.length).toBe(length)
  })

  it('keeps as many calls as the journal, from saved states in between', async () => {
    const api = setupApi({ journal: 250 })
    const states = new Map<number, string>()
    for (let request = 1; request <= 1100; request++) {
      if (request === 600 || request === 1041) states.set(request, stateOf(api))
      if (request % 100 === 0) await api.post('/users', { identifier: `u${request}@example.com` })
      else await api.get('/users/1')
    }
    await api.mock.rewind(1041)
    expect(stateOf(api)).toBe(states.get(1041))
    expect(api.mock.requests.list().at(-1)?.id).toBe(1040)
    await api.mock.rewind(600)
    expect(stateOf(api)).toBe(states.get(600))
    await expect(api.mock.rewind(100)).rejects.toThrow(
      'Failed to rewind: request 100 lies before 501, the first one that is still recorded.',
    )
  })

  it.each<[string, number, string]>([
    ['after the last one', 9, 'Failed to rewind: there is no request 9: the last one is 1.'],
    ['before the first one', 0, 'Failed to rewind: request 0 lies before 1, the first one that is still recorded.'],
  ])('rejects a request %s', async (_, request, message) => {
    const api = setupApi()
    await api.get('/users')
    await expect(api.mock.rewind(request)).rejects.toThrow(message)
  })

  it('rejects every request of a journal that was cleared', async () => {
    const api = setupApi()
    await api.get('/users')
    api.mock.requests.clear()
    await expect(api.mock.rewind(1)).rejects.toThrow('Failed to rewind: no call is recorded.')
  })

  it('rejects every request of a mock without a journal', async () => {
    const api = setupApi({ journal: 0 })
    await api.get('/users')
    await expect(api.mock.rewind(1)).rejects.toThrow('Failed to rewind: no call is recorded.')
  })
})

describe('mock.fork', () => {
  it('makes a world with the state before a call, and leaves the mock as it is', async () => {
    const api = setupApi()
    await api.post('/users', { identifier: 'a@example.com' })
    await api.post('/users', { identifier: 'b@example.com' })
    const before = stateOf(api)
    const world = await api.mock.fork(2)
    expect(world.db.user.findMany({}).map(({ identifier }) => identifier)).not.toContain('b@example.com')
    expect(world.db.user.findMany({}).map(({ identifier }) => identifier)).toContain('a@example.com')
    expect(stateOf(api)).toBe(before)
    const headers = { authorization: `Token ${world.token}` }
    await api.get('/users', headers)
    await world.rewind(2)
    expect(api.mock.requests.count).toBe(2)
  })
})

describe('POST /_mock/rewind', () => {
  it('goes back to the state before a request, and answers with the clock', async () => {
    const api = setupApi()
    await api.post('/users', { identifier: 'a@example.com' })
    const { status, body } = await api.post('/_mock/rewind', { request: 1 })
    expect([status, body]).toEqual([200, { now: startTime, frozen: true, speed: 1 }])
    expect(api.mock.requests.count).toBe(0)
  })

  it('makes a world with `fork`, and answers with it', async () => {
    const api = setupApi()
    await api.get('/users')
    const { status, body } = await api.post('/_mock/rewind', { request: 1, fork: true })
    expect(status).toBe(201)
    expect(api.mock.worlds.get(body.id).token).toBe(body.token)
  })

  it('rejects a request that is not recorded', async () => {
    const { body } = await setupApi().post('/_mock/rewind', { request: 3 })
    expect(body).toEqual({
      error: 'invalid-parameter',
      message: expect.any(String),
      params: { request: ['cannot be rewound to: no call came'] },
    })
  })
})
