import { describe, expect, it, vi } from 'vitest'
import { createMock } from '../../../../src/index.ts'
import { idsOf, uuid } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { startDeclined } from '../../../support/sessions.ts'
import { sessionIds } from '../../../support/worlds.ts'

type Api = ReturnType<typeof setupApi>

/** A world that notes some events, and none of whose webhooks is really called. */
const setupNoting = (events: readonly string[]) => setupApi({ settings: { events, webhook_answers: [200] } })

/** What was noted, the oldest first: `session.expired`. */
const noted = ({ mock }: Pick<Api, 'mock'>) => mock.db.event.getAll().map(({ type, action }) => `${type}.${action}`)

/** Lets something happen to a record of each resource. */
async function live({ mock, post, delete: remove }: Api) {
  const { body } = await post('/sessions', newSession('new@example.com'), { 'ricloud-await': '1' })
  await remove(`/sessions/${body.id}`)
  await post('/keys/2/rotate')
  await post('/users/1', { state: 'deactivated' })
  await post('/configs/storage/1/test', undefined, { 'ricloud-await': '1' })
  mock.actions['organisation.deactivate']()
}

describe('The end of a session', () => {
  it('is an event by default', async () => {
    const { get, delete: remove } = setupApi()
    const { body } = await remove(`/sessions/${sessionIds.active}`)
    const [event] = (await get('/events')).body.data
    expect(JSON.stringify(event)).toBe(
      JSON.stringify({
        id: event.id,
        resource: 'event',
        type: 'session',
        action: 'expired',
        data: body,
        state: 'pending',
        retries: 0,
        date_created: '2020-02-20T12:00:00.000000Z',
        date_delivered: null,
      }),
    )
  })

  it('is an event with a UUID', async () => {
    const { get, delete: remove } = setupApi()
    await remove(`/sessions/${sessionIds.active}`)
    expect(idsOf(await get('/events'))).toEqual([expect.stringMatching(uuid)])
  })

  it.each(['service', 'api', 'organisation', 'admin'] as const)('tells that it was by %s', async (error) => {
    const { mock, get } = setupApi()
    mock.actions['session.expire']({ where: { id: sessionIds.active }, with: { error } })
    expect((await get('/events')).body.data[0].data.error).toBe(error)
  })

  it('has the instant at which it happened, however late it is read', async () => {
    const { mock, get } = setupApi({ settings: { session_lifetime: '24h' } })
    await mock.clock.advance('3d')
    expect((await get('/events')).body.data.map((event: { date_created: string }) => event.date_created)).toEqual([
      '2020-02-21T11:59:03.195527Z',
      '2020-02-20T18:03:19.244108Z',
    ])
  })

  it('is noted once where the session is ended twice', async () => {
    const { get, delete: remove } = setupApi()
    await remove(`/sessions/${sessionIds.active}`)
    await remove(`/sessions/${sessionIds.active}`)
    expect((await get('/events')).body.total_count).toBe(1)
  })

  it('is delivered at once to a webhook that answers', async () => {
    const api = setupNoting(['session.expired'])
    await api.delete(`/sessions/${sessionIds.active}`)
    await api.mock.clock.advance('1s')
    const delivered = { state: 'delivered', date_delivered: '2020-02-20T12:00:00.000000Z' }
    expect((await api.get('/events')).body.data).toEqual([expect.objectContaining(delivered)])
  })
})

