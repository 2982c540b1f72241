const { setupRicloud } = require('ricloud-mock/node')
require('ricloud-mock/jest')

const ricloud = setupRicloud({ clock: { frozen: true } })
beforeAll(() => ricloud.listen())
afterEach(() => ricloud.reset())
afterAll(() => ricloud.close())

test('The token works', async () => {
  const headers = { authorization: `Token ${ricloud.mock.token}` }
  expect((await fetch('https://ricloud-api.reincubate.com/key', { headers })).status).toBe(200)
  expect(ricloud.mock).toHaveReceived({ path: '/key' })
})
