import { expect, it } from 'vitest'
import { apiUrl, createMock } from '../../src/index.ts'
import { hostileRequests, type Strange, strangeRequests } from '../support/strange.ts'

/** What a mock failed at. */
async function failuresOf(requests: (token: string) => Iterable<Strange>): Promise<string[]> {
  const failed: string[] = []
  const mock = createMock({ log: (level, message) => void (level === 'error' && failed.push(message)) })
  for (const { method, path, headers, body } of requests(mock.token)) {
    const { 'ricloud-await': _, ...others } = headers
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const response = await mock.fetch(new Request(apiUrl + path, { method, headers: others, ...(hasBody && { body }) }))
    if (response.status >= 500) failed.push(`${method} ${path} ${body.slice(0, 1000)}: ${await response.text()}`)
  }
  mock.summary()
  return failed
}

it('1,000 malformed requests are each answered, and none is a failure of the mock', async () => {
  expect(await failuresOf((token) => strangeRequests(1000, token))).toEqual([])
})

it('300 requests that try to hold it up are each answered, and none is a failure of the mock', async () => {
  expect(await failuresOf((token) => hostileRequests(300, token))).toEqual([])
})