describe('The settings', () => {
  it.each([
    ['nothing by default but the end of sessions', undefined, ['session.expired']],
    ['nothing at all', [], []],
    ['one event', ['session.activated'], ['session.activated']],
    ['several events', ['session.created', 'user.deactivated'], ['session.created', 'user.deactivated']],
    ['what happens to sessions', ['session.*'], ['session.created', 'session.activated', 'session.expired']],
    ['what happens to sources', ['source.*'], ['source.created', 'source.validated']],
    ['what happens to keys', ['key.*'], ['key.rotated']],
    ['what happens to storage configs', ['storage_config.*'], ['storage_config.accepted']],
    ['what happens to the organisation', ['organisation.*'], ['organisation.deactivated']],
    [
      'everything',
      ['*'],
      [
        'source.created',
        'session.created',
        'source.validated',
        'session.activated',
        'session.expired',
        'key.rotated',
        'user.deactivated',
        'storage_config.accepted',
        'organisation.deactivated',
      ],
    ],
    ['an event once that is named twice', ['session.expired', 'session.expired'], ['session.expired']],
  ])('note %s', async (_, events, expected) => {
    const api = setupApi({ settings: { webhook_answers: [200], ...(events && { events }) } })
    await live(api)
    expect(noted(api)).toEqual(expected)
  })

  it('note a failed session with its documented error', async () => {
    const api = setupNoting(['session.failed'])
    await startDeclined(api)
    const [{ data }] = (await api.get('/events')).body.data
    expect([data.state, data.error]).toEqual(['failed', 'init_failed'])
  })

  it('note a changed password', async () => {
    const api = setupNoting(['account.password_changed'])
    api.mock.actions['account.change_password']({ where: { id: 1 } })
    expect(noted(api)).toEqual(['account.password_changed'])
  })

  it('do not take session.active without ever noting it', async () => {
    let api: Api
    try {
      api = setupNoting(['session.active'])
    } catch {
      return
    }
    await live(api)
    expect(noted(api)).not.toEqual([])
  })

  it('take account.*', () => {
    expect(() => setupNoting(['account.*'])).not.toThrow()
  })

  it.each([
    ['session.expird', 'session.expired'],
    ['sessions.expired', 'session.expired'],
    ['storage_config.acepted', 'storage_config.accepted'],
    ['user.deactivate', 'user.deactivated'],
  ])('refuse %s, and name the nearest event', (name, near) => {
    expect(() => createMock({ settings: { events: ['session.*', name] } })).toThrow(
      `settings.events[1]: is no event, nor "*" or a resource and "*" such as "session.*", got "${name}". Did you mean "${near}"?`,
    )
  })

  it('refuse sesion.*, and name the nearest word', () => {
    expect(() => createMock({ settings: { events: ['sesion.*'] } })).toThrow('Did you mean "session.*"?')
  })

  it.each(['event.*', 'session', '', '**', '*.expired', 'session.', 'webhook_config.test', 'SESSION.EXPIRED'])(
    'refuse %j',
    (name) => {
      expect(() => createMock({ settings: { events: [name] } })).toThrow('settings.events[0]: is no event')
    },
  )

  it.each([
    ['text', 'session.expired', 'settings.events: must be an array of events, got "session.expired"'],
    ['null', null, 'settings.events: must be an array of events, got null'],
    ['a number in it', [7], 'settings.events[0]: must be a string'],
  ])('refuse %s as events', (_, events, message) => {
    expect(() => createMock({ settings: { events: events as never } })).toThrow(message)
  })

  it.each([
    ['none', [], 'settings.webhook_answers: must not be empty'],
    ['a status below 100', [99], 'settings.webhook_answers[0]: must be a status from 100 to 599, got 99'],
    ['a status above 599', [200, 600], 'settings.webhook_answers[1]: must be a status from 100 to 599, got 600'],
    ['a status as text', ['200'], 'settings.webhook_answers[0]: must be a status from 100 to 599, got "200"'],
    ['one status', 200, 'settings.webhook_answers: must be an array, got 200'],
  ])('refuse %s as answers of webhooks', (_, answers, message) => {
    expect(() => createMock({ settings: { webhook_answers: answers as never } })).toThrow(message)
  })
})

