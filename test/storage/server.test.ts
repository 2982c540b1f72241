import { S3Client } from '@aws-sdk/client-s3'
import { Storage } from '@google-cloud/storage'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { StreamMessage } from '../../src/index.ts'
import { started } from '../doors/servers.ts'
import { publishTo } from '../support/published.ts'
import { bucketsOf, credentials, testGcs, testS3 } from './clients.ts'

const s3Client = (endpoint = '', given = credentials) =>
  new S3Client({ endpoint, region: 'us-east-1', credentials: given })

/** A client of Google Cloud Storage that finds a server by its variable. */
function gcsClient(url = '', options: object = {}) {
  vi.stubEnv('STORAGE_EMULATOR_HOST', url)
  onTestFinished(() => void vi.unstubAllEnvs())
  return new Storage({ projectId: 'any', ...options })
}

testS3('@aws-sdk/client-s3 and a server', async () => {
  const server = await started()
  return {
    client: s3Client(server.s3Url),
    published: await publishTo(server.mock, 's3://aws-bucket/results/é/100%/%20+🦊'),
  }
})

testGcs('@google-cloud/storage and a server', async () => {
  const server = await started()
  return {
    client: gcsClient(server.gcsUrl),
    published: await publishTo(server.mock, 'gs://google-bucket/results/é/100%/%20+🦊'),
  }
})

test('Each store shows its own buckets', async () => {
  const server = await started()
  await publishTo(server.mock, 's3://aws-bucket/results')
  const [buckets] = await gcsClient(server.gcsUrl).getBuckets()
  expect([await bucketsOf(s3Client(server.s3Url)), buckets.map(({ name }) => name)]).toEqual([
    ['aws-bucket'],
    ['my-storage-bucket'],
  ])
})

test('An access key that is the token of a world selects it, and any other one the first world', async () => {
  const server = await started()
  const world = await server.mock.worlds.create({})
  await publishTo(world, 's3://of-world/results')
  const of = (accessKeyId: string) => bucketsOf(s3Client(server.s3Url, { ...credentials, accessKeyId }))
  expect([await of(world.token), await of('any')]).toEqual([['of-world'], []])
  server.mock.worlds.delete(world.id as string)
  await expect(of(world.token)).rejects.toMatchObject({ name: 'InvalidAccessKeyId', message: /w1 was deleted/ })
})

test('A bearer token that is the token of a world selects it', async () => {
  const server = await started()
  const world = await server.mock.worlds.create({})
  await publishTo(world, 'gs://of-world/results')
  const of = async (token: string) => {
    const response = await fetch(`${server.gcsUrl}/b/of-world`, { headers: { authorization: `Bearer ${token}` } })
    return response.status
  }
  expect([await of(world.token), await of('any'), await of('w9-any')]).toEqual([200, 404, 401])
})

test.each(['s3', 'gcs'] as const)('A call of %s is a message of the stream, without its query', async (store) => {
  const server = await started()
  const [published] = await publishTo(server.mock, `${store === 's3' ? 's3' : 'gs'}://one-bucket/results`)
  const messages: StreamMessage[] = []
  server.mock.watch((message) => messages.push(message))
  const url = store === 's3' ? server.s3Url : server.gcsUrl
  const paths = [`/one-bucket/${published?.key}`, '/one-bucket/missing', '/none/missing']
  for (const path of paths) await fetch(`${url}${path}?X-Amz-Signature=hush-hush&X-Goog-Signature=hush-hush`)
  const call = { store, at: expect.any(String), method: 'GET', duration_ms: expect.any(Number) }
  expect(messages).toEqual([
    { kind: 'store', call: { ...call, path: paths[0], status: 200, error: null }, world: null },
    { kind: 'store', call: { ...call, path: paths[1], status: 404, error: 'NoSuchKey' }, world: null },
    { kind: 'store', call: { ...call, path: paths[2], status: 404, error: 'NoSuchBucket' }, world: null },
  ])
})

test('A call that selects a world is a message of its stream', async () => {
  const server = await started()
  const world = await server.mock.worlds.create({})
  const worlds: unknown[] = []
  world.watch((message) => worlds.push(message.world))
  await fetch(`${server.gcsUrl}/b/none`, { headers: { authorization: `Bearer ${world.token}` } })
  await fetch(`${server.gcsUrl}/b/none`)
  expect(worlds).toEqual([world.id])
})
