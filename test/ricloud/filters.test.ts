import { describe, expect, it } from 'vitest'
import { faultsOf, idsOf, ignoredBy } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

const { active, pending, failed, expired, relay } = sessionIds

/** Asks for a list of the default world; a space or a plus in the query stays as it is. */
const list = async (query: string) => setupApi().get(query)

describe('a filter', () => {
  it.each([
    ['/keys?type=trial', [2]],
    ['/keys?type=standard', [1]],
    ['/keys?state=active', [2, 1]],
    ['/keys?state=expired', []],
    ['/users?key=1', [3, 2, 1]],
    ['/users?key=2', []],
    ['/users?identifier=renate%40example.com', [2]],
    ['/users?identifier=renate', []],
    ['/users?state=active', [1]],
    ['/users?state=deactivated', [2]],
    ['/users?state=blocked', [3]],
    ['/users?date_created=2020-02-17T15:40:02.871035Z', [2]],
    ['/sources?user=2', [4]],
    ['/sources?type=rirelay.source', [7, 6]],
    ['/sources?type=rirelay.instance', [5]],
    ['/sources?type=icloud.account', [4, 2, 1]],
    ['/sources?type=mocks.mock', [3]],
    ['/sources?identifier=john.appleseed@reincubate.com', [3, 1]],
    ['/sources?state=active', [7, 6, 5, 1]],
    ['/sources?state=unvalidated', [2]],
    ['/sources?state=deactivated', [3]],
    ['/sources?state=blocked', []],
    ['/sources?state=locked', [4]],
    ['/sources?date_created=2020-02-19T18:03:19.127744Z', [5]],
    ['/sources/5/children?identifier=00008020-001A2D8E0C31002E', [6]],
    ['/sessions?key=1', [active, pending, relay, failed, expired]],
    ['/sessions?key=2', []],
    ['/sessions?user=2', [failed]],
    ['/sessions?source=1', [active, expired]],
    ['/sessions?state=pending', [pending]],
    ['/sessions?state=active', [active, relay]],
    ['/sessions?state=failed', [failed]],
    ['/sessions?state=expired', [expired]],
    ['/sessions?date_created=2020-02-20T11:58:41.008312Z', [pending]],
    ['/sessions?date_expired=2020-02-18T08:30:14.117603Z', [expired]],
  ])('finds by %s', async (query, ids) => {
    expect(idsOf(await list(query))).toEqual(ids)
  })

  it.each([
    ['/keys?type=trial&type=standard', [2, 1]],
    ['/users?state=blocked&state=active', [3, 1]],
    ['/users?identifier=renate@example.com&identifier=gustav@example.com', [3, 2]],
    ['/users?state=active&state=active', [1]],
    ['/users?date_created=2020-02-17T15:40:02.871035Z&date_created=2020-02-18T09:12:44.310962Z', [3, 2]],
    ['/users?date_created=2020-02-17T08:21:33.048217Z&date_created=2020-02-18T09:12:44.310962Z', [3, 1]],
    [
      '/users?date_created=2020-02-18T09:12:44.310962Z&date_created=2020-02-17T08:21:33.048217Z&date_created=2020-02-17T15:40:02.871035Z',
      [3, 2, 1],
    ],
    ['/sources?user=1&user=2&type=icloud.account', [4, 2, 1]],
    ['/sessions?source=2&source=4', [pending, failed]],
    ['/sessions?date_expired=2020-02-18T08:30:14.117603Z&date_expired=2020-02-18T00:00:00Z', [expired]],
  ])('that is repeated means any of its values in %s', async (query, ids) => {
    expect(idsOf(await list(query))).toEqual(ids)
  })

  it.each([
    ['/sources?user=1&type=icloud.account&state=unvalidated', [2]],
    ['/sessions?source=1&state=expired', [expired]],
    ['/sessions?state=expired&date_created[gt]=2020-02-18T00:00:00Z', []],
  ])('narrows another in %s', async (query, ids) => {
    expect(idsOf(await list(query))).toEqual(ids)
  })

  it('counts what it finds', async () => {
    const { data, ...rest } = (await list('/sources?state=active&limit=1')).body
    expect(rest).toEqual({ has_more: true, total_count: 4, url: '/sources' })
  })

  it.each([
    ['/keys?type=free', 'type'],
    ['/keys?state=locked', 'state'],
    ['/keys?state=', 'state'],
    ['/users?key=mine', 'key'],
    ['/users?key=0', 'key'],
    ['/users?key=1.5', 'key'],
    ['/users?state=locked', 'state'],
    ['/users?state=active&state=asleep', 'state'],
    ['/users?date_created=yesterday', 'date_created'],
    ['/sources?user=john', 'user'],
    ['/sources?type=icloud', 'type'],
    ['/sources?state=pending', 'state'],
    ['/sources?date_created=1', 'date_created'],
    ['/sources/5/children?state=pending', 'state'],
    ['/sessions?key=mine', 'key'],
    ['/sessions?user=john', 'user'],
    ['/sessions?source=icloud', 'source'],
    ['/sessions?state=blocked', 'state'],
    ['/sessions?date_created=2020', 'date_created'],
    ['/sessions?date_expired=never', 'date_expired'],
    ['/sessions?date_expired[gt]=never', 'date_expired[gt]'],
    ['/users?date_created[gt]=2020-02-17T00:00:00Z&date_created[gt]=2020-02-17T00:00:00Z', 'date_created[gt]'],
    ['/users?limit=1&limit=1', 'limit'],
    ['/users?after_id=3&after_id=3', 'after_id'],
  ])('refuses %s', async (query, field) => {
    expect(faultsOf(await list(query))).toEqual(['400 invalid-parameter', field])
  })

  it('names the nearest state for a typo', async () => {
    const { body } = await list('/users?state=actve')
    const fault = 'must be "active", "deactivated" or "blocked", got "actve" (did you mean "active"?)'
    expect(body).toEqual({
      error: 'invalid-parameter',
      message: `Invalid parameters: state ${fault}.`,
      params: { state: [fault] },
    })
  })

  it.each(['/keys?user=1', '/users?user=1', '/sessions?type=icloud.account&identifier=x', '/users?state[gt]=active'])(
    'that is none is ignored, and said to be, in %s',
    async (query) => {
      const names = query.slice(query.indexOf('?') + 1).replace(/=[^&]*/g, '')
      expect(ignoredBy(await list(query))).toBe(names.replace('&', ', '))
    },
  )
})

