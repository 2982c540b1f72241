import { createHmac } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReceivedBody, type ReceivedHeaders, type VerifyOptions, verifySignature } from '../../src/index.ts'
import { anyText } from '../support/text.ts'
import { startReceiver } from './receiver.ts'
import { secondsIn, secret, setupWebhook } from './world.ts'

// The contract's vector.
const body = '{"a":1}'
const seconds = 1_600_000_000
const base64 = 'YhlfCHe7mFvKAxU/o8YZTU0YBAIleJ4XyRnX6cjza48='
const header = `t=${seconds},s=${base64}`
const headers = { 'Ricloud-Signature': header }
const now = '2020-09-13T12:26:40Z'

const verify = (given: ReceivedHeaders, text: ReceivedBody = body, options: VerifyOptions = { now }) =>
  verifySignature(given, text, secret, options)

/** What the contract says a signature is, and nothing of the mock's. */
function signedByTheContract(t: number, rawBody: string | Uint8Array, key = secret): string {
  return `t=${t},s=${createHmac('sha256', key).update(`${t}.`).update(rawBody).digest('base64')}`
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Headers as undici and node-fetch have them: of no class of the runtime, without own attributes. */
class ForeignHeaders {
  readonly #values: Headers

  constructor(values: Record<string, string>) {
    this.#values = new Headers(values)
  }

  get(name: string) {
    return this.#values.get(name)
  }

  [Symbol.iterator]() {
    return this.#values.entries()
  }
}

describe('The contract’s vector', () => {
  it('is what the contract’s text makes of its secret, its time and its body', () => {
    expect(signedByTheContract(seconds, body)).toBe(header)
  })

  it('is genuine to verifySignature', async () => {
    expect(await verify(headers)).toBe(true)
  })
})

describe('A delivery', () => {
  it('is signed as the contract says', async () => {
    const receiver = await startReceiver()
    const { end, quiet } = setupWebhook(receiver)
    await end()
    await quiet()
    const [call] = receiver.received
    expect(call?.headers['ricloud-signature']).toBe(
      signedByTheContract(Date.UTC(2020, 1, 20, 12) / 1000, call?.body ?? ''),
    )
  })

  it('is signed as the contract says when it is sent again', async () => {
    const receiver = await startReceiver(503, 200)
    const { mock, end } = setupWebhook(receiver)
    await end()
    await mock.clock.advance('1m')
    const [, call] = receiver.received
    expect(call?.headers['ricloud-signature']).toBe(
      signedByTheContract(Date.UTC(2020, 1, 20, 12, 1) / 1000, call?.body ?? ''),
    )
  })

  it('is genuine whatever the script of the text in it', async () => {
    const receiver = await startReceiver()
    const { post, delete: remove, quiet } = setupWebhook(receiver)
    const source = { user: 1, type: 'icloud.account', identifier: 'Zoë 🦊 “漢字”\u2028\\' }
    const { body: session } = await post('/sessions', { source, payload: { password: 'joshua' } })
    await remove(`/sessions/${session.id}`)
    await quiet()
    const [call] = receiver.received
    expect(call?.headers['ricloud-signature']).toBe(
      signedByTheContract(secondsIn(call?.headers ?? {}), call?.body ?? ''),
    )
  })

  it('is genuine to verifySignature, as Node’s http has its headers', async () => {
    const receiver = await startReceiver()
    const { mock, end, quiet } = setupWebhook(receiver)
    await end()
    await quiet()
    const [call] = receiver.received
    expect(await verify(call?.headers ?? {}, call?.body, { now: mock.clock.now() })).toBe(true)
  })

  it('is too old by the real clock where the mock signed with a clock frozen in the past', async () => {
    const receiver = await startReceiver()
    const { end, quiet } = setupWebhook(receiver)
    await end()
    await quiet()
    const [call] = receiver.received
    expect(await verifySignature(call?.headers ?? {}, call?.body ?? '', secret)).toBe(false)
  })
})

describe('verifySignature', () => {
  it.each<[string, ReceivedHeaders]>([
    ['Headers', new Headers(headers)],
    ['an object in lower case, as Node’s http has it', { 'ricloud-signature': header }],
    ['an object in another case', { 'RICLOUD-signature': header }],
    ['an object of arrays', { 'ricloud-signature': [header] }],
    ['an object without a prototype', Object.assign(Object.create(null), headers)],
    ['an object with other headers', { host: 'example.com', cookie: undefined, ...headers }],
    ['an object of another realm', runInNewContext('given', { given: headers })],
    ['a Map', new Map(Object.entries(headers))],
    ['a Map of another realm', runInNewContext('new Map(given)', { given: Object.entries(headers) })],
    ['a list of pairs', Object.entries(headers)],
    ['Node’s rawHeaders', ['Host', 'example.com', 'Ricloud-Signature', header]],
    ['Headers of another implementation', new ForeignHeaders(headers)],
    ['an object with a method get', { get: (name: string) => new Headers(headers).get(name) }],
    ['a whole Request', new Request('http://app.test', { headers })],
    ['a whole request of Node’s http', { method: 'POST', headers: { 'ricloud-signature': header } }],
    ['a whole request with Headers of another implementation', { headers: new ForeignHeaders(headers) }],
  ])('reads headers that are %s', async (_, given) => {
    expect(await verify(given)).toBe(true)
  })

  it('takes the body as bytes', async () => {
    expect(await verify(headers, bytesOf(body))).toBe(true)
  })

  it.each<[string, ReceivedBody]>([
    ['an ArrayBuffer', bytesOf(body).buffer],
    ['a DataView', new DataView(bytesOf(body).buffer)],
    ['bytes of another realm', runInNewContext('new Uint8Array(given)', { given: [...bytesOf(body)] })],
    ['an ArrayBuffer of another realm', runInNewContext('new Uint8Array(given).buffer', { given: [...bytesOf(body)] })],
  ])('takes the body as %s', async (_, given) => {
    expect([await verify(headers, given), await verify(headers, bytesOf('{}').buffer)]).toEqual([true, false])
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [header, 'a string'],
    [7, 'a number'],
    [['Ricloud-Signature'], 'an array'],
    [[1, 2], 'an array'],
    [new (class Odd {})(), 'an object (Odd)'],
    [new Blob([]), 'an object (Blob)'],
    [{ 'ricloud-signature': 7 }, 'a number'],
    [{ 'ricloud-signature': [7] }, 'an array'],
  ])('throws for headers that are no headers, and says what it got (%#)', async (given, kind) => {
    const outcome = verify(given as ReceivedHeaders)
    await expect(outcome).rejects.toThrow(/^The headers must be those of the request/)
    await expect(outcome).rejects.toThrow(kind)
    await expect(outcome).rejects.not.toThrow(base64)
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [{ a: 1 }, 'an object'],
    [[1, 2], 'an array'],
    [new Blob([body]), 'an object (Blob)'],
    [new Request('http://app.test'), 'an object (Request)'],
  ])('throws for a body that is neither text nor bytes, and says what it got (%#)', async (given, kind) => {
    await expect(verifySignature(headers, given as ReceivedBody, secret)).rejects.toThrow(
      `The body must be text or bytes as they came, before they are parsed; got ${kind}.`,
    )
  })

  it('takes the body as a Buffer', async () => {
    expect(await verify(headers, Buffer.from(body))).toBe(true)
  })

  it('takes the body as a part of a larger buffer', async () => {
    expect(await verify(headers, bytesOf(`before${body}after`).subarray(6, 6 + body.length))).toBe(true)
  })

  it('refuses an altered body', async () => {
    expect(await verify(headers, '{"a":2}')).toBe(false)
  })

  it('refuses the same JSON written otherwise', async () => {
    expect(await verify(headers, '{"a": 1}')).toBe(false)
  })

  it('refuses an empty body', async () => {
    expect(await verify(headers, '')).toBe(false)
  })

  it('refuses an altered time', async () => {
    expect(await verify({ 'Ricloud-Signature': `t=${seconds + 1},s=${base64}` })).toBe(false)
  })

  it('refuses another secret', async () => {
    expect(await verifySignature(headers, body, secret.toLowerCase(), { now })).toBe(false)
  })

  it('answers false where the secret is empty', async () => {
    expect(await verifySignature(headers, body, '', { now })).toBe(false)
  })

  // A receiver that reads bytes compares bytes: what is cut off before the check is still parsed after it.
  it('refuses a byte order mark before the body', async () => {
    expect(await verify(headers, Uint8Array.from([0xef, 0xbb, 0xbf, ...bytesOf(body)]))).toBe(false)
  })

  it('refuses bytes that are no text in place of a replacement character', async () => {
    const written = '{"a":"\ufffd"}'
    const given = { 'Ricloud-Signature': signedByTheContract(seconds, written) }
    expect(await verify(given, Uint8Array.from([...bytesOf('{"a":"'), 0xff, ...bytesOf('"}')]))).toBe(false)
  })

  // The last letter of 32 bytes carries two bits that mean nothing.
  it('refuses another spelling of the same signature', async () => {
    expect(await verify({ 'Ricloud-Signature': header.replace('8=', '9=') })).toBe(false)
  })

  it.each<[string, ReceivedHeaders]>([
    ['no headers', {}],
    ['empty Headers', new Headers()],
    ['other headers', { 'ricloud-signatures': header }],
    ['an undefined header', { 'ricloud-signature': undefined }],
    ['an empty array', { 'ricloud-signature': [] }],
    ['an empty header', { 'ricloud-signature': '' }],
  ])('refuses %s', async (_, given) => {
    expect(await verify(given)).toBe(false)
  })

  it.each([
    `s=${base64}`,
    `t=${seconds}`,
    `t=${seconds},s=`,
    `t=,s=${base64}`,
    `t=0${seconds},s=${base64}`,
    `t=-${seconds},s=${base64}`,
    `t=${seconds}.0,s=${base64}`,
    `t=NaN,s=${base64}`,
    `t=${'9'.repeat(400)},s=${base64}`,
    `t=${seconds},s=${base64.slice(0, -1)}`,
    `t=${seconds},s=${base64}=`,
    `t=${seconds},s=${base64.replace('/', '_')}`,
    `t=${seconds},s=${Buffer.from(base64, 'base64').toString('hex')}`,
    `t=${seconds},s=${'A'.repeat(100_000)}=`,
    `t=${seconds},s=${base64},s=${base64}`,
    `t=${seconds};s=${base64}`,
    `${header}\n`,
    `x${header}`,
    `T=${seconds},S=${base64}`,
    'Zoë 🦊',
  ])('refuses the header %#', async (value) => {
    expect(await verify({ 'ricloud-signature': value })).toBe(false)
  })
})

describe('How far the time of a signature may be from now', () => {
  it.each<[string, VerifyOptions, boolean]>([
    ['10 minutes by default', { now: '2020-09-13T12:36:40Z' }, true],
    ['no more than 10 minutes by default', { now: '2020-09-13T12:36:41Z' }, false],
    ['as long as the tolerance says', { tolerance: '1h', now: '2020-09-13T13:26:40Z' }, true],
    ['no longer than the tolerance says', { tolerance: '30s', now: '2020-09-13T12:27:11Z' }, false],
    ['any length of time with a tolerance of null', { tolerance: null, now: '2090-01-01T00:00:00Z' }, true],
    ['nothing with a tolerance of nothing', { tolerance: '0s', now: '2020-09-13T12:26:41Z' }, false],
    ['10 minutes into the future by default', { now: '2020-09-13T12:16:40Z' }, true],
    ['no more than 10 minutes into the future by default', { now: '2020-09-13T12:16:39Z' }, false],
    ['as far into the future as the tolerance says', { tolerance: '1h', now: '2020-09-13T11:26:40Z' }, true],
    ['no further into the future than the tolerance says', { tolerance: '10m', now: '2019-09-14T12:26:40Z' }, false],
    ['any time of the future with a tolerance of null', { tolerance: null, now: '2019-09-14T12:26:40Z' }, true],
    ['measured to a Date', { now: new Date(seconds * 1000) }, true],
    ['measured to the present without now', { tolerance: '3650d' }, true],
    ['measured to the present without now, and so too old', {}, false],
  ])('is %s', async (_, options, expected) => {
    expect(await verify(headers, body, options)).toBe(expected)
  })

  it('does not save what is altered', async () => {
    expect(await verify(headers, '{"a":2}', { tolerance: null })).toBe(false)
  })

  it.each<[string, VerifyOptions]>([
    ['tolerance', { tolerance: '10 minutes' as never }],
    ['tolerance', { tolerance: 600 as never }],
    ['now', { now: 'noon' }],
    ['now', { now: new Date(Number.NaN) }],
  ])('is refused where the %s cannot be read (%#)', async (_, options) => {
    await expect(verify(headers, body, options)).rejects.toThrow(/is not a duration|is not an instant/)
  })
})

describe('Whatever is sent', () => {
  const time = fc.integer({ min: 0, max: 4e9 })
  const options = { tolerance: null }

  it('is genuine as it was signed', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, time, fc.string({ minLength: 1 }), async (sent, t, key) => {
        const given = { 'ricloud-signature': signedByTheContract(t, sent, key) }
        expect(await verifySignature(given, sent, key, options)).toBe(true)
      }),
    )
  })

  it('is never genuine with another body', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, time, async (sent, other, t) => {
        fc.pre(sent !== other)
        expect(await verify({ 'ricloud-signature': signedByTheContract(t, sent) }, other, options)).toBe(false)
      }),
    )
  })

  it('is never genuine with one byte of its body altered, left out or put in', async () => {
    const alteration = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 1 }) })
    await fc.assert(
      fc.asyncProperty(fc.json(), alteration, fc.boolean(), async (sent, { at, byte, cut }, keep) => {
        const original = bytesOf(sent)
        const place = at % original.length
        const altered = [...original]
        altered.splice(place, cut, ...(keep && cut === 1 ? [] : [byte]))
        fc.pre(!Buffer.from(altered).equals(original))
        const given = { 'ricloud-signature': signedByTheContract(seconds, original) }
        expect(await verify(given, Uint8Array.from(altered), options)).toBe(false)
      }),
    )
  })

  it('is never genuine with another signature', async () => {
    const signature = fc.uint8Array({ minLength: 32, maxLength: 32 })
    await fc.assert(
      fc.asyncProperty(signature, async (bytes) => {
        const other = Buffer.from(bytes).toString('base64')
        fc.pre(other !== base64)
        expect(await verify({ 'ricloud-signature': `t=${seconds},s=${other}` }, body, options)).toBe(false)
      }),
    )
  })

  it('is never genuine with one character of its header altered, save the last letter', async () => {
    const place = fc.nat({ max: header.length - 3 })
    const character = fc.string({ minLength: 1, maxLength: 1 })
    await fc.assert(
      fc.asyncProperty(place, character, async (at, other) => {
        const altered = header.slice(0, at) + other + header.slice(at + 1)
        fc.pre(altered !== header)
        expect(await verify({ 'ricloud-signature': altered }, body, options)).toBe(false)
      }),
    )
  })

  it('is never genuine with another secret', async () => {
    const key = fc.stringMatching(/^[A-Za-z0-9]{32}$/)
    await fc.assert(
      fc.asyncProperty(key, key, anyText, async (one, other, sent) => {
        fc.pre(one !== other)
        const given = { 'ricloud-signature': signedByTheContract(seconds, sent, one) }
        expect(await verifySignature(given, sent, other, options)).toBe(false)
      }),
    )
  })

  it('never makes it throw', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.uint8Array(), async (value, sent) => {
        expect(await verify({ 'ricloud-signature': value }, sent)).toBe(false)
      }),
    )
  })
})
