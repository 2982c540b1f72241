import { expect } from 'vitest'
import { type Door, get, newSession, post, settled } from '../../doors/behaviour.ts'
import { answerOf, outcomeOf, playThrough } from './play.ts'

/** An iCloud account of a user. */
const account = (name: string, user = 1) => ({ user, type: 'icloud.account', identifier: `${name}@example.com` })

async function takeTwo(door: Door): Promise<void> {
  await post(door, '/sources', account('one'))
  await post(door, '/sources', account('two'))
}

playThrough('limit-exceeded', {
  'The first two accounts of a user are made': async (door) => {
    const answers = [await post(door, '/sources', account('one')), await post(door, '/sources', account('two'))]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
  },
  'A third account is refused': async (door) => {
    await takeTwo(door)
    expect(await answerOf(post(door, '/sources', account('three')))).toBe('403 limit-exceeded')
  },
  'A session on a third account is refused': async (door) => {
    await takeTwo(door)
    expect(await answerOf(post(door, '/sessions', newSession('three@example.com')))).toBe('403 limit-exceeded')
  },
  'A refused account is not made': async (door) => {
    await takeTwo(door)
    await post(door, '/sources', account('three'))
    expect((await get(door, '/sources')).body.total_count).toBe(2)
  },
  'Sessions on the two accounts can still be started': async (door) => {
    await takeTwo(door)
    expect(await outcomeOf(settled(door, newSession('two@example.com')))).toBe('active')
  },
  'Another user may have two accounts of its own': async (door) => {
    await takeTwo(door)
    const { body } = await post(door, '/users', { identifier: 'second@example.com' })
    const names = ['three', 'four', 'five']
    const answers: string[] = []
    for (const name of names) answers.push(await answerOf(post(door, '/sources', account(name, body.id))))
    expect(answers).toEqual(['201', '201', '403 limit-exceeded'])
  },
})
