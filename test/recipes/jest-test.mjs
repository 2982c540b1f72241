import { matchers } from 'ricloud-mock'
import { setupRicloud } from 'ricloud-mock/node'

expect.extend(matchers)
const ricloud = setupRicloud({ clock: { frozen: true } })
beforeAll(() => ricloud.listen())
beforeEach(() => ricloud.reset())
afterAll(() => ricloud.close())

const startSession = async () => {
  const response = await fetch('https://ricloud-api.reincubate.com/sessions', {
    method: 'POST',
    headers: { authorization: `Token ${ricloud.mock.token}` },
    body: JSON.stringify({
      source: { user: 1, type: 'icloud.account', identifier: 'expires@example.com' },
      payload: { password: 'joshua' },
    }),
  })
  return response.json()
}

test('A session dies after 24 hours', async () => {
  const { id } = await startSession()
  await ricloud.mock.clock.advance('24h')
  expect(ricloud.mock.record('session', id)).toBeInState('expired')
  expect(ricloud.mock).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
})

test('A reset empties the journal', () => {
  expect(ricloud.mock).not.toHaveReceived({ path: '/sessions' })
})
