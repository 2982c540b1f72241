import { describe, expect, it } from 'vitest'
import { withToken } from '../support/answers.ts'
import { newSession, setupApi } from '../support/api.ts'
import { worldWithScopes } from '../support/worlds.ts'

const account = (type = 'icloud.account') => ({ user: 1, type, identifier: 'new@example.com' })
const first = { where: { id: 1 } }

describe('A lock for a while', () => {
  it('that was lifted does not lift the next one', async () => {
    const { mock, get } = setupApi()
    mock.actions['source.lock']({ ...first, with: { for: '1h' } })
    mock.actions['source.unlock'](first)
    mock.actions['source.lock']({ ...first, with: { for: '2h' } })
    await mock.clock.advance('90m')
    expect((await get('/sources/1')).body.state).toBe('locked')
  })

  it('leaves a source blocked that was blocked meanwhile', async () => {
    const { mock, get } = setupApi()
    mock.actions['source.lock']({ ...first, with: { for: '1h' } })
    mock.actions['source.block'](first)
    await mock.clock.advance('2h')
    expect((await get('/sources/1')).body.state).toBe('blocked')
  })
})

describe('A source that opens again', () => {
  it.each([
    ['active', 'before', '1m', '0s'],
    ['unvalidated', 'while', '0s', '1m'],
  ] as const)('is %s where its session was decided %s it was shut', async (state, _, before, meanwhile) => {
    const { mock, get, post } = setupApi({ settings: { session_init: '1m' } })
    const { id } = (await post('/sessions', newSession('new@example.com'))).body.source
    await mock.clock.advance(before)
    await post(`/sources/${id}`, { state: 'deactivated' })
    await mock.clock.advance(meanwhile)
    await post(`/sources/${id}`, { state: 'active' })
    expect((await get(`/sources/${id}`)).body.state).toBe(state)
  })

  it('is active where it is a device', async () => {
    const { mock, post } = setupApi()
    const made = await post('/sessions', { source: { user: 1, type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } })
    await mock.clock.advance('1s')
    const [child] = mock.db.source.getAll().filter(({ parent }) => parent === made.body.source.id)
    await post(`/sources/${child?.id}`, { state: 'deactivated' })
    expect((await post(`/sources/${child?.id}`, { state: 'active' })).body.state).toBe('active')
  })

  it('never was shut where it is unvalidated, and stays so', async () => {
    const { post } = setupApi()
    const { status, body } = await post('/sources/2', { state: 'active' })
    expect([status, body.state]).toEqual([200, 'unvalidated'])
  })
})

describe('Permissions', () => {
  it('of another organisation narrow nothing', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    await post('/permissions', { scopes: { 'source_type:mocks.*': [] } }, withToken('ricloud-mock-other-token'))
    expect((await post('/sources', account())).status).toBe(201)
  })

  it('without a scope for sources allow none, where they are the base', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'task_type:*': [] })] })
    const { status, body } = await post('/sources', account())
    expect([status, body.error]).toEqual([403, 'missing-scope'])
  })

  it('limit the sources that their scope covers, and no others', async () => {
    const one = { level: 'organisation', type: 'count', value: 7 } as const
    const { post } = setupApi({
      fixtures: [worldWithScopes({ 'source_type:icloud.*': [one], 'source_type:mocks.*': [] })],
    })
    await post('/sources', account('mocks.mock'))
    await post('/sources', account('mocks.mock'))
    expect((await post('/sources', account())).status).toBe(201)
  })

  it('without a wildcard cover nothing but what they name', async () => {
    const { post } = setupApi({ fixtures: [worldWithScopes({ 'data_type:icloud.account': [] })] })
    const { status } = await post('/permissions', { scopes: { 'data_type:icloud.accounts': [] } })
    expect(status).toBe(400)
  })
})

describe('A storage config', () => {
  it('may be changed while its first test is to come', async () => {
    const { post } = setupApi({ settings: { config_test: '1h' } })
    const { id } = (await post('/configs/storage', { url: 's3://bucket' })).body
    const { status, body } = await post(`/configs/storage/${id}`, { url: 's3://another' })
    expect([status, body.url, body.state]).toEqual([200, 's3://another', 'new'])
  })

  it('that is deleted is chosen by no key any more, however many did', async () => {
    const { mock, post, delete: end } = setupApi()
    for (let i = 0; i < 12; i++) await post('/keys', { storage_config: 1 })
    await end('/configs/storage/1')
    expect(mock.db.key.getAll().filter(({ storage_config }) => storage_config !== null)).toEqual([])
  })

  it('that configure makes becomes the default, also where an invalid one was it', async () => {
    const { mock, get, post } = setupApi({ scenario: 'empty' })
    const { id } = (await post('/configs/storage', { url: 's3://bucket' })).body
    await post('/organisation', { storage_config_default: id })
    mock.actions['organisation.configure']()
    expect((await get('/organisation')).body.storage_config_default).toBe(id + 1)
  })

  it('that configure makes is valid when it is tested too', async () => {
    const { mock, get, post } = setupApi({ scenario: 'empty' })
    mock.actions['organisation.configure']()
    await post('/configs/storage/1/test')
    expect((await get('/configs/storage/1')).body.state).toBe('valid')
  })
})
