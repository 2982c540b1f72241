import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { bounded } from '../support/wait.ts'
import { closedPort, held, startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

describe('A receiver that comes back', () => {
  it('gets what it missed', async () => {
    const port = await closedPort()
    const { mock, end, quiet } = setupWebhook({ url: `http://127.0.0.1:${port}/hooks` })
    await end()
    await quiet()
    const receiver = await startReceiver()
    await mock.clock.advance('1s')
    mock.db.webhook_config.update({ where: { id: { equals: 1 } }, data: { url: receiver.url } })
    await mock.clock.advance('1m')
    expect(receiver.received.length).toBe(1)
  })

  it('is valid once its test is repeated', async () => {
    const receiver = await startReceiver(500, 200)
    const { post, get } = setupWebhook(receiver)
    const states: string[] = []
    for (let i = 0; i < 2; i++) {
      await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
      states.push((await get('/configs/webhook/1')).body.state)
    }
    expect(states).toEqual(['invalid', 'valid'])
  })

  it('was called once for each test, which is not tried again', async () => {
    const receiver = await startReceiver(500)
    const { post, mock } = setupWebhook(receiver)
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await mock.clock.advance('3h')
    expect([receiver.received.length, mock.webhooks.deliveries[0]?.state]).toEqual([1, 'failed'])
  })
})

describe('A test of a config', () => {
  it('sends an event that is named so, with the config as it is', async () => {
    const receiver = await startReceiver()
    const { post, get } = setupWebhook(receiver)
    const config = (await get('/configs/webhook/1')).body
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect(receiver.received[0]?.event).toMatchObject({ type: 'webhook_config', action: 'test', data: config })
  })

  it('answers at once with a task that is under way unless it is to be awaited', async () => {
    const { reply } = held()
    const { post } = setupWebhook(await startReceiver(reply))
    expect((await post('/configs/webhook/1/test')).body.state).toBe('processing')
  })

  it('is undone by a deletion of the config', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(reply)
    const { post, get, quiet, delete: remove } = setupWebhook(receiver)
    const { body } = await post('/configs/webhook/1/test')
    await get('/tasks')
    await receiver.until(1)
    await remove('/configs/webhook/1')
    letGo()
    await quiet()
    expect((await get(`/tasks/${body.id}`)).body).toMatchObject({ state: 'failed', error: 'the config was deleted' })
  })

  // The receiver never answers, and the delivery has no time limit.
  it('is not awaited for longer than the call says', async () => {
    const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal)
    onTestFinished(() => spy.mockRestore())
    const { reply } = held()
    const { post } = setupWebhook(await startReceiver(reply))
    const awaited = post('/configs/webhook/1/test', undefined, { 'ricloud-await': '0.1' })
    await bounded(awaited, 'The call was not answered')
  })
})

describe('A failure that the client may not notice', () => {
  /** A mock whose webhook is at a port where nothing listens, and its log. */
  async function unheard(options: MockOptions = {}) {
    const url = `http://127.0.0.1:${await closedPort()}/hooks?token=open-sesame`
    const logged: string[] = []
    const log = (level: string, message: string) => void logged.push(`${level}: ${message}`)
    return { ...setupWebhook({ url }, { log, ...options }), logged }
  }

  it('is logged if the test of a webhook config fails, with the way to repair it', async () => {
    const { post, logged } = await unheard()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect(logged).toEqual([
      'warn: The test of webhook config 1 failed: ECONNREFUSED. Nothing is sent to it until a test succeeds: POST /configs/webhook/1/test, or the action config.accept.',
    ])
  })

  it('is logged if the test of a storage config fails', async () => {
    const { mock, post, logged } = await unheard()
    await post('/configs/storage', { url: 'gs://bucket/results' })
    await mock.clock.advance('1s')
    expect(logged).toEqual([
      'warn: The test of storage config 2 failed: it has no credentials. No results are written to it until a test succeeds: POST /configs/storage/2/test, or the action config.accept.',
    ])
  })

  it('is not logged if a test succeeds, or is rejected by an action', async () => {
    const { mock, post, logged } = await unheard({ settings: { webhook_answers: [200] } })
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await post('/configs/storage/1/test', undefined, { 'ricloud-await': '5' })
    mock.actions['config.reject']({ where: { resource: 'webhook_config' } })
    expect(logged).toEqual([])
  })

  it('is in the notes of each event that is sent nowhere', async () => {
    const { mock, post, end, events } = await unheard()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await end()
    const notes = (await events()).map(({ id }: { id: string }) => mock.record('event', id).notes)
    expect(notes).toEqual([{}, { not_sent: 'neither its key nor its organisation has a valid webhook config' }])
  })

  it('is logged for a delivery whose last attempt fails, once for a URL and error, without secrets', async () => {
    const { mock, end, events, logged } = await unheard()
    await end()
    await mock.clock.advance('1h')
    expect(logged).toEqual([])
    await end('relay')
    await mock.clock.advance('1d')
    const [{ id }] = await events()
    const [first = ''] = logged
    expect(first.replace(/:\d+\/hooks\?token=[^,]*,/, '/…,')).toBe(
      `warn: Event ${id} (session.expired) was not delivered to http://127.0.0.1/…, and is failed after 5 attempts; the last error: ECONNREFUSED. Others that fail so are not reported.`,
    )
    expect([logged.length, first.includes('open-sesame')]).toEqual([1, false])
  })

  it('is not logged for a delivery whose answers are scripted', async () => {
    const { mock, end, logged } = await unheard({ settings: { webhook_answers: [500] } })
    await end()
    await mock.clock.advance('1d')
    expect([mock.webhooks.deliveries[0]?.state, logged]).toEqual(['failed', []])
  })
})

describe('What a fixture or a test writes', () => {
  /** The state of an event whose webhook is so, or `refused`. */
  async function outcome(url: string, secret?: string): Promise<string> {
    try {
      const api = setupWebhook({ url })
      if (secret !== undefined) api.mock.db.webhook_config.update({ where: { id: { equals: 1 } }, data: { secret } })
      await api.end()
      await api.mock.clock.advance('3h')
      return (await api.events())[0].state
    } catch {
      return 'refused'
    }
  }

  it('as the URL of a webhook, but is none, is refused or fails', async () => {
    expect(['refused', 'failed']).toContain(await outcome('nonsense'))
  })

  it('as an empty secret is refused, signs, or fails', async () => {
    expect(['refused', 'delivered', 'failed']).toContain(await outcome((await startReceiver()).url, ''))
  })

  it('as the password in a URL is not shown in the attempts', async () => {
    const { origin } = await startReceiver()
    const { mock, end, quiet } = setupWebhook({ url: origin.replace('//', '//user:open-sesame@') })
    await end()
    await quiet()
    expect(JSON.stringify(mock.webhooks.deliveries[0]?.attempts)).not.toContain('open-sesame')
  })
})
