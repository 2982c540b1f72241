import { beforeAll, describe, expect, it } from 'vitest'
import { apiUrl, type MockOptions } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { newSession } from '../support/api.ts'
import { setupControl } from './setup.ts'

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setupControl()

/** A mock after seven calls. */
async function setup(options: MockOptions = {}) {
  const api = setupControl(options)
  await api.get('/users')
  await api.get('/users?limit=1&state=active&state=blocked')
  await api.get('/users/99')
  await api.post('/users', { identifier: 'a@example.com', extra: { deep: [1, { b: true, c: null }] } })
  await api.post('/sessions', newSession('a@example.com'))
  await api.post('/sessions', '{"source":')
  await api.mock.fetch(`${apiUrl}/keys`, { method: 'HEAD', headers: withToken(api.mock.token) })
  return api
}

const idsOf = (requests: readonly { id: number }[]) => requests.map(({ id }) => id)

// A verification changes nothing, so most tests share a mock.
let shared: Awaited<ReturnType<typeof setup>>
beforeAll(async () => {
  shared = await setup()
})

describe('POST /_mock/requests/verify', () => {
  it.each<[string, object, number[]]>([
    ['anything', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['a method', { method: 'POST' }, [4, 5, 6]],
    ['HEAD', { method: 'HEAD' }, [7]],
    ['a path', { path: '/users' }, [1, 2, 4]],
    ['a path with a star', { path: '/users/*' }, [3]],
    ['every path', { path: '/*' }, [1, 2, 3, 4, 5, 6, 7]],
    ['a status', { status: 201 }, [4, 5]],
    ['an error', { error: 'not-found' }, [3]],
    ['a parameter of the query', { query: { limit: '1' } }, [2]],
    ['a repeated parameter', { query: { state: ['active', 'blocked'] } }, [2]],
    ['several parameters', { query: { limit: '1', state: ['active', 'blocked'] } }, [2]],
    ['a field of the body', { body: { identifier: 'a@example.com' } }, [4]],
    ['a nested field', { body: { source: { type: 'icloud.account' } } }, [5]],
    ['an array, whole', { body: { extra: { deep: [1, { b: true, c: null }] } } }, [4]],
    ['objects in an array by a part of them', { body: { extra: { deep: [1, { b: true }] } } }, [4]],
    ['a field that is null', { body: { extra: { deep: [1, { c: null }] } } }, [4]],
    ['an empty object', { body: { extra: {} } }, [4]],
    ['a secret by its value', { body: { payload: { password: 'joshua' } } }, [5]],
    ['several things at once', { method: 'POST', path: '/users', status: 201, body: { extra: {} } }, [4]],
  ])('finds calls by %s', async (_, wanted, ids) => {
    const { verify } = shared
    const { status, body } = await verify(wanted)
    expect([status, idsOf(body.requests)]).toEqual([200, ids])
  })

  it.each<[string, object]>([
    ['another method', { method: 'DELETE' }],
    ['another path', { path: '/sources' }],
    ['a path that is only the beginning', { path: '/use' }],
    ['a star for a missing segment', { path: '/users/*/children' }],
    ['another status', { status: 500 }],
    ['another error', { error: 'forbidden' }],
    ['a parameter with another value', { query: { limit: '2' } }],
    ['one value of a repeated parameter', { query: { state: 'active' } }],
    ['repeated values in another order', { query: { state: ['blocked', 'active'] } }],
    ['a parameter that was not sent', { query: { nope: '' } }],
    ['a field with another value', { body: { identifier: 'b@example.com' } }],
    ['a missing field', { body: { nope: null } }],
    ['a number instead of a string', { body: { identifier: 1 } }],
    ['a string instead of a number', { body: { extra: { deep: ['1', {}] } } }],
    ['a part of an array', { body: { extra: { deep: [1] } } }],
    ['an array in another order', { body: { extra: { deep: [{ b: true }, 1] } } }],
    ['an array instead of an object', { body: { extra: [] } }],
    ['an object instead of an array', { body: { extra: { deep: {} } } }],
    ['another secret', { body: { payload: { password: 'falken' } } }],
    ['the mask of a secret', { body: { payload: { password: '[redacted]' } } }],
  ])('finds no call by %s', async (_, wanted) => {
    const { verify } = shared
    const { status, body } = await verify(wanted)
    expect([status, body.error, body.count]).toEqual([409, 'verification-failed', 0])
  })

  it.each<[string, number | object]>([
    ['the exact number', 3],
    ['a lower bound', { at_least: 3 }],
    ['an upper bound', { at_most: 3 }],
    ['between two numbers', { at_least: 1, at_most: 5 }],
    ['any number', { at_least: 0 }],
  ])('passes with %s', async (_, count) => {
    const { verify } = shared
    const { status, body } = await verify({ path: '/users', count })
    expect([status, body.count]).toEqual([200, 3])
  })

  it.each<[string, number | object]>([
    ['fewer than asked', 4],
    ['more than asked', 2],
    ['any where there must be none', 0],
    ['too few', { at_least: 4 }],
    ['too many', { at_most: 2 }],
    ['too few between two numbers', { at_least: 4, at_most: 5 }],
    ['too many between two numbers', { at_least: 1, at_most: 2 }],
  ])('fails with %s', async (_, count) => {
    const { verify } = shared
    const { status, body } = await verify({ path: '/users', count })
    expect([status, body.count]).toEqual([409, 3])
  })

  it('passes without calls where count is 0', async () => {
    const { verify } = shared
    expect((await verify({ path: '/sources', count: 0 })).body).toEqual({ count: 0, requests: [] })
  })

  it('requires at least one call by default', async () => {
    const { verify } = setupControl()
    expect((await verify({})).status).toBe(409)
  })

  it('considers only calls that the journal still has', async () => {
    const { verify } = await setup({ journal: 2 })
    expect(idsOf((await verify({})).body.requests)).toEqual([6, 7])
  })

  it('compares each body with its own call in a full journal', async () => {
    const { post, verify } = setupControl({ journal: 2 })
    for (const identifier of ['a', 'b', 'c']) await post('/users', { identifier })
    expect(idsOf((await verify({ body: { identifier: 'b' } })).body.requests)).toEqual([2])
  })

  it('hides secrets of the calls found', async () => {
    const { verify } = shared
    const { body } = await verify({ body: { payload: { password: 'joshua' } } })
    expect(JSON.stringify(body)).not.toContain('joshua')
  })

  it('shows secrets of the calls found where showSecrets is on', async () => {
    const { verify } = await setup({ showSecrets: true })
    const { body } = await verify({ path: '/sessions', status: 201 })
    expect(body.requests[0].body.payload.password).toBe('joshua')
  })

  it('does not change the journal', async () => {
    const { verify, requests } = shared
    const before = await requests()
    await verify({ path: '/nope' })
    expect(await requests()).toEqual(before)
  })
})

describe('A sequence', () => {
  it.each<[string, object[], number[]]>([
    ['of consecutive requests', [{ path: '/users' }, { query: { limit: '1' } }], [1, 2]],
    ['with others between', [{ method: 'GET' }, { path: '/sessions' }, { method: 'HEAD' }], [1, 5, 7]],
    ['of one', [{ method: 'HEAD' }], [7]],
    ['that repeats itself', [{ path: '/users' }, { path: '/users' }, { path: '/users' }], [1, 2, 4]],
    ['with bodies', [{ body: { identifier: 'a@example.com' } }, { body: { payload: {} } }], [4, 5]],
  ])('is found: %s', async (_, sequence, ids) => {
    const { verify } = shared
    expect(idsOf((await verify({ sequence })).body.requests)).toEqual(ids)
  })

  it.each<[string, object[], number]>([
    ['in another order', [{ path: '/sessions' }, { path: '/users' }], 1],
    ['with one too many', [{ path: '/users' }, { path: '/users' }, { path: '/users' }, { path: '/users' }], 3],
    ['whose first request is missing', [{ path: '/sources' }, { path: '/users' }], 0],
  ])('is not found %s, and the error counts the requests found', async (_, sequence, count) => {
    const { verify } = shared
    const { status, body } = await verify({ sequence })
    expect([status, body.error, body.count]).toEqual([409, 'verification-failed', count])
  })

  it('names the missing part, and the call before it', async () => {
    const { verify } = shared
    const { body } = await verify({ sequence: [{ path: '/sessions' }, { method: 'GET', path: '/users' }] })
    expect(body.message).toContain('No request matches sequence[1], GET /users after request 5.')
  })

  it('has as near misses first the calls that came too early, and then later ones', async () => {
    const { verify } = shared
    const { body } = await verify({ sequence: [{ path: '/sessions' }, { method: 'GET', path: '/users' }] })
    expect(body.near_misses.map(({ request }: { request: { id: number } }) => request.id)).toEqual([1, 2, 7])
  })

  it.each([
    ['count', { count: 1 }],
    ['path', { path: '/users' }],
    ['body', { body: {} }],
  ])('is rejected beside %s', async (name, more) => {
    const { verify } = shared
    const { status, body } = await verify({ sequence: [{ path: '/users' }], ...more })
    expect([status, body.params]).toEqual([400, { [name]: ['cannot be combined with sequence'] }])
  })

  it('may stand beside attributes that are not set', () => {
    const wanted = { sequence: [{ path: '/users' }], count: undefined, path: undefined }
    expect(idsOf(shared.mock.requests.verify(wanted))).toEqual([1])
  })
})

describe('A failed verification', () => {
  /** Each near miss as its ID and reasons. */
  const missesOf = ({ body }: { body: { near_misses: { request: { id: number }; why: string[] }[] } }) =>
    body.near_misses.map(({ request, why }) => [request.id, ...why])

  it('says how many were found and how many were wanted', async () => {
    const { verify } = shared
    const { body } = await verify({ method: 'POST', path: '/users', status: 201, count: 2, body: { extra: {} } })
    expect(body.message).toMatch(/^1 .* POST \/users with status 201, a body with extra, not 2\./)
  })

  it.each<[number | object, string]>([
    [5, 'not 5'],
    [{ at_least: 5 }, 'not at least 5'],
    [{ at_least: 5, at_most: 7 }, 'not 5 to 7'],
    [{ at_most: 2 }, 'not at most 2'],
  ])('says in its message how many were wanted: %j', async (count, words) => {
    const { verify } = shared
    expect((await verify({ path: '/users', count })).body.message).toContain(`${words}.`)
  })

  it('shows the wanted query in its message', async () => {
    const { verify } = setupControl()
    expect((await verify({ path: '/users', query: { limit: '5' } })).body.message).toContain('limit')
  })

  it('uses the singular for one request', async () => {
    const { verify } = shared
    expect((await verify({ method: 'HEAD', count: 2 })).body.message).not.toContain('1 requests')
  })

  it('lists the nearest miss first', async () => {
    const { verify } = shared
    const near = missesOf(await verify({ method: 'POST', path: '/users', status: 200 }))
    expect(near[0]).toEqual([4, 'status is 201, not 200'])
  })

  it('lists the later of two equally near misses first', async () => {
    const { verify } = shared
    const near = missesOf(await verify({ method: 'POST', status: 404, path: '/sessions' }))
    expect(near.map(([id]) => id)).toEqual([6, 5, 4])
  })

  it('has three near misses at most', async () => {
    const { verify } = shared
    expect(missesOf(await verify({ path: '/nope' }))).toHaveLength(3)
  })

  it('has no matching call among the near misses', async () => {
    const { verify } = shared
    const near = missesOf(await verify({ path: '/users', count: 4 }))
    expect(near.map(([id]) => id)).toEqual([7, 6, 5])
  })

  it.each<[object, number, number[], string]>([
    [{ path: '/users' }, 2, [4], 'one too many'],
    [{ path: '/users' }, 1, [2, 4], 'one of 2 too many'],
    [{}, 2, [5, 6, 7], 'one of 5 too many'],
  ])('lists the last calls that match %j beyond the wanted %i', async (matcher, count, ids, why) => {
    const { verify } = shared
    expect(missesOf(await verify({ ...matcher, count }))).toEqual(ids.map((id) => [id, `matches, and is ${why}`]))
  })

  it('lists near misses in its message, one on each line with its query', async () => {
    const { verify } = shared
    const { body } = await verify({ path: '/users', count: 1 })
    expect(body.message.split('\n')).toEqual([
      '3 requests match any method /users, not 1.',
      '  2 GET /users?limit=1&state=active&state=blocked 200: matches, and is one of 2 too many',
      '  4 POST /users 201: matches, and is one of 2 too many',
    ])
  })

  it('has no near misses without calls', async () => {
    expect(missesOf(await rejecting.verify({ path: '/users' }))).toEqual([])
  })

  it.each<[string, object, string]>([
    ['the method', { method: 'DELETE' }, 'method is "POST", not "DELETE"'],
    ['the path', { path: '/user' }, 'path is "/users", not "/user"'],
    ['the status', { status: 200 }, 'status is 201, not 200'],
    ['an error where there was none', { error: 'forbidden' }, 'error is null, not "forbidden"'],
    ['a parameter', { query: { a: '2' } }, 'query.a is "1", not "2"'],
    ['a field', { body: { identifier: 'b' } }, 'body.identifier is "a", not "b"'],
    ['a nested field', { body: { deep: { x: 2 } } }, 'body.deep.x is 1, not 2'],
    ['an item of an array', { body: { list: [{ y: 1 }, { y: 3 }] } }, 'body.list[1].y is 2, not 3'],
    ['the length of an array', { body: { list: [] } }, 'body.list is [{"y":1},{"y":2}], not []'],
    ['the type', { body: { deep: 5 } }, 'body.deep is {"x":1}, not 5'],
  ])('gives the reason of a near miss: %s', async (_, wanted, why) => {
    const { post, verify } = setupControl()
    await post('/users?a=1', { identifier: 'a', deep: { x: 1 }, list: [{ y: 1 }, { y: 2 }] })
    expect(missesOf(await verify(wanted))).toEqual([[1, why]])
  })

  it('names every reason of a near miss', async () => {
    const { post, verify } = setupControl()
    await post('/users', { identifier: 'a' })
    const near = missesOf(await verify({ method: 'GET', path: '/keys', status: 200, body: { identifier: 'b' } }))
    expect(near[0]).toHaveLength(5)
  })

  it('says that a body was not JSON', async () => {
    const { post, verify } = setupControl()
    await post('/users', '{"identifier":')
    expect(missesOf(await verify({ body: { identifier: 'a' } }))).toEqual([
      [1, 'its body of 14 characters is no JSON, or was too long or too deep'],
    ])
  })

  it('says that a body was too long', async () => {
    const { post, verify } = setupControl()
    await post('/users', { identifier: 'x'.repeat(20_000) })
    expect(missesOf(await verify({ body: { identifier: 'a' } }))).toEqual([
      [1, 'its body of 20017 characters is no JSON, or was too long or too deep'],
    ])
  })

  it('says that there was no body', async () => {
    const { post, verify } = setupControl()
    await post('/keys')
    expect(missesOf(await verify({ body: { identifier: 'a' } }))).toEqual([[1, 'body is null, not {"identifier":"a"}']])
  })

  it('truncates long values', async () => {
    const { post, verify } = setupControl()
    await post('/users', { identifier: 'x'.repeat(10_000) })
    const [[, why]] = missesOf(await verify({ body: { identifier: 'y'.repeat(10_000) } })) as [[number, string]]
    expect(why.length).toBeLessThan(250)
  })

  it('has every detail in its message too', async () => {
    const { post, verify } = setupControl()
    await post('/users', { identifier: 'a' })
    expect((await verify({ body: { identifier: 'b' } })).body.message).toContain(
      '\n  1 POST /users 201: body.identifier is "a", not "b"',
    )
  })

  it('is thrown by the method with the attributes of the answer', async () => {
    const { mock } = await setup()
    const thrown = () => mock.requests.verify({ path: '/sources' })
    expect(thrown).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^0 requests match any method \/sources, not at least 1\.\n {2}7 HEAD/),
        count: 0,
        near_misses: expect.arrayContaining([expect.objectContaining({ why: ['path is "/keys", not "/sources"'] })]),
      }),
    )
  })
})

