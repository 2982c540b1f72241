import { expect } from 'vitest'
import { advance, call, get, newSession, settled, stateOf } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { sessionIds } from '../../support/worlds.ts'
import { fateOf, happenedIn, type Play } from './play.ts'

export const serviceExpiryPlays: Readonly<Record<string, Play>> = {
  'A session is active until just before 24 hours': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '86399.999999s')
    expect(await fateOf(door, id)).toBe('active')
  },
  'The service ends a session after 24 hours': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '24h')
    expect(await fateOf(door, id)).toBe('expired service')
  },
  'A session carries the instant at which it expired': async (door) => {
    const { id, date_created } = await settled(door, newSession())
    await advance(door, '3d')
    expect((await get(door, `/sessions/${id}`)).body.date_expired).toBe(later(date_created, '24h'))
  },
  'Sessions that ran already end 24 hours after they began': async (door) => {
    expect(await happenedIn(door, '24h')).toEqual([
      `2020-02-20T18:03:19.244108Z session.expired ${sessionIds.relay}`,
      `2020-02-21T11:59:03.195527Z session.expired ${sessionIds.active}`,
    ])
  },
  'A pending session is none to expire': async (door) => {
    await advance(door, '30d')
    expect(await fateOf(door, sessionIds.pending)).toBe('pending')
  },
  'The source outlives its session': async (door) => {
    const { source } = await settled(door, newSession())
    await advance(door, '24h')
    expect(await stateOf(door, `/sources/${source.id}`)).toBe('active')
  },
  'A new session can be started, and has its own 24 hours': async (door) => {
    await settled(door, newSession())
    await advance(door, '24h')
    const { id } = await settled(door, newSession())
    await advance(door, '23h')
    const before = await fateOf(door, id)
    await advance(door, '1h')
    expect([before, await fateOf(door, id)]).toEqual(['active', 'expired service'])
  },
  'A session that its organisation ended first is not ended again': async (door) => {
    const { id } = await settled(door, newSession())
    await call(door, 'DELETE', `/sessions/${id}`)
    await advance(door, '24h')
    expect(await fateOf(door, id)).toBe('expired organisation')
  },
}
