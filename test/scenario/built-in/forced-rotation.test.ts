import { expect } from 'vitest'
import { advance, type Door, get, withToken } from '../../doors/behaviour.ts'
import { newToken } from '../../support/answers.ts'
import { answerOf, happenedIn, playThrough } from './play.ts'

const trial = withToken('ricloud-mock-trial-token')
/** The first key's token, as the other key of the organisation sees it. */
const tokenNow = async (door: Door): Promise<string> => (await get(door, '/keys/1', trial)).body.token

playThrough('forced-rotation', {
  'The token works until just before half past twelve': async (door) => {
    await advance(door, '1799.999999s')
    expect(await answerOf(get(door, '/key'))).toBe('200')
  },
  'The old token stops at once after half an hour': async (door) => {
    await advance(door, '30m')
    expect(await answerOf(get(door, '/key'))).toBe('401 unauthorized')
  },
  'The key has a new token': async (door) => {
    await advance(door, '30m')
    expect(await tokenNow(door)).toMatch(newToken)
  },
  'The new token works': async (door) => {
    await advance(door, '30m')
    expect(await answerOf(get(door, '/key', withToken(await tokenNow(door))))).toBe('200')
  },
  'No token is left to be revoked': async (door) => {
    expect(await happenedIn(door, '1d')).toEqual(['2020-02-20T12:30:00.000000Z key.rotated 1'])
  },
  'Other keys are not rotated': async (door) => {
    await advance(door, '1d')
    expect(await answerOf(get(door, '/key', trial))).toBe('200')
  },
})
