import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf, uuid, withToken } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'
import { recordOf, worlds, worldWithScopes } from '../../../support/worlds.ts'

const wanted = { user: 1, type: 'icloud.account', identifier: 'new@example.com' }
const newSource = {
  id: 8,
  resource: 'source',
  ...wanted,
  info: null,
  parent: null,
  children: { data: [], has_more: false, total_count: 0, url: '/sources/8/children' },
  state: 'unvalidated',
  date_created: startTime,
}

describe('POST /sources', () => {
  it.each(['icloud.account', 'rirelay.instance', 'mocks.mock'])('makes an unvalidated %s', async (type) => {
    const { post } = setupApi()
    const answer = await post('/sources', { ...wanted, type })
    expect(answerOf(answer)).toEqual({ status: 201, body: { ...newSource, type } })
  })

  it('takes the user as digits', async () => {
    const { post } = setupApi()
    expect(answerOf(await post('/sources', { ...wanted, user: '1' }))).toEqual({ status: 201, body: newSource })
  })

  it('gives a Relay instance without an identifier one of its own', async () => {
    const { post } = setupApi()
    const body = { ...newSource, type: 'rirelay.instance', identifier: expect.stringMatching(uuid) }
    expect(answerOf(await post('/sources', { user: 1, type: 'rirelay.instance' }))).toEqual({ status: 201, body })
  })

  it('keeps the source', async () => {
    const { get, post } = setupApi()
    await post('/sources', wanted)
    expect((await get('/sources/8')).body).toEqual(newSource)
  })

  it.each([1, 2, 3, 4, 5])('answers with the known source %i of the same user, type and identifier', async (id) => {
    const { post } = setupApi()
    const body = recordOf(worlds.default.sources, id)
    const { user, type, identifier } = body
    expect(answerOf(await post('/sources', { user, type, identifier }))).toEqual({ status: 200, body })
  })

  it.each([
    ['user', { user: 2 }],
    ['type', { type: 'rirelay.instance' }],
    ['identifier', { identifier: 'john@example.com' }],
  ])('makes another source where the %s differs', async (_, difference) => {
    const { post } = setupApi()
    const { user, type, identifier } = recordOf(worlds.default.sources, 1)
    expect((await post('/sources', { user, type, identifier, ...difference })).status).toBe(201)
  })

  it('works for an organisation that is not configured', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    await post('/users', { identifier: 'ada@example.com' })
    expect((await post('/sources', wanted)).status).toBe(201)
  })

  it.each([
    ['no user', { user: undefined }, 'user'],
    ['an unknown user', { user: 99 }, 'user'],
    ['a user that is not an ID', { user: 'john' }, 'user'],
    ['no type', { type: undefined }, 'type'],
    ['an unknown type', { type: 'icloud.accounts' }, 'type'],
    ['a child source', { type: 'rirelay.source' }, 'type'],
    ['no identifier', { identifier: undefined }, 'identifier'],
    ['an empty identifier', { identifier: '' }, 'identifier'],
    ['an identifier that is not text', { identifier: 7 }, 'identifier'],
  ])('refuses %s', async (_, difference, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/sources', { ...wanted, ...difference }))).toEqual(['400 invalid-parameter', field])
  })

  it('refuses a user of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/sources', { ...wanted, user: 2 }))).toEqual(['400 invalid-parameter', 'user'])
  })

  it('ignores the state, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/sources', { ...wanted, state: 'active' })
    expect([answer.body, ignoredBy(answer)]).toEqual([newSource, 'state'])
  })

  it('refuses a new source without the scope of its type', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'source_type:rirelay.*': [] })] })
    expect(answerOf(await post('/sources', wanted))).toEqual({
      status: 403,
      body: { error: 'missing-scope', message: 'The organisation lacks the scope "source_type:icloud.account".' },
    })
  })

  it('makes no source without the scope', async () => {
    const { mock, post } = setupApi({ fixtures: [worldWithScopes({})] })
    await post('/sources', wanted)
    expect(mock.db.source.count()).toBe(7)
  })

  it.each(['source_type:icloud.account', 'source_type:icloud.*', 'source_type:*'])(
    'makes a source by the scope %s',
    async (scope) => {
      const { post } = setupApi({ fixtures: [worldWithScopes({ [scope]: [] })] })
      expect((await post('/sources', wanted)).status).toBe(201)
    },
  )

  it('needs no scope for a known source', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({})] })
    const { user, type, identifier } = recordOf(worlds.default.sources, 1)
    expect((await post('/sources', { user, type, identifier })).status).toBe(200)
  })

  it('says which limit would be broken', async () => {
    const limit = { level: 'organisation', type: 'count', value: 3 } as const
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'source_type:icloud.*': [limit] })] })
    const message = 'The scope "source_type:icloud.*" allows 3 for each organisation, and there are 3 already.'
    const answer = { status: 403, body: { error: 'limit-exceeded', message } }
    expect(answerOf(await post('/sources', wanted))).toEqual(answer)
  })

  it.each([
    ['organisation', 'source_type:icloud.*', 3],
    ['organisation', 'source_type:*', 7],
    ['key', 'source_type:icloud.account', 3],
    ['user', 'source_type:icloud.*', 2],
  ] as const)('holds the %s to the limit of %s', async (level, scope, held) => {
    const limited = (value: number) =>
      setupApi({ fixtures: [worldWithScopes({ [scope]: [{ level, type: 'count', value }] })] }).post('/sources', wanted)
    expect([refusalOf(await limited(held)), (await limited(held + 1)).status]).toEqual(['403 limit-exceeded', 201])
  })

  it.each(['key', 'user'] as const)('does not count what belongs to another %s', async (level) => {
    const { post } = setupApi({
      fixtures: [worldWithScopes({ 'source_type:*': [{ level, type: 'count', value: 1 }] })],
    })
    const { body: user } = await post('/users', { identifier: 'ada@example.com' })
    const answer = await post('/sources', { ...wanted, user: user.id }, withToken('ricloud-mock-trial-token'))
    expect(answer.status).toBe(201)
  })

  it('gives a known source where the limit is reached', async () => {
    const limit = { level: 'organisation', type: 'count', value: 0 } as const
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'source_type:*': [limit] })] })
    const { user, type, identifier } = recordOf(worlds.default.sources, 1)
    expect((await post('/sources', { user, type, identifier })).status).toBe(200)
  })
})
