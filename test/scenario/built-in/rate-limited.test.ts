import { expect } from 'vitest'
import { advance, type Door, get, withToken } from '../../doors/behaviour.ts'
import { answerOf, playThrough } from './play.ts'

async function makeTen(door: Door): Promise<string[]> {
  const answers: string[] = []
  for (let i = 0; i < 10; i++) answers.push(await answerOf(get(door, '/key')))
  return answers
}

playThrough('rate-limited', {
  'Ten requests are answered': async (door) => {
    expect(await makeTen(door)).toEqual(Array(10).fill('200'))
  },
  'The eleventh request within the hour is refused': async (door) => {
    await makeTen(door)
    expect(await answerOf(get(door, '/key'))).toBe('429 too-many-requests')
  },
  'The answer to a refused request says how many seconds to wait': async (door) => {
    await makeTen(door)
    await advance(door, '15m')
    expect((await get(door, '/key')).headers.get('retry-after')).toBe('2700')
  },
  'Requests are refused until just before the hour is over': async (door) => {
    await makeTen(door)
    await advance(door, '3599.999999s')
    expect(await answerOf(get(door, '/key'))).toBe('429 too-many-requests')
  },
  'Ten more requests are answered in the next hour': async (door) => {
    await makeTen(door)
    await advance(door, '1h')
    expect(await makeTen(door)).toEqual(Array(10).fill('200'))
  },
  'All keys of the organisation share the limit': async (door) => {
    await makeTen(door)
    expect(await answerOf(get(door, '/key', withToken('ricloud-mock-trial-token')))).toBe('429 too-many-requests')
  },
  'The control of the clock is not limited': async (door) => {
    await makeTen(door)
    expect(await answerOf(get(door, '/_mock/clock'))).toBe('200')
  },
})
