import { expect, test } from 'ricloud-mock/playwright'

test.use({ ricloudOptions: { scenario: 'service-expiry' } })

test('The page shows that the session ended', async ({ page, ricloud }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('status')).toHaveText('active')

  await ricloud.clock.advance('24h')
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page.getByRole('status')).toHaveText('expired')
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
})

test('No fault makes the page start two sessions', async ({ page, sweep }) => {
  const start = async () => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByRole('status')).toHaveText(/active|failed/)
  }
  const { problems, text } = await sweep(start, { calls: ['POST /sessions'], kinds: ['reset', 'cut', 'error'] })
  expect(problems, text).toEqual([])
})
