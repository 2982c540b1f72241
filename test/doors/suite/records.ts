import defaultFixture from '../../../fixtures/default.json' with { type: 'json' }
import { type Behaviour, call, get, newSession, post, statusOf, withToken } from '../behaviour.ts'
import { same } from '../same.ts'
import { latestSession, listOf, organisation } from './world.ts'

/** What each endpoint of organisations, keys, users, sources and sessions does. */
export const records: readonly Behaviour[] = [
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
]
