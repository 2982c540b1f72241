import { describe, expect, it } from 'vitest'
import type { AccountInput } from '../../../../src/index.ts'
import { idsOf } from '../../../support/answers.ts'
import { setupPolls } from '../../../support/polls.ts'

const two = { data_types: ['a.a', 'b.b'] }
const slow = { settings: { task_duration: '1h' } } as const
const withAccount = (account: Partial<AccountInput>) => ({
  scenario: { scenario: 'own', accounts: [{ identifier: 'end-user@example.com', ...account }] },
})
const errorsIn = ({ errors }: { errors: { data: { error: string }[] } }) => errors.data.map(({ error }) => error)

describe('The tasks of a poll', () => {
  it('have the results that they published, and what they were asked for', async () => {
    const { get, poll } = await setupPolls()
    const { tasks_succeeded, results, id, source } = await poll({ data_types: ['ios_messages.messages'] })
    expect((await get(`/tasks/${tasks_succeeded[0]}`)).body).toMatchObject({
      poll: id,
      source,
      source_type: 'icloud.account',
      type: 'data',
      target: 'ios_messages.messages',
      state: 'succeeded',
      results,
      error: null,
    })
  })

  it.each([
    ['poll=', 2],
    ['type=data', 2],
    ['type=session.init', 1],
    ['target=a.a', 1],
    ['source_type=icloud.account', 3],
    ['source_type=mocks.mock', 0],
  ])('are found by %s', async (query, count) => {
    const { get, poll } = await setupPolls()
    const { id } = await poll(two)
    const found = await get(`/tasks?${query === 'poll=' ? query + id : query}`)
    expect(found.body.total_count).toBe(count)
  })

  it('are found by a file ID that has the form of an integer ID', async () => {
    const { get, post, poll } = await setupPolls()
    await poll({ files: ['1', '007'] })
    await post('/configs/storage/1/test')
    const found = async (query: string) =>
      (await get(`/tasks?${query}`)).body.data.map(({ target }: { target: unknown }) => target)
    expect([await found('target=1'), await found('target=007&target=007')]).toEqual([[1, '1'], ['007']])
  })

  it('fail with session-expired when the session ends, and the poll is completed', async () => {
    const { ask, get, session, delete: end } = await setupPolls(slow)
    const { body } = await ask(two)
    await get('/key')
    await end(`/sessions/${session.id}`)
    const poll = (await get(`/polls/${body.id}`)).body
    expect([poll.state, errorsIn(poll)]).toEqual(['completed', ['session-expired', 'session-expired']])
  })

  it('fail too if the session ends before the poll has started', async () => {
    const { ask, get, session, delete: end } = await setupPolls({ settings: { poll_init: '1h' } })
    const { body } = await ask(two)
    await end(`/sessions/${session.id}`)
    expect((await get(`/polls/${body.id}`)).body).toMatchObject({ state: 'completed', errors: { total_count: 2 } })
  })

  it('fail with source-locked when the service locks the source', async () => {
    const { mock, ask, get, session } = await setupPolls(slow)
    const { body } = await ask(two)
    await get('/key')
    mock.actions['source.lock']({ where: { id: session.source.id } })
    const poll = (await get(`/polls/${body.id}`)).body
    expect([poll.state, errorsIn(poll)]).toEqual(['completed', ['source-locked', 'source-locked']])
  })

  it('fail with publish-failed where the storage config is no longer valid', async () => {
    const { mock, ask, get } = await setupPolls(slow)
    const { body } = await ask(two)
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    await mock.clock.advance('2h')
    expect(errorsIn((await get(`/polls/${body.id}`)).body)).toEqual(['publish-failed', 'publish-failed'])
  })

  it('fail with publish-failed where the bucket is full, and nothing is lost', async () => {
    const { mock, poll } = await setupPolls({ settings: { bucket_bytes: 15 } })
    const { tasks_succeeded, errors } = await poll(two)
    expect([tasks_succeeded.length, errors.data[0].error, mock.buckets.list().length]).toEqual([1, 'publish-failed', 1])
  })

  it.each([
    [{ 'a.a': 'service-unavailable' }, ['service-unavailable']],
    [{ '*': 'service-unavailable' }, ['service-unavailable', 'service-unavailable']],
    [{ data: 'source-locked' }, ['source-locked', 'source-locked']],
    [{ 'b.*': 'publish-failed' }, ['publish-failed']],
    [{ info: 'publish-failed' }, []],
  ] as const)('fail as the account says: %j', async (failing, expected) => {
    const { poll } = await setupPolls(withAccount({ failing }))
    expect(errorsIn(await poll(two))).toEqual(expected)
  })

  it('take as long as the account says', async () => {
    const { mock, ask, get } = await setupPolls(withAccount({ task_duration: '1m' }))
    const { body } = await ask(two)
    await mock.clock.advance('1m')
    expect((await get(`/polls/${body.id}`)).body.tasks_succeeded).toHaveLength(1)
    await mock.clock.advance('1m')
    expect((await get(`/polls/${body.id}`)).body.state).toBe('completed')
  })

  it('wait behind one that is suspended, and go on when it is resumed', async () => {
    const { mock, ask, get } = await setupPolls(slow)
    const { body } = await ask(two)
    await get('/key')
    mock.actions['task.suspend']({ where: { state: 'processing' } })
    await mock.clock.advance('1d')
    expect((await get(`/polls/${body.id}`)).body).toMatchObject({
      state: 'processing',
      tasks_suspended: [expect.any(String)],
      tasks_pending: [expect.any(String)],
    })
    mock.actions['task.resume']({ where: { state: 'suspended' } })
    await mock.clock.advance('1h')
    expect((await get(`/polls/${body.id}`)).body).toMatchObject({ state: 'completed', results: { total_count: 2 } })
  })

  it('end by actions, and the next one starts', async () => {
    const { mock, ask, get } = await setupPolls(slow)
    const { body } = await ask(two)
    await get('/key')
    mock.actions['task.fail']({ where: { target: 'a.a' }, with: { error: 'service-unavailable' } })
    mock.actions['task.succeed']({ where: { target: 'b.b' } })
    const poll = (await get(`/polls/${body.id}`)).body
    expect([poll.state, errorsIn(poll), poll.tasks_succeeded.length]).toEqual(['completed', ['service-unavailable'], 1])
  })

  it('end as they would when the poll is completed by an action', async () => {
    const { mock, ask, get } = await setupPolls({ settings: { poll_init: '1h', task_duration: '1h' } })
    const { body } = await ask({ ...two, files: ['x'] })
    mock.actions['poll.start']()
    mock.actions['poll.complete']()
    const poll = (await get(`/polls/${body.id}`)).body
    expect([poll.state, poll.results.total_count, errorsIn(poll)]).toEqual(['completed', 2, ['file-not-found']])
  })

  it('are not mistaken for tasks of other kinds by actions', async () => {
    const { mock, post } = await setupPolls({ settings: { config_test: '1h' } })
    await post('/configs/storage/1/test')
    expect(() => mock.actions['task.fail']({ where: { state: 'processing' } })).toThrow('belongs to no poll')
  })

  it('make a session idle from the last poll only', async () => {
    const { mock, ask, get, session } = await setupPolls({ settings: { session_idle: '2h' } })
    await mock.clock.advance('1h')
    await ask(two)
    await mock.clock.advance('90m')
    expect((await get(`/sessions/${session.id}`)).body.state).toBe('active')
    await mock.clock.advance('30m')
    expect((await get(`/sessions/${session.id}`)).body).toMatchObject({ state: 'expired', error: 'api' })
  })
})

describe('GET /polls', () => {
  it('lists the newest first, and filters', async () => {
    const { poll, get, session } = await setupPolls()
    const [one, two] = [await poll({ files: [] }), await poll({ files: [] })]
    expect(idsOf(await get(`/polls?session=${session.id}`))).toEqual([two.id, one.id])
    expect(idsOf(await get(`/polls?session=${session.id}&limit=1`))).toEqual([two.id])
    expect(idsOf(await get(`/polls?date_completed[lt]=${two.date_completed}`))).toEqual([one.id])
    expect(idsOf(await get('/polls?requestor=client&state=completed&key=1&user=1'))).toEqual([two.id, one.id])
    expect(idsOf(await get('/polls?requestor=subscription'))).toEqual([])
  })

  it('refuses a requestor that there is not', async () => {
    const { get } = await setupPolls()
    expect((await get('/polls?requestor=nobody')).body.params).toHaveProperty('requestor')
  })
})
