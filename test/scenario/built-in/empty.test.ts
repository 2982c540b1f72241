import { expect } from 'vitest'
import { get, newSession, post } from '../../doors/behaviour.ts'
import { answerOf, type Play, playThrough } from './play.ts'

const none = (name: string): [string, Play] => [
  `There are no ${name}`,
  async (door) => expect((await get(door, `/${name}`)).body.total_count).toBe(0),
]

playThrough('empty', {
  'The organisation is unconfigured': async (door) => {
    expect((await get(door, '/organisation')).body.state).toBe('unconfigured')
  },
  'The organisation has no configs': async (door) => {
    const { storage_configs, webhook_configs } = (await get(door, '/organisation')).body
    expect([storage_configs.data, webhook_configs.data]).toEqual([[], []])
  },
  'There is one key, whose token is in use': async (door) => {
    const { data } = (await get(door, '/keys')).body
    expect(data.map(({ token }: { token: string }) => token)).toEqual([door.token])
  },
  ...Object.fromEntries(['users', 'sources', 'sessions'].map(none)),
  'The first user gets the first ID': async (door) => {
    expect((await post(door, '/users', { identifier: 'first@example.com' })).body.id).toBe(1)
  },
  'A key can be made': async (door) => {
    expect(await answerOf(post(door, '/keys'))).toBe('201')
  },
  'A session can be started, but no poll can be made': async (door) => {
    await post(door, '/users', { identifier: 'first@example.com' })
    const { body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '1' })
    const poll = { session: body.id, payload: { info_types: ['*'] } }
    expect(await answerOf(post(door, '/polls', poll))).toBe('400 unconfigured')
  },
})
