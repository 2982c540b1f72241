import { describe, expect, it } from 'vitest'
import { builtInFixtures } from '../../src/ricloud/built-in-fixtures.ts'
import { setupApi } from '../support/api.ts'
import { setupPolls } from '../support/polls.ts'

const payload = { data_types: ['ios_messages.messages'] }
const host = 'https://ricloud-api.reincubate.com'

/** A world with a result that has a signed URL. */
async function setupSigned(more: object = {}) {
  const api = await setupPolls()
  await api.post('/configs/storage/1', { signed_urls_enabled: true, ...more })
  const { results } = await api.poll(payload)
  const [result] = results.data
  const read = (url: string | URL, headers = {}) => api.mock.fetch(url, { headers })
  return { ...api, result, url: new URL(result.signed_url.url), read }
}

const urls = ['gs://twins/k.json', 's3://twins/k.json'] as const

/** A world with an object of one name in both. */
function setupTwins() {
  const fixture = structuredClone(builtInFixtures.polls) as unknown as Record<'results' | 'objects', { url: string }[]>
  for (const [at, url] of urls.entries()) {
    const object = fixture.objects[at]
    const result = fixture.results.find((one) => one.url === object?.url)
    for (const one of [object, result]) Object.assign(one ?? {}, { url })
  }
  return setupApi({ fixtures: ['default', fixture as object] })
}

describe('GET /_mock/buckets', () => {
  it('lists the objects, or those of one bucket', async () => {
    const { mock, get, poll } = await setupPolls()
    await poll(payload)
    const { objects } = (await get('/_mock/buckets')).body
    expect(objects).toEqual([
      {
        scheme: 'gs',
        bucket: 'my-storage-bucket',
        key: expect.any(String),
        type: 'application/json',
        size: expect.any(Number),
        md5: expect.any(String),
      },
    ])
    expect([mock.buckets.list(), (await get('/_mock/buckets?bucket=other')).body.objects]).toEqual([objects, []])
  })
})

