import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseDuration } from '../../src/engine/time/duration.ts'
import { apiUrl, createMock, type Duration, type MockOptions } from '../../src/index.ts'
import { newToken, withToken } from '../support/answers.ts'
import { newSession, startTime } from '../support/api.ts'
import { controlRoutes } from '../support/definition.ts'
import { later } from '../support/instants.ts'
import { worldWithScopes } from '../support/worlds.ts'
import { everything, setupControl, withWorld } from './setup.ts'

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setupControl()

describe('POST /_mock/worlds', () => {
  it('answers with ID, token, scenario, seed and time', async () => {
    const { status, body } = await setupControl({ seed: 3 }).post('/_mock/worlds')
    expect([status, body]).toEqual([
      201,
      { id: 'w1', token: 'w1-ricloud-mock-token', scenario: 'default', seed: 3, now: startTime },
    ])
  })

  it('answers with the options given', async () => {
    const { body } = await setupControl().post('/_mock/worlds', {
      scenario: 'two-factor',
      seed: 7,
      clock: { start: '2030-01-01T00:00:00Z', frozen: true },
    })
    expect(body).toMatchObject({ scenario: 'two-factor', seed: 7, now: '2030-01-01T00:00:00.000000Z' })
  })

  it('gives each world another ID', async () => {
    const { world } = setupControl()
    expect([(await world()).id, (await world()).id, (await world()).id]).toEqual(['w1', 'w2', 'w3'])
  })

  it('does not use the ID of a deleted world again', async () => {
    const { world, delete: remove } = setupControl()
    const { id } = await world()
    await remove(`/_mock/worlds/${id}`)
    expect((await world()).id).not.toBe(id)
  })

  it('answers after records were generated', async () => {
    const { world } = setupControl()
    const { get } = await world({ generate: { users: 30 } })
    expect((await get('/users')).body.total_count).toBe(30)
  })

  it('accepts a scenario as a document', async () => {
    const { world } = setupControl()
    const { get } = await world({
      scenario: { scenario: 'mine', faults: [{ on: 'GET /key', answer: { status: 503 } }] },
    })
    expect((await get('/key')).status).toBe(503)
  })

  it('accepts fixtures by name and as documents', async () => {
    const { world } = setupControl()
    const { post } = await world({ fixtures: [worldWithScopes({ 'source_type:icloud.*': [] })] })
    const { body } = await post('/sources', { user: 1, type: 'mocks.mock', identifier: 'a' })
    expect(body.error).toBe('missing-scope')
  })

  it('accepts settings', async () => {
    const { world, mock } = setupControl()
    const { id, post } = await world({ settings: { session_init: '1h' } })
    const { body } = await post('/sessions', newSession())
    expect(mock.worlds.get(id).clock.upcoming()[0]?.at).toBe(later(body.date_created, '1h'))
  })

  it('accepts a dialect', async () => {
    const { world } = setupControl()
    const { post } = await world({ dialect: 'ricloud-py' })
    const wanted = newSession('wrong-password@example.com')
    const { body } = await post('/sessions', wanted, { 'ricloud-await': '1' })
    expect(body.error).toBe('credentials-invalid')
  })

  it.each<[string, object, string[]]>([
    ['an unknown option', { scenaro: 'empty' }, ['scenaro']],
    ['an option of the first world only', { journal: 5 }, ['journal']],
    ['a token', { token: 'mine' }, ['token']],
    ['an unknown scenario', { scenario: 'two-facter' }, ['scenario']],
    ['a scenario that is a number', { scenario: 5 }, ['scenario']],
    [
      'an invalid scenario',
      { scenario: { scenario: 'x', steps: [{ at: '1h', do: 'user.blok' }] } },
      ['scenario.steps[0].do'],
    ],
    ['fixtures that are not an array', { fixtures: 'default' }, ['fixtures']],
    ['a negative seed', { seed: -1 }, ['seed']],
    ['a clock that is not an object', { clock: 'now' }, ['clock']],
    ['an unknown name in the clock', { clock: { strat: startTime } }, ['clock.strat']],
    ['an unknown setting', { settings: { session_int: '1s' } }, ['settings.session_int']],
    ['an unknown dialect', { dialect: 'ricloud' }, ['dialect']],
    ['a count that is not a number', { generate: { users: 'many' } }, ['generate.users']],
    ['a snapshot that is not a string', { snapshot: 5 }, ['snapshot']],
    ['several invalid options at once', { seed: -1, clock: 5 }, ['seed', 'clock']],
  ])('rejects %s', async (_, wanted, names) => {
    const { status, body } = await rejecting.post('/_mock/worlds', wanted)
    expect([status, body.error, Object.keys(body.params ?? {})]).toEqual([400, 'invalid-parameter', names])
  })

  it('rejects an unknown fixture with the name of the option', async () => {
    const { body } = await rejecting.post('/_mock/worlds', { fixtures: ['defalt'] })
    expect(Object.keys(body.params)).toEqual(['fixtures[0]'])
  })

  it('suggests the nearest option for an unknown one', async () => {
    const { body } = await rejecting.post('/_mock/worlds', { scenaro: 'empty' })
    expect(body.message).toContain('Did you mean "scenario"?')
  })

  it('creates no world when it rejects options', async () => {
    const { mock, post } = setupControl()
    await post('/_mock/worlds', { scenario: 'two-facter' })
    expect(mock.worlds.list()).toEqual([])
  })
})

