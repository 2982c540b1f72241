import { describe, expect, test } from 'vitest'
import type { StreamMessage } from '../../src/control/stream.ts'
import { curlOf } from '../../src/inspector/curl.ts'
import { EventText } from '../../src/inspector/event-text.ts'
import { mostRequests, Store } from '../../src/inspector/store.ts'

const request = (id: number, changes: object = {}) => ({
  id,
  at: '2020-02-20T12:00:00.000000Z',
  method: 'GET',
  path: '/users',
  query: {},
  route: 'GET /users',
  caller: null,
  status: 200,
  error: null,
  message: null,
  duration_ms: 1,
  decided_by: [],
  ignored: [],
  body: null,
  body_length: 0,
  ...changes,
})
const called = (id: number, changes?: object, world: string | null = null): StreamMessage => ({
  kind: 'request',
  request: request(id, changes),
  world,
})
const expired: StreamMessage = {
  kind: 'event',
  event: {
    at: '2020-02-20T13:00:00.000000Z',
    event: 'session.expired',
    resource: { resource: 'session', id: 's', state: 'expired' },
  },
  world: null,
}

function started() {
  const store = new Store(() => time)
  let time = 0
  store.takeState({ session: [{ id: 's', state: 'active' }] })
  return { store, pass: (milliseconds: number) => void (time += milliseconds) }
}

describe('What the stream tells', () => {
  test('changes a record, and is remembered', () => {
    const { store } = started()
    const before = store.version('session')
    expect([...store.takeIn([expired]).stale]).toEqual(['state', 'upcoming', 'scenario'])
    expect(store.rows('session').get('s')?.state).toBe('expired')
    expect(store.historyOf('session', 's').map(({ event }) => event)).toEqual(['session.expired'])
    expect(store.version('session')).toBeGreaterThan(before)
  })

  test('of another world is no business of this one', () => {
    const { store } = started()
    store.takeIn([called(1, {}, 'w1'), { ...expired, world: 'w1' }])
    expect([store.requests, store.rows('session').get('s')?.state]).toEqual([[], 'active'])
  })

  test('of worlds that come and go asks for them, and of this one for all', () => {
    const { store } = started()
    const seen = (world: string | null): StreamMessage => ({ kind: 'world', what: 'created', world })
    expect([store.takeIn([seen('w1')]).all, store.takeIn([seen(null)]).all]).toEqual([false, true])
  })

  test('of calls is kept in their order, the last ones only', () => {
    const { store } = started()
    store.takeIn(Array.from({ length: mostRequests + 5 }, (_, i) => called(i + 1)))
    expect([store.requests.length, store.requests[0]?.id, store.requestCount]).toEqual([
      mostRequests,
      6,
      mostRequests + 5,
    ])
  })

  test('of reading calls asks for nothing, of writing ones for the state', () => {
    const { store } = started()
    expect([...store.takeIn([called(1)]).stale]).toEqual([])
    expect(store.takeIn([called(2, { method: 'POST', status: 201 })]).stale.has('state')).toBe(true)
    expect(store.takeIn([called(3, { decided_by: ['fault'] })]).stale.has('faults')).toBe(true)
  })
})

describe('Virtual time', () => {
  test.each([
    [{ frozen: true, speed: 60 }, 0],
    [{ frozen: false, speed: 1 }, 2000],
    [{ frozen: false, speed: 60 }, 120_000],
  ])('with %j moves %d ms in two seconds', (clock, moved) => {
    const { store, pass } = started()
    store.takeClock({ now: '2020-02-20T12:00:00.000000Z', ...clock })
    pass(2000)
    expect(store.now() - Date.parse('2020-02-20T12:00:00Z')).toBe(moved)
  })
})

describe('Server-sent events', () => {
  test('are read wherever they are cut', () => {
    const written = 'event: clock\ndata: {"a":1}\n\n:\n\nevent: request\r\ndata: {"b":2}\r\n\r\n'
    for (let size = 1; size <= written.length; size++) {
      const text = new EventText()
      const pieces = written.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
      const read = pieces.flatMap((piece) => text.read(piece))
      expect(read).toEqual([
        { event: 'clock', data: '{"a":1}' },
        { event: 'request', data: '{"b":2}' },
      ])
    }
  })
})

describe('A call as a command', () => {
  test('has its body and query, and no token', () => {
    const written = request(1, {
      method: 'POST',
      path: '/sessions',
      query: { state: ['a', 'b'] },
      body: { payload: { password: '[redacted]' }, name: "it's" },
    })
    expect(curlOf(written as never, 'http://127.0.0.1:7425')).toBe(
      [
        "curl -X POST 'http://127.0.0.1:7425/sessions?state=a&state=b'",
        '  -H "Authorization: Token $RICLOUD_TOKEN"',
        `  -d '{"payload":{"password":"[redacted]"},"name":"it'\\''s"}'`,
      ].join(' \\\n'),
    )
  })
})
