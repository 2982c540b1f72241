import { expect, test } from 'ricloud-mock/playwright'
import { api, call, newSession, open } from './client.ts'

test('a page has its calls answered by a world whose clock is frozen', async ({ page, ricloud }) => {
  await open(page)
  const { body } = await page.evaluate(call, [`${api}/sessions`, newSession] as const)
  expect(body).toBeInState('pending')
  expect(ricloud.record('session', body.id)).toBeInState('active')
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/sessions', count: 1 })
})

test('a page sees refusals as the API sends them', async ({ page }) => {
  await open(page)
  const { status, body } = await page.evaluate(call, [`${api}/nothing`] as const)
  expect([status, body.error]).toEqual([404, 'not-found'])
})

test('a page controls the mock as elsewhere', async ({ page, ricloud }) => {
  await open(page)
  await page.evaluate(call, [`${api}/_mock/clock`, { set: '2030-01-01T00:00:00Z' }] as const)
  expect(ricloud.clock.now()).toBe('2030-01-01T00:00:00.000000Z')
})

test('two pages of one test share its world', async ({ page, context, ricloud }) => {
  const other = await context.newPage()
  await open(page)
  await open(other)
  await page.evaluate(call, [`${api}/users`, { identifier: 'new@example.com' }] as const)
  const { status } = await other.evaluate(call, [`${api}/users`, { identifier: 'new@example.com' }] as const)
  expect(status).toBe(200)
  expect(ricloud).toHaveReceived({ path: '/users', count: 2 })
})

test('a page whose own service worker makes its calls is answered', async ({ page, ricloud }) => {
  await page.goto('/')
  await page.evaluate(async () => {
    await navigator.serviceWorker?.register('/worker.js')
    if (!navigator.serviceWorker?.controller)
      await new Promise((resolve) => navigator.serviceWorker?.addEventListener('controllerchange', resolve))
  })
  const { status } = await page.evaluate(call, [`${api}/users`] as const)
  expect(status).toBe(200)
  expect(ricloud).toHaveReceived({ path: '/users', count: 1 })
})

test('a test knows nothing of what another one did', async ({ page }) => {
  await open(page)
  const { status } = await page.evaluate(call, [`${api}/users`, { identifier: 'new@example.com' }] as const)
  expect(status).toBe(201)
})

test('a backend of the worker reaches the world of the test', async ({ page, ricloud, ricloudUrl }) => {
  await open(page)
  await page.evaluate(call, [`${api}/users`, { identifier: 'new@example.com' }] as const)
  expect((await call([`${ricloudUrl}/users`, { identifier: 'new@example.com' }])).status).toBe(200)
  expect(ricloud).toHaveReceived({ path: '/users', count: 2 })
})

test('a backend reaches the world of the next test by the same address', async ({ ricloudUrl }) => {
  expect((await call([`${ricloudUrl}/users`, { identifier: 'new@example.com' }])).status).toBe(201)
})

test.describe('that is skipped', () => {
  test.use({ ricloudOptions: { scenario: 'two-factor' } })

  test('a test owes nothing to its scenario', () => {
    test.skip(true, 'to see that it is not judged')
  })
})

test.describe('with options', () => {
  test.use({
    ricloudOptions: {
      baseUrl: 'https://ricloud.test',
      scenario: { scenario: 'resets', faults: [{ on: 'GET /users', first: 1, close: 'reset' }] },
    },
  })

  test('a page meets a scripted reset at another base URL', async ({ page, ricloud }) => {
    await open(page)
    await expect(page.evaluate(call, ['https://ricloud.test/users'] as const)).rejects.toThrow('Failed to fetch')
    expect((await page.evaluate(call, ['https://ricloud.test/users'] as const)).status).toBe(200)
    expect(ricloud).toHaveFired('GET /users', { times: 1 })
  })
})

test('a page reads what was published from the real host of its bucket', async ({ page, ricloud }) => {
  await open(page)
  const { body: session } = await page.evaluate(call, [`${api}/sessions`, newSession] as const)
  await ricloud.clock.advance('1s')
  const payload = { data_types: ['ios_messages.messages'] }
  const { body } = await page.evaluate(call, [`${api}/polls`, { session: session.id, payload }] as const)
  const [result] = (await page.evaluate(call, [`${api}/polls/${body.id}`] as const)).body.results.data
  const url = result.url.replace('gs://', 'https://storage.googleapis.com/')
  const read = await page.evaluate(call, [url] as const)
  expect([read.status, read.body]).toEqual([200, JSON.parse(ricloud.buckets.get(result.url).text())])
})
