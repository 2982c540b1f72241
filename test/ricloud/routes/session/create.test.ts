import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf, uuid, withToken } from '../../../support/answers.ts'
import { newSession, setupApi, startTime } from '../../../support/api.ts'
import { startDeclined } from '../../../support/sessions.ts'
import { recordOf, sessionIds, worlds, worldWithScopes } from '../../../support/worlds.ts'

const payload = { password: 'joshua' }
const pending = {
  id: expect.stringMatching(uuid),
  resource: 'session',
  organisation: 1,
  key: 1,
  user: 1,
  source: expect.anything(),
  state: 'pending',
  error: null,
  date_created: expect.any(String),
  date_expired: null,
}

/** A session request for a source of the default world. */
function sessionOn(id: number) {
  const { user, type, identifier } = recordOf(worlds.default.sources, id)
  return { source: { user, type, identifier }, payload }
}

describe('POST /sessions', () => {
  it('starts a pending session on a known source', async () => {
    const { post } = setupApi()
    const body = { ...pending, source: recordOf(worlds.default.sources, 1), date_created: startTime }
    expect(answerOf(await post('/sessions', sessionOn(1)))).toEqual({ status: 201, body })
  })

  it('makes the source where it is not known', async () => {
    const { get, post } = setupApi({ settings: { session_init: '1s' } })
    const { body } = await post('/sessions', newSession('new@example.com'))
    expect(body.source).toEqual((await get('/sources/8')).body)
  })

  it('makes an unvalidated source', async () => {
    const { post } = setupApi()
    expect((await post('/sessions', newSession('new@example.com'))).body.source).toEqual({
      id: 8,
      resource: 'source',
      user: 1,
      type: 'icloud.account',
      identifier: 'new@example.com',
      info: null,
      parent: null,
      children: { data: [], has_more: false, total_count: 0, url: '/sources/8/children' },
      state: 'unvalidated',
      date_created: startTime,
    })
  })

  it('is of the key in use', async () => {
    const { post } = setupApi()
    const { body } = await post('/sessions', newSession(), withToken('ricloud-mock-trial-token'))
    expect(body).toEqual({ ...pending, key: 2 })
  })

  it.each([
    ['icloud.account', { password: 'joshua', code: '123456' }],
    ['rirelay.instance', { code: '123456' }],
    ['mocks.mock', {}],
  ])('takes the payload of %s', async (type, payload) => {
    const { post } = setupApi()
    const source = { user: 1, type, identifier: 'new' }
    expect(answerOf(await post('/sessions', { source, payload }))).toEqual({ status: 201, body: pending })
  })

  it('is active once the service has accepted it', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/sessions', newSession())
    const source = { ...body.source, state: 'active' }
    expect((await get(`/sessions/${body.id}`)).body).toEqual({ ...body, source, state: 'active' })
  })

  it('stays pending as long as the settings say', async () => {
    const { mock, get, post } = setupApi({ settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    await mock.clock.set('2020-02-20T12:00:01.999999Z')
    expect((await get(`/sessions/${body.id}`)).body).toEqual(body)
  })

  it('fails on a locked source', async () => {
    const api = setupApi()
    const { body } = await startDeclined(api)
    expect((await api.get(`/sessions/${body.id}`)).body).toEqual({ ...body, state: 'failed', error: 'init_failed' })
  })

  it('leaves a failed session failed when another one is started', async () => {
    const api = setupApi()
    await startDeclined(api)
    expect((await api.get(`/sessions/${sessionIds.failed}`)).body).toEqual(
      recordOf(worlds.default.sessions, sessionIds.failed),
    )
  })

  it('starts another session where the source has an active one', async () => {
    const { get, post } = setupApi()
    await post('/sessions', sessionOn(1))
    expect((await get('/sessions?source=1&state=active')).body.total_count).toBe(2)
  })

  it.each([
    ['no source', { payload }, ['source']],
    ['no payload', { source: newSession().source }, ['payload']],
    ['neither source nor payload', {}, ['source', 'payload']],
    ['a source that is not an object', { source: 1, payload }, ['source']],
    ['a source that is null', { source: null, payload }, ['source']],
    ['a payload that is not an object', { source: newSession().source, payload: 'joshua' }, ['payload']],
  ])('refuses %s', async (_, wanted, fields) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/sessions', wanted))).toEqual(['400 invalid-parameter', ...fields])
  })

  it.each([
    ['no user', { user: undefined }, 'source.user'],
    ['an unknown user', { user: 99 }, 'source.user'],
    ['a user that is not an ID', { user: 'john' }, 'source.user'],
    ['no type', { type: undefined }, 'source.type'],
    ['an unknown type', { type: 'icloud' }, 'source.type'],
    ['a child source', { type: 'rirelay.source' }, 'source.type'],
    ['no identifier', { identifier: undefined }, 'source.identifier'],
    ['an empty identifier', { identifier: '' }, 'source.identifier'],
    ['an identifier that is not text', { identifier: 7 }, 'source.identifier'],
  ])('refuses a source with %s', async (_, difference, field) => {
    const { post } = setupApi()
    const { source } = newSession()
    const answer = await post('/sessions', { source: { ...source, ...difference }, payload })
    expect(faultsOf(answer)).toEqual(['400 invalid-parameter', field])
  })

  it.each([
    ['icloud.account', 'no password', {}, 'payload.password'],
    ['icloud.account', 'an empty password', { password: '' }, 'payload.password'],
    ['icloud.account', 'a password that is not text', { password: 123456 }, 'payload.password'],
    ['icloud.account', 'a code that is not text', { password: 'joshua', code: 123456 }, 'payload.code'],
    ['rirelay.instance', 'no code', {}, 'payload.code'],
    ['rirelay.instance', 'a code that is not text', { code: 123456 }, 'payload.code'],
  ])('refuses a payload for %s with %s', async (type, _, payload, field) => {
    const { post } = setupApi()
    const answer = await post('/sessions', { source: { user: 1, type, identifier: 'new' }, payload })
    expect(faultsOf(answer)).toEqual(['400 invalid-parameter', field])
  })

  it('refuses a user of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/sessions', newSession('new', 2)))).toEqual(['400 invalid-parameter', 'source.user'])
  })

  it('is taken of an organisation that is not configured', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    await post('/users', { identifier: 'ada@example.com' })
    expect((await post('/sessions', newSession())).status).toBe(201)
  })

  it.each([
    ['deactivated', 2],
    ['blocked', 3],
  ])('refuses a %s user', async (state, id) => {
    const { post } = setupApi()
    expect(answerOf(await post('/sessions', newSession('new', id)))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: `The user ${id} is ${state} and gets no new sessions.` },
    })
  })

  it.each(['deactivated', 'blocked'] as const)('refuses a %s source', async (state) => {
    const { mock, post } = setupApi()
    mock.db.source.update({ where: { id: { equals: 1 } }, data: { state } })
    expect(answerOf(await post('/sessions', sessionOn(1)))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: `The source 1 is ${state} and gets no new sessions.` },
    })
  })

  it('refuses a new source without the scope of its type', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'source_type:rirelay.*': [] })] })
    expect(refusalOf(await post('/sessions', newSession()))).toBe('403 missing-scope')
  })

  it('needs no scope for a known source', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({})] })
    expect((await post('/sessions', sessionOn(1))).status).toBe(201)
  })

  it.each([
    ['organisation', 3],
    ['key', 3],
    ['user', 2],
  ] as const)('refuses a new source beyond the limit of the %s', async (level, value) => {
    const { post } = setupApi({
      fixtures: [worldWithScopes({ 'source_type:icloud.*': [{ level, type: 'count', value }] })],
    })
    expect(refusalOf(await post('/sessions', newSession()))).toBe('403 limit-exceeded')
  })

  it.each([
    ['the parameters', { source: newSession().source }],
    ['the payload', { ...newSession(), payload: {} }],
    ['the user', newSession('new', 3)],
  ])('makes neither session nor source when it refuses %s', async (_, wanted) => {
    const { mock, post } = setupApi()
    await post('/sessions', wanted)
    expect([mock.db.session.count(), mock.db.source.count()]).toEqual([5, 7])
  })

  it('ignores unknown parameters at every depth, and says so', async () => {
    const { post } = setupApi()
    const source = { ...newSession().source, info: null }
    const answer = await post('/sessions', { source, payload: { ...payload, hint: 'games' }, state: 'active' })
    expect([answer.status, ignoredBy(answer)?.split(', ').sort()]).toEqual([
      201,
      ['payload.hint', 'source.info', 'state'],
    ])
  })
})
