import { expect } from 'vitest'
import { type Door, get, newSession, post, withToken } from '../../doors/behaviour.ts'
import { answerOf, playThrough } from './play.ts'

const second = withToken('ricloud-mock-second-token')

/** Makes iCloud accounts, each `user/name`, one after the other; those with `second` by the second key. Gives the answers. */
async function take(door: Door, ...accounts: string[]): Promise<string[]> {
  const answers: string[] = []
  for (const account of accounts) {
    const [user = '', name, key] = account.split('/')
    const wanted = { user, type: 'icloud.account', identifier: `${name}@example.com` }
    answers.push(await answerOf(post(door, '/sources', wanted, key === 'second' ? second : {})))
  }
  return answers
}

const messageOf = async (answer: ReturnType<typeof post>) => (await answer).body.message

playThrough('permission-limits', {
  'A user may have two accounts, and no third': async (door) => {
    expect(await take(door, '1/a', '1/b', '1/c')).toEqual(['201', '201', '403 limit-exceeded'])
  },
  'A user gets no third account by another key either': async (door) => {
    expect(await take(door, '1/a', '1/b', '1/c/second')).toEqual(['201', '201', '403 limit-exceeded'])
  },
  'A key may have three accounts, and no fourth': async (door) => {
    expect(await take(door, '1/a', '1/b', '2/c', '2/d')).toEqual(['201', '201', '201', '403 limit-exceeded'])
  },
  'The organisation may have four accounts, and no fifth': async (door) => {
    const answers = await take(door, '1/a', '1/b', '2/c', '2/d/second', '3/e/second')
    expect(answers).toEqual(['201', '201', '201', '201', '403 limit-exceeded'])
  },
  'The refusal names the limit of the user and the count': async (door) => {
    await take(door, '1/a', '1/b')
    const message = 'The scope "source_type:icloud.*" allows 2 for each user, and there are 2 already.'
    expect(await messageOf(post(door, '/sessions', newSession('c@example.com')))).toBe(message)
  },
  'The refusal names the limit of the key and the count': async (door) => {
    await take(door, '1/a', '1/b', '2/c')
    const message = 'The scope "source_type:icloud.*" allows 3 for each key, and there are 3 already.'
    expect(await messageOf(post(door, '/sessions', newSession('d@example.com', 3)))).toBe(message)
  },
  'The refusal names the limit of the organisation and the count': async (door) => {
    await take(door, '1/a', '1/b', '2/c', '2/d/second')
    const message = 'The scope "source_type:icloud.*" allows 4 for each organisation, and there are 4 already.'
    expect(await messageOf(post(door, '/sessions', newSession('e@example.com', 3), second))).toBe(message)
  },
  'A refused account is not made': async (door) => {
    await take(door, '1/a', '1/b', '1/c')
    expect((await get(door, '/sources')).body.total_count).toBe(2)
  },
  'A session on a known account is started at the limit': async (door) => {
    await take(door, '1/a', '1/b')
    expect(await answerOf(post(door, '/sessions', newSession('a@example.com')))).toBe('201')
  },
  'Other types are out of scope': async (door) => {
    const wanted = { user: 1, type: 'mocks.mock', identifier: 'a' }
    expect(await answerOf(post(door, '/sources', wanted))).toBe('403 missing-scope')
  },
  'The organisation cannot widen its base': async (door) => {
    expect(await answerOf(post(door, '/permissions/1', { scopes: { 'source_type:icloud.*': [] } }))).toBe(
      '403 forbidden',
    )
  },
  'The organisation cannot go around its base': async (door) => {
    await post(door, '/permissions', { scopes: { 'source_type:icloud.*': [] } })
    expect(await take(door, '1/a', '1/b', '1/c')).toEqual(['201', '201', '403 limit-exceeded'])
  },
  'The organisation can be stricter than its base': async (door) => {
    const one = [{ level: 'user', type: 'count', value: 1 }]
    await post(door, '/permissions', { scopes: { 'source_type:icloud.*': one } })
    expect(await take(door, '1/a', '1/b')).toEqual(['201', '403 limit-exceeded'])
  },
})
