import { describe, expect, it, onTestFinished } from 'vitest'
import { type ServeOptions, serve } from '../../src/standalone.ts'
import { startReceiver } from './receiver.ts'
import { worldWith } from './world.ts'

/** Tests the webhook config of a server, in a world: whether the receiver on this machine was called, and how the test ended. */
async function tested(options: ServeOptions, world?: string) {
  const receiver = await startReceiver()
  const server = await serve({
    port: 0,
    clock: { start: '2020-02-20T12:00:00Z', frozen: true },
    fixtures: [worldWith(receiver.url)],
    log: () => {},
    ...options,
  })
  onTestFinished(() => server.close({ now: true }))
  const { port } = new URL(server.url)
  const post = async (path: string, token: string | undefined, body: object = {}) => {
    const headers = { authorization: `Token ${token}`, 'ricloud-await': '10' }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return response.json()
  }
  const { token } = world ? await post('/_mock/worlds', server.controlToken, { scenario: world }) : server
  // A world with a scenario of its own has a config of its own.
  const { id } = world ? await post('/configs/webhook', token, { url: receiver.url }) : { id: 1 }
  const { state, error } = await post(`/configs/webhook/${id}/test`, token)
  return { isCalled: receiver.received.length > 0, state, error }
}

const refusal =
  'not sent: 127.0.0.1 is not in webhookHosts (--webhook-host), and others than this machine may call the mock'

describe.each<[string, ServeOptions, isExposed: boolean]>([
  ['on a loopback address', {}, false],
  ['on a loopback address, for pages of one origin', { cors: ['https://app.example'] }, false],
  ['on a loopback address, for pages of any origin', { cors: ['*'] }, true],
  ['on every address', { host: '0.0.0.0' }, true],
  ['on every address, with a control token', { host: '0.0.0.0', controlToken: 'a' }, true],
])('A server %s', (_, options, isExposed) => {
  const outcome = isExposed
    ? { isCalled: false, state: 'failed', error: refusal }
    : { isCalled: true, state: 'succeeded', error: null }

  it(`${isExposed ? 'does not call' : 'calls'} a webhook of this machine`, async () => {
    expect(await tested(options)).toEqual(outcome)
  })

  it.each(['default', 'empty'])(
    `${isExposed ? 'does not call' : 'calls'} it from a world with the scenario %s`,
    async (world) => {
      expect(await tested(options, world)).toEqual(outcome)
    },
  )

  it.each(['127.0.0.1', '*'])('calls a webhook of this machine if %s is a webhook host', async (host) => {
    const called = { isCalled: true, state: 'succeeded', error: null }
    expect(await tested({ ...options, webhookHosts: [host] })).toEqual(called)
    expect(await tested({ ...options, webhookHosts: [host] }, 'empty')).toEqual(called)
  })
})
