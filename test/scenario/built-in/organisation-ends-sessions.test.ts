import { expect } from 'vitest'
import { advance, get, newSession, settled } from '../../doors/behaviour.ts'
import { sessionIds } from '../../support/worlds.ts'
import { fateOf, happenedIn, playThrough } from './play.ts'

playThrough('organisation-ends-sessions', {
  'Sessions run until just before the hour': async (door) => {
    await advance(door, '3599.999999s')
    expect([await fateOf(door, sessionIds.active), await fateOf(door, sessionIds.relay)]).toEqual(['active', 'active'])
  },
  'No session is active after an hour': async (door) => {
    await settled(door, newSession())
    await advance(door, '1h')
    expect((await get(door, '/sessions?state=active')).body.total_count).toBe(0)
  },
  'The organisation is named as who ended them': async (door) => {
    await advance(door, '1h')
    expect(await fateOf(door, sessionIds.active)).toBe('expired organisation')
  },
  'The sessions carry the instant of their end': async (door) => {
    await advance(door, '1d')
    const { date_expired } = (await get(door, `/sessions/${sessionIds.relay}`)).body
    expect(date_expired).toBe('2020-02-20T13:00:00.000000Z')
  },
  'The end of each emits an event, the oldest first': async (door) => {
    expect(await happenedIn(door, '1h')).toEqual([
      `2020-02-20T13:00:00.000000Z session.expired ${sessionIds.relay}`,
      `2020-02-20T13:00:00.000000Z session.expired ${sessionIds.active}`,
    ])
  },
  'A pending session stays pending': async (door) => {
    await advance(door, '1h')
    expect(await fateOf(door, sessionIds.pending)).toBe('pending')
  },
  'A session that had failed stays failed': async (door) => {
    await advance(door, '1h')
    expect(await fateOf(door, sessionIds.failed)).toBe('failed init_failed')
  },
  'A session started afterwards goes on': async (door) => {
    await advance(door, '1h')
    const { id } = await settled(door, newSession())
    await advance(door, '30d')
    expect(await fateOf(door, id)).toBe('active')
  },
})
