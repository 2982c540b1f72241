import { describe, expect, it } from 'vitest'
import type { AccountInput, MockOptions, ScenarioInput } from '../../src/index.ts'
import { setupApi, startTime } from '../support/api.ts'
import { later } from '../support/instants.ts'

type Parts = Omit<ScenarioInput, 'scenario' | 'accounts'>
type Payload = Readonly<Record<string, unknown>>

/** A mock with accounts, to which sessions are opened by the official client, which receives every error. */
function setupAccounts(accounts: readonly AccountInput[], parts: Parts = {}, options: MockOptions = {}) {
  const scenario = { scenario: 'accounts', accounts, ...parts }
  const api = setupApi({ scenario, dialect: 'ricloud-py', ...options })
  const stateOf = async (path: string): Promise<string> => (await api.get(path)).body.state

  /** A session's body once the service has decided, if that takes no time. */
  async function open(identifier: string, payload: Payload = {}, type = 'icloud.account') {
    const source = { user: 1, type, identifier }
    const wanted = { source, payload: { ...(type === 'icloud.account' && { password: 'joshua' }), ...payload } }
    const { status, body } = await api.post('/sessions', wanted, { 'ricloud-await': '1' })
    if (status !== 201) throw new Error(`The session was refused: ${JSON.stringify(body)}`)
    return body
  }
  /** What a session came to: its state, and why. */
  async function outcome(...wanted: Parameters<typeof open>): Promise<string> {
    const { state, error } = await open(...wanted)
    return error === null ? state : `${state} ${error}`
  }
  /** The same for several sessions one after the other. */
  async function outcomes(...identifiers: string[]): Promise<string[]> {
    const all: string[] = []
    for (const identifier of identifiers) all.push(await outcome(identifier))
    return all
  }
  return { ...api, stateOf, open, outcome, outcomes }
}

const renate = 'renate@example.com'
const relay = 'rirelay.instance'
const device = (name: string) => ({
  identifier: `serial of ${name}`,
  info: { is_encrypted: false, apple_model_id: 'iPad8,9', apple_serial: 'DLXZP1CDKD6L', name, ios_version: '13.3.1' },
})

describe('A password', () => {
  const accounts = [{ identifier: renate, password: 'joshua' }]

  it('is accepted', async () => {
    expect(await setupAccounts(accounts).outcome(renate, { password: 'joshua' })).toBe('active')
  })

  it('is the only one accepted', async () => {
    const { outcome } = setupAccounts(accounts)
    expect(await outcome(renate, { password: 'pencil' })).toBe('failed credentials-invalid')
  })

  it('is compared by its case', async () => {
    const { outcome } = setupAccounts(accounts)
    expect(await outcome(renate, { password: 'Joshua' })).toBe('failed credentials-invalid')
  })

  it('is accepted after another one failed', async () => {
    const { outcome } = setupAccounts(accounts)
    await outcome(renate, { password: 'pencil' })
    expect(await outcome(renate)).toBe('active')
  })

  it('is needed by the API, whatever the account accepts', async () => {
    const { post } = setupAccounts([{ identifier: renate }])
    const source = { user: 1, type: 'icloud.account', identifier: renate }
    const { status, body } = await post('/sessions', { source, payload: {} })
    expect([status, Object.keys(body.params)]).toEqual([400, ['payload.password']])
  })

  it('may be any where the account names none', async () => {
    expect(await setupAccounts([{ identifier: renate }]).outcome(renate, { password: 'pencil' })).toBe('active')
  })

  it('that fails shows as init_failed in the documented dialect', async () => {
    const { outcome } = setupAccounts(accounts, {}, { dialect: 'documented' })
    expect(await outcome(renate, { password: 'pencil' })).toBe('failed init_failed')
  })

  it('that fails leaves the source unvalidated', async () => {
    expect((await setupAccounts(accounts).open(renate, { password: 'pencil' })).source.state).toBe('unvalidated')
  })
})

