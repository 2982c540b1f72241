import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { apiUrl, createMock, type Mock, type MockOptions, type ScenarioInput } from '../../src/index.ts'
import { serve } from '../../src/standalone.ts'
import { withToken } from '../support/answers.ts'
import { newSession } from '../support/api.ts'

/** Enough that calls of every one come between those of others. */
const count = 60

const mine = (n: number): ScenarioInput => ({
  scenario: `mine-${n}`,
  settings: { session_init: `${n + 1}s` },
  accounts: [{ type: 'icloud.account', identifier: 'own@example.com', outcomes: [n % 2 ? 'success' : 'init_failed'] }],
  steps: [{ on: 'POST /users', do: 'user.deactivate' }],
  faults: [{ on: 'GET /sources', probability: 0.5, answer: { status: 503 } }],
})

/** Each world has another seed, clock and scenario. */
const optionsOf = (n: number): Pick<MockOptions, 'scenario' | 'seed' | 'clock'> => ({
  scenario: ([mine(n), 'default', 'two-organisations', 'two-factor', 'rotation-grace'] as const)[n % 5],
  seed: n,
  clock: { start: new Date(Date.UTC(2020, 0, 1 + n)).toISOString(), frozen: true },
})

interface Answered {
  readonly status: number
  readonly date: string
  readonly text: string
}
type Send = (method: string, path: string, token: string, body: string, headers?: object) => Promise<Answered>

const inProcess =
  (mock: Mock): Send =>
  async (method, path, token, body, headers) => {
    const given = { ...withToken(token), ...headers }
    const response = await mock.fetch(`${apiUrl}${path}`, { method, headers: given, ...(body && { body }) })
    return { status: response.status, date: String(response.headers.get('date')), text: await response.text() }
  }

const overHttp =
  (url: string, agent: Agent): Send =>
  async (method, path, token, body, headers) => {
    const sent = request(`${url}${path}`, { method, agent, headers: { ...withToken(token), ...headers } }).end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, date: String(response.headers.date), text: await text(response) }
  }

/**
 * Makes the calls of one client, and resolves to their answers; calls of other clients come between them.
 *
 * @param calls how many it makes
 */
async function client(n: number, first: string, send: Send, world?: string, calls = Infinity): Promise<string[]> {
  const answers: string[] = []
  let token = first
  async function call(method: string, path: string, body?: object, headers?: object) {
    if (answers.length >= calls) return
    const isControl = path.startsWith('/_mock')
    const where = isControl && world !== undefined ? `${path}?world=${world}` : path
    const { status, date, text } = await send(method, where, token, body ? JSON.stringify(body) : '', headers)
    const plain = world === undefined ? text : text.replaceAll(`${world}-`, '')
    // The doors differ in headers, and tokens in the length of what names them.
    const steady = plain.replaceAll(/"duration_ms":[\d.]+|"headers":\{[^}]*\}|"body_length":\d+/g, '')
    answers.push(`${status} ${isControl ? '' : date} ${steady}`)
    if (path.endsWith('/rotate')) token = JSON.parse(text).token
  }
  await call('POST', '/_mock/clock', { advance: `${n + 1}m` })
  await call('POST', '/keys/1/rotate', { force: n % 2 === 0 })
  await call('POST', '/sessions', newSession('own@example.com'), { 'ricloud-await': '10' })
  await call('POST', '/users', { identifier: `${n}@example.com` })
  await call('GET', '/sources')
  await call('GET', '/_mock/requests')
  return answers
}

const clients = (work: (n: number) => Promise<string[]>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)))

/** The clients whose answers differ from those of a mock of their own. */
const crossed = (answers: readonly string[][], expected: readonly string[][]) =>
  expected.flatMap((lines, n) => (lines.slice(0, answers[n]?.length).join() === answers[n]?.join() ? [] : [n]))

describe(`${count} worlds used at once`, () => {
  let expected: string[][]
  beforeAll(async () => {
    expected = await clients((n) => {
      const mock = createMock(optionsOf(n))
      return client(n, mock.token, inProcess(mock))
    })
  })

  it('have different answers', () => {
    expect(new Set(expected.map((lines) => lines.slice(0, 3).join())).size).toBe(count)
  })

  it('answer each client from its own world in one process', async () => {
    const mock = createMock()
    const send = inProcess(mock)
    const answers = await clients(async (n) => {
      const { id, token } = await mock.worlds.create(optionsOf(n))
      return client(n, token, send, id as string)
    })
    expect(crossed(answers, expected)).toEqual([])
  })

  it('answer each client from its own world on one server', async () => {
    const server = await serve({ port: 0 })
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const send = overHttp(server.url, agent)
    try {
      const answers = await clients(async (n) => {
        const { text } = await send('POST', '/_mock/worlds', '', JSON.stringify(optionsOf(n)))
        const { id, token } = JSON.parse(text)
        return client(n, token, send, id, 3)
      })
      expect([answers[0]?.length, crossed(answers, expected)]).toEqual([3, []])
    } finally {
      agent.destroy()
      await server.close({ now: true })
    }
  })
})
