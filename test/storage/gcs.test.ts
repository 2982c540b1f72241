import { describe, expect, it } from 'vitest'
import { setupStore, stored, textsOf } from './store.ts'

const objects = { 'a.txt': '123456789', 'dir/b c.txt': '123456789', 'dir/ä': 'c' }
const gcs = () => setupStore('gcs', objects)
const encoded = encodeURIComponent('dir/b c.txt')

describe('GCS: objects', () => {
  it.each(['/b', '/storage/v1/b'])('%s/… has what is known of one', (base) => {
    const { status, text } = gcs().ask(`${base}/my-bucket/o/a.txt`)
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        name: 'a.txt',
        bucket: 'my-bucket',
        size: '9',
        generation: String(stored),
        metageneration: '1',
        contentType: 'text/plain',
        crc32c: '4waSgw==',
        md5Hash: 'JfnnlDI7RTiF9RgfG2JNCw==',
        updated: '2020-02-20T12:00:00.000Z',
      },
    ])
  })

  it('links name the address that the call came to', () => {
    const { selfLink, mediaLink } = JSON.parse(
      gcs().ask(`/b/my-bucket/o/${encoded}`, { origin: 'http://tunnel.example' }).text,
    )
    expect(selfLink).toBe(`http://tunnel.example/storage/v1/b/my-bucket/o/${encoded}`)
    const { pathname, search } = new URL(mediaLink)
    expect(gcs().ask(pathname + search).text).toBe('123456789')
  })

  it.each([
    `/b/my-bucket/o/${encoded}?alt=media`,
    `/storage/v1/b/my-bucket/o/${encoded}?alt=media`,
    `/download/storage/v1/b/my-bucket/o/${encoded}?alt=media`,
    '/b/my-bucket/o/dir/b%20c.txt?alt=media',
    '/my-bucket/dir/b%20c.txt',
  ])('%s answers with the bytes and their hashes', (url) => {
    expect(gcs().ask(url)).toMatchObject({
      status: 200,
      text: '123456789',
      headers: {
        'content-type': 'text/plain',
        'x-goog-hash': 'crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==',
        'x-goog-generation': String(stored),
        'x-goog-stored-content-encoding': 'identity',
        'x-goog-stored-content-length': '9',
      },
    })
  })

  it.each(['/b/my-bucket/o/a.txt?alt=media', '/my-bucket/a.txt'])('%s has ranges', (url) => {
    const { ask } = gcs()
    const part = ask(url, { headers: { range: 'bytes=2-3' } })
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '34', 'bytes 2-3/9'])
    expect(ask(url, { headers: { range: 'bytes=3-2' } }).status).toBe(200)
    const past = ask(url, { headers: { range: 'bytes=9-' } })
    expect([past.status, past.headers['content-range']]).toEqual([416, 'bytes */9'])
  })

  it('%2F is decoded once', () => {
    const { ask, put } = gcs()
    put('my-bucket', 'dir%2Fb', 'once')
    expect(ask('/b/my-bucket/o/dir%252Fb?alt=media').text).toBe('once')
  })

  it('an unknown object is Google’s JSON error, and text for its bytes', () => {
    const { ask } = gcs()
    const message = 'No such object: my-bucket/none'
    expect(JSON.parse(ask('/b/my-bucket/o/none').text)).toEqual({
      error: { code: 404, message, errors: [{ message, domain: 'global', reason: 'notFound' }] },
    })
    expect(ask('/b/my-bucket/o/none?alt=media')).toMatchObject({ status: 404, text: message })
    expect(textsOf('Code', ask('/my-bucket/none').text)).toEqual(['NoSuchKey'])
  })

  it.each([
    [`generation=${stored}`, 200],
    ['generation=1', 404],
    [`ifGenerationMatch=${stored}`, 200],
    ['ifGenerationMatch=1', 412],
    [`ifGenerationNotMatch=${stored}`, 304],
    ['ifMetagenerationMatch=1', 200],
    ['ifMetagenerationMatch=2', 412],
    ['ifMetagenerationNotMatch=1', 304],
  ])('%s is %i', (query, status) => {
    expect(gcs().ask(`/b/my-bucket/o/a.txt?${query}`).status).toBe(status)
  })

  it('If-None-Match of the ETag is 304 without a body', () => {
    const { ask } = gcs()
    const { etag = '' } = ask('/b/my-bucket/o/a.txt?alt=media').headers
    const got = ask('/b/my-bucket/o/a.txt?alt=media', { headers: { 'if-none-match': etag } })
    expect([got.status, got.text]).toEqual([304, ''])
  })
})