describe('A code', () => {
  const accounts = [{ identifier: renate, password: 'joshua', code: '123456' }]

  it.each([
    ['missing', {}],
    ['wrong', { code: '654321' }],
  ])('of an iCloud account that is %s fails with code-required', async (_, payload) => {
    expect(await setupAccounts(accounts).outcome(renate, payload)).toBe('failed code-required')
  })

  it('is accepted', async () => {
    expect(await setupAccounts(accounts).outcome(renate, { code: '123456' })).toBe('active')
  })

  it('does not make up for a wrong password', async () => {
    const wanted = { password: 'pencil', code: '123456' }
    expect(await setupAccounts(accounts).outcome(renate, wanted)).toBe('failed credentials-invalid')
  })

  it('is asked for each time', async () => {
    const { outcome } = setupAccounts(accounts)
    await outcome(renate, { code: '123456' })
    expect(await outcome(renate)).toBe('failed code-required')
  })

  it('of a Relay instance that is wrong fails with code-invalid', async () => {
    const { outcome } = setupAccounts([{ type: relay, identifier: 'r', code: 'X1' }])
    expect(await outcome('r', { code: 'A1B2C3' }, relay)).toBe('failed code-invalid')
  })

  it('of a Relay instance is accepted', async () => {
    const { outcome } = setupAccounts([{ type: relay, identifier: 'r', code: 'X1' }])
    expect(await outcome('r', { code: 'X1' }, relay)).toBe('active')
  })

  it('may be any where a Relay account names none', async () => {
    expect(await setupAccounts([{ type: relay, identifier: 'r' }]).outcome('r', { code: '?' }, relay)).toBe('active')
  })
})

describe('Outcomes', () => {
  it('are used up one session at a time', async () => {
    const { outcomes } = setupAccounts([{ identifier: renate, outcomes: ['code-invalid', 'success', 'init_failed'] }])
    expect(await outcomes(renate, renate, renate)).toEqual(['failed code-invalid', 'active', 'failed init_failed'])
  })

  it('repeat the last one', async () => {
    const { outcomes } = setupAccounts([{ identifier: renate, outcomes: ['success', 'code-required'] }])
    expect(await outcomes(renate, renate, renate, renate)).toEqual([
      'active',
      'failed code-required',
      'failed code-required',
      'failed code-required',
    ])
  })

  it.each(['init_failed', 'code-required', 'code-invalid', 'credentials-invalid', 'source-locked'] as const)(
    'may be %s',
    async (error) => {
      expect(await setupAccounts([{ identifier: renate, outcomes: [error] }]).outcome(renate)).toBe(`failed ${error}`)
    },
  )

  it('come after the password', async () => {
    const { outcome } = setupAccounts([{ identifier: renate, password: 'joshua', outcomes: ['init_failed'] }])
    expect(await outcome(renate, { password: 'pencil' })).toBe('failed credentials-invalid')
  })

  it('go on for another user of the same account', async () => {
    const { post, outcome } = setupAccounts([{ identifier: renate, outcomes: ['init_failed', 'success'] }])
    await outcome(renate)
    await post('/users', { identifier: 'new@example.com' })
    const source = { user: 4, type: 'icloud.account', identifier: renate }
    const wanted = { source, payload: { password: 'joshua' } }
    expect((await post('/sessions', wanted, { 'ricloud-await': '1' })).body.state).toBe('active')
  })

  it('begin again after a reset', async () => {
    const { mock, outcomes } = setupAccounts([{ identifier: renate, outcomes: ['init_failed', 'success'] }])
    await outcomes(renate, renate)
    mock.reset()
    expect(await outcomes(renate)).toEqual(['failed init_failed'])
  })

  it('of two worlds are two lists', async () => {
    const accounts: AccountInput[] = [{ identifier: renate, outcomes: ['init_failed', 'success'] }]
    await setupAccounts(accounts).outcome(renate)
    expect(await setupAccounts(accounts).outcome(renate)).toBe('failed init_failed')
  })
})