describe('A secret is not shown', () => {
  const sent = { payload: { password: 'sent-hush' }, tokens: ['sent-hush'], extra: { credentials: { a: 'sent-hush' } } }

  it.each<[string, object]>([
    ['of a call, in a near miss', { path: '/nope' }],
    ['of a call and a matcher that differ', { body: { payload: { password: 'hush' } } }],
    ['of a matcher whose object is missing', { body: { nope: { password: 'hush' } } }],
    ['of a matcher whose object is another type', { body: { tokens: { secret: 'hush' } } }],
    ['of an array', { body: { tokens: ['hush'] } }],
    ['of an array of another length', { body: { tokens: ['hush', 'hush'] } }],
    ['of an object with a secret name', { body: { extra: { credentials: { a: 'hush' } } } }],
    ['of an object against a value', { body: { extra: 5 } }],
    ['of a value against an object', { body: { payload: { password: { a: 'hush' } } } }],
    ['of a query', { query: { token: 'hush' } }],
    ['of a sequence', { sequence: [{ body: { payload: { password: 'hush' } } }] }],
    ['of a matcher with an unknown name', { password: 'hush' }],
    ['of an invalid query', { query: { token: { a: 'hush' } } }],
    ['of a body that is an array', { body: ['hush'] }],
  ])('%s', async (_, wanted) => {
    const { post, verify } = setupControl()
    await post('/users?token=sent-hush', sent)
    expect(JSON.stringify((await verify(wanted)).body)).not.toContain('hush')
  })

  it.each<[string, object]>([
    ['of a body that is a JSON string', { body: '{"password":"hush"}' }],
    ['of a body in a sequence that is a JSON string', { sequence: [{ body: '{"password":"hush"}' }] }],
  ])('%s', async (_, wanted) => {
    expect(JSON.stringify((await rejecting.verify(wanted)).body)).not.toContain('hush')
  })
})

