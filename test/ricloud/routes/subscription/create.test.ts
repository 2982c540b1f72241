import { describe, expect, it } from 'vitest'
import type { MockOptions, ScenarioInput } from '../../../../src/index.ts'
import { answerOf, faultsOf, idsOf, refusalOf, uuid } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'
import { later } from '../../../support/instants.ts'
import { setupPolls, setupRelay } from '../../../support/polls.ts'
import { sessionIds } from '../../../support/worlds.ts'

const payload = { data_types: ['ios_messages.messages'] }

type Api = Awaited<ReturnType<typeof setupPolls | typeof setupRelay>>

/** The dates of the automatic polls of a subscription, the oldest first. */
async function pollDates({ get }: Pick<Api, 'get'>, id: string): Promise<string[]> {
  const { body } = await get(`/polls?subscription=${id}&requestor=subscription&limit=1000`)
  return body.data.map((poll: { date_created: string }) => poll.date_created).reverse()
}

async function subscribed(options: Parameters<typeof setupPolls>[0] = {}, more: object = {}) {
  const api = await setupPolls(options)
  const { body } = await api.post('/subscriptions', { session: api.session.id, poll_payload: payload, ...more })
  return { ...api, subscription: body, dates: () => pollDates(api, body.id) }
}

async function subscribedRelay(options: Parameters<typeof setupRelay>[0] = {}, more: object = {}) {
  const api = await setupRelay(options)
  const wanted = { session: api.session.id, source: api.device.id, poll_payload: payload, interval: 7200, ...more }
  const { body } = await api.post('/subscriptions', wanted)
  return { ...api, subscription: body, dates: () => pollDates(api, body.id) }
}

