import { HttpResponse, http } from 'msw'
import { verifySignature } from 'ricloud-mock'
import { test as base, expect, onTestFinished } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

const test = base.extend('ricloudOptions', { settings: { session_lifetime: '24h' } })

// In place of your own receiver: what is not signed as it should be is refused.
const receiver = (secret: string, now: () => string) =>
  http.post('http://app.test/hooks/:id', async ({ request }) => {
    const body = await request.text()
    const isGenuine = await verifySignature(request.headers, body, secret, { now: now() }) // the time of the mock
    return new HttpResponse(null, { status: isGenuine ? 204 : 403 })
  })

test('The end of a session is delivered to the webhook', async ({ ricloud, msw }) => {
  const config = (await call('POST', '/configs/webhook', { url: 'http://app.test/hooks' })).body
  msw.use(receiver(config.secret, () => ricloud.clock.now()))
  onTestFinished(() => msw.resetHandlers())
  await ricloud.clock.advance('1s') // the config is tested
  await call('POST', '/organisation', { webhook_config_default: config.id })

  const { id } = await startSession('someone@example.com', { password: 'joshua' })
  await ricloud.clock.advance('24h') // resolves once the receiver has answered
  expect(await ricloud.webhooks.next({ type: 'session', where: { id } })).toMatchObject({ state: 'delivered' })

  const forged = await fetch('http://app.test/hooks/1', {
    method: 'POST',
    headers: { 'Ricloud-Signature': `t=1,s=${'A'.repeat(43)}=` },
    body: '{}',
  })
  expect(forged.status).toBe(403)
})
