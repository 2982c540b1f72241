import { describe, expect, it } from 'vitest'
import { answerFor } from '../../src/engine/http/msw-handlers.ts'
import type { Mock } from '../../src/index.ts'
import { TestWorlds } from '../../src/mock/test-worlds.ts'

/** `TestWorlds`, and a way to call their mocks. */
function setup() {
  const reported: string[] = []
  const worlds = new TestWorlds((_, message) => void reported.push(message))
  async function call(token: string | undefined, path = '/users/1', method = 'GET') {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Token ${token}` }
    const response = await answerFor(worlds, new Request(`https://any.test${path}`, { method, headers }))
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  return { worlds, reported, call, statusOf: async (token?: string) => (await call(token)).status }
}

const block = { where: { id: 1 } }

describe('While one test runs', () => {
  it('the token of its world reaches it', async () => {
    const { worlds, statusOf } = setup()
    const { token } = await worlds.begin()
    expect(await statusOf(token)).toBe(200)
  })

  it('the token as fixtures have it reaches it too', async () => {
    const { worlds, statusOf } = setup()
    const mock = await worlds.begin()
    mock.actions['user.block'](block)
    expect((await setup().call('ricloud-mock-token')).status).toBe(401)
    expect(await statusOf('ricloud-mock-token')).toBe(200)
    expect(mock.requests.count).toBe(1)
  })

  it('no token and unknown ones are refused in the words of the API', async () => {
    const { worlds, call } = setup()
    await worlds.begin()
    expect([(await call(undefined)).body.message, (await call('x')).body.message]).toEqual([
      'The call carries no token: send the header "Authorization: Token <token>".',
      'The token is unknown, or it was revoked.',
    ])
  })

  it('a control call is about its world', async () => {
    const { worlds, call } = setup()
    const mock = await worlds.begin({ seed: 42 })
    await mock.clock.advance('6h')
    expect((await call(undefined, '/_mock/clock')).body.now).toBe(mock.clock.now())
  })
})

describe('While several tests run', () => {
  it('each is reached by its own token alone', async () => {
    const { worlds, call } = setup()
    const [one, other] = [await worlds.begin(), await worlds.begin()]
    one.actions['user.block'](block)
    const states = [(await call(one.token)).body.state, (await call(other.token)).body.state]
    expect(states).toEqual(['blocked', other.db.user.findFirst({ where: { id: { equals: 1 } } })?.state])
  })

  it('keys that are rotated in two of equal seeds keep leading there', async () => {
    const { worlds, call } = setup()
    const mocks = [await worlds.begin(), await worlds.begin()]
    const tokens: string[] = []
    for (const { token } of mocks) tokens.push((await call(token, '/keys/1/rotate', 'POST')).body.token)
    for (const token of tokens) await call(token)
    expect(mocks.map(({ requests }) => requests.count)).toEqual([2, 2])
  })

  it('a token that says not which is refused, with what to do', async () => {
    const { worlds, call } = setup()
    await worlds.begin()
    await worlds.begin()
    expect(await call('ricloud-mock-token')).toEqual({
      status: 401,
      body: {
        error: 'unauthorized',
        message:
          'The token belongs to no running test, and several tests may run at the same time: give the client the token of its test, `ricloud.token`.',
      },
    })
  })

  it('calls that name none of them are mentioned in a failure', async () => {
    const { worlds, call } = setup()
    const [one] = [await worlds.begin(), await worlds.begin()]
    await call('ricloud-mock-token')
    const error = new Error('expected 200')
    worlds.end(one, { failure: error })
    expect(error.message).toContain('1 call was refused: The token belongs to no running test')
  })

  it('calls that name none of them fail no test that passed, and are reported', async () => {
    const { worlds, reported, call } = setup()
    const mocks = [await worlds.begin({}, { isConcurrent: true }), await worlds.begin({}, { isConcurrent: true })]
    await call('ricloud-mock-token', '/users/1?secret=x')
    for (const mock of mocks) expect(() => worlds.end(mock)).not.toThrow()
    expect(reported).toEqual([
      expect.stringMatching(
        /^ricloud-mock: GET \/users\/1 was refused with 401\. The token belongs to no running test/,
      ),
    ])
  })

  it('a control call names the one that it is about', async () => {
    const { worlds, call } = setup()
    const [one] = [await worlds.begin({ seed: 7 }), await worlds.begin()]
    expect((await call(undefined, `/_mock/health?world=${one.id}`)).body.seed).toBe(7)
    expect((await call(undefined, '/_mock/health')).status).toBe(401)
  })
})

describe('A test that ended', () => {
  it.each([
    ['alone', {}],
    ['concurrently', { isConcurrent: true }],
  ])('has its token refused by name, and not in the world of a test that runs %s', async (_, other) => {
    const { worlds, reported, call } = setup()
    const mock = await worlds.begin({}, { name: 'a > b' })
    const { token } = mock
    worlds.end(mock)
    const next = await worlds.begin({}, other)
    const { status, body } = await call(token, '/keys/1/rotate', 'POST')
    const message =
      'The token belongs to a test that ended before this call came, "a > b": await the calls of a test within it.'
    expect([status, body.message, next.requests.count]).toEqual([401, message, 0])
    expect(reported).toEqual([`ricloud-mock: POST /keys/1/rotate was refused with 401. ${message}`])
    expect(() => worlds.end(next)).not.toThrow()
  })

  it('has calls that it did not await answered by its own world', async () => {
    const { worlds, call } = setup()
    const mock = await worlds.begin()
    const rotated = call('ricloud-mock-token', '/keys/1/rotate', 'POST').then(() =>
      call('ricloud-mock-token', '/keys/2/rotate', 'POST'),
    )
    await worlds.untilAnswered(mock)
    expect(mock.requests.list().map(({ path, status }) => [path, status])).toEqual([
      ['/keys/1/rotate', 200],
      ['/keys/2/rotate', 200],
    ])
    worlds.end(mock)
    await rotated
  })

  it('does not wait for a call that is not answered', async () => {
    const { worlds, call } = setup()
    const mock = await worlds.begin({ clock: { frozen: false }, settings: { session_init: '1h' } })
    const source = { user: 1, type: 'icloud.account', identifier: 'a@example.com' }
    const waiting = answerFor(
      worlds,
      new Request('https://any.test/sessions', {
        method: 'POST',
        headers: { authorization: 'Token ricloud-mock-token', 'ricloud-await': '10' },
        body: JSON.stringify({ source, payload: { password: 'joshua' } }),
      }),
    )
    await worlds.untilAnswered(mock)
    worlds.end(mock)
    expect((await waiting).status).toBe(500)
    expect((await call('ricloud-mock-token')).status).toBe(401)
  })

  it('leaves calls that come before the next one refused', async () => {
    const { worlds, call } = setup()
    worlds.end(await worlds.begin())
    expect((await call('ricloud-mock-token')).body.message).toBe(
      'No test runs that has a world of ricloud-mock: the call came before or after one.',
    )
  })

  it('throws if something in its scenario never fired, with what happened instead', async () => {
    const { worlds, statusOf } = setup()
    const mock = await worlds.begin({ scenario: 'two-factor' })
    await statusOf('ricloud-mock-token')
    expect(() => worlds.end(mock)).toThrow(
      [
        'The scenario "two-factor" did not run as scripted. If not all of it is meant to fire, choose another scenario, or { strict: false } in ricloudOptions.',
        '',
        'ricloud-mock: seed 1, scenario "two-factor", clock from 2020-02-20T12:00:00.000000Z to 2020-02-20T12:00:00.000000Z',
        '  never fired: account: icloud.account renate@example.com',
        '  the calls:',
        '    1  2020-02-20 12:00:00  GET /users/1  200',
      ].join('\n'),
    )
  })

  it.each([
    ['that made no call', false, 'a client must call https://ricloud-api.reincubate.com, or the option baseUrl'],
    ['whose sweep made all calls', true, 'each run of the sweep had a mock of its own: the `text` of its report'],
  ])('says what to check after the summary of a test %s', async (_, isSwept, hint) => {
    const { worlds, statusOf } = setup()
    const mock = await worlds.begin()
    if (isSwept) await worlds.sweep(mock, () => statusOf('ricloud-mock-token'), {}, { kinds: ['error'] })
    const error = new Error('expected')
    worlds.end(mock, { failure: error })
    expect(error.message).toContain(`\n  no call came\n  ${hint}`)
  })

  it('does not throw without `strict`', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin({ scenario: 'two-factor', strict: false })
    expect(() => worlds.end(mock)).not.toThrow()
  })

  it('describes its world in the error that failed it, message and stack', async () => {
    const { worlds } = setup()
    const error = new Error('expected $& and $1')
    worlds.end(await worlds.begin({ scenario: 'two-factor', seed: 9 }), { failure: error })
    const pattern = /^expected \$& and \$1\n\nricloud-mock: seed 9, scenario "two-factor"/
    expect([pattern.test(error.message), pattern.test(error.stack?.replace('Error: ', '') ?? '')]).toEqual([true, true])
  })
})

