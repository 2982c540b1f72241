import { describe, expect, it } from 'vitest'
import type { ActionDetails, ActionName, MockOptions, StepInput, Where } from '../../src/index.ts'
import { newToken, withToken } from '../support/answers.ts'
import { newSession, setupApi } from '../support/api.ts'
import { pollIds } from '../support/worlds.ts'
import { eventsOf, linesOf, play } from './play.ts'

const pending = 'b81f3c6e-90d2-4b7a-a1c4-5e6f20d8937c'
const active = 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627'
const failed = '9a0c5d38-e7b1-4f24-b6a9-10c8d3e2f546'
const expired = '1f6b8e20-c4a7-49d3-8b15-f7e09a3d6c82'

type Mock = ReturnType<typeof setupApi>['mock']
type Meant = { readonly where?: Where; readonly with?: object }

/** Does an action by its name, whatever its types say. */
const act = (mock: Mock, name: ActionName, meant?: Meant) => mock.actions[name](meant as never)

interface Row extends Meant {
  readonly options?: MockOptions
  /** What must have been done before. */
  readonly before?: ActionName
  /** What happens, each with the state that its record is then in. */
  readonly happens: readonly (readonly [event: string, state: string])[]
}

const first = { where: { id: 1 } }
const polls = { options: { fixtures: ['polls'] } } as const
const blocked = { ...first, before: 'organisation.block' } as const

/** Each name of the vocabulary, on the sample records. */
const vocabulary: Readonly<Record<ActionName, Row>> = {
  'organisation.configure': {
    options: { scenario: 'empty' },
    happens: [
      ['storage_config.created', 'new'],
      ['storage_config.accepted', 'valid'],
      ['organisation.configured', 'active'],
    ],
  },
  'organisation.deactivate': { ...first, happens: [['organisation.deactivated', 'deactivated']] },
  'organisation.block': { ...first, happens: [['organisation.blocked', 'blocked']] },
  'organisation.reactivate': { ...blocked, happens: [['organisation.reactivated', 'active']] },
  'key.rotate': { ...first, happens: [['key.rotated', 'active']] },
  'key.expire': { ...first, happens: [['key.expired', 'expired']] },
  'key.deactivate': { ...first, happens: [['key.deactivated', 'deactivated']] },
  'key.block': { ...first, happens: [['key.blocked', 'blocked']] },
  'key.reactivate': { ...first, before: 'key.block', happens: [['key.reactivated', 'active']] },
  'user.deactivate': { ...first, happens: [['user.deactivated', 'deactivated']] },
  'user.block': { ...first, happens: [['user.blocked', 'blocked']] },
  'user.reactivate': { where: { id: 3 }, happens: [['user.reactivated', 'active']] },
  'source.lock': { ...first, with: { for: '1h' }, happens: [['source.locked', 'locked']] },
  'source.unlock': { where: { state: 'locked' }, happens: [['source.unlocked', 'unvalidated']] },
  'source.deactivate': { ...first, happens: [['source.deactivated', 'deactivated']] },
  'source.block': { ...first, happens: [['source.blocked', 'blocked']] },
  'source.reactivate': { ...first, before: 'source.block', happens: [['source.reactivated', 'active']] },
  'session.activate': {
    where: { id: pending },
    happens: [
      ['source.validated', 'active'],
      ['session.activated', 'active'],
    ],
  },
  'session.fail': { where: { id: pending }, with: { error: 'code-required' }, happens: [['session.failed', 'failed']] },
  'session.expire': { where: { id: active }, with: { error: 'admin' }, happens: [['session.expired', 'expired']] },
  'subscription.grant': {
    ...polls,
    where: { id: pollIds.subscription.pending },
    happens: [['subscription.granted', 'active']],
  },
  'subscription.delete': {
    ...polls,
    where: { id: pollIds.subscription.active },
    happens: [['subscription.deleted', 'deleted']],
  },
  'device.connect': { where: { id: 6 }, happens: [['device.connected', 'active']] },
  'device.disconnect': { where: { id: 6 }, happens: [['device.disconnected', 'active']] },
  'poll.start': {
    ...polls,
    where: { id: pollIds.poll.pending },
    happens: [
      ['poll.started', 'processing'],
      ['poll.completed', 'completed'],
    ],
  },
  'poll.complete': {
    ...polls,
    where: { id: pollIds.poll.processing },
    happens: [
      ['result.created', 'available'],
      ['task.succeeded', 'succeeded'],
      ['task.started', 'processing'],
      ['result.created', 'available'],
      ['task.succeeded', 'succeeded'],
      ['poll.completed', 'completed'],
    ],
  },
  'task.succeed': {
    ...polls,
    where: { id: pollIds.task.processing },
    happens: [
      ['result.created', 'available'],
      ['task.succeeded', 'succeeded'],
      ['task.started', 'processing'],
    ],
  },
  'task.fail': {
    ...polls,
    where: { id: pollIds.task.processing },
    with: { error: 'file-not-found' },
    happens: [
      ['task.failed', 'failed'],
      ['task.started', 'processing'],
    ],
  },
  'task.suspend': { ...polls, where: { id: pollIds.task.processing }, happens: [['task.suspended', 'suspended']] },
  'task.resume': { ...polls, where: { id: pollIds.task.suspended }, happens: [['task.resumed', 'processing']] },
  'result.consume': { ...polls, where: { id: pollIds.result.available }, happens: [['result.consumed', 'consumed']] },
  'result.expire': { ...polls, where: { id: pollIds.result.available }, happens: [['result.expired', 'expired']] },
  'config.accept': {
    where: { id: 1, resource: 'webhook_config' },
    happens: [['webhook_config.accepted', 'valid']],
  },
  'config.reject': {
    where: { id: 1, resource: 'webhook_config' },
    happens: [['webhook_config.rejected', 'invalid']],
  },
  'account.change_password': {
    ...first,
    with: { password: 'falken' },
    happens: [
      ['account.password_changed', 'active'],
      ['session.expired', 'expired'],
    ],
  },
  'event.redeliver': { ...polls, where: { state: 'pending' }, before: 'poll.start', happens: [] },
  'fault.arm': { with: { on: 'GET /users', answer: { status: 503 } }, happens: [] },
  'fault.disarm': { happens: [] },
}

