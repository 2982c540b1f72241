import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StandaloneServer, serve } from '../../src/standalone.ts'
import { ask, authorised, errorOf, Line, started, statusOf } from './servers.ts'

let server: StandaloneServer
let open: StandaloneServer
beforeAll(async () => {
  server = await serve({ port: 0, cors: ['https://app.example'] })
  open = await serve({ port: 0, cors: ['*'] })
})
afterAll(() => Promise.all([server.close(), open.close()]))

const foreign = { 'sec-fetch-site': 'cross-site' }
const image = { ...foreign, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
const link = { ...foreign, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: 'text/html' }

/** What browsers send for pages of other sites, whose origins are not let in. */
const refused: readonly [what: string, headers: Readonly<Record<string, string>>][] = [
  ['an image', image],
  ['a script', { ...image, 'sec-fetch-dest': 'script' }],
  ['a frame', { ...link, 'sec-fetch-dest': 'iframe' }],
  ['a form', { ...link, origin: 'https://evil.test', 'content-type': 'application/x-www-form-urlencoded' }],
  ['a fetch', { ...foreign, 'sec-fetch-mode': 'cors', origin: 'https://evil.test' }],
  ['a fetch of a sandboxed page', { ...foreign, 'sec-fetch-mode': 'cors', origin: 'null' }],
  ['a fetch of an older browser', { origin: 'https://evil.test' }],
  ['a preflight', { ...foreign, origin: 'https://evil.test', 'access-control-request-method': 'POST' }],
]

describe.each(refused)('What a page of another site requests as %s', (_, headers) => {
  test.each(['GET', 'POST', 'OPTIONS', 'HEAD'])('is refused before anything else: %s', async (method) => {
    const { mock, url } = await started()
    mock.faults.arm({ on: 'GET /users', first: 1, answer: { status: 503 } })
    mock.faults.arm({ on: 'POST /users', first: 1, answer: { status: 503 } })
    const body = method === 'POST' ? '{"identifier":"a@example.com"}' : undefined
    const statuses = [
      await statusOf(ask({ url }, method, '/users', headers, body)),
      await statusOf(ask({ url }, method, '/_mock/faults', headers, body)),
    ]
    const struck = mock.faults.list().map((fault) => fault.struck)
    expect([statuses, mock.requests.list(), struck]).toEqual([[403, 403], [], [0, 0]])
  })

  test('is answered if every origin is let in, the control API aside', async () => {
    const api = await statusOf(ask(open, 'GET', '/users', headers))
    const control = await statusOf(ask(open, 'GET', '/_mock/state', headers))
    expect([api, control]).toEqual([200, 403])
  })
})

describe('A request is not refused', () => {
  test.each<[what: string, headers: Readonly<Record<string, string>>]>([
    ['of a page of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }],
    [
      'that a development server passes on for its own page',
      { 'sec-fetch-site': 'same-origin', origin: 'http://a.test:3000' },
    ],
    ['of a page that is let in', { ...foreign, origin: 'https://app.example' }],
    ['that a user typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['of no browser', {}],
  ])('%s', async (_, headers) => {
    expect(await statusOf(ask(server, 'GET', '/users', headers))).toBe(200)
  })

  test('of a page of the server by another of its names', async () => {
    const origin = `http://localhost:${new URL(server.url).port}`
    expect(await statusOf(ask(server, 'GET', '/_mock/clock', { ...foreign, origin }))).toBe(200)
  })

  test('for the inspector, from a link', async () => {
    expect([200, 503]).toContain(await statusOf(ask(server, 'GET', '/_mock', link)))
  })

  test('for the inspector alone: a link to the API is', async () => {
    const links = ['/users', '/_mock/state'].map((path) => errorOf(ask(server, 'GET', path, link)))
    expect(await Promise.all(links)).toEqual(Array(2).fill([403, 'forbidden']))
  })
})

test.each([
  ['https://evil.test', 'The server does not answer pages of the origin "https://evil.test"'],
  [undefined, 'The server does not answer pages of other sites'],
])('A refusal says what to do: %s', async (origin, message) => {
  const { body } = await ask(server, 'GET', '/users', { ...foreign, ...(origin && { origin }) })
  expect(JSON.parse(body).message).toBe(`${message}: call it from ${server.url}, or list the origin by name in cors.`)
})

describe('Every answer says that its type is not guessed, and that no page of another origin embeds it', () => {
  const isProtected = (headers: Headers) =>
    headers.get('x-content-type-options') === 'nosniff' && headers.get('cross-origin-resource-policy') === 'same-origin'

  test.each<[method: string, target: string, headers: Readonly<Record<string, string>>]>([
    ['GET', '/users', {}],
    ['HEAD', '/users', {}],
    ['GET', '/users/99', {}],
    ['GET', '/users', { authorization: '' }],
    ['GET', '/users', { host: 'evil.test' }],
    ['GET', '/users', foreign],
    ['GET', '/users', { origin: 'https://app.example' }],
    ['GET', '/_mock', {}],
    ['GET', '/_mock', { accept: 'text/html' }],
    ['GET', '/_mock/state', {}],
    ['POST', '/_mock/clock', {}],
    ['OPTIONS', '/users', { origin: 'https://app.example', 'access-control-request-method': 'POST' }],
  ])('%s %s %j', async (method, target, headers) => {
    expect(isProtected((await ask(server, method, target, headers)).headers)).toBe(true)
  })

  test.each([
    ['a stream', `GET /_mock/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorised.authorization}\r\n\r\n`],
    ['what is no HTTP', 'nonsense\r\n\r\n'],
    ['CONNECT', 'CONNECT a.test:80 HTTP/1.1\r\nhost: a.test:80\r\n\r\n'],
  ])('%s', async (_, request) => {
    const head = (await new Line(server.url).write(request).until('\r\n\r\n')).toLowerCase()
    expect(head).toContain('\r\nx-content-type-options: nosniff\r\n')
    expect(head).toContain('\r\ncross-origin-resource-policy: same-origin\r\n')
  })
})
