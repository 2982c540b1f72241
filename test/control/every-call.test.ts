import { beforeAll, describe, expect, it } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import { newSession } from '../support/api.ts'
import { controlRoutes } from '../support/definition.ts'
import { worlds } from '../support/worlds.ts'
import { everything, quiet, setupControl } from './setup.ts'

/** A valid body for each call that has one. */
const bodies: Readonly<Record<string, object>> = {
  'POST /_mock/clock': { advance: '1h' },
  'PUT /_mock/scenario': { scenario: 'empty' },
  'POST /_mock/actions': { do: 'user.block', where: { id: 1 } },
  'POST /_mock/faults': { on: 'GET /users', delay: '1s' },
  'POST /_mock/requests/verify': { path: '/users' },
  'POST /_mock/snapshots': { name: 'b' },
  'POST /_mock/rewind': { request: 1 },
  'POST /_mock/worlds': { seed: 5 },
  'POST /_mock/reset': {},
  'POST /_mock/snapshots/{name}/restore': {},
  'POST /_mock/deliveries/{id}/redeliver': {},
}
const rows = controlRoutes.map(({ method, path, body }) => {
  const call = `${method} ${path}`
  const filled = path
    .replace('{bucket}/{key...}', worlds.polls.objects[0]?.url.slice('gs://'.length) ?? '')
    .replace('records/{resource}/{id}', 'records/user/1')
    .replace('worlds/{id}', 'worlds/w1')
    .replace('{b}', 'now')
    .replace(/\{(?:name|a)\}/, 'a')
  return { call, method, path: filled, right: bodies[call] ?? {}, reads: body !== undefined }
})
const titled = (chosen: typeof rows) => chosen.map((row) => [row.call, row] as const)

/** A mock on which every control call can succeed. */
async function setup() {
  const api = setupControl({ fixtures: ['polls'] })
  await api.world()
  api.mock.faults.arm({ on: 'GET /keys', answer: { status: 503 } })
  await api.post('/sessions', newSession())
  await api.get('/users')
  await api.get('/keys')
  api.mock.actions['session.expire']({ where: { state: 'active' } })
  await quiet(api.mock)
  api.mock.snapshots.save('a')
  const [delivery] = api.mock.webhooks.deliveries
  const call = async (method: string, path: string, body?: object) => {
    const url = `${apiUrl}${path.replace('{id}', String(delivery?.id))}`
    const response = await api.mock.fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
    if (response.headers.get('content-type') !== 'text/event-stream') return response
    await response.body?.cancel()
    return response
  }
  const rejected = async (method: string, path: string, body?: object) => {
    const response = await call(method, path, body)
    const { error, params } = await response.json()
    return [response.status, error, Object.keys(params ?? {})]
  }
  return { ...api, call, rejected, all: () => [everything(api.mock), api.mock.worlds.list()] }
}

describe('Every control call', () => {
  it('has a body in this test if it is a POST or PUT', () => {
    const needed = rows.filter(({ method }) => method === 'POST' || method === 'PUT').map(({ call }) => call)
    expect(Object.keys(bodies).sort()).toEqual(needed.sort())
  })

  it.each(titled(rows))('answers with JSON, or the stream with events: %s', async (_, { method, path, right }) => {
    const { call } = await setup()
    const { status, headers } = await call(method, path, method === 'GET' ? undefined : right)
    expect([status < 300, headers.get('content-type')]).toEqual([
      true,
      path === '/_mock/stream' ? 'text/event-stream' : 'application/json',
    ])
  })
})

describe('A rejected control call', () => {
  // Rejected calls change nothing, so all of these tests share a mock.
  let shared: Awaited<ReturnType<typeof setup>>
  beforeAll(async () => {
    shared = await setup()
  })

  const reading = rows.filter(({ reads }) => reads)
  const bodyless = rows.filter(({ reads, method }) => !reads && method !== 'GET')
  const bodyOf = ({ method, right }: (typeof rows)[number]) => (method === 'GET' ? undefined : right)

  it.each(titled(rows))('names an unknown query parameter: %s', async (_, row) => {
    const answer = await shared.rejected(row.method, `${row.path}?nope=1`, bodyOf(row))
    expect(answer).toEqual([400, 'invalid-parameter', ['nope']])
  })

  it.each(titled(rows))('with an unknown query parameter changes nothing: %s', async (_, row) => {
    const before = shared.all()
    await shared.call(row.method, `${row.path}?nope=1`, bodyOf(row))
    expect(shared.all()).toEqual(before)
  })

  it.each(titled(reading))('names an unknown attribute of the body: %s', async (_, { method, path, right }) => {
    const answer = await shared.rejected(method, path, { ...right, nope: 1 })
    expect(answer).toEqual([400, 'invalid-parameter', ['nope']])
  })

  it.each(titled(reading))('with an unknown attribute changes nothing: %s', async (_, { method, path, right }) => {
    const before = shared.all()
    await shared.call(method, path, { ...right, nope: 1 })
    expect(shared.all()).toEqual(before)
  })

  it.each(titled(bodyless))('names an attribute where the call reads no body: %s', async (_, { method, path }) => {
    const { rejected } = await setup()
    expect(await rejected(method, path, { nope: 1 })).toEqual([400, 'invalid-parameter', ['nope']])
  })
})

describe('A control call that only reads', () => {
  let shared: Awaited<ReturnType<typeof setup>>
  beforeAll(async () => {
    shared = await setup()
  })

  const reads = rows.filter(({ method }) => method === 'GET')

  it.each(titled(reads))('changes nothing: %s', async (_, { method, path }) => {
    const before = shared.all()
    await shared.call(method, path)
    expect(shared.all()).toEqual(before)
  })

  it('does not affect random values', async () => {
    const [{ call, post }, other] = [await setup(), await setup()]
    for (const { method, path } of reads) await call(method, path)
    expect((await post('/keys')).body).toEqual((await other.post('/keys')).body)
  })

  it.each(titled(reads))('answers HEAD, without a body: %s', async (_, { path }) => {
    const response = await shared.call('HEAD', path)
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it.each(titled(reads.filter(({ path }) => path !== '/_mock/stream')))(
    'answers the same twice: %s',
    async (_, { path }) => {
      const [one, other] = [await shared.call('GET', path), await shared.call('GET', path)]
      expect(await one.text()).toBe(await other.text())
    },
  )
})