describe('POST /subscriptions', () => {
  it('makes a pending subscription, its attributes in order', async () => {
    const { post, session } = await setupPolls()
    const { status, body } = await post('/subscriptions', { session: session.id, poll_payload: payload })
    const expected = {
      id: expect.stringMatching(uuid),
      resource: 'subscription',
      org: 1,
      source: session.source.id,
      session: session.id,
      poll_payload: payload,
      interval: 86_400,
      date_start: null,
      date_end: null,
      state: 'pending',
      date_created: expect.any(String),
    }
    expect({ status, body }).toEqual({ status: 201, body: expected })
    expect(Object.keys(body)).toEqual(Object.keys(expected))
  })

  it('is active at the next call, and makes its first poll then', async () => {
    const { get, subscription, session } = await subscribed()
    const { data } = (await get(`/polls?subscription=${subscription.id}`)).body
    expect((await get(`/subscriptions/${subscription.id}`)).body.state).toBe('active')
    expect(data).toMatchObject([{ subscription: subscription.id, session: session.id, key: 1, state: 'completed' }])
  })

  it('makes a poll every interval, at exact instants', async () => {
    const { mock, dates, subscription } = await subscribed({}, { interval: 3600 })
    await mock.clock.advance('2h')
    const [, ...others] = await dates()
    expect(others).toEqual([later(subscription.date_created, '1h'), later(subscription.date_created, '2h')])
  })

  it('makes the first poll at date_start, and the last before date_end', async () => {
    const dates = { date_start: later(startTime, '1h'), date_end: later(startTime, '3h'), interval: 3600 }
    const { mock, dates: made, get, subscription } = await subscribed({}, dates)
    await mock.clock.advance('1d')
    expect(await made()).toEqual([later(startTime, '1h'), later(startTime, '2h')])
    expect((await get(`/subscriptions/${subscription.id}`)).body.state).toBe('active')
  })

  it('publishes in each poll what is dated since the one before, and nothing twice', async () => {
    const { mock, get, content, subscription, poll } = await subscribed()
    await mock.clock.advance('5d')
    const { data } = (await get(`/polls?subscription=${subscription.id}`)).body
    const entries = data.toReversed().flatMap((one: Parameters<typeof content>[0]) => content(one).data)
    const since = entries[0].date
    expect(content(await poll({ ...payload, since })).data.slice(0, entries.length)).toEqual(entries)
    expect(data).toHaveLength(6)
  })

  it('waits with a poll while the source has as many open polls as it may', async () => {
    const { mock, dates } = await subscribed({ settings: { in_flight: 1, task_duration: '90m' } }, { interval: 3600 })
    await mock.clock.advance('2h')
    const [first = '', second = ''] = await dates()
    expect([second >= later(first, '90m'), second < later(first, '91m')]).toEqual([true, true])
  })

  it('makes no poll that has waited until date_end', async () => {
    const settings = { in_flight: 1, task_duration: '90m' } as const
    const { mock, dates } = await subscribed({ settings }, { interval: 3600, date_end: later(startTime, '85m') })
    await mock.clock.advance('1d')
    expect(await dates()).toHaveLength(1)
  })

  it('publishes nothing dated before the since of its payload, however often it polled before', async () => {
    const since = later(startTime, '30h')
    const { mock, get, content, subscription } = await subscribed({}, { poll_payload: { ...payload, since } })
    await mock.clock.advance('5d')
    const { data } = (await get(`/polls?subscription=${subscription.id}`)).body
    const dates = data.flatMap((one: Parameters<typeof content>[0]) => content(one).data.map(({ date }: never) => date))
    expect(dates.length).toBeGreaterThan(0)
    expect(dates.filter((date: string) => date < since)).toEqual([])
  })

  it.each([
    ['key', 'key.deactivate', 'key.reactivate', 'The key 1 is deactivated.'],
    ['organisation', 'organisation.block', 'organisation.reactivate', 'The organisation 1 is blocked.'],
    ['user', 'user.block', 'user.reactivate', 'The user 1 is blocked.'],
  ] as const)('makes no poll while its %s gives no access, and says why', async (_, close, reopen, why) => {
    const warnings: string[] = []
    const log = (_: string, message: string) => void warnings.push(message)
    const { mock, subscription, dates } = await subscribed({ log })
    await mock.clock.advance('1h')
    mock.actions[close]({ where: { id: 1 } })
    await mock.clock.advance('2d')
    mock.actions[reopen]({ where: { id: 1 } })
    expect(await dates()).toHaveLength(1)
    expect(warnings).toContain(`Subscription ${subscription.id} made no poll: ${why}`)
    await mock.clock.advance('1d')
    expect(await dates()).toHaveLength(2)
  })

  it('makes no more polls when its session has ended, stays active, and says why', async () => {
    const warnings: string[] = []
    const log = (_: string, message: string) => void warnings.push(message)
    const { mock, get, delete: end, dates, subscription, session } = await subscribed({ log })
    await get('/key')
    await end(`/sessions/${session.id}`)
    await mock.clock.advance('3d')
    expect([(await dates()).length, (await get(`/subscriptions/${subscription.id}`)).body.state]).toEqual([1, 'active'])
    expect(warnings).toContain(`Subscription ${subscription.id} makes no more polls: its session is expired.`)
  })

  it('takes a poll by hand, with a payload of its own, which is not an automatic one', async () => {
    const { post, get, subscription, dates } = await subscribed()
    await get('/key')
    const { status, body } = await post('/polls', { subscription: subscription.id, payload: { files: [] } })
    expect([status, body.subscription, (await dates()).length]).toEqual([201, subscription.id, 1])
    expect(idsOf(await get(`/polls?subscription=${subscription.id}&requestor=client`))).toEqual([body.id])
  })

  it.each([
    ['an interval beyond the end of virtual time', { interval: Number.MAX_SAFE_INTEGER }, 1],
    ['a start beyond the end of virtual time', { date_start: '9999-01-01T00:00:00Z' }, 0],
    ['an end in the past', { date_end: '2000-01-01T00:00:00Z' }, 0],
  ])('takes %s', async (_, more, count) => {
    const { mock, dates } = await subscribed({}, more)
    await mock.clock.advance('10d')
    expect(await dates()).toHaveLength(count)
  })

  it('makes 366 polls in a year', async () => {
    const { mock, dates } = await subscribed()
    await mock.clock.advance('365d')
    expect(await dates()).toHaveLength(366)
  }, 180_000)

  it.each([
    ['a payload without any type', { poll_payload: { data_types: [] } }, ['poll_payload']],
    ['a wrong type', { poll_payload: { data_types: ['x'] } }, ['poll_payload.data_types.0']],
    ['an interval of 0', { interval: 0 }, ['interval']],
    ['an interval that is a fraction', { interval: 0.5 }, ['interval']],
    ['a date that is none', { date_start: 'today' }, ['date_start']],
    ['an end before the start', { date_start: '2020-03-02T00:00:00Z', date_end: '2020-03-01T00:00:00Z' }, ['date_end']],
    ['a source of another session', { source: 1 }, ['source']],
    ['an unknown session', { session: 'x' }, ['session']],
    ['a failed session', { session: sessionIds.failed }, ['session']],
  ])('refuses %s', async (_, wrong, params) => {
    const { post, session } = await setupPolls()
    const answer = await post('/subscriptions', { session: session.id, poll_payload: payload, ...wrong })
    expect(faultsOf(answer)).toEqual(['400 invalid-parameter', ...params])
  })

  it('takes dates as filters do, and shows them as instants', async () => {
    const { post, session } = await setupPolls()
    const dates = { date_start: '2020-03-01', date_end: '2020-03-02T00:00:00' }
    const { body } = await post('/subscriptions', { session: session.id, poll_payload: payload, ...dates })
    expect([body.date_start, body.date_end]).toEqual(['2020-03-01T00:00:00.000000Z', '2020-03-02T00:00:00.000000Z'])
  })

  it('shows the dates where its end is not after its start', async () => {
    const { post, session } = await setupPolls()
    const dates = { date_start: '2020-03-01T00:00:00Z', date_end: '2020-03-01T01:00:00+01:00' }
    expect(
      (await post('/subscriptions', { session: session.id, poll_payload: payload, ...dates })).body.params,
    ).toEqual({
      date_end: ['must be after date_start, "2020-03-01T00:00:00.000000Z", got "2020-03-01T00:00:00.000000Z"'],
    })
  })

  it('is refused where its polls would be', async () => {
    const { mock, post, session } = await setupPolls()
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    const wanted = { session: session.id, poll_payload: payload }
    expect(refusalOf(await post('/subscriptions', wanted))).toBe('400 unconfigured')
    mock.actions['session.expire']({ where: { id: session.id } })
    expect(refusalOf(await post('/subscriptions', wanted))).toBe('400 session-expired')
  })
})

