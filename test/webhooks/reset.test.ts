import { describe, expect, it } from 'vitest'
import type { Mock } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { bounded } from '../support/wait.ts'
import { sessionIds } from '../support/worlds.ts'
import { held, startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

/** How a world begins anew; the snapshot is of its initial state. */
const ways: readonly (readonly [string, (mock: Mock) => unknown])[] = [
  ['reset', (mock) => mock.reset()],
  ['restored', (mock) => mock.snapshots.restore('initial')],
  ['given another scenario', (mock) => mock.scenario.load('default')],
]

/** A world whose first webhook is held back. */
async function underWay() {
  const { reply, letGo } = held()
  const receiver = await startReceiver(reply, 200)
  const api = setupWebhook(receiver)
  api.mock.snapshots.save('initial')
  await api.end('active')
  await receiver.until(1)
  return { ...api, receiver, letGo }
}

describe.each(ways)('A world that is %s while a webhook is under way', (_, begin) => {
  it('has no event from before', async () => {
    const { mock, letGo, quiet, events } = await underWay()
    await begin(mock)
    letGo()
    await quiet()
    expect(await events()).toEqual([])
  })

  it('sends no attempt from before', async () => {
    const receiver = await startReceiver(503)
    const { mock, end, quiet } = setupWebhook(receiver)
    mock.snapshots.save('initial')
    await end('active')
    await quiet()
    await begin(mock)
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(1)
  })

  it('sends nothing that waited for its turn before', async () => {
    const { mock, receiver, end, letGo, quiet } = await underWay()
    await end('relay')
    await begin(mock)
    letGo()
    await quiet()
    expect(receiver.received.length).toBe(1)
  })

  it('sends nothing that had only just begun before', async () => {
    const receiver = await startReceiver()
    const { mock, quiet } = setupWebhook(receiver)
    mock.snapshots.save('initial')
    mock.actions['session.expire']({ where: { id: sessionIds.active } })
    await begin(mock)
    await quiet()
    expect(receiver.received).toEqual([])
  })

  it('does not let its new webhooks wait for the old one', async () => {
    const { mock, receiver, end } = await underWay()
    await begin(mock)
    await end('relay')
    await receiver.until(2)
  })

  it('does not let its clock wait for the old one', async () => {
    const { mock } = await underWay()
    await begin(mock)
    await bounded(mock.clock.advance('1m'), 'The clock did not move')
  })

  it('next() gives back no attempt from before that was still to be answered', async () => {
    const { mock, letGo, quiet } = await underWay()
    await begin(mock)
    letGo()
    await quiet()
    await expect(mock.webhooks.next({ timeout: '1ms' })).rejects.toThrow('none was')
  })

  it('next() gives back no attempt from before that was answered', async () => {
    const receiver = await startReceiver()
    const { mock, end, quiet } = setupWebhook(receiver)
    mock.snapshots.save('initial')
    await end('active')
    await quiet()
    await begin(mock)
    await expect(mock.webhooks.next({ timeout: '1ms' })).rejects.toThrow('none was')
  })

  it('sends the webhooks of what happens afterwards', async () => {
    const { mock, receiver, end, letGo, quiet, events } = await underWay()
    await begin(mock)
    letGo()
    await end('relay')
    await quiet()
    expect([receiver.received.length, (await events())[0].state]).toEqual([2, 'delivered'])
  })
})

describe('A world that is reset', () => {
  it('sends the same bytes for the same calls', async () => {
    const receiver = await startReceiver()
    const { mock, end, quiet } = setupWebhook(receiver)
    for (let life = 0; life < 2; life++) {
      await end('active')
      await quiet()
      mock.reset()
    }
    const [first, second] = receiver.received.map(({ target, body, headers }) => [
      target,
      body,
      headers['ricloud-signature'],
    ])
    expect(second).toEqual(first)
  })

  it('answers a redelivery that was under way as it answers other calls that waited', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(200, reply)
    const { mock, end, post, quiet, events } = setupWebhook(receiver)
    await end('active')
    await quiet()
    const again = post(`/_mock/deliveries/${(await events())[0].id}/redeliver`)
    await receiver.until(2)
    mock.reset()
    letGo()
    expect((await again).body.message).toContain('The mock was reset while this call waited')
  })
})

describe('A snapshot taken between two attempts', () => {
  it('brings back those that are still to come', async () => {
    const receiver = await startReceiver(503)
    const { mock, end } = setupWebhook(receiver)
    await end('active')
    await mock.clock.advance('10m')
    mock.snapshots.save('after-three')
    await mock.clock.advance('3h')
    mock.snapshots.restore('after-three')
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(5 + 2)
  })

  it('brings back when they are signed', async () => {
    const receiver = await startReceiver(503)
    const { mock, end } = setupWebhook(receiver)
    await end('active')
    await mock.clock.advance('10m')
    mock.snapshots.save('after-three')
    await mock.clock.advance('3h')
    mock.snapshots.restore('after-three')
    await mock.clock.advance('3h')
    const signatures = receiver.received.map(({ headers }) => headers['ricloud-signature'])
    expect(signatures.slice(5)).toEqual(signatures.slice(3, 5))
  })
})

describe('A snapshot taken while a webhook is under way', () => {
  it('brings the webhook back', async () => {
    const { mock, receiver, letGo, quiet, events } = await underWay()
    mock.snapshots.save('under-way')
    letGo()
    await quiet()
    mock.snapshots.restore('under-way')
    receiver.reply(503)
    await mock.clock.advance('3h')
    expect((await events())[0].state).toBe('failed')
  })

  it('is no end to it in another world', async () => {
    const { mock, get, letGo, quiet } = await underWay()
    mock.snapshots.save('under-way')
    const world = await mock.worlds.create({ snapshot: 'under-way' })
    letGo()
    await quiet()
    await world.clock.advance('3h')
    expect((await get('/events', withToken(world.token))).body.data[0].state).toBe('delivered')
  })
})

describe('A scenario that keeps the records', () => {
  it('keeps what is to be sent again', async () => {
    const receiver = await startReceiver(503)
    const { mock, end, quiet } = setupWebhook(receiver)
    await end('active')
    await quiet()
    await mock.scenario.load('default', { keep: true })
    await mock.clock.advance('3h')
    expect(receiver.received.length).toBe(5)
  })

  it('keeps what is under way', async () => {
    const { mock, letGo, quiet, events } = await underWay()
    await mock.scenario.load('default', { keep: true })
    letGo()
    await quiet()
    await mock.clock.advance('3h')
    expect((await events())[0].state).toBe('delivered')
  })
})
