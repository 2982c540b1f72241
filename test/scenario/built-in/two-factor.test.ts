import { expect } from 'vitest'
import { python, settled } from '../../doors/behaviour.ts'
import { outcomeOf, playThrough, renate } from './play.ts'
import { twoFactorPlays } from './two-factor-plays.ts'

const headers = { ...python, 'ricloud-await': '2' }

playThrough('two-factor', {
  ...twoFactorPlays,
  'The official client gets the error that a code is required': async (door) => {
    expect(await outcomeOf(settled(door, renate(), headers))).toBe('failed code-required')
  },
  'The official client gets the error of a wrong password before it is asked for a code': async (door) => {
    expect(await outcomeOf(settled(door, renate({ password: 'pencil' }), headers))).toBe('failed credentials-invalid')
  },
})
