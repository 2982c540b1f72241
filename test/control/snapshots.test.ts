import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MockOptions, ScenarioInput } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { newSession, startTime } from '../support/api.ts'
import { later } from '../support/instants.ts'
import { everything, setupControl } from './setup.ts'

const setup = (options?: MockOptions) => {
  const api = setupControl(options)
  return {
    ...api,
    save: (name: string) => api.post('/_mock/snapshots', { name }),
    restore: (name: string) => api.post(`/_mock/snapshots/${name}/restore`),
    diff: async (a: string, b: string) => (await api.get(`/_mock/snapshots/${a}/diff/${b}`)).body,
    names: async () =>
      (await api.get('/_mock/snapshots')).body.snapshots.map(({ name }: { name: string }) => name) as string[],
  }
}

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setup()

/** The state of a mock without its journal and snapshots, which snapshots do not contain. */
const heldBy = ({ mock }: Pick<ReturnType<typeof setup>, 'mock'>) => JSON.parse(everything(mock)).slice(0, 6)

describe('POST /_mock/snapshots', () => {
  it('answers with name, time and scenario', async () => {
    const { mock, save } = setup({ scenario: 'two-organisations' })
    await mock.clock.advance('1h')
    const { status, body } = await save('before')
    expect([status, body]).toEqual([
      201,
      { name: 'before', at: '2020-02-20T13:00:00.000000Z', scenario: 'two-organisations' },
    ])
  })

  it('replaces a snapshot of that name', async () => {
    const { mock, save, get } = setup()
    await save('a')
    await mock.clock.advance('1h')
    await save('a')
    expect((await get('/_mock/snapshots')).body.snapshots).toEqual([
      { name: 'a', at: '2020-02-20T13:00:00.000000Z', scenario: 'default' },
    ])
  })

  it.each(['a', 'A-1_b.c', '0', 'Now', 'x'.repeat(64)])('accepts the name %s', async (name) => {
    const { save, restore } = setup()
    await save(name)
    expect((await restore(name)).status).toBe(200)
  })

  it.each<[string, unknown]>([
    ['now', 'now'],
    ['an empty string', ''],
    ['a space', 'a b'],
    ['a slash', 'a/b'],
    ['an umlaut', 'ä'],
    ['a line break', 'a\n'],
    ['65 characters', 'x'.repeat(65)],
    ['a number', 5],
    ['null', null],
  ])('rejects as a name %s', async (_, name) => {
    const { status, body } = await rejecting.post('/_mock/snapshots', { name })
    expect([status, body.error, Object.keys(body.params)]).toEqual([400, 'invalid-parameter', ['name']])
  })

  it.each(['.', '..'])('rejects the name %s, which a URL cannot contain', async (name) => {
    expect((await setup().save(name)).status).toBe(400)
  })

  it('rejects a missing name', async () => {
    const { status, body } = await rejecting.post('/_mock/snapshots')
    expect([status, body.params]).toEqual([400, { name: ['is required'] }])
  })

  it('rejects the 101st snapshot, and says what to do', async () => {
    const { mock, save } = setup()
    for (let i = 0; i < 100; i++) mock.snapshots.save(`s${i}`)
    const { status, body } = await save('one-more')
    expect([status, body.message]).toEqual([400, expect.stringMatching(/100 snapshots already: delete one/)])
  })

  it('replaces one of 100 snapshots', async () => {
    const { mock, save } = setup()
    for (let i = 0; i < 100; i++) mock.snapshots.save(`s${i}`)
    expect((await save('s5')).status).toBe(201)
  })

  it('accepts another one after one of 100 was deleted', async () => {
    const { mock, save, delete: remove } = setup()
    for (let i = 0; i < 100; i++) mock.snapshots.save(`s${i}`)
    await remove('/_mock/snapshots/s5')
    expect((await save('one-more')).status).toBe(201)
  })

  it('runs due work first', async () => {
    const { post, save, get, restore } = setup()
    const { body } = await post('/sessions', newSession())
    await save('a')
    await restore('a')
    expect((await get(`/sessions/${body.id}`)).body.state).toBe('active')
  })
})