describe('Each action returns what happened:', () => {
  it.each(Object.entries(vocabulary) as [ActionName, Row][])(
    '%s',
    async (name, { options, before, happens, ...meant }) => {
      const { mock } = setupApi(options)
      await mock.ready
      if (before) act(mock, before, meant)
      const happened = act(mock, name, meant)
      expect(happened.map(({ event, resource }) => [event, resource.state])).toEqual(happens)
      // Records of one instant are a microsecond apart.
      expect(happened.filter(({ at }) => !at.startsWith('2020-02-20T12:00:00.0000'))).toEqual([])
    },
  )

  it.each(Object.entries(vocabulary) as [ActionName, Row][])(
    '%s, as a step too',
    async (name, { options, before, happens, ...meant }) => {
      const steps = [
        ...(before ? [{ at: '1h' as const, do: before, ...meant }] : []),
        { at: '2h' as const, do: name, ...meant },
      ]
      const { mock } = play({
        steps: steps as readonly StepInput[],
        ...(options && { fixtures: options.fixtures ?? ['empty'] }),
      })
      await mock.clock.advance('1h')
      const happened = await mock.clock.advance('1h')
      // What is due then comes after what the action does.
      expect(eventsOf(happened).slice(0, happens.length || 1)).toEqual(happens.map(([event]) => event))
      expect(mock.scenario.report().problems).toEqual([])
    },
  )

  it('the vocabulary is whole', () => {
    expect(Object.keys(setupApi().mock.actions)).toEqual(Object.keys(vocabulary))
  })

  it('the resource is shown as the API sends it', async () => {
    const { mock, get } = setupApi()
    const [event] = mock.actions['user.block'](first)
    expect(event?.resource).toEqual((await get('/users/1')).body)
  })

  it('a session can be activated when its source is gone', () => {
    const { mock } = setupApi()
    mock.db.source.delete({ where: { id: { equals: 2 } } })
    expect(eventsOf(act(mock, 'session.activate', { where: { id: pending } }))).toEqual(['session.activated'])
  })

  it('an action on several records does them oldest first', () => {
    const happened = setupApi().mock.actions['session.expire']({ where: { state: 'active' } })
    expect(happened.map(({ resource }) => resource.id)).toEqual(['4d7e1f92-3b58-4c66-9e0d-82a5f6c4b713', active])
  })

  it('the type of a super organisation is not shown', () => {
    const { mock } = setupApi({ fixtures: ['super'] })
    const [happened] = act(mock, 'organisation.deactivate', first)
    expect(happened?.resource).not.toHaveProperty('type')
  })

  it.each([
    [false, '[redacted]'],
    [true, 'ricloud-mock-token'],
  ])('a token is shown only where showSecrets is %j', (showSecrets, token) => {
    const { mock } = setupApi({ showSecrets })
    expect(act(mock, 'key.deactivate', first)[0]?.resource.token).toBe(token)
  })

  it('what happens later is not among it', () => {
    const { mock } = setupApi()
    const happened = act(mock, 'user.deactivate', first)
    act(mock, 'user.reactivate', first)
    expect(eventsOf(happened)).toEqual(['user.deactivated'])
  })

  it('what was due before is not among it', async () => {
    const { mock, post } = setupApi()
    await post('/sessions', newSession())
    expect(eventsOf(mock.actions['user.block'](first))).toEqual(['user.blocked'])
  })

  it('what steps did in answer is among it, after it', () => {
    const { mock } = play({ steps: [{ on: 'user.blocked', do: 'organisation.block' }] })
    expect(eventsOf(mock.actions['user.block'](first))).toEqual(['user.blocked', 'organisation.blocked'])
  })
})

