import { describe, expect, it, vi } from 'vitest'
import type { ScenarioInput, StepInput } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import { frozen } from '../doors/frozen.ts'
import { newSession, startTime } from '../support/api.ts'
import { play } from './play.ts'

const renate = 'renate@example.com'

const eventful = {
  accounts: [{ identifier: renate, password: 'joshua', code: '123456' }],
  steps: [
    { at: '1h', do: 'user.block', where: { id: 1 } },
    { on: 'session.active', where: { 'source.identifier': renate }, nth: 1, after: '24h', do: 'session.expire' },
    { on: 'POST /users', every: 2, do: 'key.rotate' },
  ],
  faults: [
    { on: 'GET /sources/*', first: 2, answer: { status: 503 } },
    { on: 'POST /sessions', probability: 0.25, between: ['1h', '2h'], delay: '2s' },
    { on: '* /users', nth: 3, close: 'reset' },
  ],
} as const satisfies Omit<ScenarioInput, 'scenario'>

const dueInAnHour = 'due at 2020-02-20T13:00:00.000000Z, and the clock is at 2020-02-20T12:00:00.000000Z'
const advance = ({ mock }: ReturnType<typeof play>) => mock.clock.advance('1h')

describe('The report', () => {
  it('of a scenario that has not begun lists everything as unfired', () => {
    const steps = [
      'at 1h where id = 1: user.block',
      `24h after session.active (occasion 1) where source.identifier = ${renate}: session.expire`,
      'on POST /users (every 2): key.rotate',
    ]
    const faults = [
      'GET /sources/*, first 2: status 503',
      'POST /sessions, 25%, from 1h to 2h: delay 2s',
      '* /users, occasion 3: close reset',
    ]
    const reasons = [dueInAnHour, 'no such event occurred', 'no such call succeeded']
    expect(play(eventful).mock.scenario.report()).toEqual({
      scenario: 'played',
      description: '',
      began: startTime,
      steps: steps.map((step) => ({ step, fired: 0 })),
      accounts: [{ account: `icloud.account ${renate}`, used: false }],
      faults: faults.map((fault) => ({ fault, struck: 0 })),
      problems: [],
      unfired: [
        ...steps.map((step, i) => `step ${i + 1}: ${step} (${reasons[i]})`),
        `account: icloud.account ${renate}`,
        ...faults.map((fault) => `fault: ${fault}`),
      ],
    })
  })

  it('of a scenario without parts is empty', () => {
    expect(play({}).mock.scenario.report()).toEqual({
      scenario: 'played',
      description: '',
      began: startTime,
      steps: [],
      accounts: [],
      faults: [],
      problems: [],
      unfired: [],
    })
  })

  it('counts how often each step and each fault fired', async () => {
    const { mock, get } = play({
      steps: [{ on: 'GET /users', do: 'key.rotate' }],
      faults: [{ on: 'GET /sources', first: 2, answer: { status: 503 } }],
    })
    for (const path of ['/users', '/users', '/sources', '/sources', '/sources']) await get(path)
    expect(mock.scenario.report()).toMatchObject({ steps: [{ fired: 2 }], faults: [{ struck: 2 }], unfired: [] })
  })

  it('has steps that came due, also when nobody has called since', async () => {
    const { mock } = play({ steps: [{ at: '0s', do: 'user.block', where: { id: 1 } }] })
    expect(mock.scenario.report().unfired).toEqual([])
  })

  it('counts a step that waits after its event only once it has acted', async () => {
    const { mock, get } = play({ steps: [{ on: 'GET /users/*', after: '1h', do: 'user.block' }] })
    await get('/users/1')
    expect(mock.scenario.report().unfired).toEqual([`step 1: 1h after GET /users/*: user.block (${dueInAnHour})`])
    await mock.clock.advance('1h')
    expect(mock.scenario.report().unfired).toEqual([])
  })

  it('says of an account that it was used, once a session asked it', async () => {
    const { mock, post } = play({ accounts: [{ identifier: renate }] })
    await post('/sessions', newSession(renate))
    expect(mock.scenario.report()).toMatchObject({ accounts: [{ used: true }], unfired: [] })
  })

  it('says of an account for many identifiers that it was used', async () => {
    const { mock, post } = play({ accounts: [{ identifier: '*@corp.example' }] })
    await post('/sessions', newSession('anybody@corp.example'))
    expect(mock.scenario.report().unfired).toEqual([])
  })

  it('says of an account of another type that it was not used', async () => {
    const { mock, post } = play({ accounts: [{ type: 'mocks.mock', identifier: renate }] })
    await post('/sessions', newSession(renate))
    expect(mock.scenario.report().unfired).toEqual([`account: mocks.mock ${renate}`])
  })

  it('says of an account that another one stands before that it was not used', async () => {
    const { mock, post } = play({ accounts: [{ identifier: renate }, { identifier: '*@example.com' }] })
    await post('/sessions', newSession(renate))
    expect(mock.scenario.report().unfired).toEqual(['account: icloud.account *@example.com'])
  })

  it('says of an account whose password alone was changed that it was not used', () => {
    const { mock } = play({ accounts: [{ identifier: renate }] })
    mock.actions['account.change_password']({ where: { identifier: renate } })
    expect(mock.scenario.report().unfired).toEqual([`account: icloud.account ${renate}`])
  })

  it('says nothing of the published test identifiers', () => {
    expect(play({ accounts: [] }).mock.scenario.report().accounts).toEqual([])
  })

  it('lists a fault that a step armed', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'fault.arm', with: { on: 'GET /users', delay: '1s' } }] })
    await mock.clock.advance('1h')
    expect(mock.scenario.report().unfired).toEqual(['fault: GET /users: delay 1s'])
  })

  it('lists a fault that was disarmed before it fired', async () => {
    const { mock } = play({
      faults: [{ on: 'GET /users', delay: '1s' }],
      steps: [{ at: '1h', do: 'fault.disarm' }],
    })
    await mock.clock.advance('1h')
    expect(mock.scenario.report().unfired).toEqual(['fault: GET /users: delay 1s'])
  })

  it('keeps how often a fault fired that was disarmed since', async () => {
    const { mock, get } = play({ faults: [{ on: 'GET /users', answer: { status: 503 } }] })
    await get('/users')
    mock.actions['fault.disarm']()
    expect(mock.scenario.report().faults).toEqual([{ fault: 'GET /users: status 503', struck: 1 }])
  })

  it('is that of the initial state again after a reset', async () => {
    const { mock, get, post } = play(eventful)
    const initial = mock.scenario.report()
    await post('/sessions', newSession(renate))
    await get('/sources/1')
    await mock.clock.advance('3h')
    mock.reset()
    expect(mock.scenario.report()).toEqual(initial)
  })

  it('keeps problems within bounds', async () => {
    const { mock } = play({ steps: [{ at: '0s', every: '1s', do: 'user.reactivate', where: { id: 1 } }] })
    await mock.clock.advance('2h')
    expect(mock.scenario.report().problems.length).toBeLessThanOrEqual(1000)
  })

  it('shows no token, password or code', async () => {
    const { mock, logged } = play({
      accounts: [{ identifier: renate, password: 'hush', code: 'hush' }],
      steps: [{ at: '1h', do: 'account.change_password', where: { id: 99 }, with: { password: 'hush' } }],
    })
    await mock.clock.advance('1h')
    expect(JSON.stringify([mock.scenario.report(), logged])).not.toContain('hush')
  })
})

