import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallPattern, EventName, StepInput } from '../../src/index.ts'
import { newSession } from '../support/api.ts'
import { eventsOf, linesOf, play } from './play.ts'

const blockFirst = { do: 'user.block', where: { id: 1 } } as const

describe('At a time', () => {
  it('a step happens then', async () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] })
    expect(linesOf(await mock.clock.advance('30m'))).toEqual(['12:30 user.blocked 1'])
  })

  it('a step does not happen before', async () => {
    const { mock, get } = play({ steps: [{ at: '30m', ...blockFirst }] })
    await mock.clock.advance('1799999ms')
    expect((await get('/users/1')).body.state).toBe('active')
  })

  it('a step has its own instant, however late it is read', async () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] })
    expect(linesOf(await mock.clock.advance('3h'))).toEqual(['12:30 user.blocked 1'])
  })

  it('a step at the very beginning has happened before the first call is answered', async () => {
    const { get } = play({ steps: [{ at: '0s', ...blockFirst }] })
    expect((await get('/users/1')).body.state).toBe('blocked')
  })

  it('a step is among what is upcoming', () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] })
    expect(mock.clock.upcoming()).toContainEqual(expect.objectContaining({ at: '2020-02-20T12:30:00.000000Z' }))
  })

  it('a step acts on all records that have the values', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'session.expire', where: { user: 1, state: 'active' } }] })
    expect(eventsOf(await mock.clock.advance('1h'))).toEqual(['session.expired', 'session.expired'])
  })

  it('a step reads attributes of nested records', async () => {
    const where = { 'source.type': 'rirelay.instance', state: 'active' } as const
    const { mock } = play({ steps: [{ at: '1h', do: 'session.expire', where }] })
    expect(linesOf(await mock.clock.advance('1h'))).toEqual([
      '13:00 session.expired 4d7e1f92-3b58-4c66-9e0d-82a5f6c4b713',
    ])
  })

  it('a step without where acts on all records', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'key.rotate' }] })
    expect(linesOf(await mock.clock.advance('1h')).sort()).toEqual(['13:00 key.rotated 1', '13:00 key.rotated 2'])
  })

  it('a step is done with its details', async () => {
    const { mock } = play({
      steps: [{ at: '1h', do: 'session.expire', where: { state: 'active' }, with: { error: 'admin' } }],
    })
    const happened = await mock.clock.advance('1h')
    expect(happened.map(({ resource }) => resource.error)).toEqual(['admin', 'admin'])
  })

  it('a step repeats at an interval, at most `times` times', async () => {
    const { mock } = play({ steps: [{ at: '1h', every: '30m', times: 3, do: 'key.rotate', where: { id: 1 } }] })
    expect(linesOf(await mock.clock.advance('5h'))).toEqual([
      '13:00 key.rotated 1',
      '13:30 key.rotated 1',
      '14:00 key.rotated 1',
    ])
  })

  it('a step that repeats goes on without a limit', async () => {
    const { mock } = play({ steps: [{ at: '0s', every: '1m', do: 'key.rotate', where: { id: 1 } }] })
    await mock.clock.advance('5h')
    expect(mock.scenario.report().steps[0]?.fired).toBe(301)
  })

  it('steps of one instant happen in their order in the file', async () => {
    const { mock } = play({
      steps: [
        { at: '1h', ...blockFirst },
        { at: '60m', do: 'user.reactivate', where: { id: 1 } },
        { at: '30m', do: 'user.deactivate', where: { id: 1 } },
      ],
    })
    expect(linesOf(await mock.clock.advance('1h'))).toEqual([
      '12:30 user.deactivated 1',
      '13:00 user.blocked 1',
      '13:00 user.reactivated 1',
    ])
  })
})

