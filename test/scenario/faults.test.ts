import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiUrl, type CallPattern, type FaultInput, type MockOptions, type ScenarioInput } from '../../src/index.ts'
import { type Ricloud, setupRicloud } from '../../src/node.ts'
import { type StandaloneServer, serve } from '../../src/standalone.ts'
import { frozen } from '../doors/frozen.ts'
import { withToken } from '../support/answers.ts'
import { newSession } from '../support/api.ts'
import { bounded } from '../support/wait.ts'
import { play } from './play.ts'

const playFaults = (...faults: FaultInput[]) => play({ faults })
const broken = { answer: { status: 503 } } as const

/** The statuses of so many equal calls, one after the other. */
async function statuses({ get }: ReturnType<typeof play>, path: string, count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) found.push((await get(path)).status)
  return found
}

describe('A fault answers', () => {
  it.each([
    [400, 'invalid-parameter'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [429, 'too-many-requests'],
    [500, 'internal-server-error'],
    [502, 'internal-server-error'],
    [503, 'internal-server-error'],
    [504, 'internal-server-error'],
  ] as const)("%i with the API's own error body", async (status, error) => {
    const answer = await playFaults({ on: 'GET /users', answer: { status } }).get('/users')
    expect(answer).toMatchObject({ status, body: { error, message: expect.stringMatching(/^\S.*\.$/) } })
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  it('429 with Retry-After in seconds', async () => {
    const { get } = playFaults({ on: 'GET /users', answer: { status: 429, retry_after: '30s' } })
    expect((await get('/users')).headers.get('retry-after')).toBe('30')
  })

  it('Retry-After in whole seconds, rounded up', async () => {
    const { get } = playFaults({ on: 'GET /users', answer: { status: 429, retry_after: '1500ms' } })
    expect((await get('/users')).headers.get('retry-after')).toBe('2')
  })

  it('503 with Retry-After where it is asked for', async () => {
    const { get } = playFaults({ on: 'GET /users', answer: { status: 503, retry_after: '2m' } })
    expect((await get('/users')).headers.get('retry-after')).toBe('120')
  })

  it('429 without Retry-After where none is given', async () => {
    const { get } = playFaults({ on: 'GET /users', answer: { status: 429 } })
    expect((await get('/users')).headers.get('retry-after')).toBeNull()
  })

  it('with the date of the virtual clock', async () => {
    const { get } = playFaults({ on: 'GET /users', ...broken })
    expect((await get('/users')).headers.get('date')).toBe('Thu, 20 Feb 2020 12:00:00 GMT')
  })

  it('before anything is done', async () => {
    const { get, post } = playFaults({ on: 'POST /users', ...broken })
    await post('/users', { identifier: 'new@example.com' })
    expect((await get('/users')).body.total_count).toBe(3)
  })

  it('before anybody asks who calls', async () => {
    const { get } = playFaults({ on: 'GET /users', ...broken })
    expect((await get('/users', withToken('none'))).status).toBe(503)
  })

  it('and what it struck sets no step off', async () => {
    const { mock, get } = play({
      faults: [{ on: 'GET /users', ...broken }],
      steps: [{ on: 'GET /users', do: 'key.rotate' }],
    })
    await get('/users')
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })

  it('and is not logged as a bug', async () => {
    const { get, logged } = playFaults({ on: 'GET /users', answer: { status: 500 } })
    await get('/users')
    expect(logged).toEqual([])
  })
})

describe('A delay', () => {
  it('moves a frozen clock', async () => {
    const { mock, get } = playFaults({ on: 'GET /users', delay: '2s' })
    const { status, headers } = await get('/users')
    expect([status, mock.clock.now(), headers.get('date')]).toEqual([
      200,
      '2020-02-20T12:00:02.000000Z',
      'Thu, 20 Feb 2020 12:00:02 GMT',
    ])
  })

  it('lets what comes due meanwhile happen before the call is answered', async () => {
    const { get } = play({
      faults: [{ on: 'GET /users/*', delay: '2h' }],
      steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }],
    })
    expect((await get('/users/1')).body.state).toBe('blocked')
  })

  it('comes before the answer that a fault gives too', async () => {
    const { mock, get } = playFaults({ on: 'GET /users', delay: '2s', ...broken })
    expect([(await get('/users')).status, mock.clock.now()]).toEqual([503, '2020-02-20T12:00:02.000000Z'])
  })

  it('comes before a close too', async () => {
    const { mock } = playFaults({ on: 'GET /users', delay: '2s', close: 'reset' })
    await mock.fetch(new Request(`${apiUrl}/users`))
    expect(mock.clock.now()).toBe('2020-02-20T12:00:02.000000Z')
  })

  describe('while the clock runs', () => {
    beforeEach(() => void vi.useFakeTimers({ now: new Date('2020-02-20T12:00:00Z') }))
    afterEach(() => void vi.useRealTimers())

    const slow = { faults: [{ on: 'GET /users', delay: '2s' }] } as const

    it.each([
      ['is really waited for', 1, 2000],
      ['is waited for less where time runs faster', 4, 500],
    ])('%s', async (_, speed, milliseconds) => {
      const { get } = play(slow, { clock: { speed } })
      const answered = vi.fn()
      const call = get('/users').then(answered)
      await vi.advanceTimersByTimeAsync(milliseconds - 1)
      expect(answered).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      await call
      expect(answered).toHaveBeenCalledWith(expect.objectContaining({ status: 200 }))
    })

    it('does not hold other calls up', async () => {
      const { get } = play(slow, { clock: {} })
      const call = get('/users')
      expect((await get('/sources')).status).toBe(200)
      await vi.advanceTimersByTimeAsync(2000)
      expect((await call).status).toBe(200)
    })
  })
})

/** A call by `mock.fetch`, as it comes back. */
const fetchFrom = ({ mock }: ReturnType<typeof play>, path = '/users', init: RequestInit = {}) =>
  mock.fetch(new Request(`${apiUrl}${path}`, { ...init, headers: withToken(mock.token) }))

describe('A close, in this process', () => {
  it.each(['reset', 'empty'] as const)('%s is a network error', async (close) => {
    const { type, status } = await fetchFrom(playFaults({ on: 'GET /users', close }))
    expect([type, status]).toEqual(['error', 0])
  })

  it('truncated has the status of the answer', async () => {
    expect((await fetchFrom(playFaults({ on: 'GET /users', close: 'truncated' }))).status).toBe(200)
  })

  it('truncated cuts the body off', async () => {
    const response = await fetchFrom(playFaults({ on: 'GET /users', close: 'truncated' }))
    await expect(response.text()).rejects.toThrow(TypeError)
  })

  it('truncated gives the first half of the body', async () => {
    const whole = await (await fetchFrom(playFaults())).text()
    const reader = (await fetchFrom(playFaults({ on: 'GET /users', close: 'truncated' }))).body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe(whole.slice(0, whole.length / 2))
  })

  it.each(['reset', 'empty'] as const)('%s leaves nothing done', async (close) => {
    const api = playFaults({ on: 'POST /users', close })
    await fetchFrom(api, '/users', { method: 'POST', body: '{"identifier":"new@example.com"}' })
    expect((await api.get('/users')).body.total_count).toBe(3)
  })

  it('truncated leaves the call done', async () => {
    const api = playFaults({ on: 'POST /users', close: 'truncated' })
    await fetchFrom(api, '/users', { method: 'POST', body: '{"identifier":"new@example.com"}' })
    expect((await api.get('/users')).body.total_count).toBe(4)
  })

  it('truncated cuts a refusal off too', async () => {
    const response = await fetchFrom(playFaults({ on: 'GET /users/*', close: 'truncated' }), '/users/99')
    expect(response.status).toBe(404)
    await expect(response.text()).rejects.toThrow(TypeError)
  })
})

describe('A close, through interception', () => {
  let opened: Ricloud | undefined
  afterEach(() => opened?.close())

  function intercept(fault: FaultInput): Ricloud {
    opened = setupRicloud({ ...frozen, scenario: { scenario: 'x', faults: [fault] } }).listen()
    return opened
  }
  const headers = withToken('ricloud-mock-token')

  it.each(['reset', 'empty'] as const)('%s makes fetch reject', async (close) => {
    intercept({ on: 'GET /users', close })
    await expect(fetch(`${apiUrl}/users`, { headers })).rejects.toThrow(TypeError)
  })

  it('truncated gives fetch an answer whose body fails', async () => {
    intercept({ on: 'GET /users', close: 'truncated' })
    const response = await fetch(`${apiUrl}/users`, { headers })
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow()
  })

  it.each(['reset', 'empty'] as const)('%s makes a request of node:https fail', async (close) => {
    intercept({ on: 'GET /users', close })
    const sent = https.request(`${apiUrl}/users`, { headers }).end()
    await expect(bounded(once(sent, 'response'), 'Nothing came')).rejects.toThrow('socket hang up')
  })

  it('truncated cuts the answer to a request of node:https off', async () => {
    intercept({ on: 'GET /users', close: 'truncated' })
    const [message] = await bounded(
      once(https.request(`${apiUrl}/users`, { headers }).end(), 'response'),
      'Nothing came',
    )
    await expect(bounded(text(message), 'It did not end')).rejects.toThrow(Error)
  })

  it('the next call is answered', async () => {
    intercept({ on: 'GET /users', first: 1, close: 'reset' })
    await fetch(`${apiUrl}/users`, { headers }).catch(() => {})
    expect((await fetch(`${apiUrl}/users`, { headers })).status).toBe(200)
  })
})

/** The bytes that came back over a connection of its own, and how it ended. */
function rawCall(url: string, method = 'GET', path = '/users', body = ''): Promise<{ bytes: string; end: string }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  let bytes = ''
  socket.on('data', (chunk: string) => {
    bytes += chunk
  })
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ricloud-mock-token\r\n`
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
  const ended = new Promise<{ bytes: string; end: string }>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ bytes, end: error.code ?? 'error' }))
    socket.on('end', () => resolve({ bytes, end: 'end' }))
  })
  return bounded(ended, 'The connection did not end').finally(() => socket.destroy())
}

describe('A close, over a real server', () => {
  let server: StandaloneServer | undefined
  afterEach(() => server?.close())

  async function start(...faults: FaultInput[]): Promise<string> {
    server = await serve({ ...frozen, port: 0, scenario: { scenario: 'x', faults } })
    return server.url
  }

  it('reset resets the connection', async () => {
    expect(await rawCall(await start({ on: 'GET /users', close: 'reset' }))).toEqual({ bytes: '', end: 'ECONNRESET' })
  })

  it('empty ends the connection without a byte', async () => {
    expect(await rawCall(await start({ on: 'GET /users', close: 'empty' }))).toEqual({ bytes: '', end: 'end' })
  })

  it('empty ends the connection of a call with a body too', async () => {
    const url = await start({ on: 'POST /users', close: 'empty' })
    expect(await rawCall(url, 'POST', '/users', '{"identifier":"a"}')).toEqual({ bytes: '', end: 'end' })
  })

  it('truncated ends the connection in the middle of the body', async () => {
    const { bytes, end } = await rawCall(await start({ on: 'GET /users', close: 'truncated' }))
    const [head = '', body = ''] = bytes.split('\r\n\r\n')
    const promised = Number(/content-length: (\d+)/i.exec(head)?.[1])
    expect([head.split('\r\n')[0], end]).toEqual(['HTTP/1.1 200 OK', 'end'])
    expect(body).toHaveLength(Math.floor(promised / 2))
  })

  it.each(['reset', 'empty'] as const)('%s makes fetch reject', async (close) => {
    const url = await start({ on: 'GET /users', close })
    await expect(fetch(`${url}/users`)).rejects.toThrow(TypeError)
  })

  it('truncated makes the body of fetch fail', async () => {
    const url = await start({ on: 'GET /users', close: 'truncated' })
    const response = await fetch(`${url}/users`, { headers: withToken('ricloud-mock-token') })
    await expect(response.text()).rejects.toThrow(TypeError)
  })

  it.each(['reset', 'empty'] as const)('%s makes a request of node:http fail', async (close) => {
    const url = await start({ on: 'GET /users', close })
    await expect(bounded(once(http.get(`${url}/users`), 'response'), 'Nothing came')).rejects.toThrow(
      expect.objectContaining({ code: 'ECONNRESET' }),
    )
  })

  it.each(['reset', 'empty', 'truncated'] as const)('%s leaves the server alive', async (close) => {
    const url = await start({ on: 'GET /users', first: 1, close })
    await rawCall(url)
    expect((await fetch(`${url}/users`, { headers: withToken('ricloud-mock-token') })).status).toBe(200)
  })

  it('a status comes over the wire', async () => {
    const url = await start({ on: 'GET /users', answer: { status: 429, retry_after: '30s' } })
    const response = await fetch(`${url}/users`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  })

  it('a status comes over the wire to a call with a body, and the connection goes on', async () => {
    const url = await start({ on: 'POST /users', first: 1, ...broken })
    const post = { method: 'POST', body: '{"identifier":"a"}', headers: withToken('ricloud-mock-token') }
    const answers = [await fetch(`${url}/users`, post), await fetch(`${url}/users`, post)]
    expect(answers.map(({ status }) => status)).toEqual([503, 201])
  })
})

describe('Which calls a fault strikes:', () => {
  const calls: [string, string][] = [
    ['GET', '/users'],
    ['GET', '/users?limit=1'],
    ['GET', '/users/1'],
    ['GET', '/users/2'],
    ['POST', '/users'],
    ['GET', '/sources/5'],
    ['GET', '/sources/5/children'],
  ]

  it.each<[CallPattern, string[]]>([
    ['GET /users', ['GET /users', 'GET /users?limit=1']],
    ['* /users', ['GET /users', 'GET /users?limit=1', 'POST /users']],
    ['GET /users/*', ['GET /users/1', 'GET /users/2']],
    ['GET /users/2', ['GET /users/2']],
    ['POST /users', ['POST /users']],
    ['* /users/*', ['GET /users/1', 'GET /users/2']],
    ['GET /sources/*/children', ['GET /sources/5/children']],
    ['GET /*', calls.filter(([method]) => method === 'GET').map((call) => call.join(' '))],
    ['* /*', calls.map((call) => call.join(' '))],
    ['DELETE /sessions/*', []],
  ])('%s', async (on, struck) => {
    const { call } = playFaults({ on, ...broken })
    const found: string[] = []
    for (const [method, path] of calls) {
      const { status } = await call(method, path, method === 'POST' ? { identifier: 'new@example.com' } : undefined)
      if (status === 503) found.push(`${method} ${path}`)
    }
    expect(found).toEqual(struck)
  })

  it.each([
    ['nth', { nth: 2 }, [200, 503, 200, 200]],
    ['first', { first: 2 }, [503, 503, 200, 200]],
    ['every', { every: 2 }, [200, 503, 200, 503]],
    ['probability 0', { probability: 0 }, [200, 200, 200, 200]],
    ['probability 1', { probability: 1 }, [503, 503, 503, 503]],
  ])('%s', async (_, which, found) => {
    expect(await statuses(playFaults({ on: 'GET /users', ...which, ...broken }), '/users', 4)).toEqual(found)
  })

  it('calls that do not match are not counted', async () => {
    const api = playFaults({ on: 'GET /users/*', nth: 2, ...broken })
    await statuses(api, '/users', 3)
    expect(await statuses(api, '/users/1', 2)).toEqual([200, 503])
  })

  it('those of the control API never', async () => {
    expect((await playFaults({ on: '* /*', ...broken }).get('/_mock/clock')).status).toBe(200)
  })

  describe('by probability', () => {
    const chance = { on: 'GET /users', probability: 0.5, ...broken } as const
    const struckBy = (seed: number) => statuses(play({ faults: [chance] }, { seed }), '/users', 100)

    it('equal seeds strike equally', async () => {
      expect(await struckBy(7)).toEqual(await struckBy(7))
    })

    it('other seeds strike otherwise', async () => {
      expect(await struckBy(7)).not.toEqual(await struckBy(8))
    })

    it('some are struck and some are not', async () => {
      const struck = (await struckBy(7)).filter((status) => status === 503).length
      expect(struck).toBeGreaterThan(30)
      expect(struck).toBeLessThan(70)
    })

    it('a reset repeats the strikes', async () => {
      const api = playFaults(chance)
      const before = await statuses(api, '/users', 50)
      api.mock.reset()
      expect(await statuses(api, '/users', 50)).toEqual(before)
    })
  })

  describe('between two times', () => {
    const window = { on: 'GET /users', between: ['1h', '2h'], ...broken } as const

    it.each([
      ['just before', '3599999ms', 200],
      ['from the first', '1h', 503],
      ['just before the second', '7199999ms', 503],
      ['no longer from the second', '2h', 200],
    ] as const)('%s', async (_, after, status) => {
      const { mock, get } = playFaults(window)
      await mock.clock.advance(after)
      expect((await get('/users')).status).toBe(status)
    })

    it('calls before are not counted', async () => {
      const api = playFaults({ ...window, nth: 1 })
      await statuses(api, '/users', 3)
      await api.mock.clock.advance('1h')
      expect(await statuses(api, '/users', 2)).toEqual([503, 200])
    })

    it('counts from when it was armed', async () => {
      const { mock, get } = play({})
      await mock.clock.advance('5h')
      mock.actions['fault.arm']({ with: window })
      expect((await get('/users')).status).toBe(200)
      await mock.clock.advance('1h')
      expect((await get('/users')).status).toBe(503)
    })
  })

  it('of several that match a call the first in the file fires', async () => {
    const { get } = playFaults(
      { on: '* /users', answer: { status: 500 } },
      { on: 'GET /users', answer: { status: 503 } },
    )
    expect((await get('/users')).status).toBe(500)
  })

  it('another one fires once the first is used up', async () => {
    const api = playFaults({ on: 'GET /users', first: 1, answer: { status: 500 } }, { on: 'GET /users', ...broken })
    expect(await statuses(api, '/users', 3)).toEqual([500, 503, 503])
  })

  it('every fault that matches counts the call, whichever fires', async () => {
    const api = playFaults(
      { on: 'GET /users', nth: 1, answer: { status: 500 } },
      { on: 'GET /users', nth: 2, ...broken },
    )
    expect(await statuses(api, '/users', 3)).toEqual([500, 503, 200])
  })

  it('a reset lets the first ones be struck again', async () => {
    const api = playFaults({ on: 'GET /users', first: 1, ...broken })
    await statuses(api, '/users', 2)
    api.mock.reset()
    expect(await statuses(api, '/users', 2)).toEqual([503, 200])
  })
})

describe('Faults in steps:', () => {
  it('armed and disarmed at their times', async () => {
    const { mock, get } = play({
      steps: [
        { at: '1h', do: 'fault.arm', with: { on: 'GET /users', ...broken } },
        { at: '2h', do: 'fault.disarm' },
      ],
    })
    const found: number[] = []
    for (let hour = 0; hour < 3; hour++) {
      found.push((await get('/users')).status)
      await mock.clock.advance('1h')
    }
    expect(found).toEqual([200, 503, 200])
  })

  it('armed on an event', async () => {
    const { get, post } = play({
      steps: [{ on: 'user.created', do: 'fault.arm', with: { on: 'GET /users', ...broken } }],
    })
    await post('/users', { identifier: 'new@example.com' })
    expect((await get('/users')).status).toBe(503)
  })

  it('armed on a call, which is itself not struck', async () => {
    const api = play({ steps: [{ on: 'GET /users', do: 'fault.arm', with: { on: 'GET /users', ...broken } }] })
    expect(await statuses(api, '/users', 2)).toEqual([200, 503])
  })

  it('disarmed on a call that is named', async () => {
    const { mock, get } = play({
      faults: [
        { on: 'GET /users', ...broken },
        { on: 'GET /sources', ...broken },
      ],
      steps: [{ at: '1h', do: 'fault.disarm', with: { on: 'GET /sources' } }],
    })
    await mock.clock.advance('1h')
    expect([(await get('/users')).status, (await get('/sources')).status]).toEqual([503, 200])
  })

  it('gone after a reset', async () => {
    const { mock, get } = play({ steps: [{ at: '1h', do: 'fault.arm', with: { on: 'GET /users', ...broken } }] })
    await mock.clock.advance('1h')
    mock.reset()
    expect((await get('/users')).status).toBe(200)
  })

  it('disarmed by a step, but there again after a reset', async () => {
    const { mock, get } = play({ faults: [{ on: 'GET /users', ...broken }], steps: [{ at: '1h', do: 'fault.disarm' }] })
    await mock.clock.advance('1h')
    mock.reset()
    expect((await get('/users')).status).toBe(503)
  })
})

describe('The rate limit', () => {
  const limited = (scenario: Omit<ScenarioInput, 'scenario'> = {}, options?: MockOptions) =>
    play({ settings: { rate_limit: { requests: 2, per: '1h' } }, ...scenario }, options)

  it('lets the given number of requests pass', async () => {
    expect(await statuses(limited(), '/users', 4)).toEqual([200, 200, 429, 429])
  })

  it("answers with the API's own error", async () => {
    const api = limited()
    await statuses(api, '/users', 2)
    expect(await api.get('/users')).toMatchObject({
      status: 429,
      body: { error: 'too-many-requests', message: expect.any(String) },
    })
  })

  it('says in Retry-After how long the window still lasts', async () => {
    const api = limited()
    await statuses(api, '/users', 2)
    const waits: (string | null)[] = []
    for (const pause of ['0s', '30m', '29m', '59500ms'] as const) {
      await api.mock.clock.advance(pause)
      waits.push((await api.get('/users')).headers.get('retry-after'))
    }
    expect(waits).toEqual(['3600', '1800', '60', '1'])
  })

  it('lets requests pass again when its window is over', async () => {
    const api = limited()
    await statuses(api, '/users', 3)
    await api.mock.clock.advance('1h')
    expect(await statuses(api, '/users', 3)).toEqual([200, 200, 429])
  })

  it('begins its window with the first request', async () => {
    const api = limited()
    await api.mock.clock.advance('59m')
    await statuses(api, '/users', 2)
    await api.mock.clock.advance('2m')
    expect((await api.get('/users')).status).toBe(429)
  })

  it('passes where the client waited as long as Retry-After says', async () => {
    const api = limited()
    await api.get('/users')
    await api.mock.clock.advance('1234567ms')
    await api.get('/users')
    const wait = (await api.get('/users')).headers.get('retry-after')
    await api.mock.clock.advance(`${Number(wait)}s`)
    expect((await api.get('/users')).status).toBe(200)
  })

  it('counts each organisation apart', async () => {
    const api = limited({ fixtures: ['two-organisations'] })
    await statuses(api, '/users', 3)
    expect((await api.get('/users', withToken('ricloud-mock-other-token'))).status).toBe(200)
  })

  it('counts all keys of an organisation together', async () => {
    const api = limited()
    await api.get('/users')
    await api.get('/users', withToken('ricloud-mock-trial-token'))
    expect((await api.get('/users')).status).toBe(429)
  })

  it('counts requests of every kind', async () => {
    const api = limited()
    await api.post('/sessions', newSession())
    await api.get('/users/99')
    expect((await api.delete('/sessions/none')).status).toBe(429)
  })

  it('does not count calls of the control API', async () => {
    const api = limited()
    await statuses(api, '/_mock/clock', 5)
    expect(await statuses(api, '/users', 2)).toEqual([200, 200])
  })

  it('does not limit calls of the control API', async () => {
    const api = limited()
    await statuses(api, '/users', 3)
    expect((await api.get('/_mock/clock')).status).toBe(200)
  })

  it('begins anew after a reset', async () => {
    const api = limited()
    await statuses(api, '/users', 3)
    api.mock.reset()
    expect((await api.get('/users')).status).toBe(200)
  })

  it('can be switched off for one mock', async () => {
    expect(await statuses(limited({}, { settings: { rate_limit: null } }), '/users', 3)).toEqual([200, 200, 200])
  })

  it('is off by default', async () => {
    expect(await statuses(play({}), '/users', 20)).not.toContain(429)
  })
})
