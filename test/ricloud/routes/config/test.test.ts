import { describe, expect, it } from 'vitest'
import type { Duration, SettingsInput } from '../../../../src/index.ts'
import { answerOf, ignoredBy, refusalOf, uuid } from '../../../support/answers.ts'
import { setupApi, startTime } from '../../../support/api.ts'
import { kinds, webhook } from './configs.ts'

const settings = { webhook_answers: [200] }

/** Tests the first config of a world whose tests take a while; gives the task's state in the answer, and what time it is then. */
async function awaited(path: string, config_test: Duration, header: string | undefined) {
  const { mock, post } = setupApi({ settings: { ...settings, config_test } })
  const headers = header === undefined ? undefined : { 'Ricloud-Await': header }
  const { status, body } = await post(`${path}/1/test`, undefined, headers)
  return [status, body.state, mock.clock.now()]
}

/** Tests a config that the settings let fail or succeed; gives its state, the task's and the task's error. */
async function outcome(path: string, id: number, more: SettingsInput, make?: object) {
  const { get, post } = setupApi({ settings: more })
  if (make) await post(path, make)
  const { body } = await post(`${path}/${id}/test`, undefined, { 'ricloud-await': '1' })
  return [(await get(`${path}/${id}`)).body.state, body.state, body.error]
}

