import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

const user = (id: number) => recordOf(worlds.default.users, id)

describe('POST /users/{id}', () => {
  it.each([
    ['the key', { key: 2 }],
    ['the identifier', { identifier: 'john@example.com' }],
    ['the state', { state: 'deactivated' }],
    ['nothing to the identifier it has', { identifier: 'john.appleseed@reincubate.com' }],
    ['nothing to the state it has', { state: 'active' }],
    ['nothing without parameters', {}],
  ])('changes %s and nothing else', async (_, changes) => {
    const { post } = setupApi()
    expect(answerOf(await post('/users/1', changes))).toEqual({ status: 200, body: { ...user(1), ...changes } })
  })

  it('makes a deactivated user active again', async () => {
    const { post } = setupApi()
    const body = { ...user(2), state: 'active' }
    expect(answerOf(await post('/users/2', { state: 'active' }))).toEqual({ status: 200, body })
  })

  it('keeps what it changed', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/users/1', { identifier: 'john@example.com', key: '2', state: 'deactivated' })
    expect((await get('/users/1')).body).toEqual(body)
  })

  it('finds the user by its new identifier', async () => {
    const { post } = setupApi()
    const { body } = await post('/users/1', { identifier: 'john@example.com' })
    expect(answerOf(await post('/users', { identifier: 'john@example.com' }))).toEqual({ status: 200, body })
  })

  it.each(['active', 'deactivated'])('leaves a blocked user blocked when %s is asked for', async (state) => {
    const { post } = setupApi()
    expect(answerOf(await post('/users/3', { state }))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: 'The user 3 is blocked, which its organisation cannot change.' },
    })
  })

  it.each([
    ['a key that is not an ID', { key: 'mine' }, 'key'],
    ['a key of null', { key: null }, 'key'],
    ['an unknown key', { key: 99 }, 'key'],
    ['an empty identifier', { identifier: '' }, 'identifier'],
    ['an identifier that is not text', { identifier: 7 }, 'identifier'],
    ['an identifier that is taken', { identifier: 'renate@example.com' }, 'identifier'],
    ['a blocked state', { state: 'blocked' }, 'state'],
    ['a state that does not exist', { state: 'asleep' }, 'state'],
  ])('refuses %s', async (_, changes, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/users/1', changes))).toEqual(['400 invalid-parameter', field])
  })

  it('says who has an identifier that is taken', async () => {
    const { post } = setupApi()
    const { params } = (await post('/users/1', { identifier: 'renate@example.com' })).body
    expect(params).toEqual({ identifier: ['is taken by user 2: "renate@example.com"'] })
  })

  it('takes an identifier that another organisation knows', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect((await post('/users/1', { identifier: 'ada@example.com' })).body.identifier).toBe('ada@example.com')
  })

  it('refuses a key of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/users/1', { key: 2 }))).toEqual(['400 invalid-parameter', 'key'])
  })

  it.each([
    ['deactivated', 'key.deactivate'],
    ['blocked', 'key.block'],
    ['expired', 'key.expire'],
  ] as const)('refuses a key that is %s', async (state, action) => {
    const { mock, post } = setupApi()
    mock.actions[action]({ where: { id: 2 } })
    const { status, body } = await post('/users/1', { key: 2 })
    expect([status, body.params]).toEqual([400, { key: [`names a key that is ${state}: 2`] }])
  })

  it('changes nothing when one of the parameters is refused', async () => {
    const { get, post } = setupApi()
    await post('/users/3', { identifier: 'gus@example.com', state: 'active' })
    expect((await get('/users/3')).body).toEqual(user(3))
  })

  it('leaves running sessions of a deactivated user alone', async () => {
    const { get, post } = setupApi()
    const { body } = await get('/sessions?state=active')
    await post('/users/1', { state: 'deactivated' })
    expect((await get('/sessions?state=active')).body).toEqual(body)
  })

  it('ignores the organisation, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/users/1', { organisation: 2 })
    expect([answer.body, ignoredBy(answer)]).toEqual([user(1), 'organisation'])
  })

  it.each(['99', 'john'])('does not find the user %s', async (id) => {
    const { post } = setupApi()
    expect(refusalOf(await post(`/users/${id}`, {}))).toBe('404 not-found')
  })

  it('does not find a user of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await post('/users/2', {}))).toBe('404 not-found')
  })
})
