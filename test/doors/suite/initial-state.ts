import defaultFixture from '../../../fixtures/default.json' with { type: 'json' }
import { type Behaviour, get, post, statusOf, withToken } from '../behaviour.ts'
import { same } from '../same.ts'
import { listOf } from './world.ts'

/** A reset restores the initial state. */
export const initialState: readonly Behaviour[] = [
  {
    title: 'Reset gives back the records of the initial state',
    run: async (door) => {
      await post(door, '/users', { identifier: 'gone@example.com' })
      await post(door, '/_mock/reset')
      same((await get(door, '/users')).body, listOf('/users', defaultFixture.users))
    },
  },
  {
    title: 'Reset repeats the random numbers of the initial state',
    run: async (door) => {
      const first = await post(door, '/keys/1/rotate')
      await post(door, '/_mock/reset', undefined, withToken(first.body.token))
      same((await post(door, '/keys/1/rotate')).body.token, first.body.token)
    },
  },
  {
    title: 'Reset gives a replaced token back',
    run: async (door) => {
      await post(door, '/keys/1/rotate', { force: true })
      await post(door, '/_mock/reset')
      same(await statusOf(get(door, '/key')), 200)
    },
  },
]