describe('GET /_mock/buckets/{bucket}/{key}', () => {
  it('answers with the bytes and their type', async () => {
    const { mock, poll } = await setupPolls()
    const [result] = (await poll(payload)).results.data
    const response = await mock.fetch(`${host}/_mock/buckets/${result.url.slice('gs://'.length)}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(bytes).toEqual(mock.buckets.get(result.url).bytes)
  })

  it.each([
    ['bytes=2-5', [2, 6]],
    ['bytes=3-', [3, undefined]],
    ['bytes=-4', [-4, undefined]],
    ['bytes=0-99999', [0, undefined]],
  ] as const)('answers with the part that Range: %s asks for', async (range, [first, end]) => {
    const { read, url, mock, result } = await setupSigned()
    const { bytes } = mock.buckets.get(result.url)
    const response = await read(url, { range })
    expect([response.status, response.headers.get('content-type')]).toEqual([206, 'application/json'])
    const part = bytes.slice(first, end)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(part)
    const start = first < 0 ? bytes.length + first : first
    const named = `bytes ${start}-${start + part.length - 1}/${bytes.length}`
    expect(response.headers.get('content-range')).toBe(named)
  })

  it('refuses a Range beyond its end, which says how many bytes there are', async () => {
    const { read, url, mock, result } = await setupSigned()
    const { size } = mock.buckets.get(result.url)
    const response = await read(url, { range: `bytes=${size}-` })
    const { error, message } = await response.json()
    expect([response.status, response.headers.get('content-range'), error, message]).toEqual([
      416,
      `bytes */${size}`,
      'range-not-satisfiable',
      `The header Range asks for bytes beyond the end of the object, which has ${size}.`,
    ])
  })

  it('answers 304 to who has the object, and 412 to who means another', async () => {
    const { read, url } = await setupSigned()
    const etag = (await read(url)).headers.get('etag') ?? ''
    const known = await read(url, { 'if-none-match': etag })
    const other = await read(url, { 'if-match': '"0"' })
    expect([known.status, await known.text(), other.status, (await other.json()).error]).toEqual([
      304,
      '',
      412,
      'precondition-failed',
    ])
  })

  it('knows no other object', async () => {
    const { get } = setupApi()
    expect((await get('/_mock/buckets/b/k/l')).status).toBe(404)
  })
})

describe('Buckets of the same name in both stores', () => {
  it('have an object each', () => {
    const { buckets } = setupTwins().mock
    const [google, amazon] = urls.map((url) => buckets.get(url))
    expect([google?.scheme, amazon?.scheme, google?.md5 === amazon?.md5]).toEqual(['gs', 's3', false])
  })

  it('are listed by their schemes', async () => {
    const { mock, get } = setupTwins()
    const schemesOf = (objects: readonly { scheme: string }[]) => objects.map(({ scheme }) => scheme).sort()
    const list = async (query: string) => (await get(`/_mock/buckets?${query}`)).body.objects
    expect(schemesOf(mock.buckets.list('twins'))).toEqual(['gs', 's3'])
    expect(schemesOf(mock.buckets.list('twins', 's3'))).toEqual(['s3'])
    expect(schemesOf(await list('bucket=twins'))).toEqual(['gs', 's3'])
    expect(await list('bucket=twins&scheme=gs')).toEqual(mock.buckets.list('twins', 'gs'))
    expect((await list('scheme=s3')).length).toBe(1)
  })

  it('have objects that are read over HTTP by the scheme', async () => {
    const { mock, get } = setupTwins()
    const read = async (scheme: string) =>
      (await mock.fetch(`${host}/_mock/buckets/twins/k.json?scheme=${scheme}`)).text()
    expect([await read('gs'), await read('s3')]).toEqual(urls.map((url) => mock.buckets.get(url).text()))
    const { status, body } = await get('/_mock/buckets/twins/k.json')
    expect([status, body.params]).toEqual([400, { scheme: [`must be given: ${urls.join(' and ')} both exist`] }])
    expect((await get('/_mock/buckets/twins/k.json?scheme=azure')).status).toBe(400)
  })

  it('lose their own objects only', () => {
    const { mock } = setupTwins()
    mock.actions['result.expire']({ where: { url: urls[0] } })
    expect(mock.buckets.list('twins').map(({ scheme }) => scheme)).toEqual(['s3'])
  })
})

describe('The objects of a world', () => {
  it('are those of the snapshot that it starts from, and its own from then on', async () => {
    const { mock, poll } = await setupPolls()
    const [{ url }] = (await poll(payload)).results.data
    mock.snapshots.save('one')
    const world = await mock.worlds.create({ snapshot: 'one' })
    expect(world.buckets.get(url).text()).toBe(mock.buckets.get(url).text())
    world.actions['result.expire']()
    expect([world.buckets.list(), mock.buckets.list().length]).toEqual([[], 1])
  })

  it('are all that a reset leaves of the initial state', async () => {
    const { mock, poll } = await setupPolls({ fixtures: ['polls'] })
    const before = mock.buckets.list().length
    await poll(payload)
    mock.reset()
    expect(mock.buckets.list()).toHaveLength(before)
  })
})

describe('mock.buckets.get', () => {
  it('says where an object of the same name is', () => {
    const { mock } = setupTwins()
    mock.actions['result.expire']({ where: { url: urls[1] } })
    expect(() => mock.buckets.get(urls[1])).toThrow(`No object is at "${urls[1]}", but one at "${urls[0]}".`)
  })

  it.each(['', 'https://a/b', 'gs://', 'my-bucket/key'])('refuses the URL %j', (url) => {
    expect(() => setupApi().mock.buckets.get(url)).toThrow('must be a URL such as "gs://my-bucket/key"')
  })

  it('throws for an unknown object', () => {
    expect(() => setupApi().mock.buckets.get('gs://b/k')).toThrow('No object is at "gs://b/k".')
  })
})

describe('A signed URL', () => {
  it('leads to the object without a token', async () => {
    const { mock, url, read, result } = await setupSigned()
    const response = await read(url)
    expect([response.status, await response.text()]).toEqual([200, mock.buckets.get(result.url).text()])
  })

  it('expires after an hour, or as the storage config says, and is null then', async () => {
    for (const [more, length] of [
      [{}, '1h'],
      [{ signed_urls_expiry: 60 }, '1m'],
    ] as const) {
      const { mock, url, read, get, result } = await setupSigned(more)
      await mock.clock.set(result.signed_url.date_expires.replace(/(\d{6})Z/, '000000Z'))
      expect((await read(url)).status, length).toBe(200)
      await mock.clock.set(result.signed_url.date_expires)
      const response = await read(url)
      const { error, message } = await response.json()
      expect([response.status, error, message.includes('there is no new one')]).toEqual([403, 'forbidden', true])
      expect((await get(`/results/${result.id}`)).body.signed_url).toBeNull()
    }
  })

  it.each([
    ['another expiry', (url: URL) => url.searchParams.set('expires', '2030-01-01T00:00:00.000000Z')],
    ['another signature', (url: URL) => url.searchParams.set('signature', '0'.repeat(32))],
    ['no signature', (url: URL) => url.searchParams.set('signature', '')],
    ['another key', (url: URL) => void (url.pathname += 'x')],
    ['a world', (url: URL) => url.searchParams.set('world', 'w1')],
    ['another scheme', (url: URL) => url.searchParams.set('scheme', 's3')],
    ['no scheme', (url: URL) => url.searchParams.delete('scheme')],
  ])('is refused with %s', async (_, change) => {
    const { mock, url, read } = await setupSigned()
    await mock.worlds.create()
    change(url)
    expect((await read(url)).status).toBe(403)
  })

  it('is 404 where a snapshot is from before its object, until that is published again', async () => {
    const { mock, post, poll } = await setupPolls()
    await post('/configs/storage/1', { signed_urls_enabled: true })
    mock.snapshots.save('before')
    const [{ signed_url }] = (await poll(payload)).results.data
    mock.snapshots.restore('before')
    expect((await mock.fetch(signed_url.url)).status).toBe(404)
    await poll(payload)
    expect((await mock.fetch(signed_url.url)).status).toBe(200)
  })

  it('says that its object was removed by a clean-up', async () => {
    const { mock, url, read, get, result } = await setupSigned()
    mock.actions['result.expire']()
    const response = await read(url)
    const { error, message } = await response.json()
    expect([response.status, error]).toEqual([404, 'not-found'])
    expect(message).toMatch(
      /^No object is at "gs:.* any more: the URL is signed .* its object was removed, by a clean-up, a reset or a snapshot\.$/,
    )
    expect((await get(`/results/${result.id}`)).body.state).toBe('expired')
    await mock.clock.set(result.signed_url.date_expires)
    expect((await read(url)).status).toBe(403)
  })

  it('may be valid until the end of virtual time', async () => {
    const { url, read } = await setupSigned({ signed_urls_expiry: Number.MAX_SAFE_INTEGER })
    expect((await read(url)).status).toBe(200)
  })

  it('names the address that the last call came to', async () => {
    const { mock, post, session } = await setupSigned()
    const { body } = await post('/polls', { session: session.id, payload })
    const headers = { authorization: `Token ${mock.token}` }
    const poll = await (await mock.fetch(`http://localhost:4110/polls/${body.id}`, { headers })).json()
    expect(poll.results.data[0].signed_url.url).toMatch(/^http:\/\/localhost:4110\/_mock\/buckets\//)
  })

  it('leads to its own world', async () => {
    const { mock } = setupApi()
    const world = await mock.worlds.create()
    const headers = { authorization: `Token ${world.token}` }
    const post = async (path: string, body: object) => {
      const response = await mock.fetch(host + path, { method: 'POST', headers, body: JSON.stringify(body) })
      return response.json()
    }
    await post('/configs/storage/1', { signed_urls_enabled: true })
    const source = { user: 1, type: 'icloud.account', identifier: 'a@example.com' }
    const session = await post('/sessions', { source, payload: { password: 'x' } })
    await mock.fetch(`${host}/key`, { headers })
    const poll = await post('/polls', { session: session.id, payload })
    const { results } = await (await mock.fetch(`${host}/polls/${poll.id}`, { headers })).json()
    expect((await mock.fetch(results.data[0].signed_url.url)).status).toBe(200)
  })
})
