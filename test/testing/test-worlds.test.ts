import { describe, expect, it } from 'vitest'
import { TestWorlds } from '../../src/mock/test-worlds.ts'

/** A switchboard, and a way to call it. */
function setup() {
  const switchboard = new TestWorlds()
  async function call(token: string | undefined, path = '/users/1', method = 'GET') {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Token ${token}` }
    const response = await switchboard.fetch(new Request(`https://any.test${path}`, { method, headers }))
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  return { switchboard, call, statusOf: async (token?: string) => (await call(token)).status }
}

const block = { where: { id: 1 } }

describe('While one test runs', () => {
  it('the token of its world reaches it', async () => {
    const { switchboard, statusOf } = setup()
    const { token } = await switchboard.begin()
    expect(await statusOf(token)).toBe(200)
  })

  it('the token as fixtures have it reaches it too', async () => {
    const { switchboard, statusOf } = setup()
    const mock = await switchboard.begin()
    mock.actions['user.block'](block)
    expect((await setup().call('ricloud-mock-token')).status).toBe(401)
    expect(await statusOf('ricloud-mock-token')).toBe(200)
    expect(mock.requests.count).toBe(1)
  })

  it('no token and unknown ones are refused in the words of the API', async () => {
    const { switchboard, call } = setup()
    await switchboard.begin()
    expect([(await call(undefined)).body.message, (await call('x')).body.message]).toEqual([
      'The call carries no token: send the header "Authorization: Token <token>".',
      'The token is unknown, or it was revoked.',
    ])
  })

  it('a control call is about its world', async () => {
    const { switchboard, call } = setup()
    const mock = await switchboard.begin({ seed: 42 })
    await mock.clock.advance('6h')
    expect((await call(undefined, '/_mock/clock')).body.now).toBe(mock.clock.now())
  })
})

describe('While several tests run', () => {
  it('each is reached by its own token alone', async () => {
    const { switchboard, call } = setup()
    const [one, other] = [await switchboard.begin(), await switchboard.begin()]
    one.actions['user.block'](block)
    const states = [(await call(one.token)).body.state, (await call(other.token)).body.state]
    expect(states).toEqual(['blocked', other.db.user.findFirst({ where: { id: { equals: 1 } } })?.state])
  })

  it('keys that are rotated in two of equal seeds keep leading there', async () => {
    const { switchboard, call } = setup()
    const mocks = [await switchboard.begin(), await switchboard.begin()]
    const tokens: string[] = []
    for (const { token } of mocks) tokens.push((await call(token, '/keys/1/rotate', 'POST')).body.token)
    for (const token of tokens) await call(token)
    expect(mocks.map(({ requests }) => requests.count)).toEqual([2, 2])
  })

  it('a token that says not which is refused, with what to do', async () => {
    const { switchboard, call } = setup()
    await switchboard.begin()
    await switchboard.begin()
    expect(await call('ricloud-mock-token')).toEqual({
      status: 401,
      body: {
        error: 'unauthorized',
        message:
          'Tests that may run at once are told apart by their tokens, and this one names none: give the client the token of its test, `ricloud.token`.',
      },
    })
  })

  it('calls that name none of them are told of in a failure', async () => {
    const { switchboard, call } = setup()
    const [one] = [await switchboard.begin(), await switchboard.begin()]
    await call('ricloud-mock-token')
    const error = new Error('expected 200')
    switchboard.end(one, { failure: error })
    expect(error.message).toContain('1 calls were refused: Tests that may run at once')
  })

  it('a control call names the one that it is about', async () => {
    const { switchboard, call } = setup()
    const [one] = [await switchboard.begin({ seed: 7 }), await switchboard.begin()]
    expect((await call(undefined, `/_mock/health?world=${one.id}`)).body.seed).toBe(7)
    expect((await call(undefined, '/_mock/health')).status).toBe(401)
  })
})

describe('A test that ended', () => {
  it('is reached no more, and its token says so', async () => {
    const { switchboard, call } = setup()
    const mock = await switchboard.begin()
    const { token } = mock
    switchboard.end(mock)
    await switchboard.begin()
    expect((await call(token)).body.message).toMatch(
      /^The token is unknown, or it was revoked. Its world w1 was deleted/,
    )
  })

  it('leaves calls that come before the next one refused', async () => {
    const { switchboard, call } = setup()
    switchboard.end(await switchboard.begin())
    expect((await call('ricloud-mock-token')).body.message).toBe(
      'No test runs that has a world of ricloud-mock: the call came before or after one.',
    )
  })

  it('throws if something in its scenario never fired, with what happened instead', async () => {
    const { switchboard, statusOf } = setup()
    const mock = await switchboard.begin({ scenario: 'two-factor' })
    await statusOf('ricloud-mock-token')
    expect(() => switchboard.end(mock)).toThrow(
      [
        'The scenario "two-factor" did not run as scripted.',
        '',
        'ricloud-mock: seed 1, scenario "two-factor", clock from 2020-02-20T12:00:00.000000Z to 2020-02-20T12:00:00.000000Z',
        '  never fired: account: icloud.account renate@example.com',
        '  the calls:',
        '    1  2020-02-20 12:00:00  GET /users/1  200',
      ].join('\n'),
    )
  })

  it('does not throw where it is told not to be strict', async () => {
    const { switchboard } = setup()
    const mock = await switchboard.begin({ scenario: 'two-factor', strict: false })
    expect(() => switchboard.end(mock)).not.toThrow()
  })

  it('describes its world in the error that failed it, message and stack', async () => {
    const { switchboard } = setup()
    const error = new Error('expected $& and $1')
    switchboard.end(await switchboard.begin({ scenario: 'two-factor', seed: 9 }), { failure: error })
    const told = /^expected \$& and \$1\n\nricloud-mock: seed 9, scenario "two-factor"/
    expect([told.test(error.message), told.test(error.stack?.replace('Error: ', '') ?? '')]).toEqual([true, true])
  })
})

describe('How a test ended', () => {
  it('counts no scenario against one that was skipped, or is expected to fail', async () => {
    const { switchboard } = setup()
    const mock = await switchboard.begin({ scenario: 'two-factor' })
    expect(() => switchboard.end(mock, { isExpectedToPass: false })).not.toThrow()
  })

  it('is a failure where a call named none of the tests that ran at once', async () => {
    const { switchboard, call } = setup()
    const mock = await switchboard.begin({}, true)
    await call('ricloud-mock-token')
    expect(() => switchboard.end(mock)).toThrow(
      /^Calls did not reach the world of their test\.[\s\S]*1 calls were refused/,
    )
  })

  it('is told of what was thrown, also where that is no Error', async () => {
    const { switchboard } = setup()
    const failure: { value: string; message?: string } = { value: "'a string'" }
    switchboard.end(await switchboard.begin(), { failure })
    expect(failure.message).toMatch(/^'a string'\n\nricloud-mock: seed 1/)
  })

  it('leaves no world that it made besides', async () => {
    const { switchboard, call } = setup()
    const mock = await switchboard.begin()
    const { token } = await mock.worlds.create()
    switchboard.end(mock)
    await switchboard.begin()
    expect((await call(token)).body.message).toMatch(/Its world w2 was deleted/)
  })

  it('may be that its world was deleted by itself', async () => {
    const { switchboard } = setup()
    const mock = await switchboard.begin()
    mock.worlds.delete(mock.id ?? '')
    expect(() => switchboard.end(mock)).not.toThrow()
  })
})

describe('The world of a test', () => {
  it('is strict and its clock frozen also where its options are named and undefined', async () => {
    const { switchboard } = setup()
    const mock = await switchboard.begin({ strict: undefined, clock: undefined })
    expect([mock.strict, mock.clock.frozen]).toEqual([true, true])
  })

  it('has a frozen clock, unless it is told to run', async () => {
    const { switchboard } = setup()
    const worlds = [await switchboard.begin(), await switchboard.begin({ clock: { frozen: false } })]
    expect(worlds.map(({ clock }) => clock.frozen)).toEqual([true, false])
  })

  it('keeps the beginning of its scenario', async () => {
    const { switchboard } = setup()
    expect((await switchboard.begin({ scenario: 'two-factor' })).clock.now()).toBe('2020-02-20T12:00:00.000000Z')
  })

  it('is refused with every option at fault', async () => {
    const { switchboard } = setup()
    await expect(switchboard.begin({ seed: -1, sed: 2 } as object)).rejects.toThrow(
      /seed: .*sed: .*Did you mean "seed"\?/,
    )
  })
})
