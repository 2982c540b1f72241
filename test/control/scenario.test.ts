import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import type { ActionName, Fixture, MockOptions, ScenarioInput } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { newSession, startTime } from '../support/api.ts'
import { actions } from '../support/definition.ts'
import { later } from '../support/instants.ts'
import { pollIds, sessionIds, worlds } from '../support/worlds.ts'
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

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setup()

/** The state of a mock without its journal and snapshots. */
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
  it('lists the built-in scenarios with their descriptions', async () => {
    const { body } = await setup().get('/_mock/scenarios')
    expect(body.scenarios).toEqual(
      Object.values(scenarios).map(({ scenario: name, description }) => ({ name, description })),
    )
  })
})

describe('GET /_mock/setup', () => {
  it('shows the settings as they are given, and which are not the defaults', async () => {
    const rate_limit = { requests: 5, per: '1m' } as const
    const { get } = setup({ scenario: document, settings: { rate_limit, session_lifetime: '14d' } })
    const { settings, changed } = (await get('/_mock/setup')).body
    expect(settings).toMatchObject({ session_init: '5m', session_lifetime: '14d', session_idle: null, rate_limit })
    expect(changed.sort()).toEqual(['rate_limit', 'session_init', 'session_lifetime'])
    expect((await setup({ settings }).get('/_mock/setup')).body.settings).toEqual(settings)
  })

  it('shows accounts and test identifiers without passwords, and which were used', async () => {
    const { get, post } = setup({ scenario: document })
    await post('/sessions', newSession('own@example.com'))
    const { accounts } = (await get('/_mock/setup')).body
    expect(accounts[0]).toEqual({
      account: 'icloud.account own@example.com',
      description: 'password',
      used: true,
      built_in: false,
    })
    expect(accounts.at(-1)).toMatchObject({ account: 'rirelay.instance *', used: false, built_in: true })
    expect(JSON.stringify(accounts)).not.toContain('joshua')
  })

  it('shows no test identifiers where a scenario has none', async () => {
    const { get } = setup({ scenario: { ...document, catalogue: false } })
    expect((await get('/_mock/setup')).body.accounts).toHaveLength(1)
  })
})

describe('GET /_mock/scenario', () => {
  afterEach(() => void vi.useRealTimers())

  it('shows which steps, accounts and faults fired', async () => {
    const { mock, post, get, current } = setup({ scenario: document })
    await mock.clock.advance('30m')
    await get('/keys')
    await post('/sessions', newSession('own@example.com'))
    expect(await current()).toEqual({
      scenario: 'mine',
      description: 'All of it.',
      began: startTime,
      steps: [{ step: 'at 1h where id = 1: user.block', fired: 0 }],
      accounts: [{ account: 'icloud.account own@example.com', used: true }],
      faults: [{ fault: 'GET /keys, first 1: status 503', struck: 1 }],
      problems: [],
      unfired: [
        'step 1: at 1h where id = 1: user.block (due at 2020-02-20T13:00:00.000000Z, and the clock is at 2020-02-20T12:30:00.000001Z)',
      ],
    })
  })

  it('runs due work first', async () => {
    vi.useFakeTimers({ now: 0 })
    const { current } = setup({ scenario: document, clock: { start: startTime } })
    vi.setSystemTime(3_600_000)
    expect((await current()).unfired.join()).not.toContain('step 1')
  })

  it('shows which steps failed, and why', async () => {
    const steps = [{ at: '1h', do: 'session.expire', where: { state: 'failed' } } as const]
    const { mock, current } = setup({ scenario: { scenario: 'x', steps } })
    await mock.clock.advance('1h')
    expect((await current()).problems).toEqual([expect.stringContaining('is failed: "session.expire" is not possible')])
  })
})

