import { describe, expect, it } from 'vitest'
import { faultsOf, idsOf } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

/** A world with users 1 to 25, made one after the other. */
async function setupMany() {
  const api = setupApi({ fixtures: ['empty'] })
  const make = async (name: string) => (await api.post('/users', { identifier: name })).body.id as number
  for (let i = 1; i <= 25; i++) await make(`user-${i}`)
  return { ...api, make }
}

/** The integers from one down to another. */
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i)

describe('a page', () => {
  it.each([
    ['', down(25, 16), true],
    ['?limit=1', [25], true],
    ['?limit=24', down(25, 2), true],
    ['?limit=25', down(25, 1), false],
    ['?limit=1000', down(25, 1), false],
    ['?after_id=25', down(24, 15), true],
    ['?after_id=11', down(10, 1), false],
    ['?after_id=3', [2, 1], false],
    ['?after_id=1', [], false],
    ['?after_id=20&limit=5', down(19, 15), true],
    ['?before_id=22', [25, 24, 23], false],
    ['?before_id=25', [], false],
    ['?before_id=10', down(25, 16), true],
    ['?before_id=15', down(25, 16), false],
    ['?before_id=22&limit=2', [25, 24], true],
    ['?after_id=20&before_id=16', [19, 18, 17], false],
    ['?after_id=20&before_id=16&limit=3', [19, 18, 17], false],
    ['?after_id=20&before_id=16&limit=2', [19, 18], true],
    ['?after_id=16&before_id=20', [], false],
    ['?after_id=20&before_id=20', [], false],
  ])('of /users%s holds what comes newest within its bounds', async (query, ids, has_more) => {
    const { get } = await setupMany()
    const page = await get(`/users${query}`)
    const { data, ...rest } = page.body
    expect([idsOf(page), rest]).toEqual([ids, { has_more, total_count: 25, url: '/users' }])
  })

  it('keeps to the filter on both sides of the cursors', async () => {
    const { get, post } = await setupMany()
    for (const id of [4, 8, 12, 16]) await post(`/users/${id}`, { state: 'deactivated' })
    const page = await get('/users?state=deactivated&after_id=14&limit=2')
    const { data, ...rest } = page.body
    expect([idsOf(page), rest]).toEqual([[12, 8], { has_more: true, total_count: 4, url: '/users' }])
  })

  it('starts after a record that the filter leaves out', async () => {
    const { get, post } = await setupMany()
    await post('/users/20', { state: 'deactivated' })
    expect(idsOf(await get('/users?state=active&after_id=20&limit=2'))).toEqual([19, 18])
  })

  it('goes on after a session', async () => {
    const { get } = setupApi()
    const ids = idsOf(await get(`/sessions?after_id=${sessionIds.pending}&before_id=${sessionIds.expired}`))
    expect(ids).toEqual([sessionIds.relay, sessionIds.failed])
  })

  it('goes on after a child', async () => {
    const { get } = setupApi()
    expect((await get('/sources/5/children?after_id=7')).body).toMatchObject({ data: [{ id: 6 }], total_count: 2 })
  })

  it.each(['0', '1001', '-1', '1.5', 'ten', '', '1e2', '99999999999'])('refuses the limit %j', async (limit) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/users?limit=${limit}`))).toEqual(['400 invalid-parameter', 'limit'])
  })

  it.each([
    ['/users', '99'],
    ['/users', 'john'],
    ['/users', ''],
    ['/users', sessionIds.active],
    ['/keys', '99'],
    ['/sources', '99'],
    ['/sessions', '1'],
    ['/sessions', '00000000-0000-4000-8000-000000000000'],
    ['/sources/5/children', '5'],
    ['/sources/5/children', '1'],
  ])('of %s cannot begin or end at %j', async (path, id) => {
    const { get } = setupApi()
    const faults = ['400 invalid-parameter', 'after_id', 'before_id']
    expect(faultsOf(await get(`${path}?after_id=${id}&before_id=${id}`))).toEqual(faults)
  })

  it.each([
    ['/keys', 2],
    ['/users', 2],
    ['/sources', 2],
    ['/sessions', sessionIds.other],
  ])("of %s cannot begin at another organisation's %s", async (path, id) => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await get(`${path}?after_id=${id}`))).toEqual(['400 invalid-parameter', 'after_id'])
  })
})

describe('walking a list', () => {
  it.each([1, 3, 10])('visits every item once by pages of %i, also while items are created', async (limit) => {
    const { get, make } = await setupMany()
    const visited: (number | string)[] = []
    for (let more = true; more; ) {
      const after = visited.length ? `&after_id=${visited.at(-1)}` : ''
      const page = await get(`/users?limit=${limit}${after}`)
      visited.push(...idsOf(page))
      await make(`late-${visited.length}`)
      more = page.body.has_more
    }
    expect(visited).toEqual(down(25, 1))
  })

  it('visits every item once where all were made at one instant', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    for (let i = 1; i <= 5; i++) mock.db.user.create({ date_created: '2020-02-20T00:00:00.000000Z' })
    const first = idsOf(await get('/users?limit=3'))
    expect([...first, ...idsOf(await get(`/users?limit=3&after_id=${first.at(-1)}`))]).toEqual([5, 4, 3, 2, 1])
  })
})
