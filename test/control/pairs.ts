import { apiUrl, type Mock } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { newSession } from '../support/api.ts'
import { apiDocument, controlDocument } from '../support/definition.ts'
import { sessionIds } from '../support/worlds.ts'
import { quiet } from './setup.ts'

/** A control call and the method of the mock that does the same. */
export interface Pair {
  /** The row of the route table: `POST /_mock/clock`. */
  readonly call: string
  /** What distinguishes this pair from others of its row. */
  readonly about?: string
  /** The path, where it is not that of the row. */
  readonly path?: string | ((mock: Mock) => string)
  readonly body?: object
  /** Prepares the mock. */
  readonly before?: (mock: Mock) => unknown
  /** Returns what the call answers. */
  readonly method: (mock: Mock) => unknown
}

/** Calls the API of a mock, or of a world. */
export const callApi = (mock: Mock, method: string, path: string, body?: object) =>
  mock.fetch(`${apiUrl}${path}`, {
    method,
    headers: withToken(mock.token),
    ...(body && { body: JSON.stringify(body) }),
  })

const fault = { on: 'GET /users/*', first: 2, answer: { status: 503, retry_after: '30s' } } as const
const document = {
  scenario: 'mine',
  steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }],
  faults: [fault],
} as const

const startSession = (mock: Mock) => callApi(mock, 'POST', '/sessions', newSession())
const callSome = async (mock: Mock) => {
  await callApi(mock, 'GET', '/users?limit=1')
  await callApi(mock, 'POST', '/users', { identifier: 'a@example.com', nope: 1 })
  await callApi(mock, 'GET', '/users/99')
}
const endSessions = async (mock: Mock) => {
  mock.actions['session.expire']({ where: { state: 'active' } })
  await quiet(mock)
}
const saveTwo = async (mock: Mock) => {
  mock.snapshots.save('one')
  await callSome(mock)
  mock.snapshots.save('two')
}

const shown = ({ id, token, seed, scenario, clock }: Mock) => ({
  id,
  token,
  seed,
  scenario: scenario.name,
  now: clock.now(),
})

