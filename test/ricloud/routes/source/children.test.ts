import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /sources/{id}/children', () => {
  it('lists the children that the source shows', async () => {
    const { get } = setupApi()
    const body = recordOf(worlds.default.sources, 5).children
    expect(answerOf(await get('/sources/5/children'))).toEqual({ status: 200, body })
  })

  it('is empty for a source without children', async () => {
    const { get } = setupApi()
    const body = { data: [], has_more: false, total_count: 0, url: '/sources/1/children' }
    expect(answerOf(await get('/sources/1/children'))).toEqual({ status: 200, body })
  })

  it('grows when a relay session becomes active', async () => {
    const { get, post } = setupApi()
    const session = { source: { user: 1, type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } }
    const { body } = await post('/sessions', session, { 'ricloud-await': '10' })
    const [child] = (await get(body.source.children.url)).body.data
    expect(Object.keys(child?.info ?? {})).toEqual([
      'is_encrypted',
      'apple_model_id',
      'apple_serial',
      'name',
      'ios_version',
    ])
  })

  it.each(['99', 'john'])('does not find the source %s', async (id) => {
    const { get } = setupApi()
    expect(refusalOf(await get(`/sources/${id}/children`))).toBe('404 not-found')
  })

  it('does not find a source of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/sources/2/children'))).toBe('404 not-found')
  })
})
