import type { MockOptions } from '../../src/index.ts'
import { type Answered, newSession, setupApi } from './api.ts'

/** A world with an active session on a new source, and what a test does with polls of it. */
export async function setupPolls(options: MockOptions = {}, identifier = 'end-user@example.com') {
  const api = setupApi({ ...options, settings: { webhook_answers: [200], ...options.settings } })
  const { post, get, mock } = api
  const { body: session } = await post('/sessions', newSession(identifier), { 'ricloud-await': '1' })
  /** Asks for a poll of the session. */
  const ask = (payload: object, more: object = {}): Promise<Answered> =>
    post('/polls', { session: session.id, payload, ...more })
  /** A poll as it is after the next call. */
  const poll = async (payload: object, more?: object) => {
    const { body } = await ask(payload, more)
    return (await get(`/polls/${body.id}`)).body
  }
  /** The JSON of the result of a poll with an identifier; of the only one by default. */
  const content = (of: { results: { data: { url: string; identifier: string }[] } }, identifier?: string) => {
    const result = of.results.data.find((one) => one.identifier === (identifier ?? one.identifier))
    return JSON.parse(mock.buckets.get(result?.url ?? '').text())
  }
  return { ...api, session, ask, poll, content }
}

/** A world with a paired Relay instance, and its first device. */
export async function setupRelay(options: MockOptions = {}) {
  const api = setupApi({ ...options, settings: { webhook_answers: [200], ...options.settings } })
  const wanted = { source: { user: 1, type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } }
  const { body: session } = await api.post('/sessions', wanted, { 'ricloud-await': '1' })
  const [device] = session.source.children.data
  return { ...api, session, device }
}
