import { S3Client } from '@aws-sdk/client-s3'
import { Storage } from '@google-cloud/storage'
import { HttpResponse, http as handle } from 'msw'
import { setupServer } from 'msw/node'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createMock } from '../../src/index.ts'
import { type RicloudOptions, setupRicloud } from '../../src/node.ts'
import { frozen } from '../doors/frozen.ts'
import { read } from '../recipes/read-result.ts'
import { publishTo } from '../support/published.ts'
import { credentials, privateKey, testGcs, testS3 } from './clients.ts'

function listening(options: RicloudOptions = {}) {
  const ricloud = setupRicloud({ ...frozen, ...options }).listen()
  onTestFinished(() => ricloud.close())
  return ricloud
}

testS3('@aws-sdk/client-s3 in the process', async () => {
  const { mock } = listening()
  return {
    client: new S3Client({ region: 'us-east-1', credentials }),
    published: await publishTo(mock, 's3://aws-bucket/results/é/100%/%20+🦊'),
  }
})

testGcs('@google-cloud/storage in the process, with a service account', async () => {
  const { mock } = listening()
  const account = { client_email: 'any@any.iam.gserviceaccount.com', private_key: privateKey() }
  const client = new Storage({ projectId: 'any', credentials: account })
  return { client, published: await publishTo(mock, 'gs://google-bucket/results/é/100%/%20+🦊') }
})

test('The function of the README reads a result whose key has other characters than ASCII', async () => {
  const { mock } = listening()
  for (const [name, value] of Object.entries({ ...credentials, region: 'us-east-1' })) {
    vi.stubEnv(`AWS_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`, value)
  }
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const result of await publishTo(mock, 's3://aws-bucket/résultats/100%/%20+🦊')) {
    expect(await read(result)).toBe(mock.buckets.get(result.url).text())
  }
})

describe('In the process', () => {
  test.each([
    'https://other-bucket.s3.us-east-1.amazonaws.com/key',
    'https://storage.googleapis.com/other-bucket/key',
    'https://storage.googleapis.com/storage/v1/b/other-bucket',
    'https://s3.us-east-1.amazonaws.com/',
    'https://sqs.us-east-1.amazonaws.com/my-storage-bucket',
    'https://my-storage-bucket.s3.us-east-1.amazonaws.com/key',
  ])('%s, which no storage config names, is for handlers after that of the mock', async (url) => {
    const server = setupServer(handle.all(url, () => HttpResponse.text('elsewhere')))
    server.listen()
    onTestFinished(() => server.close())
    listening({ server })
    expect(await (await fetch(url)).text()).toBe('elsewhere')
  })

  test('a token is given only as long as a gs:// bucket is named', async () => {
    const url = 'https://oauth2.googleapis.com/token'
    const [named, none] = [createMock(frozen), createMock({ ...frozen, scenario: 'empty' })]
    expect((await named.fetch(url, { method: 'POST' })).status).toBe(200)
    expect((await none.fetch(url, { method: 'POST' })).status).toBe(404)
  })

  test('a bucket of another world of the mock is answered with the token of that world', async () => {
    const { mock } = listening()
    const world = await mock.worlds.create(frozen)
    const [first] = await publishTo(world, 's3://of-world/results')
    const status = async (accessKey: string) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/20200220/us-east-1/s3/aws4_request, Signature=0`
      const url = `https://of-world.s3.us-east-1.amazonaws.com/${first?.key}`
      return (await fetch(url, { headers: { authorization } })).status
    }
    expect([await status(world.token), await status('any')]).toEqual([200, 404])
  })
})
