import fc from 'fast-check'
import type { ActionName, Duration } from '../../src/index.ts'

/**
 * Something that is done to a mock, as plain data, so that a failing list of them is short and can be read. `<user 3>`
 * stands for the ID of a user: the fourth there is, counted round.
 */
export type Command =
  | {
      /** Method and path. */
      readonly call: string
      readonly query?: Readonly<Record<string, string>>
      /** A text is sent as it is. */
      readonly body?: unknown
      /** Whose token: one of those that there are, counted round; the first key's without it. */
      readonly by?: number
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly act: ActionName; readonly where?: Readonly<Record<string, string>>; readonly with?: object }
  | { readonly advance: Duration | 'next' }
  | { readonly set: string }
  | { readonly mock: Upheaval }

/** What becomes of a whole world. */
export type Upheaval = 'reset' | 'save' | 'restore' | 'repack' | 'load' | 'load and keep'

export type Noun =
  | ('user' | 'source' | 'session' | 'key' | 'organisation' | 'storage_config' | 'webhook_config')
  | ('poll' | 'task' | 'result' | 'subscription')

/** The first of its kind more often than others: those that come to be later are more. */
const number = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(9) })

export const ref = (noun: Noun | 'event' | 'permissions') => number.map((n) => `<${noun} ${n}>`)

/** Values that are right nowhere, or hardly anywhere. */
const odd = fc.constantFrom<unknown>(null, true, -1, 1.5, 1e21, '', 'x', '0', '9'.repeat(20), '💥', [], {}, [
  '<user 1>',
])

/** A value of this kind, and now and then one that is not. */
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 25, arbitrary: right }, { weight: 1, arbitrary: odd })

/** Any of these fields, the ones named nearly always; now and then one that nothing reads. */
function body(needed: Record<string, fc.Arbitrary<unknown>>, may: Record<string, fc.Arbitrary<unknown>> = {}) {
  const wrapped = (shape: Record<string, fc.Arbitrary<unknown>>) =>
    Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, mostly(value)]))
  const whole = fc
    .tuple(fc.record(wrapped(needed)), fc.record({ ...wrapped(may), unread: odd }, { requiredKeys: [] }))
    .map(([given, also]) => ({ ...given, ...also }))
  return fc.oneof(
    { weight: 15, arbitrary: whole },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('', 'null', '[]', '{', '{"identifier":', '"x"') },
  )
}

const state = fc.constantFrom('active', 'deactivated')
const identifier = fc.constantFrom(
  'a@example.com',
  'b@example.com',
  'flaky@corp.example',
  'code@corp.example',
  'locked@corp.example',
  'two-factor@example.com',
  'slow@example.com',
)
const iCloud = { user: ref('user'), type: fc.constant('icloud.account'), identifier }
const source = fc.oneof(
  { weight: 4, arbitrary: fc.record(iCloud) },
  fc.record({ user: ref('user'), type: fc.constant('rirelay.instance') }),
  fc.record({ user: ref('user'), type: fc.constantFrom('mocks.mock', 'rirelay.source'), identifier }),
)
const payload = fc.constantFrom({ password: 'joshua' }, { password: 'joshua', code: '123456' }, { code: 'A1B2C3' }, {})
const orNull = (one: fc.Arbitrary<string>) => fc.option(one, { freq: 4 })
const configs = {
  storage_config: orNull(ref('storage_config')),
  webhook_config: orNull(ref('webhook_config')),
  config: fc.constantFrom({ publish_source_files: true }, {}),
}
const storage = {
  credentials: fc.constantFrom({ access_key_id: 'AKIA' }, {}, null),
  signed_urls_enabled: fc.boolean(),
  signed_urls_expiry: fc.constantFrom(60, null),
}
const url = fc.constantFrom('http://localhost:9/hooks', 'https://example.com/hooks')
const limit = fc.record({
  level: fc.constantFrom('user', 'key', 'organisation'),
  type: fc.constant('count'),
  value: fc.nat(3),
})
const scope = fc.constantFrom('source_type:icloud.*', 'source_type:*', 'task_type:*', 'data_type:icloud.account.info')
const scopes = fc.dictionary(scope, fc.array(limit, { maxLength: 2 }), { maxKeys: 2 })

const asked = fc.constantFrom(
  { data_types: ['ios_messages.messages'] },
  { info_types: ['*'], data_types: ['*'], since: '2020-02-20T00:00:00Z' },
  { files: ['unknown'] },
  { data_types: [] },
)

const bodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'POST /users': body({ identifier }, { key: ref('key') }),
  'POST /users/<user>': body({}, { key: ref('key'), identifier, state }),
  'POST /sources': source.chain((given) =>
    body(Object.fromEntries(Object.entries(given).map(([k, v]) => [k, fc.constant(v)]))),
  ),
  'POST /sources/<source>': body({ state }),
  'POST /sessions': body({ source, payload }),
  'POST /sessions/<session>': body({ state }),
  'POST /polls': body({ session: ref('session'), payload: asked }, { source: ref('source') }),
  'POST /results/ack': body({ results: fc.array(ref('result'), { minLength: 1, maxLength: 3 }) }),
  'POST /results/<result>/ack': fc.constant(''),
  'POST /subscriptions': body(
    { session: ref('session'), poll_payload: asked },
    { source: ref('source'), interval: fc.constantFrom(3600, 86_400) },
  ),
  'DELETE /subscriptions/<subscription>': fc.constant(undefined),
  'POST /keys': body({}, configs),
  'POST /keys/<key>': body({}, configs),
  'POST /key': body({}, configs),
  'POST /keys/<key>/rotate': body({}, { force: fc.boolean() }),
  'POST /organisation': body(
    {},
    {
      name: fc.constant('Another name'),
      storage_config_default: orNull(ref('storage_config')),
      webhook_config_default: orNull(ref('webhook_config')),
      config: fc.constant({ publish_source_files: true }),
    },
  ),
  'POST /configs/storage': body({ url: fc.constantFrom('gs://bucket', 's3://bucket/path') }, storage),
  'POST /configs/storage/<storage_config>': body({}, { url: fc.constant('gs://another'), ...storage }),
  'POST /configs/storage/<storage_config>/test': fc.constant(''),
  'POST /configs/webhook': body({ url }),
  'POST /configs/webhook/<webhook_config>': body({}, { url }),
  'POST /configs/webhook/<webhook_config>/test': fc.constant(''),
  'POST /permissions': body({ scopes }),
  'POST /permissions/<permissions>': body({ scopes }),
  'DELETE /sessions/<session>': fc.constant(undefined),
  'DELETE /configs/storage/<storage_config>': fc.constant(undefined),
  'DELETE /configs/webhook/<webhook_config>': fc.constant(undefined),
  'PUT /users': fc.constant({}),
}

/** Every list, with the noun that it is of. */
export const lists = {
  '/users': 'user',
  '/sources': 'source',
  '/sources/<source>/children': 'source',
  '/sessions': 'session',
  '/keys': 'key',
  '/configs/storage': 'storage_config',
  '/configs/webhook': 'webhook_config',
  '/permissions': 'permissions',
  '/tasks': 'task',
  '/polls': 'poll',
  '/results': 'result',
  '/subscriptions': 'subscription',
  '/events': 'event',
} as const

const single = ['/key', '/organisation', '/nowhere', '/', '/sources/<source>/children/1']
const instances = Object.entries(lists).map(
  ([path, noun]) => `${path.replace('/sources/<source>/children', '/sources')}/<${noun}>`,
)

/** Numbers the records that a path names. */
const numbered = (path: string): fc.Arbitrary<string> =>
  number.map((n) => path.replaceAll(/<(\w+)>/g, (_, noun) => `<${noun} ${n}>`))

const parameter = fc.oneof(
  fc.tuple(fc.constant('limit'), fc.constantFrom('1', '2', '1000', '0', 'x')),
  fc.tuple(fc.constantFrom('after_id', 'before_id'), fc.oneof(ref('user'), ref('session'), ref('source'))),
  fc.tuple(fc.constant('state'), fc.constantFrom('active', 'pending', 'valid', 'gone')),
  fc.oneof(...(['user', 'key', 'organisation'] as const).map((noun) => fc.tuple(fc.constant(noun), ref(noun)))),
  fc.tuple(
    fc.constant('date_created[gte]'),
    fc.constantFrom('2020-02-20T12:00:00Z', '2020-02-20T14:00:00.000001Z', 'noon'),
  ),
  fc.constant(['unread', '1']),
)
const query = fc.array(parameter, { maxLength: 2 }).map((all): Record<string, string> => Object.fromEntries(all))

/** Mostly the first key's. */
const by = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(9) })
const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ 'ricloud-await': '10' }, { 'user-agent': 'ricloud-py/3.2.0' }) },
)

const gets = fc.record({
  call: fc
    .constantFrom(...Object.keys(lists), ...instances, ...single)
    .chain(numbered)
    .map((path) => `GET ${path}`),
  query,
  by,
  headers,
})
const changes = fc
  .constantFrom(...Object.keys(bodies))
  .chain((call) => fc.record({ call: numbered(call), body: bodies[call] ?? fc.constant(undefined), by, headers }))
/** What makes most of what there is to see, as nobody would refuse it. */
const usual = fc.oneof(
  fc.record({
    call: fc.constant('POST /sessions'),
    body: fc.record({
      source: fc.record({ ...iCloud, user: fc.constant('<user 0>') }),
      payload: fc.constant({ password: 'joshua' }),
    }),
  }),
  fc.record({
    call: fc.constant('POST /sessions'),
    body: fc.constant({ source: { user: '<user 0>', type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } }),
  }),
  fc.record({ call: fc.constant('POST /users'), body: fc.record({ identifier }), by }),
  fc.record({ call: fc.constant('POST /polls'), body: fc.record({ session: ref('session'), payload: asked }) }),
  fc.record({
    call: fc.constant('POST /users'),
    body: fc.record({ identifier, organisation: ref('organisation') }),
    by: fc.constant(3),
  }),
  fc.record({ call: numbered('DELETE /sessions/<session>') }),
)

/** A call that asks for something to be done. */
export const rotations = fc.record({
  call: ref('key').map((key) => `POST /keys/${key}/rotate`),
  body: body({}, { force: fc.boolean() }),
  by,
})

/** Any call that a client makes. */
export const calls: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: gets },
  { weight: 5, arbitrary: changes },
  { weight: 5, arbitrary: usual },
)