describe('On an event', () => {
  it.each(['session.activated', 'session.active'] as const)('a step happens, by the spelling %s', async (on) => {
    const { mock, get, post } = play({ steps: [{ on, do: 'user.block' }] })
    await post('/sessions', newSession())
    expect((await get('/users/1')).body.state).toBe('blocked')
    expect(mock.scenario.report().steps[0]?.fired).toBe(1)
  })

  it.each<[EventName, string, object]>([
    ['user.created', '/users', { identifier: 'new@example.com' }],
    ['source.created', '/sources', { user: 1, type: 'icloud.account', identifier: 'new@example.com' }],
    ['session.created', '/sessions', newSession()],
    ['key.created', '/keys', {}],
    ['key.rotated', '/keys/1/rotate', {}],
    ['user.deactivated', '/users/1', { state: 'deactivated' }],
    ['source.deactivated', '/sources/1', { state: 'deactivated' }],
  ])('%s is one', async (on, path, body) => {
    const { mock, post } = play({ steps: [{ on, do: 'organisation.block' }] })
    await post(path, body)
    expect(mock.scenario.report()).toMatchObject({ steps: [{ fired: 1 }], problems: [] })
  })

  it('a record that has not the values is left alone', async () => {
    const where = { 'source.identifier': 'renate@example.com' }
    const { mock, get, post } = play({ steps: [{ on: 'session.active', where, do: 'session.expire' }] })
    await post('/sessions', newSession())
    await post('/sessions', newSession('renate@example.com'))
    const { data } = (await get('/sessions?limit=2')).body
    expect(data.map(({ state }: { state: string }) => state)).toEqual(['expired', 'active'])
    expect(mock.scenario.report().steps[0]?.fired).toBe(1)
  })

  it('a step waits as long as it says after each event', async () => {
    const { mock, post } = play({ steps: [{ on: 'session.active', after: '24h', do: 'session.expire' }] })
    const first = (await post('/sessions', newSession('one@example.com'))).body.id
    await mock.clock.advance('1h')
    const second = (await post('/sessions', newSession('two@example.com'))).body.id
    const happened = linesOf(await mock.clock.advance('2d')).filter((line) => line.includes('expired'))
    expect(happened).toEqual([`12:00 session.expired ${first}`, `13:00 session.expired ${second}`])
  })

  it.each([
    ['session', 'session.expire', 'session.expired'],
    ['user', 'user.block', 'user.blocked'],
    ['source', 'source.block', 'source.blocked'],
    ['key', 'key.block', 'key.blocked'],
    ['organisation', 'organisation.block', 'organisation.blocked'],
  ] as const)('of a session a step acts on its %s', async (resource, action, event) => {
    const { mock, post } = play({ settings: { session_init: '1h' }, steps: [{ on: 'session.active', do: action }] })
    const session = (await post('/sessions', newSession('new@example.com'))).body
    const ids = { session: session.id, user: 1, source: session.source.id, key: 1, organisation: 1 }
    const acted = (await mock.clock.advance('1h')).filter((each) => each.event === event)
    expect(linesOf(acted)).toEqual([`13:00 ${event} ${ids[resource]}`])
  })

  it.each([
    ['user.created', '/users', { identifier: 'new@example.com' }, 'key.block', 'keys'],
    ['source.created', '/sources', { user: 1, type: 'mocks.mock', identifier: 'new' }, 'user.block', 'users'],
  ] as const)('of %s a step acts on what the record names', async (on, path, body, action, models) => {
    const { mock, post } = play({ steps: [{ on, do: action }] })
    await post(path, body)
    const model = models === 'keys' ? mock.db.key : mock.db.user
    expect(model.findFirst({ where: { id: { equals: 1 } } })?.state).toBe('blocked')
  })

  it('a step may set off another one', async () => {
    const { mock, get, post } = play({
      steps: [
        { on: 'session.active', do: 'session.expire' },
        { on: 'session.expired', do: 'source.block' },
        { on: 'source.blocked', do: 'user.block' },
      ],
    })
    await post('/sessions', newSession())
    expect((await get('/users/1')).body.state).toBe('blocked')
    expect(mock.scenario.report()).toMatchObject({ problems: [], unfired: [] })
  })

  it('the effects of a step come after its event', async () => {
    const { mock } = play({
      steps: [
        { at: '1h', ...blockFirst },
        { on: 'user.blocked', do: 'organisation.block' },
      ],
    })
    expect(eventsOf(await mock.clock.advance('1h'))).toEqual(['user.blocked', 'organisation.blocked'])
  })

  it('steps of one event happen in their order in the file', async () => {
    const { mock, post } = play({
      steps: [
        { on: 'session.active', do: 'user.block' },
        { on: 'session.active', do: 'user.reactivate' },
      ],
    })
    await post('/sessions', newSession())
    await mock.clock.advance('0s')
    expect(mock.scenario.report().problems).toEqual([])
  })

  it('steps of one event in two spellings happen in their order in the file', async () => {
    const { mock, post } = play({
      steps: [
        { on: 'session.active', do: 'user.block' },
        { on: 'session.activated', do: 'user.reactivate' },
      ],
    })
    await post('/sessions', newSession())
    await mock.clock.advance('0s')
    expect(mock.scenario.report().problems).toEqual([])
  })

  it('a record that one step ended is not ended again by the action that set the step off', async () => {
    const { mock, post } = play({
      steps: [
        {
          at: '1h',
          do: 'session.expire',
          where: { 'source.identifier': 'end-user@example.com' },
          with: { error: 'admin' },
        },
        { on: 'session.expired', first: 1, do: 'account.change_password' },
      ],
    })
    await post('/sessions', newSession())
    await post('/sessions', newSession())
    const happened = await mock.clock.advance('1h')
    const expired = happened.filter(({ event }) => event === 'session.expired').map(({ resource }) => resource.id)
    expect(expired).toHaveLength(new Set(expired).size)
  })
})