describe('The token of a world', () => {
  it('reaches only that world', async () => {
    const { world, get } = setupControl()
    const { post, get: getThere } = await world()
    await post('/organisation', { name: 'There' })
    expect([(await get('/organisation')).body.name, (await getThere('/organisation')).body.name]).toEqual([
      'My org',
      'There',
    ])
  })

  it.each(['Token', 'token', 'TOKEN'])('is accepted after %s', async (word) => {
    const { world } = setupControl()
    const { get, token, post } = await world()
    await post('/organisation', { name: 'There' })
    expect((await get('/organisation', { authorization: `${word}  ${token}` })).body.name).toBe('There')
  })

  it('from a rotation reaches the world too', async () => {
    const { world } = setupControl()
    const { post, get } = await world()
    const { token } = (await post('/keys/1/rotate', { force: true })).body
    expect((await get('/key', withToken(token))).body).toMatchObject({ id: 1, token })
  })

  it('from a rotation begins with the ID of the world', async () => {
    const { world } = setupControl()
    const { id, post } = await world()
    const { token } = (await post('/keys/1/rotate')).body
    expect([token.startsWith(`${id}-`), newToken.test(token.slice(id.length + 1))]).toEqual([true, true])
  })

  it('that was rotated works in its grace period', async () => {
    const { world, mock } = setupControl()
    const { id, post, get } = await world()
    await post('/keys/1/rotate')
    await mock.worlds.get(id).clock.advance('5h')
    expect((await get('/key')).status).toBe(200)
  })

  it('that was rotated is rejected after its grace period', async () => {
    const { world, mock } = setupControl()
    const { id, post, get } = await world()
    await post('/keys/1/rotate')
    await mock.worlds.get(id).clock.advance('7h')
    expect((await get('/key')).body.error).toBe('unauthorized')
  })

  it('that was rotated by force is rejected at once', async () => {
    const { world } = setupControl()
    const { post, get } = await world()
    await post('/keys/1/rotate', { force: true })
    expect((await get('/key')).status).toBe(401)
  })

  it('of a key that was created in the world reaches it', async () => {
    const { world } = setupControl()
    const { post, get } = await world()
    const { id, token } = (await post('/keys')).body
    expect((await get('/key', withToken(token))).body.id).toBe(id)
  })

  it.each([
    ['ricloud-mock-token', 1],
    ['ricloud-mock-other-token', 2],
  ])('is the token of the fixture with the ID of the world as a prefix: %s', async (token, organisation) => {
    const { world } = setupControl()
    const { id, get } = await world({ scenario: 'two-organisations' })
    expect((await get('/organisation', withToken(`${id}-${token}`))).body.id).toBe(organisation)
  })

  it('is shown by its key with the ID of the world', async () => {
    const { world } = setupControl()
    const { token, get } = await world()
    expect((await get('/key')).body.token).toBe(token)
  })

  it('is shown by a list of keys with the ID of the world', async () => {
    const { world } = setupControl()
    const { id, token, get } = await world()
    const tokens = (await get('/keys')).body.data.map((key: { token: string }) => key.token)
    expect(tokens).toEqual([`${id}-ricloud-mock-trial-token`, token])
  })

  it('without the ID reaches the first world', async () => {
    const { world, get } = setupControl()
    const { post } = await world()
    await post('/organisation', { name: 'There' })
    expect((await get('/organisation')).body.name).toBe('My org')
  })

  it('of one world is unknown in another', async () => {
    const { world } = setupControl()
    const [one, other] = [await world(), await world()]
    const { token } = (await one.post('/keys')).body
    const elsewhere = token.replace(one.id, other.id)
    expect((await other.get('/key', withToken(elsewhere))).status).toBe(401)
  })

  it.each(['w99-ricloud-mock-token', 'w1-', 'w1', 'w1-nobody', 'W1-ricloud-mock-token', 'xw1-ricloud-mock-token'])(
    'is unknown if it belongs to no world: %s',
    async (token) => {
      const { world, get } = setupControl()
      await world()
      const { status, body } = await get('/key', withToken(token))
      expect([status, body.error]).toEqual([401, 'unauthorized'])
    },
  )

  it('has a form that tokens of the first world cannot have', () => {
    expect(() => setupControl({ token: 'w1-mine' })).toThrow('token: must not begin like the tokens of worlds, "w1-"')
  })

  it('reaches the world through its object too', async () => {
    const world = await setupControl().mock.worlds.create()
    const { status } = await world.fetch(`${apiUrl}/key`, { headers: withToken(world.token) })
    expect(status).toBe(200)
  })

  it.each(['ricloud-mock-token', 'xxxricloud-mock-token'])(
    'is required in full by the object of the world: %s is unknown',
    async (token) => {
      const world = await setupControl().mock.worlds.create()
      const { status } = await world.fetch(`${apiUrl}/key`, { headers: withToken(token) })
      expect(status).toBe(401)
    },
  )

  it('reaches the world through the object of another world too', async () => {
    const { mock } = setupControl()
    const [one, other] = [await mock.worlds.create(), await mock.worlds.create()]
    const response = await one.fetch(`${apiUrl}/key`, { headers: withToken(other.token) })
    expect((await response.json()).token).toBe(other.token)
  })
})

