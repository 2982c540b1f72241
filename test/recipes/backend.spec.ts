import { spawn } from 'node:child_process'
import { test as base, expect } from 'ricloud-mock/playwright'

const test = base.extend<object, { backend: string }>({
  backend: [
    async ({ ricloudUrl }, use, { parallelIndex }) => {
      const port = String(4100 + parallelIndex)
      const child = spawn('node', ['backend.mjs', port], {
        env: { ...process.env, RICLOUD_URL: ricloudUrl },
      })
      await use(`http://127.0.0.1:${port}`)
      child.kill()
    },
    { scope: 'worker' }, // started once for each worker; the mock of the running test answers at RICLOUD_URL
  ],
})

test('The backend makes the user that the page asked for', async ({ request, ricloud, backend }) => {
  const ask = async () => (await request.post(`${backend}/sign-up`)).status()
  await expect.poll(() => ask().catch(() => 0)).toBe(201)
  expect(ricloud).toHaveReceived({ method: 'POST', path: '/users', status: 201 })
})
