import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { base, limit, setupScoped } from './scopes.ts'

describe('POST /permissions', () => {
  it('makes permissions with the attributes of the contract, in their order', async () => {
    const { post } = setupApi()
    const scopes = { 'source_type:icloud.*': [limit('user', 2)] }
    const body = { id: 2, resource: 'permissions', organisation: 1, scopes }
    expect(JSON.stringify(answerOf(await post('/permissions', { scopes })))).toBe(JSON.stringify({ status: 201, body }))
  })

  it.each([
    ['no scope', {}],
    ['everything of a kind', { 'source_type:*': [] }],
    ['a family', { 'source_type:icloud.*': [] }],
    ['one type', { 'source_type:icloud.account': [] }],
    ['a deeper name', { 'data_type:icloud.account.info': [] }],
    ['letters, digits and "_"', { 'task_type:poll_2.all': [] }],
    ['several kinds', { 'source_type:*': [], 'task_type:*': [], 'data_type:*': [] }],
    ['a type that nobody knows yet', { 'source_type:android.account': [] }],
    ['a limit of nothing', { 'source_type:*': [limit('organisation', 0)] }],
    ['limits of each level', { 'source_type:*': [limit('organisation', 9), limit('key', 5), limit('user', 2)] }],
  ])('takes %s as scopes', async (_, scopes) => {
    const { post } = setupApi()
    expect((await post('/permissions', { scopes })).body.scopes).toEqual(scopes)
  })

  it.each([
    ['nothing', ''],
    ['a kind alone', 'source_type'],
    ['a kind without a name', 'source_type:'],
    ['a name alone', 'icloud.account'],
    ['an unknown kind', 'poll_type:*'],
    ['capitals', 'source_type:iCloud.account'],
    ['a wildcard in front', 'source_type:*.account'],
    ['a wildcard in the middle', 'data_type:icloud.*.info'],
    ['a wildcard without a dot', 'source_type:icloud*'],
    ['two wildcards', 'source_type:**'],
    ['an empty part', 'source_type:icloud..account'],
    ['a dot at the end', 'source_type:icloud.'],
    ['two colons', 'source_type::*'],
    ['a space', 'source_type: *'],
    ['a wildcard for the kind', '*:*'],
  ])('refuses a scope of %s, and says what is right', async (_, scope) => {
    const { post } = setupApi()
    const { status, body } = await post('/permissions', { scopes: { [scope]: [] } })
    const fault =
      'must be a kind and a name, as in "source_type:icloud.*"; kinds are source_type, task_type, data_type and file_type'
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        error: 'invalid-parameter',
        message: `Invalid parameters: scopes.${scope} ${fault}.`,
        params: { [`scopes.${scope}`]: [fault] },
      },
    })
  })

  it('says that it ignores a scope called __proto__', async () => {
    const { post } = setupApi()
    expect(ignoredBy(await post('/permissions', '{"scopes": {"__proto__": []}}'))).toBe('scopes.__proto__')
  })

  it.each([
    ['left out', undefined],
    ['null', null],
    ['an array', ['source_type:*']],
    ['text', 'source_type:*'],
  ])('refuses scopes that are %s', async (_, scopes) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/permissions', { scopes }))).toEqual(['400 invalid-parameter', 'scopes'])
  })

  it.each([
    ['limits that are no array', {}, ''],
    ['limits that are null', null, ''],
    ['a limit that is a number', [5], '.0'],
    ['a limit of −1', [limit('user', -1)], '.0.value'],
    ['a limit of a fraction', [limit('user', 1.5)], '.0.value'],
    ['a limit as text', [{ ...limit('user', 1), value: '1' }], '.0.value'],
    ['a limit without a value', [{ level: 'user', type: 'count' }], '.0.value'],
    ['a limit of an unknown level', [{ ...limit('user', 1), level: 'source' }], '.0.level'],
    ['a limit without a level', [{ type: 'count', value: 1 }], '.0.level'],
    ['a limit of an unknown type', [{ ...limit('user', 1), type: 'sum' }], '.0.type'],
    ['a limit with something else', [{ ...limit('user', 1), per: '1h' }], '.0.per'],
    ['a second limit of −1', [limit('user', 1), limit('key', -1)], '.1.value'],
  ])('refuses %s', async (_, limits, place) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/permissions', { scopes: { 'source_type:*': limits } }))).toEqual([
      '400 invalid-parameter',
      `scopes.source_type:*${place}`,
    ])
  })

  it.each([
    [limit('user', -1), 'value must be a whole number from 0 on, got -1.'],
    [
      { ...limit('user', 1), level: 'usr' },
      'level must be "organisation", "key" or "user", got "usr" (did you mean "user"?).',
    ],
  ])('says what is wrong with the limit %j', async (given, sentence) => {
    const { post } = setupApi()
    const { body } = await post('/permissions', { scopes: { 'source_type:*': [given] } })
    expect(body.message).toBe(`Invalid parameters: scopes.source_type:*.0.${sentence}`)
  })

  it.each([
    [null, 'scopes must be an object of scopes and their limits, got null.'],
    [{ 'source_type:*': {} }, 'scopes.source_type:* must be an array of limits, got an object.'],
    [{ 'source_type:*': [5] }, 'scopes.source_type:*.0 must be an object with level, type and value, got 5.'],
  ])('says what scopes are instead of %j', async (scopes, sentence) => {
    const { post } = setupApi()
    expect((await post('/permissions', { scopes })).body.message).toBe(`Invalid parameters: ${sentence}`)
  })

  it('refuses everything beyond a base that is gone', async () => {
    const { mock, post } = setupApi()
    mock.db.permissions.delete({ where: { id: { equals: 1 } } })
    const { body } = await post('/permissions', { scopes: { 'source_type:*': [] } })
    expect(body.message).toContain("is wider than the organisation's base, which has no scopes")
  })

  it('says what a limit may have where it has something else', async () => {
    const { post } = setupApi()
    const { body } = await post('/permissions', { scopes: { 'source_type:*': [{ ...limit('user', 1), per: '1h' }] } })
    expect(body.message).toContain('level, type, value')
  })

  it.each([
    ['everything', 'source_type:*'],
    ['another family', 'source_type:rirelay.*'],
    ['a name that begins alike', 'source_type:icloud_drive.account'],
    ['a type of another family', 'source_type:mocks.mock'],
    ['more than the one type', 'data_type:icloud.account.*'],
    ['the family of the one type', 'data_type:icloud.*'],
  ])('refuses %s beyond the base, and names what the base has', async (_, scope) => {
    const { post } = setupScoped()
    const { status, body } = await post('/permissions', { scopes: { [scope]: [] } })
    const fault = `is wider than the organisation's base, which has ${Object.keys(base).join(', ')}`
    expect([status, body.error, body.params]).toEqual([400, 'invalid-parameter', { [`scopes.${scope}`]: [fault] }])
  })

  it.each([
    ['as wide as the base', base],
    ['narrower than the base', { 'source_type:icloud.account': [], 'task_type:poll.*': [] }],
  ])('takes scopes %s', async (_, scopes) => {
    const { post } = setupScoped()
    expect((await post('/permissions', { scopes })).status).toBe(201)
  })

  it('names each scope that is wider than the base', async () => {
    const { post } = setupScoped()
    const scopes = { 'source_type:*': [], 'source_type:icloud.*': [], 'data_type:*': [] }
    const faults = ['400 invalid-parameter', 'scopes.source_type:*', 'scopes.data_type:*']
    expect(faultsOf(await post('/permissions', { scopes }))).toEqual(faults)
  })

  it('makes nothing when it refuses', async () => {
    const { mock, post } = setupScoped()
    await post('/permissions', { scopes: { 'source_type:*': [] } })
    expect(mock.db.permissions.count()).toBe(1)
  })

  it('ignores other parameters, and says so', async () => {
    const { post } = setupApi()
    expect(ignoredBy(await post('/permissions', { scopes: {}, identifier: 'mine', organisation: 2 }))).toBe(
      'identifier, organisation',
    )
  })
})