describe('What an action does shows in calls:', () => {
  it('a configured organisation may start sessions', async () => {
    const { mock, post } = setupApi({ scenario: 'empty' })
    mock.actions['organisation.configure']()
    const user = (await post('/users', { identifier: 'new@example.com' })).body.id
    expect((await post('/sessions', newSession('new@example.com', user))).status).toBe(201)
  })

  it('a configured organisation has a default storage config', async () => {
    const { mock, get } = setupApi({ scenario: 'empty' })
    mock.actions['organisation.configure']()
    const { storage_configs, storage_config_default } = (await get('/organisation')).body
    expect([storage_configs.data[0].id, storage_configs.data[0].state]).toEqual([storage_config_default, 'valid'])
  })

  it('a configured organisation has no signed URLs', async () => {
    const { mock, get } = setupApi({ scenario: 'empty' })
    mock.actions['organisation.configure']()
    const { signed_urls_enabled, signed_urls_expiry } = (await get('/configs/storage/1')).body
    expect([signed_urls_enabled, signed_urls_expiry]).toEqual([false, null])
  })

  it.each(['organisation.deactivate', 'organisation.block'] as const)('%s shuts every call out', async (name) => {
    const { mock, get } = setupApi()
    mock.actions[name]()
    expect((await get('/users')).body.error).toBe('forbidden')
  })

  it('an organisation that opens again is unconfigured if it was', async () => {
    const { mock, get } = setupApi({ scenario: 'empty' })
    mock.actions['organisation.block']()
    mock.actions['organisation.reactivate']()
    expect((await get('/organisation')).body.state).toBe('unconfigured')
  })

  it.each(['key.expire', 'key.deactivate', 'key.block'] as const)('%s makes its token refused', async (name) => {
    const { mock, get } = setupApi()
    mock.actions[name]({ where: { id: 1 } })
    expect((await get('/users')).body.error).toBe('unauthorized')
  })

  it('a key of another kind is picked by its type', async () => {
    const { mock, get } = setupApi()
    mock.actions['key.expire']({ where: { type: 'trial' } })
    expect((await get('/keys/2')).body.state).toBe('expired')
    expect((await get('/keys/1')).body.state).toBe('active')
  })

  it('a rotated key has a new token, and the old one works for six more hours', async () => {
    const { mock, get } = setupApi()
    mock.actions['key.rotate']({ where: { id: 1 } })
    const token = mock.db.key.findFirst({ where: { id: { equals: 1 } } })?.token
    expect(token).toMatch(newToken)
    await mock.clock.advance('5h')
    expect((await get('/key', withToken('ricloud-mock-token'))).status).toBe(200)
    await mock.clock.advance('1h')
    expect((await get('/key', withToken('ricloud-mock-token'))).status).toBe(401)
    expect((await get('/key', withToken(String(token)))).status).toBe(200)
  })

  it('a key rotated by force refuses the old token at once', async () => {
    const { mock, get } = setupApi()
    mock.actions['key.rotate']({ where: { id: 1 }, with: { force: true } })
    expect((await get('/key', withToken('ricloud-mock-token'))).status).toBe(401)
  })

  it.each(['user.deactivate', 'user.block'] as const)('%s lets it have no new session', async (name) => {
    const { mock, post } = setupApi()
    mock.actions[name](first)
    expect((await post('/sessions', newSession())).body.error).toBe('forbidden')
  })

  it.each(['source.deactivate', 'source.block'] as const)('%s lets it have no new session', async (name) => {
    const { mock, post } = setupApi()
    mock.actions[name](first)
    expect((await post('/sessions', newSession('john.appleseed@reincubate.com'))).body.error).toBe('forbidden')
  })

  it('a source that is locked for an hour opens by itself after it', async () => {
    const { mock } = setupApi()
    mock.actions['source.lock']({ where: { id: 1 }, with: { for: '1h' } })
    expect(linesOf(await mock.clock.advance('2h'))).toEqual(['13:00 source.unlocked 1'])
  })

  it('a source that is locked for good stays locked', async () => {
    const { mock, get } = setupApi()
    mock.actions['source.lock'](first)
    await mock.clock.advance('300d')
    expect((await get('/sources/1')).body.state).toBe('locked')
  })

  it('a source that is locked for good stays so when an earlier lock would have ended', async () => {
    const { mock, get } = setupApi()
    const lock = (details: object) => mock.actions['source.lock']({ ...first, with: details } as never)
    lock({ for: '1h' })
    mock.actions['source.unlock'](first)
    lock({})
    await mock.clock.advance('2h')
    expect((await get('/sources/1')).body.state).toBe('locked')
  })

  it('a source that was blocked while it was locked can be locked for good', async () => {
    const { mock, get } = setupApi()
    mock.actions['source.lock']({ ...first, with: { for: '1h' } })
    mock.actions['source.block'](first)
    mock.actions['source.reactivate'](first)
    mock.actions['source.lock'](first)
    await mock.clock.advance('2h')
    expect((await get('/sources/1')).body.state).toBe('locked')
  })

  it('a source that opens again is active if a session ever succeeded', async () => {
    const { mock, get } = setupApi()
    for (const id of [1, 2]) {
      mock.actions['source.block']({ where: { id } })
      mock.actions['source.reactivate']({ where: { id } })
    }
    const states = [(await get('/sources/1')).body.state, (await get('/sources/2')).body.state]
    expect(states).toEqual(['active', 'unvalidated'])
  })

  it('a session that is activated by hand is not decided again', async () => {
    const { mock, post, get } = setupApi({ settings: { session_init: '1h' } })
    const { id } = (await post('/sessions', newSession('wrong-password@example.com'))).body
    mock.actions['session.activate']({ where: { id } })
    await mock.clock.advance('2h')
    expect((await get(`/sessions/${id}`)).body.state).toBe('active')
  })

  it('a session that is activated by hand lives as long as the settings say', async () => {
    const { mock } = setupApi({ settings: { session_lifetime: '24h' } })
    mock.actions['session.activate']({ where: { id: pending } })
    const ended = (await mock.clock.advance('24h')).filter(({ resource }) => resource.id === pending)
    expect(eventsOf(ended)).toEqual(['session.expired'])
  })

  it.each([
    [{ error: 'code-required' }, 'code-required'],
    [undefined, 'init_failed'],
  ] as const)('session.fail with %o', async (details, error) => {
    const { mock, get } = setupApi({ dialect: 'ricloud-py' })
    mock.actions['session.fail']({ where: { id: pending }, ...(details && { with: details }) })
    expect((await get(`/sessions/${pending}`)).body).toMatchObject({ state: 'failed', error, date_expired: null })
  })

  it.each([
    [{ error: 'organisation' }, 'organisation'],
    [undefined, 'service'],
  ] as const)('session.expire with %o', async (details, error) => {
    const { mock, get } = setupApi()
    mock.actions['session.expire']({ where: { id: active }, ...(details && { with: details }) })
    const date_expired = '2020-02-20T12:00:00.000000Z'
    expect((await get(`/sessions/${active}`)).body).toMatchObject({ state: 'expired', error, date_expired })
  })

  it('after a changed password the old one is refused and the new one accepted', async () => {
    const { mock, get, post } = setupApi()
    const start = async (password: string) => {
      const { id } = (await post('/sessions', { ...newSession(), payload: { password } })).body
      return (await get(`/sessions/${id}`)).body
    }
    await start('joshua')
    const where = { identifier: 'end-user@example.com' }
    const happened = mock.actions['account.change_password']({ where, with: { password: 'falken' } })
    expect(happened.at(-1)?.resource).toMatchObject({ state: 'expired', error: 'service' })
    expect([(await start('joshua')).state, (await start('falken')).state]).toEqual(['failed', 'active'])
  })

  it('a password that is changed again in answer ends each session once', () => {
    const step = { on: 'session.expired', do: 'account.change_password' } as const
    const { mock } = play({ steps: [step] })
    mock.db.session.update({ where: { id: { equals: pending } }, data: { state: 'active', source: 1 } })
    const happened = eventsOf(act(mock, 'account.change_password', first))
    expect(happened.filter((event) => event === 'session.expired')).toHaveLength(2)
  })

  it.each([
    [5, 'password: must be a string, got a number: put it in quotes'],
    ['', 'password: must not be empty'],
  ])('a password that is none is refused: %j', (password, problem) => {
    const { mock } = setupApi()
    expect(() => act(mock, 'account.change_password', { ...first, with: { password } })).toThrow(problem)
  })

  it('a password changed to one not known leaves the old one refused', async () => {
    const { mock, get, post } = setupApi()
    await post('/sessions', newSession())
    await get('/key')
    mock.actions['account.change_password']({ where: { identifier: 'end-user@example.com' } })
    const { id } = (await post('/sessions', newSession())).body
    expect((await get(`/sessions/${id}`)).body.state).toBe('failed')
  })

  it('an armed fault fires until it is disarmed', async () => {
    const { mock, get } = setupApi()
    mock.actions['fault.arm']({ with: { on: 'GET /users', answer: { status: 503 } } })
    expect((await get('/users')).status).toBe(503)
    mock.actions['fault.disarm']()
    expect((await get('/users')).status).toBe(200)
  })

  it('only faults on the call that is named are disarmed', async () => {
    const { mock, get } = setupApi()
    for (const on of ['GET /users', 'GET /sources'] as const)
      mock.actions['fault.arm']({ with: { on, answer: { status: 503 } } })
    mock.actions['fault.disarm']({ with: { on: 'GET /users' } })
    expect([(await get('/users')).status, (await get('/sources')).status]).toEqual([200, 503])
  })
})

