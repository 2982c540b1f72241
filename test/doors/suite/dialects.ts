import defaultFixture from '../../../fixtures/default.json' with { type: 'json' }
import { type Behaviour, get, newSession, post } from '../behaviour.ts'
import { same } from '../same.ts'
import { activeUsers, listOf } from './world.ts'

/** What differs between the two dialects. */
export const dialects: readonly Behaviour[] = [
  {
    title: 'A list is named as one to the official client',
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/users', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body, { resource: 'list', ...listOf('/users', defaultFixture.users) })
    },
  },
  {
    title: 'The nested permissions have the resource that the official client knows',
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/organisation', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body.permissions.resource, 'permissions')
    },
  },
  {
    title: 'The dialect may be fixed for every caller',
    world: { dialect: 'ricloud-py' },
    run: async (door) => {
      same((await get(door, '/keys')).body, { resource: 'list', ...listOf('/keys', defaultFixture.keys) })
    },
  },
  {
    title: 'A fixed dialect is spoken to the official client too',
    world: { dialect: 'documented' },
    userAgent: true,
    run: async (door) => {
      const { body } = await get(door, '/keys', { 'user-agent': 'ricloud-py/3.2.0' })
      same(body, listOf('/keys', defaultFixture.keys))
    },
  },
  {
    title: 'A failed session has one error in the documented dialect',
    world: { fixtures: [activeUsers()] },
    run: async (door) => {
      const wanted = newSession('renate@example.com', 2)
      const { body } = await post(door, '/sessions', wanted, { 'ricloud-await': '1' })
      same([body.state, body.error], ['failed', 'init_failed'])
    },
  },
  {
    title: 'A failed session has the specific error in the dialect of the official client',
    world: { fixtures: [activeUsers()], dialect: 'ricloud-py' },
    run: async (door) => {
      const wanted = newSession('renate@example.com', 2)
      const { body } = await post(door, '/sessions', wanted, { 'ricloud-await': '1' })
      same([body.state, body.error], ['failed', 'source-locked'])
    },
  },
]
