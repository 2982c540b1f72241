import { describe, expect, it } from 'vitest'
import { bounded } from '../support/wait.ts'
import { startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

describe('A call from within the receiver', () => {
  /** What a receiver sees that asks the API at the end of each of two sessions, while the clock is moved on by days. */
  async function seen(ask: (api: ReturnType<typeof setupWebhook>, id: string) => Promise<unknown>) {
    const answered: unknown[] = []
    const receiver = await startReceiver(async ({ event }) => {
      answered.push(await ask(api, event.data.id))
      return 200
    })
    const api = setupWebhook(receiver, { settings: { session_lifetime: '24h' } })
    await api.mock.clock.advance('3d')
    return answered
  }

  const ends = ['2020-02-20T18:03:19.244108Z', '2020-02-21T11:59:03.195527Z']

  it('is answered while the delivery is under way', async () => {
    expect(await seen(async ({ get }, id) => (await get(`/sessions/${id}`)).body.state)).toEqual(['expired', 'expired'])
  })

  it('sees the moment of the event', async () => {
    expect(await seen(async ({ mock }) => mock.clock.now())).toEqual(ends)
  })

  it('sees the session as it ended then', async () => {
    expect(await seen(async ({ get }, id) => (await get(`/sessions/${id}`)).body.date_expired)).toEqual(ends)
  })

  it('sees nothing of what comes after the event', async () => {
    expect(await seen(async ({ get }) => (await get('/sessions?state=active')).body.total_count)).toEqual([1, 0])
  })

  it('makes records that are dated by the moment of the event', async () => {
    const made = await seen(async ({ post }, id) => (await post('/users', { identifier: id })).body.date_created)
    // Within one instant microseconds rise.
    expect(made).toEqual(ends.map((end) => expect.stringContaining(end.slice(0, -2))))
  })

  it('sees the event pending', async () => {
    expect(await seen(async ({ get }) => (await get('/events')).body.data[0].state)).toEqual(['pending', 'pending'])
  })

  it('may end other sessions, whose webhooks come after', async () => {
    const receiver = await startReceiver(async () => {
      await api.end('relay')
      return 200
    })
    const api = setupWebhook(receiver)
    await api.end('active')
    await api.quiet()
    expect(receiver.received.length).toBe(2)
  })

  it('may wait for a new session, which takes its time', async () => {
    const receiver = await startReceiver(async () => {
      const source = { user: 1, type: 'mocks.mock', identifier: 'again' }
      const { body } = await api.post('/sessions', { source, payload: {} }, { 'ricloud-await': '5' })
      return body.state === 'active' ? 200 : 500
    })
    const api = setupWebhook(receiver, { settings: { session_init: '2s' } })
    await api.end()
    await api.quiet()
    expect((await api.events())[0].state).toBe('delivered')
  })

  // "A request … never waits for a webhook": this one waits until the limit of 10 s ends the delivery that waits for it.
  it('is answered though it waits for a session that takes longer than it waits', async () => {
    const receiver = await startReceiver(async () => {
      const source = { user: 1, type: 'icloud.account', identifier: 'slow@example.com' }
      await api.post('/sessions', { source, payload: { password: 'joshua' } }, { 'ricloud-await': '5' })
      return 200
    })
    const api = setupWebhook(receiver)
    await api.end()
    await bounded(api.quiet(), 'The delivery did not end')
  })
})
