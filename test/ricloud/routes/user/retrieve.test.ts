import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /users/{id}', () => {
  it.each([1, 2, 3])('answers with the user %i, whatever the state', async (id) => {
    const { get } = setupApi()
    expect(answerOf(await get(`/users/${id}`))).toEqual({ status: 200, body: recordOf(worlds.default.users, id) })
  })

  it.each(['99', '0', '-1', '1.5', 'john'])('does not find the user %s', async (id) => {
    const { get } = setupApi()
    expect(answerOf(await get(`/users/${id}`))).toEqual({
      status: 404,
      body: { error: 'not-found', message: `No user has the ID "${id}".` },
    })
  })

  it('does not find a user of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/users/2'))).toBe('404 not-found')
  })
})
