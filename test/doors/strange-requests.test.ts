import { expect, it } from 'vitest'
import { apiUrl, createMock } from '../../src/index.ts'
import { strangeRequests } from '../support/strange.ts'

it('1,000 malformed requests are each answered, and none is a failure of the mock', async () => {
  const failed: string[] = []
  const mock = createMock({ log: (level, message) => void (level === 'error' && failed.push(message)) })
  for (const { method, path, headers, body } of strangeRequests(1000, mock.token)) {
    const { 'ricloud-await': _, ...others } = headers
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const response = await mock.fetch(new Request(apiUrl + path, { method, headers: others, ...(hasBody && { body }) }))
    if (response.status >= 500) failed.push(`${method} ${path} ${body}: ${await response.text()}`)
  }
  expect(failed).toEqual([])
})
