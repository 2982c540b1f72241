import { expect, test } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

test('A poll publishes a photo to the bucket', async ({ ricloud }) => {
  const { id: session } = await startSession('someone@example.com', { password: 'joshua' })
  await ricloud.clock.advance('1s') // the session is active
  const poll = async (payload: object) => {
    const { id } = (await call('POST', '/polls', { session, payload })).body
    return (await call('GET', `/polls/${id}`)).body // completed at the next call; the setting task_duration delays it
  }

  const [photos] = (await poll({ data_types: ['icloud_photos.photos'] })).results.data
  const [photo] = JSON.parse(ricloud.buckets.get(photos.url).text()).data
  const [file] = (await poll({ files: [photo.files[0].id] })).results.data

  expect(ricloud.buckets.get(file.url)).toMatchObject({ type: 'image/png', md5: file.checksum })
  expect((await call('POST', `/results/${file.id}/ack`)).body.state).toBe('consumed')
})
