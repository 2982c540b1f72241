// Failing tests, and one that passes, for a test of the output.
import { expect, test } from 'ricloud-mock/playwright'
import { api, call, newSession, open } from './client.ts'

test.use({ ricloudOptions: { scenario: 'two-factor', seed: 9, replays: process.env.REPLAYS } })

test('passes', async ({ page, ricloud }) => {
  await open(page)
  await page.evaluate(call, [`${api}/sessions`, newSession] as const)
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions' })
})

test('asks for what did not come', async ({ page, ricloud }) => {
  await open(page)
  await page.evaluate(call, [`${api}/sessions`, newSession] as const)
  expect(ricloud).toHaveReceived({ method: 'GET', path: '/sessions' })
})

test('leaves the account of its scenario unused', async ({ page }) => {
  await open(page)
})
