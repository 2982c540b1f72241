import { describe, expect, it } from 'vitest'
import { createMock, defineScenario, type Mock, type MockOptions, type ResetOptions } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { everything } from '../control/setup.ts'
import { startTime } from '../support/api.ts'
import { worlds } from '../support/worlds.ts'

const clock = { start: startTime, frozen: true }
const blocked = defineScenario({
  scenario: 'blocked',
  clock: { start: '2021-01-01T00:00:00Z' },
  steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }],
})

const setup = (options: MockOptions = {}) => createMock({ clock, log: () => {}, ...options })
const call = (mock: Mock, path = '/users/1') =>
  mock.fetch(`https://any.host${path}`, { headers: { authorization: `Token ${mock.token}` } })

/** Every option that a reset takes, and the options of a mock that is the same from the start. */
const changes: [name: string, given: ResetOptions, whole: MockOptions][] = [
  ['scenario', { scenario: 'two-factor' }, { scenario: 'two-factor' }],
  ['scenario of its own', { scenario: blocked }, { scenario: blocked }],
  ['seed', { seed: 7 }, { seed: 7 }],
  ['token', { token: 'mine' }, { token: 'mine' }],
  ['clock, one by one', { clock: { speed: 60 } }, { clock: { ...clock, speed: 60 } }],
  ['clock', { clock: { start: '2022-02-02T00:00:00Z' } }, { clock: { start: '2022-02-02T00:00:00Z', frozen: true } }],
  ['settings', { settings: { session_init: '2s' } }, { settings: { session_init: '2s', rotation_grace: '1h' } }],
  ['fixtures', { fixtures: ['empty'] }, { fixtures: ['empty'] }],
  ['generate', { generate: { users: 5 } }, { generate: { users: 5 } }],
  ['several', { seed: 3, scenario: 'empty', strict: true }, { seed: 3, scenario: 'empty' }],
]
const own = { settings: { rotation_grace: '1h' } } as const

describe('mock.reset with options', () => {
  it.each(changes)('begins as a mock that was made with them: %s', async (_, given, whole) => {
    const [mock, twin] = [setup(own), setup({ ...own, ...whole })]
    await call(mock)
    mock.reset(given)
    await Promise.all([mock.ready, twin.ready])
    expect([everything(mock), mock.seed]).toEqual([everything(twin), twin.seed])
    for (const one of [mock, twin]) await call(one, '/keys/1')
    expect(mock.state()).toEqual(twin.state())
  })

  it.each(changes)('is undone by the next reset: %s', async (_, given) => {
    const [mock, twin] = [setup(own), setup(own)]
    mock.reset(given)
    await mock.ready
    await call(mock)
    mock.reset()
    expect([everything(mock), mock.seed, mock.strict]).toEqual([everything(twin), 1, false])
  })

  it('does not add to those of an earlier reset', () => {
    const mock = setup()
    mock.reset({ scenario: 'two-factor', seed: 9 })
    mock.reset({ clock: { start: '2022-02-02T00:00:00Z' } })
    expect([mock.scenario.name, mock.seed]).toEqual(['default', 1])
  })

  it('leaves what was set up where an option is undefined', () => {
    const mock = setup({ scenario: 'two-factor' })
    mock.reset({ scenario: undefined, clock: undefined })
    expect(mock.scenario.name).toBe('two-factor')
  })

  it('answers in the dialect given', async () => {
    const mock = setup()
    const resourceOf = async () => (await (await call(mock, '/users')).json()).resource
    mock.reset({ dialect: 'ricloud-py' })
    const during = await resourceOf()
    mock.reset()
    expect([during, await resourceOf()]).toEqual(['list', undefined])
  })

  it.each<[object, RegExp]>([
    [{ scenario: 'nope' }, /no scenario is called "nope"/],
    [{ sceanrio: 'empty' }, /sceanrio: .*Did you mean "scenario"\?/],
    [
      { scenari: 'x' },
      /^Failed to reset the mock: scenari: is unknown\. Did you mean "scenario"\? Known here: scenario, strict, seed, token, clock, dialect, settings, fixtures, generate\.$/,
    ],
    [{ seed: -1 }, /^Failed to reset the mock: seed: /],
    [{ idle: '2h' }, /^Failed to reset the mock: idle: is unknown; known here: scenario, /],
    [{ clock: { strat: 1 } }, /clock\.strat: .*Did you mean "start"\?/],
    [{ clock: 'noon' }, /clock: .*object/],
    [{ log: () => {} }, /^Failed to reset the mock: log can only be set when the mock is made\.$/],
    [{ journal: 5 }, /^Failed to reset the mock: journal can only be set when the mock is made\.$/],
    [{ fixtures: ['nobody'] }, /"nobody"/],
  ])('is refused by name, and changes nothing: %o', async (options, message) => {
    const mock = setup()
    await call(mock)
    const before = everything(mock)
    expect(() => mock.reset(options)).toThrow(message)
    expect(everything(mock)).toBe(before)
  })

  it('is refused if its options are no object', () => {
    expect(() => setup().reset('empty' as never)).toThrow(
      'options must be an object, got "empty"; did you mean { scenario: "empty" }?',
    )
  })

  it('takes no argument that a runner would give to a hook', () => {
    expect([setup().reset.length, setupRicloud().reset.length]).toEqual([0, 0])
  })
})

