import { loadScenario } from 'ricloud-mock/node'
import { test as base, expect } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

const scenario = await loadScenario('test/recipes/one-day.yaml')
const test = base.extend('ricloudOptions', { scenario })

test('A session dies after 24 hours', async ({ ricloud }) => {
  const { id } = await startSession('someone@example.com', { password: 'joshua' })
  await ricloud.clock.advance('24h')

  expect((await call('GET', `/sessions/${id}`)).body).toMatchObject({ state: 'expired', error: 'service' })
  expect(ricloud).toHaveFired('session.expire', { times: 1 })
})
