import { describe, expect, it } from 'vitest'
import { md5 } from '../../src/engine/md5.ts'
import { setupStore, textsOf } from './store.ts'

const objects = { 'a.txt': 'Hello', 'dir/b c+d%.txt': 'with % and space', 'dir/ä//🦊': 'unicode', 'dir/sub/e': 'e' }
const s3 = () => setupStore('s3', objects)
const etag = `"${md5(new TextEncoder().encode('Hello'))}"`

describe('S3: ListBuckets', () => {
  it('dates a bucket by the first of the configs that name it, in any order', () => {
    const { ask, named } = s3()
    const years = ['2019', '2018', '2021']
    named.push(...years.map((year) => ({ url: 's3://my-bucket/x', date_created: `${year}-01-01T00:00:00.000000Z` })))
    named.push({ url: 'gs://my-bucket', date_created: '2010-01-01T00:00:00.000000Z' })
    expect(textsOf('CreationDate', ask('/').text)).toEqual(['2018-01-01T00:00:00.000000Z'])
  })
})

describe('S3: GET object', () => {
  it('answers with bytes, type, length, ETag and date', () => {
    expect(s3().ask('/my-bucket/a.txt?x-id=GetObject')).toMatchObject({
      status: 200,
      text: 'Hello',
      headers: {
        'content-type': 'text/plain',
        'content-length': '5',
        etag,
        'last-modified': 'Thu, 20 Feb 2020 12:00:00 GMT',
        'accept-ranges': 'bytes',
      },
    })
  })

  it.each(['/my-bucket/dir/b%20c+d%25.txt', '/my-bucket/dir/b%20c%2Bd%25.txt', '/my-bucket/dir%2Fb%20c+d%25.txt'])(
    'decodes %s once, and a plus is a plus',
    (url) => {
      expect(s3().ask(url).text).toBe('with % and space')
    },
  )

  it('keeps two slashes in a key', () => {
    expect(s3().ask(`/my-bucket/${encodeURI('dir/ä//🦊')}`).text).toBe('unicode')
  })

  it('takes one slash before a key off, unless a key begins with it', () => {
    const { ask, put } = s3()
    expect([ask('/my-bucket//a.txt').text, ask('/my-bucket///a.txt').status]).toEqual(['Hello', 404])
    put('my-bucket', '/a.txt', 'with slash')
    expect(ask('/my-bucket//a.txt').text).toBe('with slash')
  })

  it.each([
    'http://my-bucket.localhost:9000',
    'http://my-bucket.s3.localhost:9000',
    'http://my-bucket.mock.example',
    'https://my-bucket.s3.eu-west-1.amazonaws.com',
    'https://my-bucket.s3.amazonaws.com',
    'https://my-bucket.s3.dualstack.eu-west-1.amazonaws.com',
    'https://my-bucket.s3-accelerate.amazonaws.com',
  ])('takes the bucket from the host %s', (origin) => {
    expect(s3().ask('/a.txt', { origin }).text).toBe('Hello')
  })

  it.each(['http://s3.localhost', 'https://s3.eu-west-1.amazonaws.com', 'http://[::1]:9000', 'nothing'])(
    'takes the bucket from the path at %s',
    (origin) => {
      expect(s3().ask('/my-bucket/a.txt', { origin }).text).toBe('Hello')
    },
  )

  it('an unknown key is NoSuchKey, an unknown bucket NoSuchBucket', () => {
    const { ask } = s3()
    const key = ask('/my-bucket/none')
    expect([key.status, key.headers['content-type']]).toEqual([404, 'application/xml'])
    expect(textsOf('Code', key.text + ask('/other/none').text)).toEqual(['NoSuchKey', 'NoSuchBucket'])
  })

  it('a bucket that only a config of the other store names does not exist', () => {
    const { ask, put } = setupStore('s3', {}, 'gs')
    put('my-bucket', 'a.txt', 'of the other store', 'gs')
    expect(textsOf('Code', ask('/my-bucket/a.txt').text)).toEqual(['NoSuchBucket'])
  })

  it('a bucket of the other store with the same name has other objects', () => {
    const { ask, put } = s3()
    put('my-bucket', 'a.txt', 'of the other store', 'gs')
    put('my-bucket', 'other.txt', 'of the other store', 'gs')
    expect([ask('/my-bucket/a.txt').text, ask('/my-bucket/other.txt').status]).toEqual(['Hello', 404])
    expect(textsOf('Key', ask('/my-bucket').text)).toHaveLength(Object.keys(objects).length)
  })

  it('a bucket that no config names any more exists as long as it has objects', () => {
    const { ask, put, buckets } = s3()
    put('old-bucket', 'k', 'old')
    expect(ask('/old-bucket/k').text).toBe('old')
    buckets.delete({ scheme: 's3', bucket: 'old-bucket', key: 'k' })
    expect(textsOf('Code', ask('/old-bucket/k').text)).toEqual(['NoSuchBucket'])
  })

  it('escapes keys in XML', () => {
    expect(s3().ask('/my-bucket/%3CKey%3E%26%22%01').text).toContain('<Key>&lt;Key&gt;&amp;&quot;&#1;</Key>')
  })

  it('a broken escape is InvalidURI', () => {
    expect(s3().ask('/my-bucket/%E4%zz')).toMatchObject({ status: 400, text: expect.stringContaining('InvalidURI') })
  })

  it('replaces headers by parameters, as presigned URLs have them', () => {
    const url = '/my-bucket/a.txt?response-content-type=image/png&response-content-disposition=attachment'
    expect(s3().ask(url).headers).toMatchObject({ 'content-type': 'image/png', 'content-disposition': 'attachment' })
    expect(s3().ask('/my-bucket/a.txt?response-content-type=a%0Ab').status).toBe(400)
  })

  it('a version other than null does not exist', () => {
    const { ask } = s3()
    expect(['null', 'x'].map((id) => ask(`/my-bucket/a.txt?versionId=${id}`).status)).toEqual([200, 404])
  })
})