describe.each(kinds)('POST %s/{id}/test', (path, resource) => {
  it('answers with a task that is under way', async () => {
    const { post } = setupApi({ settings })
    expect(answerOf(await post(`${path}/1/test`))).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(uuid),
        resource: 'task',
        organisation: 1,
        key: 1,
        user: null,
        source: null,
        session: null,
        poll: null,
        source_type: null,
        type: `${resource}.test`,
        target: 1,
        state: 'processing',
        results: { data: [], has_more: false, total_count: 0, url: '/results' },
        error: null,
        date_created: startTime,
        date_started: startTime,
        date_completed: null,
      },
    })
  })

  it('leaves the config as it is until the test is over', async () => {
    const { get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    await post(`${path}/1/test`)
    expect((await get(`${path}/1`)).body.state).toBe('valid')
  })

  it('is over after the time that the settings say', async () => {
    const { mock, get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    const { body } = await post(`${path}/1/test`)
    await mock.clock.advance('1h')
    const date_completed = '2020-02-20T12:00:05.000000Z'
    expect((await get(`/tasks/${body.id}`)).body).toEqual({ ...body, state: 'succeeded', date_completed })
  })

  it('ends alone where that of another config is under way', async () => {
    const { mock, get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    await post(path, path.endsWith('storage') ? { url: 'gs://other' } : webhook)
    const { body } = await post(`${path}/1/test`)
    mock.actions['config.accept']({ where: { resource, id: 2 } })
    expect((await get(`/tasks/${body.id}`)).body.state).toBe('processing')
  })

  it('does not end before it began, though several begin within one instant', async () => {
    const { mock, get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    await post(`${path}/1/test`)
    const { id, date_created } = (await post(`${path}/1/test`)).body
    mock.actions['config.accept']({ where: { resource, id: 1 } })
    const { date_completed } = (await get(`/tasks/${id}`)).body
    expect([date_created, date_completed]).toEqual(['2020-02-20T12:00:00.000001Z', '2020-02-20T12:00:00.000001Z'])
  })

  it('comes next until it is decided', async () => {
    const { mock, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    const coming = () => mock.clock.upcoming().filter(({ action }) => action === 'config.test').length
    await post(`${path}/1/test`)
    const before = coming()
    mock.actions['config.accept']({ where: { resource, id: 1 } })
    expect([before, coming()]).toEqual([1, 0])
  })

  it('is of the key in use', async () => {
    const { post } = setupApi({ settings })
    const { body } = await post(`${path}/1/test`, undefined, { authorization: 'Token ricloud-mock-trial-token' })
    expect(body.key).toBe(2)
  })

  it('makes an invalid config valid again', async () => {
    const { mock, get, post } = setupApi({ settings })
    mock.actions['config.reject']({ where: { resource } })
    await post(`${path}/1/test`, undefined, { 'ricloud-await': '1' })
    expect((await get(`${path}/1`)).body.state).toBe('valid')
  })

  it.each([undefined, '0', '', 'soon', '-5', '1e1'])('answers at once for Ricloud-Await %j', async (header) => {
    expect(await awaited(path, '3s', header)).toEqual([201, 'processing', startTime])
  })

  it.each([
    ['3s', '7', '2020-02-20T12:00:03.000000Z'],
    ['500ms', '0.6', '2020-02-20T12:00:00.500000Z'],
    ['9s', '60', '2020-02-20T12:00:09.000000Z'],
    // The event that the webhook is called with moves the clock on.
    ['0s', '1', path.endsWith('webhook') ? '2020-02-20T12:00:00.000001Z' : startTime],
  ] as const)('that takes %s and is awaited for %s s moves a frozen clock to its end', async (length, header, then) => {
    expect(await awaited(path, length, header)).toEqual([201, 'succeeded', then])
  })

  it.each([
    ['3s', '2'],
    ['11s', '60'],
  ] as const)('that takes %s and is awaited for %s s leaves a frozen clock where it is', async (length, header) => {
    expect(await awaited(path, length, header)).toEqual([201, 'processing', startTime])
  })

  it('ignores a body, and says so', async () => {
    const { post } = setupApi({ settings })
    expect(ignoredBy(await post(`${path}/1/test`, { url: 'x' }))).toBe('url')
  })

  it('fails when the config is deleted meanwhile', async () => {
    const { mock, get, post, delete: remove } = setupApi({ settings: { ...settings, config_test: '5s' } })
    const { body } = await post(`${path}/1/test`)
    await remove(`${path}/1`)
    await mock.clock.advance('5s')
    expect((await get(`/tasks/${body.id}`)).body).toMatchObject({ state: 'failed', error: 'the config was deleted' })
  })

  it('does not find an unknown config', async () => {
    const { post } = setupApi({ settings })
    expect(refusalOf(await post(`${path}/99/test`))).toBe('404 not-found')
  })

  it('makes no task for an unknown config', async () => {
    const { mock, post } = setupApi({ settings })
    await post(`${path}/99/test`)
    expect(mock.db.task.count()).toBe(0)
  })

  it('gets an error if the mock is reset while the test is awaited', async () => {
    const { mock, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    mock.clock.run()
    const answer = post(`${path}/1/test`, undefined, { 'ricloud-await': '10' })
    await new Promise(setImmediate)
    mock.reset()
    expect(refusalOf(await answer)).toBe('500 internal-server-error')
  })

  it('of a deactivated config breaks no other call', async () => {
    const { mock, get, post } = setupApi({ settings })
    mock.db[resource].update({ where: { id: { equals: 1 } }, data: { state: 'deactivated' } })
    await post(`${path}/1/test`)
    const { status } = await get('/key')
    await mock.clock.advance('1s')
    expect([status, mock.db.task.getAll().filter(({ state }) => state === 'processing')]).toEqual([200, []])
  })
})

const exactly = [
  ['3s', '3', '2020-02-20T12:00:03.000000Z'],
  ['500ms', '0.5', '2020-02-20T12:00:00.500000Z'],
  ['10s', '60', '2020-02-20T12:00:10.000000Z'],
] as const

describe('The test of a storage config', () => {
  it.each(exactly)('of %s is over when it is awaited for exactly as long, %s s', async (length, header, then) => {
    expect(await awaited('/configs/storage', length, header)).toEqual([201, 'succeeded', then])
  })

  it('succeeds with credentials', async () => {
    expect(await outcome('/configs/storage', 1, {})).toEqual(['valid', 'succeeded', null])
  })

  it('fails without credentials', async () => {
    const made = { url: 's3://my-bucket' }
    expect(await outcome('/configs/storage', 2, {}, made)).toEqual(['invalid', 'failed', 'it has no credentials'])
  })
})

describe('The test of a webhook config', () => {
  it.each(exactly)('of %s is over when it is awaited for exactly as long, %s s', async (length, header, then) => {
    expect(await awaited('/configs/webhook', length, header)).toEqual([201, 'succeeded', then])
  })

  it.each([200, 302, 404, 500])('succeeds where the scripted answer to events is %i', async (status) => {
    expect(await outcome('/configs/webhook', 1, { webhook_answers: [status] })).toEqual(['valid', 'succeeded', null])
  })

  it('uses up none of the scripted answers to events', async () => {
    const { mock, get, post } = setupApi({
      fixtures: ['empty'],
      settings: { webhook_answers: [500, 200], events: ['user.*'] },
    })
    await post('/configs/webhook', { url: 'https://example.com/webhooks' })
    await get('/configs/webhook')
    await post('/users', { identifier: 'new@example.com' })
    await mock.clock.advance('1m')
    expect(
      mock.webhooks.deliveries.map(({ event, attempts }) => [event, attempts.map(({ status }) => status)]),
    ).toEqual([
      ['webhook_config.test', [200]],
      ['user.created', [500, 200]],
    ])
  })

  it('is failed by an action, whatever the scripted answers are', async () => {
    const { mock, get, post } = setupApi({ settings: { webhook_answers: [200], config_test: '5s' } })
    const { body } = await post('/configs/webhook/1/test')
    mock.actions['config.reject']({ where: { resource: 'webhook_config' } })
    await mock.clock.advance('5s')
    expect((await get(`/tasks/${body.id}`)).body).toMatchObject({ state: 'failed', error: 'the config was rejected' })
  })

  it('fails where the webhook lies outside private networks, and says why', async () => {
    expect(await outcome('/configs/webhook', 2, {}, webhook)).toEqual([
      'invalid',
      'failed',
      'not sent: example.com lies outside private networks, and is not one of the allowed webhook hosts',
    ])
  })

  it('is an event of its own, whatever events are noted', async () => {
    const { get, post } = setupApi({ settings: { ...settings, events: [] } })
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '1' })
    const { data } = (await get('/events')).body
    expect(data).toEqual([expect.objectContaining({ type: 'webhook_config', action: 'test', state: 'delivered' })])
  })

  it('is not repeated when it failed', async () => {
    const { mock, get, post } = setupApi()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '1' })
    await mock.clock.advance('3h')
    expect((await get('/events')).body.data).toEqual([expect.objectContaining({ state: 'failed', retries: 0 })])
  })
})
