import { describe, expect, it } from 'vitest'
import type { Scopes } from '../../../../src/index.ts'
import { answerOf, faultsOf, ignoredBy, refusalOf, uuid, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { later } from '../../../support/instants.ts'
import { setupPolls, setupRelay } from '../../../support/polls.ts'
import { sessionIds, worldWithScopes } from '../../../support/worlds.ts'

const messages = { data_types: ['ios_messages.messages'] }
const data = messages
const listOf = (url: string, items: readonly unknown[] = []) => ({
  data: items,
  has_more: false,
  total_count: items.length,
  url,
})
const scoped = (scopes: Scopes) => setupPolls({ fixtures: [worldWithScopes({ 'source_type:*': [], ...scopes })] })

describe('POST /polls and /subscriptions: an unknown data type', () => {
  it.each([
    [
      '/polls',
      'ios_mesages.messages',
      '. Did you mean "ios_messages.messages"? There can be "ios_messages.messages", ',
    ],
    ['/polls', 'ios_mesages.*', '. Did you mean "ios_messages.*"? There can be "ios_messages.*", '],
    ['/polls', 'signal_desktop.conversations', '; there can be "ios_messages.messages", '],
    ['/subscriptions', 'watsapp.messages', '. Did you mean "whatsapp.messages"? There can be '],
  ])('is no error at %s, but log and journal name %s', async (path, type, known) => {
    const warnings: string[] = []
    const { mock, post, session } = await setupPolls({ log: (_, message) => void warnings.push(message) })
    const payload = { data_types: ['whatsapp.messages', type] }
    const asked = { session: session.id, [path === '/polls' ? 'payload' : 'poll_payload']: payload }
    const { status } = await post(path, asked)
    expect(status).toBe(201)
    const sentence = `No data has the type "${type}" here${known}`
    expect(warnings).toContainEqual(expect.stringContaining(`asks for what is unknown: ${sentence}`))
    const reason = { rule: 'poll.data_type', fact: 'data.unknown', sentence: expect.stringContaining(sentence) }
    expect(mock.requests.list({ method: 'POST', path }).at(-1)?.reason).toMatchObject(reason)
  })

  it('is none that the account has, or that is scripted to fail', async () => {
    const own = { data: { 'notes.own': [] }, failing: { 'signal.*': 'source-locked' as const } }
    const accounts = [{ identifier: 'end-user@example.com', ...own }]
    const warnings: string[] = []
    const log = (_: string, message: string) => void warnings.push(message)
    const { ask } = await setupPolls({ log, scenario: { scenario: 'own', accounts } })
    await ask({ data_types: ['notes.own', 'notes.*', 'signal.messages'] })
    expect(warnings.filter((warning) => warning.includes('unknown'))).toEqual([])
    await ask({ data_types: ['notes.owm'] })
    expect(warnings).toContainEqual(expect.stringContaining('Did you mean "notes.own"?'))
  })

  it.each(['*', 'ios_messages.*', 'icloud.account.info', 'messages.sms'])('is not %s', async (type) => {
    const { mock, ask } = await setupPolls()
    expect((await ask({ data_types: [type] })).status).toBe(201)
    expect(mock.requests.list({ method: 'POST', path: '/polls' }).at(-1)?.reason).toBeNull()
  })
})

describe('POST /polls', () => {
  it('makes a pending poll with no tasks yet, its attributes in order', async () => {
    const { ask, session } = await setupPolls()
    const { status, body } = await ask(data)
    const expected = {
      id: expect.stringMatching(uuid),
      resource: 'poll',
      organisation: 1,
      key: 1,
      user: 1,
      source: session.source.id,
      session: session.id,
      subscription: null,
      tasks_pending: [],
      tasks_processing: [],
      tasks_succeeded: [],
      tasks_failed: [],
      tasks_suspended: [],
      results: listOf('/results'),
      errors: listOf(`/polls/${body.id}/errors`),
      state: 'pending',
      date_created: expect.any(String),
      date_started: null,
      date_completed: null,
    }
    expect({ status, body }).toEqual({ status: 201, body: expected })
    expect(Object.keys(body)).toEqual(Object.keys(expected))
  })

  it('is completed at the next call, with a result for each task', async () => {
    const { poll } = await setupPolls()
    const { state, tasks_succeeded, results, date_started, date_completed, date_created } = await poll({
      data_types: ['ios_messages.messages', 'whatsapp.messages'],
    })
    expect([state, tasks_succeeded.length, results.total_count]).toEqual(['completed', 2, 2])
    expect([date_created, date_started, date_completed].toSorted()).toEqual([
      date_created,
      date_started,
      date_completed,
    ])
  })

  it('starts after the setting poll_init, its tasks one after another', async () => {
    const { mock, ask, get } = await setupPolls({ settings: { poll_init: '1s', task_duration: '2s' } })
    const { body } = await ask({ data_types: ['a.b', 'c.d'] })
    const states: unknown[] = []
    for (const length of ['999ms', '1ms', '2s', '1.9s', '100ms'] as const) {
      await mock.clock.advance(length)
      const { state, ...poll } = (await get(`/polls/${body.id}`)).body
      const tasks = ['pending', 'processing', 'succeeded'].map((name) => poll[`tasks_${name}`].length)
      states.push([state, ...tasks, poll.results.total_count])
    }
    expect(states).toEqual([
      ['pending', 0, 0, 0, 0],
      ['processing', 1, 1, 0, 0],
      ['processing', 0, 1, 1, 1],
      ['processing', 0, 1, 1, 1],
      ['completed', 0, 0, 2, 2],
    ])
  })

  it('makes a task for each info type, data type and file, in this order and once', async () => {
    const { mock, poll } = await setupPolls()
    const made = await poll({
      files: ['x', 'y', 'x'],
      data_types: ['b.b', 'a.a', 'b.b'],
      info_types: ['icloud.account'],
    })
    const tasks = mock.db.task.findMany({ where: { poll: { equals: made.id } } })
    expect(tasks.map(({ type, target }) => [type, target])).toEqual([
      ['info', 'icloud.account'],
      ['data', 'b.b'],
      ['data', 'a.a'],
      ['file', 'x'],
      ['file', 'y'],
    ])
  })

  it.each([
    ['*', ['ios_messages.messages', 'whatsapp.messages', 'icloud_photos.photos']],
    ['ios_messages.*', ['ios_messages.messages']],
  ])('spreads the wildcard %s over what the source has', async (name, expected) => {
    const { poll } = await setupPolls()
    const made = await poll({ data_types: [name] })
    const found = made.results.data.map(({ identifier }: { identifier: string }) => identifier)
    expect(found).toEqual(expect.arrayContaining(expected))
    expect(found.every((type: string) => name === '*' || type.startsWith('ios_messages.'))).toBe(true)
  })

  it.each([
    [{ since: '9999-01-01T00:00:00Z' }, false],
    [{ since: '0001-01-01T00:00:00Z', until: '9999-01-01T00:00:00Z' }, true],
    [{ until: '1960-01-01T00:00:00Z' }, false],
  ])('takes any period: %j', async (period, hasEntries) => {
    const { poll, content } = await setupPolls()
    const { data } = content(await poll({ ...messages, ...period }))
    expect(data.length > 0).toBe(hasEntries)
  })

  it.each(['2020-02-10', '2020-02-10T00:00:00', '2020-02-10T00:00:00.000000', '2020-02-10T02:00:00+02:00'])(
    'takes %s for the same instant, as filters do',
    async (since) => {
      const { poll, content } = await setupPolls()
      const exact = await setupPolls()
      const expected = exact.content(await exact.poll({ ...messages, since: '2020-02-10T00:00:00Z' }))
      expect(content(await poll({ ...messages, since }))).toEqual(expected)
    },
  )

  it('completes a poll that asks for nothing, without tasks', async () => {
    const { poll } = await setupPolls()
    const { state, results } = await poll({ files: [] })
    expect([state, results.total_count]).toEqual(['completed', 0])
  })

  it('takes 10,000 files, and none of them is lost', async () => {
    const { poll } = await setupPolls()
    const files = Array.from({ length: 10_000 }, (_, i) => `file-${i}`)
    const { state, tasks_failed, errors } = await poll({ files })
    expect([state, tasks_failed.length, errors.total_count]).toEqual(['completed', 10_000, 10_000])
  }, 180_000)

  it('of the source mocks.mock works with any password and all info types', async () => {
    const { post, get } = setupApi()
    const user = (await post('/users', { identifier: 'new@example.com' })).body.id
    const source = { user, type: 'mocks.mock', identifier: 'john.appleseed@reincubate.com' }
    const { body } = await post('/sessions', { source, payload: { password: 'any' } }, { 'ricloud-await': '1' })
    const poll = (await post('/polls', { session: body.id, payload: { info_types: ['*'] } })).body
    expect((await get(`/polls/${poll.id}`)).body).toMatchObject({ state: 'completed', results: { total_count: 1 } })
  })

  it('reads null as absent, and a source as its ID in a string', async () => {
    const { ask, session } = await setupPolls()
    const [first, second] = [
      await ask(data, { source: null, subscription: null }),
      await ask(data, { source: String(session.source.id) }),
    ]
    expect([first.status, second.status]).toEqual([201, 201])
  })

  it('ignores the older parameter type', async () => {
    const { ask } = await setupPolls()
    expect(ignoredBy(await ask(data, { type: 'data' }))).toBe('type')
  })

  it('is of the key in use', async () => {
    const { post, session } = await setupPolls()
    const { body } = await post('/polls', { session: session.id, payload: data }, withToken('ricloud-mock-trial-token'))
    expect(body.key).toBe(2)
  })

  it.each([
    ['no parameters', {}, ['payload']],
    ['a payload without types', { payload: {} }, ['payload', 'session']],
    ['types that are no array', { session: 'x', payload: { data_types: 'a.b' } }, ['payload.data_types']],
    ['a type that is empty', { session: 'x', payload: { data_types: [''] } }, ['payload.data_types.0']],
    ['a type without a dot', { session: 'x', payload: { data_types: ['messages'] } }, ['payload.data_types.0']],
    ['a wildcard within a name', { session: 'x', payload: { info_types: ['a*.b'] } }, ['payload.info_types.0']],
    ['a file that is a number', { session: 'x', payload: { files: [1] } }, ['payload.files.0']],
    ['a since that is no datetime', { session: 'x', payload: { files: [], since: 'yesterday' } }, ['payload.since']],
    [
      'an until before since',
      { session: 'x', payload: { files: [], since: '2020-02-02T00:00:00Z', until: '2020-02-01T00:00:00Z' } },
      ['payload.until'],
    ],
    ['an unknown session', { session: 'x', payload: data }, ['session']],
    ['an unknown subscription', { subscription: 'x', payload: data }, ['subscription']],
    ['a session and a subscription', { session: 'x', subscription: 'y', payload: data }, ['session']],
  ])('refuses %s', async (_, body, params) => {
    const { post } = setupApi()
    expect(faultsOf(await post('/polls', body))).toEqual(['400 invalid-parameter', ...params])
  })

  it('shows the values of types and periods that are wrong', async () => {
    const { ask } = await setupPolls()
    const period = { since: '2020-02-02T00:00:00Z', until: '2020-02-02T00:59:59+01:00' }
    expect((await ask({ data_types: ['messages', ''] })).body.params).toEqual({
      'payload.data_types.0': [expect.stringMatching(/, got "messages"$/)],
      'payload.data_types.1': [expect.stringMatching(/, got ""$/)],
    })
    expect((await ask({ files: [], ...period })).body.params).toEqual({
      'payload.until': ['must not be before since, "2020-02-02T00:00:00.000000Z", got "2020-02-01T23:59:59.000000Z"'],
    })
    expect((await ask({ files: ['x'.repeat(4097)] })).body.params).toEqual({
      'payload.files.0': ['must have at most 4096 characters, got 4097.'],
    })
  })

  it.each(['pending', 'failed'] as const)('refuses a %s session', async (state) => {
    const { post } = setupApi()
    const answer = await post('/polls', { session: sessionIds[state], payload: data })
    expect(faultsOf(answer)).toEqual(['400 invalid-parameter', 'session'])
  })

  it('refuses the session of another organisation', async () => {
    const { post } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await post('/polls', { session: sessionIds.other, payload: data }))).toEqual([
      '400 invalid-parameter',
      'session',
    ])
  })

  it('refuses a source that is not of the session', async () => {
    const { ask } = await setupPolls()
    expect(faultsOf(await ask(data, { source: 1 }))).toEqual(['400 invalid-parameter', 'source'])
  })

  it('refuses an expired session by session-expired', async () => {
    const { ask, session, delete: end } = await setupPolls()
    await end(`/sessions/${session.id}`)
    expect(refusalOf(await ask(data))).toBe('400 session-expired')
  })

  it.each([
    ['user.deactivate', 'The user 1 is deactivated and gets no new polls.'],
    ['source.block', 'The source 8 is blocked and gets no new polls.'],
    ['source.lock', 'The source 8 is locked and gets no new polls.'],
  ] as const)('is forbidden after %s', async (action, message) => {
    const { mock, ask, session } = await setupPolls()
    mock.actions[action]({ where: { id: action === 'user.deactivate' ? 1 : session.source.id } })
    expect((await ask(data)).body).toEqual({ error: 'forbidden', message })
  })

  it('says until when a source is locked', async () => {
    const { mock, ask, session } = await setupPolls()
    mock.actions['source.lock']({ where: { id: session.source.id }, with: { for: '1h' } })
    expect((await ask(data)).body.message).toBe(
      `The source 8 is locked until ${later(mock.clock.now(), '1h')} and gets no new polls.`,
    )
  })

  it('refuses an organisation without a valid storage config by unconfigured', async () => {
    const { mock, ask } = await setupPolls()
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    expect(refusalOf(await ask(data))).toBe('400 unconfigured')
  })

  it('publishes to the own storage config of the key', async () => {
    const { post, poll } = await setupPolls()
    const config = await post('/configs/storage', { url: 's3://own/path', credentials: { access_key_id: 'A' } })
    await post('/key', { storage_config: config.body.id })
    const { results } = await poll(data)
    expect(results.data[0].url).toMatch(/^s3:\/\/own\/path\/[\w-]+\/[\w-]+\.json$/)
  })

  it.each([
    ['data_type:whatsapp.messages', { 'data_type:ios_messages.*': [], 'task_type:*': [] }],
    ['task_type:icloud.data', { 'data_type:*': [], 'task_type:icloud.info': [] }],
  ])('refuses the whole poll without the scope %s', async (scope, scopes) => {
    const { mock, ask } = await scoped(scopes)
    const { status, body } = await ask({ data_types: ['ios_messages.messages', 'whatsapp.messages'] })
    expect([status, body.error, body.message]).toEqual([
      403,
      'missing-scope',
      `The organisation lacks the scope "${scope}".`,
    ])
    expect(mock.db.poll.count()).toBe(0)
  })

  it('needs the scope of the kind of each file', async () => {
    const { ask } = await scoped({ 'data_type:*': [], 'task_type:*': [] })
    expect((await ask({ files: ['x'] })).body.message).toBe('The organisation lacks the scope "file_type:other".')
  })

  it('counts its tasks and those that were made against a limit', async () => {
    const two = { level: 'user', type: 'count', value: 2 } as const
    const { ask } = await scoped({ 'data_type:*': [two], 'task_type:*': [] })
    expect((await ask({ data_types: ['a.a'] })).status).toBe(201)
    const { status, body } = await ask({ data_types: ['a.a', 'b.b'] })
    expect([status, body.message]).toEqual([
      403,
      'The scope "data_type:*" allows 2 for each user, and there are 1 already; this would add 2.',
    ])
    expect((await ask({ data_types: ['b.b'] })).status).toBe(201)
  })

  it('counts the tasks of polls that have not started', async () => {
    const two = { level: 'key', type: 'count', value: 2 } as const
    const fixtures = [worldWithScopes({ 'source_type:*': [], 'data_type:*': [two], 'task_type:*': [two] })]
    const { ask } = await setupPolls({ fixtures, settings: { poll_init: '1h' } })
    const answers = [
      await ask({ data_types: ['a.a'] }),
      await ask({ data_types: ['a.a'] }),
      await ask({ data_types: ['b.b'] }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 403])
  })

  it('is refused beyond the in-flight limit, with Retry-After', async () => {
    const { mock, ask } = await setupPolls({ settings: { in_flight: 1, task_duration: '1m' } })
    await ask(data)
    const second = await ask(data)
    expect([refusalOf(second), second.headers.get('retry-after')]).toEqual(['429 too-many-requests', '1'])
    expect(second.body.message).toContain('has as many open polls as may be in flight, 1: wait 1 s.')
    await mock.clock.advance('1m')
    expect((await ask(data)).status).toBe(201)
  })

  it('refuses data of a Relay instance, and of its devices without a subscription', async () => {
    const { post, session, device } = await setupRelay()
    const instance = await post('/polls', { session: session.id, payload: data })
    const child = await post('/polls', { session: session.id, source: device.id, payload: data })
    expect([faultsOf(instance), faultsOf(child)]).toEqual([
      ['400 invalid-parameter', 'source'],
      ['400 invalid-parameter', 'subscription'],
    ])
    expect(child.body.message).toContain('is required in place of session')
  })

  it('gives info of a Relay instance', async () => {
    const { post, get, session } = await setupRelay()
    const { body } = await post('/polls', { session: session.id, payload: { info_types: ['*'] } })
    expect((await get(`/polls/${body.id}`)).body.results.data[0].identifier).toBe('rirelay.instance')
  })

  it('is sent in the dialect of the official client', async () => {
    const { post, get, session } = await setupPolls()
    const headers = { 'user-agent': 'ricloud-py/3.2.0', 'ricloud-await': '0' }
    const { body } = await post('/polls', { session: session.id, payload: { files: ['x'] } }, headers)
    const poll = (await get(`/polls/${body.id}`, headers)).body
    expect([Object.keys(poll.results)[0], poll.results.resource]).toEqual(['resource', 'list'])
    expect(Object.keys(poll.errors)).toEqual(['data', 'has_more', 'total_count', 'url'])
  })

  it('gives the same bytes in equal worlds', async () => {
    const results = async () => {
      const { poll } = await setupPolls()
      return (await poll({ info_types: ['*'], data_types: ['*'] })).results
    }
    expect(await results()).toEqual(await results())
  })
})

