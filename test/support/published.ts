import type { Mock } from '../../src/mock/ricloud.ts'
import { newSession } from './api.ts'

/** What a test reads again by a client of a store. */
export interface Published {
  readonly url: string
  readonly bucket: string
  readonly key: string
  readonly checksum: string
  readonly size: number
}

/**
 * Has two polls published to a bucket, each with one result.
 *
 * @param url of the bucket and a folder, such as `s3://my-bucket/results`; a config for it is made, and the default
 * @param token of the world; that of the mock by default
 */
export async function publishTo(mock: Mock, url: string, token = mock.token): Promise<Published[]> {
  const call = async (method: string, path: string, body?: object) => {
    const response = await mock.fetch(`https://ricloud-api.reincubate.com${path}`, {
      method,
      headers: { authorization: `Token ${token}`, 'ricloud-await': '1' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const type = url.slice(0, 2)
  const config = await call('POST', '/configs/storage', { type, url, credentials: { some: 'thing' } })
  await call('POST', '/organisation', { storage_config_default: config.id })
  const session = await call('POST', '/sessions', newSession('end-user@example.com'))
  const published: Published[] = []
  for (const name of ['ios_messages.messages', 'icloud_photos.photos']) {
    const { id } = await call('POST', '/polls', { session: session.id, payload: { data_types: [name] } })
    const [result] = (await call('GET', `/polls/${id}`)).results.data
    const [, , bucket = '', ...names] = result.url.split('/')
    published.push({ ...result, bucket, key: names.join('/') })
  }
  return published
}
