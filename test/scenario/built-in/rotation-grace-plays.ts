import { expect } from 'vitest'
import { advance, get, withToken } from '../../doors/behaviour.ts'
import { newToken } from '../../support/answers.ts'
import { answerOf, happenedIn, type Play } from './play.ts'

export const rotationGracePlays: Readonly<Record<string, Play>> = {
  'The key has its token until just before half past twelve': async (door) => {
    await advance(door, '1799.999999s')
    expect((await get(door, '/key')).body.token).toBe(door.token)
  },
  'The key has a new token after half an hour': async (door) => {
    await advance(door, '30m')
    expect((await get(door, '/key')).body.token).toMatch(newToken)
  },
  'Rotation and the end of the grace period emit events, each at its instant': async (door) => {
    expect(await happenedIn(door, '1d')).toEqual([
      '2020-02-20T12:30:00.000000Z key.rotated 1',
      '2020-02-20T18:30:00.000000Z key.token_revoked 1',
    ])
  },
  'The old token works until just before six hours are over': async (door) => {
    await advance(door, '30m')
    await advance(door, '21599.999999s')
    expect(await answerOf(get(door, '/key'))).toBe('200')
  },
  'The old token stops after six hours': async (door) => {
    await advance(door, '30m')
    await advance(door, '6h')
    expect(await answerOf(get(door, '/key'))).toBe('401 unauthorized')
  },
  'The new token works during the grace': async (door) => {
    await advance(door, '30m')
    const { token } = (await get(door, '/key')).body
    expect(await answerOf(get(door, '/users', withToken(token)))).toBe('200')
  },
  'The new token goes on after the grace': async (door) => {
    await advance(door, '30m')
    const { token } = (await get(door, '/key')).body
    await advance(door, '30d')
    expect(await answerOf(get(door, '/users', withToken(token)))).toBe('200')
  },
  'Other keys are not rotated': async (door) => {
    await advance(door, '1d')
    expect(await answerOf(get(door, '/key', withToken('ricloud-mock-trial-token')))).toBe('200')
  },
}
