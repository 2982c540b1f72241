import { describe, expect, it } from 'vitest'
import type { Scopes } from '../../src/index.ts'
import { builtInFixtures } from '../../src/ricloud/built-in-fixtures.ts'
import { faultsOf, idsOf, ignoredBy, refusalOf } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { setupPolls, setupRelay } from '../support/polls.ts'
import { sessionIds, worldWithScopes } from '../support/worlds.ts'

type Row = Readonly<Record<string, unknown>> & { readonly id: string }

const payload = { data_types: ['ios_messages.messages'] }
const lists = builtInFixtures.polls as unknown as Record<'polls' | 'tasks' | 'results' | 'subscriptions', Row[]>
const setupFixture = () => setupApi({ fixtures: ['polls'], settings: { webhook_answers: [200] } })

/** The IDs of the records of a fixture that match, the newest first. */
const matching = (list: keyof typeof lists, matches: (row: Row) => boolean) =>
  lists[list]
    .filter(matches)
    .toSorted((a, b) => (String(a.date_created) < String(b.date_created) ? 1 : -1))
    .map(({ id }) => id)

describe('A filter of records of polls', () => {
  it.each<[keyof typeof lists, string, unknown]>([
    ['polls', 'session', lists.polls[0]?.session],
    ['polls', 'source', 1],
    ['polls', 'user', 1],
    ['polls', 'key', 1],
    ['polls', 'state', 'pending'],
    ['polls', 'state', 'processing'],
    ['polls', 'state', 'completed'],
    ['polls', 'date_created', '2020-02-20T08:00:00.000000Z'],
    ['tasks', 'poll', lists.tasks[0]?.poll],
    ['tasks', 'session', lists.tasks[0]?.session],
    ['tasks', 'source', 1],
    ['tasks', 'user', 1],
    ['tasks', 'source_type', 'icloud.account'],
    ['tasks', 'type', 'data'],
    ['tasks', 'target', 'ios_messages.messages'],
    ['tasks', 'state', 'suspended'],
    ['results', 'task', lists.results[0]?.task],
    ['results', 'poll', lists.results[0]?.poll],
    ['results', 'identifier', 'ios_messages.messages'],
    ['results', 'type', 'json'],
    ['subscriptions', 'session', lists.subscriptions[0]?.session],
    ['subscriptions', 'source', 6],
    ['subscriptions', 'state', 'deleted'],
  ])('GET /%s?%s=%s finds those of the fixture', async (list, name, value) => {
    const states = list === 'results' ? '&state=available&state=consumed&state=expired' : ''
    const answer = await setupFixture().get(`/${list}?limit=100&${name}=${value}${states}`)
    const expected = matching(list, (row) => row[name] === value)
    expect([idsOf(answer), answer.body.total_count]).toEqual([expected, expected.length])
    expect(expected).not.toEqual([])
  })

  it.each(['polls', 'tasks', 'results', 'subscriptions'] as const)('GET /%s compares dates', async (list) => {
    const { get } = setupFixture()
    const dates = lists[list].map(({ date_created }) => String(date_created)).toSorted()
    const at = dates[Math.floor(dates.length / 2)] ?? ''
    const states = list === 'results' ? 'state=available&state=consumed&state=expired&' : ''
    const compare = {
      gt: (date: string) => date > at,
      gte: (date: string) => date >= at,
      lt: (date: string) => date < at,
      lte: (date: string) => date <= at,
    }
    for (const [operator, holds] of Object.entries(compare)) {
      const expected = matching(list, ({ date_created }) => holds(String(date_created)))
      for (const name of [`date_created[${operator}]`, `date_created__${operator}`]) {
        expect([name, idsOf(await get(`/${list}?${states}${name}=${at}&limit=1000`))]).toEqual([name, expected])
      }
    }
  })

  it.each([
    '/polls?state=failed',
    '/polls?date_completed=never',
    '/polls?source=x',
    '/results?state=new',
    '/results?date_created=x',
    '/tasks?source_type=icloud',
    '/subscriptions?state=completed',
    '/subscriptions?limit=0',
    '/results?after_id=x',
  ])('GET %s is refused', async (path) => {
    expect(refusalOf(await setupFixture().get(path))).toBe('400 invalid-parameter')
  })
})