describe('The reason of a step that never fired', () => {
  const block = { do: 'user.block', where: { id: 1 } } as const

  it.each<[string, StepInput, (api: ReturnType<typeof play>) => unknown, string]>([
    ['its time has not come', { at: '1h', ...block }, () => {}, dueInAnHour],
    ['it was due, and failed', { at: '1h', do: 'user.reactivate' }, advance, 'it was due, and failed'],
    ['the event did not occur', { on: 'user.blocked', do: 'user.reactivate' }, () => {}, 'no such event occurred'],
    ['no call succeeded', { on: 'GET /users/*', ...block }, ({ get }) => get('/users/9'), 'no such call succeeded'],
    [
      'the calls were about others',
      { on: 'GET /users/*', ...block },
      async ({ get }) => [await get('/users/2'), await get('/users/3')],
      'it came 2 times, never where id = 1',
    ],
    [
      'too few calls came',
      { on: 'GET /users/*', nth: 2, do: 'user.block' },
      ({ get }) => get('/users/1'),
      'it came once, and never as selected',
    ],
    [
      'the delay after its event has not passed',
      { on: 'GET /users/*', after: '1h', do: 'user.block' },
      ({ get }) => get('/users/1'),
      dueInAnHour,
    ],
  ])('is that %s', async (_, step, act, reason) => {
    const api = play({ steps: [step] })
    await act(api)
    expect(api.mock.scenario.report().unfired).toEqual([expect.stringMatching(/^step 1: .*\)$/)])
    expect(api.mock.scenario.report().unfired[0]).toContain(`(${reason})`)
  })
})