describe('GET /_mock/snapshots', () => {
  it('lists none at first', async () => {
    expect((await setup().get('/_mock/snapshots')).body).toEqual({ snapshots: [] })
  })

  it('lists the oldest first', async () => {
    const { save, names } = setup()
    for (const name of ['c', 'a', 'b']) await save(name)
    expect(await names()).toEqual(['c', 'a', 'b'])
  })
})

describe('DELETE /_mock/snapshots/{name}', () => {
  it('deletes one, and lists the rest', async () => {
    const { save, delete: remove } = setup()
    await save('a')
    await save('b')
    expect((await remove('/_mock/snapshots/a')).body).toEqual({
      snapshots: [{ name: 'b', at: startTime, scenario: 'default' }],
    })
  })

  it('does not change the world', async () => {
    const api = setup()
    await api.save('a')
    await api.post('/users', { identifier: 'a' })
    const before = heldBy(api)
    await api.delete('/_mock/snapshots/a')
    expect(heldBy(api)).toEqual(before)
  })
})

describe('An unknown snapshot', () => {
  it.each([
    ['POST', '/_mock/snapshots/a/restore'],
    ['DELETE', '/_mock/snapshots/a'],
    ['GET', '/_mock/snapshots/a/diff/now'],
    ['GET', '/_mock/snapshots/now/diff/a'],
    ['POST', '/_mock/snapshots/now/restore'],
    ['DELETE', '/_mock/snapshots/now'],
  ])('is not found: %s %s', async (method, path) => {
    const { status, body } = await rejecting.call(method, path)
    expect([status, body.error]).toEqual([404, 'not-found'])
  })

  it('is named in the error', async () => {
    const { save, restore } = setup()
    const messageOf = async (name: string) => (await restore(name)).body.message
    expect(await messageOf('befor')).toBe('No snapshot is called "befor"; there are none.')
    await save('before')
    await save('after')
    expect(await messageOf('befor')).toBe(
      'No snapshot is called "befor". Did you mean "before"? There are "before" or "after".',
    )
  })
})

const script = {
  scenario: 'scripted',
  settings: { session_init: '2s', rotation_grace: '6h', rate_limit: { requests: 20, per: '1h' } },
  accounts: [{ type: 'icloud.account', identifier: 'flaky@corp.example', outcomes: ['init_failed', 'success'] }],
  steps: [
    { at: '2h', do: 'user.block', where: { id: 1 } },
    { on: 'POST /keys', nth: 2, after: '1h', do: 'organisation.block' },
  ],
  faults: [{ on: 'GET /users', nth: 3, answer: { status: 503 } }],
} as const satisfies ScenarioInput

