import { describe, expect, it } from 'vitest'
import { withToken } from '../support/answers.ts'
import { newSession, startTime } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'
import { setupControl } from './setup.ts'

type Api = ReturnType<typeof setupControl>
const actionOn = (action: string, id: string | number) => ({
  method: 'POST',
  path: '/_mock/actions',
  body: { do: action, where: { id } },
})

/** The reason of the last call in the journal. */
const lastReason = async ({ requests }: Api) => (await requests()).at(-1).reason

const info = { session: sessionIds.active, payload: { info_types: ['*'] } }

describe('The reason of', () => {
  const refused: readonly [string, object, (api: Api) => unknown, object][] = [
    [
      'a call with a revoked token says whose it was and when it ended',
      {},
      async ({ mock, post, get }) => {
        const { token } = mock
        await post('/keys/1/rotate')
        await mock.clock.advance('7h')
        await get('/users', withToken(token))
      },
      {
        rule: 'token.revoked',
        fact: 'key.rotation',
        values: { key: 1, replaced: startTime, revoked: '2020-02-20T18:00:00.000000Z', rotation_grace: '6h' },
      },
    ],
    [
      'a call with a token that a forced rotation revoked says so',
      {},
      async ({ mock, post, get }) => {
        const { token } = mock
        await post('/keys/1/rotate', { force: true })
        await get('/users', withToken(token))
      },
      { rule: 'token.revoked', sentence: expect.stringContaining('revoked at once') },
    ],
    ['a call with an unknown token', {}, ({ get }) => get('/users', withToken('x')), { rule: 'token.unknown' }],
    [
      'a call with the token of a key that was blocked names the action that ends it',
      {},
      ({ mock, get }) => {
        mock.actions['key.block']({ where: { id: 1 } })
        return get('/users')
      },
      { rule: 'key.state', values: { id: 1, state: 'blocked' }, change: actionOn('key.reactivate', 1) },
    ],
    [
      'a call of a blocked organisation',
      {},
      ({ mock, get }) => {
        mock.actions['organisation.block']()
        return get('/users')
      },
      { rule: 'organisation.state', fact: 'organisation.closed', change: actionOn('organisation.reactivate', 1) },
    ],
    [
      'a 404 for the record of another organisation tells that it exists',
      { scenario: 'two-organisations' },
      ({ get }) => get('/users/1', withToken('ricloud-mock-other-token')),
      {
        rule: 'record.organisation',
        fact: 'wire.other_organisation',
        values: { resource: 'user', id: 1, organisation: 1, caller: 2 },
      },
    ],
    [
      'a 404 for an unknown ID is its message',
      {},
      ({ get }) => get('/users/99'),
      { rule: 'not-found', sentence: 'No user has the ID "99".' },
    ],
    [
      'a session of a blocked user',
      {},
      ({ mock, post }) => {
        mock.actions['user.block']({ where: { id: 1 } })
        return post('/sessions', newSession())
      },
      { rule: 'user.state', fact: 'user.closed', change: actionOn('user.reactivate', 1) },
    ],
    [
      'a call beyond the rate limit names the setting and when the window ends',
      { settings: { rate_limit: { requests: 1, per: '1m' } } },
      async ({ get }) => {
        await get('/users')
        await get('/users')
      },
      {
        rule: 'rate_limit',
        values: { requests: 1, per: '1m', count: 2 },
        change: { method: 'POST', path: '/_mock/clock', body: { advance: '60s' } },
      },
    ],
    [
      'a poll of an organisation without a valid storage config',
      {},
      ({ mock, post }) => {
        mock.db.storage_config.update({ where: { id: { equals: 1 } }, data: { state: 'invalid' } })
        return post('/polls', info)
      },
      {
        rule: 'organisation.storage_config',
        values: { storage_config: 1, state: 'invalid' },
        change: actionOn('organisation.configure', 1),
      },
    ],
    [
      'a poll whose storage config is invalid says why its test failed',
      {},
      async ({ post }) => {
        const { body: config } = await post('/configs/storage', { url: 's3://own/path' })
        await post('/key', { storage_config: config.id })
        await post('/polls', info)
      },
      {
        rule: 'organisation.storage_config',
        sentence: expect.stringMatching(
          /^The storage config \d+ is invalid \(it has no credentials\), and only a valid one /,
        ),
      },
    ],
    [
      'a poll whose storage config failed its last test, and not the first, says why',
      {},
      async ({ mock, post }) => {
        await post('/configs/storage/1/test')
        await mock.clock.advance('1h')
        mock.db.storage_config.update({ where: { id: { equals: 1 } }, data: { has_credentials: false } })
        await post('/configs/storage/1/test')
        await mock.clock.advance('1h')
        await post('/polls', info)
      },
      {
        rule: 'organisation.storage_config',
        sentence: expect.stringMatching(
          /^The storage config 1 is invalid \(it has no credentials\), and only a valid one /,
        ),
      },
    ],
    [
      'a poll beyond the in-flight limit',
      { settings: { in_flight: 1, poll_init: '1h' } },
      async ({ post }) => {
        await post('/polls', info)
        await post('/polls', info)
      },
      { rule: 'poll.in_flight', fact: 'poll.in_flight', values: { in_flight: 1 } },
    ],
    [
      'a poll of an expired session',
      {},
      async ({ mock, post }) => {
        mock.actions['session.expire']({ where: { id: sessionIds.active } })
        await post('/polls', info)
      },
      { rule: 'session.state', values: { state: 'expired', error: 'service' } },
    ],
    [
      'a source without the scope of its type',
      { scenario: 'missing-scope' },
      ({ post }) => post('/sources', { user: 1, type: 'rirelay.instance' }),
      { rule: 'permissions.scope', fact: 'error.missing-scope', values: { scope: 'source_type:rirelay.instance' } },
    ],
    [
      'a call that a fault struck is the fault, and not the token that was not read',
      {},
      ({ mock, get }) => {
        mock.faults.arm({ on: 'GET /users', answer: { status: 401 } })
        return get('/users')
      },
      {
        rule: 'fault',
        values: { fault: 'GET /users: status 401' },
        change: { method: 'DELETE', path: '/_mock/faults?on=GET%20%2Fusers' },
      },
    ],
  ]

  it.each(refused)('%s', async (_, options, call, reason) => {
    const api = setupControl(options)
    await call(api)
    expect(await lastReason(api)).toMatchObject(reason)
  })

  it('a plain success is null', async () => {
    const api = setupControl()
    await api.get('/users')
    expect(await lastReason(api)).toBeNull()
  })
})

