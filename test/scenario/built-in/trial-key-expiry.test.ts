import { expect } from 'vitest'
import { advance, get, stateOf, withToken } from '../../doors/behaviour.ts'
import { answerOf, happenedIn, playThrough } from './play.ts'

const trial = withToken('ricloud-mock-trial-token')

playThrough('trial-key-expiry', {
  'The trial key works until just before 14 days': async (door) => {
    await advance(door, '1209599.999999s')
    expect(await answerOf(get(door, '/key', trial))).toBe('200')
  },
  'The token of the trial key is refused after 14 days': async (door) => {
    await advance(door, '14d')
    expect(await answerOf(get(door, '/key', trial))).toBe('401 unauthorized')
  },
  'The trial key is expired for all to see': async (door) => {
    await advance(door, '14d')
    expect(await stateOf(door, '/keys/2')).toBe('expired')
  },
  'The trial key can be found by its state': async (door) => {
    await advance(door, '14d')
    const { data } = (await get(door, '/keys?state=expired')).body
    expect(data.map(({ id }: { id: number }) => id)).toEqual([2])
  },
  'The expiry emits an event at its instant': async (door) => {
    expect(await happenedIn(door, '30d')).toEqual(['2020-03-05T12:00:00.000000Z key.expired 2'])
  },
  'The standard key goes on': async (door) => {
    await advance(door, '30d')
    expect(await answerOf(get(door, '/key'))).toBe('200')
  },
})