describe('After a restore', () => {
  const arrange = async () => {
    const api = setup({ scenario: script })
    await api.post('/sessions', newSession('flaky@corp.example'))
    await api.post('/keys')
    await api.get('/users')
    await api.save('a')
    return { ...api, before: heldBy(api) }
  }

  it('the whole state is that of the snapshot', async () => {
    const { before, restore, ...api } = await arrange()
    await api.post('/users', { identifier: 'a' })
    await api.post('/keys/1/rotate')
    await api.mock.clock.advance('3h')
    api.mock.faults.disarm()
    await restore('a')
    expect(heldBy(api)).toEqual(before)
  })

  it('the answer is the clock', async () => {
    const { mock, restore } = await arrange()
    const now = mock.clock.now()
    await mock.clock.advance('3h')
    mock.clock.run({ speed: 5 })
    expect((await restore('a')).body).toEqual({ now, frozen: true, speed: 1 })
  })

  it('the token of the snapshot works, and a later one does not', async () => {
    const { get, post, restore } = await arrange()
    const { token } = (await post('/keys/1/rotate', { force: true })).body
    await restore('a')
    expect([(await get('/key')).status, (await get('/key', withToken(token))).status]).toEqual([200, 401])
  })

  it('random values are the same again', async () => {
    const { post, restore } = await arrange()
    const { body } = await post('/keys')
    await restore('a')
    expect((await post('/keys')).body).toEqual(body)
  })

  it('an account continues with the same outcome', async () => {
    const { post, restore } = await arrange()
    const start = async () =>
      (await post('/sessions', newSession('flaky@corp.example'), { 'ricloud-await': '5' })).body.state
    await start()
    await restore('a')
    expect(await start()).toBe('active')
  })

  it('a step has counted as many triggers', async () => {
    const { mock, post, restore } = await arrange()
    await post('/keys')
    await restore('a')
    await post('/keys')
    const happened = await mock.clock.advance('1h')
    expect(happened.map(({ event }) => event)).toContain('organisation.blocked')
  })

  it('a step that is due later runs once', async () => {
    const { mock, restore } = await arrange()
    await mock.clock.advance('3h')
    await restore('a')
    const happened = await mock.clock.advance('3h')
    expect(happened.filter(({ event }) => event === 'user.blocked')).toHaveLength(1)
  })

  it('a fault has counted as many calls', async () => {
    const { get, restore } = await arrange()
    await get('/users')
    await restore('a')
    expect([(await get('/users')).status, (await get('/users')).status]).toEqual([200, 503])
  })

  it('for the second time a fault has counted as many calls', async () => {
    const { get, restore } = await arrange()
    const statuses = async () => [(await get('/users')).status, (await get('/users')).status]
    await restore('a')
    await statuses()
    await restore('a')
    expect(await statuses()).toEqual([200, 503])
  })

  it('for the second time a step has counted as many triggers', async () => {
    const { mock, post, restore } = await arrange()
    await restore('a')
    await post('/keys')
    await restore('a')
    await post('/keys')
    const happened = await mock.clock.advance('1h')
    expect(happened.map(({ event }) => event)).toContain('organisation.blocked')
  })

  it('a fault that was armed later is not armed', async () => {
    const { mock, get, restore } = await arrange()
    mock.faults.arm({ on: 'GET /keys', answer: { status: 503 } })
    await restore('a')
    expect((await get('/keys')).status).toBe(200)
  })

  it('a fault that was disarmed later is armed', async () => {
    const { mock, get, restore } = await arrange()
    mock.faults.disarm()
    await restore('a')
    await get('/users')
    expect((await get('/users')).status).toBe(503)
  })

  it('the rate limit has counted as many requests', async () => {
    const { get, restore } = await arrange()
    for (let i = 0; i < 30; i++) await get('/key')
    await restore('a')
    const statuses: number[] = []
    for (let i = 0; i < 18; i++) statuses.push((await get('/key')).status)
    expect([statuses[16], statuses[17]]).toEqual([200, 429])
  })

  it('a webhook that was being sent is sent', async () => {
    const { mock, post } = setup({ settings: { events: ['user.*'], webhook_answers: [200] } })
    await post('/users', { identifier: 'a@example.com' })
    mock.actions['user.block']({ where: { id: 1 } })
    mock.snapshots.save('a')
    mock.snapshots.restore('a')
    await mock.clock.advance('1d')
    expect(mock.webhooks.deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  })

  it('another snapshot can be restored', async () => {
    const api = await arrange()
    await api.post('/users', { identifier: 'later' })
    await api.save('b')
    const later = heldBy(api)
    await api.restore('a')
    await api.restore('b')
    expect(heldBy(api)).toEqual(later)
  })

  it('the same snapshot can be restored', async () => {
    const api = await arrange()
    for (let i = 0; i < 3; i++) {
      await api.post('/users', { identifier: `later-${i}` })
      await api.restore('a')
    }
    expect(heldBy(api)).toEqual(api.before)
  })

  it('later snapshots still exist', async () => {
    const { save, restore, names } = await arrange()
    await save('b')
    await restore('a')
    expect(await names()).toEqual(['a', 'b'])
  })
})

describe('A restore across scenarios', () => {
  const arrange = async (query = '') => {
    const api = setup({ scenario: script })
    await api.mock.clock.advance('1h')
    await api.save('a')
    const before = heldBy(api)
    await api.put(`/_mock/scenario${query}`, { scenario: 'two-organisations' })
    return { ...api, before }
  }

  it.each(['', '?keep=true'])('restores the whole state under the replaced scenario%s', async (query) => {
    const { before, restore, ...api } = await arrange(query)
    await restore('a')
    expect(heldBy(api)).toEqual(before)
  })

  it('restores its settings', async () => {
    const { mock, post, restore } = await arrange()
    await restore('a')
    const { body } = await post('/sessions', newSession())
    expect(mock.clock.upcoming()[0]?.at).toBe(later(body.date_created, '2s'))
  })

  it('restores its accounts', async () => {
    const { post, restore } = await arrange()
    await restore('a')
    const { body } = await post('/sessions', newSession('flaky@corp.example'), { 'ricloud-await': '5' })
    expect(body.state).toBe('failed')
  })

  it('restores its steps', async () => {
    const { mock, restore } = await arrange()
    await restore('a')
    expect((await mock.clock.advance('1h')).map(({ event }) => event)).toEqual(['user.blocked'])
  })

  it.each([['a'], ['b']])('lasts until a reset, which returns to what was set up (%s)', async (last) => {
    const { save, restore, post, ...api } = await arrange()
    await save('b')
    await restore('a')
    await restore(last)
    await post('/_mock/reset')
    expect(heldBy(api)).toEqual(heldBy(setup({ scenario: script })))
  })

  it('has both scenarios in the list of snapshots', async () => {
    const { save, get } = await arrange()
    await save('b')
    const { snapshots } = (await get('/_mock/snapshots')).body
    expect(snapshots.map(({ scenario }: { scenario: string }) => scenario)).toEqual(['scripted', 'two-organisations'])
  })
})

describe('Snapshots and a reset:', () => {
  it('a reset keeps snapshots', async () => {
    const { save, post, names } = setup()
    await save('a')
    await post('/_mock/reset')
    expect(await names()).toEqual(['a'])
  })

  it('a reset after a restore restores the initial state', async () => {
    const api = setup({ scenario: script })
    const before = heldBy(api)
    await api.post('/users', { identifier: 'a' })
    await api.save('a')
    await api.restore('a')
    await api.post('/_mock/reset')
    expect(heldBy(api)).toEqual(before)
  })
})

describe('A restore on a running clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  it('continues time from the instant of the snapshot', async () => {
    const { mock, save, restore } = setup({ clock: { start: startTime, speed: 60 } })
    await save('a')
    await vi.advanceTimersByTimeAsync(60_000)
    await restore('a')
    await vi.advanceTimersByTimeAsync(1000)
    expect(mock.clock.now()).toBe('2020-02-20T12:01:00.000000Z')
  })

  it('runs due work at its time', async () => {
    const { mock, post, save, restore } = setup({ clock: { start: startTime }, settings: { session_init: '5s' } })
    await post('/sessions', newSession())
    await save('a')
    await vi.advanceTimersByTimeAsync(60_000)
    await restore('a')
    const seen: string[] = []
    mock.watch((watched) => watched.kind === 'event' && seen.push(watched.event.event))
    await vi.advanceTimersByTimeAsync(5000)
    expect(seen).toEqual(['source.validated', 'session.activated'])
  })

  it('answers a call that waits', async () => {
    const { mock, post, save } = setup({ clock: { start: startTime }, settings: { session_init: '5s' } })
    await save('a')
    const answer = post('/sessions', newSession(), { 'ricloud-await': '10' })
    await vi.advanceTimersByTimeAsync(0)
    mock.snapshots.restore('a')
    expect((await answer).body).toMatchObject({ error: 'internal-server-error', message: expect.any(String) })
  })
})

