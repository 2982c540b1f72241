import { describe, expect, it } from 'vitest'
import { answerOf, idsOf } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { recordOf, sessionIds, worlds } from '../../../support/worlds.ts'

describe('GET /sessions', () => {
  it('lists the sessions of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const data = [recordOf(worlds['two-organisations'].sessions, sessionIds.active)]
    const body = { data, has_more: false, total_count: 1, url: '/sessions' }
    expect(answerOf(await get('/sessions'))).toEqual({ status: 200, body })
  })

  it('gives the latest session as the first of one', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/sessions', newSession())
    expect(idsOf(await get('/sessions?limit=1'))).toEqual([body.id])
  })

  it('lists sessions of one instant in the reverse order of their making', async () => {
    const { get, post } = setupApi()
    const [first, second] = [await post('/sessions', newSession()), await post('/sessions', newSession())]
    expect(idsOf(await get('/sessions?limit=2'))).toEqual([second.body.id, first.body.id])
  })

  it('finds a session by the state it has now', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/sessions', newSession())
    expect(idsOf(await get('/sessions?state=active'))).toEqual([body.id, sessionIds.active, sessionIds.relay])
  })

  it('is empty where there are none', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    const body = { data: [], has_more: false, total_count: 0, url: '/sessions' }
    expect(answerOf(await get('/sessions'))).toEqual({ status: 200, body })
  })
})
