import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { recordCalls } from './calls.ts'
import { compared, type Entry, har, recordedClient } from './recorder.ts'

type Client = ReturnType<typeof recordedClient>
type Play = (client: Client) => Promise<void>

/** The calls of a client as HAR, and as the journal of the mock shows them. */
async function recorded(play: Play, options: MockOptions = {}) {
  const client = recordedClient(options)
  await play(client)
  const journal = client.mock.requests.list().map((request) => JSON.stringify(request))
  return { entries: client.entries, har: har(client.entries), journal: journal.join('\n') }
}

const session = (user: number, identifier = 'a@example.com') => ({
  source: { user, type: 'icloud.account', identifier },
  payload: { password: 'x' },
})

/** Does what a recording of a later time does not hold. */
async function before<T>({ mock, entries }: Client, work: () => Promise<T>): Promise<T> {
  const result = await work()
  await mock.clock.advance('1h')
  entries.length = 0
  mock.requests.clear()
  return result
}

/** Configs of local folders, one of which lies elsewhere. */
const local: Play = async ({ call }) => {
  await call('GET', '/organisation')
  const { id } = await call('POST', '/configs/storage', { url: 'local:///tmp/ricloud-mock-own/results' })
  await call('POST', '/configs/storage', { url: 'local:///elsewhere' })
  await call('GET', `/configs/storage/${id}`)
  await call('GET', '/configs/storage')
}

/** A config that was made before. */
const localBefore: Play = async (client) => {
  const { id } = await before(client, () =>
    client.call('POST', '/configs/storage', { url: 'local:///tmp/ricloud-mock-own/results' }),
  )
  await client.call('GET', `/configs/storage/${id}`)
  await client.call('GET', '/configs/storage')
}

/** Calls of which no answer shows all that the mock decided by. */
const recordings: Readonly<Record<string, Play>> = {
  'a record that nobody has': async ({ call }) => void (await call('GET', '/users/99')),
  'a request without its parameters': async ({ call }) => void (await call('POST', '/users', {})),
  'a secret parameter at fault': async ({ call }) => {
    await call('GET', '/users')
    await call('POST', '/configs/storage', { url: 'gs://my-bucket', credentials: 'x' })
  },
  'the test of a config that no receiver answers': async ({ call }) => {
    const config = await call('POST', '/configs/webhook', { url: 'https://hooks.example.com' })
    await call('GET', `/configs/webhook/${config.id}`)
    await call('GET', '/tasks?limit=1')
  },
  'a result that is acknowledged before its poll is read': async ({ call }) => {
    const { id } = await call('POST', '/sessions', session(1))
    await call('GET', `/sessions/${id}`)
    const poll = await call('POST', '/polls', { session: id, payload: { data_types: ['ios_messages.messages'] } })
    const results = await call('GET', '/results')
    await call('POST', `/results/${results.data[0].id}/ack`)
    await call('GET', `/polls/${poll.id}`)
  },
  'a session from before that ends': async (client) => {
    const { id } = await before(client, () => client.call('POST', '/sessions', session(1)))
    await client.call('POST', '/polls', { session: id, payload: { data_types: ['ios_messages.messages'] } })
    await client.call('DELETE', `/sessions/${id}`)
  },
  'a blocked user that no answer shows': async ({ call, mock }) => {
    mock.actions['user.block']({ where: { id: 1 } })
    await call('GET', '/key')
    await call('POST', '/sessions', session(1))
  },
  'an organisation without a storage config that no answer shows': async (client) => {
    const { id } = await before(client, () => client.call('POST', '/sessions', session(1)))
    const [config] = client.mock.db.storage_config.getAll()
    client.mock.actions['config.reject']({ where: { resource: 'storage_config', id: config?.id ?? 0 } })
    await client.call('GET', '/key')
    await client.call('POST', '/polls', { session: id, payload: { data_types: ['ios_messages.messages'] } })
  },
  'a blocked user that an answer shows': async ({ call, mock }) => {
    mock.actions['user.block']({ where: { id: 1 } })
    await call('GET', '/users/1')
    await call('POST', '/sessions', session(1))
  },
}

describe('a recording of the mock does not contradict it:', () => {
  it.each(Object.entries(recordings))('%s', async (_, play) => {
    const { har, journal } = await recorded(play)
    expect((await compared(har)).findings).toEqual([])
    const lines = await compared(journal, { name: 'calls.jsonl' })
    expect(lines.calls.filter(({ verdict }) => verdict === 'contradicts')).toEqual([])
  })
})

it.each([
  ['made', local],
  ['that was there before', localBefore],
])('a storage config of a local folder, %s, is accepted as it was', async (_, play) => {
  const { har, journal } = await recorded(play, { localStorage: '/tmp/ricloud-mock-own' })
  for (const text of [har, journal]) expect((await compared(text)).findings).toEqual([])
})

it('a storage config of a local folder that was refused is refused', async () => {
  const { har } = await recorded(local)
  const { findings, counts } = await compared(har)
  expect(findings).toEqual([])
  expect(counts.skipped).toBe(0)
})

it('the state of a record is not known once a call that changed it is skipped', async () => {
  const { entries } = await recorded(recordings['a result that is acknowledged before its poll is read'] as Play)
  delete entries.find(({ request }) => request.url.endsWith('/results'))?.response.content.text
  const { calls, findings } = await compared(har(entries))
  expect(calls.map(({ verdict }) => verdict)).toEqual([...Array(4).fill('agrees'), 'skipped', 'agrees'])
  expect(findings).toEqual([])
})

describe('a changed answer contradicts still:', () => {
  it.each<[string, string, string]>([
    ['a record that nobody has', '"status":404', '"status":401'],
    ['a request without its parameters', '"status":400', '"status":403'],
    ['a secret parameter at fault', '"params":{"credentials":"[redacted]"}', '"params":{"credentials":1}'],
    ['the test of a config that no receiver answers', '"type":"webhook_config.test"', '"type":"webhook_config.check"'],
    ['a result that is acknowledged before its poll is read', '"state":"consumed"', '"state":"available"'],
    ['a blocked user that an answer shows', '"error":"forbidden"', '"error":"invalid-parameter"'],
    ['a session from before that ends', '"state":"expired"', '"state":"failed"'],
  ])('%s', async (name, from, to) => {
    const { journal } = await recorded(recordings[name] as Play)
    expect(journal).toContain(from)
    const { counts } = await compared(journal.replaceAll(from, to), { name: 'calls.jsonl' })
    expect(counts.contradicts).toBeGreaterThan(0)
  })
})

/** The path of everything that lies in a value. */
function* placesIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path
  if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) yield* placesIn(one, [...path, name])
}

it('a value of any kind that was removed from an answer is not compared', async () => {
  const entries = await recordCalls()
  const bodies = entries.map((entry) => JSON.parse(entry.response.content.text ?? ''))
  const places = bodies.flatMap((body, i) => Array.from(placesIn(body), (path) => [i, path] as const))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), async ([i, path]) => {
      const all = structuredClone(entries)
      const body = structuredClone(bodies[i])
      const holder = path.slice(0, -1).reduce((found, name) => found[name], body)
      holder[path.at(-1) as string] = '[redacted]'
      ;(all[i] as Entry).response.content.text = JSON.stringify(body)
      const { calls } = await compared(har(all))
      const removed = path.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join('')
      const found = calls[i]?.findings.filter(
        (one) => one.verdict === 'contradicts' && `.${one.path}`.startsWith(removed),
      )
      expect(found).toEqual([])
    }),
    { numRuns: 20 },
  )
})