describe('The time until a service decides', () => {
  it('is the account’s', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, init: '10m' }])
    const { id } = await open(renate)
    await mock.clock.advance('599.999999s')
    const before = await stateOf(`/sessions/${id}`)
    await mock.clock.advance('0.001ms')
    expect([before, await stateOf(`/sessions/${id}`)]).toEqual(['pending', 'active'])
  })

  it('outweighs the setting', async () => {
    const { outcome } = setupAccounts([{ identifier: renate, init: '0s' }], { settings: { session_init: '1h' } })
    expect(await outcome(renate)).toBe('active')
  })

  it('is the setting’s where the account says nothing', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate }], { settings: { session_init: '1h' } })
    const { id } = await open(renate)
    await mock.clock.advance('59m')
    const before = await stateOf(`/sessions/${id}`)
    await mock.clock.advance('1m')
    expect([before, await stateOf(`/sessions/${id}`)]).toEqual(['pending', 'active'])
  })

  it('passes before a failure too', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, init: '10m', outcomes: ['init_failed'] }])
    const { id } = await open(renate)
    await mock.clock.advance('9m')
    const before = await stateOf(`/sessions/${id}`)
    await mock.clock.advance('1m')
    expect([before, await stateOf(`/sessions/${id}`)]).toEqual(['pending', 'failed'])
  })

  it('may be never', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, init: 'never' }])
    const { id } = await open(renate)
    await mock.clock.advance('3650d')
    expect(await stateOf(`/sessions/${id}`)).toBe('pending')
  })

  it('of never plans nothing', async () => {
    const { mock, open } = setupAccounts([{ identifier: renate, init: 'never' }])
    const before = mock.clock.upcoming()
    await open(renate)
    expect(mock.clock.upcoming()).toEqual(before)
  })
})

describe('A lifetime', () => {
  const accounts: AccountInput[] = [{ identifier: renate, lifetime: '2h' }]

  it('has not ended just before', async () => {
    const { mock, open, stateOf } = setupAccounts(accounts)
    const { id } = await open(renate)
    await mock.clock.advance('7199.999999s')
    expect(await stateOf(`/sessions/${id}`)).toBe('active')
  })

  it('ends with service, at its instant', async () => {
    const { mock, open, get } = setupAccounts(accounts)
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    const { state, error, date_expired } = (await get(`/sessions/${id}`)).body
    expect([state, error, date_expired]).toEqual(['expired', 'service', later(date_created, '2h')])
  })

  it('begins once the session is active', async () => {
    const { mock, open, get } = setupAccounts([{ identifier: renate, init: '1h', lifetime: '2h' }])
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    expect((await get(`/sessions/${id}`)).body.date_expired).toBe(later(date_created, '3h'))
  })

  it.each(['1h', '3h'] as const)('outweighs the setting %s', async (session_lifetime) => {
    const { mock, open, get } = setupAccounts(accounts, { settings: { session_lifetime } })
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    expect((await get(`/sessions/${id}`)).body.date_expired).toBe(later(date_created, '2h'))
  })

  it('does not keep the API from culling an idle session before', async () => {
    const { mock, open, get } = setupAccounts(accounts, { settings: { session_idle: '1h' } })
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    const { error, date_expired } = (await get(`/sessions/${id}`)).body
    expect([error, date_expired]).toEqual(['api', later(date_created, '1h')])
  })
})

