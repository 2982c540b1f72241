import { describe, expect, it } from 'vitest'
import { apiRoutes, notImitated } from '../../src/ricloud/routes/index.ts'
import { answerOf } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'

/** Calls of the API's pages and of its official client that the mock does not answer yet. */
const calls = [
  ...['POST /polls', 'GET /polls', 'GET /polls/1', 'GET /polls/1/errors', 'GET /polls?session=1&limit=1'],
  ...['GET /results', 'GET /results/1', 'POST /results/1/ack', 'GET /results/1/ack', 'POST /results/ack'],
  ...['POST /subscriptions', 'GET /subscriptions', 'GET /subscriptions/1', 'DELETE /subscriptions/1'],
].map((call) => call.split(' ') as [method: string, target: string])

describe('A path of the API that is not imitated', () => {
  it.each(calls)('says so in its 404: %s %s', async (method, target) => {
    const { call } = setupApi()
    expect(answerOf(await call(method, target))).toEqual({
      status: 404,
      body: {
        error: 'not-found',
        message: `"${target.replace(/\?.*/, '')}" is a path of the API that is not imitated yet.`,
      },
    })
  })

  it('says so without a token too, like any other path that does not exist', async () => {
    const { get } = setupApi()
    expect((await get('/polls', { authorization: '' })).status).toBe(404)
  })

  it('is in the journal with that message', async () => {
    const { get, mock } = setupApi()
    await get('/polls')
    expect(mock.requests.list()[0]).toMatchObject({
      path: '/polls',
      status: 404,
      message: expect.stringContaining('not imitated'),
    })
  })

  it.each(['/pollsters', '/poll', '/users/polls', '//polls', '/Polls'])('is not %s', async (path) => {
    const { get } = setupApi()
    expect((await get(path)).body.message).not.toContain('imitated')
  })

  it('has no route', () => {
    const isBelow = (path: string) => notImitated.some((one) => path === one || path.startsWith(`${one}/`))
    expect(apiRoutes.map(({ path }) => path).filter(isBelow)).toEqual([])
  })
})