export const pairs: readonly Pair[] = [
  { call: 'GET /_mock/clock', method: (mock) => mock.clock.view() },
  {
    call: 'POST /_mock/clock',
    about: 'advance',
    body: { advance: '6h' },
    before: startSession,
    method: async ({ clock }) => {
      const happened = await clock.advance('6h')
      return { ...clock.view(), happened }
    },
  },
  {
    call: 'POST /_mock/clock',
    about: 'advance to the next due work',
    body: { advance: 'next' },
    before: startSession,
    method: async ({ clock }) => {
      const happened = await clock.advanceToNext()
      return { ...clock.view(), happened }
    },
  },
  {
    call: 'POST /_mock/clock',
    about: 'set',
    body: { set: '2020-03-01T00:00:00Z' },
    before: startSession,
    method: async ({ clock }) => {
      const happened = await clock.set('2020-03-01T00:00:00Z')
      return { ...clock.view(), happened }
    },
  },
  {
    call: 'POST /_mock/clock',
    about: 'speed',
    body: { speed: 60 },
    method: ({ clock }) => {
      clock.run({ speed: 60 })
      return { ...clock.view(), happened: [] }
    },
  },
  {
    call: 'POST /_mock/clock',
    about: 'freeze',
    body: { freeze: true },
    before: ({ clock }) => clock.run(),
    method: ({ clock }) => {
      clock.freeze()
      return { ...clock.view(), happened: [] }
    },
  },
  {
    call: 'GET /_mock/upcoming',
    before: startSession,
    method: ({ clock }) => ({ upcoming: clock.upcoming() }),
  },
  { call: 'GET /_mock/scenarios', method: ({ scenario }) => ({ scenarios: scenario.list() }) },
  { call: 'GET /_mock/scenario', method: ({ scenario }) => scenario.report() },
  {
    call: 'PUT /_mock/scenario',
    about: 'by name',
    body: { scenario: 'rotation-grace' },
    method: async ({ scenario }) => {
      await scenario.load('rotation-grace')
      return scenario.report()
    },
  },
  {
    call: 'PUT /_mock/scenario',
    about: 'as a document',
    body: document,
    method: async ({ scenario }) => {
      await scenario.load(document)
      return scenario.report()
    },
  },
  {
    call: 'PUT /_mock/scenario',
    about: 'keeping records',
    path: '/_mock/scenario?keep=true',
    body: document,
    before: startSession,
    method: async ({ scenario }) => {
      await scenario.load(document, { keep: true })
      return scenario.report()
    },
  },
  {
    call: 'POST /_mock/actions',
    about: 'on some records',
    body: { do: 'user.block', where: { id: 1 } },
    method: ({ actions }) => ({ happened: actions['user.block']({ where: { id: 1 } }) }),
  },
  {
    call: 'POST /_mock/actions',
    about: 'with details',
    body: { do: 'session.expire', where: { state: 'active' }, with: { error: 'admin' } },
    method: ({ actions }) => ({
      happened: actions['session.expire']({ where: { state: 'active' }, with: { error: 'admin' } }),
    }),
  },
  {
    call: 'POST /_mock/actions',
    about: 'on all records',
    body: { do: 'organisation.block' },
    method: ({ actions }) => ({ happened: actions['organisation.block']() }),
  },
  { call: 'GET /_mock/setup', before: startSession, method: ({ scenario }) => scenario.setup() },
  { call: 'GET /_mock/changes', method: (mock) => mock.changes() },
  { call: 'GET /_mock/health', method: ({ clock, seed }) => ({ status: 'ok', now: clock.now(), seed }) },
  {
    call: 'POST /_mock/reset',
    before: async (mock) => {
      await callSome(mock)
      await mock.clock.advance('6h')
    },
    method: (mock) => {
      mock.reset()
      return mock.clock.view()
    },
  },
  {
    call: 'GET /_mock/records/{resource}/{id}',
    about: 'by a number',
    path: '/_mock/records/key/1',
    method: (mock) => mock.record('key', 1),
  },
  {
    call: 'GET /_mock/records/{resource}/{id}',
    about: 'by text',
    path: `/_mock/records/session/${sessionIds.active}`,
    method: (mock) => mock.record('session', sessionIds.active),
  },
  { call: 'GET /_mock/events', before: endSessions, method: (mock) => ({ events: mock.history() }) },
  {
    call: 'GET /_mock/deliveries',
    before: endSessions,
    method: ({ webhooks }) => ({ deliveries: webhooks.deliveries, total_count: webhooks.count }),
  },
  {
    call: 'GET /_mock/deliveries',
    about: 'a page',
    path: ({ webhooks }) => `/_mock/deliveries?limit=1&before=${webhooks.deliveries.at(-1)?.id}`,
    before: endSessions,
    method: ({ webhooks }) => ({
      deliveries: webhooks.list({ limit: 1, before: webhooks.deliveries.at(-1)?.id }),
      total_count: webhooks.count,
    }),
  },
  {
    call: 'POST /_mock/deliveries/{id}/redeliver',
    path: ({ webhooks }) => `/_mock/deliveries/${webhooks.deliveries[0]?.id}/redeliver`,
    before: endSessions,
    method: ({ webhooks }) => webhooks.redeliver(webhooks.deliveries[0]?.id as string),
  },
  { call: 'GET /_mock/openapi.json', method: () => apiDocument() },
  { call: 'GET /_mock/control.openapi.json', method: () => controlDocument() },
  { call: 'GET /_mock/state', before: callSome, method: (mock) => mock.state() },
  {
    call: 'GET /_mock/faults',
    before: ({ faults }) => faults.arm(fault),
    method: ({ faults }) => ({ faults: faults.list() }),
  },
  {
    call: 'POST /_mock/faults',
    body: fault,
    method: ({ faults }) => ({ faults: [faults.arm(fault)] }),
  },
  {
    call: 'DELETE /_mock/faults',
    about: 'all',
    before: ({ faults }) => faults.arm(fault),
    method: ({ faults }) => ({ disarmed: faults.disarm() }),
  },
  {
    call: 'DELETE /_mock/faults',
    about: 'those on a call',
    path: `/_mock/faults?on=${encodeURIComponent(fault.on)}`,
    before: ({ faults }) => {
      faults.arm(fault)
      faults.arm({ ...fault, on: 'GET /keys' })
    },
    method: ({ faults }) => ({ disarmed: faults.disarm(fault.on) }),
  },
  {
    call: 'GET /_mock/requests',
    about: 'all',
    before: callSome,
    method: ({ requests }) => ({ requests: requests.list(), total_count: requests.count }),
  },
  {
    call: 'GET /_mock/requests',
    about: 'some',
    path: '/_mock/requests?method=GET&path=/users/*&status=404&limit=1',
    before: callSome,
    method: ({ requests }) => ({
      requests: requests.list({ method: 'GET', path: '/users/*', status: 404, limit: 1 }),
      total_count: requests.count,
    }),
  },
  {
    call: 'DELETE /_mock/requests',
    before: callSome,
    method: ({ requests }) => {
      requests.clear()
      return { requests: requests.list(), total_count: requests.count }
    },
  },
  {
    call: 'POST /_mock/requests/verify',
    about: 'that succeeds',
    body: { path: '/users', count: 2 },
    before: callSome,
    method: ({ requests }) => {
      const found = requests.verify({ path: '/users', count: 2 })
      return { count: found.length, requests: found }
    },
  },
  {
    call: 'POST /_mock/requests/verify',
    about: 'that fails',
    body: { path: '/users', count: 3 },
    before: callSome,
    method: ({ requests }) => {
      try {
        return requests.verify({ path: '/users', count: 3 })
      } catch (error) {
        const { message, count, near_misses } = error as Error & { count: number; near_misses: object }
        return { error: 'verification-failed', message, count, near_misses }
      }
    },
  },
  { call: 'GET /_mock/coverage', before: callSome, method: (mock) => mock.coverage() },
  {
    call: 'GET /_mock/snapshots',
    before: saveTwo,
    method: ({ snapshots }) => ({ snapshots: snapshots.list() }),
  },
  {
    call: 'POST /_mock/snapshots',
    body: { name: 'three' },
    before: saveTwo,
    method: ({ snapshots }) => snapshots.save('three'),
  },
  {
    call: 'DELETE /_mock/snapshots/{name}',
    path: '/_mock/snapshots/one',
    before: saveTwo,
    method: ({ snapshots }) => {
      snapshots.delete('one')
      return { snapshots: snapshots.list() }
    },
  },
  {
    call: 'POST /_mock/snapshots/{name}/restore',
    path: '/_mock/snapshots/one/restore',
    before: async (mock) => {
      await saveTwo(mock)
      await mock.clock.advance('6h')
    },
    method: ({ snapshots, clock }) => {
      snapshots.restore('one')
      return clock.view()
    },
  },
  {
    call: 'POST /_mock/rewind',
    body: { request: 2 },
    before: callSome,
    method: async (mock) => {
      await mock.rewind(2)
      return mock.clock.view()
    },
  },
  {
    call: 'POST /_mock/rewind',
    about: 'into a world of its own',
    body: { request: 2, fork: true },
    before: callSome,
    method: async (mock) => shown(await mock.fork(2)),
  },
  {
    call: 'GET /_mock/replay',
    path: '/_mock/replay?test=one',
    before: callSome,
    method: async (mock) => JSON.parse(await mock.replayFile({ test: 'one' })),
  },
  {
    call: 'GET /_mock/snapshots/{a}/diff/{b}',
    about: 'between two',
    path: '/_mock/snapshots/one/diff/two',
    before: saveTwo,
    method: ({ snapshots }) => snapshots.diff('one', 'two'),
  },
  {
    call: 'GET /_mock/snapshots/{a}/diff/{b}',
    about: 'with the present',
    path: '/_mock/snapshots/one/diff/now',
    before: saveTwo,
    method: ({ snapshots }) => snapshots.diff('one'),
  },
  {
    call: 'GET /_mock/buckets',
    before: (mock) => callApi(mock, 'POST', '/polls', { session: sessionIds.active, payload: { info_types: ['*'] } }),
    method: ({ buckets }) => ({ objects: buckets.list() }),
  },
  {
    call: 'GET /_mock/worlds',
    before: ({ worlds }) => worlds.create({ scenario: 'two-factor', seed: 7 }),
    method: ({ worlds }) => ({ worlds: worlds.list() }),
  },
  {
    call: 'POST /_mock/worlds',
    body: { scenario: 'two-factor', seed: 7 },
    method: async ({ worlds }) => shown(await worlds.create({ scenario: 'two-factor', seed: 7 })),
  },
  {
    call: 'DELETE /_mock/worlds/{id}',
    path: ({ worlds }) => `/_mock/worlds/${worlds.list().at(-1)?.id}`,
    before: ({ worlds }) => worlds.create(),
    method: ({ worlds }) => {
      worlds.delete(worlds.list().at(-1)?.id as string)
      return { worlds: worlds.list() }
    },
  },
]

export const titleOf = ({ call, about }: Pair) => (about ? `${call}, ${about}` : call)

/** Rows without a method of the mock, and why. */
export const unpaired: Readonly<Record<string, string>> = {
  'GET /_mock': 'lists the calls; an object has methods instead',
  'GET /_mock/buckets/{bucket}/{key...}': 'answers with bytes; `mock.buckets.get` returns them',
  'GET /_mock/stream': 'does not end; `mock.watch` sends the same messages',
}
