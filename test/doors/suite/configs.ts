import { advance, type Behaviour, call, get, newSession, post, refused } from '../behaviour.ts'
import { same } from '../same.ts'
import { answering, base, latestSession, listOf, storage, webhook } from './world.ts'

/** What each endpoint of configs, permissions, tasks and events does. */
export const configs: readonly Behaviour[] = [
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
]