describe('A world and the first one do not share', () => {
  const setup = async (options?: MockOptions) => {
    const api = setupControl(options)
    return { ...api, there: await api.world() }
  }

  it('records', async () => {
    const { there, mock } = await setup()
    await there.post('/users', { identifier: 'new@example.com' })
    expect(mock.db.user.count()).toBe(3)
  })

  it('a clock', async () => {
    const { there, mock } = await setup()
    await there.post('/_mock/clock', { advance: '1d' })
    expect(mock.clock.now()).toBe(startTime)
  })

  it('the speed of a clock', async () => {
    const { there, mock } = await setup()
    await there.post('/_mock/clock', { speed: 5 })
    expect([mock.clock.frozen, mock.clock.speed]).toEqual([true, 1])
  })

  it('the time in answers', async () => {
    const { there, get } = await setup()
    await there.post('/_mock/clock', { advance: '1d' })
    expect([(await there.get('/key')).headers.get('date'), (await get('/key')).headers.get('date')]).toEqual([
      'Fri, 21 Feb 2020 12:00:00 GMT',
      'Thu, 20 Feb 2020 12:00:00 GMT',
    ])
  })

  it('the time in answers of the control API', async () => {
    const { there } = await setup()
    const { headers } = await there.post('/_mock/clock', { advance: '1d' })
    expect(headers.get('date')).toBe('Fri, 21 Feb 2020 12:00:00 GMT')
  })

  it('a scenario', async () => {
    const { there, mock } = await setup()
    await there.put('/_mock/scenario', { scenario: 'two-factor' })
    expect(mock.scenario.name).toBe('default')
  })

  it('faults', async () => {
    const { there, get } = await setup()
    await there.post('/_mock/faults', { on: '* /*', answer: { status: 503 } })
    expect([(await there.get('/key')).status, (await get('/key')).status]).toEqual([503, 200])
  })

  it('the calls that a fault counted', async () => {
    const faults = [{ on: 'GET /key', first: 1, answer: { status: 503 } } as const]
    const { there, get } = await setup({ scenario: { scenario: 'x', faults } })
    await there.get('/key')
    expect((await get('/key')).status).toBe(503)
  })

  it('the state of accounts', async () => {
    const accounts = [{ type: 'icloud.account', identifier: 'a@b.c', outcomes: ['init_failed', 'success'] } as const]
    const { there, post } = await setup({ scenario: { scenario: 'x', accounts } })
    const start = async (call: typeof post) =>
      (await call('/sessions', newSession('a@b.c'), { 'ricloud-await': '1' })).body.state
    await start(there.post)
    expect(await start(post)).toBe('failed')
  })

  it('a rate limit', async () => {
    const { there, get } = await setup({ settings: { rate_limit: { requests: 2, per: '1h' } } })
    for (let i = 0; i < 3; i++) await there.get('/key')
    expect((await get('/key')).status).toBe(200)
  })

  it('a journal', async () => {
    const { there, requests, get } = await setup()
    await there.get('/users')
    await get('/keys')
    const theirs = (await there.get('/_mock/requests')).body.requests
    const paths = [await requests(), theirs].map((list) => list.map(({ id, path }: never) => [id, path]))
    expect(paths).toEqual([[[1, '/keys']], [[1, '/users']]])
  })

  it('snapshots', async () => {
    const { there, mock } = await setup()
    await there.post('/_mock/snapshots', { name: 'a' })
    expect(mock.snapshots.list()).toEqual([])
  })

  it('random values', async () => {
    const { there, post } = await setup()
    for (let i = 0; i < 3; i++) await there.post('/keys')
    expect((await post('/keys')).body).toEqual((await setupControl().post('/keys')).body)
  })

  it('a reset of the world', async () => {
    const { there, post, mock } = await setup()
    await post('/users', { identifier: 'new@example.com' })
    await there.post('/_mock/reset')
    expect(mock.db.user.count()).toBe(4)
  })

  it('a reset of the first one', async () => {
    const { there, post } = await setup()
    await there.post('/users', { identifier: 'new@example.com' })
    await post('/_mock/reset')
    expect((await there.get('/users')).body.total_count).toBe(4)
  })

  it('a scenario that the first one loads', async () => {
    const { there, put } = await setup()
    await put('/_mock/scenario', { scenario: 'empty' })
    expect((await there.get('/users')).body.total_count).toBe(3)
  })

  it('a snapshot that the first one restores', async () => {
    const { there, mock } = await setup()
    mock.snapshots.save('a')
    await there.post('/users', { identifier: 'new@example.com' })
    mock.snapshots.restore('a')
    expect((await there.get('/users')).body.total_count).toBe(4)
  })
})

