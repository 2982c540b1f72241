import { expect, test } from 'ricloud-mock/playwright' // Playwright 1.57 or newer, in place of '@playwright/test'

test.use({ ricloudOptions: { scenario: 'service-expiry' } })

test('The page of a client gets a user', async ({ page, ricloud }) => {
  // In place of your page, which needs no change:
  const status = await page.evaluate(async (token) => {
    const headers = { Authorization: `Token ${token}` }
    return (await fetch('https://ricloud-api.reincubate.com/users/1', { headers })).status
  }, ricloud.token)

  expect(status).toBe(200)
  expect(ricloud).toHaveReceived({ method: 'GET', path: '/users/1', count: 1 })
})