/** How often the only step has fired after each of four calls. */
async function firedAfterEach(
  step: Pick<StepInput, 'nth' | 'first' | 'every' | 'times'>,
): Promise<(number | undefined)[]> {
  const { mock, get } = play({ steps: [{ on: 'GET /users', do: 'key.rotate', ...step }] })
  const fired: (number | undefined)[] = []
  for (let calls = 0; calls < 4; calls++) {
    await get('/users')
    fired.push(mock.scenario.report().steps[0]?.fired)
  }
  return fired
}

describe('On a call', () => {
  it.each([
    ['each time', {}, [1, 2, 3, 4]],
    ['nth', { nth: 2 }, [0, 1, 1, 1]],
    ['first', { first: 2 }, [1, 2, 2, 2]],
    ['every', { every: 2 }, [0, 1, 1, 2]],
    ['times', { times: 3 }, [1, 2, 3, 3]],
    ['every and times', { every: 2, times: 1 }, [0, 1, 1, 1]],
    ['first and times', { first: 3, times: 1 }, [1, 1, 1, 1]],
  ])('%s', async (_, step, fired) => {
    expect(await firedAfterEach(step)).toEqual(fired)
  })

  it('occasions are counted only where the values fit', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/*', where: { id: 1 }, nth: 2, do: 'user.block' }] })
    for (const id of [2, 1, 3, 2]) await get(`/users/${id}`)
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
    await get('/users/1')
    expect(mock.scenario.report().steps[0]?.fired).toBe(1)
  })

  const calls: [string, string, string][] = [
    ['GET', '/users', 'GET /users'],
    ['GET', '/users?state=active', 'GET /users with a query'],
    ['POST', '/users', 'POST /users'],
    ['GET', '/users/1', 'GET /users/1'],
    ['GET', '/sources/5/children', 'GET /sources/5/children'],
    ['GET', '/sources/5', 'GET /sources/5'],
  ]
  it.each<[CallPattern, string[]]>([
    ['GET /users', ['GET /users', 'GET /users with a query']],
    ['* /users', ['GET /users', 'GET /users with a query', 'POST /users']],
    ['GET /users/*', ['GET /users/1']],
    ['GET /users/1', ['GET /users/1']],
    ['GET /sources/*/children', ['GET /sources/5/children']],
    ['GET /sources/*', ['GET /sources/5/children', 'GET /sources/5']],
    ['* /*', calls.map(([, , name]) => name)],
  ])('%s means the calls that match it', async (on, meant) => {
    const { mock, call } = play({ steps: [{ on, do: 'key.rotate' }] })
    const fired = () => mock.scenario.report().steps[0]?.fired ?? 0
    const met: string[] = []
    for (const [method, path, name] of calls) {
      const before = fired()
      await call(method, path, method === 'POST' ? { identifier: 'new@example.com' } : undefined)
      if (fired() > before) met.push(name)
    }
    expect(met).toEqual(meant)
  })

  it('the path of a call means that record alone', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/1', do: 'key.rotate' }] })
    await get('/users/2')
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })

  it('calls of the control API set nothing off', async () => {
    const { mock, get } = play({ steps: [{ on: '* /*', do: 'key.rotate' }] })
    await get('/_mock/clock')
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })

  it.each([
    ['refused for its parameters', { user: 1 }, 400],
    ['not authorised', undefined, 401],
  ])('a call that is %s sets nothing off', async (_, body, status) => {
    const { mock, call } = play({ steps: [{ on: 'POST /sessions', do: 'key.rotate' }] })
    const answer = await call('POST', '/sessions', body ?? newSession(), body ? {} : { authorization: 'Token none' })
    expect([answer.status, mock.scenario.report().steps[0]?.fired]).toEqual([status, 0])
  })

  it.each([
    ['session.expire', 'session', 'expired'],
    ['user.block', 'user', 'blocked'],
    ['source.block', 'source', 'blocked'],
    ['key.block', 'key', 'blocked'],
    ['organisation.block', 'organisation', 'blocked'],
  ] as const)('that made a session, %s is done to its %s', async (action, model, state) => {
    const { mock, post } = play({ steps: [{ on: 'POST /sessions', do: action }] })
    const { id, source } = (await post('/sessions', newSession())).body
    const ids = { session: id, user: 1, source: source.id, key: 1, organisation: 1 }
    const record = mock.db[model].findFirst({ where: { id: { equals: ids[model] as never } } })
    expect(record?.state).toBe(state)
  })

  it('that shows a list, a step acts on the key that called', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users', do: 'key.block' }] })
    await get('/users')
    expect((await get('/users')).status).toBe(401)
    expect(mock.scenario.report().problems).toEqual([])
  })

  it('the answer shows the record as it was before the step', async () => {
    const { get } = play({ steps: [{ on: 'GET /users/*', do: 'user.block' }] })
    expect((await get('/users/1')).body.state).toBe('active')
    expect((await get('/users/1')).body.state).toBe('blocked')
  })

  it('where is judged by the record acted on', async () => {
    const { mock, post } = play({
      steps: [{ on: 'POST /sessions', where: { state: 'unvalidated' }, do: 'source.block' }],
    })
    await post('/sessions', newSession('john.appleseed@reincubate.com'))
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
    await post('/sessions', newSession('new@example.com'))
    expect(mock.scenario.report().steps[0]?.fired).toBe(1)
  })
})