describe('GET /_mock/snapshots/{a}/diff/{b}', () => {
  it('is empty where nothing happened', async () => {
    const { save, diff } = setup()
    await save('a')
    expect(await diff('a', 'now')).toEqual({
      clock: [startTime, startTime],
      scenario: ['default', 'default'],
      upcoming: [1, 1],
      records: [],
      objects: [],
    })
  })

  it('shows a created record with all of its fields', async () => {
    const { save, post, diff } = setup()
    await save('a')
    await post('/users', { identifier: 'new@example.com' })
    await save('b')
    expect((await diff('a', 'b')).records).toEqual([
      {
        resource: 'user',
        id: 4,
        change: 'created',
        fields: {
          id: [null, 4],
          organisation: [null, 1],
          key: [null, 1],
          identifier: [null, 'new@example.com'],
          state: [null, 'active'],
          date_created: [null, startTime],
        },
      },
    ])
  })

  it('shows a changed record with the fields that differ', async () => {
    const { mock, save, diff } = setup()
    await save('a')
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await diff('a', 'now')).records).toEqual([
      { resource: 'user', id: 1, change: 'changed', fields: { state: ['active', 'blocked'] } },
    ])
  })

  it('shows a deleted record', async () => {
    const { mock, save, diff } = setup()
    await save('a')
    mock.db.user.delete({ where: { id: { equals: 3 } } })
    expect((await diff('a', 'now')).records).toEqual([{ resource: 'user', id: 3, change: 'deleted', fields: {} }])
  })

  it('does not show a record that was changed back', async () => {
    const { mock, save, diff } = setup()
    await save('a')
    mock.actions['user.block']({ where: { id: 1 } })
    mock.actions['user.reactivate']({ where: { id: 1 } })
    expect((await diff('a', 'now')).records).toEqual([])
  })

  it('compares in the other direction too', async () => {
    const { save, post, diff } = setup()
    await save('a')
    await post('/users', { identifier: 'new@example.com' })
    expect((await diff('now', 'a')).records).toMatchObject([{ resource: 'user', id: 4, change: 'deleted' }])
  })

  it('shows every record that one call changed', async () => {
    const { save, post, diff } = setup()
    await save('a')
    await post('/sessions', newSession())
    const changes = (await diff('a', 'now')).records.map(
      ({ resource, change }: { resource: string; change: string }) => `${resource} ${change}`,
    )
    expect(changes.sort()).toEqual(['session created', 'source created', 'task created'])
  })

  it('shows both times', async () => {
    const { mock, save, diff } = setup()
    await save('a')
    await mock.clock.advance('1h')
    expect((await diff('a', 'now')).clock).toEqual([startTime, '2020-02-20T13:00:00.000000Z'])
  })

  it('shows both scenarios', async () => {
    const { mock, save, diff } = setup()
    await save('a')
    await mock.scenario.load('two-factor')
    expect((await diff('a', 'now')).scenario).toEqual(['default', 'two-factor'])
  })

  it('shows both lengths of the queue', async () => {
    const { save, post, diff } = setup({ settings: { session_init: '1h' } })
    await save('a')
    await post('/sessions', newSession())
    expect((await diff('a', 'now')).upcoming).toEqual([1, 2])
  })

  it('names objects that were created and deleted', async () => {
    const { mock, save, diff } = setup({ scenario: 'poll-results' })
    await save('a')
    const [{ bucket = '', key = '' } = {}] = mock.buckets.list()
    const object = { scheme: 'gs', bucket, key }
    mock.actions['result.expire']({ where: { url: `gs://${bucket}/${key}` } })
    expect((await diff('a', 'now')).objects).toEqual([{ ...object, change: 'deleted' }])
    expect((await diff('now', 'a')).objects).toEqual([{ ...object, change: 'created' }])
  })

  it('hides tokens and secrets', async () => {
    const { save, post, diff } = setup()
    await save('a')
    await post('/keys/1/rotate')
    expect((await diff('a', 'now')).records).toEqual([
      {
        resource: 'key',
        id: 1,
        change: 'changed',
        fields: { token: ['[redacted]', '[redacted]'], tokens_in_grace: [[], '[redacted]'] },
      },
    ])
  })

  it('shows tokens and secrets where showSecrets is on', async () => {
    const { save, post, diff } = setup({ showSecrets: true })
    await save('a')
    const { token } = (await post('/keys/1/rotate', { force: true })).body
    expect((await diff('a', 'now')).records[0].fields).toEqual({ token: ['ricloud-mock-token', token] })
  })

  it('of now with now is empty', async () => {
    expect((await setup().diff('now', 'now')).records).toEqual([])
  })
})
