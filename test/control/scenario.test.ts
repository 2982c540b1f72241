import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import type { ActionName, Fixture, MockOptions, ScenarioInput } from '../../src/index.ts'
import { actions } from '../../src/scenario/action.ts'
import { withToken } from '../support/answers.ts'
import { morning, newSession } from '../support/api.ts'
import { sessionIds, worlds } from '../support/worlds.ts'
import { asJson, everything, quiet, setupControl } from './setup.ts'

const setup = (options?: MockOptions) => {
  const api = setupControl(options)
  return {
    ...api,
    load: (scenario: unknown, query = '') =>
      api.put(`/_mock/scenario${query}`, typeof scenario === 'string' ? { scenario } : scenario),
    current: async () => (await api.get('/_mock/scenario')).body,
    act: (name: string, more: object = {}) => api.post('/_mock/actions', { do: name, ...more }),
  }
}

/** A mock for calls that are refused, which change nothing of it. */
const refusing = setup()

/** Everything but the journal and the snapshots. */
const heldBy = ({ mock }: Pick<ReturnType<typeof setup>, 'mock'>) => JSON.parse(everything(mock)).slice(0, 6)

const document = {
  scenario: 'mine',
  description: 'All of it.',
  settings: { session_init: '5m' },
  accounts: [{ type: 'icloud.account', identifier: 'own@example.com', password: 'joshua' }],
  steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }],
  faults: [{ on: 'GET /keys', first: 1, answer: { status: 503 } }],
} as const satisfies ScenarioInput

describe('GET /_mock/scenarios', () => {
  it('lists the built-in ones with what happens in them', async () => {
    const { body } = await setup().get('/_mock/scenarios')
    expect(body.scenarios).toEqual(
      Object.values(scenarios).map(({ scenario: name, description }) => ({ name, description })),
    )
  })
})

describe('GET /_mock/scenario', () => {
  afterEach(() => void vi.useRealTimers())

  it('shows how far it has come', async () => {
    const { mock, post, get, current } = setup({ scenario: document })
    await mock.clock.advance('30m')
    await get('/keys')
    await post('/sessions', newSession('own@example.com'))
    expect(await current()).toEqual({
      scenario: 'mine',
      description: 'All of it.',
      began: morning,
      steps: [{ step: 'at 1h where id = 1: user.block', fired: 0 }],
      accounts: [{ account: 'icloud.account own@example.com', used: true }],
      faults: [{ fault: 'GET /keys, first 1: status 503', struck: 1 }],
      problems: [],
      unfired: ['step 1: at 1h where id = 1: user.block'],
    })
  })

  it('lets happen first what is due', async () => {
    vi.useFakeTimers({ now: 0 })
    const { current } = setup({ scenario: document, clock: { start: morning } })
    vi.setSystemTime(3_600_000)
    expect((await current()).unfired).not.toContain('step 1: at 1h where id = 1: user.block')
  })

  it('tells which steps could not act, and why', async () => {
    const steps = [{ at: '1h', do: 'session.expire', where: { state: 'failed' } } as const]
    const { mock, current } = setup({ scenario: { scenario: 'x', steps } })
    await mock.clock.advance('1h')
    expect((await current()).problems).toEqual([expect.stringContaining('is failed and cannot expire')])
  })
})

