import { test as base, expect } from 'ricloud-mock/vitest'
import { startSession } from './client.ts' // stands for your own client

const test = base.extend('ricloudOptions', { scenario: 'two-factor' }) // its service takes 2 s to decide

test('A session needs the code', async ({ ricloud }) => {
  const first = await startSession('renate@example.com', { password: 'joshua' })
  const second = await startSession('renate@example.com', { password: 'joshua', code: '123456' })
  await ricloud.clock.advance('2s')

  expect(ricloud.record('session', first.id)).toBeInState('failed')
  expect(ricloud.record('session', second.id)).toBeInState('active')
})