describe('PUT /_mock/scenario', () => {
  it('answers with the report of the new scenario', async () => {
    const { load } = setup()
    const { status, body } = await load('rotation-grace')
    expect([status, body]).toEqual([
      200,
      {
        scenario: 'rotation-grace',
        description: scenarios['rotation-grace'].description,
        began: startTime,
        steps: [{ step: 'at 30m where id = 1: key.rotate', fired: 0 }],
        accounts: [],
        faults: [],
        problems: [],
        unfired: [
          'step 1: at 30m where id = 1: key.rotate (due at 2020-02-20T12:30:00.000000Z, and the clock is at 2020-02-20T12:00:00.000000Z)',
        ],
      },
    ])
  })

  it('loads a document', async () => {
    const { load, current } = setup()
    await load(document)
    expect(await current()).toMatchObject({ scenario: 'mine', description: 'All of it.' })
  })

  it.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
    'gives the world the state of a mock that was made with the scenario: %s',
    async (name) => {
      const { post, load, ...api } = setup()
      await post('/users', { identifier: 'gone@example.com' })
      const fresh = setup({ scenario: name })
      await load(name)
      await Promise.all([quiet(api.mock), quiet(fresh.mock)])
      expect(heldBy(api)).toEqual(heldBy(fresh))
    },
  )

  it.each([
    ['a file', { scenario: 'one-day.yaml' }, '"one-day.yaml" is a path; send what is in the file, as JSON'],
    [
      'a scenario in the place of its name',
      { scenario: { scenario: 'x' } },
      'must be the name of a scenario, with its other keys beside it if it is a whole one, got an object',
    ],
  ])('refuses %s, and says what to send', async (_, body, problem) => {
    const { call } = setup()
    const answer = await call('PUT', '/_mock/scenario', body)
    expect([answer.status, answer.body.params]).toEqual([400, { scenario: [problem] }])
  })

  it('resets the random state', async () => {
    const { post, load } = setup()
    for (let i = 0; i < 3; i++) await post('/keys')
    await load(document)
    expect((await post('/keys')).body).toEqual((await setup({ scenario: document }).post('/keys')).body)
  })

  it('answers after records were generated', async () => {
    const { load, get } = setup()
    await load({ scenario: 'many', generate: { users: 40 } })
    expect((await get('/users')).body.total_count).toBe(40)
  })

  it('lasts until a reset, which returns to what was set up', async () => {
    const { load, post, ...api } = setup()
    await load(document)
    await post('/users', { identifier: 'gone@example.com' })
    await post('/_mock/reset')
    expect(heldBy(api)).toEqual(heldBy(setup()))
  })

  it('loads the same scenario again', async () => {
    const { load, mock, ...api } = setup({ scenario: document })
    await mock.clock.advance('2h')
    await load(document)
    expect(heldBy({ ...api, mock })).toEqual(heldBy(setup({ scenario: document })))
  })

  it('removes the steps of the previous scenario', async () => {
    const { load, mock } = setup({ scenario: document })
    await load('default')
    expect(await mock.clock.advance('2h')).toEqual([])
  })

  it('removes the faults of the previous scenario', async () => {
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

  it('leaves a consistent world when two scenarios are loaded at once', async () => {
    const { mock } = setup()
    await Promise.all([mock.scenario.load({ scenario: 'many', generate: { users: 50 } }), mock.scenario.load('empty')])
    expect(mock.db.user.count()).toBe(mock.scenario.name === 'empty' ? 0 : 50)
  })

  it('leaves a consistent world when a snapshot is restored during the load', async () => {
    const { mock } = setup()
    mock.snapshots.save('a')
    const loaded = mock.scenario.load({ scenario: 'many', generate: { users: 50 } })
    for (let i = 0; i < 3; i++) await Promise.resolve()
    mock.snapshots.restore('a')
    await loaded
    expect(mock.db.user.count()).toBe(mock.scenario.name === 'default' ? 3 : 50)
  })
})

describe('An option of the mock takes precedence over a loaded scenario:', () => {
  it('clock', async () => {
    const { load, mock } = setup({ clock: { start: '2030-01-01T00:00:00Z', frozen: true } })
    await load({ scenario: 'x', clock: { start: '2025-01-01T00:00:00Z', frozen: false, speed: 5 } })
    expect(mock.clock.view()).toEqual({ now: '2030-01-01T00:00:00.000000Z', frozen: true, speed: 5 })
  })

  it('settings', async () => {
    const { load, mock, post } = setup({ settings: { session_init: '1m' } })
    await load(document)
    const { body } = await post('/sessions', newSession())
    expect(mock.clock.upcoming()[0]?.at).toBe(later(body.date_created, '1m'))
  })

  it('fixtures', async () => {
    const { load, get } = setup({ fixtures: ['two-organisations'] })
    await load('empty')
    expect((await get('/organisation', withToken('ricloud-mock-other-token'))).status).toBe(200)
  })

  it('token', async () => {
    const { load, get } = setup({ token: 'mine' })
    await load('empty')
    expect((await get('/key', withToken('mine'))).status).toBe(200)
  })

  it('seed', async () => {
    const { load, post } = setup({ seed: 9 })
    await load('default')
    expect((await post('/keys')).body).toEqual((await setup({ seed: 9 }).post('/keys')).body)
  })

  it('dialect', async () => {
    const { load, post } = setup({ dialect: 'ricloud-py' })
    await load('two-factor')
    const { body } = await post('/sessions', newSession('wrong-password@example.com'), { 'ricloud-await': '5' })
    expect(body.error).toBe('credentials-invalid')
  })

  it('generate', async () => {
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

  it('keeps records also if the scenario has fixtures', async () => {
    const { get } = await kept({ ...document, fixtures: ['two-organisations'] })
    expect((await get('/users')).body.total_count).toBe(4)
  })

  it('keeps records also if the scenario generates records', async () => {
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

  it('keeps the random state', async () => {
    const [loaded, left] = [setup(), setup()]
    for (const { post } of [loaded, left]) await post('/keys')
    await loaded.load('default', '?keep=true')
    expect((await loaded.post('/keys')).body).toEqual((await left.post('/keys')).body)
  })

  it('keeps the windows of the rate limit', async () => {
    const { get, load } = setup({ settings: { rate_limit: { requests: 3, per: '1h' } } })
    for (let i = 0; i < 3; i++) await get('/key')
    await load('default', '?keep=true')
    expect((await get('/key')).status).toBe(429)
  })

  it('keeps due work of sessions', async () => {
    const { mock, post, load, get } = setup({ scenario: { scenario: 'x', settings: { session_init: '10m' } } })
    const { id } = (await post('/sessions', newSession())).body
    await load('default', '?keep=true')
    await mock.clock.advance('10m')
    expect((await get(`/sessions/${id}`)).body.state).toBe('active')
  })

  it('keeps the grace period of replaced tokens', async () => {
    const { mock, post, load, get } = setup()
    const replaced = withToken(mock.token)
    await post('/keys/1/rotate')
    await load(document, '?keep=true')
    const before = (await get('/key', replaced)).status
    await mock.clock.advance('6h')
    expect([before, (await get('/key', replaced)).status]).toEqual([200, 401])
  })

  it('counts the times of steps from now', async () => {
    const { mock } = await kept()
    const happened = await mock.clock.advance('1h')
    expect(happened.map(({ at, event }) => [at, event])).toEqual([['2020-02-20T14:00:00.000000Z', 'user.blocked']])
  })

  it('reports the present as the start of the scenario', async () => {
    const { current } = await kept()
    expect((await current()).began).toBe('2020-02-20T13:00:00.000000Z')
  })

  it('removes the steps of the previous scenario', async () => {
    const { mock } = await kept('default', { scenario: { scenario: 'x', steps: document.steps } })
    await mock.clock.advance('1d')
    expect(mock.scenario.report()).toMatchObject({ steps: [], problems: [] })
  })

  it('does not run a scheduled step of the previous scenario', async () => {
    const steps = [{ at: '5h', do: 'user.block', where: { id: 1 } } as const]
    const { mock } = await kept('default', { scenario: { scenario: 'x', steps } })
    expect((await mock.clock.advance('1d')).map(({ event }) => event)).not.toContain('user.blocked')
  })

  it('arms its faults once', async () => {
    const { mock } = await kept()
    expect(mock.faults.list()).toMatchObject([{ on: 'GET /keys', armed: true, struck: 0 }])
  })

  it('removes the faults of the previous scenario', async () => {
    const faults = [{ on: 'GET /users', answer: { status: 503 } } as const]
    const { mock } = await kept('default', { scenario: { scenario: 'x', faults } })
    expect(mock.faults.list()).toEqual([])
  })

  it('uses the accounts of the new scenario', async () => {
    const account = { type: 'icloud.account', identifier: 'a@b.c', outcomes: ['init_failed', 'success'] } as const
    const { post, load } = setup()
    const start = async () => (await post('/sessions', newSession('a@b.c'), { 'ricloud-await': '5' })).body.state
    await start()
    await load({ scenario: 'x', accounts: [account] }, '?keep=true')
    expect([await start(), await start()]).toEqual(['failed', 'active'])
  })

  it('uses the settings of the new scenario', async () => {
    const { mock, post, load } = setup()
    await load(document, '?keep=true')
    const { body } = await post('/sessions', newSession())
    expect(mock.clock.upcoming()[0]?.at).toBe(later(body.date_created, '5m'))
  })

  it('lasts until a reset, which returns to what was set up', async () => {
    const { post, ...api } = await kept()
    await post('/_mock/reset')
    expect(heldBy(api)).toEqual(heldBy(setup()))
  })

  it('equals the option of the method', async () => {
    const [called, asked] = [setup(), setup()]
    await called.load(document, '?keep=true')
    await asked.mock.scenario.load(document, { keep: true })
    expect(heldBy(called)).toEqual(heldBy(asked))
  })

  it('is off if it is false', async () => {
    const { post, load, mock } = setup()
    await post('/users', { identifier: 'gone@example.com' })
    await load('default', '?keep=false')
    expect(mock.db.user.count()).toBe(3)
  })

  it.each(['', '1', 'yes', 'TRUE'])('is rejected as "%s"', async (keep) => {
    const { status, body } = await rejecting.load('empty', `?keep=${keep}`)
    expect([status, Object.keys(body.params)]).toEqual([400, ['keep']])
  })

  it('leaves the mock with a valid token', async () => {
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
    ['a name that is not a string', { scenario: 5 }, ['scenario']],
    ['a path', { scenario: './scenario.yaml' }, ['scenario']],
    ['a document without a name', { steps: [] }, ['scenario']],
    ['an unknown attribute of the document', { ...document, stpes: [] }, ['stpes']],
    ['an unknown action', { ...document, steps: [{ at: '1h', do: 'user.blok' }] }, ['steps[0].do']],
    ['an impossible action', { ...document, steps: [{ on: 'session.failed', do: 'session.expire' }] }, ['steps[0].do']],
    ['an invalid duration', { ...document, settings: { session_init: '2 s' } }, ['settings.session_init']],
    ['an unknown fixture', { ...document, fixtures: ['default', 'defalt'] }, ['fixtures[1]']],
    ['an invalid fault', { ...document, faults: [{ on: 'GET /user', delay: '1s' }] }, ['faults[0].on']],
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

  it.each(wrong)('names every problem with its place: %s', async (_, scenario, names) => {
    const { status, body } = await rejecting.put('/_mock/scenario', scenario)
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

  it('changes nothing if its fixture is invalid', async () => {
    const { put, ...api } = setup({ scenario: document })
    await api.post('/users', { identifier: 'kept@example.com' })
    const before = everything(api.mock)
    await put('/_mock/scenario', halfWay)
    expect(everything(api.mock)).toBe(before)
  })

  it('does not change the random state if its fixture is invalid', async () => {
    const { put, post } = setup()
    await put('/_mock/scenario', halfWay)
    expect((await post('/keys')).body).toEqual((await setup().post('/keys')).body)
  })

  it('is rejected if its fixture is invalid', async () => {
    const { status, body } = await setup().put('/_mock/scenario', halfWay)
    expect([status, body.message]).toEqual([400, expect.stringContaining('organisations must be an array')])
  })

  it('names the place in an invalid fixture', async () => {
    const { body } = await setup().put('/_mock/scenario', halfWay)
    expect(Object.keys(body.params ?? {})).toHaveLength(1)
  })

  it('sends no message that the world was restored', async () => {
    const { put, mock } = setup()
    const seen: string[] = []
    mock.watch((watched) => watched.kind === 'world' && seen.push(watched.what))
    await put('/_mock/scenario', halfWay)
    expect(seen).toEqual([])
  })

  it('is answered with the nearest name', async () => {
    expect((await rejecting.load('two-facter')).body.message).toContain('Did you mean "two-factor"?')
  })

  it('is answered with the valid names', async () => {
    const { message } = (await rejecting.load('nope')).body
    expect(Object.keys(scenarios).filter((name) => !message.includes(`"${name}"`))).toEqual([])
  })

  it('is answered with the nearest action', async () => {
    const { body } = await rejecting.load({ ...document, steps: [{ at: '1h', do: 'user.blok' }] })
    expect(body.message).toContain('Did you mean "user.block"?')
  })

  it('is answered without passwords', async () => {
    const accounts = [{ identifier: 'a', password: { hush: 'hush' }, code: ['hush'] }]
    expect(JSON.stringify((await rejecting.load({ ...document, accounts })).body)).not.toContain('hush')
  })

  it.each(['[]', '"two-factor"', '{"scenario":'])('is rejected as a body of %s', async (body) => {
    expect((await rejecting.put('/_mock/scenario', body)).body.error).toBe('invalid-body')
  })

  it.each<[string, unknown, RegExp]>([
    ['an unknown name', 'two-facter', /Did you mean "two-factor"/],
    ['a document', { scenario: 'x', steps: [{ at: '1h', do: 'user.blok' }] }, /steps\[0\].do.*"user.block"/s],
    ['a promise', Promise.resolve(document), /is a promise/],
    ['nothing', undefined, /undefined/],
  ])('is rejected by the method: %s', async (_, scenario, message) => {
    await expect(rejecting.mock.scenario.load(scenario as 'default')).rejects.toThrow(message)
  })
})

describe('A call that waits while a scenario is loaded', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  const setupWaiting = async () => {
    const api = setup({ clock: { start: startTime }, scenario: { scenario: 'x', settings: { session_init: '5s' } } })
    const answer = api.post('/sessions', newSession(), { 'ricloud-await': '10' })
    await vi.advanceTimersByTimeAsync(0)
    return { ...api, answer }
  }

  it.each(['', '?keep=true'])('gets an answer%s', async (query) => {
    const { answer, load } = await setupWaiting()
    await load('default', query)
    expect((await answer).body).toMatchObject({ error: 'internal-server-error', message: expect.any(String) })
  })

  it('does not change the new world', async () => {
    const { answer, load, mock } = await setupWaiting()
    await load('empty')
    await answer
    expect(mock.db.session.count()).toBe(0)
  })

  it('for a scripted delay does not change the new world', async () => {
    const { load, post, mock } = setup({ clock: { start: startTime } })
    mock.faults.arm({ on: 'POST /users', delay: '5s' })
    const answer = post('/users', { identifier: 'late@example.com' })
    await vi.advanceTimersByTimeAsync(1000)
    await load('default')
    await answer
    expect(mock.db.user.count()).toBe(3)
  })

  it('continues if the scenario is rejected', async () => {
    const { answer, load } = await setupWaiting()
    await load('two-facter')
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answer).body.state).toBe('active')
  })

  it('continues if the fixture of the scenario is invalid', async () => {
    const { answer, load } = await setupWaiting()
    await load({ ...document, fixtures: [{ organisations: 'none' }] })
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answer).body.state).toBe('active')
  })

  it('does not delay the generation of records', async () => {
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
  /** The first event; none for faults. */
  readonly event?: string
}

const first = { where: { id: 1 } }

const polls = { options: { fixtures: ['polls'] } } as const

/** A valid use of each action. */
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
  'subscription.grant': { ...polls, where: { id: pollIds.subscription.pending }, event: 'subscription.granted' },
  'subscription.delete': { ...polls, where: { id: pollIds.subscription.active }, event: 'subscription.deleted' },
  'device.connect': { where: { id: 6 }, event: 'device.connected' },
  'device.disconnect': { where: { id: 6 }, event: 'device.disconnected' },
  'poll.start': { ...polls, where: { id: pollIds.poll.pending }, event: 'poll.started' },
  'poll.complete': { ...polls, where: { id: pollIds.poll.processing }, event: 'result.created' },
  'task.succeed': { ...polls, where: { id: pollIds.task.processing }, event: 'result.created' },
  'task.fail': {
    ...polls,
    where: { id: pollIds.task.processing },
    with: { error: 'file-not-found' },
    event: 'task.failed',
  },
  'task.suspend': { ...polls, where: { id: pollIds.task.processing }, event: 'task.suspended' },
  'task.resume': { ...polls, where: { id: pollIds.task.suspended }, event: 'task.resumed' },
  'result.consume': { ...polls, where: { id: pollIds.result.available }, event: 'result.consumed' },
  'result.expire': { ...polls, where: { id: pollIds.result.available }, event: 'result.expired' },
  'config.accept': { where: { resource: 'webhook_config' }, event: 'webhook_config.accepted' },
  'config.reject': { where: { resource: 'storage_config' }, event: 'storage_config.rejected' },
  'account.change_password': { ...first, with: { password: 'falken' }, event: 'account.password_changed' },
  'event.redeliver': { ...polls, where: { state: 'pending' }, before: 'poll.start', with: { signature: 'old' } },
  'fault.arm': { with: { on: 'GET /users', answer: { status: 503 } } },
  'fault.disarm': { with: { on: 'GET /users' } },
}

describe('POST /_mock/actions', () => {
  it.each(Object.entries(vocabulary))('performs %s', async (name, { options, before, event, ...meant }) => {
    const { act, mock } = setup(options)
    await mock.ready
    if (before) await act(before, { where: meant.where })
    const { status, body } = await act(name, meant)
    expect([status, body.happened[0]?.event]).toEqual([200, event])
  })

  it('is tested with every action', () => {
    expect(Object.keys(vocabulary)).toEqual(Object.keys(actions))
  })

  it('affects later calls', async () => {
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

  it('answers with the resource as the API sends it', async () => {
    const { act, get } = setup()
    const { happened } = (await act('user.block', first)).body
    expect(happened).toEqual([{ at: startTime, event: 'user.blocked', resource: (await get('/users/1')).body }])
  })

  it.each<[string, object, string[]]>([
    ['an unknown action', { do: 'user.blok' }, ['do']],
    ['no action', {}, ['do']],
    ['an action that is not a string', { do: 5 }, ['do']],
    ['an unknown name', { do: 'user.block', wher: {} }, ['wher']],
    ['an unknown attribute', { do: 'user.block', where: { idd: 1 } }, ['where.idd']],
    ['an invalid value of an attribute', { do: 'user.block', where: { state: 'activ' } }, ['where.state']],
    ['attributes that are not an object', { do: 'user.block', where: [1] }, ['where']],
    ['an attribute with several values', { do: 'user.block', where: { id: [1, 2] } }, ['where.id']],
    ['an unknown detail', { do: 'key.rotate', with: { forced: true } }, ['with']],
    ['an invalid detail', { do: 'session.expire', with: { error: 'nobody' } }, ['with']],
    ['details of an action that takes none', { do: 'user.block', with: { error: 'admin' } }, ['with']],
    ['an invalid fault', { do: 'fault.arm', with: { on: 'GET /user', delay: '1s' } }, ['with']],
    ['a fault with attributes', { do: 'fault.disarm', where: { id: 1 } }, ['where']],
  ])('rejects %s', async (_, body, names) => {
    const answer = await rejecting.post('/_mock/actions', body)
    expect([answer.status, answer.body.error, Object.keys(answer.body.params ?? {})]).toEqual([
      400,
      'invalid-parameter',
      names,
    ])
  })

  it.each<[string, object, RegExp]>([
    ['the attributes that match no record', { do: 'user.block', where: { id: 99 } }, /No user matches \{"id":99\}/],
    [
      'the state that does not allow the action',
      { do: 'user.block', where: { id: 3 } },
      /user 3 is blocked: "user.block" is not possible in that state/,
    ],
    [
      'the state of the one record that does not allow the action',
      { do: 'user.block' },
      /user 3 is blocked: "user.block" is not possible in that state/,
    ],
    ['the nearest action', { do: 'user.blok' }, /did you mean "user.block"/],
    ['the nearest attribute', { do: 'user.block', where: { idd: 1 } }, /Did you mean "id"/],
    ['the nearest detail', { do: 'key.rotate', with: { forced: true } }, /Did you mean "force"/],
  ])('names in the error %s', async (_, body, message) => {
    const answer = await rejecting.post('/_mock/actions', body)
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)])
  })

  it.each([{ do: 'user.block' }, { do: 'user.block', where: { id: 99 } }, { do: 'user.blok' }])(
    'changes nothing when it rejects: %j',
    async (body) => {
      const { mock, post } = setup()
      const before = everything(mock)
      await post('/_mock/actions', body)
      expect(everything(mock)).toBe(before)
    },
  )

  it('does the same as the method', async () => {
    const [called, asked] = [setup(), setup()]
    const { happened } = (await called.act('session.expire', { where: { state: 'active' } })).body
    expect(happened).toEqual(asJson(asked.mock.actions['session.expire']({ where: { state: 'active' } })))
  })
})
