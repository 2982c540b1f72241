import { describe, expect, it } from 'vitest'
import { answerFor } from '../../src/engine/http/msw-handlers.ts'
import type { Mock } from '../../src/index.ts'
import { TestWorlds } from '../../src/mock/test-worlds.ts'
import { publishTo } from '../support/published.ts'

/** Worlds of tests, of which each has an object, and the status and text of calls for them. */
async function setup(...buckets: readonly string[]) {
  const worlds = new TestWorlds(() => {})
  const mocks: Mock[] = []
  const keys: string[] = []
  for (const bucket of buckets) {
    const mock = await worlds.begin()
    const [first] = await publishTo(mock, `s3://${bucket}/results`)
    mocks.push(mock)
    keys.push(first?.key ?? '')
  }
  const read = async (i: number, accessKey: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/20200220/us-east-1/s3/aws4_request, Signature=0`
    const url = `https://${buckets[i]}.s3.us-east-1.amazonaws.com/${keys[i]}`
    const response = await answerFor(worlds, new Request(url, { headers: { authorization } }))
    return { status: response.status, text: await response.text() }
  }
  return { worlds, mocks, read }
}

describe('Calls of a store in tests', () => {
  it('reach the only test with any access key', async () => {
    const { read } = await setup('one-bucket')
    expect((await read(0, 'AKIAIOSFODNN7EXAMPLE')).status).toBe(200)
  })

  it('need the token of a test as their access key while several run', async () => {
    const { mocks, read } = await setup('one-bucket', 'two-bucket')
    const tokens = mocks.map(({ token }) => token)
    expect([(await read(0, tokens[0] ?? '')).status, (await read(1, tokens[1] ?? '')).status]).toEqual([200, 200])
    expect((await read(0, tokens[1] ?? '')).text).toContain('NoSuchBucket')
    const { status, text } = await read(0, 'AKIAIOSFODNN7EXAMPLE')
    expect([status, text]).toEqual([403, expect.stringContaining('<Code>InvalidAccessKeyId</Code>')])
  })

  it('are answered only for buckets of tests that run', async () => {
    const { worlds, mocks } = await setup('one-bucket')
    const url = 'https://one-bucket.s3.amazonaws.com/key'
    expect(worlds.storeOf(url)).toBe('s3')
    worlds.end(mocks[0] as Mock, { isExpectedToPass: false })
    expect([worlds.storeOf(url), worlds.storeOf('https://storage.googleapis.com/my-storage-bucket/key')]).toEqual([
      undefined,
      undefined,
    ])
  })
})