/** Actions that a state does not allow; the records of the sample are in it, or come into it by doing the action twice. */
const impossible: [ActionName, Meant, RegExp][] = [
  [
    'organisation.configure',
    first,
    /^organisation 1 is active: "organisation.configure" is not possible in that state\.$/,
  ],
  [
    'organisation.reactivate',
    first,
    /^organisation 1 is active: "organisation.reactivate" is not possible in that state\.$/,
  ],
  ['key.reactivate', first, /^key 1 is active: "key.reactivate" is not possible in that state\.$/],
  [
    'user.deactivate',
    { where: { id: 2 } },
    /^user 2 is deactivated: "user.deactivate" is not possible in that state\.$/,
  ],
  ['user.block', { where: { id: 3 } }, /^user 3 is blocked: "user.block" is not possible in that state\.$/],
  ['user.reactivate', first, /^user 1 is active: "user.reactivate" is not possible in that state\.$/],
  ['source.lock', { where: { id: 4 } }, /^source 4 is locked: "source.lock" is not possible in that state\.$/],
  ['source.unlock', first, /^source 1 is active: "source.unlock" is not possible in that state\.$/],
  [
    'source.deactivate',
    { where: { id: 3 } },
    /^source 3 is deactivated: "source.deactivate" is not possible in that state\.$/,
  ],
  [
    'source.reactivate',
    { where: { id: 2 } },
    /^source 2 is unvalidated: "source.reactivate" is not possible in that state\.$/,
  ],
  [
    'session.activate',
    { where: { id: active } },
    /^session e2c9b0a4-\S+ is active: "session.activate" is not possible in that state\.$/,
  ],
  [
    'session.fail',
    { where: { id: active } },
    /^session e2c9b0a4-\S+ is active: "session.fail" is not possible in that state\.$/,
  ],
  [
    'session.expire',
    { where: { id: failed } },
    /^session 9a0c5d38-\S+ is failed: "session.expire" is not possible in that state\.$/,
  ],
  [
    'session.expire',
    { where: { id: expired } },
    /^session 1f6b8e20-\S+ is expired: "session.expire" is not possible in that state\.$/,
  ],
]
const onlyOnce: [ActionName, RegExp][] = [
  [
    'organisation.deactivate',
    /^organisation 1 is deactivated: "organisation.deactivate" is not possible in that state\.$/,
  ],
  ['organisation.block', /^organisation 1 is blocked: "organisation.block" is not possible in that state\.$/],
  ['key.expire', /^key 1 is expired: "key.expire" is not possible in that state\.$/],
  ['key.deactivate', /^key 1 is deactivated: "key.deactivate" is not possible in that state\.$/],
  ['key.block', /^key 1 is blocked: "key.block" is not possible in that state\.$/],
  ['source.block', /^source 1 is blocked: "source.block" is not possible in that state\.$/],
]

