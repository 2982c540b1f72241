import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'
import { credentials, newSecret, validStorage, webhook } from './configs.ts'

const settings = { webhook_answers: [200] }

describe('POST /configs/storage', () => {
  it('makes a new config with the attributes of the contract, in their order', async () => {
    const { post } = setupApi()
    const body = {
      id: 2,
      resource: 'storage_config',
      organisation: 1,
      type: 'gs',
      url: 'gs://my-bucket/path',
      credentials: {},
      signed_urls_enabled: false,
      signed_urls_expiry: null,
      state: 'new',
      date_created: startTime,
    }
    const answer = await post('/configs/storage', { url: 'gs://my-bucket/path' })
    expect(JSON.stringify(answerOf(answer))).toBe(JSON.stringify({ status: 201, body }))
  })

  it.each(Object.entries(credentials))('takes the credentials of %s', async (_, given) => {
    const { post } = setupApi()
    expect((await post('/configs/storage', { url: 's3://my-bucket', credentials: given })).status).toBe(201)
  })

  it('keeps the settings of signed URLs', async () => {
    const { post } = setupApi()
    const signed = { signed_urls_enabled: true, signed_urls_expiry: 3600 }
    expect((await post('/configs/storage', { ...validStorage, ...signed })).body).toMatchObject(signed)
  })

  it.each([
    ['gs://my-bucket', 'gs'],
    ['gs://my-bucket/', 'gs'],
    ['gs://my-bucket/a/path', 'gs'],
    ['gs://my_bucket.example.com/path', 'gs'],
    ['s3://my-bucket', 's3'],
    ['s3://123/path', 's3'],
  ])('takes the URL %s as it is, whose type is %s', async (url, type) => {
    const { post } = setupApi()
    expect((await post('/configs/storage', { url })).body).toMatchObject({ url, type })
  })

  it.each([
    ['of another scheme', 'https://my-bucket/path', 'must begin with "gs://" or "s3://", got "https://my-bucket/path"'],
    ['without a scheme', 'my-bucket/path', 'must begin with "gs://" or "s3://", got "my-bucket/path"'],
    ['with one slash', 'gs:/my-bucket', 'must begin with "gs://" or "s3://", got "gs:/my-bucket"'],
    ['that is empty', '', 'must begin with "gs://" or "s3://", got ""'],
    ['without a bucket', 's3://', 'must name a bucket of 3 to 222 lower-case letters'],
    ['with a path alone', 'gs:///path', 'must name a bucket of 3 to 222 lower-case letters'],
    ['with a bucket of two letters', 'gs://ab', 'got "gs://ab"'],
    ['with a control character', 's3://my-bucket/a\0b', 'no control characters, got "s3://my-bucket/a'],
    ['with a bucket in capitals', 'gs://My-Bucket', 'got "gs://My-Bucket"'],
    ['with a bucket and a port', 'gs://my-bucket:80', 'got "gs://my-bucket:80"'],
    ['that is a number', 7, 'must be a URL such as "gs://my-bucket/path", got 7'],
    ['that is null', null, 'must be a URL such as "gs://my-bucket/path", got null'],
    ['that is left out', undefined, 'is required'],
  ])('refuses a URL %s, and says what is right', async (_, url, fault) => {
    const { post } = setupApi()
    const { status, body } = await post('/configs/storage', { url })
    expect([status, body.error, Object.keys(body.params), body.params.url[0]]).toEqual([
      400,
      'invalid-parameter',
      ['url'],
      expect.stringContaining(fault),
    ])
  })

  it.each(['gs://my-bucket?x=1', 's3://my-bucket/path#part'])('refuses the query or fragment of %s', async (url) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/configs/storage', { url }))).toEqual(['400 invalid-parameter', 'url'])
  })

  it('does not blame the scheme for a query', async () => {
    const { post } = setupApi()
    const { body } = await post('/configs/storage', { url: 'gs://my-bucket?x=1' })
    expect(body.message).not.toContain('must begin with')
  })

  it.each([
    ['credentials that are text', { credentials: 'hush' }, 'credentials'],
    ['credentials that are an array', { credentials: ['hush'] }, 'credentials'],
    ['signed URLs by a number', { signed_urls_enabled: 1 }, 'signed_urls_enabled'],
    ['signed URLs by null', { signed_urls_enabled: null }, 'signed_urls_enabled'],
    ['an expiry of nothing', { signed_urls_expiry: 0 }, 'signed_urls_expiry'],
    ['an expiry before now', { signed_urls_expiry: -1 }, 'signed_urls_expiry'],
    ['a fraction as expiry', { signed_urls_expiry: 1.5 }, 'signed_urls_expiry'],
    ['text as expiry', { signed_urls_expiry: '3600' }, 'signed_urls_expiry'],
  ])('refuses %s', async (_, given, field) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/configs/storage', { ...validStorage, ...given }))).toEqual([
      '400 invalid-parameter',
      field,
    ])
  })

  it.each([
    [{ credentials: 'hush' }, 'credentials must be an object, got a string.'],
    [{ signed_urls_expiry: 0 }, 'signed_urls_expiry must be a whole number of seconds, at least 1, or null, got 0.'],
    [
      { signed_urls_expiry: '1h' },
      'signed_urls_expiry must be a whole number of seconds, at least 1, or null, got "1h".',
    ],
  ])('says what would be right instead of %j', async (given, sentence) => {
    const { post } = setupApi()
    const { body } = await post('/configs/storage', { ...validStorage, ...given })
    expect(body.message).toBe(`Invalid parameters: ${sentence}`)
  })

  it('makes nothing when it refuses', async () => {
    const { mock, post } = setupApi()
    await post('/configs/storage', { ...validStorage, signed_urls_expiry: 0 })
    expect([mock.db.storage_config.count(), mock.db.task.count()]).toEqual([1, 0])
  })

  it('ignores type and state, and says so', async () => {
    const { post } = setupApi()
    const answer = await post('/configs/storage', { ...validStorage, type: 'gs', state: 'valid' })
    expect([answer.body.type, answer.body.state, ignoredBy(answer)]).toEqual(['s3', 'new', 'type, state'])
  })
})

