import { describe, expect, it } from 'vitest'
import { answerOf, idsOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /sources', () => {
  it('lists the sources of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const data = [recordOf(worlds['two-organisations'].sources, 1)]
    const body = { data, has_more: false, total_count: 1, url: '/sources' }
    expect(answerOf(await get('/sources'))).toEqual({ status: 200, body })
  })

  it('lists a new source first', async () => {
    const { get, post } = setupApi()
    await post('/sources', { user: 1, type: 'mocks.mock', identifier: 'new' })
    expect(idsOf(await get('/sources'))).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('is empty where there are none', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    const body = { data: [], has_more: false, total_count: 0, url: '/sources' }
    expect(answerOf(await get('/sources'))).toEqual({ status: 200, body })
  })
})