/** Every record, as the plain models have it. */
const allRecords = ({ db }: Mock) =>
  JSON.stringify([db.organisation, db.key, db.user, db.source, db.session].map((model) => model.getAll()))

describe('What a state does not allow is refused by name:', () => {
  it.each(impossible)('%s %o', (name, meant, pattern) => {
    expect(() => act(setupApi().mock, name, meant)).toThrow(pattern)
  })

  it.each(onlyOnce)('%s, a second time', (name, pattern) => {
    const { mock } = setupApi()
    act(mock, name, first)
    expect(() => act(mock, name, first)).toThrow(pattern)
  })

  it.each([
    ['key.block', 'blocked'],
    ['key.deactivate', 'deactivated'],
    ['key.expire', 'expired'],
  ] as const)('key.rotate after %s, of any key', (name, state) => {
    const { mock } = setupApi()
    act(mock, name, { where: { id: 2 } })
    const before = allRecords(mock)
    expect(() => act(mock, 'key.rotate', {})).toThrow(`key 2 is ${state}: "key.rotate" is not possible in that state.`)
    expect([allRecords(mock), mock.record('key', 2).actions.includes('key.rotate')]).toEqual([before, false])
  })

  it('an expired key does not come back', () => {
    const { mock } = setupApi()
    mock.actions['key.expire'](first)
    expect(() => mock.actions['key.reactivate'](first)).toThrow(
      'key 1 is expired: "key.reactivate" is not possible in that state.',
    )
  })

  it.each([
    ['session.expire', {}],
    ['session.activate', {}],
    ['user.deactivate', {}],
    ['source.unlock', {}],
    ['source.reactivate', {}],
    ['organisation.configure', {}],
    ['session.expire', { where: { user: 1 } }],
  ] as [ActionName, Meant][])('%s %o changes no record if one of them does not allow it', (name, meant) => {
    const { mock } = setupApi()
    const before = allRecords(mock)
    expect(() => act(mock, name, meant)).toThrow(/is not possible in that state/)
    expect(allRecords(mock)).toEqual(before)
  })

  it('a refused action sets nothing off', () => {
    const { mock } = play({ steps: [{ on: 'session.expired', do: 'user.block' }] })
    expect(() => mock.actions['session.expire']()).toThrow()
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })

  it('a state decides that is due, not one that is past', async () => {
    const { mock, post } = setupApi()
    const { id } = (await post('/sessions', newSession())).body
    expect(() => mock.actions['session.activate']({ where: { id } })).toThrow(
      /is active: "session.activate" is not possible/,
    )
  })
})