describe('Equal options', () => {
  it('give equal answers in two worlds, except for the prefix of tokens', async () => {
    const { world } = setupControl()
    const all = [await world({ seed: 9 }), await world({ seed: 9 })].map(async ({ id, get, post }) => {
      const bodies = [
        (await post('/keys')).body,
        (await post('/sessions', newSession())).body,
        (await post('/keys/1/rotate')).body,
        (await get('/keys')).body,
      ]
      return JSON.stringify(bodies).replaceAll(`${id}-`, '')
    })
    expect(await all[0]).toBe(await all[1])
  })

  it('give the same answers as in a separate mock', async () => {
    const { world } = setupControl()
    const there = await world({ seed: 9, scenario: 'two-organisations', clock: { start: startTime, frozen: true } })
    const alone = setupControl({ seed: 9, scenario: 'two-organisations' })
    const { body } = await there.post('/keys')
    expect({ ...body, token: body.token.slice('w1-'.length) }).toEqual((await alone.post('/keys')).body)
  })

  it('with different seeds give different tokens', async () => {
    const { world } = setupControl()
    const [one, other] = [await world({ seed: 1 }), await world({ seed: 2 })]
    expect((await one.post('/keys')).body.token.slice(3)).not.toBe((await other.post('/keys')).body.token.slice(3))
  })
})

describe('The initial state of a world', () => {
  const options: MockOptions = {
    scenario: {
      scenario: 'ours',
      settings: { session_init: '5m' },
      faults: [{ on: 'GET /key', answer: { status: 503 } }],
    },
    seed: 5,
    token: 'ours',
    dialect: 'ricloud-py',
    settings: { session_lifetime: '1h' },
    journal: 2,
    showSecrets: true,
  }
  const setup = async (wanted: object) => {
    const api = setupControl(options)
    const there = await api.world(wanted)
    return { ...there, there: api.mock.worlds.get(there.id) }
  }

  it('is the initial state of the first one', async () => {
    const { there, token } = await setup({})
    expect([there.scenario.name, there.seed, token, there.clock.now()]).toEqual(['ours', 5, 'w1-ours', startTime])
  })

  it('is not the present state of the first one', async () => {
    const { mock, world, post } = setupControl(options)
    await mock.scenario.load('empty')
    await mock.clock.advance('1d')
    await post('/organisation', { name: 'Another' })
    const there = mock.worlds.get((await world()).id)
    expect([there.scenario.name, there.clock.now(), there.db.user.count()]).toEqual(['ours', startTime, 3])
  })

  it('is the initial state of the first one, except for the options given', async () => {
    const { there } = await setup({ seed: 6, settings: { session_init: '1m' } })
    expect([there.scenario.name, there.seed]).toEqual(['ours', 6])
  })

  it.each<[string, object]>([
    ['a scenario', { scenario: 'two-organisations' }],
    ['fixtures', { fixtures: ['two-organisations'] }],
  ])('has nothing of the first one if the options have %s', async (_, wanted) => {
    const { there, token } = await setup(wanted)
    expect([there.scenario.name === 'ours', token, there.faults.list(), there.clock.frozen]).toEqual([
      false,
      'w1-ricloud-mock-token',
      [],
      false,
    ])
  })

  it('always has the seed and the journal options of the first one', async () => {
    const { there, get } = await setup({ scenario: 'default' })
    for (let i = 0; i < 3; i++) await get('/key?token=a')
    const { length, 0: first } = there.requests.list()
    expect([there.seed, length, first?.query]).toEqual([5, 2, { token: 'a' }])
  })

  it('has the seed of the first one also if the option is undefined', async () => {
    const { mock } = setupControl({ seed: 5 })
    expect((await mock.worlds.create({ seed: undefined })).seed).toBe(5)
  })
})