describe('The world of a poll', () => {
  it('records the documented events in their order', async () => {
    const { poll, get } = await setupPolls()
    const made = await poll({ data_types: ['a.a'], files: ['x'] })
    const events = (await get('/events')).body.data.reverse()
    expect(events.map(({ type, action }: Record<string, string>) => `${type}.${action}`)).toEqual([
      'poll.created',
      'task.created',
      'task.created',
      'task.succeeded',
      'task.failed',
      'poll.completed',
    ])
    expect(events.at(-1).data).toEqual(made)
    expect(answerOf(await get(`/polls/${made.id}/errors`)).body).toEqual(made.errors)
  })

  it('keeps polls, results and objects in snapshots', async () => {
    const { mock, poll, get, content } = await setupPolls()
    const made = await poll(data)
    const before = content(made)
    mock.snapshots.save('one')
    mock.reset()
    expect(mock.buckets.list()).toEqual([])
    mock.snapshots.restore('one')
    expect([(await get(`/polls/${made.id}`)).body, content(made)]).toEqual([made, before])
  })

  it('goes on in a mock that was restored from text', async () => {
    const { mock, ask } = await setupPolls({ settings: { task_duration: '1h' } })
    const { body } = await ask(data)
    const other = setupApi({ settings: { webhook_answers: [200], task_duration: '1h' } })
    other.mock.unpack(mock.pack() as string)
    await other.mock.clock.advance('1h')
    expect((await other.get(`/polls/${body.id}`)).body).toMatchObject({
      state: 'completed',
      results: { total_count: 1 },
    })
  })
})
