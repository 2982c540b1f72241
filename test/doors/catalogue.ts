import {
  advance,
  type Behaviour,
  call,
  type Door,
  type Given,
  get,
  post,
  python,
  refused,
  settled,
  stateOf,
  statusOf,
  type World,
} from './behaviour.ts'
import { same } from './same.ts'

type Payload = Readonly<Record<string, string>>

/** A session on one of the published test identifiers. */
const icloud = (name: string, payload: Payload = { password: 'joshua' }) => ({
  source: { user: 1, type: 'icloud.account', identifier: `${name}@example.com` },
  payload,
})
const relay = (code: string, identifier = 'relay-1') => ({
  source: { user: 1, type: 'rirelay.instance', identifier },
  payload: { code },
})
/** A session that fails: with one error in the documented dialect, and with a specific one in the official client's. */
function fails(
  what: string,
  error: string,
  wanted: object,
  before: (door: Door) => Promise<unknown> = async () => {},
): Behaviour[] {
  const failsWith =
    (shown: string, headers: Given = {}) =>
    async (door: Door) => {
      await before(door)
      const { state, error, date_expired } = await settled(door, wanted, headers)
      same([state, error, date_expired], ['failed', shown, null])
    }
  const world: World = { dialect: 'ricloud-py' }
  return [
    { title: `${what} fails with init_failed, as documented`, run: failsWith('init_failed') },
    {
      title: `${what} fails with ${error} for the official client`,
      userAgent: true,
      run: failsWith(error, python),
    },
    { title: `${what} fails with ${error} where that dialect is fixed`, world, run: failsWith(error) },
  ]
}

const answering: World = { settings: { webhook_answers: [200] } }

/** A poll for info and messages of a test identifier, as it is after the next call. */
async function polled(door: Door, name: string) {
  const { id } = await settled(door, icloud(name))
  const payload = { info_types: ['*'], data_types: ['ios_messages.messages'] }
  const { body } = await post(door, '/polls', { session: id, payload })
  return (await get(door, `/polls/${body.id}`)).body
}

/** Starts a session, and gives back its path. */
async function started(door: Door, wanted: object): Promise<string> {
  return `/sessions/${(await post(door, '/sessions', wanted)).body.id}`
}

/** The devices that the catalogue pairs with, as the API shows them. */
const devices = [
  {
    info: {
      is_encrypted: true,
      apple_model_id: 'iPhone12,3',
      apple_serial: 'F17ZP0ABN70D',
      name: "Renate's iPhone",
      ios_version: '13.3.1',
    },
  },
  {
    info: {
      is_encrypted: false,
      apple_model_id: 'iPad8,9',
      apple_serial: 'DLXZP1CDKD6L',
      name: "Renate's iPad",
      ios_version: '13.3.1',
    },
  },
]

const changed = async (door: Door) => {
  await settled(door, icloud('password-changed'))
  await advance(door, '1h')
}

