import { describe, expect, it } from 'vitest'
import { matchers, type State } from '../../src/mock/matchers.ts'
import { newSession, setupApi } from '../support/api.ts'

const { toHaveReceived, toHaveFired, toBeInState } = matchers

/** What a matcher says: whether it holds, and the message that its runner shows where that was not wanted. */
const said = ({ pass, message }: ReturnType<typeof toHaveReceived>) => [pass, message()] as const

describe('toHaveReceived', () => {
  it('holds where a call came', async () => {
    const { mock, get } = setupApi()
    await get('/users')
    expect(toHaveReceived(mock, { path: '/users' }).pass).toBe(true)
  })

  it('tells how many came where none should have', async () => {
    const { mock, get } = setupApi()
    await get('/users')
    expect(toHaveReceived(mock, { path: '/users' }).message()).toBe(
      '1 call matches, and none should: {"path":"/users"}',
    )
  })

  it('tells the nearest misses where none came', async () => {
    const { mock, get } = setupApi()
    await get('/users')
    expect(said(toHaveReceived(mock, { path: '/keys' }))).toEqual([
      false,
      '0 requests match any method /keys, not at least 1.\n  1 GET /users 200: path is "/users", not "/keys"',
    ])
  })

  it('takes what holds a mock, as a server does', async () => {
    const { mock, get } = setupApi()
    await get('/users')
    expect(toHaveReceived({ mock }, { path: '/users' }).pass).toBe(true)
  })

  it('throws where the question cannot be understood, so that `not` is no way out', () => {
    const { mock } = setupApi()
    expect(() => toHaveReceived(mock, { pat: '/users' } as object)).toThrow(/pat: .*Did you mean "path"\?/)
  })

  it('throws where it is asked of anything else', () => {
    expect(() => toHaveReceived({ id: 1 }, { path: '/users' })).toThrow(
      'toHaveReceived is for a mock, as in expect(mock).toHaveReceived(…), got {"id":1}.',
    )
  })
})

describe('toHaveFired', () => {
  const setup = () =>
    setupApi({
      scenario: {
        scenario: 'ours',
        steps: [
          { at: '1h', do: 'session.expire', with: { error: 'service' } },
          { at: '1h', do: 'user.block', where: { id: 1 } },
        ],
        faults: [{ on: 'GET /users', first: 2, answer: { status: 503 } }],
      },
    })

  it('does not hold before the time of a step', () => {
    expect(said(toHaveFired(setup().mock, 'user.block'))).toEqual([
      false,
      '"user.block" fired 0 times:\n  0 × at 1h where id = 1: user.block',
    ])
  })

  it('holds once the step acted', async () => {
    const { mock } = setup()
    await mock.clock.advance('1h')
    expect(toHaveFired(mock, 'user.block').pass).toBe(true)
  })

  it('holds for a fault that fired', async () => {
    const { mock, get } = setup()
    await get('/users')
    expect(toHaveFired(mock, 'GET /users').pass).toBe(true)
  })

  it('does not hold for a step on the event that another one would have been', async () => {
    const { mock, post } = setupApi({
      scenario: {
        scenario: 'chain',
        steps: [
          { on: 'session.active', after: '24h', do: 'session.expire', with: { error: 'service' } },
          { on: 'session.expired', do: 'user.block' },
        ],
      },
    })
    const { body } = await post('/sessions', newSession())
    mock.actions['session.expire']({ where: { id: body.id }, with: { error: 'admin' } })
    expect([toHaveFired(mock, 'session.expire').pass, toHaveFired(mock, 'user.block').pass]).toEqual([false, true])
  })

  it('holds by the whole text of the report', async () => {
    const { mock } = setup()
    await mock.clock.advance('1h')
    expect(toHaveFired(mock, 'at 1h where id = 1: user.block').pass).toBe(true)
  })

  it('says what it found where it holds, and should not', async () => {
    const { mock, get } = setup()
    await get('/users')
    expect(toHaveFired(mock, 'GET /users', { times: 1 }).message()).toBe(
      '"GET /users" fired 1 time:\n  1 × GET /users, first 2: status 503',
    )
  })

  it('counts how often', async () => {
    const { mock, get } = setup()
    await get('/users')
    expect(said(toHaveFired(mock, 'GET /users', { times: 2 }))).toEqual([
      false,
      '"GET /users" fired 1 time, not 2:\n  1 × GET /users, first 2: status 503',
    ])
  })

  it('throws where the scenario has nothing of the name, and lists what it has', () => {
    expect(() => toHaveFired(setup().mock, 'user.blok')).toThrow(
      'The scenario has no step or fault "user.blok":\n  0 × at 1h: session.expire\n  0 × at 1h where id = 1: user.block\n  0 × GET /users, first 2: status 503',
    )
  })

  it('throws where the scenario has nothing at all', () => {
    expect(() => toHaveFired(setupApi().mock, 'user.block')).toThrow(
      'The scenario has no step or fault "user.block": it has none.',
    )
  })
})

describe('toBeInState', () => {
  it('holds for a body as the API sends it', async () => {
    const { post } = setupApi()
    expect(toBeInState((await post('/sessions', newSession())).body, 'pending').pass).toBe(true)
  })

  it('holds for a record of the mock as it is now', async () => {
    const { mock, post } = setupApi()
    const { body } = await post('/sessions', newSession())
    expect(toBeInState(mock.record('session', body.id), 'active').pass).toBe(true)
  })

  it('tells the state and the error that the record has instead', async () => {
    const { mock, post } = setupApi()
    const { body } = await post('/sessions', newSession('wrong-password@example.com'))
    expect(said(toBeInState(mock.record('session', body.id), 'active'))).toEqual([
      false,
      `The session ${body.id} is failed (init_failed), not active.`,
    ])
  })

  it('throws where the resource has no such state, so that `not` is no way out', () => {
    const { mock } = setupApi()
    expect(() => toBeInState(mock.record('user', 1), 'expired')).toThrow(
      'A user is never "expired", but "active", "deactivated" or "blocked".',
    )
  })

  it('suggests the state that was meant', () => {
    expect(() => toBeInState({ resource: 'session', id: 'x', state: 'failed' }, 'actve' as State)).toThrow(
      /Did you mean "active"\?/,
    )
  })

  it.each([[null], ['active'], [{ state: 'active' }], [{ resource: 'toString', state: 'active' }]])(
    'throws where it is asked of %j',
    (value) => {
      expect(() => toBeInState(value, 'active')).toThrow(/^toBeInState is for a record as the API sends it/)
    },
  )
})
