import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setupRicloud } from 'ricloud-mock/node'

const ricloud = setupRicloud({ clock: { frozen: true } })
before(() => ricloud.listen())
beforeEach(() => ricloud.reset())
afterEach((t) => t.passed || t.diagnostic(ricloud.mock.summary())) // prints what happened if the test failed
after(() => ricloud.close())

const call = (path, method = 'GET') =>
  fetch(`https://ricloud-api.reincubate.com${path}`, {
    method,
    headers: { authorization: `Token ${ricloud.mock.token}` },
  })

test('A replaced token stops working after six hours', async () => {
  await call('/keys/1/rotate', 'POST')
  await ricloud.mock.clock.advance('6h')
  assert.equal((await call('/key')).status, 401)
})

test('A reset restores the token', async () => {
  assert.equal((await call('/key')).status, 200)
})
