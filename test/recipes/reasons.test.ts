import { expect, test } from 'ricloud-mock/vitest'
import { call } from './client.ts' // stands for your own client

test('A call with a token that was replaced too long ago says so', async ({ ricloud }) => {
  await call('POST', '/keys/1/rotate')
  await ricloud.clock.advance('7h')
  expect((await call('GET', '/key')).status).toBe(401)

  const reason = ricloud.requests.list().at(-1)?.reason
  expect(reason).toMatchObject({ rule: 'token.revoked', values: { key: 1, rotation_grace: '6h' } })
})
