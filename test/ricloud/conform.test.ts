import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/engine/http/exchange.ts'
import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import { newSession, setupApi } from '../support/api.ts'
import { check, checkBy } from '../support/conform.ts'
import { apiDocument } from '../support/definition.ts'
import { endpoints } from '../support/routes.ts'
import { startDeclined } from '../support/sessions.ts'

const answered = (status: number, body: unknown, more: Partial<Answer> = {}): Answer => {
  return { status, headers: {}, body: JSON.stringify(body), ...more }
}
const reading = (url: string) => ({ method: 'GET', url, body: '' })
const sending = (url: string, body: unknown) => ({ method: 'POST', url, body: JSON.stringify(body) })
const readable = endpoints.filter(([method]) => method === 'GET').map(([, path]) => path)

/** Every way to change one of the objects in a value. */
function changed(value: unknown, change: (object: Record<string, unknown>) => object[]): unknown[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => changed(item, change).map((other) => value.with(i, other)))
  if (typeof value !== 'object' || value === null) return []
  const object = value as Record<string, unknown>
  // What is known of a device may have any names, and so may scopes.
  const inner = Object.entries(object).filter(([name]) => name !== 'info' && name !== 'scopes')
  const within = inner.flatMap(([name, item]) => changed(item, change).map((other) => ({ ...object, [name]: other })))
  return [...change(object), ...within]
}

describe.each([
  ['documented', {}],
  ['ricloud-py', { 'user-agent': 'ricloud-py/3.2.0' }],
])('what is answered in the dialect %s', (dialect, headers) => {
  it.each(readable)('is as described: %s', async (path) => {
    const { status, body } = await setupApi().get(path, headers)
    expect(check(reading(path), answered(status, body))).toBeUndefined()
  })

  it.each(readable)('has no attribute that is not described: %s', async (path) => {
    const { status, body } = await setupApi().get(path, headers)
    const wrong = changed(body, (object) => [{ ...object, surprise: 1 }])
    const missed = wrong.filter((other) => !check(reading(path), answered(status, other)))
    expect([wrong.length > 0, missed]).toEqual([true, []])
  })

  it.each(readable)('lacks no attribute that is described: %s', async (path) => {
    const { status, body } = await setupApi().get(path, headers)
    const optional = (name: string, value: unknown) => name === 'publish_source_files' || value === 'list'
    const wrong = changed(body, (object) =>
      Object.keys(object)
        .filter((name) => !optional(name, object[name]))
        .map((lost) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== lost))),
    )
    const missed = wrong.filter((other) => !check(reading(path), answered(status, other)))
    expect([wrong.length > 0, missed]).toEqual([true, []])
  })

  it('is as described where a session failed', async () => {
    const { status, body } = await startDeclined(setupApi(), { ...headers, 'ricloud-await': '1' })
    expect(body.error).toBe(dialect === 'documented' ? 'init_failed' : 'source-locked')
    expect(check(sending('/sessions', newSession()), answered(status, body))).toBeUndefined()
  })

  it('is as described to a super organisation', async () => {
    const { mock, get } = setupApi({ fixtures: ['super'] })
    const { status, body } = await get('/organisation', { ...headers, authorization: `Token ${mock.token}` })
    expect([body.type, check(reading('/organisation'), answered(status, body))]).toEqual(['super', undefined])
  })
})

const source = { user: 1, type: 'icloud.account', identifier: 'a@example.com' }

/** What a call answers to the first of its examples. */
async function exemplary(path: string): Promise<Answer> {
  const { examples = {} } = apiRoutes.find((row) => row.method === 'POST' && row.path === path) ?? {}
  const { status, body } = await setupApi().post(path.replace('{id}', '1'), Object.values(examples)[0])
  return answered(status, body)
}

