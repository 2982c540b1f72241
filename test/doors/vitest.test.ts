import { HttpResponse, http } from 'msw'
import * as vitest from 'vitest'
import { it, vi } from 'vitest'
import { defineScenario } from '../../src/index.ts'
import * as entryPoint from '../../src/vitest.ts'
import { test as base, describe, expect } from '../../src/vitest.ts'
import { newSession } from '../support/api.ts'

const test = base
const api = 'https://ricloud-api.reincubate.com'

async function call(method: string, path: string, body?: object, token = 'ricloud-mock-token', url = api) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Token ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const newUser = { identifier: 'new@example.com' }

const oneDay = defineScenario({
  scenario: 'one-day',
  steps: [{ on: 'session.active', after: '24h', do: 'session.expire', with: { error: 'service' } }],
})

let before: Promise<{ status: number; body: { message: string } }>
test.beforeAll(async ({ msw }) => {
  expect(msw.listHandlers()).toHaveLength(2)
  before = call('GET', '/key')
  await before
})

it('A call before the tests, in a hook that asks for msw, is refused, and does not leave for the real API', async () => {
  const { status, body } = await before
  expect([status, body.message]).toEqual([
    401,
    'No test runs that has a world of ricloud-mock: the call came before or after one.',
  ])
})

it('The entry point exports everything that Vitest exports, and only test and it are others', () => {
  const theirs = Object.entries(vitest as Record<string, unknown>)
  const differing = theirs.filter(([name, value]) => (entryPoint as Record<string, unknown>)[name] !== value)
  expect(differing.map(([name]) => name).sort()).toEqual(['it', 'test'])
})

describe('A test of ricloud-mock/vitest', () => {
  test('has its calls answered by a world whose clock is frozen', async ({ ricloud }) => {
    const { body } = await call('POST', '/sessions', newSession())
    await ricloud.clock.advance('1s')
    expect(body).toBeInState('pending')
    expect(ricloud.record('session', body.id)).toBeInState('active')
    expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
  })

  test('has its calls answered also where it asks for nothing', async () => {
    expect((await call('POST', '/users', newUser)).status).toBe(201)
  })

  test('knows nothing of what another one did', async () => {
    expect((await call('POST', '/users', newUser)).status).toBe(201)
  })

  test('has its calls answered also after the handlers of msw were reset', async ({ msw }) => {
    msw.resetHandlers()
    expect((await call('GET', '/key')).status).toBe(200)
  })

  test('is asked with `not` too', async ({ ricloud }) => {
    expect(ricloud).not.toHaveReceived({ method: 'DELETE' })
  })
})

describe('The fixture sweep', () => {
  const newUserTwice = async (token?: string) => {
    const create = () => call('POST', '/users', newUser, token)
    const { status } = await create().catch(create)
    if (status >= 500) await create()
  }
  const twoFactor = base.extend('ricloudOptions', { scenario: 'two-factor' } as const)

  test('has a world for each run, whatever token the client has', async ({ ricloud, sweep }) => {
    for (const token of [undefined, ricloud.token]) {
      const { runs, problems } = await sweep(() => newUserTwice(token), { kinds: ['reset', 'cut', 'error'] })
      expect(runs.map(({ kind, outcome, retries }) => [kind, outcome, retries])).toEqual([
        ['reset', 'passed', 1],
        ['cut', 'passed', 1],
        ['error', 'passed', 1],
      ])
      expect(problems).toEqual([])
    }
    expect(ricloud.requests.count).toBe(0)
  })

  twoFactor('has the options of the test, whose own scenario need not run', async ({ sweep }) => {
    const names: string[] = []
    await sweep(
      ({ mock }) => {
        names.push(mock.scenario.name)
        return newUserTwice()
      },
      { kinds: ['reset'] },
    )
    expect(names).toEqual(['two-factor', 'two-factor', 'two-factor'])
  })

  test('lets the calls after it reach the world of the test again', async ({ ricloud, sweep }) => {
    await sweep(() => newUserTwice(), { kinds: ['reset'] })
    expect((await call('POST', '/users', newUser)).status).toBe(201)
    expect(ricloud).toHaveReceived({ path: '/users', count: 1 })
  })

  test('finds a session that a retry starts twice', async ({ sweep }) => {
    const start = () => call('POST', '/sessions', newSession())
    const { problems } = await sweep(() => start().catch(start))
    expect(problems.map(({ kind, duplicates }) => [kind, duplicates])).toEqual([
      ['cut', ['POST /sessions created 2 instead of 1']],
    ])
  })

  test('is rejected if the client makes no call', async ({ sweep }) => {
    await expect(sweep(() => {})).rejects.toThrow(
      /^Failed to sweep: the test made no call to the mock\. .* must call https:\/\/ricloud-api\.reincubate\.com, or the option `baseUrl`/,
    )
  })

  test('is rejected while another one goes on', async ({ sweep }) => {
    const first = sweep(() => newUserTwice(), { kinds: ['reset'] })
    await expect(sweep(() => newUserTwice())).rejects.toThrow('another sweep is going on; await it first.')
    await first
  })

  test.concurrent('is rejected in a concurrent test', async ({ sweep }) => {
    await expect(sweep(() => {})).rejects.toThrow('Failed to sweep: a concurrent test cannot')
  })
})

