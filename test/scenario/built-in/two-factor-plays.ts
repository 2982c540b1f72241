import { expect } from 'vitest'
import { advance, newSession, post, settled } from '../../doors/behaviour.ts'
import { fateOf, outcomeOf, type Play, renate } from './play.ts'

const longAwait = { 'ricloud-await': '5' }

export const twoFactorPlays: Readonly<Record<string, Play>> = {
  'A session without the code is pending for 2 s': async (door) => {
    const { body } = await post(door, '/sessions', renate())
    await advance(door, '1.999999s')
    expect([body.state, await fateOf(door, body.id)]).toEqual(['pending', 'pending'])
  },
  'A session without the code fails after 2 s': async (door) => {
    const { body } = await post(door, '/sessions', renate())
    await advance(door, '2s')
    expect(await fateOf(door, body.id)).toBe('failed init_failed')
  },
  'A session with a wrong code fails': async (door) => {
    const wanted = renate({ password: 'joshua', code: '654321' })
    expect(await outcomeOf(settled(door, wanted, longAwait))).toBe('failed init_failed')
  },
  'A session with the code and a wrong password fails': async (door) => {
    const wanted = renate({ password: 'pencil', code: '123456' })
    expect(await outcomeOf(settled(door, wanted, longAwait))).toBe('failed init_failed')
  },
  'The next session with the code becomes active': async (door) => {
    await settled(door, renate(), longAwait)
    const { body } = await post(door, '/sessions', renate({ password: 'joshua', code: '123456' }))
    await advance(door, '2s')
    expect(await fateOf(door, body.id)).toBe('active')
  },
  'The failed session stays failed': async (door) => {
    const { id } = await settled(door, renate(), longAwait)
    await settled(door, renate({ password: 'joshua', code: '123456' }), longAwait)
    expect(await fateOf(door, id)).toBe('failed init_failed')
  },
  'Other accounts ask for no code': async (door) => {
    expect(await outcomeOf(settled(door, newSession(), longAwait))).toBe('active')
  },
}
