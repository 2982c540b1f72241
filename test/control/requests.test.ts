import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiUrl, type MockOptions } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { newSession, startTime } from '../support/api.ts'
import { setupControl } from './setup.ts'

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setupControl()

/** The last call in the journal. */
const lastOf = async ({ requests }: Pick<ReturnType<typeof setupControl>, 'requests'>) => (await requests()).at(-1)

/** Makes a call, and resolves to its entry in the journal. */
async function noted(method: string, path: string, body?: unknown, options: MockOptions = {}) {
  const api = setupControl(options)
  await api.call(method, path, body)
  return lastOf(api)
}

describe('An entry of the journal shows', () => {
  it('all attributes of a call', async () => {
    const { duration_ms: _, ...request } = await noted('POST', '/users?a=1', { identifier: 'new@example.com', b: 2 })
    expect(request).toEqual({
      id: 1,
      at: startTime,
      method: 'POST',
      path: '/users',
      query: { a: '1' },
      route: 'POST /users',
      caller: { organisation: 1, key: 1 },
      status: 201,
      error: null,
      message: null,
      decided_by: [],
      deprecated: null,
      ignored: ['a', 'b'],
      body: { identifier: 'new@example.com', b: 2 },
      body_length: 38,
      headers: { authorization: '[redacted]', 'content-type': 'text/plain;charset=UTF-8' },
      answer: {
        headers: {
          'content-type': 'application/json',
          date: 'Thu, 20 Feb 2020 12:00:00 GMT',
          'mock-ignored': 'a, b',
        },
        body: expect.objectContaining({ resource: 'user', identifier: 'new@example.com' }),
        body_length: expect.any(Number),
        is_cut: false,
      },
      about: { resource: 'user', id: 4, label: 'new@example.com', state: 'active', error: null },
      caused: [1],
      reason: null,
    })
  })

  it('the virtual time of the call', async () => {
    const api = setupControl()
    await api.mock.clock.advance('90m')
    await api.get('/users')
    expect((await lastOf(api)).at).toBe('2020-02-20T13:30:00.000000Z')
  })

  it('the time of the request, not that of the answer', async () => {
    const api = setupControl({ settings: { session_init: '5s' } })
    await api.post('/sessions', newSession(), { 'ricloud-await': '10' })
    expect((await lastOf(api)).at).toBe(startTime)
  })

  it.each([
    ['GET', '/users/1', 'GET /users/{id}'],
    ['GET', '/sources/5/children', 'GET /sources/{id}/children'],
    ['GET', '/users/99', 'GET /users/{id}'],
    ['POST', '/keys/1/rotate', 'POST /keys/{id}/rotate'],
    ['GET', '/users/%31', 'GET /users/{id}'],
  ])('the matching route: %s %s', async (method, path, route) => {
    expect((await noted(method, path)).route).toBe(route)
  })

  it.each([
    ['an unknown path', 'GET', '/user'],
    ['a method that the path does not offer', 'DELETE', '/users/1'],
  ])('no route for %s', async (_, method, path) => {
    const { route, caller, status } = await noted(method, path)
    expect([route, caller, status]).toEqual([null, null, 404])
  })

  it('the caller, by organisation and key', async () => {
    const api = setupControl({ scenario: 'two-organisations' })
    await api.get('/users', withToken('ricloud-mock-other-token'))
    expect((await lastOf(api)).caller).toEqual({ organisation: 2, key: 2 })
  })

  it('the caller of a rejected call', async () => {
    const { caller, status } = await noted('GET', '/users/99')
    expect([caller, status]).toEqual([{ organisation: 1, key: 1 }, 404])
  })

  it('the route but no caller where the token is unknown', async () => {
    const api = setupControl()
    await api.get('/users', withToken('nobody'))
    expect(await lastOf(api)).toMatchObject({ route: 'GET /users', caller: null, status: 401, error: 'unauthorized' })
  })

  it('no caller where there is no token', async () => {
    const api = setupControl()
    await api.get('/users', { authorization: '' })
    expect(await lastOf(api)).toMatchObject({ caller: null, status: 401 })
  })

  it('the error and the message of the answer', async () => {
    const api = setupControl()
    const { body } = await api.get('/users/99')
    const { error, message } = await lastOf(api)
    expect({ error, message }).toEqual(body)
  })

  it('the method HEAD with the route of GET', async () => {
    const api = setupControl()
    await api.mock.fetch(`${apiUrl}/users`, { method: 'HEAD', headers: withToken(api.mock.token) })
    expect(await lastOf(api)).toMatchObject({ method: 'HEAD', route: 'GET /users', status: 200 })
  })

  it('the path as it was sent', async () => {
    expect((await noted('GET', '//users/%31/')).path).toBe('//users/%31/')
  })

  it('a repeated query parameter as an array', async () => {
    const { query } = await noted('GET', '/users?state=active&state=blocked&limit=1')
    expect(query).toEqual({ state: ['active', 'blocked'], limit: '1' })
  })

  it('unescaped query parameters', async () => {
    expect((await noted('GET', '/users?identifier=a%20%26%2B')).query).toEqual({ identifier: 'a &+' })
  })

  it('ignored parameters, as the answer names them', async () => {
    const api = setupControl()
    const source = { user: 1, type: 'icloud.account', identifier: 'a', nope: 1 }
    const { headers } = await api.post('/sources?x=1', { ...source, why: 2 })
    expect((await lastOf(api)).ignored.join(', ')).toBe(headers.get('mock-ignored'))
  })

  it('no used parameter as ignored', async () => {
    expect((await noted('GET', '/users?limit=1&state=active')).ignored).toEqual([])
  })

  it('the fault that fired on the call', async () => {
    const faults = [{ on: 'GET /users', first: 1, answer: { status: 503 } } as const]
    const request = await noted('GET', '/users', undefined, { scenario: { scenario: 'x', faults } })
    expect(request).toMatchObject({
      status: 503,
      error: 'internal-server-error',
      decided_by: ['fault (GET /users, first 1: status 503)'],
    })
  })

  it('the fault that only delayed the call', async () => {
    const faults = [{ on: 'GET /users', delay: '2s' } as const]
    const request = await noted('GET', '/users', undefined, { scenario: { scenario: 'x', faults } })
    expect([request.status, request.decided_by]).toEqual([200, ['fault (GET /users: delay 2s)']])
  })

  it.each(['reset', 'empty'] as const)('status 0 where a fault closed the connection: %s', async (close) => {
    const { mock, requests } = setupControl()
    mock.faults.arm({ on: 'GET /users', close })
    await mock.fetch(`${apiUrl}/users`, { headers: withToken(mock.token) })
    expect(await requests()).toMatchObject([
      { status: 0, error: null, decided_by: [`fault (GET /users: close ${close})`] },
    ])
  })

  it('the status of a truncated answer', async () => {
    const { mock, requests } = setupControl()
    mock.faults.arm({ on: 'GET /users', close: 'truncated' })
    await mock.fetch(`${apiUrl}/users`, { headers: withToken(mock.token) })
    expect(await requests()).toMatchObject([{ status: 200, decided_by: ['fault (GET /users: close truncated)'] }])
  })

  it('the route of a call on which a fault fired', async () => {
    const { mock, post, requests } = setupControl()
    mock.faults.arm({ on: 'POST /users', answer: { status: 503 } })
    await post('/users', { identifier: 'a@example.com' })
    expect(await requests()).toMatchObject([{ route: 'POST /users' }])
  })

  it('the body of a call on which a fault fired', async () => {
    const { mock, post, requests } = setupControl()
    mock.faults.arm({ on: 'POST /users', answer: { status: 503 } })
    await post('/users', { identifier: 'a@example.com' })
    expect(await requests()).toMatchObject([{ body: { identifier: 'a@example.com' } }])
  })

  it('the step that acted while the call was handled', async () => {
    const steps = [{ on: 'POST /users', do: 'organisation.block' } as const]
    const { decided_by } = await noted('POST', '/users', { identifier: 'a' }, { scenario: { scenario: 'x', steps } })
    expect(decided_by).toEqual(['step 1 (on POST /users: organisation.block)'])
  })

  const chain = [
    { on: 'user.created', do: 'user.block' },
    { on: 'user.blocked', do: 'user.reactivate' },
  ] as const

  it('every step that its events triggered', async () => {
    const scenario = { scenario: 'x', steps: chain }
    const { decided_by } = await noted('POST', '/users', { identifier: 'a' }, { scenario })
    expect(decided_by.sort()).toEqual([
      'step 1 (on user.created: user.block)',
      'step 2 (on user.blocked: user.reactivate)',
    ])
  })

  it('a step before the steps that it triggered', async () => {
    const scenario = { scenario: 'x', steps: chain }
    const { decided_by } = await noted('POST', '/users', { identifier: 'a' }, { scenario })
    expect(decided_by[0]).toBe('step 1 (on user.created: user.block)')
  })

  it('no step that acted after the call', async () => {
    const steps = [{ on: 'user.created', after: '1h', do: 'user.block' } as const]
    const api = setupControl({ scenario: { scenario: 'x', steps } })
    await api.post('/users', { identifier: 'a' })
    await api.mock.clock.advance('2h')
    expect((await lastOf(api)).decided_by).toEqual([])
  })

  it('no step that was due before the call', async () => {
    const steps = [{ at: '1h', do: 'user.block', where: { id: 1 } } as const]
    const api = setupControl({ scenario: { scenario: 'x', steps } })
    await api.mock.clock.advance('2h')
    await api.get('/users')
    expect((await lastOf(api)).decided_by).toEqual([])
  })
})