describe('PUT /_mock/scenario', () => {
  it('answers with the report of the new one', async () => {
    const { load } = setup()
    const { status, body } = await load('rotation-grace')
    expect([status, body]).toEqual([
      200,
      {
        scenario: 'rotation-grace',
        description: scenarios['rotation-grace'].description,
        began: morning,
        steps: [{ step: 'at 30m where id = 1: key.rotate', fired: 0 }],
        accounts: [],
        faults: [],
        problems: [],
        unfired: ['step 1: at 30m where id = 1: key.rotate'],
      },
    ])
  })

  it('takes a document', async () => {
    const { load, current } = setup()
    await load(document)
    expect(await current()).toMatchObject({ scenario: 'mine', description: 'All of it.' })
  })

  it.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
    'makes the world what it is from the start: %s',
    async (name) => {
      const { post, load, ...api } = setup()
      await post('/users', { identifier: 'gone@example.com' })
      const fresh = setup({ scenario: name })
      await load(name)
      await Promise.all([quiet(api.mock), quiet(fresh.mock)])
      expect(heldBy(api)).toEqual(heldBy(fresh))
    },
  )

  it('makes chance what it is from the start', async () => {
    const { post, load } = setup()
    for (let i = 0; i < 3; i++) await post('/keys')
    await load(document)
    expect((await post('/keys')).body).toEqual((await setup({ scenario: document }).post('/keys')).body)
  })

  it('answers when the generated records are there', async () => {
    const { load, get } = setup()
    await load({ scenario: 'many', generate: { users: 40 } })
    expect((await get('/users')).body.total_count).toBe(40)
  })

  it('lets a reset go to its own first morning', async () => {
    const { load, post, ...api } = setup()
    await load(document)
    await post('/users', { identifier: 'gone@example.com' })
    await post('/_mock/reset')
    expect(heldBy(api)).toEqual(heldBy(setup({ scenario: document })))
  })

  it('can load the same one again', async () => {
    const { load, mock, ...api } = setup({ scenario: document })
    await mock.clock.advance('2h')
    await load(document)
    expect(heldBy({ ...api, mock })).toEqual(heldBy(setup({ scenario: document })))
  })

  it('leaves nothing of the steps of the last one', async () => {
    const { load, mock } = setup({ scenario: document })
    await load('default')
    expect(await mock.clock.advance('2h')).toEqual([])
  })

  it('leaves nothing of the faults of the last one', async () => {
    const { load, get } = setup({ scenario: document })
    await load('default')
    expect((await get('/keys')).status).toBe(200)
  })

  it('keeps snapshots', async () => {
    const { load, mock } = setup()
    mock.snapshots.save('a')
    await load('empty')
    expect(mock.snapshots.list().map(({ name }) => name)).toEqual(['a'])
  })

  it('keeps worlds', async () => {
    const { load, world } = setup()
    const { get } = await world()
    await load('empty')
    expect((await get('/users')).body.total_count).toBe(3)
  })

  it('leaves one world where two are loaded at once', async () => {
    const { mock } = setup()
    await Promise.all([mock.scenario.load({ scenario: 'many', generate: { users: 50 } }), mock.scenario.load('empty')])
    expect(mock.db.user.count()).toBe(mock.scenario.name === 'empty' ? 0 : 50)
  })

  it('leaves one world where a snapshot is restored while it is loaded', async () => {
    const { mock } = setup()
    mock.snapshots.save('a')
    const loaded = mock.scenario.load({ scenario: 'many', generate: { users: 50 } })
    for (let i = 0; i < 3; i++) await Promise.resolve()
    mock.snapshots.restore('a')
    await loaded
    expect(mock.db.user.count()).toBe(mock.scenario.name === 'default' ? 3 : 50)
  })
})

describe('What a mock was made with outweighs a scenario that is loaded:', () => {
  it('its clock', async () => {
    const { load, mock } = setup({ clock: { start: '2030-01-01T00:00:00Z', frozen: true } })
    await load({ scenario: 'x', clock: { start: '2025-01-01T00:00:00Z', frozen: false, speed: 5 } })
    expect(mock.clock.view()).toEqual({ now: '2030-01-01T00:00:00.000000Z', frozen: true, speed: 5 })
  })

  it('its settings', async () => {
    const { load, mock, post } = setup({ settings: { session_init: '1m' } })
    await load(document)
    await post('/sessions', newSession())
    expect(mock.clock.upcoming()[0]?.at).toBe('2020-02-20T12:01:00.000000Z')
  })

  it('its fixtures', async () => {
    const { load, get } = setup({ fixtures: ['two-organisations'] })
    await load('empty')
    expect((await get('/organisation', withToken('ricloud-mock-other-token'))).status).toBe(200)
  })

  it('its token', async () => {
    const { load, get } = setup({ token: 'mine' })
    await load('empty')
    expect((await get('/key', withToken('mine'))).status).toBe(200)
  })

  it('its seed', async () => {
    const { load, post } = setup({ seed: 9 })
    await load('default')
    expect((await post('/keys')).body).toEqual((await setup({ seed: 9 }).post('/keys')).body)
  })

  it('its dialect', async () => {
    const { load, post } = setup({ dialect: 'ricloud-py' })
    await load('two-factor')
    const { body } = await post('/sessions', newSession('wrong-password@example.com'), { 'ricloud-await': '5' })
    expect(body.error).toBe('credentials-invalid')
  })

  it('its counts of generated records', async () => {
    const { load, get } = setup({ generate: { users: 5 } })
    await load({ scenario: 'x', generate: { users: 9 } })
    expect((await get('/users')).body.total_count).toBe(5)
  })
})

