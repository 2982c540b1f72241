import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /keys/{id}', () => {
  it('answers with a key other than the one in use', async () => {
    const { get } = setupApi()
    expect(answerOf(await get('/keys/2'))).toEqual({ status: 200, body: recordOf(worlds.default.keys, 2) })
  })

  it.each(['99', '0', '-1', '1.5', 'mine'])('does not find the key %s', async (id) => {
    const { get } = setupApi()
    expect(answerOf(await get(`/keys/${id}`))).toEqual({
      status: 404,
      body: { error: 'not-found', message: `No key has the ID "${id}".` },
    })
  })

  it('does not find a key of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/keys/2'))).toBe('404 not-found')
  })

  it('shows a trial key as expired once its time is over', async () => {
    const { mock, get } = setupApi()
    mock.db.key.update({ where: { id: { equals: 2 } }, data: { date_expires: '2020-02-21T00:00:00.000000Z' } })
    await mock.clock.advance('1d')
    const body = {
      ...recordOf(worlds.default.keys, 2),
      state: 'expired',
      date_expires: '2020-02-21T00:00:00.000000Z',
    }
    expect(answerOf(await get('/keys/2'))).toEqual({ status: 200, body })
  })
})
