import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMock } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { newSession, setupApi } from '../support/api.ts'

const authorization = 'Token ricloud-mock-token'

/** A call whose body arrives when the returned function is called. */
function slowCall(mock: ReturnType<typeof createMock>, url: string, text: string) {
  let arrive = () => {}
  const arrived = new Promise<void>((done) => {
    arrive = done
  })
  const answer = mock.respond({
    method: 'POST',
    url,
    header: (name) => (name === 'authorization' ? authorization : undefined),
    headers: () => ({}),
    body: async () => {
      await arrived
      return text
    },
  })
  return { arrive, answer }
}

describe('a call whose body is slow', () => {
  it('does not undo what another call changed meanwhile', async () => {
    const { mock, get, post } = setupApi()
    const slow = slowCall(mock, '/organisation', '{"config": {"publish_source_files": true}}')
    await post('/organisation', { name: 'Meanwhile' })
    slow.arrive()
    await slow.answer
    expect((await get('/organisation')).body).toMatchObject({
      name: 'Meanwhile',
      config: { publish_source_files: true },
    })
  })

  it('is refused if its token was revoked meanwhile', async () => {
    const { mock, post } = setupApi()
    const slow = slowCall(mock, '/key', '{"config": {}}')
    await post('/keys/1/rotate', { force: true })
    slow.arrive()
    expect((await slow.answer).status).toBe(401)
  })
})

describe('what a step does at once', () => {
  it('shows in the answer of the call that set it off', async () => {
    const steps = [{ on: 'user.created', do: 'user.block' } as const]
    const { post } = setupApi({ scenario: { scenario: 'x', steps } })
    expect((await post('/users', { identifier: 'new@example.com' })).body.state).toBe('blocked')
  })

  it('counts for the rest of that call', async () => {
    const steps = [{ on: 'source.created', do: 'source.block' } as const]
    const { post } = setupApi({ scenario: { scenario: 'x', steps } })
    expect((await post('/sessions', newSession())).body.error).toBe('forbidden')
  })

  it('on a state that a key is in already does not come by its rotation', async () => {
    const steps = [{ on: 'key.active', do: 'key.block' } as const]
    const { mock, post } = setupApi({ scenario: { scenario: 'x', steps } })
    await post('/keys/2/rotate')
    expect(mock.scenario.report().steps[0]?.fired).toBe(0)
  })
})

describe('a call that waits', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const awaited = { 'ricloud-await': '10' }
  const running = () => setupApi({ clock: {}, settings: { session_init: '5s' } })

  it('is answered as soon as the clock is moved past its work', async () => {
    const { mock, post } = running()
    const answer = post('/sessions', newSession(), awaited)
    await vi.advanceTimersByTimeAsync(0)
    await mock.clock.advance('5s')
    expect((await answer).body.state).toBe('active')
  })

  it('is answered as soon as its session is ended', async () => {
    const { mock, post } = running()
    const answer = post('/sessions', newSession(), awaited)
    await vi.advanceTimersByTimeAsync(0)
    mock.actions['session.expire']({ where: { 'source.identifier': newSession().source.identifier } })
    expect((await answer).body.state).toBe('expired')
  })

  it('moves a clock that is frozen meanwhile to its work', async () => {
    const { mock, post } = running()
    const answer = post('/sessions', newSession(), awaited)
    await vi.advanceTimersByTimeAsync(0)
    mock.clock.freeze()
    expect((await answer).body.state).toBe('active')
  })

  it('gets an error that says that the world was reset', async () => {
    const { mock, post } = running()
    const answer = post('/sessions', newSession(), awaited)
    await vi.advanceTimersByTimeAsync(0)
    mock.reset()
    expect((await answer).body.message).toMatch(/was reset/)
  })

  it('for a scripted delay changes nothing of a world that was reset', async () => {
    const faults = [{ on: 'POST /users', delay: '2s' } as const]
    const { mock, post } = setupApi({ clock: {}, scenario: { scenario: 'x', faults } })
    const answer = post('/users', { identifier: 'late@example.com' })
    await vi.advanceTimersByTimeAsync(1000)
    mock.reset()
    await answer
    expect(mock.db.user.count()).toBe(3)
  })
})

describe('a move of the clock', () => {
  it('shows what was already due over HTTP too', async () => {
    const { post } = setupApi()
    await post('/sessions', newSession())
    const { happened } = (await post('/_mock/clock', { advance: '1s' })).body
    expect(happened.map(({ event }: { event: string }) => event)).toEqual(['source.validated', 'session.activated'])
  })

  it('forward by a little never fails on a clock that runs fast', async () => {
    const mock = createMock({ clock: { speed: 1e6 } })
    for (let i = 0; i < 300; i++) await mock.clock.advance('1ms')
    expect(mock.clock.speed).toBe(1e6)
  })
})

describe('a record', () => {
  it('never ends before it began, also within one instant', async () => {
    const { post, delete: end } = setupApi()
    await post('/sessions', newSession('a@example.com'))
    const { id, date_created } = (await post('/sessions', newSession('b@example.com'))).body
    expect((await end(`/sessions/${id}`)).body.date_expired >= date_created).toBe(true)
  })
})

describe('setupRicloud', () => {
  it('refuses to listen while another one does, whose calls would then reach the real API', () => {
    using first = setupRicloud().listen()
    expect(() => setupRicloud().listen()).toThrow('Another setupRicloud() listens in this process already')
    expect(first.mock.token).toBe('ricloud-mock-token')
  })
})
