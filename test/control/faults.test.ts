import { afterEach, describe, expect, it, vi } from 'vitest'
import { apiUrl, type FaultInput, type MockOptions } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { startTime } from '../support/api.ts'
import { everything, setupControl } from './setup.ts'

const setup = (options?: MockOptions) => {
  const api = setupControl(options)
  return {
    ...api,
    arm: (fault: unknown) => api.post('/_mock/faults', fault),
    faults: async () => (await api.get('/_mock/faults')).body.faults,
    disarm: async (on?: string) =>
      (await api.delete(`/_mock/faults${on === undefined ? '' : `?on=${encodeURIComponent(on)}`}`)).body,
  }
}

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setup()

const down = { on: 'GET /users', answer: { status: 503 } } as const

describe('POST /_mock/faults', () => {
  afterEach(() => void vi.useRealTimers())

  it('answers with the fault alone', async () => {
    const { arm } = setup()
    await arm({ on: 'GET /keys', delay: '1s' })
    const { status, body } = await arm(down)
    expect([status, body]).toEqual([
      201,
      {
        faults: [
          {
            fault: 'GET /users: status 503',
            armed: true,
            spent: false,
            struck: 0,
            on: 'GET /users',
            answer: { status: 503 },
          },
        ],
      },
    ])
  })

  it('makes later calls fail', async () => {
    const { arm, get } = setup()
    const before = (await get('/users')).status
    await arm(down)
    expect([before, (await get('/users')).status]).toEqual([200, 503])
  })

  it('does not affect control calls', async () => {
    const { arm, get } = setup()
    await arm({ on: '* /*', answer: { status: 503 } })
    expect((await get('/_mock/clock')).status).toBe(200)
  })

  it('starts the window of the fault at the present', async () => {
    const { arm, get, mock } = setup()
    await mock.clock.advance('1h')
    await arm({ ...down, between: ['1h', '2h'] })
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) {
      statuses.push((await get('/users')).status)
      await mock.clock.advance('1h')
    }
    expect(statuses).toEqual([200, 503, 200])
  })

  it('runs due work before it arms the fault', async () => {
    vi.useFakeTimers({ now: 0 })
    const steps = [{ at: '1h', do: 'fault.disarm' } as const]
    const { arm, get } = setup({ clock: { start: startTime }, scenario: { scenario: 'x', steps } })
    vi.setSystemTime(3_600_000)
    await arm(down)
    expect((await get('/users')).status).toBe(503)
  })

  it('keeps the faults of the scenario', async () => {
    const { arm, faults } = setup({ scenario: { scenario: 'x', faults: [down] } })
    await arm({ on: 'GET /keys', delay: '1s' })
    expect((await faults()).map(({ on }: { on: string }) => on)).toEqual(['GET /users', 'GET /keys'])
  })

  it('adds the fault to the report of the scenario as never fired', async () => {
    const { arm, get } = setup()
    await arm(down)
    expect((await get('/_mock/scenario')).body.unfired).toEqual(['fault: GET /users: status 503'])
  })

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['on', 'answer']],
    ['a call that the API does not offer', { on: 'GET /user', delay: '1s' }, ['on']],
    ['a call without its method', { on: '/users', delay: '1s' }, ['on']],
    ['a control call', { on: 'GET /_mock/clock', delay: '1s' }, ['on']],
    ['an unknown name', { ...down, nope: 1 }, ['nope']],
    ['an unknown status', { ...down, answer: { status: 418 } }, ['answer.status']],
    ['an unknown name in the answer', { ...down, answer: { status: 503, body: {} } }, ['answer.body']],
    ['an invalid duration', { on: 'GET /users', delay: '1 sec' }, ['delay']],
    ['an unknown close', { on: 'GET /users', close: 'rest' }, ['close']],
    ['a probability above 1', { ...down, probability: 1.5 }, ['probability']],
    ['nth of 0', { ...down, nth: 0 }, ['nth']],
    ['a window that ends before it begins', { ...down, between: ['2h', '1h'] }, ['between']],
  ])('rejects %s', async (_, fault, names) => {
    const { status, body } = await rejecting.arm(fault)
    expect([status, body.error, Object.keys(body.params ?? {})]).toEqual([400, 'invalid-parameter', names])
  })

  it.each<[string, unknown, RegExp]>([
    [
      'has no effect',
      { on: 'GET /users' },
      /^Invalid parameters: answer is missing: a fault does nothing without answer, delay or close\.$/,
    ],
    ['has both an answer and a close', { ...down, close: 'reset' }, /takes answer or close, not both/],
    ['has both nth and first', { ...down, nth: 1, first: 2 }, /takes one of nth and first, not both/],
  ])('rejects a fault that %s', async (_, fault, message) => {
    const { status, body } = await rejecting.arm(fault)
    expect([status, body.message]).toEqual([400, expect.stringMatching(message)])
  })

  it('says where a name belongs that is known one level deeper', async () => {
    const { body } = await rejecting.arm({ on: 'GET /users', status: 503 })
    expect(body.params).toEqual({
      status: [expect.stringMatching(/^is unknown here, and belongs inside answer; known here: on, /)],
      answer: ['is missing: a fault does nothing without answer, delay or close'],
    })
  })

  it('names the body where no attribute of it is at fault alone', async () => {
    const { body } = await rejecting.arm({ ...down, nth: 1, first: 2 })
    expect(body.params).toEqual({ body: ['takes one of nth and first, not both'] })
  })

  it('suggests the nearest call', async () => {
    expect((await rejecting.arm({ on: 'GET /user', delay: '1s' })).body.message).toContain('Did you mean "GET /users"?')
  })

  it('arms nothing when it rejects the fault', async () => {
    const { arm, mock } = setup()
    const before = everything(mock)
    await arm({ ...down, nope: 1 })
    expect(everything(mock)).toBe(before)
  })
})

