import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

/** Stands in for the network: nothing else opens a socket or asks for a name. */
let network: MockInstance<typeof fetch>
beforeEach(() => {
  network = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 200 }))
})
afterEach(() => network.mockRestore())

/** What became of a webhook at a URL. */
async function sentTo(url: string, options: MockOptions = {}) {
  const logged: string[] = []
  const api = setupWebhook({ url }, { log: (_, message) => void logged.push(message), ...options })
  await api.end()
  await api.mock.clock.advance('3h')
  const [event] = await api.events()
  return { ...api, event, logged, calls: network.mock.calls.map(([target]) => String(target)) }
}

const foreign = 'https://www.mywebhookendpoint.com/webhooks'

describe('A host of the loopback or a private network', () => {
  it.each([
    'http://localhost:8080/hooks',
    'http://127.0.0.1/hooks',
    'http://127.8.9.10:1/hooks',
    'http://10.0.0.1/hooks',
    'http://172.16.0.1/hooks',
    'http://172.31.255.254/hooks',
    'http://192.168.1.2/hooks',
    'http://[::1]:8080/hooks',
    'http://[fd12:3456::1]/hooks',
    'http://receiver/hooks',
    'http://app.test/hooks',
    'http://app.localhost/hooks',
    'http://printer.local/hooks',
    'http://service.namespace.internal/hooks',
    'http://nas.lan/hooks',
    'http://nas.home.arpa/hooks',
    'https://APP.Test/hooks',
  ])('is called: %s', async (url) => {
    const { calls, event } = await sentTo(url)
    expect(calls).toEqual([`${new URL(url).href}/${event.id}`])
  })
})

describe('A host of strangers', () => {
  it.each([
    foreign,
    'http://example.com/hooks',
    'http://8.8.8.8/hooks',
    'http://11.0.0.1/hooks',
    'http://172.15.0.1/hooks',
    'http://172.32.0.1/hooks',
    'http://192.169.0.1/hooks',
    'http://[2001:db8::1]/hooks',
    'http://[::ffff:8.8.8.8]/hooks',
    'http://localhost.example.com/hooks',
    'http://127.0.0.1.example.com/hooks',
    'http://10.example.com/hooks',
    'http://test.com/hooks',
    'http://internal.io/hooks',
    'http://example.com./hooks',
    'http://fd.example.com/hooks',
    'http://[fe80::1]/hooks',
    'http://169.254.169.254/hooks',
    'http://metadata/hooks',
    'http://ai/hooks',
  ])('is never called: %s', async (url) => {
    expect((await sentTo(url)).calls).toEqual([])
  })

  it('leaves the event pending, tried once', async () => {
    const { event, mock } = await sentTo(foreign)
    expect([event.state, event.retries, mock.webhooks.deliveries[0]?.attempts.length]).toEqual(['pending', 0, 1])
  })

  it('is named in the attempt', async () => {
    const { mock } = await sentTo(foreign)
    expect(mock.webhooks.deliveries[0]?.attempts[0]).toMatchObject({
      status: null,
      error: expect.stringMatching(/^not sent: www\.mywebhookendpoint\.com lies outside private networks/),
    })
  })

  it('is logged once, however many events there are', async () => {
    const { logged, end, mock } = await sentTo(foreign)
    await end('relay')
    await mock.clock.advance('3h')
    expect(logged.filter((message) => message.includes('mywebhookendpoint.com'))).toHaveLength(1)
  })

  it('makes the test of a config fail, and says why', async () => {
    const { post } = await sentTo(foreign)
    const { body } = await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect([body.state, body.error]).toEqual(['failed', expect.stringContaining('lies outside private networks')])
  })

  it('is not called for the test of a config', async () => {
    const { post } = await sentTo(foreign)
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect(network).not.toHaveBeenCalled()
  })

  it('is not called when an event is sent once more', async () => {
    const { mock, event } = await sentTo(foreign)
    await mock.webhooks.redeliver(event.id)
    expect(network).not.toHaveBeenCalled()
  })

  it('is never called by the default world, whose webhook it is', async () => {
    const api = await sentTo('', { fixtures: ['default'] })
    expect([api.calls, api.event.state]).toEqual([[], 'pending'])
  })
})

