import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'

/** The text of a result, whose URL is s3://my-bucket/… */
export async function read(result: { url: string }): Promise<string | undefined> {
  const [, , bucket, ...names] = result.url.split('/') // the key is not encoded, so new URL() would change it
  const command = new GetObjectCommand({ Bucket: bucket, Key: names.join('/') })
  const { Body } = await new S3Client({}).send(command)
  return Body?.transformToString()
}