describe('The duration of a call', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is in real milliseconds', async () => {
    const api = setupControl({ clock: { speed: 10 } })
    api.mock.faults.arm({ on: 'GET /users', delay: '1s' })
    const answer = api.get('/users')
    await vi.advanceTimersByTimeAsync(100)
    await answer
    expect((await lastOf(api)).duration_ms).toBe(100)
  })

  it('does not depend on a frozen clock', async () => {
    const api = setupControl()
    api.mock.faults.arm({ on: 'GET /users', delay: '1h' })
    await api.get('/users')
    expect((await lastOf(api)).duration_ms).toBe(0)
  })
})

describe('The journal entry of a call that waits shows', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** The `decided_by` of a session that became active while the call waited. */
  async function decided(meanwhile: (api: ReturnType<typeof setupControl>) => Promise<unknown>) {
    const steps = [{ on: 'session.activated', do: 'user.block' } as const]
    const api = setupControl({ clock: {}, settings: { session_init: '5s' }, scenario: { scenario: 'x', steps } })
    const answer = api.post('/sessions', newSession(), { 'ricloud-await': '10' })
    await vi.advanceTimersByTimeAsync(1000)
    await meanwhile(api)
    await vi.advanceTimersByTimeAsync(5000)
    await answer
    return (await lastOf(api)).decided_by
  }

  it('the step that acted while it waited', async () => {
    expect(await decided(async () => {})).toEqual(['step 1 (on session.activated: user.block)'])
  })

  it('the step that acted while it waited, also after another call', async () => {
    expect(await decided(({ get }) => get('/users'))).toEqual(['step 1 (on session.activated: user.block)'])
  })
})

