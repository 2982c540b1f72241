import { describe, expect, it } from 'vitest'
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

describe('GET /_mock/buckets', () => {
  it('lists the objects, or those of one bucket', async () => {
    const { mock, get, poll } = await setupPolls()
    await poll(payload)
    const { objects } = (await get('/_mock/buckets')).body
    expect(objects).toEqual([
      {
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
  it('takes either scheme', async () => {
    const { mock, poll } = await setupPolls()
    const [{ url }] = (await poll(payload)).results.data
    expect(mock.buckets.get(url.replace('gs:', 's3:')).text()).toBe(mock.buckets.get(url).text())
  })

  it.each(['', 'https://a/b', 'gs://', 'my-bucket/key'])('refuses the URL %j', (url) => {
    expect(() => setupApi().mock.buckets.get(url)).toThrow('must be a URL such as "gs://my-bucket/key"')
  })

  it('throws for an unknown object', () => {
    expect(() => setupApi().mock.buckets.get('gs://b/k')).toThrow('No object is at "b/k".')
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
  ])('is refused with %s', async (_, change) => {
    const { mock, url, read } = await setupSigned()
    await mock.worlds.create()
    change(url)
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