describe('what a body may be', () => {
  it.each([
    ['/sessions', {}],
    ['/sessions', { source, payload: {} }],
    ['/sessions', { source, payload: { password: '' } }],
    ['/sessions', { source: { ...source, user: 'one' }, payload: { password: 'joshua' } }],
    ['/sessions', { source: { ...source, user: 0 }, payload: { password: 'joshua' } }],
    ['/sessions', { source: { ...source, type: 'rirelay.source' }, payload: { code: '123456' } }],
    ['/sessions', { source: { ...source, type: 'rirelay.instance' }, payload: { password: 'joshua' } }],
    ['/sessions', { source: { user: 1, type: 'icloud.account' }, payload: { password: 'joshua' } }],
    ['/sources', { user: 1, type: 'mocks.mock' }],
    ['/sources', { ...source, user: '-1' }],
    ['/users', {}],
    ['/users', { identifier: null }],
    ['/users/{id}', { state: 'blocked' }],
    ['/keys/{id}', { storage_config: 'first' }],
    ['/keys/{id}/rotate', { force: 'yes' }],
    ['/organisation', { config: { publish_source_files: null } }],
  ])('is refused by the mock and by the document: POST %s %j', async (path, body) => {
    const url = path.replace('{id}', '1')
    const { status } = await setupApi().post(url, body)
    const fault = check(sending(url, body), await exemplary(path))
    expect([status, fault]).toEqual([400, expect.stringContaining('was accepted')])
  })

  it.each([
    ['/sessions', { source: { user: '1', type: 'rirelay.instance' }, payload: { code: 'A1B2C3', other: 1 } }],
    ['/sessions', { source: { ...source, type: 'mocks.mock', other: 1 }, payload: {}, other: 1 }],
    ['/sources', { user: 1, type: 'rirelay.instance' }],
    ['/keys', { storage_config: null, webhook_config: '1', config: {} }],
    ['/users', { identifier: 'x', key: '1', other: null }],
  ])('is accepted by both: POST %s %j', async (url, body) => {
    const { status, body: shown } = await setupApi().post(url, body)
    expect([status, check(sending(url, body), answered(status, shown))]).toEqual([201, undefined])
  })
})

const user = {
  id: 1,
  resource: 'user',
  organisation: 1,
  key: 1,
  identifier: 'x',
  state: 'active',
  date_created: '2018-11-08T13:05:29.954188Z',
}
const error = (code: string, message = 'No.') => ({ error: code, message })

describe('the check of every call of the tests', () => {
  it.each([
    ['another state', answered(200, { ...user, state: 'locked' })],
    ['a number as text', answered(200, { ...user, id: '1' })],
    ['a datetime without its digits', answered(200, { ...user, date_created: '2018-11-08T13:05:29Z' })],
    ['another status', answered(201, user)],
    ['a header', answered(200, user, { headers: { 'retry-after': '1' } })],
    ['an error as a success', answered(200, error('not-found'))],
    ['an error that it never gives', answered(403, error('missing-scope'))],
    ['an error of another status', answered(401, error('forbidden'))],
    ['an error that there is not', answered(404, error('gone'))],
    ['an error without its message', answered(404, { error: 'not-found' })],
    ['a body that is no JSON', answered(200, user, { body: '<html>' })],
  ])('finds %s', (_, answer) => {
    expect(check(reading('/users/1'), answer)).toMatch(/^GET \/users\/1 answered \d+: /)
  })

  it.each([
    ['what is described', answered(200, user)],
    ['a refusal', answered(404, error('not-found'))],
    ['a scripted fault', answered(400, error('invalid-parameter', 'A scripted fault.'))],
    ['a closed connection', answered(0, undefined, { body: '', close: 'reset' })],
  ])('lets pass %s', (_, answer) => {
    expect(check(reading('/users/1?x=1'), answer)).toBeUndefined()
  })

  it.each([
    ['GET', '/nowhere'],
    ['POST', '/sessions/1'],
    ['PATCH', '/users/1'],
  ])('knows the only answer of a call that there is not: %s %s', (method, url) => {
    const found = [error('not-found'), user].map((body) => check({ method, url, body: '' }, answered(404, body)))
    expect(found).toEqual([undefined, expect.stringContaining(`${method} ${url} answered 404: `)])
  })

  it('applies the document', () => {
    const wrong = JSON.parse(
      JSON.stringify(apiDocument()).replaceAll('"identifier":{"type":"string"}', '"identifier":{"type":"null"}'),
    )
    expect(checkBy(wrong)(reading('/users/1'), answered(200, user))).toContain('it/identifier must be null')
  })
})
