import { createHash, generateKeyPairSync } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { File, Storage } from '@google-cloud/storage'
import { describe, expect, test } from 'vitest'
import type { Published } from '../support/published.ts'

/** The access keys of a user of S3, which nothing checks. */
export const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

/** The private key of a service account, with which a client signs what it sends for an access token. */
export function privateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

/** What an S3 client throws. */
const failure = async (sent: Promise<unknown>) => {
  const error = await sent.then(
    () => undefined,
    (thrown) => thrown,
  )
  return [error?.name, error?.$metadata?.httpStatusCode]
}

/** Tests what applications do with `@aws-sdk/client-s3`, against objects that `publishTo` published. */
export function testS3(
  name: string,
  setup: () => Promise<{ client: S3Client; published: readonly Published[] }>,
): void {
  describe(name, () => {
    test('GetObject streams the bytes and validates their checksum', async () => {
      const { client, published } = await setup()
      for (const { bucket: Bucket, key: Key, checksum, size } of published) {
        const { Body, ETag, ContentLength, ChecksumCRC32C } = await client.send(new GetObjectCommand({ Bucket, Key }))
        expect(md5(await buffer(Body as NodeJS.ReadableStream))).toBe(checksum)
        expect([ETag, ContentLength, typeof ChecksumCRC32C]).toEqual([`"${checksum}"`, size, 'string'])
      }
    })

    test('parts add up to the whole', async () => {
      const { client, published } = await setup()
      const { bucket: Bucket, key: Key, checksum, size } = published[0] as Published
      const parts: Uint8Array[] = []
      for (let from = 0; from < size; from += 1500) {
        const Range = `bytes=${from}-${from + 1499}`
        const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket, Key, Range }))
        expect(ContentRange).toBe(`bytes ${from}-${Math.min(from + 1500, size) - 1}/${size}`)
        parts.push(await (Body as NonNullable<typeof Body>).transformToByteArray())
      }
      expect([parts.length > 1, md5(Buffer.concat(parts))]).toEqual([true, checksum])
      const past = failure(client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${size}-` })))
      expect(await past).toEqual(['InvalidRange', 416])
    })

    test('HeadObject and HeadBucket tell what exists', async () => {
      const { client, published } = await setup()
      const { bucket: Bucket, key: Key, size } = published[0] as Published
      expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
        ContentLength: size,
        ContentType: 'application/json',
      })
      expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).toEqual(['NotFound', 404])
      expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1')
      expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined()
    })

    test('a missing object is NoSuchKey, and a write is refused', async () => {
      const { client, published } = await setup()
      const { bucket: Bucket, key: Key } = published[0] as Published
      expect(await failure(client.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toEqual(['NoSuchKey', 404])
      const write = client.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }))
      expect(await failure(write)).toEqual(['MethodNotAllowed', 405])
    })

    test('If-None-Match is 304, and If-Match of another version 412', async () => {
      const { client, published } = await setup()
      const { bucket: Bucket, key: Key, checksum } = published[0] as Published
      const condition = (more: object) => failure(client.send(new GetObjectCommand({ Bucket, Key, ...more })))
      expect((await condition({ IfNoneMatch: `"${checksum}"` }))[1]).toBe(304)
      expect(await condition({ IfMatch: '"other"' })).toEqual(['PreconditionFailed', 412])
    })

    test('lists have pages and prefixes', async () => {
      const { client, published } = await setup()
      const { bucket: Bucket } = published[0] as Published
      const keys: (string | undefined)[] = []
      for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, { Bucket, Prefix: 'results/' })) {
        expect(page.KeyCount).toBe(1)
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key))
      }
      expect(keys).toEqual(published.map(({ key }) => key).sort())
      const { CommonPrefixes, Contents } = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/' }))
      expect([CommonPrefixes, Contents]).toEqual([[{ Prefix: 'results/' }], undefined])
    })
  })
}

/** Lists all buckets, which no call to a real host is answered for. */
export const bucketsOf = async (client: S3Client) =>
  (await client.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)

/** Tests what applications do with `@google-cloud/storage`, against objects that `publishTo` published. */
export function testGcs(
  name: string,
  setup: () => Promise<{ client: Storage; published: readonly Published[] }>,
): void {
  const setupFile = async () => {
    const { client, published } = await setup()
    const [first] = published as readonly [Published]
    return { client, first, published, file: client.bucket(first.bucket).file(first.key) }
  }

  describe(name, () => {
    test('download() gives the bytes and validates their hash', async () => {
      const { file, first } = await setupFile()
      const [bytes] = await file.download({ validation: 'crc32c' })
      const [again] = await file.download({ validation: 'md5' })
      expect([md5(bytes), md5(again)]).toEqual([first.checksum, first.checksum])
    })

    test('createReadStream() streams the whole or a part', async () => {
      const { file, first } = await setupFile()
      expect(md5(await buffer(file.createReadStream()))).toBe(first.checksum)
      const [bytes] = await file.download()
      expect(await buffer(file.createReadStream({ start: 10, end: 19 }))).toEqual(bytes.subarray(10, 20))
    })

    test('exists() and getMetadata() tell what exists', async () => {
      const { client, file, first } = await setupFile()
      const bucket = client.bucket(first.bucket)
      expect([await file.exists(), await bucket.file('none').exists(), await bucket.exists()]).toEqual([
        [true],
        [false],
        [true],
      ])
      const [metadata] = await file.getMetadata()
      expect(metadata).toMatchObject({ size: String(first.size), contentType: 'application/json' })
      expect(Buffer.from(metadata.md5Hash ?? '', 'base64').toString('hex')).toBe(first.checksum)
    })

    test('a missing object is 404, and a write is refused', async () => {
      const { client, file, first } = await setupFile()
      const download = client.bucket(first.bucket).file('none').download()
      await expect(download).rejects.toMatchObject({
        code: 404,
        message: expect.stringContaining(`No such object: ${first.bucket}/none`),
      })
      await expect(file.save('other', { resumable: false })).rejects.toMatchObject({ code: 405 })
    })

    test('getFiles() has pages and prefixes', async () => {
      const { client, first, published } = await setupFile()
      const bucket = client.bucket(first.bucket)
      const names = (files: File[]) => files.map((one) => one.name)
      const found: string[] = []
      let query: object | null = { prefix: 'results/', maxResults: 1, autoPaginate: false }
      while (query) {
        const [page, next]: [File[], object | null, ...unknown[]] = await bucket.getFiles(query)
        expect(page).toHaveLength(1)
        found.push(...names(page))
        query = next
      }
      expect(found).toEqual(published.map(({ key }) => key).sort())
      const [files, , response] = await bucket.getFiles({ delimiter: '/', autoPaginate: false })
      expect([names(files), (response as { prefixes?: string[] }).prefixes]).toEqual([[], ['results/']])
    })
  })
}