describe('scenario.verify()', () => {
  it('lets a scenario pass of which everything happened', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }] })
    await mock.clock.advance('1h')
    expect(() => mock.scenario.verify()).not.toThrow()
  })

  it('throws an Error that lists what never happened', () => {
    const { mock } = play({
      accounts: [{ identifier: renate }],
      steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }],
      faults: [{ on: 'GET /users', close: 'empty' }],
    })
    expect(() => mock.scenario.verify()).toThrow(
      new Error(`The scenario "played" did not run as scripted:
  never fired: step 1: at 1h where id = 1: user.block (${dueInAnHour})
  never fired: account: icloud.account ${renate}
  never fired: fault: GET /users: close empty`),
    )
  })

  it('throws an Error that lists what could not happen', async () => {
    const { mock } = play({ steps: [{ at: '1h', do: 'user.reactivate', where: { id: 1 } }] })
    await mock.clock.advance('1h')
    expect(() => mock.scenario.verify()).toThrow(
      /\n {2}failed: step 1 .*user 1 is active: "user.reactivate" is not possible in that state/,
    )
  })
})

const never = { scenario: 'never', steps: [{ at: '1h', do: 'user.block', where: { id: 1 } }] } as const
const complaint =
  /never fired: step 1: at 1h where id = 1: user\.block .*\nIf not all of it is meant to fire, choose another scenario, or \{ strict: false \}\.$/

describe('With strict', () => {
  it('close() of the interception throws what never happened', () => {
    const ricloud = setupRicloud({ ...frozen, scenario: never, strict: true }).listen()
    expect(() => ricloud.close()).toThrow(complaint)
  })

  it('close() has ended the interception all the same', () => {
    const ricloud = setupRicloud({ ...frozen, scenario: never, strict: true })
    const closed = vi.spyOn(ricloud.server, 'close')
    expect(() => ricloud.listen().close()).toThrow()
    expect(closed).toHaveBeenCalledOnce()
  })

  it('disposing of the interception throws what never happened', () => {
    const ricloud = setupRicloud({ ...frozen, scenario: never, strict: true }).listen()
    expect(() => ricloud[Symbol.dispose]()).toThrow(complaint)
  })

  it('close() of the interception says nothing where everything happened', async () => {
    const ricloud = setupRicloud({ ...frozen, scenario: never, strict: true }).listen()
    await ricloud.mock.clock.advance('1h')
    expect(() => ricloud.close()).not.toThrow()
  })

  it('close() of a server rejects with what never happened', async () => {
    const server = await serve({ ...frozen, port: 0, scenario: never, strict: true })
    await expect(server.close()).rejects.toThrow(complaint)
  })

  it('close() of a server has stopped it all the same', async () => {
    const server = await serve({ ...frozen, port: 0, scenario: never, strict: true })
    await expect(server.close()).rejects.toThrow()
    await expect(fetch(`${server.url}/_mock/health`)).rejects.toThrow()
  })

  it('close() of a server resolves where everything happened', async () => {
    const server = await serve({ ...frozen, port: 0, scenario: never, strict: true })
    await server.mock.clock.advance('1h')
    await expect(server.close()).resolves.toBeUndefined()
  })
})

describe('Without strict', () => {
  it('close() of the interception says nothing', () => {
    expect(() =>
      setupRicloud({ ...frozen, scenario: never })
        .listen()
        .close(),
    ).not.toThrow()
  })

  it('close() of a server resolves', async () => {
    const server = await serve({ ...frozen, port: 0, scenario: never })
    await expect(server.close()).resolves.toBeUndefined()
  })
})
