import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, withToken } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

const newUser = {
  id: 4,
  resource: 'user',
  organisation: 1,
  key: 1,
  identifier: 'ada@example.com',
  state: 'active',
  date_created: startTime,
}
const ada = { identifier: 'ada@example.com' }

describe('POST /users', () => {
  it('makes an active user of the key in use', async () => {
    const { post } = setupApi()
    expect(answerOf(await post('/users', ada))).toEqual({ status: 201, body: newUser })
  })

  it('makes it of the key of another token', async () => {
    const { post } = setupApi()
    const answer = await post('/users', ada, withToken('ricloud-mock-trial-token'))
    expect(answerOf(answer)).toEqual({ status: 201, body: { ...newUser, key: 2 } })
  })

  it.each([2, '2'])('makes it of the key given as %j', async (key) => {
    const { post } = setupApi()
    expect(answerOf(await post('/users', { ...ada, key }))).toEqual({ status: 201, body: { ...newUser, key: 2 } })
  })

  it('keeps the user', async () => {
    const { get, post } = setupApi()
    await post('/users', ada)
    expect((await get('/users/4')).body).toEqual(newUser)
  })

  it.each([1, 2, 3])('answers with the known user %i, unchanged', async (id) => {
    const { post } = setupApi()
    const body = recordOf(worlds.default.users, id)
    expect(answerOf(await post('/users', { identifier: body.identifier, key: 2 }))).toEqual({ status: 200, body })
  })

  it('makes a user whose identifier another organisation knows', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(answerOf(await post('/users', ada))).toEqual({ status: 201, body: { ...newUser, id: 3 } })
  })

  it('works for an organisation that is not configured', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    expect(answerOf(await post('/users', ada))).toEqual({ status: 201, body: { ...newUser, id: 1 } })
  })

  it.each([
    ['no identifier', {}, 'identifier'],
    ['an empty identifier', { identifier: '' }, 'identifier'],
    ['an identifier that is not text', { identifier: 7 }, 'identifier'],
    ['an identifier of null', { identifier: null }, 'identifier'],
    ['an unknown key', { ...ada, key: 99 }, 'key'],
    ['a key that is not an ID', { ...ada, key: 'mine' }, 'key'],
    ['an organisation that is not an ID', { ...ada, organisation: 'mine' }, 'organisation'],
  ])('refuses %s', async (_, wanted, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/users', wanted))).toEqual(['400 invalid-parameter', field])
  })

  it('names every parameter at fault', async () => {
    const { post } = setupApi()
    const faults = ['400 invalid-parameter', 'identifier', 'key']
    expect(faultsOf(await post('/users', { identifier: '', key: 'mine' }))).toEqual(faults)
  })

  it('refuses a key of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/users', { identifier: 'eve@example.com', key: 2 }))).toEqual([
      '400 invalid-parameter',
      'key',
    ])
  })

  it.each([
    ['deactivated', 'key.deactivate'],
    ['blocked', 'key.block'],
    ['expired', 'key.expire'],
  ] as const)('refuses a key that is %s', async (state, action) => {
    const { mock, post } = setupApi()
    mock.actions[action]({ where: { id: 2 } })
    const { status, body } = await post('/users', { ...ada, key: 2 })
    expect([status, body.params]).toEqual([400, { key: [`names a key that is ${state}: 2`] }])
  })

  it('makes no user when it refuses', async () => {
    const { mock, post } = setupApi()
    await post('/users', { ...ada, key: 99 })
    expect(mock.db.user.count()).toBe(3)
  })

  it('ignores the state, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/users', { ...ada, state: 'blocked' })
    expect([answer.body, ignoredBy(answer)]).toEqual([newUser, 'state'])
  })
})