describe('?keep=true', () => {
  const kept = async (scenario: unknown = document, options: MockOptions = {}) => {
    const api = setup(options)
    await api.post('/users', { identifier: 'kept@example.com' })
    const { token } = (await api.post('/keys/1/rotate', { force: true })).body
    await api.mock.clock.advance('1h')
    await api.load(scenario, '?keep=true')
    return { ...api, get: (path: string) => api.get(path, withToken(token)), token }
  }

  it('keeps records', async () => {
    const { get } = await kept()
    expect((await get('/users')).body.data[0].identifier).toBe('kept@example.com')
  })

  it('keeps records though the scenario names fixtures', async () => {
    const { get } = await kept({ ...document, fixtures: ['two-organisations'] })
    expect((await get('/users')).body.total_count).toBe(4)
  })

  it('keeps records though the scenario generates some', async () => {
    const { get } = await kept({ ...document, generate: { users: 30 } })
    expect((await get('/users')).body.total_count).toBe(4)
  })

  it('keeps tokens', async () => {
    const { get } = await kept()
    expect((await get('/key')).status).toBe(200)
  })

  it('keeps the time', async () => {
    const { mock } = await kept({ ...document, clock: { start: '2025-01-01T00:00:00Z', frozen: false } })
    expect(mock.clock.view()).toEqual({ now: '2020-02-20T13:00:00.000000Z', frozen: true, speed: 1 })
  })

  it('keeps chance', async () => {
    const [loaded, left] = [setup(), setup()]
    for (const { post } of [loaded, left]) await post('/keys')
    await loaded.load('default', '?keep=true')
    expect((await loaded.post('/keys')).body).toEqual((await left.post('/keys')).body)
  })

  it('keeps windows of the rate limit', async () => {
    const { get, load } = setup({ settings: { rate_limit: { requests: 3, per: '1h' } } })
    for (let i = 0; i < 3; i++) await get('/key')
    await load('default', '?keep=true')
    expect((await get('/key')).status).toBe(429)
  })

  it('keeps what sessions wait for', async () => {
    const { mock, post, load, get } = setup({ scenario: { scenario: 'x', settings: { session_init: '10m' } } })
    const { id } = (await post('/sessions', newSession())).body
    await load('default', '?keep=true')
    await mock.clock.advance('10m')
    expect((await get(`/sessions/${id}`)).body.state).toBe('active')
  })

  it('keeps the grace of replaced tokens', async () => {
    const { mock, post, load, get } = setup()
    const replaced = withToken(mock.token)
    await post('/keys/1/rotate')
    await load(document, '?keep=true')
    const before = (await get('/key', replaced)).status
    await mock.clock.advance('6h')
    expect([before, (await get('/key', replaced)).status]).toEqual([200, 401])
  })

  it('lets steps begin now', async () => {
    const { mock } = await kept()
    const happened = await mock.clock.advance('1h')
    expect(happened.map(({ at, event }) => [at, event])).toEqual([['2020-02-20T14:00:00.000000Z', 'user.blocked']])
  })

  it('reports that the scenario begins now', async () => {
    const { current } = await kept()
    expect((await current()).began).toBe('2020-02-20T13:00:00.000000Z')
  })

  it('leaves nothing of the steps of the last one', async () => {
    const { mock } = await kept('default', { scenario: { scenario: 'x', steps: document.steps } })
    await mock.clock.advance('1d')
    expect(mock.scenario.report()).toMatchObject({ steps: [], problems: [] })
  })

  it('lets a step of the last one not come at its time', async () => {
    const steps = [{ at: '5h', do: 'user.block', where: { id: 1 } } as const]
    const { mock } = await kept('default', { scenario: { scenario: 'x', steps } })
    expect((await mock.clock.advance('1d')).map(({ event }) => event)).not.toContain('user.blocked')
  })

  it('arms its faults once', async () => {
    const { mock } = await kept()
    expect(mock.faults.list()).toMatchObject([{ on: 'GET /keys', armed: true, struck: 0 }])
  })

  it('leaves nothing of the faults of the last one', async () => {
    const faults = [{ on: 'GET /users', answer: { status: 503 } } as const]
    const { mock } = await kept('default', { scenario: { scenario: 'x', faults } })
    expect(mock.faults.list()).toEqual([])
  })

  it('asks its own accounts', async () => {
    const account = { type: 'icloud.account', identifier: 'a@b.c', outcomes: ['init_failed', 'success'] } as const
    const { post, load } = setup()
    const start = async () => (await post('/sessions', newSession('a@b.c'), { 'ricloud-await': '5' })).body.state
    await start()
    await load({ scenario: 'x', accounts: [account] }, '?keep=true')
    expect([await start(), await start()]).toEqual(['failed', 'active'])
  })

  it('goes by its own settings', async () => {
    const { mock, post, load } = setup()
    await load(document, '?keep=true')
    await post('/sessions', newSession())
    expect(mock.clock.upcoming()[0]?.at).toBe('2020-02-20T12:05:00.000000Z')
  })

  it('lets a reset go to the first morning of the new one', async () => {
    const { post, ...api } = await kept()
    await post('/_mock/reset')
    expect(heldBy(api)).toEqual(heldBy(setup({ scenario: document })))
  })

  it('is the same in the method', async () => {
    const [called, asked] = [setup(), setup()]
    await called.load(document, '?keep=true')
    await asked.mock.scenario.load(document, { keep: true })
    expect(heldBy(called)).toEqual(heldBy(asked))
  })

  it('is off where it says so', async () => {
    const { post, load, mock } = setup()
    await post('/users', { identifier: 'gone@example.com' })
    await load('default', '?keep=false')
    expect(mock.db.user.count()).toBe(3)
  })

  it.each(['', '1', 'yes', 'TRUE'])('is refused as "%s"', async (keep) => {
    const { status, body } = await refusing.load('empty', `?keep=${keep}`)
    expect([status, Object.keys(body.params)]).toEqual([400, ['keep']])
  })

  it('leaves the mock a token that works', async () => {
    const fixture = structuredClone(worlds.default)
    for (const key of fixture.keys) key.token = `own-${key.id}`
    const { get, load } = setup({ scenario: { scenario: 'x', fixtures: [fixture as Fixture] } })
    await load('default', '?keep=true')
    expect((await get('/key')).status).toBe(200)
  })
})