describe('What is meant must be right:', () => {
  it.each([
    ['an ID that is none', 'user.block', { where: { id: '1.0' } }, /where\.id: must be an integer ID, got "1\.0"/],
    ['an ID that nobody has', 'user.block', { where: { id: 99 } }, /^No user matches {"id":99}\.$/],
    ['values that nobody has', 'key.rotate', { where: { type: 'trial', state: 'blocked' } }, /^No key matches /],
    ['an ID of something else', 'session.expire', { where: { id: 1 } }, /^No session matches /],
    ['records of which there are none', 'session.expire', { where: { user: 3 } }, /^No session matches /],
  ] as [string, ActionName, Meant, RegExp][])('%s', (_, name, meant, pattern) => {
    expect(() => act(setupApi().mock, name, meant)).toThrow(pattern)
  })

  it('an action needs a record, and there may be none at all', () => {
    expect(() => setupApi({ scenario: 'empty' }).mock.actions['user.block']()).toThrow(/^No user matches/)
  })

  it.each([
    [
      'an unknown attribute',
      'user.block',
      { where: { stat: 'active' } },
      /where\.stat: is no attribute of user\. Did you mean "state"\? It has id, /,
    ],
    ['an unknown state', 'user.block', { where: { state: 'activ' } }, /where\.state: .*[Dd]id you mean "active"\?/],
    [
      'an unknown detail',
      'session.expire',
      { with: { eror: 'admin' } },
      /eror: is unknown\. Did you mean "error"\? Known here: error\./,
    ],
    [
      'a detail where none is known',
      'user.block',
      { with: { force: true } },
      /force: is unknown: nothing can be given here/,
    ],
    [
      'an unknown error',
      'session.fail',
      { with: { error: 'code-requird' } },
      /error: cannot be "[^"]+"\. Did you mean "code-required"\? It must be "/,
    ],
    ['an error of expiry to fail with', 'session.fail', { with: { error: 'admin' } }, /error: must be/],
    ['a duration that is none', 'source.lock', { with: { for: '6 hrs' } }, /for: "6 hrs" is not a duration/],
    ['a truth that is none', 'key.rotate', { with: { force: 'yes' } }, /force: /],
    ['a fault that does nothing', 'fault.arm', { with: { on: 'GET /users' } }, /does nothing/],
    ['no fault', 'fault.arm', {}, /on: is required/],
    ['a fault on no call', 'fault.arm', { with: { on: 'GET /user', delay: '1s' } }, /Did you mean "GET \/users"\?/],
    ['a call to disarm that the API does not offer', 'fault.disarm', { with: { on: 'GET /user' } }, /Did you mean/],
    ['an unknown option', 'user.block', { wher: { id: 1 } }, /wher: is unknown.*Did you mean "where"\?/],
    ['a list of values', 'user.block', { where: { id: [1, 2] } }, /where\.id: must be text, a number/],
    ['an option of steps', 'user.block', { after: '1h', where: { id: 1 } }, /after/],
    ['a name that every object has', 'user.block', { where: { constructor: 1 } }, /constructor: is no attribute/],
  ] as [string, ActionName, Meant, RegExp][])('%s', (_, name, meant, pattern) => {
    expect(() => act(setupApi().mock, name, meant)).toThrow(pattern)
  })

  it('all problems are reported at once, under the name of the action', () => {
    const meant = { where: { stat: 1 }, with: { eror: 1 } }
    expect(() => act(setupApi().mock, 'session.expire', meant)).toThrow(
      /^Failed to read the action session\.expire: 2 problems\n/,
    )
  })

  it.each([
    ['a token that nobody has', 'key.rotate', { where: { token: 'hush' } }],
    ['a password that is no text', 'account.change_password', { with: { password: ['hush'] } }],
    ['a password for nobody', 'account.change_password', { where: { id: 99 }, with: { password: 'hush' } }],
    ['a password with a wrong name', 'account.change_password', { with: { pasword: 'hush' } }],
  ] as [string, ActionName, Meant][])('a message never shows %s', (_, name, meant) => {
    let message = ''
    try {
      act(setupApi().mock, name, meant)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).not.toBe('')
    expect(message).not.toContain('hush')
  })
})