describe('A move of the clock that a test does not await', () => {
  it.each<[string, (mock: Mock) => Promise<unknown>]>([
    ['clock.advance("1h")', ({ clock }) => clock.advance('1h')],
    ['clock.set("2090-01-01T00:00:00Z")', ({ clock }) => clock.set('2090-01-01T00:00:00Z')],
    ['clock.advanceToNext()', ({ clock }) => clock.advanceToNext()],
  ])('is named in its failure: %s', async (name, move) => {
    const { worlds } = setup()
    const mock = await worlds.begin()
    await mock.clock.advance('1s')
    await expect(mock.clock.advance('1 second' as '1s')).rejects.toThrow('is not a duration')
    void move(mock)
    await worlds.untilAnswered(mock)
    const error = new Error('expected "expired"')
    worlds.end(mock, { failure: error })
    expect(error.message.match(/not awaited: .*/g)).toEqual([
      `not awaited: ${name}, so time had not moved yet when the next line ran`,
    ])
  })

  it('is not named in a failure of a later test', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin()
    void mock.clock.advance('1h')
    await worlds.untilAnswered(mock)
    mock.reset()
    expect(mock.summary()).not.toContain('not awaited')
  })

  it('rejects by its name if the test ended before', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin()
    const move = mock.clock.advance('1h')
    worlds.end(mock)
    await expect(move).rejects.toThrow(
      'The mock was reset, or its test ended, while clock.advance("1h") was still moving time: await it.',
    )
  })
})

