import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServeOptions, type StandaloneServer, serve } from '../../src/standalone.ts'
import { exchange } from './raw.ts'
import { ask, authorised, errorOf, started, statusOf } from './servers.ts'

let server: StandaloneServer
let open: StandaloneServer
beforeAll(async () => {
  server = await serve({
    port: 0,
    allowedHosts: ['mock.example', '10.1.2.3', 'FE80::1'],
    cors: ['https://app.example'],
  })
  open = await serve({ port: 0, host: '0.0.0.0', cors: ['*', 'https://app.example'] })
})
afterAll(() => Promise.all([server.close(), open.close()]))

const portOf = ({ url }: StandaloneServer) => new URL(url).port
const clockOf = ({ mock }: StandaloneServer) => mock.clock.frozen
const freeze = JSON.stringify({ freeze: true })

describe('The Host of a request', () => {
  test.each([
    ...['localhost', 'LocalHost:1', 'localhost.', 'app.localhost:9999', '127.0.0.1', '127.8.9.10:80', '[::1]:7425'],
    ...['mock.example', 'MOCK.example:8080', '10.1.2.3:80', '[fe80::1]'],
  ])('%s is one of the server’s names', async (host) => {
    expect(await statusOf(ask(server, 'GET', '/key', { host }))).toBe(200)
  })

  test.each([
    ...['evil.test', 'evil.test:80', '127.0.0.1.evil.test', 'localhost.evil.test', 'notlocalhost', '0.0.0.0'],
    ...['127.0.0.1@evil.test', 'evil.test#localhost', 'a.mock.example', '[::2]', '127.0.0.1:80:80', '128.0.0.1'],
  ])('%s is refused', async (host) => {
    expect(await errorOf(ask(server, 'GET', '/key', { host }))).toEqual([403, 'forbidden'])
  })

  test('A refusal names the host, and where to call instead', async () => {
    const { body } = await ask(server, 'GET', '/key', { host: 'evil.test:80' })
    expect(JSON.parse(body).message).toBe(
      `The server does not answer to the host "evil.test:80": call it by a local name, as in ${server.url}, or allow the name with allowedHosts (--allowed-host).`,
    )
  })

  test('A name that was refused is refused again after one that passed', async () => {
    const statuses: number[] = []
    for (const host of ['localhost', 'evil.test', 'localhost', 'evil.test']) {
      statuses.push(await statusOf(ask(server, 'GET', '/key', { host })))
    }
    expect(statuses).toEqual([200, 403, 200, 403])
  })

  test('A request without one passes: no browser sends it', async () => {
    const [answer] = await exchange(
      server.url,
      Buffer.from(`GET /key HTTP/1.1\r\nauthorization: ${authorised.authorization}\r\n\r\n`),
    )
    expect(answer?.status).toBe(200)
  })

  test('A refused call changes nothing', async () => {
    await ask(server, 'POST', '/_mock/clock', { host: 'evil.test' }, freeze)
    expect(clockOf(server)).toBe(false)
  })

  test('A target that names a foreign host is refused, whatever the Host says', async () => {
    expect(await errorOf(ask(server, 'GET', 'http://evil.test/key'))).toEqual([403, 'forbidden'])
  })

  test.each(['http://localhost:1/key', 'HTTP://user:secret@127.0.0.1/key', 'http://mock.example/key'])(
    'The target %s names the server itself',
    async (target) => {
      expect(await statusOf(ask(server, 'GET', target))).toBe(200)
    },
  )

  test('The host that the server listens on is one of its names', async () => {
    const named = await started({ host: 'localhost' })
    expect(await statusOf(ask(named, 'GET', '/key', { host: `localhost:${portOf(named)}` }))).toBe(200)
  })

  test('Any name reaches a server that listens beyond this machine', async () => {
    expect(await statusOf(ask(open, 'GET', '/key', { host: 'mock.company.example' }))).toBe(200)
  })
})