describe('mock.reset', () => {
  const initial = everything(setup())

  it.each<[string, (mock: ReturnType<typeof setup>) => unknown]>([
    ['another scenario', (mock) => mock.scenario.load('two-factor')],
    ['another scenario, with the records kept', (mock) => mock.scenario.load('two-factor', { keep: true })],
    ['one that generates records', (mock) => mock.scenario.load({ scenario: 'many', generate: { users: 20 } })],
  ])('returns to what was set up after a load of %s', async (_, load) => {
    const mock = setup()
    await load(mock)
    mock.reset()
    expect(everything(mock)).toBe(initial)
  })

  it('cancels a load that nothing awaited', async () => {
    const mock = setup()
    const loading = mock.scenario.load('two-factor')
    mock.reset()
    await expect(loading).rejects.toThrow('The mock was reset while this call waited')
    expect(everything(mock)).toBe(initial)
  })

  it('returns to what was set up after a snapshot of another scenario was restored', async () => {
    const mock = setup()
    await mock.scenario.load('two-factor')
    mock.snapshots.save('a')
    mock.snapshots.restore('a')
    mock.reset()
    mock.snapshots.delete('a')
    expect(everything(mock)).toBe(initial)
  })

  it('generates the records that were set up if another scenario began before they were there', async () => {
    const generate = { users: 20 }
    const [mock, twin] = [setup({ generate }), setup({ generate })]
    mock.reset({ scenario: 'empty' })
    mock.reset()
    await Promise.all([mock.ready, twin.ready])
    expect([mock.db.user.count(), everything(mock)]).toEqual([20, everything(twin)])
  })

  it('returns to what was set up also in a world that was kept as text', async () => {
    const [mock, twin] = [setup({ generate: { users: 5 } }), setup({ generate: { users: 5 } })]
    await mock.ready
    const before = everything(mock)
    await mock.scenario.load({ scenario: 'x', fixtures: ['empty'] })
    twin.unpack(mock.pack() as string)
    expect(twin.scenario.name).toBe('x')
    twin.reset()
    await twin.ready
    expect(everything(twin)).toBe(before)
  })

  it('lets a call that came before wait for the records of the new beginning', async () => {
    const mock = setup({ generate: { users: 30 } })
    const early = call(mock, '/users')
    mock.reset({ generate: { users: 40 } })
    expect((await (await early).json()).total_count).toBe(40)
  })
})

describe('mock.reset of a strict mock', () => {
  const strict = (options: MockOptions = {}) => setup({ scenario: blocked, strict: true, ...options })
  const failure =
    'The scenario "blocked" did not run as scripted:\n  never fired: step 1: at 1h where id = 1: user.block'
  const advice = 'If not all of it is meant to fire, choose another scenario, or { strict: false }.'

  it('throws if calls came, and a step never fired; the mock is reset all the same', async () => {
    const mock = strict()
    await call(mock)
    expect(() => mock.reset()).toThrow(failure)
    await call(mock)
    expect(() => mock.reset()).toThrow(advice)
    expect([mock.requests.count, everything(mock)]).toEqual([0, everything(strict())])
  })

  it('does not throw before the first call', async () => {
    const mock = strict()
    expect(() => mock.reset()).not.toThrow()
    expect(() => mock.reset({ scenario: 'empty' })).not.toThrow()
  })

  it('does not throw if everything fired', async () => {
    const mock = strict()
    await call(mock)
    await mock.clock.advance('1h')
    expect(() => mock.reset()).not.toThrow()
  })

  it('judges each test by its own options', async () => {
    const mock = setup()
    mock.reset({ scenario: blocked, strict: true })
    await call(mock)
    expect(() => mock.reset()).toThrow(failure)
    await call(mock)
    expect(() => mock.reset({ scenario: blocked })).not.toThrow()
    await call(mock)
    expect(() => mock.reset()).not.toThrow()
  })

  it('answers 409 over HTTP', async () => {
    const mock = strict()
    await call(mock)
    const post = () => mock.fetch('https://any.host/_mock/reset', { method: 'POST', body: '{"scenario":"empty"}' })
    const [first, second] = [await post(), await post()]
    expect([first.status, (await first.json()).error, second.status]).toEqual([409, 'verification-failed', 200])
    expect(mock.scenario.name).toBe('empty')
  })
})

describe('setupRicloud', () => {
  it('gives one test its scenario', async () => {
    const ricloud = setupRicloud({ clock: { frozen: true } })
    ricloud.reset({ scenario: 'two-factor', strict: true })
    const during = [ricloud.mock.scenario.name, ricloud.mock.strict, ricloud.mock.clock.frozen]
    await call(ricloud.mock)
    expect(() => ricloud.reset()).toThrow('never fired: account: icloud.account renate@example.com')
    expect([during, ricloud.mock.scenario.name]).toEqual([['two-factor', true, true], 'default'])
    expect(ricloud.mock.db.organisation.count()).toBe(worlds.default.organisations.length)
  })
})
