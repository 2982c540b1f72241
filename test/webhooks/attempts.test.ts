import { describe, expect, it } from 'vitest'
import type { Mock } from '../../src/index.ts'
import { later } from '../support/instants.ts'
import { held, type Reply, startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

/** A receiver that answers like this, and the session of the default world, which ended at noon. */
async function ended(...replies: Reply[]) {
  const receiver = await startReceiver(...replies)
  const api = setupWebhook(receiver)
  await api.end()
  const event = async () => (await api.events())[0]
  return { ...api, receiver, event }
}

/** What became of the one event: its state, its retries and when it was delivered. */
async function fate(...replies: Reply[]) {
  const { mock, event } = await ended(...replies)
  await mock.clock.advance('3h')
  const { state, retries, date_delivered } = await event()
  return [state, retries, date_delivered]
}

const at = (time: string) => `2020-02-20T${time}.000000Z`

describe('One move of a frozen clock', () => {
  it('resolves when all five attempts have been made', async () => {
    const { mock, receiver } = await ended(503)
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(5)
  })

  it('makes them at 0, 1, 5, 30 and 120 minutes', async () => {
    const { mock } = await ended(503)
    await mock.clock.advance('3h')
    expect(mock.webhooks.deliveries[0]?.attempts.map((attempt) => attempt.at)).toEqual(
      ['12:00:00', '12:01:00', '12:05:00', '12:30:00', '14:00:00'].map(at),
    )
  })

  it('by a minute makes the second attempt, though other records were made within the instant', async () => {
    const receiver = await startReceiver(503)
    const { mock, post, end, quiet } = setupWebhook(receiver)
    for (const identifier of ['a', 'b', 'c']) await post('/users', { identifier })
    await end()
    await quiet()
    await mock.clock.advance('1m')
    expect(receiver.received.length).toBe(2)
  })

  it('ends where it was to end', async () => {
    const { mock } = await ended(503)
    await mock.clock.advance('3h')
    expect(mock.clock.now()).toBe(at('15:00:00'))
  })

  it('resolves when the last answer has come, however late', async () => {
    const { reply, letGo } = held()
    const { mock, receiver, event } = await ended(reply)
    const moved = mock.clock.advance('1s')
    await receiver.until(1)
    letGo()
    await moved
    expect((await event()).state).toBe('delivered')
  })

  it('does not resolve before the answer has come', async () => {
    const { reply, letGo } = held()
    const { mock, receiver } = await ended(reply)
    let isThere = false
    const moved = mock.clock.advance('1s').then(() => (isThere = true))
    await receiver.until(1)
    const before = isThere
    letGo()
    await moved
    expect(before).toBe(false)
  })

  it('by an instant does the same', async () => {
    const { mock, receiver } = await ended(503)
    await mock.clock.set(at('14:00:00'))
    expect(receiver.received.length).toBe(5)
  })

  it('just short of an attempt does not make it', async () => {
    const { mock, receiver } = await ended(503)
    await mock.clock.set('2020-02-20T13:59:59.999999Z')
    expect(receiver.received.length).toBe(4)
  })

  it('to what is next makes one attempt', async () => {
    const { mock, receiver, quiet } = await ended(503)
    await quiet()
    await mock.clock.advanceToNext()
    expect([receiver.received.length, mock.clock.now()]).toEqual([2, at('12:01:00')])
  })

  it('over the control API answers when all attempts have been made', async () => {
    const { post, receiver } = await ended(503)
    await post('/_mock/clock', { advance: '3h' })
    expect(receiver.received.length).toBe(5)
  })
})

describe('Many moves', () => {
  it('make the same attempts as one', async () => {
    const [once, often] = [await ended(503), await ended(503)]
    await once.mock.clock.advance('3h')
    for (let minute = 0; minute < 180; minute += 4) await often.mock.clock.advance('4m')
    const attempts = ({ mock }: typeof once) => mock.webhooks.deliveries.map((delivery) => delivery.attempts)
    expect(attempts(often)).toEqual(attempts(once))
  })

  it('at once make no attempt twice', async () => {
    const { mock, receiver } = await ended(503)
    await Promise.all([1, 2, 3].map(() => mock.clock.set(at('14:00:00'))))
    expect(receiver.received.length).toBe(5)
  })

  // They do while nothing is under way on the network.
  it('at once add up, whatever is under way', async () => {
    const { mock } = await ended(503)
    await Promise.all([1, 2, 3].map(() => mock.clock.advance('1h')))
    expect(mock.clock.now()).toBe(at('15:00:00'))
  })

  it('at once add up where nothing is under way', async () => {
    const { mock } = setupWebhook({ url: 'http://127.0.0.1:1' })
    await Promise.all([1, 2, 3].map(() => mock.clock.advance('1h')))
    expect(mock.clock.now()).toBe(at('15:00:00'))
  })
})

describe('What will happen', () => {
  const attemptsIn = (mock: Mock) => mock.clock.upcoming().filter(({ action }) => action === 'event.deliver')

  it('tells when the next attempt will be', async () => {
    const { mock, quiet, event } = await ended(503)
    await quiet()
    expect(attemptsIn(mock)).toEqual([{ at: at('12:01:00'), action: 'event.deliver', id: (await event()).id }])
  })

  it('is nothing once the event was delivered', async () => {
    const { mock, quiet } = await ended(200)
    await quiet()
    expect(attemptsIn(mock)).toEqual([])
  })

  it('is nothing once all attempts have failed', async () => {
    const { mock } = await ended(503)
    await mock.clock.advance('2h')
    expect(attemptsIn(mock)).toEqual([])
  })
})

describe('An event', () => {
  it('is pending while the receiver takes its time', async () => {
    const { reply } = held()
    const { receiver, event } = await ended(reply)
    await receiver.until(1)
    const { state, retries, date_delivered } = await event()
    expect([state, retries, date_delivered]).toEqual(['pending', 0, null])
  })

  it('is pending between two attempts', async () => {
    const { quiet, event } = await ended(503)
    await quiet()
    const { state, retries, date_delivered } = await event()
    expect([state, retries, date_delivered]).toEqual(['pending', 0, null])
  })

  it.each([200, 201, 202, 204, 205, 299])('is delivered by a %i', async (status) => {
    expect(await fate(status)).toEqual(['delivered', 0, at('12:00:00')])
  })

  it.each([300, 304, 400, 401, 404, 410, 429, 500, 599])('is not delivered by a %i', async (status) => {
    expect(await fate(status)).toEqual(['failed', 4, null])
  })

  it.each([
    ['second', [500, 200], 1, '12:01:00'],
    ['third', [404, 500, 204], 2, '12:05:00'],
    ['fourth', [500, 500, 500, 201], 3, '12:30:00'],
    ['fifth', [500, 500, 500, 500, 200], 4, '14:00:00'],
  ])('is delivered by the %s attempt', async (_, statuses, retries, time) => {
    expect(await fate(...statuses)).toEqual(['delivered', retries, at(time)])
  })

  it('is not sent again once it was delivered', async () => {
    const { mock, receiver } = await ended(500, 200)
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(2)
  })

  it('is not sent a sixth time', async () => {
    const { mock, receiver } = await ended(503)
    await mock.clock.advance('30d')
    expect(receiver.received.length).toBe(5)
  })

  it('has failed with the fifth attempt, not before', async () => {
    const { mock, event } = await ended(503)
    await mock.clock.advance('119m')
    const before = (await event()).state
    await mock.clock.advance('1m')
    expect([before, (await event()).state]).toEqual(['pending', 'failed'])
  })

  it('is shown by the API as in lists', async () => {
    const { mock, get } = await ended(503)
    await mock.clock.advance('3h')
    const { body } = await get('/events?state=failed')
    expect((await get(`/events/${body.data[0].id}`)).body).toEqual(body.data[0])
  })

  it('that came to be on the way is sent at its own instant', async () => {
    const receiver = await startReceiver(500, 200)
    const { mock, post } = setupWebhook(receiver, { settings: { session_lifetime: '24h' } })
    const { body } = await post('/sessions', { source: { user: 1, type: 'mocks.mock', identifier: 'a' }, payload: {} })
    await mock.clock.advance('2d')
    expect(mock.webhooks.deliveries.at(-1)?.attempts.map((attempt) => attempt.at)).toEqual([
      later(body.date_created, '24h'),
    ])
  })
})
