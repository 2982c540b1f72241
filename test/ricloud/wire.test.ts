import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, refusalOf } from '../support/answers.ts'
import { newSession, setupApi } from '../support/api.ts'
import { endpoints, endpointsWithBody } from '../support/routes.ts'
import { sessionIds } from '../support/worlds.ts'

const ada = { identifier: 'ada@example.com' }
const mebibyte = 1024 * 1024

/** A request for a user that is so many bytes long. */
function bodyOf(bytes: number, letter = 'x') {
  const empty = JSON.stringify({ identifier: '' }).length
  const size = new TextEncoder().encode(letter).length
  return JSON.stringify({ identifier: letter.repeat((bytes - empty) / size) })
}

describe('a body', () => {
  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense'])(
    'is JSON when the Content-Type says %s',
    async (type) => {
      const { post } = setupApi()
      expect((await post('/users', ada, { 'content-type': type })).status).toBe(201)
    },
  )

  it('is JSON when there is no Content-Type', async () => {
    const { mock } = setupApi()
    const request = new Request('https://ricloud-api.reincubate.com/users', {
      method: 'POST',
      headers: { authorization: `Token ${mock.token}` },
      body: new TextEncoder().encode(JSON.stringify(ada)),
    })
    expect([request.headers.get('content-type'), (await mock.fetch(request)).status]).toEqual([null, 201])
  })

  it.each([undefined, '', ' \r\n', 'null', ' null ', '{}'])('means no parameters when it is %j', async (body) => {
    const { post } = setupApi()
    expect((await post('/keys', body)).status).toBe(201)
  })

  it.each(['', 'null'])('lacks what is required when it is %j', async (body) => {
    const { post } = setupApi()
    expect(answerOf(await post('/users', body))).toEqual({
      status: 400,
      body: {
        error: 'invalid-parameter',
        message: 'Invalid parameters: identifier is required.',
        params: { identifier: ['is required'] },
      },
    })
  })

  it.each(['{', '{"identifier": "x"', "{'identifier': 'x'}", 'identifier=x', 'undefined', '[]', '"x"', '7', 'true'])(
    'is refused when it is %s',
    async (body) => {
      const { post } = setupApi()
      expect(refusalOf(await post('/users', body))).toBe('400 invalid-body')
    },
  )

  it.each(endpointsWithBody)('that is no object is refused by %s %s', async (method, path) => {
    const { call } = setupApi()
    expect(answerOf(await call(method, path, '[1]'))).toEqual({
      status: 400,
      body: { error: 'invalid-body', message: 'The body must be a JSON object, got an array.' },
    })
  })

  it.each([
    ['{', 'it ends too early'],
    ['{"identifier": "x"', 'it ends too early'],
    ['{"identifier": "x', 'it ends too early'],
    ['{"identifier": "x",}', 'there is a mistake at character 20'],
    ['{}{}', 'there is a mistake at character 3'],
    ["{'identifier': 'x'}", 'there is a mistake at character 2'],
    ['x', 'there is a mistake in it'],
  ])('that is not valid JSON gets an error with the place: %s', async (body, where) => {
    const { post } = setupApi()
    expect((await post('/users', body)).body.message).toBe(`The body is not valid JSON: ${where}.`)
  })

  it('is not repeated when it is not JSON', async () => {
    const { post } = setupApi()
    expect((await post('/sessions', '{"payload": {"password": joshua}}')).body.message).not.toContain('joshua')
  })

  it('is not said to end too early when the mistake is within', async () => {
    const { post } = setupApi()
    expect((await post('/sessions', '{"payload": {"password": joshua}}')).body.message).not.toContain('too early')
  })

  it.each([
    { ...newSession(), payload: { password: ['plughxyzzy'] } },
    { ...newSession(), payload: { password: 'joshua', code: { plughxyzzy: 1 } } },
    { ...newSession(), payload: 'plughxyzzy' },
  ])('keeps its secrets when it is refused, as %j', async (body) => {
    const { post } = setupApi()
    expect(JSON.stringify((await post('/sessions', body)).body)).not.toContain('plughxyzzy')
  })

  it('may be 1 MiB long', async () => {
    const { post } = setupApi()
    expect((await post('/users', bodyOf(mebibyte))).status).toBe(201)
  })

  it.each([
    ['letters', bodyOf(mebibyte + 1)],
    ['bytes', bodyOf(mebibyte + 2, 'é')],
  ])('is refused beyond 1 MiB in %s', async (_, body) => {
    const { post } = setupApi()
    expect(answerOf(await post('/users', body))).toEqual({
      status: 400,
      body: { error: 'invalid-body', message: 'The body is larger than 1048576 bytes.' },
    })
  })
})

