import { expect } from 'vitest'
import { advance, get, newSession, python, settled } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { fateOf, outcomeOf, playThrough, renate } from './play.ts'

playThrough('password-changed', {
  'The first session is active until just before an hour is over': async (door) => {
    const { id } = await settled(door, renate())
    await advance(door, '3599.999999s')
    expect(await fateOf(door, id)).toBe('active')
  },
  'The first session expires after an hour': async (door) => {
    const { id } = await settled(door, renate())
    await advance(door, '1h')
    expect(await fateOf(door, id)).toBe('expired service')
  },
  'The session carries the instant of the change': async (door) => {
    const { id, date_created } = await settled(door, renate())
    await advance(door, '1d')
    expect((await get(door, `/sessions/${id}`)).body.date_expired).toBe(later(date_created, '1h'))
  },
  'The hour begins with the session, not with the scenario': async (door) => {
    await advance(door, '5h')
    const { id } = await settled(door, renate())
    await advance(door, '59m')
    const before = await fateOf(door, id)
    await advance(door, '1m')
    expect([before, await fateOf(door, id)]).toEqual(['active', 'expired service'])
  },
  'The old password is refused': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    expect(await outcomeOf(settled(door, renate(), python))).toBe('failed credentials-invalid')
  },
  'The new password is refused before the change': async (door) => {
    expect(await outcomeOf(settled(door, renate({ password: 'falken' }), python))).toBe('failed credentials-invalid')
  },
  'The new password is accepted': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    expect(await outcomeOf(settled(door, renate({ password: 'falken' })))).toBe('active')
  },
  'A third password is refused': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    expect(await outcomeOf(settled(door, renate({ password: 'pencil' }), python))).toBe('failed credentials-invalid')
  },
  'The password changes once': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    const { id } = await settled(door, renate({ password: 'falken' }))
    await advance(door, '30d')
    expect(await fateOf(door, id)).toBe('active')
  },
  'A later session of the old password ends with the first': async (door) => {
    await settled(door, renate())
    await advance(door, '30m')
    const { id } = await settled(door, renate())
    await advance(door, '30m')
    expect(await fateOf(door, id)).toBe('expired service')
  },
  'Sessions of others go on': async (door) => {
    await settled(door, renate())
    const { id } = await settled(door, newSession())
    await advance(door, '1d')
    expect(await fateOf(door, id)).toBe('active')
  },
})
