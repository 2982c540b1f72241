import { describe, expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

describe.concurrent('Tests that run at once', () => {
  for (const identifier of ['one@example.com', 'other@example.com']) {
    test(`know ${identifier} alone`, async ({ ricloud }) => {
      await call('POST', '/users', { identifier }, ricloud.token) // the token alone leads to the test's own world
      const { data } = (await call('GET', '/users?limit=1', undefined, ricloud.token)).body
      expect(data).toMatchObject([{ identifier }])
    })
  }
})
