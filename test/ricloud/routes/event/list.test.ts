import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, ignoredBy, refusalOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { sessionIds } from '../../../support/worlds.ts'

/** A world with four events, a second apart, of which the webhook takes the first and the third, and the last. */
async function setupEvents() {
  const api = setupApi({ settings: { events: ['user.*', 'session.expired'], webhook_answers: [200] } })
  const { mock } = api
  await api.post('/users', { identifier: 'ada@example.com' })
  await mock.clock.set('2020-02-20T12:00:01Z')
  mock.actions['user.block']({ where: { id: 1 } })
  await mock.clock.set('2020-02-20T12:00:02Z')
  await api.delete(`/sessions/${sessionIds.active}`)
  await mock.clock.set('2020-02-20T12:00:03Z')
  await api.delete('/configs/webhook/1')
  await api.delete(`/sessions/${sessionIds.relay}`)
  const names = new Map(mock.db.event.getAll().map(({ id }, i) => [id as string | number, i + 1]))
  /** The events of a list, counted from the first. */
  const list = async (query: string) => idsOf(await api.get(query)).map((id) => names.get(id))
  return { ...api, list, ids: [...names.keys()] }
}

describe('GET /events', () => {
  it('is empty where there are none', async () => {
    const { get } = setupApi()
    const body = { data: [], has_more: false, total_count: 0, url: '/events' }
    expect(answerOf(await get('/events'))).toEqual({ status: 200, body })
  })

  it.each([
    ['', [4, 3, 2, 1]],
    ['?type=user', [2, 1]],
    ['?type=session', [4, 3]],
    ['?type=user&type=session', [4, 3, 2, 1]],
    ['?type=key', []],
    ['?type=Session', []],
    ['?action=expired', [4, 3]],
    ['?action=created', [1]],
    ['?action=created&action=blocked', [2, 1]],
    ['?type=session&action=created', []],
    ['?state=delivered', [3, 2, 1]],
    ['?state=pending', [4]],
    ['?state=failed', []],
    ['?state=pending&state=delivered', [4, 3, 2, 1]],
    ['?date_created=2020-02-20T12:00:01Z', [2]],
    ['?date_created[gt]=2020-02-20T12:00:01Z', [4, 3]],
    ['?date_created__lte=2020-02-20T12:00:01Z', [2, 1]],
    ['?date_created[gte]=2020-02-20T12:00:01Z&date_created[lt]=2020-02-20T12:00:03Z', [3, 2]],
    ['?type=session&state=pending', [4]],
  ])('finds by %j, the newest first', async (query, expected) => {
    const { list } = await setupEvents()
    expect(await list(`/events${query}`)).toEqual(expected)
  })

  it('counts what it finds', async () => {
    const { get } = await setupEvents()
    const { data, ...rest } = (await get('/events?type=user&limit=1')).body
    expect([data.length, rest]).toEqual([1, { has_more: true, total_count: 2, url: '/events' }])
  })

  it.each([
    ['state=sent', 'state'],
    ['state=', 'state'],
    ['date_created=today', 'date_created'],
    ['date_created[lt]=2020', 'date_created[lt]'],
    ['limit=1001', 'limit'],
  ])('refuses %s', async (query, field) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/events?${query}`))).toEqual(['400 invalid-parameter', field])
  })

  it.each([
    ['type=sesion', 'No event has the type "sesion" here. Did you mean "session"? There can be '],
    ['action=expire', 'No event has the action "expire" here. Did you mean "expired"? There can be '],
    ['type=user&type=Session', 'No event has the type "Session" here. Did you mean "session"? There can be '],
  ])('finds nothing by %s, which no event has, and says so in the log and the journal', async (query, sentence) => {
    const warnings: string[] = []
    const { mock, get } = setupApi({ log: (_, message) => void warnings.push(message) })
    const { status, body, headers } = await get(`/events?${query}`, { 'mock-reason': '1' })
    expect([status, body.total_count]).toEqual([200, 0])
    expect(warnings.at(-1)).toMatch(`GET /events found nothing: ${sentence}`)
    expect(mock.requests.list().at(-1)?.reason).toMatchObject({ rule: 'list.word' })
    expect(headers.get('mock-reason')).toMatch(`list.word: ${sentence}`)
  })

  it.each(['type=session', 'type=webhook_config&action=test', 'action=expired'])(
    'says nothing where none has %s yet',
    async (query) => {
      const { mock, get } = setupApi()
      await get(`/events?${query}`)
      expect(mock.requests.list().at(-1)?.reason).toBeNull()
    },
  )

  it('names the nearest state for a typo', async () => {
    const { get } = setupApi()
    const fault = 'must be "pending", "delivered" or "failed", got "delivred" (did you mean "delivered"?)'
    expect((await get('/events?state=delivred')).body.params).toEqual({ state: [fault] })
  })

  it('ignores other parameters, and says so', async () => {
    const { get } = setupApi()
    expect(ignoredBy(await get('/events?retries=1&date_delivered=x'))).toBe('retries, date_delivered')
  })

  it('goes on after an event, by pages', async () => {
    const { list, ids } = await setupEvents()
    const pages = [
      await list('/events?limit=3'),
      await list(`/events?limit=3&after_id=${ids[1]}`),
      await list(`/events?before_id=${ids[1]}`),
    ]
    expect(pages).toEqual([[4, 3, 2], [1], [4, 3]])
  })

  it.each(['1', 'nobody', '00000000-0000-4000-8000-000000000000'])('cannot go on after %s', async (id) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/events?after_id=${id}`))).toEqual(['400 invalid-parameter', 'after_id'])
  })
})

describe('GET /events/{id}', () => {
  it('shows one event as the list does', async () => {
    const { get, ids } = await setupEvents()
    const { data } = (await get('/events?limit=1')).body
    expect(answerOf(await get(`/events/${ids[3]}`))).toEqual({ status: 200, body: data[0] })
  })

  it.each(['1', 'nobody', '00000000-0000-4000-8000-000000000000'])('does not find %s', async (id) => {
    const { get } = setupApi()
    const body = { error: 'not-found', message: `No event has the ID "${id}".` }
    expect(answerOf(await get(`/events/${id}`))).toEqual({ status: 404, body })
  })

  it.each(['POST', 'DELETE'])('offers no %s', async (method) => {
    const { call, ids } = await setupEvents()
    expect(refusalOf(await call(method, `/events/${ids[0]}`))).toBe('404 not-found')
  })
})

describe("Another organisation's event", () => {
  /** A world in which the other organisation ended its session; gives the event's ID. */
  async function endOther() {
    const api = setupApi({ fixtures: ['two-organisations'] })
    await api.delete(`/sessions/${sessionIds.other}`, withToken('ricloud-mock-other-token'))
    return { ...api, id: api.mock.db.event.getAll()[0]?.id }
  }

  it('is not found', async () => {
    const { get, id } = await endOther()
    expect(refusalOf(await get(`/events/${id}`))).toBe('404 not-found')
  })

  it('is not listed', async () => {
    const { get } = await endOther()
    expect((await get('/events')).body.total_count).toBe(0)
  })

  it('is no cursor', async () => {
    const { get, id } = await endOther()
    expect(faultsOf(await get(`/events?before_id=${id}`))).toEqual(['400 invalid-parameter', 'before_id'])
  })

  it('is listed to a super organisation', async () => {
    const { mock, get } = setupApi({ fixtures: ['super'] })
    mock.actions['session.expire']({ where: { id: sessionIds.active } })
    const { data } = (await get('/events')).body
    expect(data.map((event: { data: { organisation: number } }) => event.data.organisation)).toEqual([2])
  })
})
