import { expect, it } from 'vitest'
import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import { newSession, setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

/** The default fixture, its organisation as given. */
function fixtureWith(changes: object) {
  const fixture = structuredClone(defaultFixture)
  Object.assign(fixture.organisations[0] as object, changes)
  return fixture
}

/** Resolves once the scenario x has begun, and its records are still being generated. */
async function begun(mock: { readonly scenario: { readonly name: string } }): Promise<void> {
  while (mock.scenario.name !== 'x') await Promise.resolve()
}

it('A fixture’s organisation has the state that the fixture says, whatever its configs are', async () => {
  const { get } = setupApi({ fixtures: [fixtureWith({ state: 'unconfigured' })] })
  expect((await get('/organisation')).body.state).toBe('unconfigured')
})

it('A call that is refused takes nothing of what another one sets off', async () => {
  const { get, post, mock } = setupApi({
    scenario: { scenario: 'x', steps: [{ on: 'POST /users', do: 'user.block' }] },
  })
  await get('/users', { authorization: 'Token unknown' })
  await post('/users', { identifier: 'new@example.com' })
  expect(mock.requests.list().map(({ decided_by }) => decided_by.length)).toEqual([0, 1])
})

it('The journal keeps no more than the beginning of what a call says too much of', async () => {
  const { post, mock } = setupApi()
  await post('/users', {
    ['x'.repeat(100_000)]: 1,
    ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`n${i}`, 1])),
  })
  const [request] = mock.requests.list()
  expect([request?.ignored.length, JSON.stringify(request).length < 5000]).toEqual([21, true])
})

it.each(['constructor', 'valueOf', 'hasOwnProperty'])(
  'A control call that says %s is refused by that name',
  async (name) => {
    const { post } = setupApi()
    const { status, body } = await post('/_mock/faults', { [name]: 1 })
    expect([status, Object.keys(body.params)]).toEqual([400, expect.arrayContaining([name])])
  },
)

it('A call of a world waits for the records that are generated there', async () => {
  const { mock, get, call } = setupApi()
  const world = await mock.worlds.create()
  const loading = call('PUT', '/_mock/scenario?world=w1', { scenario: 'x', generate: { users: 50 } })
  const headers = { authorization: `Token ${world.token}` }
  await begun(world)
  const { body } = await get('/users', headers)
  await loading
  expect(body.total_count).toBe(50)
})

it('A move to what comes next knows what the network will bring', async () => {
  const { mock } = setupApi({ settings: { webhook_answers: [500] } })
  mock.actions['key.rotate']({ where: { id: 1 } })
  mock.actions['session.expire']({ where: { id: sessionIds.active } })
  await mock.clock.advanceToNext()
  expect(mock.clock.now()).toMatch(/^2020-02-20T12:01:00/)
})

it('A reset ends the moves of the clock that wait for their turn', async () => {
  const { mock } = setupApi()
  const moves = [mock.clock.advance('3h'), mock.clock.advance('1h')].map((move) => move.catch(() => {}))
  mock.reset()
  await Promise.all(moves)
  expect(mock.clock.now()).toBe('2020-02-20T12:00:00.000000Z')
})

it('Concurrent moves of the clock each return only their own events', async () => {
  const { mock, post } = setupApi({ settings: { session_init: '30m' } })
  await post('/sessions', newSession())
  const [first, second] = await Promise.all([mock.clock.advance('20m'), mock.clock.advance('40m')])
  expect([first.length, second.length > 0]).toEqual([0, true])
})

it('A snapshot that is restored while records are generated is what the world then is', async () => {
  const { mock } = setupApi()
  mock.snapshots.save('clean')
  const loading = mock.scenario.load({ scenario: 'x', generate: { users: 20 } }, { keep: true })
  await begun(mock)
  mock.snapshots.restore('clean')
  await loading
  expect([mock.scenario.name, mock.db.user.count()]).toEqual(['default', 3])
})

it('Nothing is saved before the generated records are there', () => {
  const { mock } = setupApi({ generate: { users: 20 } })
  expect(() => mock.snapshots.save('early')).toThrow('await mock.ready')
})

it.each([
  ['url', 'https://token@example.com/', 'https://[redacted]@example.com/'],
  ['list', ['http://a:b@c.d/'], ['http://[redacted]@c.d/']],
  ['private_key', 'abc', '[redacted]'],
])('The journal hides what is secret in %s', async (name, sent, shown) => {
  const { post, mock } = setupApi()
  await post('/users', { identifier: 'new@example.com', [name]: sent })
  expect(mock.requests.list()[0]?.body).toMatchObject({ [name]: shown })
})