describe('A lock', () => {
  it('fails a session also where its source was blocked meanwhile, which stays so', async () => {
    const { mock, open, get } = setupAccounts([{ identifier: renate, init: '30s', locked: true }])
    const { id } = await open(renate)
    mock.actions['source.block']({ where: { identifier: renate } })
    await mock.clock.advance('30s')
    const { state, error, source } = (await get(`/sessions/${id}`)).body
    expect([state, error, source.state]).toEqual(['failed', 'init_failed', 'blocked'])
  })

  it('of true declines', async () => {
    expect(await setupAccounts([{ identifier: renate, locked: true }]).outcome(renate)).toBe('failed source-locked')
  })

  it('of true locks the source for good', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, locked: true }])
    const { source } = await open(renate)
    await mock.clock.advance('3650d')
    expect(await stateOf(`/sources/${source.id}`)).toBe('locked')
  })

  it('of true declines ever after', async () => {
    const { mock, outcome } = setupAccounts([{ identifier: renate, locked: true }])
    await outcome(renate)
    await mock.clock.advance('3650d')
    expect(await outcome(renate)).toBe('failed source-locked')
  })

  it('of true is not the organisation’s to lift', async () => {
    const { open, post } = setupAccounts([{ identifier: renate, locked: true }])
    const { source } = await open(renate)
    expect((await post(`/sources/${source.id}`, { state: 'deactivated' })).status).toBe(403)
  })

  it('of false is none', async () => {
    expect(await setupAccounts([{ identifier: renate, locked: false }]).outcome(renate)).toBe('active')
  })

  it('for a while ends at its instant', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, locked: '10m' }])
    const { source } = await open(renate)
    await mock.clock.advance('599.999999s')
    const before = await stateOf(`/sources/${source.id}`)
    await mock.clock.advance('0.001ms')
    expect([before, await stateOf(`/sources/${source.id}`)]).toEqual(['locked', 'unvalidated'])
  })

  it('for a while accepts afterwards', async () => {
    const { mock, outcome } = setupAccounts([{ identifier: renate, locked: '10m' }])
    await outcome(renate)
    await mock.clock.advance('10m')
    expect(await outcome(renate)).toBe('active')
  })

  it('for a while begins with the first session, not with the scenario', async () => {
    const { mock, outcome } = setupAccounts([{ identifier: renate, locked: '10m' }])
    await mock.clock.advance('1h')
    expect(await outcome(renate)).toBe('failed source-locked')
  })

  it('for a while lasts that long, from when the service declined', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: renate, init: '30s', locked: '10m' }])
    const { source } = await open(renate)
    await mock.clock.advance('629.999999s')
    expect(await stateOf(`/sources/${source.id}`)).toBe('locked')
  })

  it('for a while never has an end before its beginning', async () => {
    const { mock, open } = setupAccounts([{ identifier: renate, init: '30s', locked: '10s' }])
    await open(renate)
    const instants = (await mock.clock.advance('1h')).map(({ at }) => at)
    expect(instants).toEqual([...instants].sort())
  })

  it('leaves a source that was valid before active once it ends', async () => {
    const { mock, open, stateOf } = setupAccounts([{ identifier: 'john.appleseed@reincubate.com', locked: '10m' }])
    const { source } = await open('john.appleseed@reincubate.com')
    await mock.clock.advance('10m')
    expect([source.state, await stateOf('/sources/1')]).toEqual(['locked', 'active'])
  })

  it('is the error even for the right password', async () => {
    const { outcome } = setupAccounts([{ identifier: renate, password: 'joshua', locked: true }])
    expect(await outcome(renate)).toBe('failed source-locked')
  })

  it('does not spare a wrong password afterwards', async () => {
    const { mock, outcome } = setupAccounts([{ identifier: renate, password: 'joshua', locked: '10m' }])
    await outcome(renate)
    await mock.clock.advance('10m')
    expect(await outcome(renate, { password: 'pencil' })).toBe('failed credentials-invalid')
  })
})