describe('A step that could not act', () => {
  const impossible = { steps: [{ on: 'GET /users/*', do: 'user.reactivate' }] } as const

  it('is in the report by its number, with the reason', async () => {
    const { mock, get } = play(impossible)
    await get('/users/1')
    const [problem, ...more] = mock.scenario.report().problems
    expect(problem).toMatch(/^step 1 .*user 1 is active: "user.reactivate" is not possible in that state/)
    expect(more).toEqual([])
  })

  it('is logged with the scenario and the instant', async () => {
    const { get, logged } = play(impossible)
    await get('/users/1')
    expect(logged).toEqual([expect.stringMatching(/^error: Scenario "played", 2020-02-20T12:00:00\.000000Z: step 1 /)])
  })

  it('does not hinder the call', async () => {
    const { get } = play(impossible)
    expect(await get('/users/1')).toMatchObject({ status: 200, body: { id: 1 } })
  })

  it('does not hinder time', async () => {
    const { mock } = play({
      steps: [
        { at: '1h', do: 'user.reactivate', where: { id: 1 } },
        { at: '2h', ...blockFirst },
      ],
    })
    expect(linesOf(await mock.clock.advance('3h'))).toEqual(['14:00 user.blocked 1'])
  })

  it('changes no record if one of those meant does not allow it', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'session.expire', where: { user: 1 } }] })
    expect(linesOf(await mock.clock.advance('1h'))).toEqual([])
    expect(mock.scenario.report().problems).toEqual([
      expect.stringMatching(/1f6b8e20-\S+ is expired: "session.expire" is not possible/),
    ])
  })

  it('is reported where no record has the values', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'user.block', where: { id: 99 } }] })
    await mock.clock.advance('1h')
    expect(mock.scenario.report().problems).toEqual([expect.stringMatching(/^step 1 .*no such user/)])
  })

  it('is reported where the call shows no record that leads to one', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users', do: 'session.expire' }] })
    const { status } = await get('/users')
    expect([status, mock.scenario.report().problems]).toEqual([200, [expect.stringMatching(/no such session/)]])
  })

  it('is reported where its record has changed while it waited', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/*', after: '1h', do: 'user.block' }] })
    await get('/users/1')
    mock.actions['user.block']({ where: { id: 1 } })
    await mock.clock.advance('1h')
    expect(mock.scenario.report().problems).toEqual([
      expect.stringMatching(/user 1 is blocked: "user.block" is not possible in that state/),
    ])
  })
})

describe('Steps that set each other off without time passing', () => {
  const circle: StepInput[] = [
    { on: 'user.blocked', do: 'user.reactivate' },
    { on: 'user.reactivated', do: 'user.block' },
  ]

  it('are stopped with an error that shows the cycle', () => {
    const { mock, logged } = play({ steps: circle })
    mock.actions['user.block']({ where: { id: 1 } })
    const cycle =
      /step 1 \(on user\.blocked: user\.reactivate\) → step 2 \(on user\.reactivated: user\.block\) → step 1 /
    expect(mock.scenario.report().problems).toEqual([expect.stringMatching(cycle)])
    expect(logged).toEqual([expect.stringMatching(cycle)])
  })

  it('leave the mock able to answer', async () => {
    const { mock, get } = play({ steps: circle })
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await get('/users/1')).status).toBe(200)
  })

  it('are stopped when one step sets itself off', async () => {
    const { mock, post } = play({ steps: [{ on: 'key.rotated', do: 'key.rotate' }] })
    expect((await post('/keys/1/rotate')).status).toBe(200)
    expect(mock.scenario.report().problems).toEqual([expect.stringMatching(/step 1 .*→ step 1 /)])
  })

  it('may go on where time passes', async () => {
    const { mock } = play({ steps: [{ on: 'key.rotated', after: '1h', do: 'key.rotate' }] })
    mock.actions['key.rotate']({ where: { id: 1 } })
    await mock.clock.advance('200h')
    expect(mock.scenario.report()).toMatchObject({ steps: [{ fired: expect.any(Number) }], problems: [] })
    expect(mock.scenario.report().steps[0]?.fired).toBeGreaterThanOrEqual(200)
  })
})

// Measured once: 10,000 steps are read and planned within a second.
describe('Ten thousand steps', () => {
  const many = (step: (i: number) => StepInput) => ({ steps: Array.from({ length: 10_000 }, (_, i) => step(i)) })

  it('at a time all fire', async () => {
    const { mock } = play(many((i) => ({ at: `${i}ms`, do: 'key.rotate', where: { id: 1 }, with: { force: true } })))
    await mock.clock.advance('10s')
    expect(mock.scenario.report()).toMatchObject({ unfired: [], problems: [] })
  })

  it('on one event all fire', async () => {
    const { mock } = play(
      many((i) => ({ on: 'user.blocked', after: `${i + 1}ms`, do: 'key.rotate', with: { force: true } })),
    )
    mock.actions['user.block']({ where: { id: 1 } })
    await mock.clock.advance('11s')
    expect(mock.scenario.report()).toMatchObject({ unfired: [], problems: [] })
  })

  it('on one call all fire', async () => {
    const { mock, get } = play(many(() => ({ on: 'GET /users', do: 'key.rotate', with: { force: true } })))
    await get('/users')
    expect(mock.scenario.report()).toMatchObject({ unfired: [], problems: [] })
  })
})

describe('Very many steps on the same event or call', () => {
  const firedOf = (mock: ReturnType<typeof play>['mock']) =>
    mock.scenario.report().steps.reduce((sum, { fired }) => sum + fired, 0)
  const rotate: StepInput = { on: 'user.blocked', do: 'key.rotate', where: { id: 1 }, with: { force: true } }

  it.each([499, 500, 501, 1200])('fire in their order, the 501st and later ones as due work: %s', (count) => {
    const steps = Array.from({ length: count }, (): StepInput => ({ ...rotate, where: {} }))
    const { mock } = play({ steps, settings: { events: ['key.rotated'] } })
    let atOnce = 0
    const stop = mock.watch(({ kind }) => void (kind === 'event' && atOnce++))
    mock.actions['user.block']({ where: { id: 1 } })
    stop()
    // One more for the user itself.
    expect(atOnce - 1).toBe(Math.min(count, 500))
    expect([firedOf(mock), mock.scenario.report().problems]).toEqual([count, []])
  })

  it('fire at the same instant, or before whatever is due later', async () => {
    const steps = Array.from({ length: 600 }, (): StepInput => ({ on: 'POST /users', do: 'user.block' }))
    const { mock, post } = play({ steps: [...steps, { at: '1s', do: 'user.reactivate', where: { state: 'blocked' } }] })
    await post('/users', { identifier: 'new@example.com' })
    const happened = await mock.clock.advance('1s')
    expect(new Set(eventsOf(happened))).toEqual(new Set(['user.reactivated']))
    expect(mock.scenario.report().problems.length).toBe(599)
  })

  it('that set each other off are taken for a cycle, after as many as if there were two', () => {
    const steps = Array.from(
      { length: 1000 },
      (_, i): StepInput =>
        i % 2 ? { on: 'user.blocked', do: 'user.reactivate' } : { on: 'user.reactivated', do: 'user.block' },
    )
    const { mock } = play({ steps })
    let events = 0
    mock.watch(({ kind }) => void (kind === 'event' && events++))
    mock.actions['user.block']({ where: { id: 1 } })
    expect(events).toBeLessThanOrEqual(501)
  })

  it('that fail are reported and logged a thousand times', async () => {
    const steps = Array.from({ length: 1500 }, (): StepInput => ({ on: 'POST /users', do: 'user.block' }))
    const { mock, logged, post } = play({ steps })
    await post('/users', { identifier: 'new@example.com' })
    expect([mock.scenario.report().problems.length, logged.length]).toEqual([1000, 1000])
    expect(logged.at(-1)).toContain('Further problems of its steps are not reported.')
  })
})

describe('Reset', () => {
  it('lets steps at a time happen again', async () => {
    const { mock } = play({ steps: [{ at: '1h', ...blockFirst }] })
    const first = linesOf(await mock.clock.advance('2h'))
    mock.reset()
    expect([first, linesOf(await mock.clock.advance('2h'))]).toEqual([
      ['13:00 user.blocked 1'],
      ['13:00 user.blocked 1'],
    ])
  })

  it('halfway through the steps begins at the first again', async () => {
    const { mock } = play({
      steps: [
        { at: '1h', ...blockFirst },
        { at: '2h', do: 'user.reactivate', where: { id: 1 } },
      ],
    })
    await mock.clock.advance('90m')
    mock.reset()
    expect(linesOf(await mock.clock.advance('2h'))).toEqual(['13:00 user.blocked 1', '14:00 user.reactivated 1'])
  })

  it('halfway through a repetition begins at its first again', async () => {
    const { mock } = play({
      steps: [{ at: '1h', every: '1h', times: 3, do: 'key.rotate', where: { id: 1 }, with: { force: true } }],
    })
    await mock.clock.advance('2h')
    mock.reset()
    expect(await mock.clock.advance('10h')).toHaveLength(3)
  })

  it('forgets what waited to happen after an event', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/*', after: '1h', do: 'user.block' }] })
    await get('/users/1')
    mock.reset()
    expect(await mock.clock.advance('2h')).toEqual([])
  })

  it('counts occasions from the first again', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users', nth: 2, do: 'key.rotate' }] })
    await get('/users')
    mock.reset()
    await get('/users')
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })

  it('forgets problems', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/*', do: 'user.reactivate' }] })
    await get('/users/1')
    mock.reset()
    expect(mock.scenario.report().problems).toEqual([])
  })

  it('gives equal bytes again', async () => {
    const { mock, get } = play({ steps: [{ at: '1h', do: 'key.rotate', where: { id: 2 } }] })
    const keyAfterAnHour = async () => {
      await mock.clock.advance('1h')
      return (await get('/keys/2')).body
    }
    const first = await keyAfterAnHour()
    mock.reset()
    expect(await keyAfterAnHour()).toEqual(first)
  })
})

describe('While the clock runs', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2020-02-20T12:00:00Z') }))
  afterEach(() => void vi.useRealTimers())

  const stateOf = (mock: ReturnType<typeof play>['mock']) =>
    mock.db.user.findFirst({ where: { id: { equals: 1 } } })?.state

  it('a step happens without a call', async () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] }, { clock: {} })
    await vi.advanceTimersByTimeAsync(1_800_000)
    expect(stateOf(mock)).toBe('blocked')
  })

  it('a step happens sooner where time runs faster', async () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] }, { clock: { speed: 60 } })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(stateOf(mock)).toBe('blocked')
  })

  it('after a reset a step waits its whole time again', async () => {
    const { mock } = play({ steps: [{ at: '30m', ...blockFirst }] }, { clock: {} })
    await vi.advanceTimersByTimeAsync(3_600_000)
    mock.reset()
    await vi.advanceTimersByTimeAsync(1_799_000)
    expect(stateOf(mock)).toBe('active')
    await vi.advanceTimersByTimeAsync(1000)
    expect(stateOf(mock)).toBe('blocked')
  })
})
