import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setupRicloud } from 'ricloud-mock/node'

const ricloud = setupRicloud({ clock: { frozen: true }, strict: true, replays: 'replays' })
before(() => ricloud.listen())
afterEach(async (t) => {
  // Prints what happened, and leaves a file that replays it.
  if (!t.passed) t.diagnostic(`${ricloud.mock.summary()}\n  ${await ricloud.saveReplay(t.fullName)}`)
  ricloud.reset() // what was set up, again; throws if something in the scenario of the test never fired
})
after(() => ricloud.close())

const call = async (path, method = 'GET', body) => {
  const response = await fetch(`https://ricloud-api.reincubate.com${path}`, {
    method,
    headers: { authorization: `Token ${ricloud.mock.token}` },
    body: body && JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

test('A replaced token stops working after six hours', async () => {
  await call('/keys/1/rotate', 'POST')
  await ricloud.mock.clock.advance('6h')
  assert.equal((await call('/key')).status, 401)
})

test('One test has a scenario of its own', async () => {
  ricloud.reset({ scenario: 'wrong-password' })
  const source = { user: 1, type: 'icloud.account', identifier: 'renate@example.com' }
  const { id } = (await call('/sessions', 'POST', { source, payload: { password: 'wrong' } })).body
  assert.equal((await call(`/sessions/${id}`)).body.state, 'failed')
})

test('No fault makes the client create a user twice', async () => {
  const { problems, text } = await ricloud.sweep(() => call('/users', 'POST', { identifier: 'new@example.com' }))
  assert.deepEqual(problems, [], text)
})

test('The reset between them restored the token and the scenario', async () => {
  assert.equal((await call('/key')).status, 200)
  assert.equal(ricloud.mock.scenario.name, 'default')
})