describe('A fork', () => {
  const setup = async () => {
    const api = setupControl({ settings: { session_init: '1h' } })
    await api.post('/users', { identifier: 'before@example.com' })
    await api.post('/sessions', newSession())
    await api.mock.clock.advance('30m')
    api.mock.snapshots.save('a')
    return api
  }

  it('answers with the time, seed and scenario of the snapshot', async () => {
    const { mock, post } = await setup()
    expect((await post('/_mock/worlds', { snapshot: 'a' })).body).toEqual({
      id: 'w1',
      token: 'w1-ricloud-mock-token',
      scenario: 'default',
      seed: 1,
      now: mock.clock.now(),
    })
  })

  it('has the records of the snapshot', async () => {
    const { world, post } = await setup()
    await post('/users', { identifier: 'after@example.com' })
    const { get } = await world({ snapshot: 'a' })
    expect((await get('/users')).body.data.map(({ identifier }: { identifier: string }) => identifier)[0]).toBe(
      'before@example.com',
    )
  })

  it('runs the due work of the snapshot', async () => {
    const { world } = await setup()
    const { post } = await world({ snapshot: 'a' })
    const { happened } = (await post('/_mock/clock', { advance: '30m' })).body
    expect(happened.map(({ event }: { event: string }) => event)).toEqual(['source.validated', 'session.activated'])
  })

  it('begins with an empty journal', async () => {
    const { world } = await setup()
    const { get } = await world({ snapshot: 'a' })
    expect((await get('/_mock/requests')).body).toEqual({ requests: [], total_count: 0 })
  })

  it('is reset to the snapshot', async () => {
    const { world } = await setup()
    const { post, get } = await world({ snapshot: 'a' })
    await post('/users', { identifier: 'there@example.com' })
    await post('/_mock/reset')
    expect((await get('/users')).body.total_count).toBe(4)
  })

  it('has the scenario of the snapshot', async () => {
    const { mock, world } = await setup()
    await mock.scenario.load('empty')
    const { get } = await world({ snapshot: 'a' })
    expect([(await get('/_mock/scenario')).body.scenario, (await get('/users')).status]).toEqual(['default', 200])
  })

  it('still exists when its snapshot is deleted', async () => {
    const { mock, world } = await setup()
    const { get } = await world({ snapshot: 'a' })
    mock.snapshots.delete('a')
    expect((await get('/users')).status).toBe(200)
  })

  it('accepts a token that was in its grace period', async () => {
    const { mock, post, world } = await setup()
    await post('/keys/1/rotate')
    mock.snapshots.save('b')
    const { get } = await world({ snapshot: 'b' })
    expect((await get('/key')).status).toBe(200)
  })

  it('answers with a valid token also if the first one was revoked', async () => {
    const { mock, post, world } = await setup()
    await post('/keys/1/rotate', { force: true })
    mock.snapshots.save('b')
    const { get } = await world({ snapshot: 'b' })
    expect((await get('/key')).status).toBe(200)
  })

  it('of an unknown snapshot is not found', async () => {
    const { status, body } = await rejecting.post('/_mock/worlds', { snapshot: 'a' })
    expect([status, body.message]).toEqual([404, 'No snapshot is called "a"; there are none.'])
  })

  it.each(['scenario', 'seed', 'fixtures', 'clock', 'settings'])('rejects %s', async (name) => {
    const { post } = await setup()
    const values = { scenario: 'empty', seed: 1, fixtures: ['default'], clock: {}, settings: {} }
    const { status, body } = await post('/_mock/worlds', { snapshot: 'a', [name]: values[name as 'seed'] })
    expect([status, Object.keys(body.params)]).toEqual([400, [name]])
  })
})