describe('A change of password', () => {
  const accounts: AccountInput[] = [{ identifier: renate, password_changes: '2h' }]

  it('ends the session with service, at its instant', async () => {
    const { mock, open, get } = setupAccounts(accounts)
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    const { error, date_expired } = (await get(`/sessions/${id}`)).body
    expect([error, date_expired]).toEqual(['service', later(date_created, '2h')])
  })

  it('refuses the old password', async () => {
    const { mock, outcome } = setupAccounts(accounts)
    await outcome(renate)
    await mock.clock.advance('2h')
    expect(await outcome(renate)).toBe('failed credentials-invalid')
  })

  it('accepts another password', async () => {
    const { mock, outcome } = setupAccounts(accounts)
    await outcome(renate)
    await mock.clock.advance('2h')
    expect(await outcome(renate, { password: 'falken' })).toBe('active')
  })

  it('comes once', async () => {
    const { mock, open, stateOf } = setupAccounts(accounts)
    await open(renate)
    await mock.clock.advance('2h')
    const { id } = await open(renate, { password: 'falken' })
    await mock.clock.advance('30d')
    expect(await stateOf(`/sessions/${id}`)).toBe('active')
  })

  it('waits for the first session that succeeds', async () => {
    const { mock, open, get } = setupAccounts([{ identifier: renate, password: 'joshua', password_changes: '2h' }])
    await open(renate, { password: 'pencil' })
    await mock.clock.advance('1h')
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    expect((await get(`/sessions/${id}`)).body.date_expired).toBe(later(date_created, '2h'))
  })

  it('comes after the first session that succeeds, also where one was ended while pending', async () => {
    const { mock, open, get, delete: end } = setupAccounts([{ identifier: renate, init: '1h', password_changes: '2h' }])
    await end(`/sessions/${(await open(renate)).id}`)
    const { id, date_created } = await open(renate)
    await mock.clock.advance('1d')
    expect((await get(`/sessions/${id}`)).body.date_expired).toBe(later(date_created, '3h'))
  })

  it('of a glob’s identifier leaves the others as they are', async () => {
    const { mock, outcomes } = setupAccounts([{ identifier: '*@corp.example', password_changes: '2h' }])
    await outcomes('a@corp.example')
    await mock.clock.advance('1h')
    await outcomes('b@corp.example')
    await mock.clock.advance('1h')
    expect(await outcomes('a@corp.example', 'b@corp.example')).toEqual(['failed credentials-invalid', 'active'])
  })
})

describe('A glob', () => {
  const accounts: AccountInput[] = [{ identifier: '*@corp.example', outcomes: ['init_failed', 'success'] }]

  it('matches every identifier that fits', async () => {
    const { outcomes } = setupAccounts(accounts)
    expect(await outcomes('a@corp.example', 'long.name+tag@corp.example')).toEqual([
      'failed init_failed',
      'failed init_failed',
    ])
  })

  it('has a state of its own for each identifier', async () => {
    const { outcomes } = setupAccounts(accounts)
    expect(await outcomes('a@corp.example', 'a@corp.example', 'b@corp.example', 'b@corp.example')).toEqual([
      'failed init_failed',
      'active',
      'failed init_failed',
      'active',
    ])
  })

  it('locks one source of many', async () => {
    const { open, stateOf } = setupAccounts([{ identifier: '*@corp.example', locked: '1h' }])
    const { source } = await open('a@corp.example')
    const other = await open('b@example.com')
    expect([await stateOf(`/sources/${source.id}`), other.source.state]).toEqual(['locked', 'active'])
  })

  it.each(['a@corp.examples', 'a@corp-example', 'a@example.com', 'corp.example'])(
    'does not match %s',
    async (other) => {
      expect(await setupAccounts(accounts).outcome(other)).toBe('active')
    },
  )

  it('may stand anywhere, and more than once', async () => {
    const { outcomes } = setupAccounts([{ identifier: 'test-*@*.example', outcomes: ['init_failed'] }])
    expect(await outcomes('test-1@a.example', 'test-@.example', 'tess-1@a.example')).toEqual([
      'failed init_failed',
      'failed init_failed',
      'active',
    ])
  })

  it('of a star alone matches all', async () => {
    expect(await setupAccounts([{ identifier: '*', outcomes: ['init_failed'] }]).outcome('x')).toBe(
      'failed init_failed',
    )
  })

  it('takes no other character for more than itself', async () => {
    const { outcomes } = setupAccounts([{ identifier: 'a.c+[d]?@(e)|f$', outcomes: ['init_failed'] }])
    expect(await outcomes('a.c+[d]?@(e)|f$', 'abc+[d]?@(e)|f$', 'a.c+d@e')).toEqual([
      'failed init_failed',
      'active',
      'active',
    ])
  })
})