describe('How a test ended', () => {
  it('counts no scenario against one that was skipped, or is expected to fail', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin({ scenario: 'two-factor' })
    expect(() => worlds.end(mock, { isExpectedToPass: false })).not.toThrow()
  })

  it('is a failure where a call named none of the tests that ran at once', async () => {
    const { worlds, call } = setup()
    const mock = await worlds.begin({}, { isConcurrent: true })
    await call('ricloud-mock-token')
    expect(() => worlds.end(mock)).toThrow(/^Calls did not reach the world of their test\.[\s\S]*1 call was refused/)
  })

  it('shows what was thrown, also where that is no Error', async () => {
    const { worlds } = setup()
    const failure: { value: string; message?: string } = { value: "'a string'" }
    worlds.end(await worlds.begin(), { failure })
    expect(failure.message).toMatch(/^'a string'\n\nricloud-mock: seed 1/)
  })

  it('leaves no world that it made besides', async () => {
    const { worlds, call } = setup()
    const mock = await worlds.begin()
    const { token } = await mock.worlds.create()
    worlds.end(mock)
    await worlds.begin()
    expect((await call(token)).body.message).toMatch(/Its world w2 was deleted/)
  })

  it('may be that its world was deleted by itself', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin()
    mock.worlds.delete(mock.id ?? '')
    expect(() => worlds.end(mock)).not.toThrow()
  })
})

describe('The world of a test', () => {
  it('is made while others begin and end, with and without generated records', async () => {
    const { worlds, call } = setup()
    const kinds = [{ generate: { users: 300 } }, {}, { scenario: 'two-factor' as const, strict: false }, { seed: 7 }]
    const run = async (i: number) => {
      const mock = await worlds.begin(kinds[i % kinds.length], { isConcurrent: true })
      const { status } = await call(mock.token, '/users')
      worlds.end(mock)
      return status
    }
    expect(new Set(await Promise.all(Array.from({ length: 24 }, (_, i) => run(i))))).toEqual(new Set([200]))
  })

  it('is strict and its clock frozen also where its options are named and undefined', async () => {
    const { worlds } = setup()
    const mock = await worlds.begin({ strict: undefined, clock: undefined })
    expect([mock.strict, mock.clock.frozen]).toEqual([true, true])
  })

  it('has a frozen clock by default', async () => {
    const { worlds } = setup()
    const mocks = [await worlds.begin(), await worlds.begin({ clock: { frozen: false } })]
    expect(mocks.map(({ clock }) => clock.frozen)).toEqual([true, false])
  })

  it('keeps the beginning of its scenario', async () => {
    const { worlds } = setup()
    expect((await worlds.begin({ scenario: 'two-factor' })).clock.now()).toBe('2020-02-20T12:00:00.000000Z')
  })

  it('is refused with every option at fault', async () => {
    const { worlds } = setup()
    await expect(worlds.begin({ seed: -1, sed: 2 } as object)).rejects.toThrow(/seed: .*sed: .*Did you mean "seed"\?/)
  })
})
