import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { kinds, validStorage, webhook } from './configs.ts'

const slow = { config_test: '5s', webhook_answers: [200] } as const

/** A new organisation, which has made such configs, whose tests are over. */
async function tested(path: string, wanted: readonly object[], webhook_answers: readonly number[] | null = [200]) {
  const api = setupApi({ fixtures: ['empty'], settings: { webhook_answers } })
  for (const one of wanted) await api.post(path, one)
  await api.mock.clock.advance('1s')
  return { ...api, organisation: (await api.get('/organisation')).body }
}

describe('A storage config', () => {
  it('is new at first', async () => {
    const { get, post } = setupApi({ settings: slow })
    await post('/configs/storage', validStorage)
    expect((await get('/configs/storage/2')).body.state).toBe('new')
  })

  it.each([
    ['valid', 'with', validStorage],
    ['invalid', 'without', { url: 's3://my-bucket' }],
  ])('is %s after its test %s credentials', async (state, _, wanted) => {
    const { get } = await tested('/configs/storage', [wanted])
    expect((await get('/configs/storage/1')).body.state).toBe(state)
  })

  it('is decided by the next call where tests take no time', async () => {
    const { get, post } = setupApi()
    await post('/configs/storage', validStorage)
    expect((await get('/configs/storage/2')).body.state).toBe('valid')
  })

  it('has a task for its test', async () => {
    const { get } = await tested('/configs/storage', [validStorage])
    const { data } = (await get('/tasks')).body
    expect(data).toEqual([expect.objectContaining({ type: 'storage_config.test', target: 1, state: 'succeeded' })])
  })

  it('is shown by the organisation with the state it has now', async () => {
    const { organisation } = await tested('/configs/storage', [validStorage])
    expect(organisation.storage_configs.data).toEqual([expect.objectContaining({ id: 1, state: 'valid' })])
  })
})

describe('A webhook config', () => {
  it('is new at first', async () => {
    const { get, post } = setupApi({ settings: slow })
    await post('/configs/webhook', webhook)
    expect((await get('/configs/webhook/2')).body.state).toBe('new')
  })

  it.each([
    ['valid', 'answers are scripted', [500]],
    ['invalid', 'its host may not be called', null],
  ])('is %s after its test where %s', async (state, _, answers) => {
    const { get } = await tested('/configs/webhook', [webhook], answers)
    expect((await get('/configs/webhook/1')).body.state).toBe(state)
  })

  it('does not make the organisation active', async () => {
    const { organisation } = await tested('/configs/webhook', [webhook])
    expect(organisation.state).toBe('unconfigured')
  })
})

describe.each(kinds)('The default of %s', (path, resource, wanted) => {
  const field = `${resource}_default`

  it('is the first valid one', async () => {
    const { organisation } = await tested(path, [wanted])
    expect(organisation[field]).toBe(1)
  })

  it('stays the first one when there is a second', async () => {
    const { organisation } = await tested(path, [wanted, wanted])
    expect(organisation[field]).toBe(1)
  })

  it('is none as long as the test is not over', async () => {
    const { get, post } = setupApi({ fixtures: ['empty'], settings: slow })
    await post(path, wanted)
    expect((await get('/organisation')).body[field]).toBeNull()
  })

  it('stays as it is while it is tested again', async () => {
    const { get, post } = setupApi({ settings: slow })
    await post(`${path}/1`, { url: wanted.url })
    expect((await get('/organisation')).body[field]).toBe(1)
  })
})

describe('The default storage config', () => {
  it('is none that is invalid', async () => {
    const { organisation } = await tested('/configs/storage', [{ url: 's3://my-bucket' }])
    expect(organisation.storage_config_default).toBeNull()
  })
})

describe('The default webhook config', () => {
  it('is none that is invalid', async () => {
    const { organisation } = await tested('/configs/webhook', [webhook], null)
    expect(organisation.webhook_config_default).toBeNull()
  })
})