describe('S3: checksums', () => {
  const enabled = { 'x-amz-checksum-mode': 'ENABLED' }

  it('come only when they are asked for, and of whole objects', () => {
    const { ask } = s3()
    const has = (headers: Record<string, string>) =>
      ask('/my-bucket/a.txt', { headers }).headers['x-amz-checksum-crc32c'] !== undefined
    expect([has({}), has(enabled), has({ ...enabled, range: 'bytes=0-1' })]).toEqual([false, true, false])
  })

  it('CRC32C is the one of Castagnoli', () => {
    const { ask, put } = s3()
    put('my-bucket', 'check', '123456789')
    expect(ask('/my-bucket/check', { headers: enabled }).headers['x-amz-checksum-crc32c']).toBe('4waSgw==')
  })
})

describe('S3: Range', () => {
  it.each([
    ['bytes=0-1', 206, 'He', 'bytes 0-1/5'],
    ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-99', 206, 'Hello', 'bytes 0-4/5'],
    ['bytes=4-99999999999999999999999', 206, 'o', 'bytes 4-4/5'],
    ['bytes=3-1', 200, 'Hello', undefined],
    ['bytes=0-1,3-4', 200, 'Hello', undefined],
    ['lines=0-1', 200, 'Hello', undefined],
    ['bytes=-', 200, 'Hello', undefined],
  ])('%s is %i', (range, status, text, contentRange) => {
    const got = s3().ask('/my-bucket/a.txt', { headers: { range } })
    expect([got.status, got.text, got.headers['content-range']]).toEqual([status, text, contentRange])
  })

  it.each(['bytes=5-', 'bytes=9-12', 'bytes=-0'])('%s is 416 with the size', (range) => {
    const got = s3().ask('/my-bucket/a.txt', { headers: { range } })
    expect([got.status, got.headers['content-range'], textsOf('Code', got.text)]).toEqual([
      416,
      'bytes */5',
      ['InvalidRange'],
    ])
  })

  it.each([
    [etag, 206],
    ['"other"', 200],
  ])('If-Range %s is %i', (ifRange, status) => {
    expect(s3().ask('/my-bucket/a.txt', { headers: { range: 'bytes=0-1', 'if-range': ifRange } }).status).toBe(status)
  })
})

