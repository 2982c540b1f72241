import { describe, expect, it } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { newSession, setupApi, startTime } from '../support/api.ts'
import { later } from '../support/instants.ts'

const setup = (options: MockOptions = {}) => {
  const api = setupApi(options)
  const move = (body: unknown) => api.post('/_mock/clock', body)
  const clock = async () => (await api.get('/_mock/clock')).body
  return { ...api, move, clock }
}

/** The whole visible state of a mock. */
const everything = ({ mock }: ReturnType<typeof setup>) =>
  JSON.stringify([
    Object.values(mock.db).map((model) => model.getAll()),
    [mock.clock.now(), mock.clock.frozen, mock.clock.speed],
    mock.clock.upcoming(),
  ])

describe('GET /_mock/health', () => {
  it('answers with status ok', async () => {
    const { status, body } = await setup().get('/_mock/health')
    expect([status, body.status]).toEqual([200, 'ok'])
  })

  it('needs no token', async () => {
    const { status } = await setup().get('/_mock/health', { authorization: '' })
    expect(status).toBe(200)
  })

  it('answers after records were generated', async () => {
    const { mock, get } = setup({ generate: { users: 20 } })
    await get('/_mock/health')
    expect(mock.db.user.count()).toBe(20)
  })

  it('changes nothing', async () => {
    const api = setup()
    const before = everything(api)
    await api.get('/_mock/health')
    expect(everything(api)).toBe(before)
  })
})

describe('GET /_mock/clock', () => {
  it('shows the time, whether it is frozen, and its speed', async () => {
    expect(await setup().clock()).toEqual({ now: startTime, frozen: true, speed: 1 })
  })

  it('needs no token', async () => {
    const { status } = await setup().get('/_mock/clock', { authorization: '' })
    expect(status).toBe(200)
  })

  it('changes nothing', async () => {
    const api = setup()
    const before = everything(api)
    await api.get('/_mock/clock')
    expect(everything(api)).toBe(before)
  })

  it('does not affect the next record', async () => {
    const [plain, asked] = [setup(), setup()]
    for (let i = 0; i < 3; i++) await asked.get('/_mock/clock')
    expect((await asked.post('/keys', {})).body).toEqual((await plain.post('/keys', {})).body)
  })
})