describe('The checks of a new poll', () => {
  it('come in their order, and the first that fails answers', async () => {
    const limit = { level: 'organisation', type: 'count', value: 1 } as const
    const base: Scopes = { 'source_type:*': [], 'task_type:*': [], 'data_type:ios_messages.*': [limit] }
    const { mock, ask, get, session, post } = await setupPolls({
      fixtures: [worldWithScopes(base)],
      settings: { in_flight: 1, task_duration: '1h' },
    })
    await ask(payload)
    const wrong = { data_types: ['ios_messages.messages', 'whatsapp.messages'] }
    mock.actions['session.expire']({ where: { id: session.id } })
    mock.actions['user.block']({ where: { id: 1 } })
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    const seen = [refusalOf(await post('/polls', { session: session.id, payload: {} })), refusalOf(await ask(wrong))]
    mock.db.session.update({ where: { id: { equals: session.id } }, data: { state: 'active', error: null } })
    seen.push(refusalOf(await ask(wrong)))
    mock.actions['user.reactivate']({ where: { id: 1 } })
    seen.push(refusalOf(await ask(wrong)))
    mock.actions['config.accept']({ where: { resource: 'storage_config' } })
    seen.push(refusalOf(await ask(wrong)), refusalOf(await ask(payload)))
    const forget = () => mock.db.task.deleteMany({ where: { type: { equals: 'data' } } })
    forget()
    await ask(payload)
    await get('/key')
    forget()
    seen.push(refusalOf(await ask(payload)))
    expect(seen).toEqual([
      '400 invalid-parameter',
      '400 session-expired',
      '403 forbidden',
      '400 unconfigured',
      '403 missing-scope',
      '403 limit-exceeded',
      '429 too-many-requests',
    ])
  })
})

describe('Unknown parameters of polls', () => {
  it.each([
    [
      '/polls',
      { session: sessionIds.active, payload: { ...payload, colour: 'red' }, type: 'data' },
      'type, payload.colour',
    ],
    ['/subscriptions', { session: sessionIds.active, poll_payload: payload, every: 5 }, 'every'],
    ['/results/ack', { ids: [] }, 'ids'],
  ])('POST %s ignores them, and says so', async (path, body, names) => {
    const ignored = ignoredBy(await setupApi().post(path, body)) ?? ''
    expect(ignored.split(', ').toSorted()).toEqual(names.split(', ').toSorted())
  })
})

describe('The dialect of the official client', () => {
  it('tags lists of results, and neither payloads, signed URLs nor the data of events', async () => {
    const { post, get, poll } = await setupPolls({ dialect: 'ricloud-py' })
    await post('/configs/storage/1', { signed_urls_enabled: true })
    const { id, results, errors } = await poll({ ...payload, files: ['x'] })
    const [{ task, signed_url }] = results.data
    const [event] = (await get(`/events?type=poll&action=completed`)).body.data
    const subscription = (await post('/subscriptions', { session: sessionIds.active, poll_payload: payload })).body
    expect((await get(`/tasks/${task}`)).body.results.resource).toBe('list')
    expect([results.resource, errors.resource, signed_url.resource]).toEqual(['list', undefined, undefined])
    expect(subscription.poll_payload).toEqual(payload)
    expect([event.data.resource, event.data.id]).toEqual(['poll', id])
  })
})

describe('The events of an automatic poll', () => {
  it('go to the webhook of the key that made the subscription', async () => {
    const { mock, post, session, call } = await setupPolls()
    const webhook = (await post('/configs/webhook', { url: 'http://app.test/own' })).body
    const trial = { authorization: 'Token ricloud-mock-trial-token' }
    await call('POST', '/key', { webhook_config: webhook.id }, trial)
    await call('POST', '/subscriptions', { session: session.id, poll_payload: payload }, trial)
    await mock.clock.advance('1s')
    const events = mock.webhooks.deliveries.filter(({ event }) => event !== 'webhook_config.test')
    expect(events.map(({ event }) => event)).toEqual([
      'poll.created',
      'task.created',
      'task.succeeded',
      'poll.completed',
    ])
    expect(new Set(events.map((delivery) => delivery.webhook_config))).toEqual(new Set([webhook.id]))
  })
})