describe('A scenario that cannot be loaded', () => {
  const wrong: [string, unknown, string[]][] = [
    ['an unknown name', { scenario: 'two-facter' }, ['scenario']],
    ['no name', {}, ['scenario']],
    ['an empty name', { scenario: '' }, ['scenario']],
    ['a name that is none', { scenario: 5 }, ['scenario']],
    ['a path', { scenario: './scenario.yaml' }, ['scenario']],
    ['a document without a name', { steps: [] }, ['scenario']],
    ['an unknown part', { ...document, stpes: [] }, ['stpes']],
    ['an unknown action', { ...document, steps: [{ at: '1h', do: 'user.blok' }] }, ['steps[0].do']],
    ['an impossible action', { ...document, steps: [{ on: 'session.failed', do: 'session.expire' }] }, ['steps[0].do']],
    ['a wrong duration', { ...document, settings: { session_init: '2 s' } }, ['settings.session_init']],
    ['an unknown fixture', { ...document, fixtures: ['default', 'defalt'] }, ['fixtures[1]']],
    ['a wrong fault', { ...document, faults: [{ on: 'GET /user', delay: '1s' }] }, ['faults[0].on']],
    [
      'several problems',
      {
        ...document,
        nope: 1,
        clock: { start: 'tomorrow' },
        accounts: [{ identifier: 'a', outcomes: ['sucess'] }],
        steps: [{ at: '1h', do: 'user.block', where: { idd: 1 } }],
      },
      ['accounts[0].outcomes[0]', 'clock.start', 'nope', 'steps[0].where.idd'],
    ],
  ]

  it.each(wrong)('names every problem by its place: %s', async (_, scenario, names) => {
    const { status, body } = await refusing.put('/_mock/scenario', scenario)
    expect([status, body.error, Object.keys(body.params ?? {}).sort()]).toEqual([400, 'invalid-parameter', names])
  })

  it.each(wrong)('changes nothing: %s', async (_, scenario) => {
    const { put, ...api } = setup({ scenario: document })
    await api.post('/users', { identifier: 'kept@example.com' })
    const before = everything(api.mock)
    await put('/_mock/scenario', scenario)
    expect(everything(api.mock)).toBe(before)
  })

  const halfWay = { ...document, fixtures: [{ organisations: 'none' }] }

  it('changes nothing where its fixture turns out to be wrong', async () => {
    const { put, ...api } = setup({ scenario: document })
    await api.post('/users', { identifier: 'kept@example.com' })
    const before = everything(api.mock)
    await put('/_mock/scenario', halfWay)
    expect(everything(api.mock)).toBe(before)
  })

  it('changes no chance where its fixture turns out to be wrong', async () => {
    const { put, post } = setup()
    await put('/_mock/scenario', halfWay)
    expect((await post('/keys')).body).toEqual((await setup().post('/keys')).body)
  })

  it('is refused where its fixture turns out to be wrong', async () => {
    const { status, body } = await setup().put('/_mock/scenario', halfWay)
    expect([status, body.message]).toEqual([400, expect.stringContaining('organisations must be an array')])
  })

  it('names the place in its fixture', async () => {
    const { body } = await setup().put('/_mock/scenario', halfWay)
    expect(Object.keys(body.params ?? {})).toHaveLength(1)
  })

  it('tells nobody that the world was restored', async () => {
    const { put, mock } = setup()
    const seen: string[] = []
    mock.watch((watched) => watched.kind === 'world' && seen.push(watched.what))
    await put('/_mock/scenario', halfWay)
    expect(seen).toEqual([])
  })

  it('has the nearest name', async () => {
    expect((await refusing.load('two-facter')).body.message).toContain('Did you mean "two-factor"?')
  })

  it('has the names that there are', async () => {
    const { message } = (await refusing.load('nope')).body
    expect(Object.keys(scenarios).filter((name) => !message.includes(`"${name}"`))).toEqual([])
  })

  it('has the nearest word for an action', async () => {
    const { body } = await refusing.load({ ...document, steps: [{ at: '1h', do: 'user.blok' }] })
    expect(body.message).toContain('Did you mean "user.block"?')
  })

  it('shows no password', async () => {
    const accounts = [{ identifier: 'a', password: { hush: 'hush' }, code: ['hush'] }]
    expect(JSON.stringify((await refusing.load({ ...document, accounts })).body)).not.toContain('hush')
  })

  it.each(['[]', '"two-factor"', '{"scenario":'])('is refused as a body of %s', async (body) => {
    expect((await refusing.put('/_mock/scenario', body)).body.error).toBe('invalid-body')
  })

  it.each<[string, unknown, RegExp]>([
    ['an unknown name', 'two-facter', /Did you mean "two-factor"/],
    ['a document', { scenario: 'x', steps: [{ at: '1h', do: 'user.blok' }] }, /steps\[0\].do.*"user.block"/s],
    ['a promise', Promise.resolve(document), /is a promise/],
    ['nothing', undefined, /undefined/],
  ])('is refused by the method: %s', async (_, scenario, message) => {
    await expect(refusing.mock.scenario.load(scenario as 'default')).rejects.toThrow(message)
  })
})