describe('What an event tells', () => {
  it('is what the resource was at its instant', async () => {
    const api = setupNoting(['session.*'])
    await live(api)
    expect(api.mock.db.event.getAll().map(({ data }) => data.state)).toEqual(['pending', 'active', 'expired'])
  })

  it('holds for what lies within the resource too', async () => {
    const { mock, get, delete: remove } = setupApi()
    await remove(`/sessions/${sessionIds.active}`)
    mock.actions['source.lock']({ where: { id: 1 } })
    expect((await get('/events')).body.data[0].data.source.state).toBe('active')
  })

  it('does not change when the event is delivered', async () => {
    const api = setupNoting(['session.expired'])
    const { body } = await api.delete(`/sessions/${sessionIds.active}`)
    await api.mock.clock.advance('1d')
    expect((await api.get('/events')).body.data[0].data).toEqual(body)
  })

  it('is the secret-free view of a storage config', async () => {
    const { mock, get } = setupNoting(['storage_config.*'])
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    expect((await get('/events')).body.data[0].data).toEqual((await get('/configs/storage/1')).body)
  })

  it.each([
    ['key', 'key.rotate', '/keys/1'],
    ['user', 'user.block', '/users/1'],
    ['source', 'source.block', '/sources/1'],
  ] as const)('is a whole %s', async (type, action, path) => {
    const { mock, get } = setupNoting([`${type}.*`])
    mock.actions[action]({ where: { id: 1 } })
    const { body } = await get(path, { authorization: `Token ${mock.db.key.getAll()[0]?.token}` })
    expect(mock.db.event.getAll()[0]?.data).toEqual(body)
  })
})

describe('Without a webhook config', () => {
  it('an event is recorded all the same', async () => {
    const { get, delete: remove } = setupApi()
    await remove('/configs/webhook/1')
    await remove(`/sessions/${sessionIds.active}`)
    expect((await get('/events')).body.data).toEqual([expect.objectContaining({ state: 'pending', retries: 0 })])
  })

  it('an event stays pending', async () => {
    const { mock, get, delete: remove } = setupApi()
    await remove('/configs/webhook/1')
    await remove(`/sessions/${sessionIds.active}`)
    await mock.clock.advance('7d')
    expect((await get('/events')).body.data).toEqual([expect.objectContaining({ state: 'pending', retries: 0 })])
  })

  it('no delivery is tried', async () => {
    const { mock, delete: remove } = setupApi()
    await remove('/configs/webhook/1')
    await remove(`/sessions/${sessionIds.active}`)
    await mock.clock.advance('7d')
    expect(mock.webhooks.deliveries).toEqual([])
  })

  it('nothing is said in the log about an event', async () => {
    const logged: string[] = []
    const { mock, delete: remove } = setupApi({ log: (_, message) => logged.push(message) })
    await remove('/configs/webhook/1')
    logged.length = 0
    await remove(`/sessions/${sessionIds.active}`)
    await mock.clock.advance('7d')
    expect(logged).toEqual([])
  })
})

describe('The webhook of the default world, which lies on a foreign host,', () => {
  /** Ends both active sessions, a day apart. */
  async function endBoth() {
    const logged: string[] = []
    const network = vi.spyOn(globalThis, 'fetch')
    try {
      const api = setupApi({ log: (level, message) => logged.push(`${level}: ${message}`) })
      await api.delete(`/sessions/${sessionIds.active}`)
      await api.mock.clock.advance('1d')
      await api.delete(`/sessions/${sessionIds.relay}`)
      await api.mock.clock.advance('1d')
      return { ...api, logged, called: network.mock.calls }
    } finally {
      network.mockRestore()
    }
  }

  it('is never called', async () => {
    expect((await endBoth()).called).toEqual([])
  })

  it('leaves events pending', async () => {
    const { get } = await endBoth()
    const pending = expect.objectContaining({ state: 'pending', retries: 0, date_delivered: null })
    expect((await get('/events')).body.data).toEqual([pending, pending])
  })

  it('is logged once', async () => {
    const { mock, logged } = await endBoth()
    const [first] = mock.db.event.getAll()
    expect(logged).toEqual([
      `warn: Event ${first?.id} (session.expired) was not sent: www.mywebhookendpoint.com lies outside private networks, and is not one of the allowed webhook hosts. This is harmless unless you wait for it: then allow the host by webhookHosts (--webhook-host), or give the webhook config a URL on this machine.`,
    ])
  })

  it('is not tried again', async () => {
    const { mock } = await endBoth()
    expect(mock.webhooks.deliveries.map(({ attempts }) => attempts.length)).toEqual([1, 1])
  })
})
