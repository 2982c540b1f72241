import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import type { Fixture } from '../../src/index.ts'
import { advance, type Behaviour, call, get, newSession, post, refused, statusOf, withToken } from './behaviour.ts'
import { catalogueRows } from './catalogue.ts'
import { same } from './same.ts'

const [organisation] = defaultFixture.organisations
const [latestSession] = defaultFixture.sessions
const listOf = (url: string, data: readonly unknown[]) => ({ data, has_more: false, total_count: data.length, url })

const storage = {
  id: 1,
  resource: 'storage_config',
  organisation: 1,
  type: 'gs',
  url: 'gs://my-storage-bucket',
  credentials: {},
  signed_urls_enabled: false,
  signed_urls_expiry: null,
  state: 'valid',
  date_created: '2018-11-08T16:47:56.849618Z',
}
const webhook = {
  id: 1,
  resource: 'webhook_config',
  organisation: 1,
  url: 'https://www.mywebhookendpoint.com/webhooks',
  secret: 'Wg69dQaffJuXckXsdoHuPYkf3VSWEGMa',
  state: 'valid',
  date_created: '2018-11-08T13:07:59.563975Z',
}
const base = { id: 1, resource: 'permissions', organisation: 1, scopes: organisation?.permissions.scopes }
/** A world whose webhooks answer without being called. */
const answering = { settings: { webhook_answers: [200] } }

/** The default fixture with other scopes for its organisation. */
function scoped(scopes: Readonly<Record<string, readonly object[]>>): Fixture {
  const fixture = structuredClone(defaultFixture)
  for (const { permissions } of fixture.organisations) permissions.scopes = scopes as never
  return fixture
}

/** The default fixture, its users all active. */
function activeUsers(): Fixture {
  const fixture = structuredClone(defaultFixture)
  for (const user of fixture.users) user.state = 'active'
  return fixture
}

