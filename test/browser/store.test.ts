import { expect, test } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import { newSession } from '../support/api.ts'
import type { Page } from './page.ts'
import { call, useTabs } from './tabs.ts'

declare const page: Page

const tabs = useTabs()

test('A page reads what was published from the real host of its bucket', async () => {
  const tab = await tabs.open()
  await tab.evaluate(() => page.start())
  const api = async (method: string, path: string, body?: object) =>
    JSON.parse((await call(tab, `${apiUrl}${path}`, method, body)).text)
  const { id: session } = await api('POST', '/sessions', newSession('end-user@example.com'))
  await api('POST', '/_mock/clock', { advance: '1s' })
  const { id } = await api('POST', '/polls', { session, payload: { data_types: ['ios_messages.messages'] } })
  const [{ url, size }] = (await api('GET', `/polls/${id}`)).results.data

  const { status, text } = await call(tab, url.replace('gs://', 'https://storage.googleapis.com/'))
  expect([status, Buffer.byteLength(text), Array.isArray(JSON.parse(text).data)]).toEqual([200, size, true])
  const key = encodeURIComponent(new URL(url).pathname.slice(1))
  const metadata = await call(tab, `https://storage.googleapis.com/storage/v1/b/my-storage-bucket/o/${key}`)
  expect(JSON.parse(metadata.text)).toMatchObject({ size: String(size), contentType: 'application/json' })
})
