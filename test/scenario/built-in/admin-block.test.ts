import { expect } from 'vitest'
import { advance, get, newSession, post, settled, stateOf, withToken } from '../../doors/behaviour.ts'
import { sessionIds } from '../../support/worlds.ts'
import { answerOf, fateOf, happenedIn, outcomeOf, playThrough } from './play.ts'

playThrough('admin-block', {
  'The user is active until just before the hour': async (door) => {
    await advance(door, '3599.999999s')
    expect([await stateOf(door, '/users/1'), await fateOf(door, sessionIds.active)]).toEqual(['active', 'active'])
  },
  'The user is blocked after an hour': async (door) => {
    await advance(door, '1h')
    expect(await stateOf(door, '/users/1')).toBe('blocked')
  },
  'An administrator ends the sessions of the user after an hour': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '1h')
    expect([await fateOf(door, sessionIds.active), await fateOf(door, id)]).toEqual(['expired admin', 'expired admin'])
  },
  'The sessions carry the instant of their end': async (door) => {
    await advance(door, '90m')
    const { date_expired } = (await get(door, `/sessions/${sessionIds.active}`)).body
    expect(date_expired).toBe('2020-02-20T13:00:00.000000Z')
  },
  'The user gets no new session': async (door) => {
    await advance(door, '1h')
    expect(await answerOf(post(door, '/sessions', newSession()))).toBe('403 forbidden')
  },
  'The organisation cannot open the user again': async (door) => {
    await advance(door, '1h')
    expect(await answerOf(post(door, '/users/1', { state: 'active' }))).toBe('403 forbidden')
  },
  'Another user gets sessions in the second hour': async (door) => {
    await advance(door, '1h')
    const { body } = await post(door, '/users', { identifier: 'new@example.com' })
    expect(await outcomeOf(settled(door, newSession('new@example.com', body.id)))).toBe('active')
  },
  'The organisation is active until just before two hours': async (door) => {
    await advance(door, '7199.999999s')
    expect(await stateOf(door, '/organisation')).toBe('active')
  },
  'Every call is forbidden after two hours': async (door) => {
    await advance(door, '2h')
    const calls = [get(door, '/organisation'), get(door, '/users'), post(door, '/sessions', newSession())]
    expect(await Promise.all(calls.map(answerOf))).toEqual(['403 forbidden', '403 forbidden', '403 forbidden'])
  },
  'The other key of the organisation is shut out too': async (door) => {
    await advance(door, '2h')
    expect(await answerOf(get(door, '/key', withToken('ricloud-mock-trial-token')))).toBe('403 forbidden')
  },
  'Events come in their order': async (door) => {
    const events = await happenedIn(door, '2h')
    expect(events.map((event) => event.split(' ').slice(0, 2).join(' '))).toEqual([
      '2020-02-20T13:00:00.000000Z user.blocked',
      '2020-02-20T13:00:00.000000Z session.expired',
      '2020-02-20T13:00:00.000000Z session.expired',
      '2020-02-20T14:00:00.000000Z organisation.blocked',
    ])
  },
})
