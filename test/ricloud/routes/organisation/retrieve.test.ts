import { describe, expect, it } from 'vitest'
import { answerOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'

describe('GET /organisation', () => {
  it('answers with the organisation of the token', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const answer = await get('/organisation', withToken('ricloud-mock-other-token'))
    const body = recordOf(worlds['two-organisations'].organisations, 2)
    expect(answerOf(answer)).toEqual({ status: 200, body })
  })

  it('answers for an organisation that is not configured', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    expect(answerOf(await get('/organisation'))).toEqual({ status: 200, body: worlds.empty.organisations[0] })
  })

  it('answers for an organisation whose permissions are gone', async () => {
    const { mock, get } = setupApi()
    mock.db.permissions.delete({ where: { id: { equals: 1 } } })
    const { body } = await get('/organisation')
    expect(body.permissions).toEqual({
      id: 1,
      resource: 'organisation_permissions',
      identifier: 'default',
      scopes: {},
      date_created: body.date_created,
    })
  })

  it('does not echo the credentials of a storage config', async () => {
    const fixture = structuredClone(worlds.default)
    Object.assign(fixture.organisations[0]?.storage_configs.data[0] ?? {}, { credentials: { secret: 'plughxyzzy' } })
    const { get } = setupApi({ fixtures: [fixture as never] })
    expect((await get('/organisation')).body.storage_configs.data[0].credentials).toEqual({})
  })

  it('is active once it has a valid storage config', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    mock.db.storage_config.create({ organisation: 1, state: 'valid' })
    expect((await get('/organisation')).body.state).toBe('active')
  })

  it('is not made active by a storage config that is not valid', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    mock.db.storage_config.create({ organisation: 1, state: 'invalid' })
    expect((await get('/organisation')).body.state).toBe('unconfigured')
  })

  it('is unconfigured again without a valid storage config', async () => {
    const { mock, get } = setupApi()
    mock.db.storage_config.update({ where: { id: { equals: 1 } }, data: { state: 'invalid' } })
    expect((await get('/organisation')).body.state).toBe('unconfigured')
  })
})