describe('a path', () => {
  it.each([
    ['/user', ' Did you mean "/users"?'],
    ['/organization', ' Did you mean "/organisation"?'],
    ['/users/', ' Paths have no trailing slash.'],
    ['/users/1/', ' Paths have no trailing slash.'],
    ['/weather', ''],
    ['/', ''],
    ['/users/1/keys', ''],
    [`/sessions/${sessionIds.active}/source`, ''],
  ])('that is unknown, %s, is not found', async (path, hint) => {
    const { get } = setupApi()
    expect(answerOf(await get(path))).toEqual({
      status: 404,
      body: { error: 'not-found', message: expect.stringContaining(`Nothing is at the path "${path}".${hint}`) },
    })
  })

  it.each([
    ['PUT', '/organisation', 'GET, POST'],
    ['DELETE', '/organisation', 'GET, POST'],
    ['PATCH', '/keys/1', 'GET, POST'],
    ['DELETE', '/keys/1', 'GET, POST'],
    ['GET', '/keys/1/rotate', 'POST'],
    ['DELETE', '/key', 'GET, POST'],
    ['DELETE', '/users', 'POST, GET'],
    ['PUT', '/users/1', 'GET, POST'],
    ['DELETE', '/sources/1', 'GET, POST'],
    ['POST', '/sources/5/children', 'GET'],
    ['PUT', '/sessions', 'POST, GET'],
  ])('does not offer %s %s and says what it offers', async (method, path, offered) => {
    const { call } = setupApi()
    expect(answerOf(await call(method, path))).toEqual({
      status: 404,
      body: { error: 'not-found', message: `"${path}" does not offer "${method}"; it offers ${offered}.` },
    })
  })

  it('of a session says that sessions cannot be updated', async () => {
    const { post } = setupApi()
    const path = `/sessions/${sessionIds.active}`
    const message = `"${path}" does not offer "POST"; it offers GET, DELETE. Sessions cannot be updated.`
    expect(answerOf(await post(path, {}))).toEqual({ status: 404, body: { error: 'not-found', message } })
  })
})

describe('an answer', () => {
  it.each(endpoints)('to %s %s is a JSON object', async (method, path) => {
    const { call } = setupApi()
    const { headers, body } = await call(method, path)
    expect([headers.get('content-type'), Object.prototype.toString.call(body)]).toEqual([
      'application/json',
      '[object Object]',
    ])
  })

  it('to a refused call has its code, a sentence and the parameters at fault, in this order', async () => {
    const { post } = setupApi()
    const { body } = await post('/sessions', { source: { user: 'x', type: 'icloud.acount', identifier: 'x' } })
    const user = 'must be an integer ID, got "x"'
    const known = '"icloud.account", "rirelay.instance" or "mocks.mock"'
    const type = `must be ${known}, got "icloud.acount" (did you mean "icloud.account"?)`
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        error: 'invalid-parameter',
        message: `Invalid parameters: source.user ${user}; source.type ${type}; payload is required.`,
        params: { 'source.user': [user], 'source.type': [type], payload: ['is required'] },
      }),
    )
  })

  it('has integer IDs where the call had digits', async () => {
    const { post } = setupApi()
    const { source, payload } = newSession()
    const { body } = await post('/sessions', { source: { ...source, user: '1' }, payload })
    expect([body.organisation, body.key, body.user, body.source.id, body.source.user]).toEqual([1, 1, 1, 8, 1])
  })

  it.each([
    ['0ms', '2020-02-20T12:00:00.000000Z'],
    ['500ms', '2020-02-20T12:00:00.500000Z'],
    ['0.001ms', '2020-02-20T12:00:00.000001Z'],
    ['36h', '2020-02-22T00:00:00.000000Z'],
  ] as const)('has datetimes with six digits, %s later', async (later, date_created) => {
    const { mock, post } = setupApi()
    await mock.clock.advance(later)
    expect((await post('/users', ada)).body.date_created).toBe(date_created)
  })

  it('to a call on which the mock fails says so, without a stack', async () => {
    const { mock } = setupApi()
    const header = (name: string) => {
      if (name === 'authorization') throw new Error('the header of a test')
      return undefined
    }
    const { status, body } = await mock.respond({
      method: 'GET',
      url: '/key',
      header,
      headers: () => ({}),
      body: async () => '',
    })
    const message = 'ricloud-mock itself failed on this call: a bug of the mock, not of the API.'
    expect([status, JSON.parse(body)]).toEqual([500, { error: 'internal-server-error', message }])
  })
})

describe('a list parameter', () => {
  it('is refused with its own name', async () => {
    const { get } = setupApi()
    expect(faultsOf(await get('/users?limit=0&after_id=99&state=asleep&date_created[gt]=x'))).toEqual([
      '400 invalid-parameter',
      'limit',
      'after_id',
      'state',
      'date_created[gt]',
    ])
  })
})
