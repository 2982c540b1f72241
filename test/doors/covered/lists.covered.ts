import { expect, test } from '../../../src/vitest.ts'

test('lists', async ({ ricloud }) => {
  const { status } = await ricloud.fetch('https://x.test/users?limit=1', {
    headers: { authorization: `Token ${ricloud.token}` },
  })
  expect(status).toBe(200)
})