describe('The reason of a session that', () => {
  const ended: readonly [string, string, object, object][] = [
    [
      'lacks a code',
      'two-factor@example.com',
      { password: 'x' },
      {
        rule: 'session.code',
        sentence:
          'code-required: no code was sent, and the account icloud.account two-factor@example.com, a test identifier, wants one. Sent as init_failed, as documented, and to ricloud-py as code-required.',
      },
    ],
    [
      'has a wrong code',
      'two-factor@example.com',
      { password: 'x', code: '9' },
      { rule: 'session.code', values: { code_sent: true } },
    ],
    ['ends as its account scripts', 'wrong-password@example.com', { password: 'x' }, { rule: 'account.outcomes' }],
    [
      'has a locked account',
      'locked@example.com',
      { password: 'x' },
      { rule: 'account.locked', values: { locked_until: '2020-02-20T13:00:00.000001Z' } },
    ],
  ]

  it.each(ended)('%s', async (_, identifier, payload, reason) => {
    const api = setupControl()
    const { body } = await api.post('/sessions', { ...newSession(identifier), payload }, { 'ricloud-await': '1' })
    expect(body.state).toBe('failed')
    expect(await lastReason(api)).toMatchObject(reason)
  })

  it.each([
    ['session_lifetime', 'session.lifetime'],
    ['session_idle', 'session.idle'],
  ])('ended by the setting %s names it', async (setting, rule) => {
    const api = setupControl({ settings: { [setting]: '1h' } })
    const { body } = await api.post('/sessions', newSession(), { 'ricloud-await': '1' })
    await api.mock.clock.advance('2h')
    await api.get(`/sessions/${body.id}`)
    expect(await lastReason(api)).toMatchObject({ rule, values: { [setting]: '1h' } })
  })

  it('failed is also that of the call which started it', async () => {
    const api = setupControl({ scenario: 'two-factor' })
    await api.post('/sessions', newSession('renate@example.com'))
    await api.mock.clock.advance('2s')
    expect((await api.requests())[0]).toMatchObject({
      about: { resource: 'session', label: 'renate@example.com', state: 'failed', error: 'code-required' },
      reason: { rule: 'session.code' },
    })
  })
})

describe('The header Mock-Reason', () => {
  it('is not there by default', async () => {
    expect((await setupControl().get('/users/99')).headers.has('mock-reason')).toBe(false)
  })

  it.each([
    ['the option reasons', { reasons: true }, {}],
    ['the header Mock-Reason: 1 of the request', {}, { 'mock-reason': '1' }],
  ])('is there with %s', async (_, options, headers) => {
    const { headers: answered } = await setupControl(options).get('/users/99', headers)
    expect(answered.get('mock-reason')).toBe('not-found: No user has the ID "99".')
  })

  it('is not there on plain success', async () => {
    expect((await setupControl({ reasons: true }).get('/users/1')).headers.has('mock-reason')).toBe(false)
  })

  it('cannot be asked for by others than this machine', async () => {
    const api = setupControl()
    api.mock.expose()
    expect((await api.get('/users/99', { 'mock-reason': '1' })).headers.has('mock-reason')).toBe(false)
  })

  it('is one line of ASCII', async () => {
    const { headers } = await setupControl({ reasons: true }).post('/users/1', { state: 'ü\n😀' })
    expect(headers.get('mock-reason')).toMatch(/^[\x20-\x7e]+$/)
  })

  it('holds no secret', async () => {
    const wanted = { source: newSession().source, payload: { password: ['hush'] } }
    const { headers } = await setupControl({ reasons: true }).post('/sessions', wanted)
    expect(headers.get('mock-reason')).not.toContain('hush')
  })
})

describe('A reason is told in', () => {
  it('mock.summary()', async () => {
    const api = setupControl({ scenario: 'two-organisations' })
    await api.get('/users/1', withToken('ricloud-mock-other-token'))
    expect(api.mock.summary()).toContain('belongs to the organisation 1')
  })

  it('the near misses of a verification', async () => {
    const api = setupControl({ scenario: 'two-organisations' })
    await api.get('/users/1', withToken('ricloud-mock-other-token'))
    expect(() => api.mock.requests.verify({ path: '/users/1', status: 200 })).toThrow(/belongs to the organisation 1/)
  })
})
