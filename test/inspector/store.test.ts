import { describe, expect, test } from 'vitest'
import type { ChangesView } from '../../src/control/state.ts'
import type { StreamMessage } from '../../src/control/stream.ts'
import { curlOf } from '../../src/inspector/curl.ts'
import { mostEvents } from '../../src/inspector/event-history.ts'
import { EventStreamParser } from '../../src/inspector/event-stream.ts'
import { mostRequests, Store } from '../../src/inspector/store.ts'
import { cpuTimeSync } from '../support/cpu.ts'

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
  deprecated: null,
  body: null,
  body_length: 0,
  headers: {},
  answer: null,
  about: null,
  caused: [],
  reason: null,
  ...changes,
})
const called = (id: number, changes?: object, world: string | null = null): StreamMessage => ({
  kind: 'request',
  request: request(id, changes),
  world,
})
const pastOf = (at: string, id: string, number = 1) => ({
  number,
  at,
  event: 'session.expired',
  resource: 'session',
  id,
  state: 'expired',
  cause: null,
  reason: null,
})
const expired = {
  kind: 'event',
  event: {
    at: '2020-02-20T13:00:00.000000Z',
    event: 'session.expired',
    resource: { resource: 'session', id: 's', state: 'expired' },
  },
  past: pastOf('2020-02-20T13:00:00.000000Z', 's'),
  world: null,
} satisfies StreamMessage

const changes = (more: Partial<ChangesView>): ChangesView => ({
  version: 1,
  complete: false,
  records: { session: { fields: ['id', 'state'], rows: [['s', 'active']] } },
  removed: {},
  ...more,
})

function started() {
  const store = new Store(() => time)
  let time = 0
  store.setRecords(changes({ complete: true }))
  return { store, pass: (milliseconds: number) => void (time += milliseconds) }
}

describe('Store.apply', () => {
  test('an event updates its record and is added to the history', () => {
    const { store } = started()
    const before = store.version('session')
    expect([...store.apply([expired]).stale]).toEqual(['state', 'upcoming', 'next', 'scenario', 'deliveries'])
    expect(store.rows('session').get('s')?.state).toBe('expired')
    expect(store.historyOf('session', 's').map(({ event }) => event)).toEqual(['session.expired'])
    expect(store.version('session')).toBeGreaterThan(before)
  })

  test('messages about another world change nothing', () => {
    const { store } = started()
    store.apply([called(1, {}, 'w1'), { ...expired, world: 'w1' }])
    expect([store.requests, store.rows('session').get('s')?.state]).toEqual([[], 'active'])
  })

  test('a change of another world reloads the worlds, a change of this one everything', () => {
    const { store } = started()
    const seen = (world: string | null): StreamMessage => ({ kind: 'world', what: 'created', world })
    expect([store.apply([seen('w1')]).all, store.apply([seen(null)]).all]).toEqual([false, true])
  })

  test('calls are kept in order, up to the limit', () => {
    const { store } = started()
    store.apply(Array.from({ length: mostRequests + 5 }, (_, i) => called(i + 1)))
    expect([store.requests.length, store.requests[0]?.id, store.requestCount]).toEqual([
      mostRequests,
      6,
      mostRequests + 5,
    ])
  })

  test('calls and events that were loaded already are not added twice', () => {
    const { store } = started()
    store.setRequests([request(1), request(3)], 2)
    store.setHistory([{ ...expired.past, number: 1 }])
    store.apply([called(3), called(2), expired])
    expect([store.requests.map(({ id }) => id), store.requestCount]).toEqual([[1, 3, 2], 3])
    expect(store.historyOf('session', 's')).toHaveLength(1)
  })

  test('a GET reloads nothing, a write the records, a fault the faults', () => {
    const { store } = started()
    expect([...store.apply([called(1)]).stale]).toEqual([])
    expect(store.apply([called(2, { method: 'POST', status: 201 })]).stale.has('state')).toBe(true)
    expect(store.apply([called(3, { decided_by: ['fault'] })]).stale.has('faults')).toBe(true)
  })
})

