import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { apiUrl, createMock, errorCatalogue } from '../../src/index.ts'
import { type StandaloneServer, serve } from '../../src/standalone.ts'
import { anyText } from '../support/text.ts'
import { frozen } from './frozen.ts'
import { exchange, type RawAnswer, type RawRequest, written } from './raw.ts'

/** Sends a request through a door, as little changed as the door allows. */
type Send = (method: string, target: string, request?: RawRequest) => Promise<RawAnswer>

const token = 'ricloud-mock-token'
const bugs: string[] = []
const options = {
  ...frozen,
  log: (level: 'warn' | 'error', message: string) => void (level === 'error' && bugs.push(message)),
}

const mock = createMock(options)
let server: StandaloneServer
beforeAll(async () => {
  server = await serve({ port: 0, ...options })
})
beforeEach(resetBoth)
afterEach(() => {
  bugs.length = 0
})
afterAll(() => server.close())

function resetBoth(): void {
  mock.reset()
  server.mock.reset()
}

const authorised = (headers: RawRequest['headers'] = {}) => ({ authorization: `Token ${token}`, ...headers })

const sendDirectly: Send = async (method, target, { headers, body } = {}) => {
  const request = new Request(`${apiUrl}${target}`, {
    method,
    headers: authorised(headers),
    ...(body !== undefined && { body: body as BodyInit }),
  })
  const response = await mock.fetch(request)
  return { status: response.status, headers: response.headers, body: await response.text() }
}

const sendOverHttp: Send = async (method, target, { headers, ...request } = {}) => {
  const bytes = written(method, target, { headers: authorised(headers), ...request })
  const [answer] = await exchange(server.url, bytes, 1, method === 'HEAD')
  return answer as RawAnswer
}

const doors: readonly (readonly [string, Send])[] = [
  ['called directly', sendDirectly],
  ['over HTTP', sendOverHttp],
]

const statuses = [200, 201, 400, 401, 403, 404]