describe('Of several accounts that match', () => {
  it('the first counts', async () => {
    const { outcomes } = setupAccounts([
      { identifier: renate, outcomes: ['code-required'] },
      { identifier: '*', outcomes: ['credentials-invalid'] },
    ])
    expect(await outcomes(renate, 'b@example.com')).toEqual(['failed code-required', 'failed credentials-invalid'])
  })

  it('the first counts, even where the second is more exact', async () => {
    const { outcome } = setupAccounts([
      { identifier: '*@example.com', outcomes: ['code-required'] },
      { identifier: renate, outcomes: ['credentials-invalid'] },
    ])
    expect(await outcome(renate)).toBe('failed code-required')
  })

  it('the type decides too', async () => {
    const { outcome } = setupAccounts([
      { type: 'mocks.mock', identifier: renate, outcomes: ['init_failed'] },
      { type: 'icloud.account', identifier: renate, outcomes: ['code-required'] },
    ])
    expect([await outcome(renate), await outcome(renate, {}, 'mocks.mock')]).toEqual([
      'failed code-required',
      'failed init_failed',
    ])
  })

  it('the scenario’s comes before the catalogue’s', async () => {
    const { outcome } = setupAccounts([{ identifier: 'wrong-password@example.com', password: 'joshua' }])
    expect(await outcome('wrong-password@example.com')).toBe('active')
  })

  it('the catalogue’s counts where the scenario has none', async () => {
    const { outcome } = setupAccounts([{ identifier: renate }])
    expect(await outcome('two-factor@example.com')).toBe('failed code-required')
  })
})

describe('Without the catalogue', () => {
  const parts = { catalogue: false }

  it.each(['two-factor', 'wrong-password', 'locked', 'slow', 'stuck', 'flaky'])(
    '%s is an identifier like any other',
    async (name) => {
      expect(await setupAccounts([], parts).outcome(`${name}@example.com`)).toBe('active')
    },
  )

  it.each(['expires', 'password-changed'])('a session of %s lasts', async (name) => {
    const { mock, open, stateOf } = setupAccounts([], parts)
    const { id } = await open(`${name}@example.com`)
    await mock.clock.advance('30d')
    expect(await stateOf(`/sessions/${id}`)).toBe('active')
  })

  it('a Relay instance takes any code, and has no devices', async () => {
    const { state, source } = await setupAccounts([], parts).open('r', { code: '?' }, relay)
    expect([state, source.children.total_count]).toEqual(['active', 0])
  })

  it('a Relay instance still wants a code', async () => {
    const { post } = setupAccounts([], parts)
    const wanted = { source: { user: 1, type: relay, identifier: 'r' }, payload: {} }
    expect(Object.keys((await post('/sessions', wanted)).body.params)).toEqual(['payload.code'])
  })

  it('the scenario’s own accounts are known', async () => {
    const { outcome } = setupAccounts([{ identifier: renate, password: 'falken' }], parts)
    expect(await outcome(renate)).toBe('failed credentials-invalid')
  })
})

