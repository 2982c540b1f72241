import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, newToken, refusalOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

/** A world whose trial key can be rotated by the other, and tried with any token. */
function setupRotation(settings = {}) {
  const { mock, get, post } = setupApi({ settings })
  return {
    mock,
    first: 'ricloud-mock-trial-token',
    rotate: async (body?: unknown) => (await post('/keys/2/rotate', body)).body.token as string,
    works: async (token: string) => (await get('/key', withToken(token))).status === 200,
  }
}

describe('POST /keys/{id}/rotate', () => {
  it('answers with the key and its new token', async () => {
    const { post } = setupApi()
    const body = { ...recordOf(worlds.default.keys, 2), token: expect.stringMatching(newToken) }
    expect(answerOf(await post('/keys/2/rotate'))).toEqual({ status: 200, body })
  })

  it('gives a token that works at once', async () => {
    const { rotate, works } = setupRotation()
    expect(await works(await rotate())).toBe(true)
  })

  it('rotates the key of the token in use', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/keys/1/rotate')
    expect(answerOf(await get('/key', withToken(body.token)))).toEqual({ status: 200, body })
  })

  it('shows the new token to a caller with the old one', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/keys/1/rotate')
    expect(answerOf(await get('/key'))).toEqual({ status: 200, body })
  })

  it('lets the old token work until the last microsecond of 6 hours', async () => {
    const { mock, first, rotate, works } = setupRotation()
    await rotate()
    await mock.clock.set('2020-02-20T17:59:59.999999Z')
    expect(await works(first)).toBe(true)
  })

  it('refuses the old token after 6 hours', async () => {
    const { mock, first, rotate, works } = setupRotation()
    await rotate()
    await mock.clock.set('2020-02-20T18:00:00.000000Z')
    expect(await works(first)).toBe(false)
  })

  it('lets the new token work after the grace of the old', async () => {
    const { mock, rotate, works } = setupRotation()
    const second = await rotate()
    await mock.clock.advance('7d')
    expect(await works(second)).toBe(true)
  })

  it('lets the old token work as long as before when rotating again', async () => {
    const { mock, first, rotate, works } = setupRotation()
    await rotate()
    await mock.clock.advance('2h')
    await rotate()
    await mock.clock.set('2020-02-20T17:59:59.999999Z')
    const last = await works(first)
    await mock.clock.set('2020-02-20T18:00:00.000000Z')
    expect([last, await works(first)]).toEqual([true, false])
  })

  it('gives the token replaced later 6 hours of its own', async () => {
    const { mock, rotate, works } = setupRotation()
    const second = await rotate()
    await mock.clock.advance('2h')
    await rotate()
    await mock.clock.set('2020-02-20T19:59:59.999999Z')
    const last = await works(second)
    await mock.clock.set('2020-02-20T20:00:00.000000Z')
    expect([last, await works(second)]).toEqual([true, false])
  })

  it('revokes the old token at once with force', async () => {
    const { first, rotate, works } = setupRotation()
    await rotate({ force: true })
    expect(await works(first)).toBe(false)
  })

  it('ends every grace of the key with force', async () => {
    const { first, rotate, works } = setupRotation()
    const second = await rotate()
    const third = await rotate({ force: true })
    expect([await works(first), await works(second), await works(third)]).toEqual([false, false, true])
  })

  it('leaves the grace of other keys running with force', async () => {
    const { get, post } = setupApi()
    await post('/keys/1/rotate')
    await post('/keys/2/rotate', { force: true })
    expect((await get('/key')).status).toBe(200)
  })

  it.each([{ force: false }, {}, null])('lets the old token work with the body %j', async (body) => {
    const { first, rotate, works } = setupRotation()
    await rotate(body)
    expect(await works(first)).toBe(true)
  })

  it.each(['true', 1, 0, null, 'yes', []])('refuses a rotation whose force is not a boolean but %j', async (force) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/keys/2/rotate', { force }))).toEqual(['400 invalid-parameter', 'force'])
  })

  it('leaves the token as it is when it refuses', async () => {
    const { get, post } = setupApi()
    await post('/keys/2/rotate', { force: 'true' })
    expect((await get('/keys/2')).body).toEqual(recordOf(worlds.default.keys, 2))
  })

  it('takes another length of grace from the settings', async () => {
    const { mock, first, rotate, works } = setupRotation({ rotation_grace: '10m' })
    await rotate()
    await mock.clock.advance('10m')
    expect(await works(first)).toBe(false)
  })

  it.each([
    ['deactivated', 'key.deactivate'],
    ['blocked', 'key.block'],
    ['expired', 'key.expire'],
  ] as const)('refuses to rotate a key that is %s', async (state, action) => {
    const { mock, get, post } = setupApi()
    mock.actions[action]({ where: { id: 2 } })
    const { body: before } = await get('/keys/2')
    expect(answerOf(await post('/keys/2/rotate', { force: true }))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: `The key 2 is ${state} and cannot be rotated.` },
    })
    expect((await get('/keys/2')).body).toEqual(before)
  })

  it('rotates a key that is active again', async () => {
    const { mock, post } = setupApi()
    mock.actions['key.block']({ where: { id: 2 } })
    mock.actions['key.reactivate']({ where: { id: 2 } })
    expect((await post('/keys/2/rotate')).status).toBe(200)
  })

  it.each(['99', 'mine'])('does not find the key %s', async (id) => {
    const { post } = setupApi()
    expect(refusalOf(await post(`/keys/${id}/rotate`))).toBe('404 not-found')
  })

  it('does not find a key of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await post('/keys/2/rotate'))).toBe('404 not-found')
  })
})
