import { describe, expect, it } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { verifySignature } from '../../src/index.ts'
import { held, startReceiver } from './receiver.ts'
import { keyWithConfig, otherSecret, secret, setupWebhook, worldWith } from './world.ts'

/** A receiver for the organisation, one for a key, and a world that knows both. */
async function two(options: MockOptions = {}, ...statuses: number[]) {
  const [common, own] = [await startReceiver(...statuses), await startReceiver(...statuses)]
  const api = setupWebhook(common, { fixtures: [worldWith(common.url, own.url)], ...options })
  const endOwn = () => api.delete(`/sessions/${keyWithConfig.session}`)
  const counts = () => [common.received.length, own.received.length]
  return { ...api, common, own, endOwn, counts }
}

describe('The webhook of an event', () => {
  it('is the one that the key chose', async () => {
    const { endOwn, quiet, counts } = await two()
    await endOwn()
    await quiet()
    expect(counts()).toEqual([0, 1])
  })

  it('is the organisation’s default where the key chose none', async () => {
    const { end, quiet, counts } = await two()
    await end('active')
    await quiet()
    expect(counts()).toEqual([1, 0])
  })

  it('is that of the session’s key, whoever ends it', async () => {
    const { quiet, counts, delete: remove } = await two()
    await remove(`/sessions/${keyWithConfig.session}`, { authorization: 'Token ricloud-mock-token' })
    await quiet()
    expect(counts()).toEqual([0, 1])
  })

  it('is the default again once the key has dropped its own', async () => {
    const { post, endOwn, quiet, counts } = await two()
    await post('/keys/2', { webhook_config: null })
    await endOwn()
    await quiet()
    expect(counts()).toEqual([1, 0])
  })

  it('is another one once the organisation has chosen it', async () => {
    const { post, end, quiet, counts } = await two()
    await post('/organisation', { webhook_config_default: 2 })
    await end('active')
    await quiet()
    expect(counts()).toEqual([0, 1])
  })

  it('is signed with the secret of its own config', async () => {
    const { mock, own, endOwn, quiet } = await two()
    await endOwn()
    await quiet()
    const [call] = own.received
    const verified = [secret, otherSecret].map((one) =>
      verifySignature(call?.headers ?? {}, call?.body ?? '', one, { now: mock.clock.now() }),
    )
    expect(await Promise.all(verified)).toEqual([false, true])
  })
})

describe('An event without a webhook', () => {
  /** The session of the default world ends in a world without a webhook to send to. */
  async function without(change: (api: Awaited<ReturnType<typeof two>>) => Promise<unknown>) {
    const api = await two()
    await change(api)
    await api.end('active')
    await api.mock.clock.advance('3h')
    return api
  }

  it('is sent nowhere where the organisation has no default', async () => {
    const { counts } = await without(({ post }) => post('/organisation', { webhook_config_default: null }))
    expect(counts()).toEqual([0, 0])
  })

  it('is noted all the same', async () => {
    const { events } = await without(({ post }) => post('/organisation', { webhook_config_default: null }))
    expect(await events()).toMatchObject([{ type: 'session', action: 'expired', state: 'pending', retries: 0 }])
  })

  it('is no delivery', async () => {
    const { mock } = await without(({ post }) => post('/organisation', { webhook_config_default: null }))
    expect(mock.webhooks.deliveries).toEqual([])
  })

  it('is sent nowhere where the default is invalid', async () => {
    const { counts } = await without(async ({ mock }) => mock.actions['config.reject']({ where: { id: 1 } }))
    expect(counts()).toEqual([0, 0])
  })
})

