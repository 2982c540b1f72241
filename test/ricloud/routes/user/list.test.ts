import { describe, expect, it } from 'vitest'
import { answerOf, idsOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { worlds } from '../../../support/worlds.ts'

describe('GET /users', () => {
  it('lists the users of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const data = worlds['two-organisations'].users.filter(({ organisation }) => organisation === 1)
    const body = { data, has_more: false, total_count: 1, url: '/users' }
    expect(answerOf(await get('/users'))).toEqual({ status: 200, body })
  })

  it('lists a new user first', async () => {
    const { get, post } = setupApi()
    await post('/users', { identifier: 'ada@example.com' })
    expect(idsOf(await get('/users'))).toEqual([4, 3, 2, 1])
  })

  it('lists users made at the same instant by their ID', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    const date_created = '2020-02-20T00:00:00.000000Z'
    for (const id of [2, 10, 1]) mock.db.user.create({ id, date_created })
    expect(idsOf(await get('/users'))).toEqual([10, 2, 1])
  })

  it('is empty where there are none', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    const body = { data: [], has_more: false, total_count: 0, url: '/users' }
    expect(answerOf(await get('/users'))).toEqual({ status: 200, body })
  })
})
