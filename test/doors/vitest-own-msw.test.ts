import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import { test as base, describe, expect } from '../../src/vitest.ts'

const own = setupServer(http.get('https://other.test/', () => HttpResponse.text('of its own')))
const test = base.extend('msw', { scope: 'file' }, () => own)

const statusOfApi = async () => {
  const headers = { authorization: 'Token ricloud-mock-token' }
  return (await fetch('https://ricloud-api.reincubate.com/key', { headers })).status
}

describe('An msw server of the application', () => {
  // msw 3 has another name for it.
  const unhandled = { onUnhandledRequest: 'error', onUnhandledFrame: 'error' } as const
  beforeAll(() => own.listen(unhandled))
  afterEach(() => own.resetHandlers())
  afterAll(() => own.close())

  test('answers for it and for the API', async () => {
    expect([await (await fetch('https://other.test/')).text(), await statusOfApi()]).toEqual(['of its own', 200])
  })

  test('decides about calls to other hosts', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    await expect(fetch('https://unknown.test/')).rejects.toThrow(/onUnhandled|Failed to fetch|fetch failed/)
    expect(printed).toHaveBeenCalledOnce()
    printed.mockRestore()
  })

  test('answers for the API also after its handlers were reset', async () => {
    expect(await statusOfApi()).toBe(200)
  })
})