describe('?world=', () => {
  const paths = controlRoutes.map(({ method, path }) => [method, path.replaceAll(/\{\w+\}/g, 'a')] as const)

  it.each(paths)('that is unknown is not found: %s %s', async (method, path) => {
    const { status, body } = await rejecting.call(method, withWorld(path, 'w9'))
    expect([status, body.error, body.message]).toEqual([404, 'not-found', 'No world has the ID "w9".'])
  })

  it('that is empty is not found', async () => {
    expect((await rejecting.get('/_mock/clock?world=')).status).toBe(404)
  })

  it('of a deleted world is not found', async () => {
    const { world, get, delete: remove } = setupControl()
    const { id } = await world()
    await remove(`/_mock/worlds/${id}`)
    expect((await get(`/_mock/clock?world=${id}`)).status).toBe(404)
  })

  it('selects the world of a control call, whatever its token', async () => {
    const { world, post, mock } = setupControl()
    const { id } = await world()
    await post(`/_mock/clock?world=${id}`, { advance: '1h' })
    expect([mock.worlds.get(id).clock.now(), mock.clock.now()]).toEqual(['2020-02-20T13:00:00.000000Z', startTime])
  })

  it('is the only way to select the world of a control call: the token does not', async () => {
    const { world, post, mock } = setupControl()
    const { token } = await world()
    await post('/_mock/clock', { advance: '1h' }, withToken(token))
    expect(mock.clock.now()).toBe('2020-02-20T13:00:00.000000Z')
  })

  it('works with other parameters', async () => {
    const { world } = setupControl()
    const { get } = await world()
    await get('/users')
    expect((await get('/_mock/requests?limit=1')).body.total_count).toBe(1)
  })

  it('is ignored by the API itself', async () => {
    const { world, get } = setupControl()
    const { id, post } = await world()
    await post('/organisation', { name: 'There' })
    expect((await get(`/organisation?world=${id}`)).body.name).toBe('My org')
  })

  it('does not affect the listing and creation of worlds', async () => {
    const { world, post } = setupControl()
    const { id } = await world()
    expect((await post(`/_mock/worlds?world=${id}`)).body.id).toBe('w2')
  })
})

describe('GET /_mock/worlds', () => {
  it('lists none at first', async () => {
    expect((await setupControl().get('/_mock/worlds')).body).toEqual({ worlds: [] })
  })

  it('lists worlds in the order of their creation, with their present state', async () => {
    const { world, get } = setupControl()
    const one = await world()
    await world({ scenario: 'empty', seed: 2, clock: { start: startTime, frozen: true } })
    await one.post('/_mock/clock', { advance: '1h' })
    expect((await get('/_mock/worlds')).body.worlds).toEqual([
      { id: 'w1', token: 'w1-ricloud-mock-token', scenario: 'default', seed: 1, now: '2020-02-20T13:00:00.000000Z' },
      { id: 'w2', token: 'w2-ricloud-mock-token', scenario: 'empty', seed: 2, now: startTime },
    ])
  })
})