describe('POST /_mock/clock', () => {
  it('advances by a duration', async () => {
    const { move } = setup()
    expect((await move({ advance: '6h' })).body.now).toBe('2020-02-20T18:00:00.000000Z')
  })

  it('moves the clock that the API reads', async () => {
    const { move, post } = setup()
    await move({ advance: '6h' })
    const { body } = await post('/users', { identifier: 'new@example.com' })
    expect(body.date_created).toBe('2020-02-20T18:00:00.000000Z')
  })

  it('answers with what happened', async () => {
    const { move, post } = setup({ settings: { session_init: '2s', session_lifetime: '1h' } })
    const { body } = await post('/sessions', newSession())
    const { happened } = (await move({ advance: '6h' })).body
    const own = happened.filter(({ resource }: { resource: { id: string } }) => resource.id === body.id)
    expect(own).toMatchObject([
      { at: later(body.date_created, '2s'), event: 'session.activated', resource: { state: 'active' } },
      {
        at: later(body.date_created, '3602s'),
        event: 'session.expired',
        resource: { state: 'expired', error: 'service' },
      },
    ])
  })

  it('answers with no events where nothing happened', async () => {
    const { move } = setup({ fixtures: ['empty'] })
    expect((await move({ advance: '6h' })).body.happened).toEqual([])
  })

  it('answers with the first 10,000 events of a move that causes more', async () => {
    const steps = [
      { on: 'user.blocked', after: '1s', do: 'user.reactivate' },
      { on: 'user.reactivated', after: '1s', do: 'user.block' },
    ] as const
    const { mock, move } = setup({ scenario: { scenario: 'alternating', steps } })
    mock.actions['user.block']({ where: { id: 1 } })
    const { happened } = (await move({ advance: '10100s' })).body
    expect(happened).toHaveLength(10_000)
    expect(mock.clock.now()).toBe(later(startTime, '10100s'))
  })

  it('"next" advances to the next due work', async () => {
    const { move, post } = setup({ settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    const { now, happened } = (await move({ advance: 'next' })).body
    expect([now, happened.at(-1)?.event]).toEqual([later(body.date_created, '2s'), 'session.activated'])
  })

  it('"next" does not move time where nothing is due', async () => {
    const { move } = setup({ fixtures: ['empty'] })
    expect((await move({ advance: 'next' })).body).toMatchObject({ now: startTime, happened: [] })
  })

  it('sets an instant', async () => {
    const { move } = setup()
    expect((await move({ set: '2020-02-21T00:00:00+01:00' })).body.now).toBe('2020-02-20T23:00:00.000000Z')
  })

  it('freezes', async () => {
    const { move } = setup({ clock: { start: startTime } })
    expect((await move({ freeze: true })).body.frozen).toBe(true)
  })

  it('runs at a speed', async () => {
    const { move } = setup()
    expect((await move({ speed: 60 })).body).toMatchObject({ frozen: false, speed: 60 })
  })

  it('needs no token', async () => {
    const { status } = await setup().post('/_mock/clock', { advance: '1h' }, { authorization: '' })
    expect(status).toBe(200)
  })

  it.each<[string, unknown, string]>([
    ['no move', {}, 'advance'],
    ['an empty body', '', 'advance'],
    ['two moves', { advance: '1h', freeze: true }, 'advance'],
    ['a bad duration', { advance: '6 hrs' }, 'advance'],
    ['a negative duration', { advance: '-1h' }, 'advance'],
    ['a duration that is a number', { advance: 6 }, 'advance'],
    ['an invalid instant', { set: 'tomorrow' }, 'set'],
    ['an instant in the past', { set: '2020-02-20T11:59:59Z' }, 'set'],
    ['a freeze that is false', { freeze: false }, 'freeze'],
    ['a speed of zero', { speed: 0 }, 'speed'],
    ['a negative speed', { speed: -2 }, 'speed'],
    ['a speed that is a string', { speed: 'fast' }, 'speed'],
    ['a duration beyond the latest datetime', { advance: '99999999999d' }, 'advance'],
  ])('rejects %s, and names the parameter', async (_, body, name) => {
    const answer = await setup().move(body)
    expect([answer.status, answer.body.error, Object.keys(answer.body.params ?? {})]).toEqual([
      400,
      'invalid-parameter',
      [name],
    ])
  })

  it.each([
    ['{"advance"', 'a body that is not JSON'],
    ['["6h"]', 'a body that is not an object'],
  ])('rejects %s: %s', async (body) => {
    const answer = await setup().move(body)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid-body'])
  })

  it.each([{}, { advance: '1h', set: '2020-02-21T00:00:00Z' }, { advance: 'soon' }, { set: '2020-02-20T11:00:00Z' }])(
    'changes nothing when it rejects %j',
    async (body) => {
      const api = setup()
      const before = everything(api)
      await api.move(body)
      expect(everything(api)).toBe(before)
    },
  )

  it('shows the valid form of a duration in the error', async () => {
    const { body } = await setup().move({ advance: '6 hrs' })
    expect(body.message).toMatch(/"6 hrs" is not a duration.*"6h"/)
  })

  it('names the present time when it rejects a move backward', async () => {
    const { body } = await setup().move({ set: '2020-02-20T11:00:00Z' })
    expect(body.message).toContain(startTime)
  })

  it('rejects unknown attributes, with the nearest known one', async () => {
    const { body } = await setup().move({ advanec: '1h' })
    expect(body.params).toEqual({
      advanec: ['is unknown. Did you mean "advance"? Known here: advance, set, freeze, speed.'],
    })
  })
})

describe('POST /_mock/reset', () => {
  it('restores the records of the initial state', async () => {
    const api = setup()
    const before = everything(api)
    await api.post('/users', { identifier: 'new@example.com' })
    await api.post('/sessions', newSession())
    await api.post('/keys/1/rotate', { force: true })
    await api.post('/_mock/reset')
    expect(everything(api)).toBe(before)
  })

  it('restores the time of the initial state', async () => {
    const { move, post } = setup()
    await move({ advance: '3d' })
    expect((await post('/_mock/reset')).body).toMatchObject({ now: startTime, frozen: true })
  })

  it('restores the speed of the initial state', async () => {
    const { move, post } = setup()
    await move({ speed: 60 })
    expect((await post('/_mock/reset')).body).toMatchObject({ now: startTime, frozen: true, speed: 1 })
  })

  it('restores the token of the initial state', async () => {
    const { post, get } = setup()
    await post('/keys/1/rotate', { force: true })
    await post('/_mock/reset')
    expect((await get('/organisation')).status).toBe(200)
  })

  it('restores the random state of the initial state', async () => {
    const { post } = setup()
    const { body } = await post('/keys', {})
    await post('/_mock/reset')
    expect((await post('/keys', {})).body).toEqual(body)
  })
})

describe('an unknown path under /_mock', () => {
  it('is not found, without a token', async () => {
    const { status, body } = await setup().get('/_mock/clocks', { authorization: '' })
    expect([status, body.error]).toEqual([404, 'not-found'])
  })

  it('is answered with a suggestion of the nearest path', async () => {
    expect((await setup().get('/_mock/clok')).body.message).toContain('"/_mock/clock"')
  })

  it('does not include /_mocked, which belongs to the API', async () => {
    const { status, body } = await setup().get('/_mocked')
    expect([status, body.message]).toEqual([404, expect.stringContaining('/_mocked')])
  })
})

describe('GET /_mock/upcoming', () => {
  it('takes a limit, of the soonest', async () => {
    const { mock, post, get } = setup({ scenario: 'two-factor' })
    await post('/sessions', newSession())
    const { upcoming } = (await get('/_mock/upcoming?limit=1')).body
    expect(upcoming).toEqual(mock.clock.upcoming().slice(0, 1))
    expect(mock.clock.upcoming({ limit: 1 })).toEqual(upcoming)
  })

  it.each(['0', '-1', 'all'])('limit=%s: 400', async (limit) => {
    const { status, body } = await setup().get(`/_mock/upcoming?limit=${limit}`)
    expect([status, body.params.limit]).toEqual([400, [expect.stringContaining('must be a whole number')]])
  })
})