describe('A call that waits while a scenario is loaded', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  const setupWaiting = async () => {
    const api = setup({ clock: { start: morning }, scenario: { scenario: 'x', settings: { session_init: '5s' } } })
    const answer = api.post('/sessions', newSession(), { 'ricloud-await': '10' })
    await vi.advanceTimersByTimeAsync(0)
    return { ...api, answer }
  }

  it.each(['', '?keep=true'])('gets an answer%s', async (query) => {
    const { answer, load } = await setupWaiting()
    await load('default', query)
    expect((await answer).body).toMatchObject({ error: 'internal-server-error', message: expect.any(String) })
  })

  it('changes nothing of the new world', async () => {
    const { answer, load, mock } = await setupWaiting()
    await load('empty')
    await answer
    expect(mock.db.session.count()).toBe(0)
  })

  it('for a scripted delay changes nothing of the new world', async () => {
    const { load, post, mock } = setup({ clock: { start: morning } })
    mock.faults.arm({ on: 'POST /users', delay: '5s' })
    const answer = post('/users', { identifier: 'late@example.com' })
    await vi.advanceTimersByTimeAsync(1000)
    await load('default')
    await answer
    expect(mock.db.user.count()).toBe(3)
  })

  it('is left alone where the scenario is refused', async () => {
    const { answer, load } = await setupWaiting()
    await load('two-facter')
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answer).body.state).toBe('active')
  })

  it('is left alone where the fixture of the scenario turns out to be wrong', async () => {
    const { answer, load } = await setupWaiting()
    await load({ ...document, fixtures: [{ organisations: 'none' }] })
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answer).body.state).toBe('active')
  })

  it('is waited for by generated records no longer than they take', async () => {
    const { load, get } = setup()
    const loaded = load({ scenario: 'many', generate: { users: 20 } })
    const listed = get('/users')
    expect([(await loaded).status, [3, 20].includes((await listed).body.total_count)]).toEqual([200, true])
  })
})

