import { test as base, expect } from 'ricloud-mock/vitest' // Vitest 4.1 or 5, in place of 'vitest'

const test = base.extend('ricloudOptions', { scenario: 'service-expiry' })

test('A session ends after 24 hours', async ({ ricloud }) => {
  // In place of your client, which needs no change:
  const response = await fetch('https://ricloud-api.reincubate.com/sessions', {
    method: 'POST',
    headers: { Authorization: `Token ${ricloud.token}` },
    body: JSON.stringify({
      source: { user: 1, type: 'icloud.account', identifier: 'someone@example.com' },
      payload: { password: 'joshua' },
    }),
  })
  const { id } = await response.json()

  await ricloud.clock.advance('24h')
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
  expect(ricloud.record('session', id)).toBeInState('expired')
})
