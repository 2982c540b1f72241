import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { kinds, validStorage } from './configs.ts'

const settings = { webhook_answers: [200] }
const slow = { ...settings, config_test: '5s' } as const

/** A change of each kind of config. */
const changes = { '/configs/storage': { url: 's3://elsewhere' }, '/configs/webhook': { url: 'https://elsewhere.com/' } }

describe('POST /configs/storage/{id}', () => {
  it.each([
    ['the URL, and the type with it', { url: 's3://elsewhere/path' }, { url: 's3://elsewhere/path', type: 's3' }],
    ['whether URLs are signed', { signed_urls_enabled: true }, { signed_urls_enabled: true }],
    ['for how long URLs are signed', { signed_urls_expiry: 60 }, { signed_urls_expiry: 60 }],
  ])('changes %s and nothing else', async (_, given, changed) => {
    const { get, post } = setupApi()
    const { body } = await get('/configs/storage/1')
    expect(answerOf(await post('/configs/storage/1', given))).toEqual({
      status: 200,
      body: { ...body, ...changed, state: 'new' },
    })
  })

  it('takes the expiry of signed URLs back by null', async () => {
    const { post } = setupApi()
    await post('/configs/storage/1', { signed_urls_expiry: 60 })
    expect((await post('/configs/storage/1', { signed_urls_expiry: null })).body.signed_urls_expiry).toBeNull()
  })

  it('keeps its credentials when the URL changes', async () => {
    const { get, post } = setupApi()
    await post('/configs/storage/1', { url: 's3://elsewhere' })
    expect((await get('/configs/storage/1')).body.state).toBe('valid')
  })

  it.each([
    ['null', null],
    ['an empty object', {}],
  ])('loses its credentials by %s, and its test then fails', async (_, credentials) => {
    const { get, post } = setupApi()
    await post('/configs/storage/1', { credentials })
    expect((await get('/configs/storage/1')).body.state).toBe('invalid')
  })

  it('gets credentials, and its test then succeeds', async () => {
    const { get, post } = setupApi()
    await post('/configs/storage', { url: 's3://my-bucket' })
    await post('/configs/storage/2', { credentials: validStorage.credentials })
    expect((await get('/configs/storage/2')).body.state).toBe('valid')
  })

  it.each([
    ['a URL of another scheme', { url: 'https://my-bucket' }, 'url'],
    ['null as URL', { url: null }, 'url'],
    ['credentials that are text', { credentials: 'hush' }, 'credentials'],
    ['signed URLs by text', { signed_urls_enabled: 'yes' }, 'signed_urls_enabled'],
    ['an expiry of nothing', { signed_urls_expiry: 0 }, 'signed_urls_expiry'],
  ])('refuses %s', async (_, given, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/configs/storage/1', given))).toEqual(['400 invalid-parameter', field])
  })
})

describe('POST /configs/webhook/{id}', () => {
  it('changes the URL and nothing else; the secret stays', async () => {
    const { get, post } = setupApi({ settings })
    const { body } = await get('/configs/webhook/1')
    expect(answerOf(await post('/configs/webhook/1', { url: 'https://elsewhere.com/' }))).toEqual({
      status: 200,
      body: { ...body, url: 'https://elsewhere.com/', state: 'new' },
    })
  })

  it.each([['ftp://example.com'], ['https://ada:plugh@example.com'], ['nowhere'], [7], [null]])(
    'refuses the URL %j',
    async (url) => {
      const { post } = setupApi({ settings })
      expect(faultsOf(await post('/configs/webhook/1', { url }))).toEqual(['400 invalid-parameter', 'url'])
    },
  )
})

describe.each(kinds)('POST %s/{id}', (path, resource) => {
  it('makes the config new again until it was tested', async () => {
    const { mock, post, get } = setupApi({ settings: slow })
    await post(`${path}/1`, changes[path])
    await mock.clock.set('2020-02-20T12:00:04.999999Z')
    expect((await get(`${path}/1`)).body.state).toBe('new')
  })

  it('tests the config again', async () => {
    const { mock, post, get } = setupApi({ settings: slow })
    await post(`${path}/1`, changes[path])
    await mock.clock.advance('5s')
    expect((await get(`${path}/1`)).body.state).toBe('valid')
  })

  it('tells both', async () => {
    const { mock, post } = setupApi({ settings: { ...slow, events: [`${resource}.*`] } })
    await post(`${path}/1`, changes[path])
    await mock.clock.advance('5s')
    expect(mock.db.event.getAll().flatMap(({ action }) => (action === 'test' ? [] : action))).toEqual([
      'renewed',
      'accepted',
    ])
  })

  it('ends a test that had not come to its end', async () => {
    const { get, post } = setupApi({ settings: slow })
    const { body } = await post(`${path}/1/test`)
    await post(`${path}/1`, changes[path])
    expect((await get(`/tasks/${body.id}`)).body).toMatchObject({ state: 'failed', error: 'the config was changed' })
  })

  it('counts the time of the test from the last change', async () => {
    const { mock, get, post } = setupApi({ settings: slow })
    await post(`${path}/1`, changes[path])
    await mock.clock.advance('3s')
    await post(`${path}/1`, changes[path])
    await mock.clock.advance('3s')
    expect((await get(`${path}/1`)).body.state).toBe('new')
  })

  it('leaves a config as it is that nothing is said about', async () => {
    const { get, post } = setupApi({ settings })
    const { body } = await get(`${path}/1`)
    expect(answerOf(await post(`${path}/1`, {}))).toEqual({ status: 200, body })
  })

  it('ignores the state, and says so', async () => {
    const { post } = setupApi({ settings })
    const answer = await post(`${path}/1`, { state: 'invalid' })
    expect([answer.body.state, ignoredBy(answer)]).toEqual(['valid', 'state'])
  })

  it('changes nothing when it refuses', async () => {
    const { get, post } = setupApi({ settings })
    const { body } = await get(`${path}/1`)
    await post(`${path}/1`, { url: 'nowhere' })
    expect((await get(`${path}/1`)).body).toEqual(body)
  })

  it('does not find an unknown config', async () => {
    const { post } = setupApi({ settings })
    expect(refusalOf(await post(`${path}/99`, changes[path]))).toBe('404 not-found')
  })

  it('is answered for a deactivated config', async () => {
    const { mock, post } = setupApi({ settings })
    mock.db[resource].update({ where: { id: { equals: 1 } }, data: { state: 'deactivated' } })
    expect((await post(`${path}/1`, changes[path])).status).not.toBe(500)
  })
})
