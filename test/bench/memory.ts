// Sends requests of every kind, a million by default, to the built package or to the source, and prints what memory is
// left in use after a forced collection at each tenth; exits with 1 if the last needs over 5% more than the second. What
// is recorded is bounded, since the world is reset every 5,000 requests. Long moves of the clock, generated worlds and
// requests with thousands of mistakes are among them. For the built package run `npm run build` first, and then
// `node --expose-gc --import tsx test/bench/memory.ts [requests] [fetch|http] [dist|src]`.
import { load } from './load.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const [way = 'fetch', from = 'dist'] = process.argv.slice(3)
const moduleOf = (name: string) =>
  import(new URL(`../../${from}/${name}.${from === 'dist' ? 'js' : 'ts'}`, import.meta.url).href)
const collect = (globalThis as { gc?: () => void }).gc
if (!collect) throw new Error('Run it with --expose-gc.')

interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly token?: string
}

const options = {
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_init: '1s', session_lifetime: '6h', events: ['*'], webhook_answers: [503, 200] },
  log: () => {},
} as const

/** How many requests come before the next world beside the first. */
const perWorld = 1000
/** Two worlds are made each time: one that is called, and then one with generated records. */
const idOf = (number: number) => 1 + 2 * Math.floor(number / perWorld)
const tokenOf = (number: number) => `w${idOf(number)}-ricloud-mock-token`
const busy = { scenario: 'busy', steps: [{ at: '1m', every: '1m', do: 'fault.disarm' }] }
const mistakes = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`unknown_${i}`, i]))
const source = (number: number, user: number) => ({
  source: { user, type: 'icloud.account', identifier: `${number % 50}@example.com` },
  payload: { password: 'joshua' },
})

const usual: readonly ((number: number) => Asked)[] = [
  () => ({ method: 'GET', path: '/users/1' }),
  () => ({ method: 'GET', path: '/sessions?state=active&limit=10' }),
  (number) => ({ method: 'POST', path: '/users', body: { identifier: `new-${number % 100}@example.com` } }),
  (number) => ({ method: 'POST', path: '/users/2', body: { state: number % 2 ? 'active' : 'deactivated' } }),
  (number) => ({ method: 'POST', path: '/sessions', body: source(number, 1) }),
  () => ({ method: 'GET', path: '/events?limit=1' }),
  () => ({ method: 'GET', path: '/nowhere' }),
  () => ({ method: 'POST', path: '/users', body: { identifier: '', unread: true } }),
  (number) => ({ method: 'GET', path: '/users', token: tokenOf(number) }),
  (number) => ({ method: 'POST', path: '/sessions', body: source(number, 1), token: tokenOf(number) }),
  () => ({ method: 'GET', path: '/_mock/requests?limit=5' }),
  () => ({ method: 'POST', path: '/_mock/requests/verify', body: { method: 'GET', path: '/users/1' } }),
]

/** What comes once in so many requests, at a place of its own. */
const rare: readonly (readonly [every: number, at: number, ask: (number: number) => Asked])[] = [
  [5000, 4999, () => ({ method: 'POST', path: '/_mock/reset' })],
  [perWorld, 0, () => ({ method: 'POST', path: '/_mock/worlds', body: { seed: 1 } })],
  [perWorld, 600, () => ({ method: 'POST', path: '/_mock/worlds', body: { generate: { sessions: 1000 } } })],
  [perWorld, 900, (number) => ({ method: 'DELETE', path: `/_mock/worlds/w${idOf(number)}` })],
  [perWorld, 903, (number) => ({ method: 'DELETE', path: `/_mock/worlds/w${idOf(number) + 1}` })],
  [perWorld, 806, () => ({ method: 'PUT', path: '/_mock/scenario', body: busy })],
  [perWorld, 809, () => ({ method: 'POST', path: '/_mock/clock', body: { advance: '10d' } })],
  [500, 77, () => ({ method: 'POST', path: '/users', body: { identifier: 'new@example.com', ...mistakes } })],
  [500, 79, () => ({ method: 'POST', path: '/_mock/faults', body: mistakes })],
  [perWorld, 501, () => ({ method: 'POST', path: '/_mock/snapshots', body: { name: 'here' } })],
  [perWorld, 701, () => ({ method: 'POST', path: '/_mock/snapshots/here/restore' })],
  [500, 251, () => ({ method: 'POST', path: '/keys/2/rotate' })],
  [
    500,
    303,
    () => ({ method: 'POST', path: '/_mock/actions', body: { do: 'session.expire', where: { state: 'active' } } }),
  ],
  [500, 357, () => ({ method: 'POST', path: '/configs/storage', body: { url: 'gs://bucket', credentials: { a: 1 } } })],
  [200, 111, () => ({ method: 'POST', path: '/_mock/clock', body: { advance: '1h' } })],
  [
    500,
    404,
    () => ({ method: 'POST', path: '/_mock/faults', body: { on: 'GET /users/1', first: 1, answer: { status: 503 } } }),
  ],
  [perWorld, 802, () => ({ method: 'PUT', path: '/_mock/scenario', body: { scenario: 'two-factor' } })],
]

function ask(number: number): Asked {
  const [, , one] = rare.find(([every, at]) => number % every === at) ?? []
  return (one ?? (usual[number % usual.length] as (number: number) => Asked))(number)
}

/** Sends so many requests from a number on, and gives back how many there were in a second. */
type Send = (from: number, many: number) => Promise<number>

async function inProcess(): Promise<Send> {
  const { createMock } = await moduleOf('index')
  const mock = createMock(options)
  return async (from, many) => {
    const began = performance.now()
    for (let number = from; number < from + many; number++) {
      const { method, path, body, token = mock.token } = ask(number)
      const answer = await mock.fetch(`http://localhost${path}`, {
        method,
        headers: { authorization: `Token ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      await answer.text()
    }
    return (many / (performance.now() - began)) * 1000
  }
}

async function overHttp(): Promise<Send> {
  const { serve } = await moduleOf('standalone')
  const { url, token: first } = await serve({ ...options, port: 0 })
  const port = Number(new URL(url).port)
  return async (from, many) => {
    const request = (number: number) => {
      const { method, path, body, token = first } = ask(from + number)
      const text = body ? JSON.stringify(body) : ''
      return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${token}\r\nContent-Length: ${text.length}\r\n\r\n${text}`
    }
    return (await load({ port, request, seconds: 3600, most: many })).perSecond
  }
}

const send = await (way === 'http' ? overHttp() : inProcess())
const step = Math.ceil(count / 10)
const heaps: number[] = []
for (let from = 0; from < count; from += step) {
  const perSecond = await send(from, step)
  // What weak references and timers hold is let go of between two turns.
  for (let i = 0; i < 3; i++) {
    await new Promise((later) => setTimeout(later, 50))
    collect()
  }
  const { heapUsed, rss } = process.memoryUsage()
  heaps.push(heapUsed / 1e6)
  process.stdout.write(
    `${(from + step).toLocaleString('en')} requests: ${Math.round(perSecond)}/s, heap ${(heapUsed / 1e6).toFixed(2)} MB, resident ${Math.round(rss / 1e6)} MB\n`,
  )
}
const growth = (heaps.at(-1) ?? Number.NaN) / (heaps[1] ?? Number.NaN)
process.stdout.write(`the last tenth leaves ${(100 * (growth - 1)).toFixed(1)}% more in use than the second\n`)
process.exit(growth <= 1.05 ? 0 : 1)