describe('a datetime filter', () => {
  it.each([
    ['gt', '2020-02-17T15:40:02.871035Z', [3]],
    ['gte', '2020-02-17T15:40:02.871035Z', [3, 2]],
    ['lt', '2020-02-17T15:40:02.871035Z', [1]],
    ['lte', '2020-02-17T15:40:02.871035Z', [2, 1]],
    ['gt', '2020-02-17T15:40:02.871034Z', [3, 2]],
    ['lt', '2020-02-17T15:40:02.871036Z', [2, 1]],
    ['gt', '2020-02-17T15:40:02Z', [3, 2]],
    ['gte', '2020-02-17T15:40:02.9Z', [3]],
    ['lt', '2020-02-17T17:40:02.871035%2B02:00', [1]],
    ['gte', '2020-02-17T17:40:02.871035+02:00', [3, 2]],
    ['lte', '2020-02-17T07:40:02.871035-08:00', [2, 1]],
    ['lt', '9999-12-31T23:59:59Z', [3, 2, 1]],
    ['lt', '9999-12-31T23:59:59.999999Z', [3, 2, 1]],
    ['gt', '9999-12-31T23:59:59-05:00', []],
  ])('takes [%s] and its alias with %s', async (operator, value, ids) => {
    const bracketed = await list(`/users?date_created[${operator}]=${value}`)
    const underscored = await list(`/users?date_created__${operator}=${value}`)
    expect([idsOf(bracketed), idsOf(underscored)]).toEqual([ids, ids])
  })

  it.each([
    '2020-02-17T15:40:02.871035Z',
    '2020-02-17T16:40:02.871035%2B01:00',
    '2020-02-17T16:40:02.871035+01:00',
    '2020-02-17T10:10:02.871035-05:30',
  ])('finds the instant %s', async (instant) => {
    expect(idsOf(await list(`/users?date_created=${instant}`))).toEqual([2])
  })

  it.each(['10:00:00Z', '10:00:00.0Z', '10:00:00.000Z', '10:00:00.000000Z', '11:00:00+01:00'])(
    'takes the form %s',
    async (time) => {
      const { mock, get } = setupApi({ fixtures: ['empty'] })
      mock.db.user.create({ date_created: '2020-02-20T10:00:00.000000Z' })
      expect(idsOf(await get(`/users?date_created=2020-02-20T${time}`))).toEqual([1])
    },
  )

  it.each([
    '2020-02',
    '2020-02-17T',
    '2020-02-17Z',
    '2020-02-17+01:00',
    '2020-02-17T15:40',
    '2020-02-17T15:40Z',
    '2020-02-17T15:40:02.',
    '2020-02-17T15:40:02.8710351',
    '2020-02-30',
    '2020-02-17T15:40:02.Z',
    '2020-02-17T15:40:02.8710351Z',
    '2020-02-30T15:40:02Z',
    '2020-02-17T25:40:02Z',
    '',
  ])('refuses the form %j', async (value) => {
    expect(faultsOf(await list(`/users?date_created=${value}`))).toEqual(['400 invalid-parameter', 'date_created'])
  })

  it.each([
    ['2020-02-18', '2020-02-18T00:00:00Z'],
    ['2020-02-17T15:40:02', '2020-02-17T15:40:02Z'],
    ['2020-02-17T15:40:02.8', '2020-02-17T15:40:02.8Z'],
    ['2020-02-17T15:40:02.871035', '2020-02-17T15:40:02.871035Z'],
  ])('takes %s as UTC, whatever it compares', async (naive, utc) => {
    for (const name of ['date_created', ...['gt', 'gte', 'lt', 'lte'].map((operator) => `date_created[${operator}]`)]) {
      const found = [naive, utc].map(async (value) => idsOf(await list(`/users?${name}=${value}`)))
      expect(await found[0]).toEqual(await found[1])
    }
  })

  it('takes a plain date as its midnight, and a datetime without a zone as an instant', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    mock.db.user.create({ date_created: '2020-02-20T00:00:00.000000Z' })
    const ids = ['2020-02-20', '2020-02-20T00:00:00'].map(async (value) =>
      idsOf(await get(`/users?date_created=${value}`)),
    )
    expect(await Promise.all(ids)).toEqual([[1], [1]])
  })

  it.each([
    ['date_created[gt]=2020-02-17T08:21:33.048217Z&date_created[lt]=2020-02-18T09:12:44.310962Z', [2]],
    ['date_created[gte]=2020-02-17T08:21:33.048217Z&date_created__lt=2020-02-18T09:12:44.310962Z', [2, 1]],
    ['date_created[gt]=2020-02-18T00:00:00Z&date_created[lt]=2020-02-17T00:00:00Z', []],
    ['date_created[gte]=2020-02-17T15:40:02.871035Z&date_created__gte=2020-02-17T08:21:33.048217Z', [3, 2]],
    ['date_created[gte]=2020-02-17T08:21:33.048217Z&date_created__gte=2020-02-17T15:40:02.871035Z', [3, 2]],
    ['date_created[lte]=2020-02-17T15:40:02.871035Z&date_created__lte=2020-02-17T08:21:33.048217Z', [1]],
    ['date_created[lte]=2020-02-17T08:21:33.048217Z&date_created__lte=2020-02-17T15:40:02.871035Z', [1]],
  ])('takes the range %s', async (range, ids) => {
    expect(idsOf(await list(`/users?${range}`))).toEqual(ids)
  })

  it.each([
    ['date_expired[gt]=2020-02-18T08:30:14.117602Z', [expired]],
    ['date_expired[gt]=2020-02-18T08:30:14.117603Z', []],
    ['date_expired[lt]=2099-01-01T00:00:00Z', [expired]],
  ])('never finds a session that is not expired, as in %s', async (range, ids) => {
    expect(idsOf(await list(`/sessions?${range}`))).toEqual(ids)
  })

  it('lists by creation, whatever date it filters by', async () => {
    const api = setupApi()
    await api.delete(`/sessions/${active}`)
    await api.mock.clock.advance('1s')
    await api.delete(`/sessions/${relay}`)
    const ids = idsOf(await api.get('/sessions?date_expired[gt]=2020-02-01T00:00:00Z'))
    expect(ids).toEqual([active, relay, expired])
  })
})