describe('A config that is deleted', () => {
  it('gets nothing more of what it was sent in vain', async () => {
    const { mock, end, quiet, delete: remove, counts } = await two({}, 503)
    await end('active')
    await quiet()
    await remove('/configs/webhook/1')
    await mock.clock.advance('3h')
    expect(counts()).toEqual([1, 0])
  })

  it('leaves an event that ends as failed', async () => {
    const { mock, end, quiet, delete: remove, events } = await two({}, 503)
    await end('active')
    await quiet()
    await remove('/configs/webhook/1')
    await mock.clock.advance('3h')
    expect((await events())[0].state).toBe('failed')
  })

  it('says in the attempts why nothing was sent', async () => {
    const { mock, end, quiet, delete: remove } = await two({}, 503)
    await end('active')
    await quiet()
    await remove('/configs/webhook/1')
    await mock.clock.advance('1m')
    expect(mock.webhooks.deliveries[0]?.attempts[1]).toMatchObject({
      status: null,
      error: 'the webhook config was deleted',
    })
  })

  it('is shown without its URL', async () => {
    const { mock, end, quiet, delete: remove } = await two({}, 503)
    await end('active')
    await quiet()
    await remove('/configs/webhook/1')
    expect(mock.webhooks.deliveries[0]?.url).toBeNull()
  })

  it('while it is being called harms nothing', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(reply)
    const { end, quiet, delete: remove, events } = setupWebhook(receiver)
    await end('active')
    await receiver.until(1)
    await remove('/configs/webhook/1')
    letGo()
    await quiet()
    expect((await events())[0].state).toBe('delivered')
  })

  it('gets nothing of what waits for its turn', async () => {
    const { reply, letGo } = held()
    const receiver = await startReceiver(reply)
    const { end, quiet, delete: remove } = setupWebhook(receiver)
    await end('active')
    await end('relay')
    await receiver.until(1)
    await remove('/configs/webhook/1')
    letGo()
    await quiet()
    expect(receiver.received.length).toBe(1)
  })

  it('hands what comes after to the key’s or the organisation’s next one', async () => {
    const { end, quiet, delete: remove, counts } = await two()
    await remove('/configs/webhook/1')
    await end('active')
    await quiet()
    expect(counts()).toEqual([0, 1])
  })
})

describe('A config whose URL is changed', () => {
  it('gets the next attempt at the new one', async () => {
    const next = await startReceiver()
    const { mock, end, quiet, post } = await two({ settings: { webhook_answers: null } }, 503)
    await end('active')
    await quiet()
    await post('/configs/webhook/1', { url: next.url })
    await mock.clock.advance('1m')
    expect(next.received.map(({ event }) => `${event.type}.${event.action}`)).toEqual([
      'webhook_config.test',
      'session.expired',
    ])
  })

  it('gets nothing more at the old one', async () => {
    const next = await startReceiver()
    const { mock, end, quiet, post, counts } = await two({}, 503)
    await end('active')
    await quiet()
    await post('/configs/webhook/1', { url: next.url })
    await mock.clock.advance('3h')
    expect(counts()).toEqual([1, 0])
  })

  it('keeps its secret', async () => {
    const next = await startReceiver()
    const { mock, end, quiet, post } = await two({}, 503)
    await end('active')
    await quiet()
    await post('/configs/webhook/1', { url: next.url })
    await mock.clock.advance('1m')
    const call = next.received[1]
    expect(await verifySignature(call?.headers ?? {}, call?.body ?? '', secret, { now: mock.clock.now() })).toBe(true)
  })

  /** The config is tested, and gets another URL before the first receiver answers. */
  async function changedWhileTested() {
    const { reply, letGo } = held(200)
    const old = await startReceiver(reply)
    const next = await startReceiver(404)
    const { post, get, quiet } = setupWebhook(old)
    await post('/configs/webhook/1/test')
    await get('/tasks')
    await old.until(1)
    await post('/configs/webhook/1', { url: next.url })
    letGo()
    await quiet()
    return get
  }

  it('is judged by the new one, though the old one still has to answer', async () => {
    const get = await changedWhileTested()
    expect((await get('/configs/webhook/1')).body.state).toBe('invalid')
  })

  it('ends the test of the old one, and leaves that of the new one to itself', async () => {
    const get = await changedWhileTested()
    const { body } = await get('/tasks?type=webhook_config.test')
    expect(body.data.map(({ error }: { error: string }) => error)).toEqual(['status 404', 'the config was changed'])
  })
})
