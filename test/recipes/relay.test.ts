import { expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

test('A subscription to a Relay device makes polls', async ({ ricloud }) => {
  const source = { user: 1, type: 'rirelay.instance' }
  const { id } = (await call('POST', '/sessions', { source, payload: { code: 'A1B2C3' } })).body
  const session = (await call('GET', `/sessions/${id}`)).body // paired, and its devices are children of its source
  const [device] = session.source.children.data

  const poll_payload = { data_types: ['ios_messages.messages'] }
  const wanted = { session: id, source: device.id, poll_payload, interval: 3600 }
  const subscription = (await call('POST', '/subscriptions', wanted)).body
  await ricloud.clock.advance('1s') // the user of the app allows it: the setting subscription_grant, or an account
  ricloud.actions['device.disconnect']({ where: { id: device.id } }) // no poll is made meanwhile
  await ricloud.clock.advance('5h')
  ricloud.actions['device.connect']({ where: { id: device.id } })

  const made = `/polls?subscription=${subscription.id}&requestor=subscription`
  expect((await call('GET', made)).body.total_count).toBe(2)
  const byHand = (await call('POST', '/polls', { subscription: subscription.id, payload: poll_payload })).body
  expect((await call('GET', `/polls/${byHand.id}`)).body).toMatchObject({ state: 'completed', source: device.id })
})