describe('The Origin of a control call', () => {
  test.each(['localhost', '127.0.0.1', '[::1]', 'mock.example'])(
    'A page of the server itself, at %s, may call',
    async (name) => {
      const origin = `http://${name}:${portOf(server)}`
      expect(await statusOf(ask(server, 'GET', '/_mock/clock', { origin }))).toBe(200)
    },
  )

  test('A page that came through a forwarded port may call', async () => {
    const headers = { host: 'localhost:9000', origin: 'http://localhost:9000' }
    expect(await statusOf(ask(server, 'GET', '/_mock/clock', headers))).toBe(200)
  })

  test('A page of an origin in `cors` may call', async () => {
    expect(await statusOf(ask(server, 'GET', '/_mock/clock', { origin: 'https://app.example' }))).toBe(200)
  })

  test.each([
    'http://evil.test',
    'null',
    '',
    'http://localhost:1',
    'http://localhost',
    'https://localhost:PORT',
    'http://localhost:PORT.evil.test',
  ])('"%s" is refused', async (origin) => {
    const headers = { host: `localhost:${portOf(server)}`, origin: origin.replace('PORT', portOf(server)) }
    expect(await errorOf(ask(server, 'GET', '/_mock/clock', headers))).toEqual([403, 'forbidden'])
  })

  test.each(['/_mock', '/_mock/', '/_mock?a=1', '/_mock/nothing', '/_mock/health', 'http://localhost/_mock/clock'])(
    'It is looked at for %s',
    async (target) => {
      expect(await statusOf(ask(server, 'GET', target, { origin: 'http://evil.test' }))).toBe(403)
    },
  )

  test('A refused call changes nothing', async () => {
    await ask(server, 'POST', '/_mock/clock', { origin: 'null' }, freeze)
    expect(clockOf(server)).toBe(false)
  })

  test('A refusal names the origin, and who may call', async () => {
    const { body } = await ask(server, 'GET', '/_mock/clock', { origin: 'http://evil.test' })
    expect(JSON.parse(body).message).toBe(
      `The control API does not answer pages of the origin "http://evil.test": call it from ${server.url}, or list the origin by name in cors.`,
    )
  })
})

describe('The control token', () => {
  const withToken = (value: string | undefined) => ({ authorization: `Token ${value}` })

  test('On this machine none is needed', async () => {
    expect([server.controlToken, await statusOf(ask(server, 'GET', '/_mock/clock'))]).toEqual([undefined, 200])
  })

  test('A server that listens beyond this machine makes a long one', () => {
    expect(open.controlToken).toMatch(/^[\da-f]{32}$/)
  })

  test('It comes from no seed', async () => {
    const other = await started({ host: '0.0.0.0' })
    expect(other.controlToken).not.toBe(open.controlToken)
  })

  test.each(['Token', 'Bearer'])('A control call with it, as %s, is answered', async (scheme) => {
    const authorization = `${scheme} ${open.controlToken}`
    expect(await statusOf(ask(open, 'GET', '/_mock/clock', { authorization }))).toBe(200)
  })

  test.each(['Token', 'Token ', 'Basic YTpi', 'Token wrong', 'Token ÿ'])(
    'With "%s" it is refused',
    async (authorization) => {
      expect(await errorOf(ask(open, 'GET', '/_mock/clock', { authorization }))).toEqual([401, 'unauthorized'])
    },
  )

  test('The token of a key is none', async () => {
    const { status, body } = await ask(open, 'POST', '/_mock/clock', {}, freeze)
    expect([status, JSON.parse(body).message]).toEqual([
      401,
      'That is not the control token (which is not the token of a key): send "Authorization: Token <control token>" with the token that the server printed or was given at start.',
    ])
  })

  test('The error for a call without a token says what to send', async () => {
    const { body } = await ask(open, 'GET', '/_mock/clock', { authorization: '' })
    expect(JSON.parse(body).message).toBe(
      'Control calls need the control token here: send the header "Authorization: Token <control token>".',
    )
  })

  test('A refused call changes nothing', async () => {
    await ask(open, 'POST', '/_mock/clock', withToken('wrong'), freeze)
    expect(clockOf(open)).toBe(false)
  })

  test('A page of a listed origin can read the refusal', async () => {
    const answer = await ask(open, 'GET', '/_mock/clock', { origin: 'https://app.example', ...withToken('wrong') })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, 'https://app.example'])
  })

  test.each(['GET', 'HEAD'])('%s /_mock/health needs none', async (method) => {
    expect(await statusOf(ask(open, method, '/_mock/health', { authorization: '' }))).toBe(200)
  })

  test.each(['/_mock', '/_mock/nothing', '/_mock/health/more', '/_mock/healthy'])('%s needs it', async (target) => {
    expect(await statusOf(ask(open, 'GET', target))).toBe(401)
  })

  test('One that is given is needed on this machine too', async () => {
    const guarded = await started({ controlToken: 'my-own' })
    const statuses = [ask(guarded, 'GET', '/_mock/clock'), ask(guarded, 'GET', '/_mock/clock', withToken('my-own'))]
    expect([guarded.controlToken, ...(await Promise.all(statuses.map(statusOf)))]).toEqual(['my-own', 401, 200])
  })
})

