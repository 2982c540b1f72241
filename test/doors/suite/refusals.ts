import { type Behaviour, call, get, newSession, post, refused, withToken } from '../behaviour.ts'
import { same } from '../same.ts'
import { latestSession, scoped } from './world.ts'

/** Refusals of each kind. */
export const refusals: readonly Behaviour[] = [
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
    title: 'A session on a source whose type is out of scope is refused',
    world: { fixtures: [scoped({ 'source_type:rirelay.*': [] })] },
    run: (door) => refused(post(door, '/sessions', newSession()), 403, 'missing-scope'),
  },
  {
    title: 'A source beyond the limit of its scope is refused',
    world: { fixtures: [scoped({ 'source_type:*': [{ level: 'organisation', type: 'count', value: 7 }] })] },
    run: (door) =>
      refused(post(door, '/sources', { user: 1, type: 'icloud.account', identifier: 'a' }), 403, 'limit-exceeded'),
  },
  {
    title: 'A session on a source beyond the limit of its scope is refused',
    world: { fixtures: [scoped({ 'source_type:*': [{ level: 'organisation', type: 'count', value: 7 }] })] },
    run: (door) => refused(post(door, '/sessions', newSession()), 403, 'limit-exceeded'),
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
]