describe('DELETE /_mock/worlds/{id}', () => {
  it('answers with the remaining worlds', async () => {
    const { world, delete: remove } = setupControl()
    await world()
    await world()
    const { body } = await remove('/_mock/worlds/w1')
    expect(body.worlds.map(({ id }: { id: string }) => id)).toEqual(['w2'])
  })

  it.each(['w9', '1', 'default'])('answers 404 for %s', async (id) => {
    const { status, body } = await rejecting.delete(`/_mock/worlds/${id}`)
    expect([status, body.error]).toEqual([404, 'not-found'])
  })

  it('answers 404 the second time', async () => {
    const { world, delete: remove } = setupControl()
    await world()
    await remove('/_mock/worlds/w1')
    expect((await remove('/_mock/worlds/w1')).status).toBe(404)
  })

  it('makes the token invalid, and a later call says why', async () => {
    const { world, delete: remove } = setupControl()
    const { id, get } = await world()
    await remove(`/_mock/worlds/${id}`)
    const { status, body } = await get('/key')
    expect([status, body.error, body.message]).toEqual([
      401,
      'unauthorized',
      'The token is unknown, or it was revoked. Its world w1 was deleted.',
    ])
  })

  it('makes a later call through another world say why too', async () => {
    const { world, delete: remove } = setupControl()
    const gone = await world()
    await world()
    await remove(`/_mock/worlds/${gone.id}`)
    expect((await gone.get('/key')).body.message).toContain('Its world w1 was deleted.')
  })

  it('does not affect other worlds', async () => {
    const { world, delete: remove } = setupControl()
    const [gone, other] = [await world(), await world()]
    await remove(`/_mock/worlds/${gone.id}`)
    expect((await other.get('/key')).status).toBe(200)
  })

  it('frees the memory of the world', async () => {
    const { mock } = setupControl()
    const world = await mock.worlds.create()
    await world.fetch(`${apiUrl}/key`, { headers: withToken(world.token) })
    mock.worlds.delete(world.id as string)
    expect([world.db.user.count(), world.requests.list(), world.clock.upcoming()]).toEqual([0, [], []])
  })

  it('frees the memory of the world also while its records are generated', async () => {
    const { mock } = setupControl()
    const made = mock.worlds.create({ generate: { users: 20 } }).catch(() => undefined)
    const world = mock.worlds.get('w1')
    mock.worlds.delete('w1')
    await made
    expect(world.db.user.count()).toBe(0)
  })

  it('can delete the world that the call selects', async () => {
    const { world } = setupControl()
    const { id, delete: remove } = await world()
    expect((await remove(`/_mock/worlds/${id}`)).body).toEqual({ worlds: [] })
  })
})

describe('mock.worlds', () => {
  it('returns a world by its ID', async () => {
    const { mock } = setupControl()
    const world = await mock.worlds.create()
    expect(mock.worlds.get('w1')).toBe(world)
  })

  it.each(['w9', '', 'constructor'])('throws for an unknown ID: "%s"', (id) => {
    expect(() => rejecting.mock.worlds.get(id)).toThrow('No world has the ID')
  })

  it('is the same object in every world', async () => {
    const { mock } = setupControl()
    const world = await mock.worlds.create()
    await world.worlds.create()
    expect(mock.worlds.list().map(({ id }) => id)).toEqual(['w1', 'w2'])
  })

  it('of two mocks are separate', async () => {
    const [one, other] = [setupControl(), setupControl()]
    const { token } = await one.world()
    expect((await other.get('/key', withToken(token))).status).toBe(401)
  })

  it.each([[null], ['two-factor']])('rejects with %j for its options', async (options) => {
    await expect(setupControl().mock.worlds.create(options as never)).rejects.toThrow(
      `Failed to create a world: options must be an object, got ${JSON.stringify(options)}`,
    )
  })

  it('rejects with every invalid option', async () => {
    await expect(setupControl().mock.worlds.create({ seed: -1, dialect: 'x' as never })).rejects.toThrow(
      /seed: must be at least 0.*dialect: /,
    )
  })
})

describe('The greatest number of worlds', () => {
  it('is an option, and the error of one more says what to do', async () => {
    const { world, post } = setupControl({ worlds: { max: 2 } })
    await world()
    await world()
    const { status, body } = await post('/_mock/worlds')
    expect([status, body.error, body.message]).toEqual([
      403,
      'limit-exceeded',
      'There are 2 worlds, and there may be no more: delete those that are no longer used, or allow more.',
    ])
  })

  it('allows another one after one was deleted', async () => {
    const { world, post, delete: remove } = setupControl({ worlds: { max: 1 } })
    const { id } = await world()
    await remove(`/_mock/worlds/${id}`)
    expect((await post('/_mock/worlds')).status).toBe(201)
  })

  it('is enforced also for many at once', async () => {
    const { post } = setupControl({ worlds: { max: 3 } })
    const all = await Promise.all(Array.from({ length: 6 }, () => post('/_mock/worlds', { generate: { users: 1 } })))
    expect(all.map(({ status }) => status).sort()).toEqual([201, 201, 201, 403, 403, 403])
  })

  it('may be 0', async () => {
    expect((await setupControl({ worlds: { max: 0 } }).post('/_mock/worlds')).status).toBe(403)
  })

  it('does not count failed creations', async () => {
    const { post } = setupControl({ worlds: { max: 1 } })
    for (let i = 0; i < 3; i++) await post('/_mock/worlds', { seed: -1 })
    expect((await post('/_mock/worlds')).status).toBe(201)
  })

  it.each<[string, object]>([
    ['max', { max: -1 }],
    ['max', { max: 1.5 }],
    ['idle', { idle: 'soon' }],
    ['idel', { idel: '5m' }],
  ])('and the idle limit are validated: worlds.%s', (name, worlds) => {
    expect(() => createMock({ worlds })).toThrow(`worlds.${name}: `)
  })
})

