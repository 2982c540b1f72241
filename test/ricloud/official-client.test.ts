import { describe, expect, it } from 'vitest'
import { setupApi } from '../support/api.ts'

const headers = { 'user-agent': 'ricloud-py/3.2.0', 'ricloud-await': '0' }

/** A mock that is called as the official Python client calls it (observed): each call's headers, IDs as strings. */
function setupClient() {
  const { mock, call } = setupApi({ settings: { webhook_answers: [200] } })
  const send = async (method: string, path: string, body?: unknown) => {
    // The client sends `null` where it has no parameters.
    const text = method === 'GET' ? undefined : JSON.stringify(body ?? null)
    const { status, body: answer } = await call(method, path, text, headers)
    expect([path, status < 300 ? 'ok' : answer]).toEqual([path, 'ok'])
    return answer
  }
  /** Reads again until a record has left these states, as the client does once a second. */
  const wait = async (path: string, ...states: readonly string[]) => {
    for (let i = 0; i < 60; i++) {
      const record = await send('GET', path)
      if (!states.includes(record.state)) return record
      await mock.clock.advance('1s')
    }
    throw new Error(`${path} did not leave ${states.join(', ')}.`)
  }
  /** What the client downloads from a bucket. */
  const download = ({ url }: { url: string }) => mock.buckets.get(url)
  return { mock, send, wait, download }
}

interface Entry {
  readonly files?: readonly { readonly id: string }[]
  readonly file?: { readonly id: string }
  readonly attachments?: readonly { readonly file_id: string }[]
}

/** The files of an entry in the order in which the client looks for them (observed). */
function filesOf({ files, file, attachments = [] }: Entry): string[] {
  const [first] = files ?? []
  return first ? [first.id] : file ? [file.id] : attachments.map(({ file_id }) => file_id)
}

describe('The official client', () => {
  it('backs up data with its files, and acknowledges it', async () => {
    const { send, wait, download } = setupClient()
    const user = await send('POST', '/users', { identifier: 'client@example.com' })
    const source = { user: String(user.id), type: 'icloud.account', identifier: 'two-factor@example.com' }
    const first = await send('POST', '/sessions', { source, payload: { password: 'joshua' } })
    expect((await wait(`/sessions/${first.id}`, 'pending')).error).toBe('code-required')
    const second = await send('POST', '/sessions', { source, payload: { password: 'joshua', code: '123456' } })
    const session = await wait(`/sessions/${second.id}`, 'pending')

    const asked = { session: session.id, source: String(session.source.id) }
    const info_types = ['*']
    const data_types = ['ios_messages.messages', 'icloud_photos.photos', 'ios_photos.photos']
    const made = await send('POST', '/polls', { ...asked, payload: { info_types, data_types } })
    const poll = await wait(`/polls/${made.id}`, 'pending', 'processing')
    expect([poll.state, poll.results.resource, poll.errors.resource]).toEqual(['completed', 'list', undefined])

    const files = poll.results.data.flatMap((result: { url: string; type: string }) => {
      expect(result.type).toBe('json')
      const { data } = JSON.parse(download(result).text()) as { data: Entry[] }
      return data.flatMap(filesOf).slice(0, 5)
    })
    expect(files.length).toBeGreaterThan(5)
    const cascade = await send('POST', '/polls', { ...asked, payload: { files } })
    const { results, errors } = await wait(`/polls/${cascade.id}`, 'pending', 'processing')
    expect([results.total_count, errors.data]).toEqual([new Set(files).size, []])
    for (const result of results.data) {
      expect([download(result).md5, download(result).bytes.length]).toEqual([result.checksum, result.size])
      expect((await send('POST', `/results/${result.id}/ack`)).state).toBe('consumed')
    }
  })

  it('resumes a session, and finds its latest poll', async () => {
    const { send, wait } = setupClient()
    const source = { user: '1', type: 'icloud.account', identifier: 'client@example.com' }
    const { id } = await send('POST', '/sessions', { source, payload: { password: 'joshua' } })
    await wait(`/sessions/${id}`, 'pending')
    // A cascade without files.
    await send('POST', '/polls', { session: id, payload: { files: [] } })
    const latest = await send('POST', '/polls', { session: id, payload: { files: [] } })

    const [found] = (await send('GET', '/sources?user=1&identifier=client%40example.com')).data
    const [session] = (await send('GET', `/sessions?source=${found.id}&state=active&limit=1`)).data
    const [poll] = (await send('GET', `/polls?session=${session.id}&limit=1`)).data
    expect([session.id, poll.id]).toEqual([id, latest.id])
  })

  it('subscribes to a Relay device, and asks for more by hand', async () => {
    const { send, wait } = setupClient()
    const source = { user: '1', type: 'rirelay.instance' }
    const { id } = await send('POST', '/sessions', { source, payload: { code: 'A1B2C3' } })
    const session = await wait(`/sessions/${id}`, 'pending')
    const [child] = session.source.children.data
    const poll_payload = { data_types: ['ios_messages.messages'], files: [] }
    const wanted = { session: id, source: String(child.id), poll_payload, interval: null }
    const subscription = await send('POST', '/subscriptions', wanted)
    expect((await wait(`/subscriptions/${subscription.id}`, 'pending')).state).toBe('active')

    const query = `subscription=${subscription.id}&requestor=subscription&limit=1`
    const [automatic] = (await send('GET', `/polls?${query}`)).data
    expect(automatic).toMatchObject({ subscription: subscription.id, source: child.id })
    const byHand = await send('POST', '/polls', { subscription: subscription.id, payload: poll_payload })
    expect((await wait(`/polls/${byHand.id}`, 'pending', 'processing')).results.total_count).toBe(1)
  })

  it('gets the event of a completed poll by its webhook, with every result', async () => {
    const { mock, send, wait } = setupClient()
    const source = { user: '1', type: 'icloud.account', identifier: 'client@example.com' }
    const { id } = await send('POST', '/sessions', { source, payload: { password: 'joshua' } })
    await wait(`/sessions/${id}`, 'pending')
    const { id: pollId } = await send('POST', '/polls', { session: id, payload: { data_types: ['whatsapp.messages'] } })
    await mock.clock.advance('1s')
    const event = await mock.webhooks.next({ type: 'poll', action: 'completed' })
    expect(event.data).toMatchObject({ id: pollId, state: 'completed', results: { total_count: 1 } })
  })
})