describe('The option webhookHosts', () => {
  const one = { webhookHosts: ['www.mywebhookendpoint.com'] }

  it('lets a host be called', async () => {
    const { calls, event } = await sentTo(foreign, one)
    expect(calls).toEqual([`${foreign}/${event.id}`])
  })

  it('lets its other ports be called', async () => {
    const { calls } = await sentTo('https://www.mywebhookendpoint.com:8443/hooks', one)
    expect(calls).toHaveLength(1)
  })

  it('lets no other host be called', async () => {
    expect((await sentTo('https://mywebhookendpoint.com/hooks', one)).calls).toEqual([])
  })

  it('lets no host below it be called', async () => {
    expect((await sentTo('https://a.www.mywebhookendpoint.com/hooks', one)).calls).toEqual([])
  })

  it('leaves private hosts callable', async () => {
    expect((await sentTo('http://localhost/hooks', one)).calls).toHaveLength(1)
  })

  it('lets every host be called by an asterisk', async () => {
    expect((await sentTo('http://example.com/hooks', { webhookHosts: ['*'] })).calls).toHaveLength(1)
  })

  it('reads a host in capitals as what it is', async () => {
    const { calls } = await sentTo(foreign, { webhookHosts: ['WWW.MyWebhookEndpoint.com'] })
    expect(calls).toHaveLength(1)
  })

  it('holds for the worlds beside', async () => {
    const { mock } = await sentTo('http://localhost/hooks', one)
    const world = await mock.worlds.create({ fixtures: ['default'] })
    network.mockClear()
    world.actions['session.expire']({ where: { state: 'active' } })
    await world.clock.advance('0s')
    expect(network).toHaveBeenCalled()
  })

  it.each([
    ['no list', 'example.com'],
    ['a number', [1]],
    ['an empty name', ['']],
  ])('that is %s is refused', (_, webhookHosts) => {
    expect(() => setupWebhook({ url: foreign }, { webhookHosts: webhookHosts as never })).toThrow('webhookHosts')
  })

  it('that names a link-local address or the metadata service of a cloud is refused', () => {
    const webhookHosts = ['example.com', '169.254.169.254', 'metadata.google.internal']
    const why = 'must not be link-local or the metadata service of a cloud, which is never called'
    expect(() => setupWebhook({ url: foreign }, { webhookHosts })).toThrow(
      `Failed to create the mock: webhookHosts[1]: ${why}, got "169.254.169.254"; webhookHosts[2]: ${why}, got "metadata.google.internal"`,
    )
  })

  // Such an entry never matches any host, and nothing says so.
  it.each(['http://example.com', 'example.com:8080', 'example.com/hooks'])('that is no host is refused: %s', (host) => {
    expect(() => setupWebhook({ url: foreign }, { webhookHosts: [host] })).toThrow('webhookHosts')
  })
})

describe('Scripted answers', () => {
  const scripted = (...webhook_answers: number[]) => sentTo(foreign, { settings: { webhook_answers } })

  it('send nothing', async () => {
    expect((await scripted(503, 200)).calls).toEqual([])
  })

  it('come one after the other', async () => {
    const { event } = await scripted(503, 404, 200)
    expect([event.state, event.retries, event.date_delivered]).toEqual(['delivered', 2, '2020-02-20T12:05:00.000000Z'])
  })

  it('end with the last one repeated', async () => {
    const { mock } = await scripted(500, 503)
    expect(mock.webhooks.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([500, 503, 503, 503, 503])
  })

  it('begin anew for each event', async () => {
    const { end, mock, events } = await scripted(503, 200)
    await end('relay')
    await mock.clock.advance('3h')
    expect((await events()).map(({ retries }: { retries: number }) => retries)).toEqual([1, 1])
  })

  it('decide the test of a config', async () => {
    const { post } = await scripted(200)
    const { body } = await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    expect(body.state).toBe('succeeded')
  })

  it('send nothing to private hosts either', async () => {
    const receiver = await startReceiver()
    await sentTo(receiver.url, { settings: { webhook_answers: [200] } })
    expect([receiver.received, network.mock.calls]).toEqual([[], []])
  })
})
