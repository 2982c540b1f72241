import { recordedClient } from './recorder.ts'

/** A recording of calls of every kind. */
export async function recordCalls() {
  const { call, entries, mock } = recordedClient()
  await call('GET', '/organisation')
  await call('GET', '/key')
  await call('GET', '/users?limit=2')
  await call('GET', '/users')
  await call('GET', '/sources')
  await call('GET', '/sessions')
  const user = await call('POST', '/users', { identifier: 'a@example.com' })
  await call('POST', '/users', { identifier: 'a@example.com' })
  const source = { user: user.id, type: 'icloud.account', identifier: 'me@example.com' }
  const session = await call('POST', '/sessions', { source, payload: { password: 'x' } })
  await call('GET', `/sessions/${session.id}`)
  const poll = await call('POST', '/polls', {
    session: session.id,
    payload: { data_types: ['ios_messages.messages', 'whatsapp.messages'] },
  })
  const done = await call('GET', `/polls/${poll.id}`)
  await call('GET', '/results')
  await call('POST', `/results/${done.results.data[0].id}/ack`)
  await call('GET', `/tasks?poll=${poll.id}`)
  await call('GET', '/events?limit=3')
  await call('DELETE', `/sessions/${session.id}`)
  await call('GET', `/sessions/${session.id}`)
  await call('POST', '/polls', { session: session.id, payload: { data_types: ['ios_messages.messages'] } })
  const failing = { ...source, identifier: 'wrong-password@example.com' }
  const failed = await call('POST', '/sessions', { source: failing, payload: { password: 'x' } })
  await call('GET', `/sessions/${failed.id}`)
  const awaited = { ...source, identifier: 'other@example.com' }
  await call(
    'POST',
    '/sessions',
    { source: awaited, payload: { password: 'x' } },
    { headers: { 'ricloud-await': '5' } },
  )
  const config = await call('POST', '/configs/storage', { url: 'gs://other-bucket', credentials: { private_key: 'x' } })
  await call('GET', `/configs/storage/${config.id}`)
  await call('GET', '/configs/webhook')
  await call('POST', `/sources/${failed.source.id}`, { state: 'deactivated' })
  await call('GET', `/sources?user=${user.id}`)
  const rotated = await call('POST', '/keys/1/rotate')
  const { token } = rotated
  await call('GET', '/key')
  await call('GET', '/key', undefined, { token })
  await mock.clock.advance('6h')
  await call('GET', '/key')
  await call('GET', '/users/12345', undefined, { token })
  await call('POST', '/users', {}, { token })
  await call('GET', '/sessions', undefined, { token })
  await call('GET', '/permissions', undefined, { token })
  await call('GET', '/nothing', undefined, { token })
  await call('PUT', '/users', undefined, { token })
  return entries
}
