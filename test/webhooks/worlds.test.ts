import { describe, expect, it } from 'vitest'
import { withToken } from '../support/answers.ts'
import { sessionIds } from '../support/worlds.ts'
import { held, startReceiver } from './receiver.ts'
import { setupWebhook, worldWith } from './world.ts'

describe('Worlds of one mock', () => {
  /** A mock and a world beside it, each with a receiver of its own. */
  async function apart(...statuses: number[]) {
    const [here, there] = [await startReceiver(...statuses), await startReceiver(...statuses)]
    const api = setupWebhook(here)
    const world = await api.mock.worlds.create({ fixtures: [worldWith(there.url)] })
    const endThere = () => api.delete(`/sessions/${sessionIds.active}`, withToken(world.token))
    return { ...api, here, there, world, endThere }
  }

  it('send to their own webhooks', async () => {
    const { here, there, world, endThere, quiet } = await apart()
    await endThere()
    await quiet()
    await world.clock.advance('0s')
    expect([here.received.length, there.received.length]).toEqual([0, 1])
  })

  it('list their own deliveries', async () => {
    const { mock, world, end, quiet } = await apart()
    await end('active')
    await quiet()
    expect([mock.webhooks.deliveries.length, world.webhooks.deliveries.length]).toEqual([1, 0])
  })

  it('try again by their own clocks', async () => {
    const { mock, here, there, world, end, endThere } = await apart(503)
    await end('active')
    await endThere()
    await mock.clock.advance('3h')
    await world.clock.advance('1m')
    expect([here.received.length, there.received.length]).toEqual([5, 2])
  })

  it('are listed over the control API by their names', async () => {
    const { get, world, endThere } = await apart()
    await endThere()
    await world.clock.advance('0s')
    const { body } = await get(`/_mock/deliveries?world=${world.id}`)
    expect(body.deliveries).toEqual(world.webhooks.deliveries)
  })

  it('send nothing more once they are deleted', async () => {
    const { mock, there, world, endThere } = await apart(503)
    await endThere()
    await world.clock.advance('0s')
    mock.worlds.delete(world.id as string)
    await world.clock.advance('3h')
    expect(there.received.length).toBe(1)
  })
})

describe('Two mocks', () => {
  it('send each to its own webhook', async () => {
    const [one, other] = [await startReceiver(), await startReceiver()]
    const [mock, neighbour] = [setupWebhook(one), setupWebhook(other)]
    await mock.end('active')
    await Promise.all([mock.quiet(), neighbour.quiet()])
    expect([one.received.length, other.received.length]).toEqual([1, 0])
  })

  it('do not wait for each other', async () => {
    const { reply } = held()
    const [stuck, other] = [await startReceiver(reply), await startReceiver()]
    const [mock, neighbour] = [setupWebhook(stuck), setupWebhook(other)]
    await mock.end('active')
    await stuck.until(1)
    await neighbour.end('active')
    await neighbour.quiet()
    expect(other.received.length).toBe(1)
  })
})
