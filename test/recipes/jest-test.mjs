import { setupRicloud } from 'ricloud-mock/node'
import 'ricloud-mock/jest' // the matchers, and their types for @types/jest and @jest/globals

const ricloud = setupRicloud({ clock: { frozen: true } })
beforeAll(() => ricloud.listen())
afterEach(() => ricloud.reset())
afterAll(() => ricloud.close())

const startSession = async (identifier) => {
  const response = await fetch('https://ricloud-api.reincubate.com/sessions', {
    method: 'POST',
    headers: { authorization: `Token ${ricloud.mock.token}` },
    body: JSON.stringify({
      source: { user: 1, type: 'icloud.account', identifier },
      payload: { password: 'joshua' },
    }),
  })
  return response.json()
}

test('A session dies after 24 hours', async () => {
  const { id } = await startSession('expires@example.com')
  await ricloud.mock.clock.advance('24h')
  expect(ricloud.mock.record('session', id)).toBeInState('expired')
  expect(ricloud.mock).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
})

test('One test has a scenario of its own', async () => {
  ricloud.reset({ scenario: 'service-expiry' })
  const { id } = await startSession('someone@example.com')
  await ricloud.mock.clock.advance('24h')
  expect(ricloud.mock.record('session', id)).toBeInState('expired')
})

test('No fault makes the client start two sessions', async () => {
  const { problems } = await ricloud.sweep(() => startSession('someone@example.com'))
  expect(problems).toEqual([])
})

test('The reset between them restored the scenario, and emptied the journal', () => {
  expect(ricloud.mock.scenario.name).toBe('default')
  expect(ricloud.mock).not.toHaveReceived({ path: '/sessions' })
})
