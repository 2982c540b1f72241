import { describe, expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

describe.concurrent('Concurrent tests', () => {
  for (const identifier of ['one@example.com', 'other@example.com']) {
    test(`see only ${identifier}`, async ({ ricloud }) => {
      await call('POST', '/users', { identifier }, ricloud.token) // the token selects the world of the test
      const { data } = (await call('GET', '/users?limit=1', undefined, ricloud.token)).body
      expect(data).toMatchObject([{ identifier }])
    })
  }
})
