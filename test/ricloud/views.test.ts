import { describe, expect, it } from 'vitest'
import { setupApi } from '../support/api.ts'
import { recordOf, sessionIds, worlds } from '../support/worlds.ts'

const world = worlds.default
const at = (path: string) => (record: { id: number | string }) => [`${path}/${record.id}`, record] as const
const listed = (url: string, data: readonly object[]) =>
  [url, { data, has_more: false, total_count: data.length, url }] as const

const views = [
  ['/organisation', world.organisations[0]] as const,
  ['/key', recordOf(world.keys, 1)] as const,
  ...world.keys.map(at('/keys')),
  ...world.users.map(at('/users')),
  ...world.sources.map(at('/sources')),
  ...world.sessions.map(at('/sessions')),
  listed('/keys', world.keys),
  listed('/users', world.users),
  listed('/sources', world.sources),
  listed('/sessions', world.sessions),
  listed('/sources/5/children', recordOf(world.sources, 5).children.data),
]

describe('the default world', () => {
  it.each(views)('answers GET %s with the bytes of the fixture', async (path, expected) => {
    const { mock } = setupApi()
    const headers = { authorization: `Token ${mock.token}` }
    const response = await mock.fetch(new Request(`https://ricloud-api.reincubate.com${path}`, { headers }))
    expect(await response.text()).toBe(JSON.stringify(expected))
  })

  it('writes the attributes of a new session in the order of those it has', async () => {
    const { post } = setupApi()
    const source = { user: 1, type: 'mocks.mock', identifier: 'new' }
    const { body } = await post('/sessions', { source, payload: {} })
    const shown = recordOf(world.sessions, sessionIds.active)
    expect([Object.keys(body), Object.keys(body.source)]).toEqual([Object.keys(shown), Object.keys(shown.source)])
  })

  it.each([
    ['/keys', {}, world.keys[0]],
    ['/users', { identifier: 'ada@example.com' }, world.users[0]],
    ['/sources', { user: 1, type: 'mocks.mock', identifier: 'new' }, world.sources[0]],
  ])('writes the attributes of what POST %s made in the order of those it has', async (path, wanted, shown) => {
    const { post } = setupApi()
    expect(Object.keys((await post(path, wanted)).body)).toEqual(Object.keys(shown ?? {}))
  })
})
