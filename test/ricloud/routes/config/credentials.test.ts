import { beforeAll, describe, expect, it } from 'vitest'
import { setupApi } from '../../../support/api.ts'
import { credentials, webhook } from './configs.ts'

/** Gives credentials in every call that takes them, and in some that do not; then tells all that the mock shows. */
async function everything(given: object) {
  const logged: string[] = []
  const watched: unknown[] = []
  const { mock, get, post } = setupApi({
    settings: { events: ['*'], webhook_answers: [200] },
    log: (_, message) => logged.push(message),
  })
  mock.watch((seen) => watched.push(seen))
  mock.snapshots.save('before')
  const answers = [
    await post('/configs/storage', { url: 's3://my-bucket', credentials: given }),
    await post('/configs/storage/2', { credentials: given }),
    await post('/configs/storage/2/test', { credentials: given }),
    await post('/configs/storage', { url: 'nowhere', credentials: given }),
    await post('/configs/storage', { url: 's3://my-bucket', credentials: [given] }),
    await post('/configs/storage', { url: 's3://my-bucket', credentials: JSON.stringify(given) }),
    await post('/configs/storage/99', { credentials: given }),
    await post('/configs/webhook', { ...webhook, credentials: given }),
  ]
  const happened = await mock.clock.advance('1m')
  const bodyOf = async (path: string) => (await get(path)).body
  return {
    answers: answers.map(({ body }) => body),
    headers: answers.map(({ headers }) => [...headers]),
    'the config': await bodyOf('/configs/storage/2'),
    'the list': await bodyOf('/configs/storage'),
    'the organisation': await bodyOf('/organisation'),
    events: await bodyOf('/events?limit=100'),
    tasks: await bodyOf('/tasks?limit=100'),
    'what happened': happened,
    'the state': mock.state(),
    'the journal': mock.requests.list(),
    'the journal of the control API': await bodyOf('/_mock/requests'),
    'a snapshot’s difference': mock.snapshots.diff('before'),
    'what watchers receive': watched,
    'the log': logged,
    'the plain model': mock.db.storage_config.getAll(),
  }
}

const places = Object.keys(await everything({})) as (keyof Awaited<ReturnType<typeof everything>>)[]

describe.each(Object.entries(credentials))('The credentials of %s', (_, given) => {
  let all: Awaited<ReturnType<typeof everything>>
  beforeAll(async () => {
    all = await everything(given)
  })

  it.each(places)('are not in %s', (place) => {
    const shown = JSON.stringify(all[place])
    const seen = Object.entries(given).filter(([, value]) => shown.includes(JSON.stringify(value).slice(1, -1)))
    expect(seen).toEqual([])
  })
})

describe('What is no secret', () => {
  it('shows that the journal hid the credentials', async () => {
    const { mock, post } = setupApi()
    await post('/configs/storage', { url: 's3://my-bucket', credentials: { access_key_id: 'AKIA' } })
    expect(mock.requests.list()[0]?.body).toEqual({ url: 's3://my-bucket', credentials: '[redacted]' })
  })

  it('shows in the state whether there are credentials', async () => {
    const { mock } = setupApi()
    expect(mock.state().storage_config[0]?.has_credentials).toBe(true)
  })
})

const secretive = [
  ['/configs/webhook', 'https://ada:plugh@example.com/'],
  ['/configs/webhook', 'ftp://ada:plugh@example.com/'],
  ['/configs/webhook', 'https://ada:plugh@exa mple.com/'],
  ['/configs/storage', 'gs://ada:plugh@my-bucket/path'],
  ['/configs/storage', 'ada:plugh@my-bucket'],
] as const

describe('A password in a refused URL', () => {
  it('is not in the answer for a webhook of the right scheme', async () => {
    const { post } = setupApi()
    expect(JSON.stringify((await post('/configs/webhook', { url: secretive[0][1] })).body)).not.toContain('plugh')
  })

  it.each(secretive.slice(1))('is not in the answer of POST %s to %s', async (path, url) => {
    const { post } = setupApi()
    expect(JSON.stringify((await post(path, { url })).body)).not.toContain('plugh')
  })

  it.each(secretive)('is not in the journal after POST %s of %s', async (path, url) => {
    const { mock, post } = setupApi()
    await post(path, { url })
    expect(JSON.stringify(mock.requests.list())).not.toContain('plugh')
  })
})