/** What a documented answer comes down to: its error, or its status; anything else is described. */
function verdict({ status, headers, body }: RawAnswer): string {
  if (!statuses.includes(status)) return `undocumented status ${status}: ${body.slice(0, 200)}`
  if (headers.get('content-type') !== 'application/json') return `${status} is not said to be JSON`
  let view: unknown
  try {
    view = JSON.parse(body)
  } catch {
    return `${status} with a body that is not JSON: ${body.slice(0, 200)}`
  }
  if (typeof view !== 'object' || view === null || Array.isArray(view)) return `${status} with no object: ${body}`
  if (status < 400) return String(status)
  const { error, message } = view as { error?: keyof typeof errorCatalogue; message?: string }
  if (!error || errorCatalogue[error]?.status !== status) return `${status} with an undocumented error: ${body}`
  return typeof message === 'string' && message !== '' ? error : `${error} without a message`
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const megabytes = (count: number) => `{"identifier":"${'x'.repeat(count * 1024 * 1024)}"}`
const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

/** A strange request, and the verdict that the documents give it. */
type Case = readonly [title: string, method: string, target: string, expected: string, request?: RawRequest]

const bodies: readonly Case[] = [
  ['malformed JSON', 'POST', '/users', 'invalid-body', { body: '{"identifier":"a",}' }],
  ['JSON that ends too early', 'POST', '/users', 'invalid-body', { body: '{"identifier":"a"' }],
  ['two JSON values', 'POST', '/users', 'invalid-body', { body: '{}{}' }],
  ['a bare word', 'POST', '/users', 'invalid-body', { body: 'undefined' }],
  ['a form instead of JSON', 'POST', '/users', 'invalid-body', { body: 'identifier=a' }],
  ['a JSON array', 'POST', '/users', 'invalid-body', { body: '[{"identifier":"a"}]' }],
  ['a JSON string', 'POST', '/users', 'invalid-body', { body: '"identifier"' }],
  ['a JSON number', 'POST', '/users', 'invalid-body', { body: '1e999' }],
  ['JSON false', 'POST', '/users', 'invalid-body', { body: 'false' }],
  ['whitespace alone', 'POST', '/keys', '201', { body: ' \r\n\t ' }],
  ['NUL bytes', 'POST', '/users', 'invalid-body', { body: bytes(0, 0, 0) }],
  ['a body in UTF-16', 'POST', '/users', 'invalid-body', { body: Buffer.from('{"identifier":"a"}', 'utf16le') }],
  ['arrays nested 100,000 deep', 'POST', '/users', 'invalid-body', { body: nested(100_000) }],
  ['a field nested 100,000 deep', 'POST', '/users', 'invalid-body', { body: `{"identifier":${nested(100_000)}}` }],
  [
    'an unknown field nested 100,000 deep',
    'POST',
    '/users',
    'invalid-body',
    { body: `{"identifier":"a","x":${nested(100_000)}}` },
  ],
  [
    'a payload nested 100,000 deep',
    'POST',
    '/sessions',
    'invalid-body',
    {
      body: `{"source":{"user":1,"type":"mocks.mock","identifier":"a"},"payload":{"a":${nested(100_000)}}}`,
    },
  ],
  ['a body just over 1 MiB', 'POST', '/users', 'invalid-body', { body: `${' '.repeat(1024 * 1024 - 1)}{}` }],
  ['a body of exactly 1 MiB', 'POST', '/users', '201', { body: '{"identifier":"a"}'.padEnd(1024 * 1024) }],
  ['a body of 2 MiB', 'POST', '/users', 'invalid-body', { body: megabytes(2) }],
  ['a body of 2 MiB to an unknown path', 'POST', '/nowhere', 'not-found', { body: megabytes(2) }],
  ['a body of 2 MiB on DELETE', 'DELETE', '/sessions/none', 'invalid-body', { body: megabytes(2) }],
  ['an identifier of half a MiB', 'POST', '/users', '201', { body: megabytes(0.5) }],
  ['a lone surrogate', 'POST', '/users', '201', { body: '{"identifier":"\\ud800"}' }],
  ['a lone surrogate as a field', 'POST', '/users', '201', { body: '{"identifier":"a","\\udfff":1}' }],
  ['control characters in text', 'POST', '/users', '201', { body: '{"identifier":"\\u0000\\r\\n\\u001b"}' }],
  ['a line break in the name of a field', 'POST', '/users', '201', { body: '{"identifier":"a","b\\r\\nc":1}' }],
  ['a field without a name', 'POST', '/users', '201', { body: '{"identifier":"a","":1}' }],
  ['10,000 unknown fields', 'POST', '/users', '201', { body: fieldsBeside('"identifier":"a"', 10_000) }],
  ['a repeated field', 'POST', '/users', '201', { body: '{"identifier":1,"identifier":"a"}' }],
  ['a __proto__ field', 'POST', '/users', 'invalid-parameter', { body: '{"__proto__":{"identifier":"a"}}' }],
  ['a __proto__ source', 'POST', '/sessions', 'invalid-parameter', { body: '{"source":{"__proto__":{"user":1}}}' }],
  [
    'a constructor field',
    'POST',
    '/users',
    '201',
    { body: '{"identifier":"a","constructor":{"prototype":{"x":1}},"toString":1}' },
  ],
  ['a huge ID', 'POST', '/users', 'invalid-parameter', { body: '{"identifier":"a","key":1e300}' }],
  ['an ID beyond every number', 'POST', '/users', 'invalid-parameter', { body: '{"identifier":"a","key":1e999}' }],
  [
    'an ID that no double holds',
    'POST',
    '/users',
    'invalid-parameter',
    { body: '{"identifier":"a","key":9007199254740993}' },
  ],
  [
    'an ID of 400 digits',
    'POST',
    '/users',
    'invalid-parameter',
    { body: `{"identifier":"a","key":"${'9'.repeat(400)}"}` },
  ],
  ['minus zero as an ID', 'POST', '/users', 'invalid-parameter', { body: '{"identifier":"a","key":-0}' }],
  ['an ID in other digits', 'POST', '/users', 'invalid-parameter', { body: '{"identifier":"a","key":"١"}' }],
  ['a body where none is read', 'DELETE', '/sessions/none', 'not-found', { body: '{"a":1}' }],
  ['a broken body where none is read', 'DELETE', '/sessions/none', 'invalid-body', { body: '{' }],
  [
    'a Content-Type of another world',
    'POST',
    '/users',
    '201',
    { body: '{"identifier":"a"}', headers: { 'content-type': 'text/xml; charset=utf-16' } },
  ],
]

const targets: readonly Case[] = [
  ['percent-encoded digits', 'GET', '/users/%31', '200'],
  ['a percent-encoded slash in an ID', 'GET', '/users/1%2Fchildren', 'not-found'],
  ['a broken percent-encoding in a path', 'GET', '/users/%ZZ', 'not-found'],
  ['half a percent-encoding in a path', 'GET', '/users/%', 'not-found'],
  ['percent-encoded bytes that are no UTF-8', 'GET', '/users/%ff%fe', 'not-found'],
  ['a percent-encoded NUL', 'GET', '/users/%00', 'not-found'],
  ['an ID with a space', 'GET', '/users/1%20', 'not-found'],
  ['an ID of zero', 'GET', '/users/0', 'not-found'],
  ['an ID below zero', 'GET', '/users/-1', 'not-found'],
  ['an ID with a fraction', 'GET', '/users/1.0', 'not-found'],
  ['an ID with an exponent', 'GET', '/users/1e0', 'not-found'],
  ['an ID of 400 digits', 'GET', `/users/${'9'.repeat(400)}`, 'not-found'],
  ['__proto__ as an ID', 'GET', '/users/__proto__', 'not-found'],
  ['__proto__ as a session', 'GET', '/sessions/__proto__', 'not-found'],
  ['constructor as a path', 'GET', '/constructor', 'not-found'],
  ['the placeholder of the route table', 'GET', '/users/{id}', 'not-found'],
  ['a path with an empty segment', 'GET', '/users//1', 'not-found'],
  ['two slashes at the front', 'GET', '//users', 'not-found'],
  ['a trailing slash', 'GET', '/users/', 'not-found'],
  ['the root', 'GET', '/', 'not-found'],
  ['a path in another case', 'GET', '/Users', 'not-found'],
  ['a path with a semicolon', 'GET', '/users;a=1', 'not-found'],
  ['a very deep path', 'GET', '/a'.repeat(3000), 'not-found'],
  ['a path of 6,000 characters', 'GET', `/${'x'.repeat(6000)}`, 'not-found'],
  ['an empty query', 'GET', '/users?', '200'],
  ['a query of ampersands', 'GET', '/users?&&&', '200'],
  ['a parameter without a name', 'GET', '/users?=1', '200'],
  ['a second question mark', 'GET', '/users?limit=1?', 'invalid-parameter'],
  ['an empty limit', 'GET', '/users?limit=', 'invalid-parameter'],
  ['a limit without a value', 'GET', '/users?limit', 'invalid-parameter'],
  ['a repeated limit', 'GET', '/users?limit=1&limit=2', 'invalid-parameter'],
  ['a limit of zero', 'GET', '/users?limit=0', 'invalid-parameter'],
  ['a limit above 1000', 'GET', '/users?limit=1001', 'invalid-parameter'],
  ['a huge limit', 'GET', `/users?limit=${'9'.repeat(400)}`, 'invalid-parameter'],
  ['a limit with an exponent', 'GET', '/users?limit=1e1', 'invalid-parameter'],
  ['an empty cursor', 'GET', '/users?after_id=', 'invalid-parameter'],
  ['a repeated cursor', 'GET', '/users?after_id=1&after_id=2', 'invalid-parameter'],
  ['a cursor of another kind', 'GET', '/sessions?before_id=1', 'invalid-parameter'],
  ['cursors that cross', 'GET', '/users?after_id=1&before_id=3', '200'],
  ['an empty state', 'GET', '/users?state=', 'invalid-parameter'],
  ['a wrong value beside a good one', 'GET', '/users?state=active&state=nope', 'invalid-parameter'],
  ['an empty identifier', 'GET', '/users?identifier=', '200'],
  ['an unknown operator', 'GET', '/users?date_created[ne]=1', '200'],
  ['an operator where there is none', 'GET', '/users?state[gt]=active', '200'],
  ['a datetime that does not exist', 'GET', '/users?date_created=2020-02-30T00:00:00Z', 'invalid-parameter'],
  ['a datetime at hour 24', 'GET', '/users?date_created[gt]=2020-02-20T25:00:00Z', 'invalid-parameter'],
  [
    'a datetime with an impossible offset',
    'GET',
    '/users?date_created[gt]=2020-02-20T12:00:00%2B99:99',
    'invalid-parameter',
  ],
  ['the first datetime there is', 'GET', '/users?date_created[gt]=0000-01-01T00:00:00Z', '200'],
  ['the last datetime there is', 'GET', '/users?date_created[lt]=9999-12-31T23:59:59.999999-23:59', '200'],
  [
    'bounds that leave nothing',
    'GET',
    '/users?date_created[gt]=2021-01-01T00:00:00Z&date_created[lt]=2020-01-01T00:00:00Z',
    '200',
  ],
  ['__proto__ as a filter', 'GET', '/users?__proto__=1&__proto__[gt]=1', '200'],
  ['constructor as a filter', 'GET', '/users?constructor=1&toString__lt=1&hasOwnProperty[gte]=1', '200'],
  ['a broken percent-encoding in a query', 'GET', '/users?identifier=%ZZ%', '200'],
  ['a query that is no UTF-8', 'GET', '/users?identifier=%ff&%fe=1', '200'],
  ['a percent-encoded line break as a parameter', 'GET', '/users?a%0d%0ab=1', '200'],
  ['a thousand parameters', 'GET', `/users?${Array.from({ length: 1000 }, (_, i) => `p${i}=1`).join('&')}`, '200'],
  ['a thousand values of a filter', 'GET', `/users?${'user=1&'.repeat(500)}${'key=1&'.repeat(500)}`, '200'],
  ['a filter on IDs beyond every number', 'GET', `/users?key=${'9'.repeat(400)}`, 'invalid-parameter'],
  ['a GET of the control API that does not exist', 'GET', '/_mock/nothing', 'not-found'],
  ['the control API with a trailing slash', 'GET', '/_mock/clock/', 'not-found'],
  ['a path that begins like the control API', 'GET', '/_mocked', 'not-found'],
]

const methods: readonly Case[] = [
  ...['PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'DELETE'].map(
    (method): Case => [`${method} on an endpoint`, method, '/users/1', 'not-found'],
  ),
  ['PUT with a body', 'PUT', '/users/1', 'not-found', { body: '{"state":"active"}' }],
  [
    'OPTIONS as a browser asks before a call',
    'OPTIONS',
    '/users',
    'not-found',
    { headers: { origin: 'http://a.test', 'sec-fetch-site': 'same-site', 'access-control-request-method': 'POST' } },
  ],
  ['a method of the control API that it does not offer', 'DELETE', '/_mock/clock', 'not-found'],
]

const headers: readonly Case[] = [
  ...[
    'Token',
    'Token ',
    'token',
    token,
    `Bearer ${token}`,
    `Basic ${Buffer.from(`a:${token}`).toString('base64')}`,
    `Token ${token} ${token}`,
    `Token ${token},`,
    `Token "${token}"`,
    `Token=${token}`,
    `Token ${'x'.repeat(7000)}`,
    'Token __proto__',
    'Token undefined',
    'Token ÿ',
  ].map((authorization): Case => {
    const title = `the Authorization header ${JSON.stringify(authorization.slice(0, 60))}`
    return [title, 'GET', '/key', 'unauthorized', { headers: { authorization } }]
  }),
  ...['x', '-1', 'NaN', 'Infinity', '1e999', '0x10', '10, 10', '99999999999999999999'].map(
    (seconds): Case => [
      `Ricloud-Await: ${seconds}`,
      'POST',
      '/sessions',
      '201',
      {
        headers: { 'ricloud-await': seconds },
        body: '{"source":{"user":1,"type":"icloud.account","identifier":"a"},"payload":{"password":"b"}}',
      },
    ],
  ),
  ['a very long User-Agent', 'GET', '/key', '200', { headers: { 'user-agent': 'ricloud-py/'.repeat(500) } }],
]

describe.each(doors)('Strange input, %s, gets the documented answer', (_, send) => {
  for (const [title, method, target, expected, request] of [...bodies, ...targets, ...methods, ...headers]) {
    test(title, async () => {
      expect(verdict(await send(method, target, request))).toBe(expected)
    })
  }

  test('HEAD of an unknown path has the status and no body', async () => {
    const { status, body } = await send('HEAD', '/nowhere')
    expect([status, body]).toEqual([404, ''])
  })

  test('An invalid byte of UTF-8 gets a documented answer', async () => {
    const answer = await send('POST', '/users', { body: bytes('{"identifier":"', 0xff, '"}') })
    expect(['201', 'invalid-body']).toContain(verdict(answer))
  })

  test('JSON behind a byte order mark gets a documented answer', async () => {
    const answer = await send('POST', '/users', { body: bytes(0xef, 0xbb, 0xbf, '{"identifier":"a"}') })
    expect(['201', 'invalid-body']).toContain(verdict(answer))
  })

  test('A __proto__ field changes no object', async () => {
    await send('POST', '/users', {
      body: '{"identifier":"a","__proto__":{"polluted":1},"x":{"__proto__":{"polluted":1}}}',
    })
    expect('polluted' in {}).toBe(false)
  })

  test('A lone surrogate comes back as it was sent', async () => {
    const { body } = await send('POST', '/users', { body: '{"identifier":"a\\ud800b"}' })
    expect(JSON.parse(body).identifier).toBe('a\ud800b')
  })

  test('The value of a secret is never in an error', async () => {
    const session = '{"source":{"user":1,"type":"icloud.account","identifier":"a"},"payload":{"password":["joshua"]}}'
    const [wrong, broken] = [
      await send('POST', '/sessions', { body: session }),
      await send('POST', '/sessions', { body: `${session}}` }),
    ]
    expect(`${wrong.body}${broken.body}`).not.toContain('joshua')
  })
})

/** JSON text of an object with one field and many more. */
function fieldsBeside(field: string, count: number): string {
  return `{${field},${Array.from({ length: count }, (_, i) => `"field-${i}":${i}`).join(',')}}`
}

/** Every field of every body, as the object around it. */
const fields: readonly (readonly [method: string, path: string, field: string])[] = [
  ...['name', 'storage_config_default', 'webhook_config_default', 'config', 'config.publish_source_files'].map(
    (field) => ['POST', '/organisation', field] as const,
  ),
  ...['/keys', '/key'].flatMap((path) =>
    ['storage_config', 'webhook_config', 'config', 'config.publish_source_files'].map(
      (field) => ['POST', path, field] as const,
    ),
  ),
  ['POST', '/keys/2/rotate', 'force'],
  ...['identifier', 'key', 'organisation'].map((field) => ['POST', '/users', field] as const),
  ...['identifier', 'key', 'state'].map((field) => ['POST', '/users/1', field] as const),
  ...['user', 'type', 'identifier'].map((field) => ['POST', '/sources', field] as const),
  ['POST', '/sources/1', 'state'],
  ...['source', 'source.user', 'source.type', 'source.identifier', 'payload', 'payload.password', 'payload.code'].map(
    (field) => ['POST', '/sessions', field] as const,
  ),
  ...['advance', 'set', 'freeze', 'speed'].map((field) => ['POST', '/_mock/clock', field] as const),
]

/** Values of every type and size, as JSON text. */
const values = [
  ...['null', 'true', 'false', '0', '-1', '1.5', '1e15', '1e308', '1e999', '5e-324', '9007199254740993'],
  ...['""', '" "', '"1"', '"\\u0000"', '"\\ud800"', '"🦊"', '"null"', `"${'x'.repeat(100_000)}"`],
  ...['[]', '[1]', '{}', '{"id":1}', '{"__proto__":null}', '{"length":1e9}'],
  ...['"99999999999d"', '"1e9h"', '"-1s"', '"9999-12-31T23:59:59.999999Z"', '"9999-12-31T23:59:59-23:59"'],
]

const wellFormed: Readonly<Record<string, object>> = {
  '/sources': { user: 1, type: 'icloud.account', identifier: 'a' },
  '/sessions': { source: { user: 1, type: 'icloud.account', identifier: 'a' }, payload: { password: 'b' } },
}

/** JSON text of a body that is well formed but for one field. */
function bodyWith(path: string, field: string, value: string): string {
  const body = structuredClone(wellFormed[path] ?? {}) as Record<string, unknown>
  const names = field.split('.')
  const last = names.pop() as string
  const object = names.reduce((outer, name) => (outer[name] ??= {}) as Record<string, unknown>, body)
  object[last] = '<value>'
  return JSON.stringify(body).replace('"<value>"', () => value)
}

describe.each(doors)('A field of any type and size, %s, gets a documented answer', (_, send) => {
  test.each(fields)('%s %s: %s', async (method, path, field) => {
    const verdicts = new Map<string, string>()
    for (const value of values) {
      const found = verdict(await send(method, path, { body: bodyWith(path, field, value) }))
      if (found.includes(' ')) verdicts.set(value.slice(0, 40), found)
      // A value may have moved the clock.
      resetBoth()
    }
    expect(Object.fromEntries(verdicts)).toEqual({})
  })

  test.each([
    '{"advance":"99999999999d"}',
    '{"advance":"999999999999999999999h"}',
    '{"set":"9999-12-31T23:59:59-23:59"}',
    '{"speed":1e308}',
  ])('After a call of the clock with %s, the clock can still be read', async (body) => {
    await send('POST', '/_mock/clock', { body })
    await wait(5)
    expect(verdict(await send('GET', '/_mock/clock'))).toBe('200')
  })
})

test('A path of 100,000 characters, called directly, is not found', async () => {
  expect(verdict(await sendDirectly('GET', `/${'x'.repeat(100_000)}`))).toBe('not-found')
})

describe('Over HTTP, input that only a socket can send', () => {
  const verdictOf = async (raw: string | Uint8Array) => {
    const [answer] = await exchange(server.url, Buffer.from(raw as string), 1)
    return verdict(answer as RawAnswer)
  }
  const authorisation = `authorization: Token ${token}\r\n`

  test.each([
    ['an absolute-form target', 'GET', 'http://localhost/users', '200'],
    ['an absolute-form target with a query', 'GET', 'HTTPS://a:b@localhost:1/users?limit=1', '200'],
    ['an absolute-form target without a path', 'GET', 'http://localhost', 'not-found'],
    ['an absolute-form target of another host', 'GET', 'http://ricloud-api.reincubate.com/users', 'forbidden'],
    ['a target of another scheme', 'GET', 'ftp://localhost/users', '200'],
    ['OPTIONS *', 'OPTIONS', '*', 'not-found'],
    ['TRACE', 'TRACE', '/users', 'not-found'],
    ['dots that climb', 'GET', '/users/../../etc/passwd', 'not-found'],
    ['a dot', 'GET', '/./users', 'not-found'],
    ['a backslash', 'GET', '/users\\1', 'not-found'],
    ['a fragment', 'GET', '/users#a', '200'],
    ['an encoded path that begins like a host', 'GET', '//evil.test/users', 'not-found'],
  ])('%s gets the documented answer', async (_, method, target, expected) => {
    expect(verdict(await sendOverHttp(method, target))).toBe(expected)
  })

  test('A chunked body is read', async () => {
    const body = chunked(['{"identifier":', '"a"}'])
    const headers = { 'transfer-encoding': 'chunked' }
    expect(verdict(await sendOverHttp('POST', '/users', { headers, body }))).toBe('201')
  })

  test('A chunked body of 2 MiB is refused', async () => {
    const body = chunked(Array.from({ length: 32 }, () => 'x'.repeat(64 * 1024)))
    const headers = { 'transfer-encoding': 'chunked' }
    expect(verdict(await sendOverHttp('POST', '/users', { headers, body }))).toBe('invalid-body')
  })

  test('A body that is announced as 2 MiB is refused before it has come', async () => {
    const headers = { 'content-length': String(2 * 1024 * 1024) }
    expect(verdict(await sendOverHttp('POST', '/users', { headers }))).toBe('invalid-body')
  })

  test('A connection serves on after a body of 2 MiB', async () => {
    const large = written('POST', '/users', { headers: authorised(), body: megabytes(2) })
    const next = written('GET', '/key', { headers: authorised() })
    const answers = await exchange(server.url, Buffer.concat([large, next]), 2)
    expect(answers.map(verdict)).toEqual(['invalid-body', '200'])
  })

  test('A body on GET is not read', async () => {
    expect(verdict(await sendOverHttp('GET', '/key', { body: '{' }))).toBe('200')
  })

  test('Pipelined requests are answered in order', async () => {
    const wanted = Array.from({ length: 20 }, (_, i) => `user-${i}`)
    const requests = wanted.map((identifier) =>
      written('POST', '/users', { headers: authorised(), body: JSON.stringify({ identifier }) }),
    )
    const answers = await exchange(server.url, Buffer.concat(requests), requests.length)
    expect(answers.map(({ body }) => JSON.parse(body).identifier)).toEqual(wanted)
  })

  test('A body that waits for 100 Continue is read', async () => {
    const headers = { expect: '100-continue' }
    expect(verdict(await sendOverHttp('POST', '/users', { headers, body: '{"identifier":"a"}' }))).toBe('201')
  })

  test('100 Continue is sent before the body has come', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(written('POST', '/users', { headers: authorised({ expect: '100-continue', 'content-length': '2' }) }))
    const [first] = await once(socket, 'data')
    socket.destroy()
    expect(String(first)).toMatch(/^HTTP\/1\.1 100 /)
  })

  test('An unknown expectation gets a documented answer', async () => {
    expect(verdict(await sendOverHttp('GET', '/key', { headers: { expect: 'miracles' } }))).not.toContain(' ')
  })

  test('A request of HTTP/1.0 is answered', async () => {
    expect(await verdictOf(`GET /key HTTP/1.0\r\n${authorisation}\r\n`)).toBe('200')
  })

  test('A request without a Host gets a documented answer', async () => {
    expect(await verdictOf(`GET /key HTTP/1.1\r\n${authorisation}\r\n`)).not.toContain(' ')
  })

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a method that nobody knows', `BREW /users HTTP/1.1\r\nhost: localhost\r\n${authorisation}\r\n`],
    ['a header without a colon', `GET /key HTTP/1.1\r\nhost: localhost\r\nnonsense\r\n\r\n`],
    ['two lengths', `POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}`],
    [
      'a malformed chunk',
      `POST /users HTTP/1.1\r\nhost: localhost\r\n${authorisation}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    ],
    ['raw bytes beyond ASCII in a path', 'GET /users/é🦊 HTTP/1.1\r\nhost: localhost\r\n\r\n'],
  ])('%s gets a documented error', async (_, raw) => {
    expect(Object.keys(errorCatalogue)).toContain(await verdictOf(raw))
  })

  test.each([
    ['within its headers', `POST /users HTTP/1.1\r\nhost: localhost\r\n`],
    [
      'within its body',
      `POST /users HTTP/1.1\r\nhost: localhost\r\n${authorisation}content-length: 100\r\n\r\n{"identifier":`,
    ],
    [
      'within a chunk',
      `POST /users HTTP/1.1\r\nhost: localhost\r\n${authorisation}transfer-encoding: chunked\r\n\r\nff\r\n{"identifier":`,
    ],
  ])('An upload that is aborted %s is nobody’s bug, and the server lives on', async (_, raw) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {})
    socket.write(raw)
    await wait(50)
    socket.destroy()
    await wait(50)
    expect([bugs, verdict(await sendOverHttp('GET', '/key'))]).toEqual([[], '200'])
  })
})

function chunked(chunks: readonly string[]): string {
  return [...chunks, ''].map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')
}

// Any request at all.
const word = fc.oneof(
  fc.constantFrom(
    'users',
    'keys',
    'key',
    'sources',
    'sessions',
    'organisation',
    'rotate',
    'children',
    '_mock',
    'clock',
  ),
  fc.constantFrom('1', '2', '', '..', '.', '%', '%00', 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627'),
  anyText,
)
const knownPath = fc.constantFrom(
  ...['/organisation', '/keys', '/keys/1', '/keys/2/rotate', '/key', '/users', '/users/1', '/sources', '/sources/5'],
  ...['/sources/5/children', '/sessions', '/sessions/e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627', '/_mock/clock'],
  '/_mock/health',
)
const path = fc.oneof(
  knownPath,
  fc.array(word, { maxLength: 5 }).map((words) => `/${words.join('/')}`),
)
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom('limit', 'after_id', 'before_id', 'state', 'key', 'user', 'identifier', 'organisation', 'type'),
    fc.constantFrom('date_created', 'date_created[gt]', 'date_created__lte', 'date_expired', '__proto__'),
    anyText,
  ),
  fc.oneof(fc.constantFrom('1', '3', 'active', '2020-02-20T12:00:00Z', ''), anyText),
)
const query = fc.oneof(
  fc.array(parameter, { maxLength: 4 }).map((pairs) => `?${new URLSearchParams(pairs)}`),
  anyText.map((text) => `?${text}`),
  fc.constant(''),
)
const fieldName = fc.oneof(
  fc.constantFrom('source', 'payload', 'user', 'type', 'identifier', 'key', 'state', 'force', 'config', 'name'),
  fc.constantFrom(
    'password',
    'code',
    'storage_config',
    'advance',
    'set',
    'freeze',
    'speed',
    '__proto__',
    'constructor',
  ),
  anyText,
)
const fieldValue = fc.oneof(
  fc.constantFrom<unknown>(1, '1', 'icloud.account', 'mocks.mock', 'active', true, null, '6h', '2021-01-01T00:00:00Z'),
  fc.jsonValue(),
  fc.dictionary(fieldName, fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(1, 'a', 'icloud.account'))),
)
const body = fc.oneof(
  fc.dictionary(fieldName, fieldValue).map((object) => JSON.stringify(object)),
  fc.json(),
  anyText,
  fc.uint8Array({ maxLength: 200 }),
  fc.constant(undefined),
)
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xfe }).map((code) => String.fromCharCode(code < 0x7f ? code : code + 1)),
})
const headerFields = fc.record(
  {
    authorization: fc.oneof({ weight: 5, arbitrary: fc.constant(`Token ${token}`) }, headerText),
    'ricloud-await': fc.oneof(fc.constantFrom('0', '1', '10', '-1'), headerText),
    'user-agent': fc.oneof(fc.constant('ricloud-py/3.2.0'), headerText),
    'content-type': headerText,
  },
  { requiredKeys: ['authorization'] },
)
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND')

describe.each([
  ['called directly', sendDirectly, 300],
  ['over HTTP', sendOverHttp, 60],
] as const)('Any request, %s', (_, send, numRuns) => {
  test('gets a documented status and a JSON object', async () => {
    await fc.assert(
      fc
        .asyncProperty(method, path, query, headerFields, body, async (method, path, query, headers, body) => {
          const { pathname, search } = new URL(`${apiUrl}${path}${query}`)
          const bodiless = method === 'GET' || method === 'HEAD' || body === undefined
          const answer = await send(method, `${pathname}${search}`, { headers, ...(!bodiless && { body }) })
          const found = method === 'HEAD' && statuses.includes(answer.status) ? answer.body : verdict(answer)
          if (found.includes(' ')) throw new Error(found)
        })
        .beforeEach(resetBoth),
      { numRuns, seed: 20_200_220 },
    )
  })
})
