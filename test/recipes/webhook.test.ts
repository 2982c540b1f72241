import { HttpResponse, http } from 'msw'
import type { SetupServer } from 'msw/node'
import { type Mock, verifySignature } from 'ricloud-mock'
import { test as base, expect } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

const test = base.extend('ricloudOptions', { settings: { session_lifetime: '24h' } })
test.afterEach(({ msw }) => msw.resetHandlers())

// In place of your own receiver: what is not signed as it should be is refused.
const receiver = (secret: string, now: () => string) =>
  http.post('http://app.test/hooks/:id', async ({ request }) => {
    const body = await request.text()
    const isGenuine = await verifySignature(request.headers, body, secret, { now: now() }) // the time of the mock
    return new HttpResponse(null, { status: isGenuine ? 204 : 403 })
  })

/** Starts a session whose end, a day later, is sent to the receiver. */
async function letSessionEnd(mock: Mock, msw: SetupServer): Promise<string> {
  const config = (await call('POST', '/configs/webhook', { url: 'http://app.test/hooks' })).body
  msw.use(receiver(config.secret, () => mock.clock.now()))
  await mock.clock.advance('1s') // the config is tested
  await call('POST', '/organisation', { webhook_config_default: config.id })
  const { id } = await startSession('someone@example.com', { password: 'joshua' })
  await mock.clock.advance('26h') // resolves once the receiver has answered
  return id
}

test('The end of a session is delivered to the webhook', async ({ ricloud, msw }) => {
  const id = await letSessionEnd(ricloud, msw)
  expect(await ricloud.webhooks.next({ type: 'session', where: { id } })).toMatchObject({ state: 'delivered' })
})

test('No webhook is accepted that is not signed as it should be', async ({ sweep, msw }) => {
  const kinds = ['webhook-twice', 'webhook-wrong-signature', 'webhook-old-signature', 'webhook-rotated-secret'] as const
  const { problems, text } = await sweep(({ mock }) => letSessionEnd(mock, msw), { kinds })
  expect(problems, text).toEqual([])
})
