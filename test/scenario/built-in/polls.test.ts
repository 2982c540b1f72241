import { expect } from 'vitest'
import { advance, type Door, get, newSession, post, settled } from '../../doors/behaviour.ts'
import { sessionIds } from '../../support/worlds.ts'
import { answerOf, playThrough, renate } from './play.ts'

const messages = ['ios_messages.messages', 'whatsapp.messages']

/** Asks for messages of a session; gives back the path of the poll. */
async function ask(door: Door, session: string, data_types: readonly string[] = messages): Promise<string> {
  const { body } = await post(door, '/polls', { session, payload: { data_types } })
  return `/polls/${body.id}`
}
const pollAt = async (door: Door, path: string) => (await get(door, path)).body
const errorsIn = async (door: Door, path: string) =>
  (await pollAt(door, path)).errors.data.map(({ error }: { error: string }) => error)

playThrough('poll-results', {
  'There are polls in every state': async (door) => {
    const { data } = (await get(door, '/polls')).body
    const states = data.map(({ state }: { state: string }) => state)
    expect([...new Set(states)].sort()).toEqual(['completed', 'pending', 'processing'])
  },
  'Every result that is not expired has its object': async (door) => {
    const { data } = (await get(door, '/results?state=available&state=consumed')).body
    const { objects } = (await get(door, '/_mock/buckets')).body
    const found = objects.map(({ md5, size }: { md5: string; size: number }) => `${md5} ${size}`)
    const wanted = data.map(({ checksum, size }: { checksum: string; size: number }) => `${checksum} ${size}`)
    expect(wanted.sort()).toEqual(found.sort())
  },
})

playThrough('poll-partial-failure', {
  "A poll of Renate's account is completed with one result and one error": async (door) => {
    const path = await ask(door, (await settled(door, renate())).id)
    const { state, results } = await pollAt(door, path)
    expect([state, results.total_count, await errorsIn(door, path)]).toEqual(['completed', 1, ['service-unavailable']])
  },
})

playThrough('poll-session-expires', {
  'The session ends 15 minutes after its poll, whose open task fails': async (door) => {
    const { id } = await settled(door, newSession())
    const path = await ask(door, id)
    await advance(door, '16m')
    const { state, tasks_succeeded } = await pollAt(door, path)
    expect([state, tasks_succeeded.length, await errorsIn(door, path)]).toEqual(['completed', 1, ['session-expired']])
    expect(await answerOf(post(door, '/polls', { session: id, payload: { files: [] } }))).toBe('400 session-expired')
  },
})

playThrough('subscription-icloud', {
  'Every poll finds new messages': async (door) => {
    const { id } = await settled(door, renate())
    const wanted = { session: id, poll_payload: { data_types: messages.slice(0, 1) }, interval: 7200 }
    await post(door, '/subscriptions', wanted)
    await advance(door, '6h')
    const { data } = (await get(door, '/results')).body
    expect(data).toHaveLength(4)
    expect(data.every(({ size }: { size: number }) => size > 100)).toBe(true)
  },
})

playThrough('subscription-relay', {
  'The first poll is made when the device connects': async (door) => {
    const source = { user: 1, type: 'rirelay.instance' }
    const session = await settled(door, { source, payload: { code: 'A1B2C3' } })
    const [{ id }] = session.source.children.data
    const wanted = { session: session.id, source: id, poll_payload: { data_types: messages }, interval: 3600 }
    const { body } = await post(door, '/subscriptions', wanted)
    const polls = async () => (await get(door, `/polls?subscription=${body.id}`)).body.total_count
    await advance(door, '30s')
    expect([(await get(door, `/subscriptions/${body.id}`)).body.state, await polls()]).toEqual(['active', 0])
    await advance(door, '1h')
    expect(await polls()).toBe(1)
  },
})

playThrough('signed-urls', {
  'A signed URL expires after ten minutes': async (door) => {
    await post(door, '/configs/storage/1', { signed_urls_enabled: true })
    const path = await ask(door, (await settled(door, newSession())).id)
    const [result] = (await pollAt(door, path)).results.data
    const { pathname, search } = new URL(result.signed_url.url)
    expect((await door.fetch(pathname + search)).status).toBe(200)
    await advance(door, '10m')
    expect((await door.fetch(pathname + search)).status).toBe(403)
  },
})

playThrough('results-acknowledged', {
  'After an hour no result is listed': async (door) => {
    const before = (await get(door, '/results')).body.total_count
    await advance(door, '1h')
    expect([before > 0, (await get(door, '/results')).body.total_count]).toEqual([true, 0])
  },
})

playThrough('missing-data-scope', {
  'Data of iCloud may be asked for, and messages may not': async (door) => {
    const session = (await settled(door, newSession())).id
    const asked = (data_types: readonly string[]) =>
      answerOf(post(door, '/polls', { session, payload: { data_types } }))
    expect([await asked(['icloud.account.info']), await asked(messages)]).toEqual(['201', '403 missing-scope'])
  },
})

playThrough('bucket-broken', {
  'After an hour the second task of a poll fails, and no other poll is made': async (door) => {
    await advance(door, '58.5m')
    const path = await ask(door, sessionIds.active)
    await get(door, '/key')
    await advance(door, '3m')
    expect(await errorsIn(door, path)).toEqual(['publish-failed'])
    const again = { session: sessionIds.active, payload: { files: [] } }
    expect(await answerOf(post(door, '/polls', again))).toBe('400 unconfigured')
  },
})
