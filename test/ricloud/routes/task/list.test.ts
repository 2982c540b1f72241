import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, ignoredBy, refusalOf, withToken } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'

const trial = withToken('ricloud-mock-trial-token')

/** A world with four tasks, a second apart: two sessions of two users and keys, then a test of each kind of config. */
async function setupTasks() {
  const api = setupApi({ settings: { session_init: '1m' } })
  await api.post('/users/2', { state: 'active' })
  const one = await api.post('/sessions', newSession('john.appleseed@reincubate.com'))
  await api.mock.clock.set('2020-02-20T12:00:01Z')
  const two = await api.post('/sessions', newSession('new@example.com', 2), trial)
  await api.mock.clock.set('2020-02-20T12:00:02Z')
  await api.post('/configs/storage/1/test', undefined, { 'ricloud-await': '1' })
  await api.mock.clock.set('2020-02-20T12:00:03Z')
  await api.post('/configs/webhook/1/test', undefined, { 'ricloud-await': '1' })
  const [webhook, storage, second, first] = idsOf(await api.get('/tasks'))
  const names = new Map([
    [first, 'first'],
    [second, 'second'],
    [storage, 'storage'],
    [webhook, 'webhook'],
  ])
  /** The tasks of a list by what they are of. */
  const list = async (query: string) => idsOf(await api.get(query)).map((id) => names.get(id))
  return { ...api, list, sessions: [one.body.id, two.body.id], ids: { first, second, storage, webhook } }
}

describe('GET /tasks', () => {
  it('is empty where there are none', async () => {
    const { get } = setupApi()
    const body = { data: [], has_more: false, total_count: 0, url: '/tasks' }
    expect(answerOf(await get('/tasks'))).toEqual({ status: 200, body })
  })

  it('lists the newest first', async () => {
    const { get } = await setupTasks()
    const { data, ...rest } = (await get('/tasks')).body
    expect([data.map(({ type }: { type: string }) => type), rest]).toEqual([
      ['webhook_config.test', 'storage_config.test', 'session.init', 'session.init'],
      { has_more: false, total_count: 4, url: '/tasks' },
    ])
  })

  it.each([
    ['key=1', ['webhook', 'storage', 'first']],
    ['key=2', ['second']],
    ['user=1', ['first']],
    ['user=2', ['second']],
    ['user=3', []],
    ['source=1', ['first']],
    ['source=8', ['second']],
    ['type=session.init', ['second', 'first']],
    ['type=storage_config.test', ['storage']],
    ['type=webhook_config.test', ['webhook']],
    ['type=storage_config.test&type=webhook_config.test', ['webhook', 'storage']],
    ['state=processing', ['second', 'first']],
    ['state=succeeded', ['storage']],
    ['state=failed', ['webhook']],
    ['state=pending&state=suspended', []],
    ['session=nobody', []],
    ['key=1&state=processing', ['first']],
    ['date_created[gte]=2020-02-20T12:00:02Z', ['webhook', 'storage']],
    ['date_created__lt=2020-02-20T12:00:02Z', ['second', 'first']],
    ['date_created=2020-02-20T13:00:03%2B01:00', ['webhook']],
  ])('finds by %s', async (query, expected) => {
    const { list } = await setupTasks()
    expect(await list(`/tasks?${query}`)).toEqual(expected)
  })

  it('finds by session', async () => {
    const { list, sessions } = await setupTasks()
    expect(await list(`/tasks?session=${sessions[1]}`)).toEqual(['second'])
  })

  it('finds by the state that tasks have now', async () => {
    const { mock, list } = await setupTasks()
    await mock.clock.advance('1m')
    expect(await list('/tasks?state=succeeded')).toEqual(['storage', 'second', 'first'])
  })

  it.each([
    ['key=mine', 'key'],
    ['user=0', 'user'],
    ['source=1.5', 'source'],
    ['type=session', 'type'],
    ['state=active', 'state'],
    ['date_created=today', 'date_created'],
    ['limit=0', 'limit'],
  ])('refuses %s', async (query, field) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/tasks?${query}`))).toEqual(['400 invalid-parameter', field])
  })

  it('names the nearest type for a typo', async () => {
    const { get } = setupApi()
    const fault = [
      'must be "info", "data", "file", "session.init", "storage_config.test" or "webhook_config.test"',
      'got "session.int" (did you mean "session.init"?)',
    ].join(', ')
    expect((await get('/tasks?type=session.int')).body.params).toEqual({ type: [fault] })
  })

  it('ignores other parameters, and says so', async () => {
    const { get } = setupApi()
    expect(ignoredBy(await get('/tasks?results=1&error=x'))).toBe('results, error')
  })

  it('goes on after a task, by pages', async () => {
    const { list, ids } = await setupTasks()
    const pages = [
      await list('/tasks?limit=3'),
      await list(`/tasks?limit=3&after_id=${ids.second}`),
      await list(`/tasks?before_id=${ids.second}`),
    ]
    expect(pages).toEqual([['webhook', 'storage', 'second'], ['first'], ['webhook', 'storage']])
  })

  it.each(['1', 'nobody', '00000000-0000-4000-8000-000000000000'])('cannot go on after %s', async (id) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/tasks?after_id=${id}`))).toEqual(['400 invalid-parameter', 'after_id'])
  })
})

describe('GET /tasks/{id}', () => {
  it('shows one task', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/configs/storage/1/test', undefined, { 'ricloud-await': '1' })
    expect(answerOf(await get(`/tasks/${body.id}`))).toEqual({ status: 200, body })
  })

  it.each(['1', 'nobody', '00000000-0000-4000-8000-000000000000'])('does not find %s', async (id) => {
    const { get } = setupApi()
    const body = { error: 'not-found', message: `No task has the ID "${id}".` }
    expect(answerOf(await get(`/tasks/${id}`))).toEqual({ status: 404, body })
  })

  it.each(['POST', 'DELETE'])('offers no %s', async (method) => {
    const { call, post } = setupApi()
    const { body } = await post('/configs/storage/1/test')
    expect(refusalOf(await call(method, `/tasks/${body.id}`))).toBe('404 not-found')
  })
})

describe("Another organisation's task", () => {
  const other = withToken('ricloud-mock-other-token')

  it('is not found', async () => {
    const { get, post } = setupApi({ fixtures: ['two-organisations'] })
    const { body } = await post('/configs/storage/2/test', undefined, other)
    expect(refusalOf(await get(`/tasks/${body.id}`))).toBe('404 not-found')
  })

  it('is not listed', async () => {
    const { get, post } = setupApi({ fixtures: ['two-organisations'] })
    await post('/configs/storage/2/test', undefined, other)
    expect((await get('/tasks')).body.total_count).toBe(0)
  })

  it('is no cursor', async () => {
    const { get, post } = setupApi({ fixtures: ['two-organisations'] })
    const { body } = await post('/configs/storage/2/test', undefined, other)
    expect(faultsOf(await get(`/tasks?after_id=${body.id}`))).toEqual(['400 invalid-parameter', 'after_id'])
  })

  it('is shown to a super organisation', async () => {
    const { get, post } = setupApi({ fixtures: ['super'] })
    const { body } = await post('/configs/storage/2/test', undefined, withToken('ricloud-mock-token'))
    expect([(await get(`/tasks/${body.id}`)).status, idsOf(await get('/tasks'))]).toEqual([200, [body.id]])
  })
})