describe('What is no rule is refused at start', () => {
  const origins = 'cors must hold origins such as "http://localhost:3000", or "*", got'
  const names = 'allowedHosts must hold names such as "mock.example", without a scheme, port or path, got'

  test.each<[ServeOptions, string]>([
    [
      { cors: ['http://localhost:3000/'] },
      `${origins} "http://localhost:3000/". Did you mean "http://localhost:3000"?`,
    ],
    [{ cors: ['localhost:3000'] }, `${origins} "localhost:3000". Did you mean "http://localhost:3000"?`],
    [{ cors: ['HTTP://A.test:80'] }, `${origins} "HTTP://A.test:80". Did you mean "http://a.test"?`],
    [{ cors: ['http://*.test'] }, `${origins} "http://*.test".`],
    [{ cors: ['null'] }, `${origins} "null".`],
    [{ cors: ['file:///a'] }, `${origins} "file:///a".`],
    [{ cors: [''] }, `${origins} "".`],
    [{ cors: [1 as never] }, `${origins} 1.`],
    [{ cors: '*' as never }, 'cors must be an array, got "*".'],
    [{ allowedHosts: ['a.test:80'] }, `${names} "a.test:80".`],
    [{ allowedHosts: ['http://a.test'] }, `${names} "http://a.test".`],
    [{ allowedHosts: ['*.a.test'] }, `${names} "*.a.test".`],
    [{ allowedHosts: [''] }, `${names} "".`],
    [{ allowedHosts: [null as never] }, `${names} null.`],
    [{ allowedHosts: 'a.test' as never }, 'allowedHosts must be an array, got "a.test".'],
    [{ controlToken: '' }, 'controlToken must be visible ASCII without spaces, and not empty.'],
    [{ controlToken: 'my secret' }, 'controlToken must be visible ASCII without spaces, and not empty.'],
  ])('%j', async (options, message) => {
    await expect(serve({ port: 0, ...options })).rejects.toThrow(new Error(message))
  })
})

describe('A signed URL', () => {
  const session = 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627'
  const payload = { info_types: ['*'] }

  /** The path of the signed URL of a new result. */
  async function signedPath(server: StandaloneServer): Promise<string> {
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    const call = async (path: string, body?: object) => {
      const method = body ? 'POST' : 'GET'
      return (
        await fetch(url + path, { method, headers: authorised, ...(body && { body: JSON.stringify(body) }) })
      ).json()
    }
    await call('/configs/storage/1', { signed_urls_enabled: true })
    const { id } = await call('/polls', { session, payload })
    const { results } = await call(`/polls/${id}`)
    expect(results.data[0].signed_url.url).toMatch(`${url}/_mock/buckets/`)
    return results.data[0].signed_url.url.slice(url.length)
  }

  test('is read without a control token, also by a page that may read the API', async () => {
    const path = await signedPath(open)
    const { status, headers } = await ask(open, 'GET', path, { origin: 'https://any.example' })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://any.example'])
  })

  test.each([
    ['another signature', (path: string) => path.replace(/signature=.*/, 'signature=0'), 403],
    ['no signature', (path: string) => path.replace(/&signature=.*/, ''), 401],
    ['the path of the list', (path: string) => path.replace(/buckets[^?]*/, 'buckets'), 401],
    ['the path of another call', (path: string) => path.replace(/buckets[^?]*/, 'buckets/../state'), 403],
  ])('lets nobody else in, with %s', async (_, change, status) => {
    expect(await statusOf(ask(open, 'GET', change(await signedPath(open)), { authorization: '' }))).toBe(status)
  })
})