describe('Store.setRecords', () => {
  test('adds and removes what changed since the version that it has', () => {
    const { store } = started()
    const records = { session: { fields: ['id', 'state'], rows: [['t', 'pending']] } }
    store.setRecords(changes({ version: 2, records, removed: { session: ['s'] } }), 1)
    expect([[...store.rows('session').values()], store.recordVersion]).toEqual([[{ id: 't', state: 'pending' }], 2])
  })

  test('leaves out changes since another version', () => {
    const { store } = started()
    store.setRecords(changes({ version: 9, removed: { session: ['s'] } }), 7)
    expect([store.rows('session').size, store.recordVersion]).toEqual([1, 1])
  })

  test('replaces everything by a complete answer', () => {
    const { store } = started()
    store.setRecords(changes({ version: 5, complete: true, records: {} }))
    expect(store.rows('session').size).toBe(0)
  })
})

describe('Store.now', () => {
  test.each([
    [{ frozen: true, speed: 60 }, 0],
    [{ frozen: false, speed: 1 }, 2000],
    [{ frozen: false, speed: 60 }, 120_000],
  ])('with the clock %j moves by %d ms in two seconds', (clock, moved) => {
    const { store, pass } = started()
    store.setClock({ now: '2020-02-20T12:00:00.000000Z', ...clock })
    pass(2000)
    expect(store.now() - Date.parse('2020-02-20T12:00:00Z')).toBe(moved)
  })
})

describe('EventStreamParser', () => {
  test('reads events wherever chunks end', () => {
    const written = 'event: clock\ndata: {"a":1}\n\n:\n\nevent: request\r\ndata: {"b":2}\r\n\r\n'
    for (let size = 1; size <= written.length; size++) {
      const text = new EventStreamParser()
      const pieces = written.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
      const read = pieces.flatMap((piece) => text.read(piece))
      expect(read).toEqual([
        { event: 'clock', data: '{"a":1}' },
        { event: 'request', data: '{"b":2}' },
      ])
    }
  })
})

describe('curlOf', () => {
  test('writes the body and the query, and no token', () => {
    const written = request(1, {
      method: 'POST',
      path: '/sessions',
      query: { state: ['a', 'b'] },
      body: { payload: { password: '[redacted]' }, name: "it's" },
    })
    expect(curlOf(written as never, 'http://127.0.0.1:7425')).toBe(
      [
        "# replace [redacted] in body.payload.password\ncurl -X POST 'http://127.0.0.1:7425/sessions?state=a&state=b'",
        '  -H "Authorization: Token $RICLOUD_TOKEN"',
        `  -d '{"payload":{"password":"[redacted]"},"name":"it'\\''s"}'`,
      ].join(' \\\n'),
    )
  })
})

test('The store keeps the last events, at most as many as the mock', () => {
  const store = new Store(() => 0)
  const start = Date.parse('2020-02-20T12:00:00Z')
  for (let second = 0; second < mostEvents * 1.7; second++) {
    const at = new Date(start + second * 1000).toISOString()
    const resource = { resource: 'session', id: `s${second % 3}`, state: 'expired' }
    store.apply([
      {
        kind: 'event',
        event: { at, event: 'session.expired', resource },
        past: pastOf(at, resource.id, second + 1),
        world: null,
      },
    ])
  }
  const kept = ['s0', 's1', 's2'].flatMap((id) => store.historyOf('session', id))
  expect([kept.length > mostEvents / 2, kept.length <= mostEvents]).toEqual([true, true])
  const last = new Date(start + (mostEvents * 1.7 - 1) * 1000).toISOString()
  expect(kept.map(({ at }) => at)).toContain(last)
})

test('A long event that comes in many chunks is parsed in time by its length', () => {
  const parser = new EventStreamParser()
  const chunk = 'a'.repeat(10_000)
  let events: readonly object[] = []
  const took = cpuTimeSync(() => {
    parser.read('data: ')
    for (let i = 0; i < 1000; i++) parser.read(chunk)
    events = parser.read('\n\n')
  })
  expect(events).toEqual([{ event: 'message', data: chunk.repeat(1000) }])
  expect(took).toBeLessThan(1000)
})
