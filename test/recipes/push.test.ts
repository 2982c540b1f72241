import { HttpResponse, http } from 'msw'
import { expect, onTestFinished, test } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

test('The webhook of a completed poll brings its results', async ({ ricloud, msw }) => {
  const texts: string[] = []
  const receiver = http.post('http://app.test/hooks/:id', async ({ request }) => {
    const { type, action, data } = (await request.json()) as { type: string; action: string; data: typeof completed }
    if (`${type}.${action}` !== 'poll.completed') return new HttpResponse(null, { status: 204 })
    for (const { signed_url } of data.results.data) texts.push(await (await fetch(signed_url.url)).text())
    await call('POST', '/results/ack', { results: data.results.data.map(({ id }) => id) })
    return new HttpResponse(null, { status: 204 })
  })
  msw.use(receiver)
  onTestFinished(() => msw.resetHandlers())
  const webhook = (await call('POST', '/configs/webhook', { url: 'http://app.test/hooks' })).body
  await call('POST', '/configs/storage/1', { signed_urls_enabled: true })
  await call('POST', '/key', { webhook_config: webhook.id })

  const { id: session } = await startSession('someone@example.com', { password: 'joshua' })
  await ricloud.clock.advance('1s') // the configs are tested, and the session is active
  await call('POST', '/polls', { session, payload: { data_types: ['ios_messages.messages', 'whatsapp.messages'] } })
  await ricloud.clock.advance('1s') // resolves once the receiver has answered

  expect(texts.map((text) => Object.keys(JSON.parse(text)))).toEqual([['data'], ['data']])
  expect((await call('GET', '/results')).body.total_count).toBe(0) // what is consumed is listed no longer
})

declare const completed: { results: { data: { id: string; signed_url: { url: string } }[] } }
