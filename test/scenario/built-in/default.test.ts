import { expect } from 'vitest'
import defaultFixture from '../../../fixtures/default.json' with { type: 'json' }
import { get, newSession, settled } from '../../doors/behaviour.ts'
import { outcomeOf, playThrough } from './play.ts'

const listed = (name: 'keys' | 'users' | 'sources' | 'sessions') => [
  `The ${name} are those of the default fixture`,
  async (door: Parameters<typeof get>[0]) =>
    expect((await get(door, `/${name}`)).body.data).toEqual(defaultFixture[name]),
]

playThrough('default', {
  'The organisation is active, with valid configs and open permissions': async (door) => {
    const { state, permissions, storage_configs, webhook_configs } = (await get(door, '/organisation')).body
    const states = (list: { data: { state: string }[] }) => list.data.map(({ state }) => state)
    expect({
      state,
      scopes: permissions.scopes,
      storage: states(storage_configs),
      webhooks: states(webhook_configs),
    }).toEqual({
      state: 'active',
      scopes: { 'source_type:*': [], 'task_type:*': [], 'data_type:*': [], 'file_type:*': [] },
      storage: ['valid'],
      webhooks: ['valid'],
    })
  },
  ...Object.fromEntries((['keys', 'users', 'sources', 'sessions'] as const).map(listed)),
  'There is a session in each state': async (door) => {
    const { data } = (await get(door, '/sessions')).body
    expect(new Set(data.map(({ state }: { state: string }) => state))).toEqual(
      new Set(['pending', 'active', 'failed', 'expired']),
    )
  },
  'A session on an iCloud account becomes active': async (door) => {
    expect(await outcomeOf(settled(door, newSession()))).toBe('active')
  },
  'A session on a Relay instance becomes active': async (door) => {
    const source = { user: 1, type: 'rirelay.instance', identifier: 'relay-1' }
    expect(await outcomeOf(settled(door, { source, payload: { code: 'A1B2C3' } }))).toBe('active')
  },
  'A session on a mock becomes active': async (door) => {
    const source = { user: 1, type: 'mocks.mock', identifier: 'anybody' }
    expect(await outcomeOf(settled(door, { source, payload: {} }))).toBe('active')
  },
})
