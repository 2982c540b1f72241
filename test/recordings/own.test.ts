import { describe, expect, it } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { compared, har, recordedClient } from './recorder.ts'

type Client = ReturnType<typeof recordedClient>
type Play = (client: Client) => Promise<void>

/** The calls of a client as HAR, and as the journal of the mock shows them. */
async function recorded(play: Play, options: MockOptions = {}) {
  const client = recordedClient(options)
  await play(client)
  const journal = client.mock.requests.list().map((request) => JSON.stringify(request))
  return { entries: client.entries, har: har(client.entries), journal: journal.join('\n') }
}

/** Calls of which no answer shows all that the mock decided by. */
const recordings: Readonly<Record<string, Play>> = {
  'a record that nobody has': async ({ call }) => void (await call('GET', '/users/99')),
  'a request without its parameters': async ({ call }) => void (await call('POST', '/users', {})),
}

describe('a recording of the mock does not contradict it:', () => {
  it.each(Object.entries(recordings))('%s', async (_, play) => {
    const { har, journal } = await recorded(play)
    expect((await compared(har)).findings).toEqual([])
    const lines = await compared(journal, { name: 'calls.jsonl' })
    expect(lines.calls.filter(({ verdict }) => verdict === 'contradicts')).toEqual([])
  })
})

describe('a changed answer contradicts still:', () => {
  it.each<[string, string, string]>([
    ['a record that nobody has', '"status":404', '"status":401'],
    ['a request without its parameters', '"status":400', '"status":403'],
  ])('%s', async (name, from, to) => {
    const { journal } = await recorded(recordings[name] as Play)
    expect(journal).toContain(from)
    const { counts } = await compared(journal.replaceAll(from, to), { name: 'calls.jsonl' })
    expect(counts.contradicts).toBe(1)
  })
})
