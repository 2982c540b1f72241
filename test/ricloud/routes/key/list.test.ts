import { describe, expect, it } from 'vitest'
import { answerOf, idsOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { worlds } from '../../../support/worlds.ts'

describe('GET /keys', () => {
  it('lists the keys of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const data = worlds['two-organisations'].keys.filter(({ organisation }) => organisation === 1)
    const body = { data, has_more: false, total_count: 1, url: '/keys' }
    expect(answerOf(await get('/keys'))).toEqual({ status: 200, body })
  })

  it('lists a new key first', async () => {
    const { get, post } = setupApi()
    await post('/keys')
    expect(idsOf(await get('/keys'))).toEqual([3, 2, 1])
  })

  it('shows a rotated key once, with its new token', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/keys/2/rotate')
    expect((await get('/keys')).body.data).toEqual([body, worlds.default.keys[1]])
  })

  it('works for an organisation that is not configured', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    const body = { data: worlds.empty.keys, has_more: false, total_count: 1, url: '/keys' }
    expect(answerOf(await get('/keys'))).toEqual({ status: 200, body })
  })
})