describe('GET /_mock/faults', () => {
  it('lists none at first', async () => {
    expect(await setup().faults()).toEqual([])
  })

  const shownOf = async (fault: object) => {
    const { arm, faults } = setup()
    await arm(fault)
    const [{ fault: _, armed, spent, struck, ...shown }] = await faults()
    return shown
  }

  it.each<FaultInput>([
    { on: 'GET /users/*', nth: 2, answer: { status: 503 } },
    { on: '* /*', first: 3, answer: { status: 429, retry_after: '30s' } },
    { on: 'POST /sessions', every: 2, delay: '45s' },
    { on: 'GET /keys', probability: 0.25, close: 'truncated' },
    { on: 'GET /keys', between: ['1h', '2d'], delay: '0.5s', close: 'reset' },
  ])('shows a fault in a form that can be armed again: %j', async (fault) => {
    const shown = await shownOf(fault)
    expect(await shownOf(shown)).toEqual(shown)
  })

  it('shows a duration of several units in a form that can be armed again', async () => {
    const { status } = await setup().arm(await shownOf({ on: 'GET /keys', delay: '90m' }))
    expect(status).toBe(201)
  })

  it('shows a fault as it was written', async () => {
    const fault = { on: 'GET /keys', first: 3, between: ['1h', '2d'], answer: { status: 429, retry_after: '30s' } }
    expect(await shownOf(fault)).toEqual(fault)
  })

  it('describes a fault on one line', async () => {
    const { arm, faults } = setup()
    await arm({ on: 'GET /keys', first: 3, between: ['1h', '2d'], delay: '90m', answer: { status: 503 } })
    expect((await faults())[0].fault).toBe('GET /keys, first 3, from 1h to 2d: delay 1h30m, status 503')
  })

  it('counts how often each fault fired', async () => {
    const { arm, faults, get } = setup()
    await arm({ ...down, first: 2 })
    for (let i = 0; i < 4; i++) await get('/users')
    expect((await faults())[0].struck).toBe(2)
  })

  it('shows disarmed faults with how often they fired', async () => {
    const { arm, faults, get, disarm } = setup()
    await arm(down)
    await get('/users')
    await disarm()
    expect(await faults()).toMatchObject([{ on: 'GET /users', armed: false, struck: 1 }])
  })

  it('shows the faults of the scenario', async () => {
    const { faults } = setup({ scenario: 'flaky-service' })
    expect(await faults()).toHaveLength(5)
  })

  it('counts a call whose connection was closed', async () => {
    const { arm, faults, mock } = setup()
    await arm({ on: 'GET /users', close: 'reset' })
    await mock.fetch(`${apiUrl}/users`, { headers: withToken(mock.token) })
    expect((await faults())[0].struck).toBe(1)
  })
})

describe('DELETE /_mock/faults', () => {
  it('disarms all, and answers with their number', async () => {
    const { arm, disarm, get } = setup()
    await arm(down)
    await arm({ ...down, on: 'GET /keys' })
    expect([await disarm(), (await get('/users')).status, (await get('/keys')).status]).toEqual([
      { disarmed: 2 },
      200,
      200,
    ])
  })

  it('disarms the faults on a call', async () => {
    const { arm, disarm, get } = setup()
    await arm(down)
    await arm({ ...down, on: 'GET /keys' })
    expect([await disarm('GET /keys'), (await get('/users')).status, (await get('/keys')).status]).toEqual([
      { disarmed: 1 },
      503,
      200,
    ])
  })

  it('answers with 0 where none is armed', async () => {
    expect(await setup().disarm()).toEqual({ disarmed: 0 })
  })

  it('counts a disarmed fault only once', async () => {
    const { arm, disarm } = setup()
    await arm(down)
    await disarm()
    expect(await disarm()).toEqual({ disarmed: 0 })
  })

  it('disarms only faults on exactly that call', async () => {
    const { arm, disarm } = setup()
    await arm(down)
    expect(await disarm('GET /*')).toEqual({ disarmed: 0 })
  })

  it('rejects a call that the API does not offer, as the action does', async () => {
    const { status } = await rejecting.delete('/_mock/faults?on=GET%20/user')
    expect(status).toBe(400)
  })

  it.each(['no=1', 'on=GET%20/users&off=1'])('rejects ?%s', async (query) => {
    expect((await rejecting.delete(`/_mock/faults?${query}`)).status).toBe(400)
  })

  it('allows a fault to be armed again', async () => {
    const { arm, disarm, get } = setup()
    await arm(down)
    await disarm()
    await arm(down)
    expect((await get('/users')).status).toBe(503)
  })
})
