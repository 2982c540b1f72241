const assert = require('node:assert/strict')
const { after, afterEach, before, test } = require('node:test')
const { setupRicloud } = require('ricloud-mock/node')

const ricloud = setupRicloud({ clock: { frozen: true } })
before(() => ricloud.listen())
afterEach(() => ricloud.reset())
after(() => ricloud.close())

test('The token works', async () => {
  const headers = { authorization: `Token ${ricloud.mock.token}` }
  assert.equal((await fetch('https://ricloud-api.reincubate.com/key', { headers })).status, 200)
})
