import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StandaloneServer, serve } from '../../src/standalone.ts'
import { ask, statusOf } from './servers.ts'

let server: StandaloneServer
let open: StandaloneServer
beforeAll(async () => {
  server = await serve({ port: 0, cors: ['https://app.example'] })
  open = await serve({ port: 0, cors: ['*'] })
})
afterAll(() => Promise.all([server.close(), open.close()]))

/** The headers of an answer that browsers read for other origins. */
const corsOf = ({ headers }: { readonly headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'))

const asking = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, x-a' }

describe('Pages of other origins', () => {
  const page = { origin: 'https://app.example' }

  test('A page of a listed origin may read the answer, and the headers that matter', async () => {
    expect(corsOf(await ask(server, 'GET', '/key', page))).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'Mock-Ignored, Mock-Reason, Retry-After, Date, ETag, Content-Range, X-Goog-Hash',
      vary: 'Origin',
    })
  })

  test('It may read errors too', async () => {
    const answer = await ask(server, 'GET', '/users/99', page)
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, page.origin])
  })

  test.each(['/users', '/_mock/clock'])('The preflight of a call to %s allows the call', async (target) => {
    const answer = await ask(server, 'OPTIONS', target, { ...page, ...asking })
    expect([answer.status, answer.body, corsOf(answer)]).toEqual([
      204,
      '',
      {
        'access-control-allow-credentials': 'true',
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': 'authorization, x-a',
        'access-control-max-age': '600',
        vary: 'Origin',
      },
    ])
  })

  test('A yes to a browser has no length, as it has no body', async () => {
    const { headers } = await ask(server, 'OPTIONS', '/users', { ...page, ...asking })
    expect(headers.get('content-length')).toBe(null)
  })

  test('OPTIONS that asks nothing goes to the API', async () => {
    expect(await statusOf(ask(server, 'OPTIONS', '/users', page))).toBe(404)
  })

  test.each(['https://evil.test', 'https://app.example.evil.test', 'http://app.example', 'null'])(
    'To a page of %s, nothing is added',
    async (origin) => {
      expect(corsOf(await ask(server, 'GET', '/key', { origin }))).toEqual({})
    },
  )

  test('A browser that asks for another origin is refused', async () => {
    const answer = await ask(server, 'OPTIONS', '/users', { origin: 'https://evil.test', ...asking })
    expect([answer.status, corsOf(answer)]).toEqual([403, {}])
  })

  test.each(['GET', 'OPTIONS'])(
    'Where `*` is listed, any page may read the API, without credentials: %s',
    async (method) => {
      const { headers } = await ask(open, method, '/key', { origin: 'https://any.test', ...asking })
      expect([headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')]).toEqual([
        'https://any.test',
        null,
      ])
    },
  )

  test.each(['GET', 'OPTIONS'])('`*` does not open the control API to %s of a foreign page', async (method) => {
    const headers = { origin: 'https://any.test', ...asking }
    const answer = await ask(open, method, '/_mock/clock', headers)
    expect([answer.status, corsOf(answer)]).toEqual([403, {}])
  })
})
