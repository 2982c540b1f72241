import { test as base, expect } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

const test = base.extend('ricloudOptions', { fixtures: ['minimal'] })

test('A client makes its first user and session', async ({ ricloud }) => {
  const { body: user } = await call('POST', '/users', { identifier: 'mine@example.com' })
  const source = { user: user.id, type: 'icloud.account', identifier: 'someone@example.com' }
  const { body: session } = await call('POST', '/sessions', { source, payload: { password: 'joshua' } })
  await ricloud.clock.advance('1s')

  expect((await call('GET', '/sessions')).body.data).toMatchObject([{ id: session.id, state: 'active' }])
})