describe('The journal entry of a call shows of its body', () => {
  it.each<[string, unknown, unknown, number]>([
    ['null where there is none', '', null, 0],
    ['null where it is not JSON', '{"identifier":', null, 14],
    ['null', 'null', null, 4],
    ['an array', '[1,2]', [1, 2], 5],
    ['text', '"text"', 'text', 6],
    ['attributes that the call does not know', '{"x":{"y":[1]}}', { x: { y: [1] } }, 15],
  ])('%s', async (_, sent, body, body_length) => {
    expect(await noted('POST', '/users', sent)).toMatchObject({ body, body_length })
  })

  it('all of 16 KiB', async () => {
    const identifier = 'x'.repeat(16 * 1024 - '{"identifier":""}'.length)
    expect(await noted('POST', '/users', { identifier })).toMatchObject({
      body: { identifier },
      body_length: 16 * 1024,
    })
  })

  it('only the length of a longer one', async () => {
    const identifier = 'x'.repeat(16 * 1024)
    expect(await noted('POST', '/users', { identifier })).toMatchObject({ body: null, body_length: 16 * 1024 + 17 })
  })

  it('nothing of one that is too large to be read', async () => {
    const request = await noted('POST', '/users', { identifier: 'x'.repeat(1024 * 1024) })
    expect(request).toMatchObject({ status: 400, error: 'invalid-body', body: null })
  })
})

