import { expect } from 'vitest'
import { advance, newSession, post, python, settled, stateOf } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { answerOf, happenedIn, outcomeOf, playThrough, renate } from './play.ts'

playThrough('source-locked', {
  'The first session fails': async (door) => {
    expect(await outcomeOf(settled(door, renate()))).toBe('failed init_failed')
  },
  'The official client gets the error that the source is locked': async (door) => {
    expect(await outcomeOf(settled(door, renate(), python))).toBe('failed source-locked')
  },
  'The source is locked from then on': async (door) => {
    expect((await settled(door, renate())).source.state).toBe('locked')
  },
  'The organisation cannot open the source again': async (door) => {
    const { source } = await settled(door, renate())
    expect(await answerOf(post(door, `/sources/${source.id}`, { state: 'active' }))).toBe('403 forbidden')
  },
  'The source is locked until just before the hour is over': async (door) => {
    const { source } = await settled(door, renate())
    await advance(door, '3599.999999s')
    expect(await stateOf(door, `/sources/${source.id}`)).toBe('locked')
  },
  'A session within the hour fails too': async (door) => {
    await settled(door, renate())
    await advance(door, '59m')
    expect(await outcomeOf(settled(door, renate()))).toBe('failed init_failed')
  },
  'The source is unlocked after an hour, never having been validated': async (door) => {
    const { source } = await settled(door, renate())
    await advance(door, '1h')
    expect(await stateOf(door, `/sources/${source.id}`)).toBe('unvalidated')
  },
  'The end of the lock emits an event at its instant': async (door) => {
    const { source, date_created } = await settled(door, renate())
    expect(await happenedIn(door, '2h')).toEqual([`${later(date_created, '1h')} source.unlocked ${source.id}`])
  },
  'A session after the hour is active': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    expect(await outcomeOf(settled(door, renate()))).toBe('active')
  },
  'The account is not locked a second time': async (door) => {
    await settled(door, renate())
    await advance(door, '1h')
    await settled(door, renate())
    await advance(door, '1d')
    expect(await outcomeOf(settled(door, renate()))).toBe('active')
  },
  'Other accounts are not locked': async (door) => {
    expect(await outcomeOf(settled(door, newSession()))).toBe('active')
  },
})