interface Row {
  readonly options?: MockOptions
  readonly before?: ActionName
  readonly where?: object
  readonly with?: object
  /** The first thing that happens; nothing for faults. */
  readonly event?: string
}

const first = { where: { id: 1 } }

/** Each action as it is allowed. */
const vocabulary: Readonly<Record<ActionName, Row>> = {
  'organisation.configure': { options: { scenario: 'empty' }, event: 'storage_config.created' },
  'organisation.deactivate': { ...first, event: 'organisation.deactivated' },
  'organisation.block': { ...first, event: 'organisation.blocked' },
  'organisation.reactivate': { ...first, before: 'organisation.block', event: 'organisation.reactivated' },
  'key.rotate': { ...first, with: { force: true }, event: 'key.rotated' },
  'key.expire': { ...first, event: 'key.expired' },
  'key.deactivate': { ...first, event: 'key.deactivated' },
  'key.block': { ...first, event: 'key.blocked' },
  'key.reactivate': { ...first, before: 'key.block', event: 'key.reactivated' },
  'user.deactivate': { ...first, event: 'user.deactivated' },
  'user.block': { ...first, event: 'user.blocked' },
  'user.reactivate': { where: { id: 3 }, event: 'user.reactivated' },
  'source.lock': { ...first, with: { for: '1h' }, event: 'source.locked' },
  'source.unlock': { where: { state: 'locked' }, event: 'source.unlocked' },
  'source.deactivate': { ...first, event: 'source.deactivated' },
  'source.block': { ...first, event: 'source.blocked' },
  'source.reactivate': { ...first, before: 'source.block', event: 'source.reactivated' },
  'session.activate': { where: { id: sessionIds.pending }, event: 'source.validated' },
  'session.fail': { where: { id: sessionIds.pending }, with: { error: 'code-required' }, event: 'session.failed' },
  'session.expire': { where: { id: sessionIds.active }, with: { error: 'admin' }, event: 'session.expired' },
  'config.accept': { where: { resource: 'webhook_config' }, event: 'webhook_config.accepted' },
  'config.reject': { where: { resource: 'storage_config' }, event: 'storage_config.rejected' },
  'account.change_password': { ...first, with: { password: 'falken' }, event: 'account.password_changed' },
  'fault.arm': { with: { on: 'GET /users', answer: { status: 503 } } },
  'fault.disarm': { with: { on: 'GET /users' } },
}