describe('An invalid matcher', () => {
  it.each<[string, object, string]>([
    ['an unknown name', { pth: '/users' }, 'pth'],
    ['a method in small letters', { method: 'post' }, 'method'],
    ['a path without its slash', { path: 'users' }, 'path'],
    ['a status in text', { status: '200' }, 'status'],
    ['a status that is none', { status: 1000 }, 'status'],
    ['an error that is no text', { error: 404 }, 'error'],
    ['a query with a number', { query: { limit: 1 } }, 'query.limit'],
    ['a body that is no object', { body: 'text' }, 'body'],
    ['a negative count', { count: -1 }, 'count'],
    ['a count with a fraction', { count: 1.5 }, 'count'],
    ['a count in text', { count: '2' }, 'count'],
    ['bounds with an unknown name', { count: { at_lest: 1 } }, 'count.at_lest'],
    ['a negative bound', { count: { at_least: -1 } }, 'count.at_least'],
    ['an empty sequence', { sequence: [] }, 'sequence'],
    ['a sequence that is not an array', { sequence: {} }, 'sequence'],
    ['an unknown name in a sequence', { sequence: [{}, { pth: '/users' }] }, 'sequence[1].pth'],
    ['a count in a sequence', { sequence: [{ count: 1 }] }, 'sequence[0].count'],
    ['an error that the API does not have', { error: 'not_found', count: 0 }, 'error'],
    ['such an error in a sequence', { sequence: [{}, { error: 'not_found' }] }, 'sequence[1].error'],
  ])('is rejected: %s', async (_, wanted, name) => {
    const { status, body } = await rejecting.verify(wanted)
    expect([status, body.error, Object.keys(body.params ?? {})]).toEqual([400, 'invalid-parameter', [name]])
  })

  it.each<[string, object, string]>([
    ['a name', { pth: '/users' }, 'path'],
    ['a name in a sequence', { sequence: [{ pth: '/users' }] }, 'path'],
    ['a method', { method: 'GTE' }, 'GET'],
    ['an error', { error: 'not_found', count: 0 }, 'not-found'],
  ])('is rejected with the nearest name: %s', async (_, wanted, word) => {
    expect((await rejecting.verify(wanted)).body.message).toMatch(new RegExp(`[Dd]id you mean "${word}"`))
  })

  it('is rejected with the nearest name: a bound', async () => {
    expect((await rejecting.verify({ count: { at_lest: 1 } })).body.message).toContain('"at_least"')
  })

  it('is rejected with the valid form: a query parameter', async () => {
    const { params } = (await rejecting.verify({ query: { limit: 1 } })).body
    expect(params['query.limit'][0]).toMatch(/^must be /)
  })

  it('is rejected if its bounds contradict each other', async () => {
    expect((await rejecting.verify({ count: { at_least: 3, at_most: 2 } })).status).toBe(400)
  })

  it('is rejected with all problems at once', async () => {
    const { body } = await rejecting.verify({ method: 'post', path: 'users', nope: 1 })
    expect(Object.keys(body.params)).toEqual(['method', 'path', 'nope'])
  })

  it.each<[unknown, RegExp]>([
    [undefined, /Failed to verify requests/],
    ['users', /Failed to verify requests/],
    [{ pth: '/users' }, /pth: is unknown.*Did you mean "path"\?/],
    [{ sequence: [{}], path: '/users' }, /sequence cannot be combined with other parameters/],
  ])('is rejected by the method: %j', (wanted, message) => {
    expect(() => rejecting.mock.requests.verify(wanted as never)).toThrow(message)
  })

  it('is a type error', () => {
    const { requests } = setupControl().mock
    const typed = () => {
      // @ts-expect-error unknown name
      requests.verify({ pth: '/users' })
      // @ts-expect-error a method in lower case
      requests.verify({ method: 'get' })
      // @ts-expect-error a count that is a string
      requests.verify({ count: '1' })
      // @ts-expect-error a count within a sequence
      requests.verify({ sequence: [{ count: 1 }] })
    }
    expect(typed).toBeTypeOf('function')
  })
})
