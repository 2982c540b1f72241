import { expect } from 'vitest'
import { advance, type Door, get, newSession, post, settled } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { type Play, playThrough } from './play.ts'

/** Lets a new session end after its hour; gives its ID. */
async function endOne(door: Door): Promise<string> {
  const { id } = await settled(door, newSession())
  await advance(door, '1h')
  return id
}

/** The event of a session's end. */
async function eventOf(door: Door, session: string) {
  const { data } = (await get(door, '/events?type=session&action=expired')).body
  return data.find((event: { data: { id: string } }) => event.data.id === session)
}

/** When an event was sent, and what its webhook answered. */
async function attemptsOf(door: Door, event: string): Promise<string[]> {
  const { deliveries } = (await get(door, '/_mock/deliveries')).body
  const { attempts } = deliveries.find(({ id }: { id: string }) => id === event)
  return attempts.map(({ at, status }: { at: string; status: number }) => `${at} ${status}`)
}

const inTime: readonly (readonly [after: string, state: string, retries: number])[] = [
  ['0s', 'pending', 0],
  ['59.999999s', 'pending', 0],
  ['1m', 'pending', 1],
  ['299.999999s', 'pending', 1],
  ['5m', 'delivered', 2],
  ['1d', 'delivered', 2],
]

playThrough('webhook-retries', {
  ...Object.fromEntries(
    inTime.map(([after, state, retries]): [string, Play] => [
      `The event is ${state} after ${after}, retried ${retries} times`,
      async (door) => {
        const session = await endOne(door)
        await advance(door, after)
        const event = await eventOf(door, session)
        expect([event.state, event.retries]).toEqual([state, retries])
      },
    ]),
  ),
  'The webhook fails twice before it answers': async (door) => {
    const session = await endOne(door)
    await advance(door, '3h')
    const { id, date_created } = await eventOf(door, session)
    expect(await attemptsOf(door, id)).toEqual([
      `${date_created} 503`,
      `${later(date_created, '1m')} 500`,
      `${later(date_created, '5m')} 200`,
    ])
  },
  'The event carries the instant of its delivery': async (door) => {
    const session = await endOne(door)
    await advance(door, '3h')
    const { date_created, date_delivered } = await eventOf(door, session)
    expect(date_delivered).toBe(later(date_created, '5m'))
  },
  'The event holds the session as it ended': async (door) => {
    const session = await endOne(door)
    await advance(door, '3h')
    expect((await eventOf(door, session)).data).toEqual((await get(door, `/sessions/${session}`)).body)
  },
  'No event is left pending in the end': async (door) => {
    await endOne(door)
    await advance(door, '3h')
    expect((await get(door, '/events?state=pending&state=failed')).body.total_count).toBe(0)
  },
  'A delivered event may be sent once more': async (door) => {
    const session = await endOne(door)
    await advance(door, '3h')
    const { id, date_created } = await eventOf(door, session)
    await post(door, `/_mock/deliveries/${id}/redeliver`)
    expect((await attemptsOf(door, id)).at(-1)).toBe(`${later(date_created, '3h')} 200`)
  },
})