/** Nothing here knows a runtime: the same list runs in Node and in a page. */
export const suite: readonly Behaviour[] = [
  // Every endpoint.
  {
    title: 'GET /organisation shows the organisation of the caller',
    run: async (door) => same((await get(door, '/organisation')).body, organisation),
  },
  {
    title: 'POST /organisation changes the name and keeps the slug',
    run: async (door) => {
      const { body } = await post(door, '/organisation', { name: 'Another name' })
      same([body.name, body.slug], ['Another name', 'my-org'])
    },
  },
  {
    title: 'POST /keys makes a standard key with a token of its own',
    run: async (door) => {
      const { status, body } = await post(door, '/keys', { storage_config: 1 })
      same([status, body.type, body.state, body.storage_config], [201, 'standard', 'active', 1])
      same(await statusOf(get(door, '/key', withToken(body.token))), 200, 'a call with the new token')
    },
  },
  {
    title: 'GET /keys lists the keys, the newest first',
    run: async (door) => same((await get(door, '/keys')).body, listOf('/keys', defaultFixture.keys)),
  },
  {
    title: 'GET /keys/{id} shows one key',
    run: async (door) => same((await get(door, '/keys/2')).body, defaultFixture.keys[0]),
  },
  {
    title: 'POST /keys/{id} changes the configs of a key',
    run: async (door) => {
      await post(door, '/keys/2', { storage_config: 1, webhook_config: 1 })
      const { body } = await post(door, '/keys/2', { webhook_config: null })
      same([body.storage_config, body.webhook_config], [1, null])
    },
  },
  {
    title: 'POST /keys/{id}/rotate answers with the key and its new token',
    run: async (door) => {
      const { status, body } = await post(door, '/keys/1/rotate')
      same([status, body.id, /^[A-Za-z0-9]{64}$/.test(body.token)], [200, 1, true])
    },
  },
  {
    title: 'GET /key shows the key of the token in use',
    run: async (door) => {
      const { body } = await get(door, '/key', withToken('ricloud-mock-trial-token'))
      same(body, defaultFixture.keys[0])
    },
  },
  {
    title: 'POST /key changes the key of the token in use',
    run: async (door) => {
      await post(door, '/key', { config: { publish_source_files: true } })
      same((await get(door, '/keys/1')).body.config, { publish_source_files: true })
    },
  },
  {
    title: 'POST /users makes a user with the next ID',
    run: async (door) => {
      const { status, body } = await post(door, '/users', { identifier: 'new@example.com' })
      same(
        [status, body.id, body.organisation, body.key, body.identifier, body.state],
        [201, 4, 1, 1, 'new@example.com', 'active'],
      )
    },
  },
  {
    title: 'POST /users gives back a known user as it is',
    run: async (door) => {
      const { status, body } = await post(door, '/users', { identifier: 'renate@example.com', key: 2 })
      same([status, body], [200, defaultFixture.users[1]])
    },
  },
  {
    title: 'GET /users lists the users, the newest first',
    run: async (door) => same((await get(door, '/users')).body, listOf('/users', defaultFixture.users)),
  },
  {
    title: 'GET /users/{id} shows one user',
    run: async (door) => same((await get(door, '/users/1')).body, defaultFixture.users[2]),
  },
  {
    title: 'POST /users/{id} deactivates a user',
    run: async (door) => {
      await post(door, '/users/1', { state: 'deactivated' })
      same((await get(door, '/users/1')).body.state, 'deactivated')
    },
  },
  {
    title: 'POST /sources makes a source once, and then gives it back',
    run: async (door) => {
      const wanted = { user: 1, type: 'icloud.account', identifier: 'twice@example.com' }
      const first = await post(door, '/sources', wanted)
      const second = await post(door, '/sources', wanted)
      same([first.status, first.body.state, second.status, second.body], [201, 'unvalidated', 200, first.body])
    },
  },
  {
    title: 'GET /sources lists the sources with their children',
    run: async (door) => same((await get(door, '/sources')).body, listOf('/sources', defaultFixture.sources)),
  },
  {
    title: 'GET /sources/{id} shows one source',
    run: async (door) => same((await get(door, '/sources/5')).body, defaultFixture.sources[2]),
  },
  {
    title: 'POST /sources/{id} deactivates a source',
    run: async (door) => same((await post(door, '/sources/1', { state: 'deactivated' })).body.state, 'deactivated'),
  },
  {
    title: 'GET /sources/{id}/children lists the devices behind a relay',
    run: async (door) => {
      const { body } = await get(door, '/sources/5/children')
      same(body, listOf('/sources/5/children', defaultFixture.sources.slice(0, 2)))
    },
  },
  {
    title: 'POST /sessions answers with a pending session that is active at the next look',
    run: async (door) => {
      const { status, body } = await post(door, '/sessions', newSession())
      const later = await get(door, `/sessions/${body.id}`)
      same([status, body.state, later.body.state, later.body.source.state], [201, 'pending', 'active', 'active'])
    },
  },
  {
    title: 'GET /sessions lists the sessions, the newest first',
    run: async (door) => same((await get(door, '/sessions')).body, listOf('/sessions', defaultFixture.sessions)),
  },
  {
    title: 'GET /sessions/{id} shows one session with its source',
    run: async (door) => same((await get(door, `/sessions/${latestSession?.id}`)).body, latestSession),
  },
  {
    title: 'DELETE /sessions/{id} answers with the session that it ended',
    run: async (door) => {
      const { status, body } = await call(door, 'DELETE', `/sessions/${latestSession?.id}`)
      same([status, body.id, body.state, body.error], [200, latestSession?.id, 'expired', 'organisation'])
    },
  },
  {
    title: 'POST /configs/storage makes a config that is valid at the next look',
    run: async (door) => {
      const wanted = { url: 's3://my-bucket/path', credentials: { access_key_id: 'AKIAIOSFODNN7EXAMPLE' } }
      const { status, body } = await post(door, '/configs/storage', wanted)
      const later = await get(door, `/configs/storage/${body.id}`)
      same(
        [status, body.type, body.url, body.credentials, body.state, later.body.state],
        [201, 's3', wanted.url, {}, 'new', 'valid'],
      )
    },
  },
  {
    title: 'GET /configs/storage lists the storage configs',
    run: async (door) => same((await get(door, '/configs/storage')).body, listOf('/configs/storage', [storage])),
  },
  {
    title: 'GET /configs/storage/{id} shows one storage config, without its credentials',
    run: async (door) => same((await get(door, '/configs/storage/1')).body, storage),
  },
  {
    title: 'POST /configs/storage/{id} changes a storage config, which is tested again',
    run: async (door) => {
      const { body } = await post(door, '/configs/storage/1', { signed_urls_enabled: true, signed_urls_expiry: 60 })
      same(body, { ...storage, signed_urls_enabled: true, signed_urls_expiry: 60, state: 'new' })
      same((await get(door, '/configs/storage/1')).body.state, 'valid', 'after the test')
    },
  },
  {
    title: 'POST /configs/storage/{id}/test answers with a task',
    run: async (door) => {
      const { status, body } = await post(door, '/configs/storage/1/test', undefined, { 'ricloud-await': '1' })
      same(
        [status, body.resource, body.type, body.target, body.state],
        [201, 'task', 'storage_config.test', 1, 'succeeded'],
      )
    },
  },
  {
    title: 'DELETE /configs/storage/{id} leaves the organisation unconfigured without another one',
    run: async (door) => {
      const { status, body } = await call(door, 'DELETE', '/configs/storage/1')
      same([status, body], [200, { ...storage, state: 'deactivated' }])
      same((await get(door, '/organisation')).body.state, 'unconfigured')
    },
  },
  {
    title: 'POST /configs/webhook makes a config with a secret of its own',
    world: answering,
    run: async (door) => {
      const { status, body } = await post(door, '/configs/webhook', { url: 'https://example.com/webhooks' })
      same(
        [status, body.url, /^[A-Za-z0-9]{32}$/.test(body.secret), body.state],
        [201, 'https://example.com/webhooks', true, 'new'],
      )
    },
  },
  {
    title: 'GET /configs/webhook lists the webhook configs',
    run: async (door) => same((await get(door, '/configs/webhook')).body, listOf('/configs/webhook', [webhook])),
  },
  {
    title: 'GET /configs/webhook/{id} shows one webhook config with its secret',
    run: async (door) => same((await get(door, '/configs/webhook/1')).body, webhook),
  },
  {
    title: 'POST /configs/webhook/{id} changes the URL of a webhook config, which is tested again',
    world: answering,
    run: async (door) => {
      const { body } = await post(door, '/configs/webhook/1', { url: 'https://example.com/webhooks' })
      same(body, { ...webhook, url: 'https://example.com/webhooks', state: 'new' })
    },
  },
  {
    title: 'POST /configs/webhook/{id}/test answers with a task',
    world: answering,
    run: async (door) => {
      const { status, body } = await post(door, '/configs/webhook/1/test', undefined, { 'ricloud-await': '1' })
      same(
        [status, body.resource, body.type, body.target, body.state],
        [201, 'task', 'webhook_config.test', 1, 'succeeded'],
      )
    },
  },
  {
    title: 'DELETE /configs/webhook/{id} takes the default away without another one',
    run: async (door) => {
      const { status, body } = await call(door, 'DELETE', '/configs/webhook/1')
      same([status, body], [200, { ...webhook, state: 'deactivated' }])
      same((await get(door, '/organisation')).body.webhook_config_default, null)
    },
  },
  {
    title: 'POST /permissions makes permissions, which narrow what sources may be made',
    run: async (door) => {
      const scopes = { 'source_type:icloud.*': [] }
      const { status, body } = await post(door, '/permissions', { scopes })
      same([status, body], [201, { id: 2, resource: 'permissions', organisation: 1, scopes }])
      await refused(post(door, '/sources', { user: 1, type: 'mocks.mock', identifier: 'a' }), 403, 'missing-scope')
    },
  },
  {
    title: 'GET /permissions lists the base',
    run: async (door) => same((await get(door, '/permissions')).body, listOf('/permissions', [base])),
  },
  {
    title: 'GET /permissions/{id} shows one set of permissions',
    run: async (door) => same((await get(door, '/permissions/1')).body, base),
  },
  {
    title: 'POST /permissions/{id} changes scopes and limits',
    run: async (door) => {
      const scopes = { 'source_type:*': [{ level: 'user', type: 'count', value: 2 }] }
      await post(door, '/permissions', { scopes: {} })
      same((await post(door, '/permissions/2', { scopes })).body.scopes, scopes)
    },
  },
  {
    title: 'GET /tasks lists the task of a session that was started',
    run: async (door) => {
      const { body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '1' })
      const { data, total_count, url } = (await get(door, `/tasks?session=${body.id}`)).body
      same(
        [data[0].type, data[0].target, data[0].state, total_count, url],
        ['session.init', body.id, 'succeeded', 1, '/tasks'],
      )
    },
  },
  {
    title: 'GET /tasks/{id} shows one task',
    run: async (door) => {
      const { body } = await post(door, '/configs/storage/1/test', undefined, { 'ricloud-await': '1' })
      same((await get(door, `/tasks/${body.id}`)).body, body)
    },
  },
  {
    title: 'GET /events lists the end of a session, with the session as it was',
    run: async (door) => {
      const { body } = await call(door, 'DELETE', `/sessions/${latestSession?.id}`)
      const { data, total_count } = (await get(door, '/events')).body
      same([data[0].type, data[0].action, data[0].data, total_count], ['session', 'expired', body, 1])
    },
  },
  {
    title: 'GET /events/{id} shows one event',
    world: answering,
    run: async (door) => {
      await call(door, 'DELETE', `/sessions/${latestSession?.id}`)
      await advance(door, '1s')
      const [event] = (await get(door, '/events')).body.data
      same((await get(door, `/events/${event.id}`)).body, { ...event, state: 'delivered' })
    },
  },

  // Errors of each kind.
  {
    title: 'A body that is not JSON is refused',
    run: (door) => refused(post(door, '/users', '{"identifier":'), 400, 'invalid-body'),
  },
  {
    title: 'A wrong parameter is refused by its dotted name',
    run: (door) =>
      refused(post(door, '/sessions', { source: { user: 1, type: 'nope' }, payload: {} }), 400, 'invalid-parameter', [
        'source.type',
        'source.identifier',
      ]),
  },
  {
    title: 'A call without a token is refused',
    run: async (door) => {
      const response = await door.fetch('/users')
      same([response.status, ((await response.json()) as { error: string }).error], [401, 'unauthorized'])
    },
  },
  {
    title: 'A call with an unknown token is refused',
    run: (door) => refused(get(door, '/users', withToken('nobody')), 401, 'unauthorized'),
  },
  {
    title: 'A blocked user gets no session',
    run: (door) => refused(post(door, '/sessions', newSession('a@example.com', 3)), 403, 'forbidden'),
  },
  {
    title: 'A parameter for super organisations is refused to a standard one',
    run: (door) => refused(post(door, '/users', { identifier: 'a', organisation: 1 }), 403, 'forbidden'),
  },
  {
    title: 'An unknown ID is not found',
    run: (door) => refused(get(door, '/users/99'), 404, 'not-found'),
  },
  {
    title: 'An unknown path is not found',
    run: (door) => refused(get(door, '/user'), 404, 'not-found'),
  },
  {
    title: 'A method that a path does not offer is not found',
    run: (door) => refused(call(door, 'DELETE', '/users/1'), 404, 'not-found'),
  },
  {
    title: 'Sessions cannot be updated',
    run: (door) => refused(post(door, `/sessions/${latestSession?.id}`, {}), 404, 'not-found'),
  },
  {
    title: 'An unconfigured organisation starts no session',
    world: { fixtures: ['empty'] },
    run: async (door) => {
      const { body } = await post(door, '/users', { identifier: 'a@example.com' })
      await refused(post(door, '/sessions', newSession('a@example.com', body.id)), 400, 'unconfigured')
    },
  },
  {
    title: 'An organisation is active with its first storage config, and starts its first session',
    world: { fixtures: ['empty'] },
    run: async (door) => {
      const { body } = await post(door, '/users', { identifier: 'a@example.com' })
      await post(door, '/configs/storage', { url: 'gs://my-bucket', credentials: { type: 'service_account' } })
      same((await get(door, '/organisation')).body.state, 'active')
      same((await post(door, '/sessions', newSession('a@example.com', body.id))).status, 201)
    },
  },
  {
    title: 'A source whose type is out of scope is refused',
    world: { fixtures: [scoped({ 'source_type:icloud.*': [] })] },
    run: (door) =>
      refused(post(door, '/sources', { user: 1, type: 'mocks.mock', identifier: 'a' }), 403, 'missing-scope'),
  },
  {
    title: 'A source beyond the limit of its scope is refused',
    world: { fixtures: [scoped({ 'source_type:*': [{ level: 'organisation', type: 'count', value: 7 }] })] },
    run: (door) =>
      refused(post(door, '/sources', { user: 1, type: 'icloud.account', identifier: 'a' }), 403, 'limit-exceeded'),
  },

  {
    title: 'A storage URL of another scheme is refused',
    run: (door) => refused(post(door, '/configs/storage', { url: 'https://b' }), 400, 'invalid-parameter', ['url']),
  },
  {
    title: 'A webhook URL with a password is refused',
    run: (door) =>
      refused(post(door, '/configs/webhook', { url: 'https://a:b@example.com' }), 400, 'invalid-parameter', ['url']),
  },
  {
    title: 'A limit of −1 is refused by its dotted name',
    run: (door) => {
      const scopes = { 'task_type:*': [{ level: 'key', type: 'count', value: -1 }] }
      const params = ['scopes.task_type:*.0.value']
      return refused(post(door, '/permissions', { scopes }), 400, 'invalid-parameter', params)
    },
  },
  {
    title: 'Permissions wider than the base are refused',
    world: { fixtures: [scoped({ 'source_type:icloud.*': [] })] },
    run: (door) => {
      const scopes = { 'source_type:*': [] }
      return refused(post(door, '/permissions', { scopes }), 400, 'invalid-parameter', ['scopes.source_type:*'])
    },
  },
  {
    title: 'The base permissions are not the organisation’s to change',
    run: (door) => refused(post(door, '/permissions/1', { scopes: {} }), 403, 'forbidden'),
  },

  // Lists.
  {
    title: 'Walking a list page by page visits every item once',
    run: async (door) => {
      const seen: number[] = []
      for (let query = '?limit=2', more = true; more; query = `?limit=2&after_id=${seen.at(-1)}`) {
        const { body } = await get(door, `/sources${query}`)
        for (const { id } of body.data) seen.push(id)
        more = body.has_more && seen.length < 20
      }
      same(seen, [7, 6, 5, 4, 3, 2, 1])
    },
  },
  {
    title: 'A page knows how many items match beyond it',
    run: async (door) => {
      const { body } = await get(door, '/sources?limit=1&type=icloud.account')
      same([body.data.length, body.has_more, body.total_count, body.url], [1, true, 3, '/sources'])
    },
  },
  {
    title: 'A repeated filter means any of its values',
    run: async (door) => {
      const { body } = await get(door, '/users?state=blocked&state=active')
      same(
        body.data.map(({ id }: { id: number }) => id),
        [3, 1],
      )
    },
  },
  {
    title: 'A datetime filter takes bounds and an offset',
    run: async (door) => {
      const { body } = await get(door, '/users?date_created[gte]=2020-02-17T16:40:02.871035%2B01:00')
      same(
        body.data.map(({ id }: { id: number }) => id),
        [3, 2],
      )
    },
  },
  {
    title: 'A state that does not exist is refused as a filter',
    run: (door) => refused(get(door, '/sessions?state=blocked'), 400, 'invalid-parameter', ['state']),
  },

  // Time.
  {
    title: 'A replaced token works for less than 6 more hours',
    run: async (door) => {
      await post(door, '/keys/1/rotate')
      await advance(door, '5h')
      await advance(door, '59m')
      same(await statusOf(get(door, '/key')), 200, 'just before the 6 hours are over')
      await advance(door, '2m')
      same(await statusOf(get(door, '/key')), 401, 'just after')
    },
  },
  {
    title: 'A forced rotation revokes the replaced token at once',
    run: async (door) => {
      await post(door, '/keys/1/rotate', { force: true })
      await refused(get(door, '/key'), 401, 'unauthorized')
    },
  },
  {
    title: 'Moving the clock answers with what happened meanwhile',
    run: async (door) => {
      await post(door, '/sessions', newSession(), { 'ricloud-await': '1' })
      await post(door, '/keys/1/rotate')
      const { body } = await advance(door, '6h')
      same(
        body.happened.map(({ event }: { event: string }) => event),
        ['key.token_revoked'],
      )
    },
  },
  {
    title: 'An awaited session has settled in the answer',
    run: async (door) => {
      const { status, body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '5' })
      same([status, body.state], [201, 'active'])
    },
  },
  {
    title: 'Awaiting moves a frozen clock to the instant at which the session settles',
    world: { settings: { session_init: '3s' } },
    run: async (door) => {
      await post(door, '/sessions', newSession(), { 'ricloud-await': '5' })
      same((await get(door, '/_mock/clock')).body.now, '2020-02-20T12:00:03.000000Z')
    },
  },
  {
    title: 'A session that settles later than awaited is answered pending, and the clock stands still',
    world: { settings: { session_init: '30s' } },
    run: async (door) => {
      const { body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '30' })
      const clock = await get(door, '/_mock/clock')
      same([body.state, clock.body.now], ['pending', '2020-02-20T12:00:00.000000Z'])
    },
  },
  {
    title: 'Records carry the virtual time with six digits',
    run: async (door) => {
      const { now } = (await advance(door, '1d')).body
      const { body } = await post(door, '/users', { identifier: 'timely@example.com' })
      same([/T.*\.\d{6}Z$/.test(body.date_created), body.date_created], [true, now])
    },
  },
  {
    title: 'The Date header carries the virtual time',
    run: async (door) => {
      const { now } = (await advance(door, '1d')).body
      const { headers } = await get(door, '/key')
      same(headers.get('date'), new Date(now).toUTCString())
    },
  },

  // The wire.
  {
    title: 'An error says that it is JSON',
    run: async (door) => same((await get(door, '/users/99')).headers.get('content-type'), 'application/json'),
  },
  {
    title: 'A body is read as JSON whatever its Content-Type says',
    run: async (door) => {
      const headers = { 'content-type': 'text/plain' }
      same(await statusOf(post(door, '/users', { identifier: 'plain@example.com' }, headers)), 201)
    },
  },
  {
    title: 'An empty body means no parameters',
    run: async (door) => same(await statusOf(post(door, '/keys', '')), 201),
  },
  {
    title: 'A body of null means no parameters',
    run: async (door) => same(await statusOf(post(door, '/keys', 'null')), 201),
  },
  {
    title: 'An integer ID may be written as digits in a string',
    run: async (door) => same((await post(door, '/sessions', newSession('a@example.com', '1'))).body.user, 1),
  },
  {
    title: 'Text of any script comes back as it was sent',
    run: async (door) => {
      const identifier = 'Zoë 🦊 “漢字” \u0000\\'
      await post(door, '/users', { identifier })
      const { body } = await get(door, `/users?identifier=${encodeURIComponent(identifier)}`)
      same(
        body.data.map((user: { identifier: string }) => user.identifier),
        [identifier],
      )
    },
  },
  {
    title: 'Unknown fields are ignored, and named in Mock-Ignored',
    run: async (door) => {
      const { status, headers } = await post(door, '/users', { identifier: 'a@example.com', colour: 1, 'é,': 2 })
      same([status, headers.get('mock-ignored')], [201, 'colour, %C3%A9%2C'])
    },
  },
  {
    title: 'Unknown query parameters are ignored, and named in Mock-Ignored',
    run: async (door) => {
      const { status, headers } = await get(door, '/users?stat=active')
      same([status, headers.get('mock-ignored')], [200, 'stat'])
    },
  },
  {
    title: 'HEAD answers as GET does, without the body',
    run: async (door) => {
      const headers = withToken(door.token)
      const response = await door.fetch('/users', { method: 'HEAD', headers })
      same([response.status, await response.text()], [200, ''])
    },
  },
  {
    title: 'Calls made at once get records of their own',
    run: async (door) => {
      const wanted = Array.from({ length: 20 }, (_, i) => post(door, '/users', { identifier: `user-${i}` }))
      const ids = (await Promise.all(wanted)).map(({ body }) => body.id)
      same(
        ids.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, i) => i + 4),
      )
    },
  },

  // The two dialects.
  {
    title: 'A list is named as one to the official client',
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/users', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body, { resource: 'list', ...listOf('/users', defaultFixture.users) })
    },
  },
  {
    title: 'The nested permissions have the resource that the official client knows',
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/organisation', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body.permissions.resource, 'permissions')
    },
  },
  {
    title: 'The dialect may be fixed for every caller',
    world: { dialect: 'ricloud-py' },
    run: async (door) => {
      same((await get(door, '/keys')).body, { resource: 'list', ...listOf('/keys', defaultFixture.keys) })
    },
  },
  {
    title: 'A fixed dialect is spoken to the official client too',
    world: { dialect: 'documented' },
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/keys', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body, listOf('/keys', defaultFixture.keys))
    },
  },
  {
    title: 'A failed session has one error in the documented dialect',
    world: { fixtures: [activeUsers()] },
    run: async (door) => {
      const wanted = newSession('renate@example.com', 2)
      const { body } = await post(door, '/sessions', wanted, { 'ricloud-await': '1' })
      same([body.state, body.error], ['failed', 'init_failed'])
    },
  },
  {
    title: 'A failed session has the specific error in the dialect of the official client',
    world: { fixtures: [activeUsers()], dialect: 'ricloud-py' },
    run: async (door) => {
      const wanted = newSession('renate@example.com', 2)
      const { body } = await post(door, '/sessions', wanted, { 'ricloud-await': '1' })
      same([body.state, body.error], ['failed', 'source-locked'])
    },
  },

  // The published test identifiers.
  ...Object.values(catalogueRows).flat(),

  // The first morning.
  {
    title: 'Reset gives back the records of the first morning',
    run: async (door) => {
      await post(door, '/users', { identifier: 'gone@example.com' })
      await post(door, '/_mock/reset')
      same((await get(door, '/users')).body, listOf('/users', defaultFixture.users))
    },
  },
  {
    title: 'Reset repeats the chances of the first morning',
    run: async (door) => {
      const first = await post(door, '/keys/1/rotate')
      await post(door, '/_mock/reset', undefined, withToken(first.body.token))
      same((await post(door, '/keys/1/rotate')).body.token, first.body.token)
    },
  },
  {
    title: 'Reset gives a replaced token back',
    run: async (door) => {
      await post(door, '/keys/1/rotate', { force: true })
      await post(door, '/_mock/reset')
      same(await statusOf(get(door, '/key')), 200)
    },
  },
]