describe('A subscription to a Relay device', () => {
  it('needs a device, and an interval of an hour at least', async () => {
    const { post, session, device } = await setupRelay()
    const wanted = { session: session.id, poll_payload: payload }
    expect(faultsOf(await post('/subscriptions', wanted))).toEqual(['400 invalid-parameter', 'source'])
    expect((await post('/subscriptions', { ...wanted, source: device.id, interval: 60 })).body.params).toEqual({
      interval: ['must be at least 3600 for a rirelay.source, got 60'],
    })
  })

  it('is granted after the setting subscription_grant, and takes no polls before', async () => {
    const { mock, get, post, dates, subscription } = await subscribedRelay({ settings: { subscription_grant: '1m' } })
    await mock.clock.advance('59s')
    expect(faultsOf(await post('/polls', { subscription: subscription.id, payload }))).toEqual([
      '400 invalid-parameter',
      'subscription',
    ])
    await mock.clock.advance('1s')
    expect((await get(`/subscriptions/${subscription.id}`)).body.state).toBe('active')
    expect(await dates()).toHaveLength(1)
  })

  it('stays pending where the user does not allow it, until an action grants it', async () => {
    const accounts = [
      { type: 'rirelay.instance', identifier: '*', code: 'A1B2C3', allows_subscriptions: false },
    ] as const
    const scenario: ScenarioInput = {
      scenario: 'own',
      accounts: [{ ...accounts[0], devices: [{ identifier: 'phone', info: deviceInfo }] }],
    }
    const { mock, get, subscription } = await subscribedRelay({ scenario })
    await mock.clock.advance('1d')
    expect((await get(`/subscriptions/${subscription.id}`)).body.state).toBe('pending')
    mock.actions['subscription.grant']()
    expect((await get(`/polls?subscription=${subscription.id}`)).body.total_count).toBe(1)
  })

  it('makes no poll while the device is not connected, and one at once when it connects', async () => {
    const { mock, device, dates } = await subscribedRelay()
    const first = await dates()
    mock.actions['device.disconnect']({ where: { id: device.id } })
    await mock.clock.advance('5h')
    expect(await dates()).toEqual(first)
    mock.actions['device.connect']({ where: { id: device.id } })
    const connected = mock.clock.now()
    expect(await dates()).toHaveLength(2)
    await mock.clock.advance('2h')
    const [, second = '', third] = await dates()
    expect([second <= connected, third]).toEqual([true, later(second, '2h')])
  })

  it('is not asked again by a device that connects within the interval', async () => {
    const { mock, device, dates } = await subscribedRelay()
    await dates()
    mock.actions['device.disconnect']({ where: { id: device.id } })
    await mock.clock.advance('1h')
    mock.actions['device.connect']({ where: { id: device.id } })
    expect(await dates()).toHaveLength(1)
  })

  it('has open polls that fail when the service locks the instance', async () => {
    const { mock, get, subscription, session } = await subscribedRelay({ settings: { task_duration: '1h' } })
    await get('/key')
    mock.actions['source.lock']({ where: { id: session.source.id } })
    const [poll] = (await get(`/polls?subscription=${subscription.id}`)).body.data
    expect([poll.state, poll.errors.data[0].error]).toEqual(['completed', 'source-locked'])
  })

  it('makes no poll of a device that was paired with another instance, and says why', async () => {
    const warnings: string[] = []
    const log = (_: string, message: string) => void warnings.push(message)
    const info = { is_encrypted: false, apple_model_id: 'iPhone12,3', apple_serial: 'A', name: 'A', ios_version: '13' }
    const devices = [{ identifier: 'a-device', info }]
    const scenario = { scenario: 'paired-again', accounts: [{ type: 'rirelay.instance', identifier: '*', devices }] }
    const { mock, post, device, dates } = await subscribedRelay({ log, scenario } as MockOptions)
    await mock.clock.advance('1h')
    const source = { user: 1, type: 'rirelay.instance', identifier: 'another' }
    await post('/sessions', { source, payload: { code: 'A1B2C3' } }, { 'ricloud-await': '1' })
    await mock.clock.advance('5h')
    expect(await dates()).toHaveLength(1)
    expect(warnings.at(-1)).toContain(`source is neither the source of the session nor a child of it: ${device.id}`)
  })

  it('cannot be connected where the source is no device', async () => {
    const { mock } = await setupRelay()
    expect(() => mock.actions['device.connect']({ where: { id: 1 } })).toThrow('source 1 is no device')
  })
})