describe('The journal hides', () => {
  const secrets = {
    password: 'hush',
    code: 'hush',
    token: 'hush',
    tokens: ['hush'],
    secret: 'hush',
    credentials: { key: 'hush' },
    access_token: 'hush',
    client_secret: 'hush',
    PASSWORD: 'hush',
  }

  it.each(Object.entries(secrets))('%s in a body', async (name, value) => {
    expect((await noted('POST', '/users', { [name]: value })).body).toEqual({ [name]: '[redacted]' })
  })

  it.each(Object.entries(secrets))('%s at any depth', async (name, value) => {
    const { body } = await noted('POST', '/users', { a: [{ b: { [name]: value } }] })
    expect(body).toEqual({ a: [{ b: { [name]: '[redacted]' } }] })
  })

  it.each(['password', 'code', 'token', 'secret'])('%s in a query', async (name) => {
    expect((await noted('GET', `/users?${name}=hush&limit=1`)).query).toEqual({ [name]: '[redacted]', limit: '1' })
  })

  it('the password of a session', async () => {
    const { body } = await noted('POST', '/sessions', newSession())
    expect(body.payload).toEqual({ password: '[redacted]' })
  })

  it('only secrets', async () => {
    const plain = { encoded: 'a', passwordless: true, codec: 'b', identifier: 'c', tokenised: 1 }
    expect((await noted('POST', '/users', plain)).body).toEqual(plain)
  })

  it('no secret whose value is null', async () => {
    expect((await noted('POST', '/users', { password: null })).body).toEqual({ password: null })
  })

  it('an invalid secret in the message of the error', async () => {
    const wanted = { source: newSession().source, payload: { password: ['hush'] } }
    expect(JSON.stringify(await noted('POST', '/sessions', wanted))).not.toContain('hush')
  })

  it('the token of the caller', async () => {
    const api = setupControl({ token: 'hush-hush' })
    await api.get('/users')
    expect(JSON.stringify(await api.requests())).not.toContain('hush-hush')
  })

  it.each(['accessToken', 'newPassword', 'apiSecret', 'twoFactorCode'])('%s in camel case', async (name) => {
    expect(JSON.stringify(await noted('POST', '/users', { [name]: 'hush' }))).not.toContain('hush')
  })

  it('nothing where showSecrets is on', async () => {
    const wanted = newSession()
    expect((await noted('POST', '/sessions?token=x', wanted, { showSecrets: true })).body).toEqual(wanted)
  })

  it('nothing of a query where showSecrets is on', async () => {
    expect((await noted('GET', '/users?token=x', undefined, { showSecrets: true })).query).toEqual({ token: 'x' })
  })
})

describe('The journal', () => {
  const idsIn = async ({ requests }: Pick<ReturnType<typeof setupControl>, 'requests'>) =>
    (await requests()).map(({ id }) => id)

  it('lists the oldest call first, with IDs from 1', async () => {
    const { get, requests } = setupControl()
    for (const path of ['/users', '/keys', '/sources']) await get(path)
    expect((await requests()).map(({ id, path }) => `${id} ${path}`)).toEqual(['1 /users', '2 /keys', '3 /sources'])
  })

  it('does not contain control calls', async () => {
    const api = setupControl()
    await api.get('/_mock/clock')
    await api.post('/_mock/nope', {})
    await api.put('/_mock/scenario', { scenario: 'nope' })
    expect(await api.requests()).toEqual([])
  })

  it('keeps as many calls as the option says', async () => {
    const api = setupControl({ journal: 3 })
    for (let i = 0; i < 5; i++) await api.get('/users')
    expect(await idsIn(api)).toEqual([3, 4, 5])
  })

  it('keeps every call until it is full', async () => {
    const api = setupControl({ journal: 3 })
    for (let i = 0; i < 3; i++) await api.get('/users')
    expect(await idsIn(api)).toEqual([1, 2, 3])
  })

  it('counts dropped calls too', async () => {
    const { get } = setupControl({ journal: 3 })
    for (let i = 0; i < 5; i++) await get('/users')
    expect((await get('/_mock/requests')).body.total_count).toBe(5)
  })

  it('with length 0 keeps nothing, but counts', async () => {
    const { get } = setupControl({ journal: 0 })
    await get('/users')
    expect((await get('/_mock/requests')).body).toEqual({ requests: [], total_count: 1 })
  })

  it('keeps the last 1,000 calls by default', async () => {
    const api = setupControl()
    for (let i = 0; i < 1002; i++) await api.mock.fetch(`${apiUrl}/nope`)
    expect([(await api.requests()).length, (await api.requests())[0].id]).toEqual([1000, 3])
  })

  it('is emptied by DELETE, and IDs go on', async () => {
    const api = setupControl()
    await api.get('/users')
    expect((await api.delete('/_mock/requests')).body).toEqual({ requests: [], total_count: 0 })
    await api.get('/keys')
    expect(await idsIn(api)).toEqual([2])
  })

  it('keeps every call again after it was full and emptied', async () => {
    const api = setupControl({ journal: 3 })
    for (let i = 0; i < 5; i++) await api.get('/users')
    await api.delete('/_mock/requests')
    for (let i = 0; i < 4; i++) await api.get('/keys')
    expect((await api.requests()).map(({ id, path }) => [id, path])).toEqual([
      [7, '/keys'],
      [8, '/keys'],
      [9, '/keys'],
    ])
  })

  it('is emptied by a reset', async () => {
    const api = setupControl()
    await api.get('/users')
    await api.post('/_mock/reset')
    expect((await api.get('/_mock/requests')).body).toEqual({ requests: [], total_count: 0 })
  })

  it.each(['', '?keep=true'])('is kept when another scenario is loaded%s', async (query) => {
    const api = setupControl()
    await api.get('/users')
    await api.put(`/_mock/scenario${query}`, { scenario: 'empty' })
    expect(await idsIn(api)).toEqual([1])
  })

  it('is kept when a snapshot is restored', async () => {
    const api = setupControl()
    await api.post('/_mock/snapshots', { name: 'a' })
    await api.get('/users')
    await api.post('/_mock/snapshots/a/restore')
    expect(await idsIn(api)).toEqual([1])
  })

  it('continues its IDs after a snapshot was restored', async () => {
    const api = setupControl()
    await api.post('/_mock/snapshots', { name: 'a' })
    await api.get('/users')
    await api.post('/_mock/snapshots/a/restore')
    await api.get('/users')
    expect(await idsIn(api)).toEqual([1, 2])
  })

  it('returns views that later calls do not change', async () => {
    const { mock, get } = setupControl()
    await get('/users')
    const before = mock.requests.list()
    await get('/keys')
    expect(before).toHaveLength(1)
  })
})

