import { expect } from 'vitest'
import { call, type Door, get, newSession, post } from '../../doors/behaviour.ts'
import { later } from '../../support/instants.ts'
import { answerOf, playThrough } from './play.ts'

async function answersOf(door: Door, path: string, times: number): Promise<string[]> {
  const answers: string[] = []
  for (let i = 0; i < times; i++) answers.push(await answerOf(get(door, path)))
  return answers
}

const timeOf = async (door: Door): Promise<string> => (await get(door, '/_mock/clock')).body.now

playThrough('flaky-service', {
  'The first two lists of sources are 503, and the third is there': async (door) => {
    expect(await answersOf(door, '/sources', 3)).toEqual([
      '503 internal-server-error',
      '503 internal-server-error',
      '200',
    ])
  },
  'A 503 has a body in the shape of errors': async (door) => {
    const { body } = await get(door, '/sources')
    expect([typeof body.error, typeof body.message]).toEqual(['string', 'string'])
  },
  'A single source is not struck': async (door) => {
    expect(await answerOf(get(door, '/sources/1'))).toBe('200')
  },
  'The first list of users gets no answer': async (door) => {
    await expect(get(door, '/users')).rejects.toThrow()
  },
  'The second list of users is there': async (door) => {
    await get(door, '/users').catch(() => {})
    expect(await answerOf(get(door, '/users'))).toBe('200')
  },
  'The first user is answered, but cut short': async (door) => {
    const response = await door.fetch('/users/1', { headers: { authorization: `Token ${door.token}` } })
    const body = response.text().catch(() => 'cut short')
    expect([response.status, await body]).toEqual([200, 'cut short'])
  },
  'The second user is whole': async (door) => {
    await get(door, '/users/1').catch(() => {})
    expect((await get(door, '/users/1')).body.id).toBe(1)
  },
  'The first session takes 5 seconds to be answered': async (door) => {
    const before = await timeOf(door)
    const { status, body } = await post(door, '/sessions', newSession())
    expect([status, body.source.date_created, body.date_created]).toEqual([
      201,
      later(before, '5s'),
      await timeOf(door),
    ])
  },
  'The second session is answered at once': async (door) => {
    await post(door, '/sessions', newSession())
    const before = await timeOf(door)
    const { body } = await post(door, '/sessions', newSession())
    expect([body.date_created, await timeOf(door)]).toEqual(Array(2).fill(later(before, '0.000001s')))
  },
  'Every third list of sessions is one too many': async (door) => {
    const [ok, refused] = ['200', '429 too-many-requests']
    expect(await answersOf(door, '/sessions', 6)).toEqual([ok, ok, refused, ok, ok, refused])
  },
  'A list too many says when to try again': async (door) => {
    await answersOf(door, '/sessions', 2)
    expect((await get(door, '/sessions')).headers.get('retry-after')).toBe('30')
  },
  'What no fault means is answered as ever': async (door) => {
    const calls = [get(door, '/organisation'), get(door, '/keys'), call(door, 'POST', '/users', { identifier: 'a' })]
    expect(await Promise.all(calls.map(answerOf))).toEqual(['200', '200', '201'])
  },
})
