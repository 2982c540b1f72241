import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

const trial = withToken('ricloud-mock-trial-token')

describe('GET /key', () => {
  it('answers with the key of the token in use', async () => {
    const { get } = setupApi()
    expect(answerOf(await get('/key', trial))).toEqual({ status: 200, body: recordOf(worlds.default.keys, 2) })
  })
})

describe('POST /key', () => {
  it.each([
    ['the storage config', { storage_config: 1 }],
    ['the webhook config', { webhook_config: 1 }],
    ['the publishing of source files', { config: { publish_source_files: true } }],
  ])('changes %s of the key of the token in use', async (_, changes) => {
    const { post } = setupApi()
    const body = { ...recordOf(worlds.default.keys, 2), ...changes }
    expect(answerOf(await post('/key', changes, trial))).toEqual({ status: 200, body })
  })

  it('leaves other keys alone', async () => {
    const { get, post } = setupApi()
    await post('/key', { storage_config: 1 }, trial)
    expect((await get('/keys/1')).body).toEqual(recordOf(worlds.default.keys, 1))
  })

  it.each([
    ['a storage config that is not its own', { storage_config: 2 }, 'storage_config'],
    ['a webhook config that is not its own', { webhook_config: 2 }, 'webhook_config'],
    ['publishing that is not a boolean', { config: { publish_source_files: 'no' } }, 'config.publish_source_files'],
  ])('refuses %s', async (_, changes, field) => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/key', changes))).toEqual(['400 invalid-parameter', field])
  })
})
