import { expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

test('The tests of the client meet a list with a limit', async ({ ricloud }) => {
  await call('GET', '/users?limit=1') // in place of what your tests do

  const { lists } = ricloud.coverage().groups // of all tests of this worker so far
  expect(lists?.met).toHaveProperty(['GET /users with a limit'])
})
