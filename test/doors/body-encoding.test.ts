import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'
import { frozen } from './frozen.ts'
import { exchange, written } from './raw.ts'
import { authorised, started } from './servers.ts'

interface Sent {
  readonly status: number
  readonly message: string
  readonly users: number
}

/** Sends a body to make a user, through `mock.fetch` and through a server: each answer, and how many users there are then. */
async function sent(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<readonly Sent[]> {
  const mock = createMock(frozen)
  const response = await mock.fetch('https://any.host/users', {
    method: 'POST',
    headers: { ...authorised, ...headers },
    body: new Uint8Array(body),
  })
  const server = await started()
  const [answer] = await exchange(
    server.url,
    written('POST', '/users', { headers: { ...authorised, ...headers }, body }),
  )
  return [
    { status: response.status, message: (await response.json()).message, users: mock.db.user.count() },
    {
      status: answer?.status ?? 0,
      message: JSON.parse(answer?.body ?? '').message,
      users: server.mock.db.user.count(),
    },
  ]
}

const users = createMock(frozen).db.user.count()
const json = Buffer.from('{"identifier":"jos\u00e9@example.com"}')
const utf16 = Buffer.from(json.toString(), 'utf16le')
const form = 'send an object such as {"name": "value"}'

describe('A body is refused, and its encoding is named', () => {
  it.each<[what: string, body: Uint8Array, headers: Readonly<Record<string, string>>, why: string]>([
    ['in Latin-1', Buffer.from(json.toString(), 'latin1'), {}, 'it is not valid UTF-8'],
    ['cut within a letter', json.subarray(0, json.indexOf(0xc3) + 1), {}, 'it is not valid UTF-8'],
    ['with a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), {}, 'it is not valid UTF-8'],
    ['in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), {}, 'it is UTF-16; send it as UTF-8'],
    ['in UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le'), {}, 'it is UTF-16; send it as UTF-8'],
    [
      'in UTF-32',
      Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('7b0000007d000000', 'hex')]),
      {},
      'it is UTF-32; send it as UTF-8',
    ],
    ['of gzip', gzipSync(json), {}, 'it is compressed with gzip; send it uncompressed'],
    [
      'of gzip, as its header says',
      gzipSync(json),
      { 'content-encoding': 'gzip' },
      'it is compressed with gzip; send it uncompressed',
    ],
    [
      'of deflate',
      deflateSync(json),
      { 'content-encoding': 'deflate' },
      'its Content-Encoding is "deflate"; send it uncompressed',
    ],
    [
      'of brotli',
      brotliCompressSync(json),
      { 'content-encoding': 'br' },
      'its Content-Encoding is "br"; send it uncompressed',
    ],
    ['of a form', Buffer.from('identifier=a%40example.com&key=1'), {}, `it is form-encoded; ${form}`],
    ['of a form with lists', Buffer.from('payload[data_types][]=a'), {}, `it is form-encoded; ${form}`],
    ['of XML', Buffer.from('\n<a/>'), {}, `it is XML or HTML; ${form}`],
    [
      'of several parts',
      Buffer.from('--a\r\nContent-Disposition: form-data; name="identifier"\r\n\r\na@example.com\r\n--a--\r\n'),
      { 'content-type': 'multipart/form-data; boundary=a' },
      `it is multipart form data; ${form}`,
    ],
  ])('%s', async (_, body, headers, why) => {
    const refused = { status: 400, message: `The body is not valid JSON: ${why}.`, users }
    expect(await sent(body, headers)).toEqual([refused, refused])
  })
})

describe('A body is read', () => {
  it.each<[what: string, body: Uint8Array, headers: Readonly<Record<string, string>>]>([
    ['in UTF-8', json, {}],
    ['with a mark of UTF-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]), {}],
    ['whatever its Content-Type says', json, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['that is compressed with nothing', json, { 'content-encoding': 'identity' }],
  ])('%s', async (_, body, headers) => {
    expect((await sent(body, headers)).map(({ status }) => status)).toEqual([201, 201])
  })
})

it('A body is read as UTF-8 or refused, whatever bytes stand in its text', async () => {
  const mock = createMock(frozen)
  const isUtf8 = (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString()).equals(bytes)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 6 }), async (bytes) => {
      // Neither quotes, backslashes and control characters, nor the replacement character itself.
      fc.pre(bytes.every((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c))
      const body = new Uint8Array(Buffer.concat([Buffer.from('{"identifier":"'), bytes, Buffer.from('"}')]))
      const response = await mock.fetch('https://any.host/users', { method: 'POST', headers: authorised, body })
      const answer = await response.json()
      if (isUtf8(bytes)) expect(answer.identifier).toBe(Buffer.from(bytes).toString())
      else expect([response.status, answer.error]).toEqual([400, 'invalid-body'])
    }),
  )
})