describe('Actions', () => {
  it('are typed by their details', () => {
    const { actions } = setupApi().mock
    const typed = () => {
      // @ts-expect-error unknown action
      actions['session.expir']()
      // @ts-expect-error unknown detail
      actions['session.expire']({ with: { eror: 'admin' } })
      // @ts-expect-error unknown error
      actions['session.expire']({ with: { error: 'nobody' } })
      // @ts-expect-error an error of failing
      actions['session.expire']({ with: { error: 'code-required' } })
      // @ts-expect-error no duration
      actions['source.lock']({ with: { for: '6 hrs' } })
      // @ts-expect-error not a truth
      actions['key.rotate']({ with: { force: 'yes' } })
      // @ts-expect-error a list of values
      actions['user.block']({ where: { id: [1, 2] } })
      // @ts-expect-error a fault needs a call
      actions['fault.arm']({ with: { delay: '1s' } })
    }
    const details: ActionDetails['source.lock'] = { for: '1h' }
    expect([typeof typed, details]).toEqual(['function', { for: '1h' }])
  })

  it('of one mock leave another one alone', async () => {
    const [one, other] = [setupApi(), setupApi()]
    one.mock.actions['user.block'](first)
    expect((await other.get('/users/1')).body.state).toBe('active')
  })

  it('are undone by a reset', async () => {
    const { mock, get } = setupApi()
    mock.actions['user.block'](first)
    mock.actions['fault.arm']({ with: { on: 'GET /users/*', answer: { status: 503 } } })
    mock.reset()
    expect((await get('/users/1')).body.state).toBe('active')
  })

  it('reach records of every organisation', () => {
    const { mock } = setupApi({ scenario: 'two-organisations' })
    expect(mock.actions['organisation.block']()).toHaveLength(2)
  })
})
