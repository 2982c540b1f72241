import { expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

test('A replaced token works for six more hours', async ({ ricloud }) => {
  const { token } = (await call('POST', '/keys/1/rotate')).body

  await ricloud.clock.advance('5h')
  expect((await call('GET', '/key')).status).toBe(200)
  await ricloud.clock.advance('1h')
  expect((await call('GET', '/key')).status).toBe(401)
  expect((await call('GET', '/key', undefined, token)).status).toBe(200)
})