describe('A test that is tried again', () => {
  test('has a fresh world at each attempt', { retry: 1 }, async ({ ricloud, task }) => {
    expect(ricloud.requests.count).toBe(0)
    await call('GET', '/key')
    expect(task.result?.retryCount).toBe(1)
  })
})

describe('Fake timers', () => {
  test.override({ ricloudOptions: { clock: { frozen: false } } })

  test('let days pass in a world that ends with its test all the same', async ({ ricloud }) => {
    vi.useFakeTimers()
    const { body } = await call('POST', '/sessions', newSession('expires@example.com'))
    vi.advanceTimersByTime(30 * 24 * 3_600_000)
    const seen = await call('GET', `/sessions/${body.id}`)
    vi.useRealTimers()
    expect(seen.body).toBeInState('expired')
    expect(ricloud).toHaveReceived({ path: '/sessions', count: 1 })
  })
})

describe('Tests that are extended in different ways', () => {
  for (const seed of [3, 4]) {
    const extended = base.extend('ricloudOptions', { seed })
    extended(`stand in one file (${seed})`, async ({ ricloud }) => {
      expect([ricloud.seed, (await call('GET', '/key')).status]).toEqual([seed, 200])
    })
  }
})

describe('A wrong base URL', () => {
  const wrong = base.extend('ricloudOptions', { baseUrl: 'no URL' })

  wrong.fails('is refused by its name', () => {})

  test('leaves the tests after it as they are', async () => {
    expect((await call('GET', '/key')).status).toBe(200)
  })
})

describe('Options', () => {
  test.override({ ricloudOptions: { scenario: oneDay, seed: 5 } })

  test('of a block of tests are those of their worlds', async ({ ricloud }) => {
    const { body } = await call('POST', '/sessions', newSession())
    await ricloud.clock.advance('24h')
    expect(ricloud.seed).toBe(5)
    expect(ricloud.record('session', body.id)).toBeInState('expired')
    expect(ricloud).toHaveFired('session.expire')
  })

  describe('that name another base URL', () => {
    test.override({ ricloudOptions: { baseUrl: 'http://ricloud.test' } })

    test('have calls to it answered', async () => {
      expect((await call('GET', '/key', undefined, undefined, 'http://ricloud.test')).status).toBe(200)
    })
  })
})

describe.concurrent('Tests that run at once', () => {
  for (const n of [1, 2, 3]) {
    test(`have worlds of their own, found by their tokens (${n})`, async ({ ricloud }) => {
      const statuses: number[] = []
      for (let i = 0; i < 3; i++) statuses.push((await call('POST', '/users', newUser, ricloud.token)).status)
      expect(statuses).toEqual([201, 200, 200])
      expect(ricloud).toHaveReceived({ path: '/users', count: 3 })
    })
  }
})

describe.concurrent('Tests that run at once, of which one has generated records', () => {
  const many = base.extend('ricloudOptions', { generate: { users: 200 } })
  many('begin in any order (generated)', async ({ ricloud }) => {
    expect((await call('GET', '/users', undefined, ricloud.token)).body.total_count).toBe(200)
  })

  for (const n of [1, 2, 3]) {
    test(`begin in any order (${n})`, async ({ ricloud }) => {
      expect((await call('GET', '/key', undefined, ricloud.token)).status).toBe(200)
    })
  }
})

for (const n of [1, 2]) {
  describe.concurrent(`Suites that run at once (${n})`, () => {
    describe.sequential('with tests that do not', () => {
      test('need the tokens of their tests', async ({ ricloud }) => {
        expect((await call('POST', '/users', newUser, ricloud.token)).status).toBe(201)
      })
    })
  })
}

describe('A call that a test does not await', () => {
  test('is made', ({ ricloud }) => {
    void call('POST', '/users', newUser)
    expect(ricloud.requests.count).toBe(0)
  })

  test('is not answered by the world of the next test', async ({ ricloud }) => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve))
    expect(ricloud.requests.count).toBe(0)
  })
})

describe('The msw server', () => {
  test('takes handlers on top, as for a receiver of webhooks', async ({ ricloud, msw }) => {
    const received: unknown[] = []
    msw.use(
      http.post('http://app.test/hooks/:id', async ({ request }) => {
        received.push(await request.json())
        return new HttpResponse()
      }),
    )
    await call('POST', '/configs/webhook', { url: 'http://app.test/hooks' })
    await ricloud.clock.advance('1s')
    expect(received).toMatchObject([{ type: 'webhook_config', action: 'test' }])
  })
})