describe('Devices', () => {
  const accounts: AccountInput[] = [
    { type: relay, identifier: 'r-*', code: 'X1', devices: [device('A'), device('B'), device('C')] },
  ]
  const paired = { code: 'X1' }

  it('appear as children once their instance is paired, as they were given', async () => {
    const { open, get } = setupAccounts(accounts)
    const { source } = await open('r-1', paired, relay)
    const { data } = (await get(`/sources/${source.id}/children`)).body
    const children = data.map(({ type, identifier, info, parent }: Record<string, unknown>) => {
      return { type, identifier, info, parent }
    })
    const child = { type: 'rirelay.source', parent: source.id }
    expect(children).toEqual(['C', 'B', 'A'].map((name) => ({ ...child, ...device(name) })))
  })

  it('carry the instant at which they appeared', async () => {
    const { mock, open, get } = setupAccounts([{ type: relay, identifier: 'r', init: '1h', devices: [device('A')] }])
    const { source, date_created } = await open('r', paired, relay)
    await mock.clock.advance('2h')
    const { data } = (await get(`/sources/${source.id}/children`)).body
    expect(data[0].date_created).toBe(later(date_created, '1h'))
  })

  it('do not appear before', async () => {
    const { open } = setupAccounts([{ type: relay, identifier: 'r', init: '1h', devices: [device('A')] }])
    expect((await open('r', paired, relay)).source.children.total_count).toBe(0)
  })

  it('do not appear with a wrong code', async () => {
    expect((await setupAccounts(accounts).open('r-1', { code: '?' }, relay)).source.children.total_count).toBe(0)
  })

  it('appear once, however often their instance is paired', async () => {
    const { open } = setupAccounts(accounts)
    await open('r-1', paired, relay)
    expect((await open('r-1', paired, relay)).source.children.total_count).toBe(3)
  })

  it('with an identifier are one source of a user, a child of the instance that was paired last', async () => {
    const { open, get } = setupAccounts(accounts)
    const one = await open('r-1', paired, relay)
    const other = await open('r-2', paired, relay)
    const idsOf = ({ source }: { source: { children: { data: { id: number }[] } } }) =>
      source.children.data.map(({ id }) => id)
    expect(idsOf(other)).toEqual(idsOf(one))
    expect((await get(`/sources/${one.source.id}`)).body.children.total_count).toBe(0)
  })

  it('without an identifier are others behind each instance, and stay the same when it is paired again', async () => {
    const { identifier: _, ...unnamed } = device('A')
    const { open } = setupAccounts([{ type: relay, identifier: 'r-*', devices: [unnamed] }])
    const identifiers: string[] = []
    for (const name of ['r-1', 'r-2', 'r-1']) {
      identifiers.push((await open(name, { code: '?' }, relay)).source.children.data[0].identifier)
    }
    const [first, second, again] = identifiers
    expect([again, second === first]).toEqual([first, false])
  })

  it('replace those of the catalogue', async () => {
    const { open } = setupAccounts([{ type: relay, identifier: '*', code: 'A1B2C3', devices: [device('A')] }])
    expect((await open('r', { code: 'A1B2C3' }, relay)).source.children.total_count).toBe(1)
  })

  it('belong to the user of their instance', async () => {
    const { open, get } = setupAccounts(accounts)
    await open('r-1', paired, relay)
    const { data } = (await get(`/sources?type=rirelay.source&date_created[gte]=${startTime}`)).body
    expect(data.map(({ user, state }: { user: number; state: string }) => [user, state])).toEqual([
      [1, 'active'],
      [1, 'active'],
      [1, 'active'],
    ])
  })
})

describe('An account', () => {
  it('is an iCloud one unless it says otherwise', async () => {
    const { outcome } = setupAccounts([{ identifier: renate, outcomes: ['init_failed'] }])
    expect([await outcome(renate), await outcome(renate, {}, 'mocks.mock')]).toEqual(['failed init_failed', 'active'])
  })

  it('may stand behind a mock, which takes any payload', async () => {
    const { outcome } = setupAccounts([{ type: 'mocks.mock', identifier: 'm', outcomes: ['init_failed', 'success'] }])
    expect([await outcome('m', { anything: 1 }, 'mocks.mock'), await outcome('m', {}, 'mocks.mock')]).toEqual([
      'failed init_failed',
      'active',
    ])
  })

  it('is not asked about a source that is locked already', async () => {
    const { mock, outcome } = setupAccounts([
      { identifier: 'john.appleseed@reincubate.com', outcomes: ['code-invalid', 'success'] },
    ])
    mock.actions['source.lock']({ where: { id: 1 }, with: { for: '1h' } })
    const during = await outcome('john.appleseed@reincubate.com')
    await mock.clock.advance('1h')
    expect([during, await outcome('john.appleseed@reincubate.com')]).toEqual([
      'failed source-locked',
      'failed code-invalid',
    ])
  })
})