describe('GET /_mock/requests', () => {
  const setup = async () => {
    const api = setupControl()
    await api.get('/users')
    await api.get('/users/1')
    await api.get('/users/99')
    await api.post('/users', { identifier: 'a' })
    await api.get('/sources/5/children')
    return api
  }

  it.each([
    ['a method', '?method=POST', [4]],
    ['a path', '?path=/users', [1, 4]],
    ['one segment of a path', '?path=/users/*', [2, 3]],
    ['a segment in the middle of a path', '?path=/sources/*/children', [5]],
    ['the rest of a path', '?path=/sources/*', [5]],
    ['every path', '?path=/*', [1, 2, 3, 4, 5]],
    ['a status', '?status=404', [3]],
    ['the last ones', '?limit=2', [4, 5]],
    ['the last ones that match', '?method=GET&limit=2', [3, 5]],
    ['several filters', '?method=GET&path=/users/*&status=200', [2]],
    ['a filter that nothing matches', '?method=HEAD', []],
    ['a limit above the number of calls', '?limit=100', [1, 2, 3, 4, 5]],
  ])('filters by %s', async (_, query, ids) => {
    const { requests } = await setup()
    expect((await requests(query)).map(({ id }) => id)).toEqual(ids)
  })

  it('counts all calls, whatever the filter', async () => {
    const { get } = await setup()
    expect((await get('/_mock/requests?limit=1')).body.total_count).toBe(5)
  })

  it.each(['/us*', '/users and more', 'users'])('rejects the path %s', async (path) => {
    const { get } = await setup()
    const { status, body } = await get(`/_mock/requests?path=${encodeURIComponent(path)}`)
    expect([status, Object.keys(body.params)]).toEqual([400, ['path']])
  })

  it.each([
    ['method=get', 'method'],
    ['method=FETCH', 'method'],
    ['path=users', 'path'],
    ['status=ok', 'status'],
    ['status=700', 'status'],
    ['status=-1', 'status'],
    ['status=', 'status'],
    ['limit=0', 'limit'],
    ['limit=2.5', 'limit'],
    ['limit=all', 'limit'],
    ['limt=1', 'limt'],
    ['body=a', 'body'],
  ])('rejects ?%s', async (query, name) => {
    const { status, body } = await rejecting.get(`/_mock/requests?${query}`)
    expect([status, body.error, Object.keys(body.params)]).toEqual([400, 'invalid-parameter', [name]])
  })

  it('suggests the nearest name for an unknown filter', async () => {
    const { body } = await rejecting.get('/_mock/requests?limt=1')
    expect(body.message).toContain('Did you mean "limit"?')
  })

  it('suggests the nearest method', async () => {
    const { body } = await rejecting.get('/_mock/requests?method=PSOT')
    expect(body.message).toContain('did you mean "POST"?')
  })
})

describe('mock.requests.list', () => {
  it.each([
    ['an unknown filter', { limt: 1 }, /limt: is unknown.*Did you mean "limit"/],
    ['a limit of 0', { limit: 0 }, /limit: must be above 0/],
    ['a status that is a string', { status: '200' }, /status: must be 0, or a whole number from 100 to 599, got "200"/],
    ['a method in lower case', { method: 'get' }, /method: must be "GET"/],
  ])('rejects %s', (_, filter, message) => {
    expect(() => rejecting.mock.requests.list(filter as never)).toThrow(message)
  })
})
