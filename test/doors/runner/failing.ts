// Failing tests, for a test of the output.
import { test as base, expect } from '../../../src/vitest.ts'

const test = base.extend('ricloudOptions', { scenario: 'two-factor', seed: 9, replays: process.env.REPLAYS })

const start = () =>
  fetch('https://ricloud-api.reincubate.com/sessions', {
    method: 'POST',
    headers: { authorization: 'Token ricloud-mock-token' },
    body: JSON.stringify({
      source: { user: 1, type: 'icloud.account', identifier: 'renate@example.com' },
      payload: { password: 'joshua', code: '123456' },
    }),
  })

test('passes', async ({ ricloud }) => {
  await start()
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions' })
})

test('asks for what did not come', async ({ ricloud }) => {
  await start()
  expect(ricloud).toHaveReceived({ method: 'GET', path: '/sessions' })
})

test('leaves the account of its scenario unused', () => {})

test('passes when it is tried again, and leaves the account unused', { retry: 1 }, ({ task }) => {
  if (!task.result?.retryCount) throw new Error('the first attempt')
})

test('asks for a state that does not exist', ({ ricloud }) => {
  expect(ricloud.record('user', 1)).not.toBeInState('expired')
})
