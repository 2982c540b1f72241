import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { verifySignature } from '../../src/index.ts'
import { advance, get, post } from '../doors/behaviour.ts'
import { firstSession, newOrganisation } from '../webhooks/first-session.ts'
import { listening, startReceiver } from '../webhooks/receiver.ts'
import { usePage } from './page-door.ts'

const inPage = usePage()

/** What a test of a new webhook config at a URL comes to. */
const testOf = (url: string) =>
  inPage({ scenario: 'empty' }, async (door) => {
    const { body: config } = await post(door, '/configs/webhook', { url })
    await advance(door, '1s')
    const { body: tasks } = await get(door, '/tasks?type=webhook_config.test')
    const { state } = (await get(door, `/configs/webhook/${config.id}`)).body
    return [state, tasks.data[0].error]
  })

describe('A page', () => {
  it('brings a new organisation to its first session, and notifies a receiver of its end', async () => {
    const receiver = await startReceiver()
    const { session, ended, secret } = await inPage(newOrganisation, (door) => firstSession(door, receiver.url))
    const [, call] = receiver.received
    const genuine = await verifySignature(call?.headers ?? {}, call?.body ?? '', secret, { now: ended })
    expect([receiver.received.map(({ event }) => `${event.type}.${event.action}`), call?.event.data, genuine]).toEqual([
      ['webhook_config.test', 'session.expired'],
      expect.objectContaining({ id: session, state: 'expired', error: 'service', date_expired: ended }),
      true,
    ])
  })

  it('sends webhooks by itself while its clock runs', async () => {
    const receiver = await startReceiver()
    const calls = await inPage({ scenario: 'empty', clock: { frozen: false } }, async (door) => {
      await post(door, '/configs/webhook', { url: receiver.url })
      return receiver.until(1)
    })
    expect(calls.map(({ event }) => event.type)).toEqual(['webhook_config'])
  })

  it('makes all attempts before a move of its clock is answered', async () => {
    const receiver = await startReceiver(200, 503)
    await inPage(newOrganisation, async (door) => {
      await post(door, '/configs/storage', { url: 'gs://my-bucket/results', credentials: { type: 'service_account' } })
      await post(door, '/configs/webhook', { url: receiver.url })
      await advance(door, '1s')
      const { body: user } = await post(door, '/users', { identifier: 'first@example.com' })
      const source = { user: user.id, type: 'mocks.mock', identifier: 'a' }
      await post(door, '/sessions', { source, payload: {} })
      await advance(door, '27h')
    })
    expect(receiver.received.length).toBe(1 + 5)
  })

  it('fails where the receiver does not allow calls from pages', async () => {
    const port = await listening(createServer((_, response) => response.writeHead(200).end()))
    expect(await testOf(`http://127.0.0.1:${port}/hooks`)).toEqual(['invalid', 'Failed to fetch'])
  })

  it('follows no redirect', async () => {
    const elsewhere = await startReceiver()
    const receiver = await startReceiver((_, response) => {
      response.writeHead(302, { location: elsewhere.url }).end()
    })
    expect([await testOf(receiver.url), elsewhere.received]).toEqual([
      ['invalid', 'a redirect, which is not followed'],
      [],
    ])
  })

  it('gets the status that the receiver answers', async () => {
    const receiver = await startReceiver(418)
    expect(await testOf(receiver.url)).toEqual(['invalid', 'status 418'])
  })
})
