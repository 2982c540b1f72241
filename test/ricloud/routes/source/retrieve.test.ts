import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /sources/{id}', () => {
  it('answers with a source and its children', async () => {
    const { get } = setupApi()
    expect(answerOf(await get('/sources/5'))).toEqual({ status: 200, body: recordOf(worlds.default.sources, 5) })
  })

  it('answers with a child source', async () => {
    const { get } = setupApi()
    expect(answerOf(await get('/sources/6'))).toEqual({ status: 200, body: recordOf(worlds.default.sources, 6) })
  })

  it.each(['99', '0', '-1', '1.5', 'john'])('does not find the source %s', async (id) => {
    const { get } = setupApi()
    expect(answerOf(await get(`/sources/${id}`))).toEqual({
      status: 404,
      body: { error: 'not-found', message: `No source has the ID "${id}".` },
    })
  })

  it('does not find a source of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/sources/2'))).toBe('404 not-found')
  })
})