describe('GCS: buckets', () => {
  it('timeCreated is that of the first of the configs that name a bucket, alone and in the list', () => {
    const { ask, named } = gcs()
    const years = ['2019', '2018', '2021']
    named.push(...years.map((year) => ({ url: 'gs://my-bucket/x', date_created: `${year}-01-01T00:00:00.000000Z` })))
    const created = { timeCreated: '2018-01-01T00:00:00.000000Z' }
    expect(JSON.parse(ask('/storage/v1/b/my-bucket').text)).toMatchObject(created)
    expect(JSON.parse(ask('/storage/v1/b?project=p').text).items).toMatchObject([created])
  })

  it('are shown if a config names them', () => {
    const { ask } = gcs()
    expect(JSON.parse(ask('/storage/v1/b/my-bucket').text)).toMatchObject({ kind: 'storage#bucket', name: 'my-bucket' })
    expect(JSON.parse(ask('/b?project=p').text).items).toMatchObject([{ name: 'my-bucket' }])
    expect(JSON.parse(ask('/b/other').text).error).toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] })
    expect(JSON.parse(ask('/b/other/o').text).error.code).toBe(404)
  })

  it.each([
    ['POST', '/upload/storage/v1/b/my-bucket/o'],
    ['DELETE', '/b/my-bucket/o/a.txt'],
    ['PUT', '/my-bucket/a.txt'],
  ])('%s %s is 405 with the reason', (method, url) => {
    const { error } = JSON.parse(gcs().ask(url, { method }).text)
    expect([error.code, error.message]).toEqual([405, expect.stringContaining(`${method} is not offered`)])
  })

  it('another part of one is not offered', () => {
    expect(gcs().ask('/b/my-bucket/iam').status).toBe(501)
  })

  it('a broken escape is 400', () => {
    expect(gcs().ask('/b/my-bucket/o/%zz').status).toBe(400)
  })
})

describe('GCS: lists', () => {
  const list = (query: string) => JSON.parse(gcs().ask(`/b/my-bucket/o?${query}`).text)
  const namesOf = ({ items = [] }: { items?: { name: string }[] }) => items.map(({ name }) => name)

  it('have prefixes', () => {
    expect(list('delimiter=/')).toMatchObject({ prefixes: ['dir/'], items: [{ name: 'a.txt' }] })
    expect(namesOf(list('prefix=dir/&delimiter=/'))).toEqual(['dir/b c.txt', 'dir/ä'])
  })

  it('go on with their token', () => {
    const found: string[] = []
    let token = ''
    for (let pages = 0; pages < 9 && token !== undefined; pages++) {
      const page = list(`maxResults=1&pageToken=${encodeURIComponent(token)}`)
      found.push(...namesOf(page))
      token = page.nextPageToken
    }
    expect([found, token]).toEqual([Object.keys(objects), undefined])
  })

  it('begin and end at offsets', () => {
    expect(namesOf(list(`startOffset=dir/&endOffset=${encodeURIComponent('dir/ä')}`))).toEqual(['dir/b c.txt'])
  })

  it.each([
    ['startOffset=dir/', ['dir/']],
    [`startOffset=${encodeURIComponent('dir/ä')}`, ['dir/']],
    ['startOffset=dir0', undefined],
    ['endOffset=dir/', undefined],
    [`endOffset=${encodeURIComponent('dir/ä')}`, ['dir/']],
  ])('%s with a delimiter lists the prefixes of names within it, %j', (query, prefixes) => {
    expect(list(`${query}&delimiter=/`).prefixes).toEqual(prefixes)
  })

  it('a token at a prefix goes on after all of its names', () => {
    const first = list('maxResults=1&delimiter=/')
    const second = list(`maxResults=1&delimiter=/&pageToken=${first.nextPageToken}`)
    expect([namesOf(first), second.prefixes, second.nextPageToken]).toEqual([['a.txt'], ['dir/'], undefined])
  })

  it.each([
    ['maxResults=x', 400],
    ['pageToken=%FF', 400],
    ['matchGlob=*', 501],
    ['softDeleted=true', 501],
  ])('%s is %i', (query, code) => {
    expect(list(query).error.code).toBe(code)
  })
})

it.each(['/token', '/oauth2/v4/token'])('GCS: POST %s gives an access token', (url) => {
  expect(JSON.parse(gcs().ask(url, { method: 'POST' }).text)).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
})
