import { expect } from 'vitest'
import { newSession, python, settled } from '../../doors/behaviour.ts'
import { outcomeOf, playThrough, renate } from './play.ts'

playThrough('wrong-password', {
  'The one password is accepted': async (door) => {
    expect(await outcomeOf(settled(door, renate()))).toBe('active')
  },
  'Another password fails': async (door) => {
    expect(await outcomeOf(settled(door, renate({ password: 'pencil' })))).toBe('failed init_failed')
  },
  'The official client gets the error that the credentials are invalid': async (door) => {
    const session = settled(door, renate({ password: 'pencil' }), python)
    expect(await outcomeOf(session)).toBe('failed credentials-invalid')
  },
  'Another password leaves the source unvalidated': async (door) => {
    expect((await settled(door, renate({ password: 'pencil' }))).source.state).toBe('unvalidated')
  },
  'The one password is accepted after others failed': async (door) => {
    await settled(door, renate({ password: 'pencil' }))
    await settled(door, renate({ password: 'JOSHUA' }))
    expect(await outcomeOf(settled(door, renate()))).toBe('active')
  },
  'Other accounts accept any password': async (door) => {
    const { source } = newSession()
    expect(await outcomeOf(settled(door, { source, payload: { password: 'pencil' } }))).toBe('active')
  },
})
