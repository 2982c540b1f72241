import { expect } from 'vitest'
import { call, get, newSession, post, withToken } from '../../doors/behaviour.ts'
import { sessionIds } from '../../support/worlds.ts'
import { answerOf, type Play, playThrough } from './play.ts'

const other = withToken('ricloud-mock-other-token')
const idsIn = ({ body }: { body: { data: { id: string | number }[] } }) => body.data.map(({ id }) => id)

/** Each list holds the caller's own records. */
const own: Readonly<Record<string, readonly [readonly (string | number)[], readonly (string | number)[]]>> = {
  '/keys': [[1], [2]],
  '/users': [[1], [2]],
  '/sources': [[1], [2]],
  '/sessions': [[sessionIds.active], [sessionIds.other]],
}
const lists = Object.entries(own).map(([path, expected]): [string, Play] => [
  `Each organisation lists its own at ${path}`,
  async (door) => expect([idsIn(await get(door, path)), idsIn(await get(door, path, other))]).toEqual(expected),
])
const strangers = ['/keys/2', '/users/2', '/sources/2', '/sources/2/children', `/sessions/${sessionIds.other}`]
const unknown = strangers.map((path): [string, Play] => [
  `The first organisation does not know ${path}`,
  async (door) => expect(await answerOf(get(door, path))).toBe('404 not-found'),
])

playThrough('two-organisations', {
  'Each token shows its own organisation': async (door) => {
    const names = [await get(door, '/organisation'), await get(door, '/organisation', other)]
    expect(names.map(({ body }) => body.name)).toEqual(['My org', 'Other org'])
  },
  ...Object.fromEntries(lists),
  ...Object.fromEntries(unknown),
  'The second organisation does not know the users of the first': async (door) => {
    expect(await answerOf(get(door, '/users/1', other))).toBe('404 not-found')
  },
  'An organisation cannot end the sessions of the other': async (door) => {
    expect(await answerOf(call(door, 'DELETE', `/sessions/${sessionIds.other}`))).toBe('404 not-found')
  },
  'An organisation cannot start sessions for users of the other': async (door) => {
    expect(await answerOf(post(door, '/sessions', newSession('a@example.com', 2)))).toBe('400 invalid-parameter')
  },
  'The same identifier may be a user of each': async (door) => {
    const wanted = { identifier: 'ada@example.com' }
    const mine = await post(door, '/users', wanted)
    expect([mine.status, mine.body.organisation]).toEqual([201, 1])
  },
})
