import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

const before = recordOf(worlds.default.keys, 2)

describe('POST /keys/{id}', () => {
  it.each([
    ['the storage config', { storage_config: 1 }],
    ['the webhook config', { webhook_config: 1 }],
    ['the publishing of source files', { config: { publish_source_files: false } }],
  ])('changes %s and nothing else', async (_, changes) => {
    const { post } = setupApi()
    expect(answerOf(await post('/keys/2', changes))).toEqual({ status: 200, body: { ...before, ...changes } })
  })

  it.each(['storage_config', 'webhook_config'])(
    "falls back to the organisation's default %s by null",
    async (field) => {
      const { post } = setupApi()
      await post('/keys/2', { [field]: 1 })
      expect(answerOf(await post('/keys/2', { [field]: null }))).toEqual({ status: 200, body: before })
    },
  )

  it.each(['storage_config', 'webhook_config'])('takes %s as digits', async (field) => {
    const { post } = setupApi()
    expect((await post('/keys/2', { [field]: '1' })).body).toEqual({ ...before, [field]: 1 })
  })

  it('keeps what it changed', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/keys/2', { storage_config: 1 })
    expect((await get('/keys/2')).body).toEqual(body)
  })

  it.each([
    ['an unknown storage config', { storage_config: 99 }, 'storage_config'],
    ['a storage config that is not an ID', { storage_config: 1.5 }, 'storage_config'],
    ['an unknown webhook config', { webhook_config: 99 }, 'webhook_config'],
    ['a webhook config that is not an ID', { webhook_config: 'mine' }, 'webhook_config'],
    ['a config that is not an object', { config: [] }, 'config'],
    ['publishing that is not a boolean', { config: { publish_source_files: null } }, 'config.publish_source_files'],
  ])('refuses %s', async (_, changes, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/keys/2', changes))).toEqual(['400 invalid-parameter', field])
  })

  it.each(['storage_config', 'webhook_config'])('refuses a %s of another organisation', async (field) => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/keys/1', { [field]: 2 }))).toEqual(['400 invalid-parameter', field])
  })

  it('ignores the state, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/keys/2', { state: 'deactivated' })
    expect([answer.body, ignoredBy(answer)]).toEqual([before, 'state'])
  })

  it('does not find an unknown key', async () => {
    const { post } = setupApi()
    expect(refusalOf(await post('/keys/99', {}))).toBe('404 not-found')
  })

  it('does not find a key of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await post('/keys/2', {}))).toBe('404 not-found')
  })
})
