import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, newToken, withToken } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'

const standardKey = {
  id: 3,
  resource: 'key',
  organisation: 1,
  type: 'standard',
  config: {},
  storage_config: null,
  webhook_config: null,
  token: expect.stringMatching(newToken),
  state: 'active',
  date_created: startTime,
  date_expires: null,
}

describe('POST /keys', () => {
  it('makes a standard, active key', async () => {
    const { post } = setupApi()
    expect(answerOf(await post('/keys'))).toEqual({ status: 201, body: standardKey })
  })

  it('takes configs', async () => {
    const { post } = setupApi()
    const wanted = { storage_config: 1, webhook_config: 1, config: { publish_source_files: true } }
    expect(answerOf(await post('/keys', wanted))).toEqual({ status: 201, body: { ...standardKey, ...wanted } })
  })

  it('gives each key a token of its own', async () => {
    const { post } = setupApi()
    const [first, second] = [await post('/keys'), await post('/keys')]
    expect(first.body.token).not.toBe(second.body.token)
  })

  it('gives the key a token that works', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/keys')
    expect(answerOf(await get('/key', withToken(body.token)))).toEqual({ status: 200, body })
  })

  it('makes a standard key for the caller with a trial key', async () => {
    const { post } = setupApi()
    const answer = await post('/keys', {}, withToken('ricloud-mock-trial-token'))
    expect(answerOf(answer)).toEqual({ status: 201, body: standardKey })
  })

  it('works for an organisation that is not configured', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    expect(answerOf(await post('/keys'))).toEqual({ status: 201, body: { ...standardKey, id: 2 } })
  })

  it('ignores type, state and token, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/keys', { type: 'trial', state: 'blocked', token: 'mine' })
    expect([answer.body, ignoredBy(answer)]).toEqual([standardKey, 'type, state, token'])
  })

  it.each([
    ['an unknown storage config', { storage_config: 99 }, 'storage_config'],
    ['a storage config that is not an ID', { storage_config: 'mine' }, 'storage_config'],
    ['an unknown webhook config', { webhook_config: 99 }, 'webhook_config'],
    ['a webhook config that is not an ID', { webhook_config: [] }, 'webhook_config'],
    ['a config that is not an object', { config: 'none' }, 'config'],
    ['publishing that is not a boolean', { config: { publish_source_files: 1 } }, 'config.publish_source_files'],
  ])('refuses %s', async (_, wanted, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/keys', wanted))).toEqual(['400 invalid-parameter', field])
  })

  it.each(['storage_config', 'webhook_config'])('refuses a %s of another organisation', async (field) => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/keys', { [field]: 2 }))).toEqual(['400 invalid-parameter', field])
  })

  it('says what an unknown config is not', async () => {
    const { post } = setupApi()
    const { body } = await post('/keys', { storage_config: 99 })
    expect(body.params).toEqual({ storage_config: ['names no storage config of the organisation: 99'] })
  })

  it('makes no key when it refuses', async () => {
    const { mock, post } = setupApi()
    await post('/keys', { storage_config: 99 })
    expect(mock.db.key.count()).toBe(2)
  })
})
