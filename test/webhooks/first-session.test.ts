import { describe, expect, it, onTestFinished } from 'vitest'
import { apiUrl, createMock, verifySignature } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import type { Door } from '../doors/behaviour.ts'
import { frozen } from '../doors/frozen.ts'
import { firstSession, newOrganisation } from './first-session.ts'
import { startReceiver } from './receiver.ts'

const options = { ...frozen, ...newOrganisation }

const doors: Readonly<Record<string, () => Promise<Door> | Door>> = {
  'the mock called directly': () => {
    const mock = createMock(options)
    return { token: mock.token, fetch: (path, init) => mock.fetch(`${apiUrl}${path}`, init), close: () => {} }
  },
  'calls of this process': () => {
    const ricloud = setupRicloud(options).listen()
    const { token } = ricloud.mock
    return { token, fetch: (path, init) => fetch(`${apiUrl}${path}`, init), close: () => ricloud.close() }
  },
  'a server': async () => {
    const server = await serve({ ...options, port: 0 })
    const { token, url } = server
    return { token, fetch: (path, init) => fetch(`${url}${path}`, init), close: () => server.close({ now: true }) }
  },
}

describe.each(Object.entries(doors))('A new organisation, through %s,', (_, open) => {
  it('starts its first session, and gets the webhook of its end', async () => {
    const receiver = await startReceiver()
    const door = await open()
    onTestFinished(() => door.close())
    const { session, ended, secret } = await firstSession(door, receiver.url)
    const [, call] = receiver.received
    const genuine = await verifySignature(call?.headers ?? {}, call?.body ?? '', secret, { now: ended })
    expect([receiver.received.map(({ event }) => `${event.type}.${event.action}`), call?.event.data, genuine]).toEqual([
      ['webhook_config.test', 'session.expired'],
      expect.objectContaining({ id: session, state: 'expired', error: 'service', date_expired: ended }),
      true,
    ])
  })
})
