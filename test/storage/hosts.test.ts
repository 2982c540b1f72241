import { describe, expect, it } from 'vitest'
import { readStoreCall } from '../../src/storage/hosts.ts'

describe('readStoreCall', () => {
  it.each([
    ['https://my-bucket.s3.eu-west-1.amazonaws.com/key', 's3'],
    ['https://my-bucket.s3.amazonaws.com/?list-type=2', 's3'],
    ['https://my-bucket.s3.cn-north-1.amazonaws.com.cn/key', 's3'],
    ['https://s3.eu-west-1.amazonaws.com/my-bucket/key', 's3'],
    ['https://s3-eu-west-1.amazonaws.com/my-bucket', 's3'],
    ['https://storage.googleapis.com/storage/v1/b/my-bucket', 'gcs'],
    ['https://storage.googleapis.com/storage/v1/b/my-bucket/o/a%2Fb?alt=media', 'gcs'],
    ['https://storage.googleapis.com/download/storage/v1/b/my-bucket/o/a?alt=media', 'gcs'],
    ['https://storage.googleapis.com/my-bucket/key', 'gcs'],
    ['https://my-bucket.storage.googleapis.com/key', 'gcs'],
    ['https://www.googleapis.com/storage/v1/b/my-bucket/o', 'gcs'],
  ])('%s is about my-bucket', (url, store) => {
    expect(readStoreCall(url)).toEqual({ store, bucket: 'my-bucket' })
  })

  it('reads a bucket with dots from either place', () => {
    const expected = { store: 's3', bucket: 'my.s3.bucket' }
    expect(readStoreCall('https://my.s3.bucket.s3.us-east-1.amazonaws.com/key')).toEqual(expected)
    expect(readStoreCall('https://s3.us-east-1.amazonaws.com/my.s3.bucket/key')).toEqual(expected)
  })

  it.each(['https://www.googleapis.com/oauth2/v4/token', 'https://oauth2.googleapis.com/token'])(
    '%s is for an access token',
    (url) => {
      expect(readStoreCall(url)).toEqual({ store: 'gcs', bucket: undefined })
    },
  )

  it.each([
    'https://ricloud-api.reincubate.com/users',
    'https://dynamodb.us-east-1.amazonaws.com/my-bucket',
    'https://sqs.us-east-1.amazonaws.com/s3.amazonaws.com',
    'https://s3.us-east-1.amazonaws.com/',
    'https://storage.googleapis.com/storage/v1/b?project=p',
    'https://www.googleapis.com/drive/v3/files',
    'https://oauth2.googleapis.com/revoke',
    'https://evil.example/?.s3.amazonaws.com/my-bucket',
    'https://amazonaws.com/my-bucket',
    'https://x.amazonaws.com.evil.example/my-bucket',
    'https://storage.googleapis.com/%zz/key',
  ])('%s is about no bucket', (url) => {
    expect(readStoreCall(url)).toBeUndefined()
  })
})