describe('POST /_mock/actions', () => {
  it.each(Object.entries(vocabulary))('does %s', async (name, { options, before, event, ...meant }) => {
    const { act } = setup(options)
    if (before) await act(before, { where: meant.where })
    const { status, body } = await act(name, meant)
    expect([status, body.happened[0]?.event]).toEqual([200, event])
  })

  it('knows every action', () => {
    expect(Object.keys(vocabulary)).toEqual(Object.keys(actions))
  })

  it('shows in calls', async () => {
    const { act, get } = setup()
    await act('user.block', first)
    expect((await get('/users/1')).body.state).toBe('blocked')
  })

  it('arms a fault', async () => {
    const { act, get } = setup()
    await act('fault.arm', vocabulary['fault.arm'])
    expect((await get('/users')).status).toBe(503)
  })

  it('disarms a fault', async () => {
    const { act, get } = setup()
    await act('fault.arm', vocabulary['fault.arm'])
    await act('fault.disarm')
    expect((await get('/users')).status).toBe(200)
  })

  it('shows the resource as the API sends it', async () => {
    const { act, get } = setup()
    const { happened } = (await act('user.block', first)).body
    expect(happened).toEqual([{ at: morning, event: 'user.blocked', resource: (await get('/users/1')).body }])
  })

  it.each<[string, object, string[]]>([
    ['an unknown action', { do: 'user.blok' }, ['do']],
    ['no action', {}, ['do']],
    ['an action that is none', { do: 5 }, ['do']],
    ['an unknown name', { do: 'user.block', wher: {} }, ['wher']],
    ['an unknown attribute', { do: 'user.block', where: { idd: 1 } }, ['where.idd']],
    ['a wrong value of an attribute', { do: 'user.block', where: { state: 'activ' } }, ['where.state']],
    ['attributes that are none', { do: 'user.block', where: [1] }, ['where']],
    ['an attribute with several values', { do: 'user.block', where: { id: [1, 2] } }, ['where.id']],
    ['an unknown detail', { do: 'key.rotate', with: { forced: true } }, ['with']],
    ['a wrong detail', { do: 'session.expire', with: { error: 'nobody' } }, ['with']],
    ['details where there are none', { do: 'user.block', with: { error: 'admin' } }, ['with']],
    ['a fault that is none', { do: 'fault.arm', with: { on: 'GET /user', delay: '1s' } }, ['with']],
    ['a fault with attributes', { do: 'fault.disarm', where: { id: 1 } }, ['where']],
  ])('refuses %s', async (_, body, names) => {
    const answer = await refusing.post('/_mock/actions', body)
    expect([answer.status, answer.body.error, Object.keys(answer.body.params ?? {})]).toEqual([
      400,
      'invalid-parameter',
      names,
    ])
  })

  it.each<[string, object, RegExp]>([
    ['what matches nothing', { do: 'user.block', where: { id: 99 } }, /No user matches \{"id":99\}/],
    ['what a state does not allow', { do: 'user.block', where: { id: 3 } }, /user 3 is blocked and cannot block/],
    ['what the state of one of them does not allow', { do: 'user.block' }, /user 3 is blocked and cannot block/],
    ['the nearest action', { do: 'user.blok' }, /did you mean "user.block"/],
    ['the nearest attribute', { do: 'user.block', where: { idd: 1 } }, /Did you mean "id"/],
    ['the nearest detail', { do: 'key.rotate', with: { forced: true } }, /Did you mean "force"/],
  ])('says %s', async (_, body, message) => {
    const answer = await refusing.post('/_mock/actions', body)
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)])
  })

  it.each([{ do: 'user.block' }, { do: 'user.block', where: { id: 99 } }, { do: 'user.blok' }])(
    'changes nothing where it refuses: %j',
    async (body) => {
      const { mock, post } = setup()
      const before = everything(mock)
      await post('/_mock/actions', body)
      expect(everything(mock)).toBe(before)
    },
  )

  it('does no more than the method', async () => {
    const [called, asked] = [setup(), setup()]
    const { happened } = (await called.act('session.expire', { where: { state: 'active' } })).body
    expect(happened).toEqual(asJson(asked.mock.actions['session.expire']({ where: { state: 'active' } })))
  })
})