describe('An unused world', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const setup = () => setupControl({ worlds: { idle: '10m' } })
  const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000)

  it('ends after the idle limit', async () => {
    const { mock, world } = setup()
    await world()
    await minutes(20)
    expect(mock.worlds.list()).toEqual([])
  })

  it('does not end before the idle limit', async () => {
    const { mock, world } = setup()
    await world()
    await minutes(9)
    expect(mock.worlds.list()).toHaveLength(1)
  })

  it('ends after half an hour by default', async () => {
    const { mock, world } = setupControl()
    await world()
    await minutes(29)
    const before = mock.worlds.list().length
    await minutes(31)
    expect([before, mock.worlds.list().length]).toEqual([1, 0])
  })

  it.each<Duration>(['1m', '2h', '100d'])('ends after a limit of %s, and before twice that', async (idle) => {
    const { mock, world } = setupControl({ worlds: { idle } })
    await world()
    const length = parseDuration(idle) / 60e6
    await minutes(length - 0.5)
    const before = mock.worlds.list().length
    await minutes(length + 0.5)
    expect([before, mock.worlds.list().length]).toEqual([1, 0])
  })

  it('says why its token is unknown', async () => {
    const { world } = setup()
    const { get } = await world()
    await minutes(20)
    expect((await get('/key')).body.message).toContain('Its world w1 ended: nobody used it for 10m.')
  })

  it.each<[string, (there: Awaited<ReturnType<ReturnType<typeof setup>['world']>>) => Promise<unknown>]>([
    ['called', ({ get }) => get('/key')],
    ['controlled', ({ get }) => get('/_mock/clock')],
  ])('does not end while it is %s', async (_, use) => {
    const { mock, world } = setup()
    const there = await world()
    for (let i = 0; i < 6; i++) {
      await minutes(8)
      await use(there)
    }
    expect(mock.worlds.list()).toHaveLength(1)
  })

  it('ends also if the list of worlds is read', async () => {
    const { mock, world } = setup()
    await world()
    for (let i = 0; i < 6; i++) {
      await minutes(8)
      mock.worlds.list()
    }
    expect(mock.worlds.list()).toEqual([])
  })

  it('ends at the latest when another one needs its place', async () => {
    const { world, post } = setupControl({ worlds: { max: 1, idle: '10m' } })
    const { get } = await world()
    await minutes(5)
    await get('/key')
    await minutes(10)
    expect((await post('/_mock/worlds')).status).toBe(201)
  })

  it('frees its memory', async () => {
    const { mock } = setup()
    const world = await mock.worlds.create()
    await minutes(20)
    expect(world.db.user.count()).toBe(0)
  })

  it('does not end worlds that are used', async () => {
    const { mock, world } = setup()
    const [used] = [await world(), await world()]
    for (let i = 0; i < 4; i++) {
      await minutes(6)
      await used.get('/key')
    }
    expect(mock.worlds.list().map(({ id }) => id)).toEqual(['w1'])
  })

  it('leaves no timer after the last one ended', async () => {
    const { world } = setup()
    await world()
    await minutes(20)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer after it was deleted', async () => {
    const { mock, world } = setup()
    await world()
    mock.worlds.delete('w1')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer of its own clock', async () => {
    const { mock, world } = setup()
    const { post } = await world({ clock: { frozen: false }, settings: { session_init: '1h' } })
    await post('/sessions', newSession())
    mock.worlds.delete('w1')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('answers a call that waits in it before it ends', async () => {
    const { mock, world } = setup()
    const { post } = await world({ clock: { frozen: false }, settings: { session_init: '5s' } })
    const answer = post('/sessions', newSession(), { 'ricloud-await': '10' })
    await vi.advanceTimersByTimeAsync(0)
    mock.worlds.delete('w1')
    expect((await answer).status).toBe(500)
  })
})

describe('The first world', () => {
  it('is not changed by creating, using and deleting others', async () => {
    const { mock, world, delete: remove } = setupControl()
    const before = everything(mock)
    const { post, put } = await world()
    await post('/users', { identifier: 'a' })
    await put('/_mock/scenario', { scenario: 'two-factor' })
    await remove('/_mock/worlds/w1')
    expect(everything(mock)).toBe(before)
  })
})
