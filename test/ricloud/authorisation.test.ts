import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf, withToken } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { endpoints } from '../support/routes.ts'

const expiry = '2020-02-20T15:00:00.000000Z'

/** The default world, whose trial key expires at an instant. */
function setupTrial(date_expires: string) {
  const { mock, get } = setupApi()
  mock.db.key.update({ where: { id: { equals: 2 } }, data: { date_expires } })
  return { mock, call: () => get('/key', withToken('ricloud-mock-trial-token')) }
}

describe('a call', () => {
  it.each(endpoints)('%s %s is refused without a token', async (method, path) => {
    const { mock } = setupApi()
    const response = await mock.fetch(new Request(`https://ricloud-api.reincubate.com${path}`, { method }))
    expect([response.status, await response.json()]).toEqual([
      401,
      {
        error: 'unauthorized',
        message: 'The call carries no token: send the header "Authorization: Token <token>".',
      },
    ])
  })

  it.each([
    '',
    'Token',
    'ricloud-mock-token',
    'Bearer ricloud-mock-token',
    'Basic cmljbG91ZC1tb2NrLXRva2Vu',
    'Token ricloud-mock-token ricloud-mock-token',
    'Token unknown',
    'Token RICLOUD-MOCK-TOKEN',
    'Token ricloud-mock-toke',
  ])('is refused with the Authorization %j', async (authorization) => {
    const { get } = setupApi()
    expect(refusalOf(await get('/key', { authorization }))).toBe('401 unauthorized')
  })

  it('is refused without a word of its token', async () => {
    const { get } = setupApi()
    expect((await get('/key', withToken('plughxyzzy'))).body.message).toBe('The token is unknown, or it was revoked.')
  })

  it.each(['deactivated', 'blocked', 'expired'] as const)('is refused when its key is %s', async (state) => {
    const { mock, get } = setupApi()
    mock.db.key.update({ where: { id: { equals: 1 } }, data: { state } })
    expect(answerOf(await get('/organisation'))).toEqual({
      status: 401,
      body: { error: 'unauthorized', message: `The key of this token is ${state}.` },
    })
  })

  it('works when another key of the organisation is blocked', async () => {
    const { mock, get } = setupApi()
    mock.db.key.update({ where: { id: { equals: 2 } }, data: { state: 'blocked' } })
    expect((await get('/key')).status).toBe(200)
  })

  it('works until the last microsecond of a trial key', async () => {
    const { mock, call } = setupTrial(expiry)
    await mock.clock.set('2020-02-20T14:59:59.999999Z')
    expect((await call()).status).toBe(200)
  })

  it('is refused past the expiry of a trial key', async () => {
    const { mock, call } = setupTrial(expiry)
    await mock.clock.set('2020-02-20T15:00:00.000001Z')
    expect(refusalOf(await call())).toBe('401 unauthorized')
  })

  it('is refused when its trial key expired before the call', async () => {
    const { call } = setupTrial('2020-02-20T11:00:00.000000Z')
    expect(refusalOf(await call())).toBe('401 unauthorized')
  })

  it('works when another organisation is blocked', async () => {
    const { mock, get } = setupApi({ fixtures: ['two-organisations'] })
    mock.db.organisation.update({ where: { id: { equals: 2 } }, data: { state: 'blocked' } })
    expect((await get('/organisation')).status).toBe(200)
  })
})

describe('a call with a key whose organisation is gone', () => {
  it('is refused', async () => {
    const { mock, get } = setupApi()
    mock.db.organisation.delete({ where: { id: { equals: 1 } } })
    expect(refusalOf(await get('/key'))).toBe('401 unauthorized')
  })
})

describe.each(['deactivated', 'blocked'] as const)('a call of an organisation that is %s', (state) => {
  it.each(endpoints)('%s %s is refused', async (method, path) => {
    const { mock, call } = setupApi()
    mock.db.organisation.update({ where: { id: { equals: 1 } }, data: { state } })
    expect(answerOf(await call(method, path))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: `The organisation is ${state}.` },
    })
  })
})
