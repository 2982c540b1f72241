import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type MockOptions, verifySignature } from '../../src/index.ts'
import { serve } from '../../src/standalone.ts'
import { sessionIds } from '../support/worlds.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { patient, secret, setupWebhook, worldWith } from './world.ts'

/** A world whose clock runs, from an instant at which sessions are just about to end. */
const running = (receiver: Receiver, settings: MockOptions['settings'] = {}, speed = 1) =>
  setupWebhook(receiver, { clock: { start: '2020-02-20T12:00:00Z', speed }, settings })

describe('While the clock runs', () => {
  it('a webhook leaves by itself when a session ends', async () => {
    const receiver = await startReceiver()
    const { post } = running(receiver, { session_lifetime: '20ms' })
    const source = { user: 1, type: 'mocks.mock', identifier: 'a' }
    const { body } = await post('/sessions', { source, payload: {} })
    const calls = await receiver.until(3)
    expect(calls.map(({ event }) => event.data.id)).toContain(body.id)
  })

  it('all attempts are made by themselves', async () => {
    const receiver = await startReceiver(503)
    // Two hours in 72 ms.
    const { end, mock } = running(receiver, {}, 100_000)
    await end('active')
    await receiver.until(5)
    await mock.clock.advance('0s')
    expect(mock.webhooks.deliveries[0]?.state).toBe('failed')
  })

  it('each further attempt carries its own instant', async () => {
    const receiver = await startReceiver(503)
    const { end, mock, events } = running(receiver, {}, 100_000)
    await end('active')
    await receiver.until(5)
    await mock.clock.advance('0s')
    const came = Date.parse((await events())[0].date_created)
    const minutes = mock.webhooks.deliveries[0]?.attempts.map(({ at }) => (Date.parse(at) - came) / 60_000)
    expect(minutes?.slice(1)).toEqual([1, 5, 30, 120])
  })

  // The first attempt is dated when it is sent, the others by their event, which came a moment before.
  it('no attempt is dated before the one before it, however fast the clock', async () => {
    const receiver = await startReceiver(503)
    const { end, mock } = running(receiver, {}, 100_000)
    let reads = 0
    const real = Date.now.bind(Date)
    // No two reads of the clock fall into one millisecond.
    const now = vi.spyOn(Date, 'now').mockImplementation(() => real() + reads++)
    onTestFinished(() => now.mockRestore())
    await end('active')
    await receiver.until(2)
    await mock.webhooks.next(patient)
    const { attempts } = await mock.webhooks.next(patient)
    expect(attempts.map(({ at }) => at)).toEqual(attempts.map(({ at }) => at).sort())
  })

  it('a move of the clock waits for the attempts on the way', async () => {
    const receiver = await startReceiver(503)
    const { end, mock } = running(receiver)
    await end('active')
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(5)
  })

  it('a new webhook config is called by itself, and is valid', async () => {
    const receiver = await startReceiver()
    const { post, get, mock } = running(receiver)
    const { body } = await post('/configs/webhook', { url: receiver.url })
    await mock.webhooks.next({ type: 'webhook_config', action: 'test', ...patient })
    expect([body.state, (await get(`/configs/webhook/${body.id}`)).body.state]).toEqual(['new', 'valid'])
  })

  it('an awaited test of a config waits for the answer', async () => {
    const receiver = await startReceiver()
    const { post } = running(receiver)
    const { body } = await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect([body.type, body.state]).toEqual(['webhook_config.test', 'succeeded'])
  })

  it('a webhook is genuine to a receiver that reads the real clock', async () => {
    const receiver = await startReceiver()
    const { end } = setupWebhook(receiver, { clock: {} })
    await end('active')
    const [call] = await receiver.until(1)
    expect(await verifySignature(call?.headers ?? {}, call?.body ?? '', secret)).toBe(true)
  })
})

describe('A server', () => {
  it('sends webhooks by itself', async () => {
    const receiver = await startReceiver()
    const server = await serve({ port: 0, fixtures: [worldWith(receiver.url)] })
    try {
      await fetch(`${server.url}/sessions/${sessionIds.active}`, {
        method: 'DELETE',
        headers: { authorization: `Token ${server.token}` },
      })
      const [call] = await receiver.until(1)
      expect(call?.event.data.id).toBe(sessionIds.active)
    } finally {
      await server.close({ now: true })
    }
  })

  it('answers while a webhook of its own asks it', async () => {
    const receiver = await startReceiver(async ({ event }) => {
      const headers = { authorization: `Token ${server.token}` }
      const answer = await fetch(`${server.url}/sessions/${event.data.id}`, { headers })
      const { state } = (await answer.json()) as { state: string }
      return state === 'expired' ? 200 : 500
    })
    const server = await serve({ port: 0, fixtures: [worldWith(receiver.url)] })
    try {
      server.mock.actions['session.expire']({ where: { id: sessionIds.active } })
      expect((await server.mock.webhooks.next(patient)).state).toBe('delivered')
    } finally {
      await server.close({ now: true })
    }
  })
})