describe('S3: conditions', () => {
  const before = 'Thu, 20 Feb 2020 11:00:00 GMT'
  const after = 'Thu, 20 Feb 2020 13:00:00 GMT'
  it.each([
    [{ 'if-match': etag }, 200],
    [{ 'if-match': etag.replaceAll('"', '') }, 200],
    [{ 'if-match': '"x", *' }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': etag, 'if-unmodified-since': before }, 200],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, 200],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': after }, 304],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': after }, 200],
    [{ 'if-unmodified-since': 'no date' }, 200],
  ])('%j is %i', (headers, status) => {
    expect(s3().ask('/my-bucket/a.txt', { headers: headers as Record<string, string> }).status).toBe(status)
  })
})

describe('S3: buckets', () => {
  it('are listed if a config names them', () => {
    expect(textsOf('Name', s3().ask('/').text)).toEqual(['my-bucket'])
  })

  it('HEAD tells whether one exists', () => {
    const { ask } = s3()
    expect(['/my-bucket', '/my-bucket/', '/other'].map((url) => ask(url, { method: 'HEAD' }).status)).toEqual([
      200, 200, 404,
    ])
  })

  it('?location is an empty constraint for the first region', () => {
    expect(s3().ask('/my-bucket/?location').text).toMatch(/<LocationConstraint xmlns="[^"]+"><\/LocationConstraint>$/)
  })

  it('the region is that of the host', () => {
    const { headers } = s3().ask('/', { method: 'HEAD', origin: 'https://my-bucket.s3.eu-west-1.amazonaws.com' })
    expect(headers['x-amz-bucket-region']).toBe('eu-west-1')
  })

  it.each(['PUT', 'POST', 'DELETE'])('%s is MethodNotAllowed with the reason', (method) => {
    const { status, text } = s3().ask('/my-bucket/new', { method })
    expect([status, textsOf('Code', text)]).toEqual([405, ['MethodNotAllowed']])
    expect(text).toContain(`${method} is not offered: only results are published`)
  })

  it.each(['/my-bucket?acl', '/my-bucket/a.txt?tagging', '/my-bucket?versions'])('%s is NotImplemented', (url) => {
    expect(textsOf('Code', s3().ask(url).text)).toEqual(['NotImplemented'])
  })
})

