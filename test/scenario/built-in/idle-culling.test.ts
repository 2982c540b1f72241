import { expect } from 'vitest'
import { advance, get, newSession, settled } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { sessionIds } from '../../support/worlds.ts'
import { fateOf, happenedIn, outcomeOf, playThrough } from './play.ts'

playThrough('idle-culling', {
  'A session is active until just before 12 hours': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '43199.999999s')
    expect(await fateOf(door, id)).toBe('active')
  },
  'The API culls a session after 12 hours': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '12h')
    expect(await fateOf(door, id)).toBe('expired api')
  },
  'A culled session carries the instant of its end': async (door) => {
    const { id, date_created } = await settled(door, newSession())
    await advance(door, '3d')
    expect((await get(door, `/sessions/${id}`)).body.date_expired).toBe(later(date_created, '12h'))
  },
  'A session that ran already is culled 12 hours after it began': async (door) => {
    const happened = await happenedIn(door, '12h')
    expect(happened.at(-1)).toBe(`2020-02-20T23:59:03.195527Z session.expired ${sessionIds.active}`)
  },
  'A session that was idle for longer already has been culled': async (door) => {
    const { state, error, date_expired } = (await get(door, `/sessions/${sessionIds.relay}`)).body
    expect([state, error, date_expired]).toEqual(['expired', 'api', '2020-02-20T06:03:19.244108Z'])
  },
  'A pending session is not culled': async (door) => {
    await advance(door, '30d')
    expect(await fateOf(door, sessionIds.pending)).toBe('pending')
  },
  'A new session can be started after the culling': async (door) => {
    await settled(door, newSession())
    await advance(door, '12h')
    expect(await outcomeOf(settled(door, newSession()))).toBe('active')
  },
})