describe('A key of an object', () => {
  it.each(['100%/%2e%2e', 'ü/🎉', "a'b(c)*+&=", 'a//b'])('may have %j in its prefix, everywhere', async (prefix) => {
    const { mock, post, poll } = await setupPolls()
    await post('/configs/storage/1', { url: `gs://my-bucket/${prefix}`, signed_urls_enabled: true })
    const [{ url, signed_url, checksum }] = (await poll(payload)).results.data
    expect(url.startsWith(`gs://my-bucket/${prefix}/`)).toBe(true)
    expect(mock.buckets.get(url).md5).toBe(checksum)
    const answer = await mock.fetch(signed_url.url)
    expect([answer.status, await answer.text()]).toEqual([200, mock.buckets.get(url).text()])
  })

  it('has no spaces, as the config says that names its prefix', async () => {
    const { post } = setupApi()
    expect(faultsOf(await post('/configs/storage', { url: 'gs://my-bucket/a b' }))).toEqual([
      '400 invalid-parameter',
      'url',
    ])
  })
})

describe('An organisation', () => {
  it('sees no polls, results and subscriptions of another one, and cannot acknowledge its results', async () => {
    const { call, post, get } = setupApi({ fixtures: ['two-organisations'], settings: { webhook_answers: [200] } })
    const poll = (await post('/polls', { session: sessionIds.active, payload })).body
    const [result] = (await get('/results')).body.data
    const other = { authorization: 'Token ricloud-mock-other-token' }
    const refused = await Promise.all([
      call('GET', `/polls/${poll.id}`, undefined, other),
      call('GET', `/results/${result.id}`, undefined, other),
      call('POST', `/results/${result.id}/ack`, undefined, other),
      call('POST', '/results/ack', { results: [result.id] }, other),
    ])
    expect(refused.map(refusalOf)).toEqual(['404 not-found', '404 not-found', '404 not-found', '400 invalid-parameter'])
    expect(idsOf(await call('GET', '/polls', undefined, other))).toEqual([])
    expect((await get(`/results/${result.id}`)).body.state).toBe('available')
  })
})

describe('A subscription to a Relay device', () => {
  it('makes no polls before it is granted, and the first at once when it is', async () => {
    const { mock, post, get, session, device } = await setupRelay({ settings: { subscription_grant: '1h' } })
    const wanted = { session: session.id, source: device.id, poll_payload: payload, interval: 3600 }
    const { id } = (await post('/subscriptions', wanted)).body
    await mock.clock.advance('59m')
    const before = (await get(`/polls?subscription=${id}`)).body.total_count
    await mock.clock.advance('1m')
    expect([before, (await get(`/polls?subscription=${id}`)).body.total_count]).toEqual([0, 1])
  })
})

describe('A limit of the tasks of polls', () => {
  const everything = { 'source_type:*': [], 'task_type:*': [], 'data_type:*': [], 'file_type:*': [] }
  const png = `${'0'.repeat(7)}1${'0'.repeat(32)}`
  const first = { info_types: ['*'], data_types: ['ios_messages.messages', 'whatsapp.messages'], files: [png, 'x'] }

  it.each([
    ['task_type:*', 5],
    ['task_type:icloud.*', 5],
    ['task_type:icloud.data', 2],
    ['task_type:icloud.info', 1],
    ['data_type:*', 2],
    ['data_type:ios_messages.*', 1],
    ['data_type:whatsapp.messages', 1],
    ['file_type:*', 2],
    ['file_type:png', 1],
  ] as const)('counts those that %s covers', async (scope, count) => {
    const limit = { level: 'user', type: 'count', value: count } as const
    const { ask } = await setupPolls({ fixtures: [worldWithScopes({ ...everything, [scope]: [limit] })] })
    expect((await ask(first)).status).toBe(201)
    const { status, body } = await ask(first)
    expect([status, body.message]).toEqual([
      403,
      expect.stringContaining(`The scope "${scope}" allows ${count} for each user, and there are ${count} already`),
    ])
  })
})