describe('S3: lists', () => {
  const names = { a: '1', 'b/1': '2', 'b/2': '3', c: '4' }
  const list = (query: string) => setupStore('s3', names).ask(`/my-bucket${query}`).text

  it.each(['?list-type=2', '/?list-type=2'])('V2 at %s has keys, sizes, ETags and dates', (query) => {
    const text = list(query)
    expect(textsOf('Key', text)).toEqual(['a', 'b/1', 'b/2', 'c'])
    expect([textsOf('KeyCount', text), textsOf('MaxKeys', text), textsOf('IsTruncated', text)]).toEqual([
      ['4'],
      ['1000'],
      ['false'],
    ])
    expect(textsOf('LastModified', text)[0]).toBe('2020-02-20T12:00:00.000Z')
    expect(textsOf('Size', text)).toEqual(['1', '1', '1', '1'])
  })

  it('V2 goes on with its token', () => {
    const first = list('?list-type=2&max-keys=1&delimiter=/')
    const [token = ''] = textsOf('NextContinuationToken', first)
    const second = list(`?list-type=2&max-keys=1&delimiter=/&continuation-token=${token}`)
    const [next = ''] = textsOf('NextContinuationToken', second)
    const third = list(`?list-type=2&delimiter=/&continuation-token=${next}`)
    expect([first, second, third].map((text) => textsOf('Prefix', text).filter(Boolean))).toEqual([[], ['b/'], []])
    expect([textsOf('Key', first), textsOf('Key', second), textsOf('Key', third)]).toEqual([['a'], [], ['c']])
    expect([textsOf('ContinuationToken', second), textsOf('IsTruncated', third)]).toEqual([[token], ['false']])
  })

  it('V2 begins after start-after', () => {
    expect(textsOf('Key', list('?list-type=2&start-after=b/1'))).toEqual(['b/2', 'c'])
  })

  const entriesOf = (text: string) => [...textsOf('Prefix', text).filter(Boolean), ...textsOf('Key', text)]

  it.each([
    ['?list-type=2&start-after=b/', ['b/', 'c']],
    ['?list-type=2&start-after=b/1', ['b/', 'c']],
    ['?list-type=2&start-after=b/2', ['c']],
    ['?marker=b/', ['c']],
    ['?marker=b/1', ['c']],
    ['?marker=b', ['b/', 'c']],
  ])('%s with a delimiter lists %j', (query, entries) => {
    expect(entriesOf(list(`${query}&delimiter=/`))).toEqual(entries)
  })

  it('V2 ignores start-after beside a token', () => {
    const [token = ''] = textsOf('NextContinuationToken', list('?list-type=2&max-keys=1'))
    const text = list(`?list-type=2&start-after=c&continuation-token=${token}`)
    expect([textsOf('Key', text), textsOf('StartAfter', text)]).toEqual([['b/1', 'b/2', 'c'], []])
  })

  it('V2 shows owners only with fetch-owner', () => {
    const counts = ['', '&fetch-owner=true'].map((more) => textsOf('DisplayName', list(`?list-type=2${more}`)).length)
    expect(counts).toEqual([0, 4])
  })

  it('V1 has a NextMarker only with a delimiter', () => {
    const markers = ['', '&delimiter=/'].map((more) => textsOf('NextMarker', list(`?max-keys=2${more}`)))
    expect(markers).toEqual([[], ['b/']])
  })

  it.each(['', '&delimiter=/'])('V1 with markers%s comes to an end', (more) => {
    const found: string[] = []
    let marker = ''
    for (let pages = 0; pages < 9; pages++) {
      const text = list(`?max-keys=1${more}&marker=${encodeURIComponent(marker)}`)
      const entries = [...textsOf('Key', text), ...textsOf('Prefix', text).filter(Boolean)]
      found.push(...entries)
      if (textsOf('IsTruncated', text)[0] === 'false') break
      marker = textsOf('NextMarker', text)[0] ?? entries.at(-1) ?? ''
    }
    expect(found).toEqual(more === '' ? ['a', 'b/1', 'b/2', 'c'] : ['a', 'b/', 'c'])
  })

  it('max-keys=0 is an empty list that is not truncated', () => {
    const text = list('?list-type=2&max-keys=0')
    expect([textsOf('KeyCount', text), textsOf('IsTruncated', text)]).toEqual([['0'], ['false']])
  })

  it('encoding-type=url encodes keys and prefixes, not tokens', () => {
    const text = setupStore('s3', { 'p/a b+c&': '', 'p/ä/x': '' }).ask(
      '/my-bucket?list-type=2&encoding-type=url&delimiter=/&prefix=p/',
    ).text
    expect([textsOf('Key', text), textsOf('Prefix', text)]).toEqual([['p/a%20b%2Bc%26'], ['p/', 'p/%C3%A4/']])
    expect(textsOf('EncodingType', text)).toEqual(['url'])
  })

  it('have at most 1,000 keys', () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [String(i), '']))
    const { text } = setupStore('s3', many).ask('/my-bucket?list-type=2&max-keys=99999999999999999999')
    expect([textsOf('KeyCount', text), textsOf('MaxKeys', text), textsOf('IsTruncated', text)]).toEqual([
      ['1000'],
      ['1000'],
      ['true'],
    ])
  })

  it.each([
    'max-keys=-1',
    'max-keys=x',
    'encoding-type=x',
    'encoding-type=',
    'list-type=3',
    'continuation-token=%FF',
    'continuation-token=',
  ])('%s is InvalidArgument and names it', (query) => {
    const text = list(`?list-type=2&${query}`.replace('list-type=2&list-type', 'list-type'))
    expect([textsOf('Code', text), textsOf('ArgumentName', text)]).toEqual([['InvalidArgument'], [query.split('=')[0]]])
  })
})
