import { describe, expect, it } from 'vitest'
import { type SweepContext, type SweepOptions, setupRicloud, sweep } from '../../../src/node.ts'

const url = 'https://ricloud-api.reincubate.com'

/** A client of the mock that repeats a call that failed, `times` at most. */
function clientOf({ fetch, token }: SweepContext, times = 3) {
  return async (method: string, path: string, body?: object) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await fetch(url + path, {
          method,
          headers: { authorization: `Token ${token}` },
          ...(body && { body: JSON.stringify(body) }),
        })
        const answer = await response.json()
        if (response.status < 500) return answer
      } catch (error) {
        if (attempt === times) throw error
      }
      if (attempt === times) throw new Error('the API is unavailable')
    }
  }
}

const newUser = { identifier: 'new@example.com' }

/** Makes a user; a retry after a lost answer gets the same one again. */
const createUser = async (context: SweepContext) => {
  const { id } = await clientOf(context)('POST', '/users', newUser)
  if (typeof id !== 'number') throw new Error('there is no user')
}

/** Starts a session; a retry after a lost answer starts a second one. */
const startSession = async (context: SweepContext) => {
  await clientOf(context)('POST', '/sessions', {
    source: { user: 1, type: 'icloud.account', identifier: 'a@example.com' },
    payload: { password: 'joshua' },
  })
}

