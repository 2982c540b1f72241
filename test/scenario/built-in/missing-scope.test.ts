import { expect } from 'vitest'
import { get, newSession, post, settled } from '../../doors/behaviour.ts'
import { answerOf, outcomeOf, playThrough } from './play.ts'

const relay = { user: 1, type: 'rirelay.instance', identifier: 'relay-1' }

playThrough('missing-scope', {
  'A Relay instance is refused': async (door) => {
    expect(await answerOf(post(door, '/sources', relay))).toBe('403 missing-scope')
  },
  'A session on a Relay instance is refused': async (door) => {
    const wanted = { source: relay, payload: { code: 'A1B2C3' } }
    expect(await answerOf(post(door, '/sessions', wanted))).toBe('403 missing-scope')
  },
  'A refused source is not made': async (door) => {
    await post(door, '/sources', relay)
    expect((await get(door, '/sources')).body.total_count).toBe(0)
  },
  'A refused session is not made': async (door) => {
    await post(door, '/sessions', { source: relay, payload: { code: 'A1B2C3' } })
    expect((await get(door, '/sessions')).body.total_count).toBe(0)
  },
  'The message names the scope': async (door) => {
    expect((await post(door, '/sources', relay)).body.message).toContain('source_type:rirelay.instance')
  },
  'A session on an iCloud account becomes active': async (door) => {
    expect(await outcomeOf(settled(door, newSession()))).toBe('active')
  },
})
