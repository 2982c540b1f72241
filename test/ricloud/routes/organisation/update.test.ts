import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { worlds } from '../../../support/worlds.ts'

const [before] = worlds.default.organisations

describe('POST /organisation', () => {
  it('changes the name and leaves the slug', async () => {
    const { post } = setupApi()
    const answer = await post('/organisation', { name: 'Acme' })
    expect(answerOf(answer)).toEqual({ status: 200, body: { ...before, name: 'Acme' } })
  })

  it('keeps what it changed', async () => {
    const { get, post } = setupApi()
    await post('/organisation', { name: 'Acme' })
    expect((await get('/organisation')).body).toEqual({ ...before, name: 'Acme' })
  })

  it('changes whether source files are published', async () => {
    const { post } = setupApi()
    const answer = await post('/organisation', { config: { publish_source_files: true } })
    expect(answerOf(answer)).toEqual({ status: 200, body: { ...before, config: { publish_source_files: true } } })
  })

  it.each(['storage_config_default', 'webhook_config_default'])('sets %s to null', async (field) => {
    const { post } = setupApi()
    const answer = await post('/organisation', { [field]: null })
    expect(answerOf(answer)).toEqual({ status: 200, body: { ...before, [field]: null } })
  })

  it.each(['storage_config', 'webhook_config'] as const)('sets the default %s to another own one', async (model) => {
    const { mock, post } = setupApi()
    const config = mock.db[model].create({ organisation: 1, state: 'valid' })
    expect((await post('/organisation', { [`${model}_default`]: config.id })).body[`${model}_default`]).toBe(2)
  })

  it.each(['storage_config_default', 'webhook_config_default'])('takes %s as digits', async (field) => {
    const { post } = setupApi()
    await post('/organisation', { [field]: null })
    expect((await post('/organisation', { [field]: '1' })).body[field]).toBe(1)
  })

  it.each(['storage_config_default', 'webhook_config_default'])('refuses a %s that is not its own', async (field) => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/organisation', { [field]: 2 }))).toEqual(['400 invalid-parameter', field])
  })

  it.each([
    ['an empty name', { name: '' }, 'name'],
    ['a name that is not text', { name: 7 }, 'name'],
    ['a name of null', { name: null }, 'name'],
    ['an unknown storage config', { storage_config_default: 99 }, 'storage_config_default'],
    ['a storage config that is not an ID', { storage_config_default: 'mine' }, 'storage_config_default'],
    ['an unknown webhook config', { webhook_config_default: 99 }, 'webhook_config_default'],
    ['a webhook config that is not an ID', { webhook_config_default: true }, 'webhook_config_default'],
    ['a config that is not an object', { config: true }, 'config'],
    ['publishing that is not a boolean', { config: { publish_source_files: 'yes' } }, 'config.publish_source_files'],
  ])('refuses %s', async (_, changes, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/organisation', changes))).toEqual(['400 invalid-parameter', field])
  })

  it('changes nothing when one of the parameters is refused', async () => {
    const { get, post } = setupApi()
    await post('/organisation', { name: 'Acme', storage_config_default: 99 })
    expect((await get('/organisation')).body).toEqual(before)
  })

  it('ignores the slug, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/organisation', { slug: 'acme' })
    expect([answer.body, ignoredBy(answer)]).toEqual([before, 'slug'])
  })

  it('works for an organisation that is not configured', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    const body = { ...worlds.empty.organisations[0], name: 'Acme' }
    expect(answerOf(await post('/organisation', { name: 'Acme' }))).toEqual({ status: 200, body })
  })
})