describe('POST /configs/webhook', () => {
  it('makes a new config with the attributes of the contract, in their order', async () => {
    const { post } = setupApi({ settings })
    const { status, body } = await post('/configs/webhook', webhook)
    const { secret } = body
    const expected = {
      id: 2,
      resource: 'webhook_config',
      organisation: 1,
      ...webhook,
      secret,
      state: 'new',
      date_created: startTime,
    }
    expect(JSON.stringify({ status, body })).toBe(JSON.stringify({ status: 201, body: expected }))
  })

  it('has a secret of 32 letters and digits', async () => {
    const { post } = setupApi({ settings })
    expect((await post('/configs/webhook', webhook)).body.secret).toMatch(newSecret)
  })

  it('has another secret each time', async () => {
    const { post } = setupApi({ settings })
    const [one, two] = [await post('/configs/webhook', webhook), await post('/configs/webhook', webhook)]
    expect(one.body.secret).not.toBe(two.body.secret)
  })

  it('ignores a secret of the caller’s own, and says so', async () => {
    const { post } = setupApi({ settings })
    const answer = await post('/configs/webhook', { ...webhook, secret: 'mine' })
    expect([answer.body.secret === 'mine', ignoredBy(answer)]).toEqual([false, 'secret'])
  })

  it.each([
    'http://localhost',
    'http://localhost:8080/hooks',
    'https://example.com',
    'https://example.com/hooks/?tenant=1',
    'https://[::1]:8443/',
  ])('takes the URL %s as it is', async (url) => {
    const { post } = setupApi({ settings })
    expect((await post('/configs/webhook', { url })).body.url).toBe(url)
  })

  it.each([
    ['of another scheme', 'ftp://example.com/', 'must begin with "http://" or "https://", got "ftp://example.com/"'],
    ['that runs code', 'javascript:alert(1)', 'must be a URL such as "https://example.com/webhooks"'],
    ['with a user', 'https://ada@example.com/', 'must hold no user name and no password'],
    ['with a user and a password', 'https://ada:plugh@example.com/', 'must hold no user name and no password'],
    ['with a fragment', 'https://example.com/#part', 'must have no fragment, got "https://example.com/#part"'],
    ['that is none', 'example.com/hooks', 'must be a URL such as "https://example.com/webhooks"'],
    ['without a host', 'https://', 'must be a URL such as "https://example.com/webhooks"'],
    ['with a port beyond the last', 'https://example.com:65536/', 'must be a URL such as'],
    ['that is empty', '', 'must be a URL such as "https://example.com/webhooks", got ""'],
    ['that is a number', 7, 'must be a URL such as "https://example.com/webhooks", got 7'],
    ['that is null', null, 'must be a URL such as "https://example.com/webhooks", got null'],
    ['that is left out', undefined, 'is required'],
  ])('refuses a URL %s, and says what is right', async (_, url, fault) => {
    const { post } = setupApi({ settings })
    const { status, body } = await post('/configs/webhook', { url })
    expect([status, body.error, Object.keys(body.params), body.params.url[0]]).toEqual([
      400,
      'invalid-parameter',
      ['url'],
      expect.stringContaining(fault),
    ])
  })

  it('refuses an empty fragment', async () => {
    const { post } = setupApi({ settings })
    expect(faultsOf(await post('/configs/webhook', { url: 'https://example.com/#' }))).toEqual([
      '400 invalid-parameter',
      'url',
    ])
  })

  it('refuses spaces around the URL', async () => {
    const { post } = setupApi({ settings })
    expect(faultsOf(await post('/configs/webhook', { url: ' https://example.com/ ' }))).toEqual([
      '400 invalid-parameter',
      'url',
    ])
  })

  it('makes nothing when it refuses', async () => {
    const { mock, post } = setupApi({ settings })
    await post('/configs/webhook', { url: 'ftp://example.com' })
    expect([mock.db.webhook_config.count(), mock.db.task.count()]).toEqual([1, 0])
  })
})
