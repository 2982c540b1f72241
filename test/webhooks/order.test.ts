import { describe, expect, it } from 'vitest'
import { held, type Received, startReceiver } from './receiver.ts'
import { keyWithConfig, setupWebhook, worldWith } from './world.ts'

/** A receiver that takes its time, and how many calls it had at once. */
async function slow(status = 200) {
  const open = { now: 0, most: 0 }
  const receiver = await startReceiver(async () => {
    open.most = Math.max(open.most, ++open.now)
    await new Promise((resolve) => setTimeout(resolve, 2))
    open.now--
    return status
  })
  return { ...receiver, open }
}

const daily = { settings: { session_lifetime: '24h' } } as const

/** Starts sessions, each a minute after the other. */
async function startSessions(api: ReturnType<typeof setupWebhook>, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const source = { user: 1, type: 'mocks.mock', identifier: `source-${i}` }
    ids.push((await api.post('/sessions', { source, payload: {} })).body.id)
    await api.mock.clock.advance('1m')
  }
  return ids
}

const sessionsIn = (received: readonly Received[]) => received.map(({ event }) => event.data.id)

describe('The webhooks of a config', () => {
  it('are sent one at a time', async () => {
    const receiver = await slow()
    const api = setupWebhook(receiver)
    await Promise.all([api.end('active'), api.end('pending'), api.end('relay')])
    await api.quiet()
    expect([receiver.received.length, receiver.open.most]).toEqual([3, 1])
  })

  it('are sent one at a time when many fall due at one instant', async () => {
    const receiver = await slow()
    const api = setupWebhook(receiver)
    api.mock.actions['session.expire']({ where: { state: 'active' } })
    await api.quiet()
    expect([receiver.received.length, receiver.open.most]).toEqual([2, 1])
  })

  it('are sent one at a time while the clock runs', async () => {
    const receiver = await slow()
    const api = setupWebhook(receiver, { clock: { start: '2020-02-20T12:00:00Z' } })
    await Promise.all([api.end('active'), api.end('pending'), api.end('relay')])
    await receiver.until(3)
    expect(receiver.open.most).toBe(1)
  })

  it('are sent in the order in which they fall due', async () => {
    const receiver = await slow()
    const api = setupWebhook(receiver, daily)
    const ids = await startSessions(api, 4)
    await api.mock.clock.advance('3d')
    expect(sessionsIn(receiver.received).slice(-4)).toEqual(ids)
  })

  it('are sent in the order in which the calls came, however slow the first is', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(reply, 200)
    const api = setupWebhook(receiver)
    const ended = [await api.end('active'), await api.end('pending'), await api.end('relay')]
    await receiver.until(1)
    letGo()
    await api.quiet()
    expect(sessionsIn(receiver.received)).toEqual(ended.map(({ id }) => id))
  })

  it('wait for the one that is under way', async () => {
    const { reply } = held()
    const receiver = await startReceiver(reply)
    const api = setupWebhook(receiver)
    await api.end('active')
    await receiver.until(1)
    await api.end('relay')
    await api.get('/events')
    expect(receiver.received.length).toBe(1)
  })

  it('do not wait for the second attempt of another', async () => {
    const receiver = await startReceiver(503, 200)
    const api = setupWebhook(receiver)
    await api.end('active')
    await api.end('relay')
    await api.quiet()
    expect((await api.events()).map(({ state }: { state: string }) => state)).toEqual(['pending', 'delivered'])
  })

  it('fall due again each at its own time', async () => {
    const receiver = await slow(503)
    const api = setupWebhook(receiver)
    const first = await api.end('active')
    await api.mock.clock.advance('30s')
    const second = await api.end('relay')
    await api.mock.clock.advance('5m')
    expect(sessionsIn(receiver.received)).toEqual([first, second, first, second, first, second].map(({ id }) => id))
  })

  it('that are sent once more wait for their turn', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(200, reply, 200)
    const api = setupWebhook(receiver)
    const first = await api.end('active')
    await api.quiet()
    const second = await api.end('relay')
    await receiver.until(2)
    const again = api.mock.webhooks.redeliver((await api.events())[0].id)
    letGo()
    await again
    expect(sessionsIn(receiver.received)).toEqual([first.id, second.id, first.id])
  })
})

describe('Two configs', () => {
  it('are served side by side', async () => {
    const { reply } = held()
    const stuck = await startReceiver(reply)
    const other = await startReceiver()
    const api = setupWebhook(stuck, { fixtures: [worldWith(stuck.url, other.url)] })
    await api.end('active')
    await stuck.until(1)
    await api.delete(`/sessions/${keyWithConfig.session}`)
    expect(sessionsIn(await other.until(1))).toEqual([keyWithConfig.session])
  })

  it('of one URL are served side by side', async () => {
    const { reply } = held()
    const receiver = await startReceiver(reply)
    const api = setupWebhook(receiver, { fixtures: [worldWith(receiver.url, receiver.url)] })
    await api.end('active')
    await api.delete(`/sessions/${keyWithConfig.session}`)
    expect((await receiver.until(2)).length).toBe(2)
  })
})

describe('A call to the API', () => {
  it('does not wait for a webhook', async () => {
    const { reply } = held()
    const receiver = await startReceiver(reply)
    const api = setupWebhook(receiver)
    await api.end('active')
    await receiver.until(1)
    expect((await api.get('/users')).status).toBe(200)
  })

  it('that moves a frozen clock to where its session settles does not wait for a webhook', async () => {
    const { reply } = held()
    const receiver = await startReceiver(reply)
    const api = setupWebhook(receiver, { settings: { session_init: '2s' } })
    await api.end('active')
    await receiver.until(1)
    const source = { user: 1, type: 'mocks.mock', identifier: 'a' }
    expect((await api.post('/sessions', { source, payload: {} }, { 'ricloud-await': '5' })).body.state).toBe('active')
  })
})