describe('DELETE /subscriptions/{id}', () => {
  it('ends the polls, answers with the subscription, and changes nothing again', async () => {
    const { mock, get, delete: end, subscription, dates } = await subscribed()
    await get('/key')
    const { status, body } = await end(`/subscriptions/${subscription.id}`)
    expect([status, body]).toEqual([200, { ...subscription, state: 'deleted' }])
    await mock.clock.advance('3d')
    expect(answerOf(await end(`/subscriptions/${subscription.id}`))).toEqual({ status, body })
    expect(await dates()).toHaveLength(1)
  })

  it('lets open polls go on, and refuses new ones', async () => {
    const { mock, get, post, delete: end, subscription } = await subscribed({ settings: { task_duration: '1h' } })
    const [poll] = (await get(`/polls?subscription=${subscription.id}`)).body.data
    await end(`/subscriptions/${subscription.id}`)
    await mock.clock.advance('1h')
    expect((await get(`/polls/${poll.id}`)).body.results.total_count).toBe(1)
    expect(faultsOf(await post('/polls', { subscription: subscription.id, payload }))).toEqual([
      '400 invalid-parameter',
      'subscription',
    ])
  })
})

describe('GET /subscriptions', () => {
  it('lists deleted ones too, and filters by session, source and state', async () => {
    const { get, delete: end, subscription, session } = await subscribed()
    await end(`/subscriptions/${subscription.id}`)
    const query = `session=${session.id}&source=${session.source.id}&state=deleted`
    expect(idsOf(await get(`/subscriptions?${query}`))).toEqual([subscription.id])
    expect(idsOf(await get('/subscriptions?state=active'))).toEqual([])
  })

  it('offers no update', async () => {
    const { post, subscription } = await subscribed()
    expect((await post(`/subscriptions/${subscription.id}`, {})).body.message).toContain('cannot be updated')
  })

  it('knows no other organisation’s', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/subscriptions/x'))).toBe('404 not-found')
  })
})

const deviceInfo = {
  is_encrypted: true,
  apple_model_id: 'iPhone12,3',
  apple_serial: 'F17ZP0ABN70D',
  name: 'Phone',
  ios_version: '13.3.1',
}