/** What follows from each published test identifier, by that identifier; a Relay instance may have any. */
export const catalogueRows: Readonly<Record<string, readonly Behaviour[]>> = {
  'any other': [
    {
      title: 'An identifier of no account is accepted with any password',
      run: async (door) => {
        const { state, error, source } = await settled(door, icloud('nobody-special', { password: '?' }))
        same([state, error, source.state], ['active', null, 'active'])
      },
    },
    {
      title: 'A session of an identifier of no account lasts',
      run: async (door) => {
        const session = await started(door, icloud('nobody-special'))
        await advance(door, '30d')
        same(await stateOf(door, session), 'active')
      },
    },
    {
      title: 'An iCloud session without a password is refused',
      run: (door) =>
        refused(post(door, '/sessions', icloud('nobody-special', {})), 400, 'invalid-parameter', ['payload.password']),
    },
    {
      title: 'A Relay session without a code is refused',
      run: (door) =>
        refused(post(door, '/sessions', { ...relay(''), payload: {} }), 400, 'invalid-parameter', ['payload.code']),
    },
    {
      title: 'A test identifier under another domain is no test identifier',
      run: async (door) => {
        const source = { user: 1, type: 'icloud.account', identifier: 'wrong-password@example.org' }
        same((await settled(door, { source, payload: { password: 'joshua' } })).state, 'active')
      },
    },
  ],
  'two-factor@example.com': [
    ...fails('Two-factor without the code', 'code-required', icloud('two-factor')),
    ...fails('Two-factor with a wrong code', 'code-required', icloud('two-factor', { password: 'a', code: '654321' })),
    {
      title: 'Two-factor with the code is active, and so is its source',
      run: async (door) => {
        const { state, error, source } = await settled(door, icloud('two-factor', { password: 'a', code: '123456' }))
        same([state, error, source.state], ['active', null, 'active'])
      },
    },
    {
      title: 'Two-factor without the code leaves the source unvalidated',
      run: async (door) => same((await settled(door, icloud('two-factor'))).source.state, 'unvalidated'),
    },
    {
      title: 'A retry with the two-factor code is a new session on the same source',
      run: async (door) => {
        const first = await settled(door, icloud('two-factor'))
        const second = await settled(door, icloud('two-factor', { password: 'joshua', code: '123456' }))
        same([second.state, second.source.id, second.id === first.id], ['active', first.source.id, false])
      },
    },
    {
      title: 'The failed session stays failed once a retry with the two-factor code is active',
      run: async (door) => {
        const first = await started(door, icloud('two-factor'))
        await settled(door, icloud('two-factor', { password: 'joshua', code: '123456' }))
        same(await stateOf(door, first), 'failed')
      },
    },
  ],
  'wrong-password@example.com': [
    ...fails('A wrong password', 'credentials-invalid', icloud('wrong-password')),
    ...fails('A second wrong password', 'credentials-invalid', icloud('wrong-password', { password: 'b' }), (door) =>
      settled(door, icloud('wrong-password', { password: 'a' })),
    ),
    {
      title: 'A wrong password leaves the source unvalidated',
      run: async (door) => same((await settled(door, icloud('wrong-password'))).source.state, 'unvalidated'),
    },
  ],
  'locked@example.com': [
    ...fails('A locked account', 'source-locked', icloud('locked')),
    ...fails('A locked account tried again', 'source-locked', icloud('locked'), (door) =>
      settled(door, icloud('locked')),
    ),
    {
      title: 'A locked account locks its source for just 1 h',
      run: async (door) => {
        const { source } = await settled(door, icloud('locked'))
        await advance(door, '3599.999999s')
        const before = await stateOf(door, `/sources/${source.id}`)
        await advance(door, '0.001ms')
        same([source.state, before, await stateOf(door, `/sources/${source.id}`)], ['locked', 'locked', 'unvalidated'])
      },
    },
    {
      title: 'A locked account tried again half an hour later is not locked for longer',
      run: async (door) => {
        const { source } = await settled(door, icloud('locked'))
        await advance(door, '31m')
        await settled(door, icloud('locked'))
        await advance(door, '31m')
        same(await stateOf(door, `/sources/${source.id}`), 'unvalidated')
      },
    },
    {
      title: 'A locked account cannot be unlocked by its organisation',
      run: async (door) => {
        const { source } = await settled(door, icloud('locked'))
        same(await statusOf(post(door, `/sources/${source.id}`, { state: 'active' })), 403)
      },
    },
    {
      title: 'A locked account accepts after 1 h',
      run: async (door) => {
        await settled(door, icloud('locked'))
        await advance(door, '1h')
        const { state, source } = await settled(door, icloud('locked'))
        same([state, source.state], ['active', 'active'])
      },
    },
    {
      title: 'The end of a lock is among the events of a move of the clock',
      run: async (door) => {
        await settled(door, icloud('locked'))
        const { now, happened } = (await advance(door, '1h')).body
        same(
          happened.map(({ event, at }: { event: string; at: string }) => [event, at]),
          [['source.unlocked', now]],
        )
      },
    },
  ],
  'slow@example.com': [
    {
      title: 'A slow session is pending for 29.999999 s and active after 30',
      run: async (door) => {
        const session = await started(door, icloud('slow'))
        await advance(door, '29.999999s')
        const before = await stateOf(door, session)
        await advance(door, '0.001ms')
        same([before, await stateOf(door, session)], ['pending', 'active'])
      },
    },
    {
      title: 'The source of a slow session is unvalidated for as long as it is pending',
      run: async (door) => {
        const session = await started(door, icloud('slow'))
        await advance(door, '29.999999s')
        const before = (await get(door, session)).body.source.state
        await advance(door, '0.001ms')
        same([before, (await get(door, session)).body.source.state], ['unvalidated', 'active'])
      },
    },
    {
      title: 'A slow session is still pending after the longest await',
      run: async (door) => same((await settled(door, icloud('slow'), { 'ricloud-await': '30' })).state, 'pending'),
    },
  ],
  'stuck@example.com': [
    {
      title: 'A stuck session never ends pending',
      run: async (door) => {
        const session = await started(door, icloud('stuck'))
        await advance(door, '3650d')
        same(await stateOf(door, session), 'pending')
      },
    },
    {
      title: 'A stuck session can be ended by its organisation',
      run: async (door) => {
        const session = await started(door, icloud('stuck'))
        const { state, error } = (await call(door, 'DELETE', session)).body
        same([state, error], ['expired', 'organisation'])
      },
    },
  ],
  'expires@example.com': [
    {
      title: 'A session that expires is active for 23:59:59.999999',
      run: async (door) => {
        const session = await started(door, icloud('expires'))
        await advance(door, '86399.999999s')
        const { state, error, date_expired } = (await get(door, session)).body
        same([state, error, date_expired], ['active', null, null])
      },
    },
    {
      title: 'A session that expires is ended by the service at exactly 24 h',
      run: async (door) => {
        const session = await started(door, icloud('expires'))
        const { now } = (await advance(door, '24h')).body
        const { state, error, date_expired } = (await get(door, session)).body
        same([state, error, date_expired], ['expired', 'service', now])
      },
    },
    {
      title: 'A session that expires carries its own instant, however late it is looked at',
      run: async (door) => {
        const session = await started(door, icloud('expires'))
        const begun = (await get(door, '/_mock/clock')).body.now
        await advance(door, '30h')
        const { date_expired } = (await get(door, session)).body
        same(Date.parse(date_expired) - Date.parse(begun), 86_400_000)
      },
    },
    {
      title: 'A new session is active after one that expired',
      run: async (door) => {
        await settled(door, icloud('expires'))
        await advance(door, '24h')
        same((await settled(door, icloud('expires'))).state, 'active')
      },
    },
    {
      title: 'The source of a session that expired stays active',
      run: async (door) => {
        const session = await started(door, icloud('expires'))
        await advance(door, '24h')
        same((await get(door, session)).body.source.state, 'active')
      },
    },
  ],
  'password-changed@example.com': [
    {
      title: 'A session lasts until just before its password changes',
      run: async (door) => {
        const session = await started(door, icloud('password-changed'))
        await advance(door, '3599.999999s')
        same(await stateOf(door, session), 'active')
      },
    },
    {
      title: 'A changed password ends the session with service after 1 h',
      run: async (door) => {
        const session = await started(door, icloud('password-changed'))
        const { now } = (await advance(door, '1h')).body
        const { state, error, date_expired } = (await get(door, session)).body
        same([state, error, date_expired], ['expired', 'service', now])
      },
    },
    ...fails('The old password', 'credentials-invalid', icloud('password-changed'), changed),
    {
      title: 'A new password is accepted after the change',
      run: async (door) => {
        await changed(door)
        const { state, error } = await settled(door, icloud('password-changed', { password: 'falken' }))
        same([state, error], ['active', null])
      },
    },
    {
      title: 'A session with the new password lasts',
      run: async (door) => {
        await changed(door)
        const session = await started(door, icloud('password-changed', { password: 'falken' }))
        await advance(door, '30d')
        same(await stateOf(door, session), 'active')
      },
    },
    {
      title: 'The old password is refused for good',
      run: async (door) => {
        await changed(door)
        await settled(door, icloud('password-changed', { password: 'falken' }))
        await advance(door, '30d')
        same((await settled(door, icloud('password-changed'))).state, 'failed')
      },
    },
    {
      title: 'A changed password ends all sessions of the account',
      run: async (door) => {
        await settled(door, icloud('password-changed'))
        await advance(door, '31m')
        const second = await started(door, icloud('password-changed'))
        await advance(door, '31m')
        same(await stateOf(door, second), 'expired')
      },
    },
  ],
  'flaky@example.com': [
    ...fails('The first session of a flaky account', 'init_failed', icloud('flaky')),
    {
      title: 'Later sessions of a flaky account are active',
      run: async (door) => {
        await settled(door, icloud('flaky'))
        const second = await settled(door, icloud('flaky'))
        const third = await settled(door, icloud('flaky'))
        same([second.state, third.state], ['active', 'active'])
      },
    },
  ],
  'empty@example.com': [
    {
      title: 'Polls of empty@example.com publish no entries',
      world: answering,
      run: async (door) => {
        const [result] = (await polled(door, 'empty')).results.data
        same([result.size, result.checksum], ['{"data":[]}'.length, 'e0234245cb00aa260ccfa99a9a0b235e'])
      },
    },
  ],
  'failing-data@example.com': [
    {
      title: 'Tasks for data of failing-data@example.com fail, and those for info succeed',
      world: answering,
      run: async (door) => {
        const { state, errors, results } = await polled(door, 'failing-data')
        same([state, errors.data[0].error, results.total_count], ['completed', 'service-unavailable', 1])
      },
    },
  ],
  'slow-data@example.com': [
    {
      title: 'Each task of a poll of slow-data@example.com takes 30 s',
      world: answering,
      run: async (door) => {
        const { id } = await polled(door, 'slow-data')
        await advance(door, '31s')
        same((await get(door, `/polls/${id}`)).body.tasks_succeeded.length, 1)
        await advance(door, '30s')
        same(await stateOf(door, `/polls/${id}`), 'completed')
      },
    },
  ],
  'large@example.com': [
    {
      title: 'Polls of large@example.com publish much more than others',
      world: answering,
      run: async (door) => {
        const size = async (name: string) => (await polled(door, name)).results.data[0].size
        same((await size('large')) > 20 * (await size('nobody-special')), true)
      },
    },
  ],
  'new-messages@example.com': [
    {
      title: 'There are new messages of new-messages@example.com within half an hour',
      world: answering,
      run: async (door) => {
        const { session, date_created: since } = await polled(door, 'new-messages')
        await advance(door, '31m')
        const payload = { data_types: ['ios_messages.messages'], since }
        const { body } = await post(door, '/polls', { session, payload })
        const [result] = (await get(door, `/polls/${body.id}`)).body.results.data
        same(result.size > 100, true)
      },
    },
  ],
  'rirelay.instance': [
    {
      title: 'A Relay instance pairs with the code, and is active',
      run: async (door) => {
        const { state, error, source } = await settled(door, relay('A1B2C3'))
        same([state, error, source.type, source.state], ['active', null, 'rirelay.instance', 'active'])
      },
    },
    {
      title: 'Two devices appear as children of a paired Relay instance, with what is known of them',
      run: async (door) => {
        const { source } = await settled(door, relay('A1B2C3'))
        const { body } = await get(door, `/sources/${source.id}/children`)
        const shown = body.data.map(({ user, type, info, parent, state }: Record<string, unknown>) => {
          return { user, type, info, parent, state }
        })
        const child = { user: 1, type: 'rirelay.source' }
        const expected = devices.map((device) => ({ ...child, ...device, parent: source.id, state: 'active' }))
        same(shown, expected.reverse())
      },
    },
    {
      title: 'A paired Relay instance shows its devices within',
      run: async (door) => {
        const { source } = await settled(door, relay('A1B2C3'))
        same(source.children, (await get(door, `/sources/${source.id}/children`)).body)
      },
    },
    {
      title: 'A Relay instance paired twice has its devices once',
      run: async (door) => {
        await settled(door, relay('A1B2C3'))
        same((await settled(door, relay('A1B2C3'))).source.children.total_count, 2)
      },
    },
    {
      title: 'Each paired Relay instance has devices of its own',
      run: async (door) => {
        const sources = [
          await settled(door, relay('A1B2C3', 'relay-1')),
          await settled(door, relay('A1B2C3', 'relay-2')),
        ]
        const children = sources.flatMap(({ source }) => source.children.data)
        const parents = children.map(({ parent }: { parent: number }) => parent)
        const identifiers = new Set(children.map(({ identifier }: { identifier: string }) => identifier))
        same(
          parents,
          sources.flatMap(({ source: { id } }) => [id, id]),
        )
        same(identifiers.size, 4)
      },
    },
    {
      title: 'A Relay instance that was given no identifier pairs too',
      run: async (door) => {
        const source = { user: 1, type: 'rirelay.instance' }
        same((await settled(door, { source, payload: { code: 'A1B2C3' } })).source.children.total_count, 2)
      },
    },
    ...fails('A Relay instance with another code', 'code-invalid', relay('C3B2A1')),
    {
      title: 'No devices appear behind a Relay instance with another code',
      run: async (door) => {
        const { source } = await settled(door, relay('C3B2A1'))
        same([source.state, source.children.total_count], ['unvalidated', 0])
      },
    },
    {
      title: 'A Relay instance pairs with the code after another one failed',
      run: async (door) => {
        await settled(door, relay('C3B2A1'))
        const { state, source } = await settled(door, relay('A1B2C3'))
        same([state, source.children.total_count], ['active', 2])
      },
    },
  ],
}