describe('An organisation', () => {
  const declinedAs = (problem: string) => ({
    status: 400,
    body: { error: 'unconfigured', message: `The organisation is not configured: ${problem}.` },
  })
  const undirected = declinedAs(
    'neither its storage_config_default nor the storage_config of the key says where to publish results',
  )

  it('is active with its first valid storage config', async () => {
    const { organisation } = await tested('/configs/storage', [validStorage])
    expect(organisation.state).toBe('active')
  })

  it('stays unconfigured with an invalid one', async () => {
    const { organisation } = await tested('/configs/storage', [{ url: 's3://my-bucket' }])
    expect(organisation.state).toBe('unconfigured')
  })

  /** Asks for a poll, after a session was started. */
  async function askForPoll({ post }: Pick<ReturnType<typeof setupApi>, 'post'>, user = 1) {
    const wanted = newSession('ada@example.com', user)
    const { body } = await post('/sessions', wanted, { 'ricloud-await': '1' })
    return post('/polls', { session: body.id, payload: { info_types: ['*'] } })
  }

  it('gets no poll while its first storage config is tested', async () => {
    const api = setupApi({ fixtures: ['empty'], settings: slow })
    const user = await api.post('/users', { identifier: 'ada@example.com' })
    await api.post('/configs/storage', validStorage)
    expect(answerOf(await askForPoll(api, user.body.id))).toEqual(undirected)
  })

  it('gets no poll without a default, though it is active', async () => {
    const api = setupApi()
    const { body } = await api.post('/organisation', { storage_config_default: null })
    expect([body.state, answerOf(await askForPoll(api))]).toEqual(['active', undirected])
  })

  it('gets a poll once its storage config is valid', async () => {
    const api = setupApi({ fixtures: ['empty'], settings: slow })
    const user = await api.post('/users', { identifier: 'ada@example.com' })
    await api.post('/configs/storage', validStorage)
    await api.mock.clock.advance('5s')
    expect((await askForPoll(api, user.body.id)).status).toBe(201)
  })

  it('is unconfigured while its only storage config is tested after a change', async () => {
    const api = setupApi({ settings: slow })
    await api.post('/configs/storage/1', { signed_urls_enabled: true })
    expect(answerOf(await askForPoll(api))).toEqual(
      declinedAs('the storage config 1, where results would be published, is new'),
    )
  })

  it('is active again after that test', async () => {
    const { mock, post } = setupApi({ settings: slow })
    await post('/configs/storage/1', { signed_urls_enabled: true })
    await mock.clock.advance('5s')
    expect((await askForPoll({ post })).status).toBe(201)
  })

  it('stays active while its storage config is tested unchanged', async () => {
    const { post } = setupApi({ settings: slow })
    await post('/configs/storage/1/test')
    expect((await post('/sessions', newSession())).status).toBe(201)
  })

  it('stays active as long as another storage config is valid', async () => {
    const { mock, get, post } = setupApi({ settings: slow })
    await post('/configs/storage', validStorage)
    await mock.clock.advance('5s')
    await post('/configs/storage/1', { credentials: null })
    await mock.clock.advance('5s')
    expect((await get('/organisation')).body.state).toBe('active')
  })

  it('stays unconfigured while its only valid storage config is another organisation’s', async () => {
    const { get, post } = setupApi({ fixtures: ['two-organisations'] })
    await post('/configs/storage/1', { credentials: null })
    expect((await get('/organisation')).body.state).toBe('unconfigured')
  })

  it('still makes users and keys while it is unconfigured', async () => {
    const { mock, post } = setupApi()
    mock.actions['config.reject']({ where: { resource: 'storage_config' } })
    const answers = [await post('/users', { identifier: 'ada@example.com' }), await post('/keys')]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
  })

  it('that is closed stays closed whatever its configs come to', async () => {
    const { mock, get, post } = setupApi({ fixtures: ['empty'], settings: slow })
    await post('/configs/storage', validStorage)
    mock.actions['organisation.block']()
    await mock.clock.advance('5s')
    expect([refusalOf(await get('/key')), mock.state().organisation[0]?.state]).toEqual(['403 forbidden', 'blocked'])
  })

  it('emits its event after that of its config', async () => {
    const { mock, post } = setupApi({ fixtures: ['empty'], settings: slow })
    await post('/configs/storage', validStorage)
    const happened = await mock.clock.advance('5s')
    expect(happened.map(({ event }) => event)).toEqual(['storage_config.accepted', 'organisation.configured'])
  })
})