describe('sweep', () => {
  it('names what a naive retry creates twice', async () => {
    const { problems } = await sweep(startSession)
    expect(problems).toEqual([
      expect.objectContaining({
        number: 1,
        call: 'POST /sessions',
        kind: 'cut',
        outcome: 'passed',
        retries: 1,
        duplicates: ['POST /sessions created 2 instead of 1'],
      }),
    ])
  })

  it('finds nothing in a client that gets or creates', async () => {
    expect((await sweep(createUser)).problems).toEqual([])
  })

  it('runs the test with each call and each kind of fault', async () => {
    const { calls, runs } = await sweep(createUser, { kinds: ['reset', 'rate-limited', 'token-rotated'] })
    expect(calls).toEqual(['POST /users'])
    expect(runs.map(({ kind, outcome, retries, error }) => [kind, outcome, retries, error])).toEqual([
      ['reset', 'passed', 1, null],
      ['rate-limited', 'failed', 0, 'there is no user'],
      ['token-rotated', 'failed', 0, 'there is no user'],
    ])
  })

  it('strikes only the chosen calls', async () => {
    const twice = async (context: SweepContext) => {
      await createUser(context)
      await clientOf(context)('GET', '/users')
    }
    const { runs } = await sweep(twice, { calls: [2], kinds: ['error'] })
    expect(runs.map(({ number, call }) => [number, call])).toEqual([[2, 'GET /users']])
  })

  it('strikes only the calls that match a pattern', async () => {
    const three = async (context: SweepContext) => {
      await createUser(context)
      await clientOf(context)('GET', '/users/1')
      await clientOf(context)('GET', '/users')
    }
    const { runs } = await sweep(three, { calls: ['GET /users/*', '* /users'], kinds: ['error'] })
    expect(runs.map(({ call }) => call)).toEqual(['GET /users/1', 'POST /users', 'GET /users'])
  })

  it('rejects the fetch of a call whose connection is reset', async () => {
    const { runs } = await sweep(({ fetch }) => fetch(`${url}/users`).then(() => {}), { kinds: ['reset'] })
    expect(runs.map(({ outcome, error }) => [outcome, error])).toEqual([['failed', 'fetch failed']])
  })

  it('sweeps calls of the global fetch while setupRicloud listens', async () => {
    using ricloud = setupRicloud({ token: 'a-token' }).listen()
    const { problems, runs } = await ricloud.sweep(({ token }) => startSession({ fetch, token } as SweepContext))
    expect(runs.find(({ kind }) => kind === 'reset')).toMatchObject({ outcome: 'passed', retries: 1 })
    expect(problems.map(({ kind, duplicates }) => [kind, duplicates])).toEqual([
      ['cut', ['POST /sessions created 2 instead of 1']],
    ])
    expect(ricloud.mock.requests.list()).toEqual([])
  })

  it('is rejected if setupRicloud does not listen', async () => {
    await expect(setupRicloud().sweep(createUser)).rejects.toThrow('Failed to sweep: call listen() first.')
  })

  it('ends a client that hangs', async () => {
    const hanging = async (context: SweepContext) => {
      await clientOf(context, 1)('GET', '/users').catch(() => new Promise(() => {}))
    }
    const { problems } = await sweep(hanging, { kinds: ['unavailable'], timeout: '200ms' })
    expect(problems.map(({ outcome }) => outcome)).toEqual(['hung'])
  })

  it('ends a client that retries for ever', async () => {
    const stubborn = async ({ fetch, token, mock }: SweepContext) => {
      mock.faults.arm({ on: 'GET /keys', answer: { status: 503 } })
      const get = (path: string) => fetch(url + path, { headers: { authorization: `Token ${token}` } })
      const { status } = await get('/users')
      while (status >= 500 && (await get('/keys')).status >= 500);
    }
    const { problems } = await sweep(stubborn, { kinds: ['error'] })
    expect(problems.map(({ outcome }) => outcome)).toEqual(['endless'])
  })

  it('ends a client that retries for ever without a pause, whatever it gets', async () => {
    const obstinate = async (context: SweepContext) => {
      await clientOf(context, 1)('GET', '/users').catch(async () => {
        for (;;) await clientOf(context, 1)('GET', '/keys').catch(() => {})
      })
    }
    const { runs } = await sweep(obstinate, { kinds: ['error'] })
    expect(runs.map(({ outcome }) => outcome)).toEqual(['endless'])
  })

  it('begins no more runs after ten that hung', async () => {
    const hanging = async (context: SweepContext) => {
      for (const path of ['/users', '/keys', '/sessions']) {
        await clientOf(context, 1)('GET', path).catch(() => new Promise(() => {}))
      }
    }
    const kinds = ['error', 'unavailable', 'reset', 'empty', 'cut'] as const
    const { runs } = await sweep(hanging, { kinds, timeout: '250ms', parallel: 1 })
    expect(runs.map(({ outcome }) => outcome)).toEqual([...Array(10).fill('hung'), ...Array(5).fill('skipped')])
    expect(runs.at(-1)?.error).toBe('10 runs hung before')
  })

  it('tells of a rejection that nothing handles in the run that it belongs to', async () => {
    const careless = async (context: SweepContext) => {
      void clientOf(context, 1)('GET', '/users')
      await clientOf(context, 1)('GET', '/keys').catch(() => {})
    }
    const { runs } = await sweep(careless, { kinds: ['reset'] })
    expect(runs.map(({ call, outcome, error }) => [call, outcome, error])).toEqual([
      ['GET /users', 'failed', 'a rejection that nothing handles: fetch failed'],
      ['GET /keys', 'passed', null],
    ])
  })

  it('leaves other rejections, and those after it, to whoever listened before', async () => {
    const others = process.listeners('unhandledRejection')
    await sweep(createUser, { kinds: ['reset'] })
    expect(process.listeners('unhandledRejection')).toEqual(others)
  })

  it('skips what has nothing to apply to', async () => {
    const { runs } = await sweep(createUser, { kinds: ['session-expired'], scenario: 'empty' })
    expect(runs.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['skipped', 'No session matches {"state":"active"}.'],
    ])
  })

  it('prints the problems first', async () => {
    const { text } = await sweep(startSession, { kinds: ['cut'] })
    expect(text.split('\n').slice(0, 2)).toEqual([
      '1 call, 1 run, 1 problem',
      'problem: 1 POST /sessions, cut: passed, retried; POST /sessions created 2 instead of 1',
    ])
  })

  it.each<[string, (context: SweepContext) => unknown, SweepOptions, string]>([
    ['makes no call', () => {}, {}, 'the test made no call'],
    ['fails without a fault', () => Promise.reject(new Error('no')), {}, 'the test failed without a fault: no.'],
    [
      'hangs without a fault',
      () => new Promise(() => {}),
      { timeout: '50ms' },
      'the test hung without a fault: it took more than 50ms.',
    ],
    ['needs too many runs', createUser, { runs: 3 }, '1 calls and 9 kinds of faults need 9 runs, and the limit is 3'],
    [
      'names an unknown kind',
      createUser,
      { kinds: ['resett' as never] },
      'no kind of fault is called "resett". Did you mean "reset"?',
    ],
    [
      'names a call that it does not make',
      createUser,
      { calls: [2] },
      'there is no call 2; the test made 1: POST /users.',
    ],
    [
      'names a pattern that no call matches',
      createUser,
      { calls: ['GET /users/*'] },
      'there is no call "GET /users/*"; the test made 1: POST /users.',
    ],
    [
      'names a pattern that no endpoint matches',
      createUser,
      { calls: ['POST /user'] },
      'calls: names no call that the API offers, got "POST /user". Did you mean "POST /users"?',
    ],
  ])('is rejected if it %s', async (_, test, options, message) => {
    await expect(sweep(test, options)).rejects.toThrow(`Failed to sweep: ${message}`)
  })

  it('is rejected with the first difference if the test is not repeatable', async () => {
    let times = 0
    const changing = (context: SweepContext) => clientOf(context)('GET', `/users?limit=${++times}`)
    await expect(sweep(changing)).rejects.toThrow(
      'the test is not repeatable. Its call 1 was first GET /users?limit=1 with null, answered with 200, and then GET /users?limit=2 with null, answered with 200.',
    )
  })
})
