import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

const source = (id: number) => recordOf(worlds.default.sources, id)

describe('POST /sources/{id}', () => {
  it.each([
    ['active', 1],
    ['unvalidated', 2],
  ])('deactivates an %s source', async (_, id) => {
    const { post } = setupApi()
    const body = { ...source(id), state: 'deactivated' }
    expect(answerOf(await post(`/sources/${id}`, { state: 'deactivated' }))).toEqual({ status: 200, body })
  })

  it.each([
    ['to active where a session had succeeded', 1],
    ['to unvalidated where none had', 2],
  ])('takes a deactivation back, %s', async (_, id) => {
    const { post } = setupApi()
    await post(`/sources/${id}`, { state: 'deactivated' })
    expect(answerOf(await post(`/sources/${id}`, { state: 'active' }))).toEqual({ status: 200, body: source(id) })
  })

  it('takes a deactivation back to active where a session succeeded since', async () => {
    const { post } = setupApi()
    await post('/sessions', newSession('j.appleseed@example.com'), { 'ricloud-await': '1' })
    await post('/sources/2', { state: 'deactivated' })
    expect((await post('/sources/2', { state: 'active' })).body.state).toBe('active')
  })

  it.each([
    ['an active source that is to be active', 1, { state: 'active' }],
    ['a deactivated source that is to be deactivated', 3, { state: 'deactivated' }],
    ['a source without parameters', 1, {}],
  ])('leaves %s as it is', async (_, id, changes) => {
    const { post } = setupApi()
    expect(answerOf(await post(`/sources/${id}`, changes))).toEqual({ status: 200, body: source(id) })
  })

  it.each(['active', 'deactivated'])('does not let its organisation change a locked source to %s', async (state) => {
    const { post } = setupApi()
    expect(answerOf(await post('/sources/4', { state }))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: 'The source 4 is locked, which its organisation cannot change.' },
    })
  })

  it.each(['active', 'deactivated'])('does not let its organisation change a blocked source to %s', async (state) => {
    const { mock, post } = setupApi()
    mock.db.source.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } })
    expect(refusalOf(await post('/sources/1', { state }))).toBe('403 forbidden')
  })

  it.each(['blocked', 'locked', 'unvalidated', 'asleep', 7, null])('refuses the state %j', async (state) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/sources/1', { state }))).toEqual(['400 invalid-parameter', 'state'])
  })

  it('ignores everything but the state, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/sources/1', { identifier: 'john@example.com', user: 2 })
    expect([answer.body, ignoredBy(answer)]).toEqual([source(1), 'identifier, user'])
  })

  it.each(['99', 'john'])('does not find the source %s', async (id) => {
    const { post } = setupApi()
    expect(refusalOf(await post(`/sources/${id}`, {}))).toBe('404 not-found')
  })

  it('does not find a source of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await post('/sources/2', {}))).toBe('404 not-found')
  })
})
