import { describe, expect, it } from 'vitest'
import { sessionIds } from '../support/worlds.ts'
import { startReceiver } from './receiver.ts'
import { secondsIn, setupWebhook } from './world.ts'

/** A receiver and what it got: the session of the default world ends at noon. */
async function delivered(path = '/hooks', ...statuses: number[]) {
  const receiver = await startReceiver(...statuses)
  const api = setupWebhook({ url: receiver.origin + path })
  const session = await api.end()
  await api.mock.clock.advance('3h')
  const [event] = await api.events()
  return { ...api, session, event, received: receiver.received, call: receiver.received[0] }
}

describe('A webhook', () => {
  it.each([
    ['/hooks', '/hooks/ID'],
    ['/hooks/', '/hooks/ID'],
    ['/hooks//', '/hooks/ID'],
    ['', '/ID'],
    ['/', '/ID'],
    ['/a/deep/path', '/a/deep/path/ID'],
    ['/a//path/', '/a//path/ID'],
    ['/caf%C3%A9', '/caf%C3%A9/ID'],
    ['/hooks.php', '/hooks.php/ID'],
    ['/hooks?team=1&team=2', '/hooks/ID?team=1&team=2'],
    ['/hooks/?next=/a/', '/hooks/ID?next=/a/'],
    ['?team=1', '/ID?team=1'],
  ])('at the path "%s" is sent to %s', async (path, expected) => {
    const { call, event } = await delivered(path)
    expect(call?.target).toBe(expected.replace('ID', event.id))
  })

  it('is a POST', async () => {
    expect((await delivered()).call?.method).toBe('POST')
  })

  it('says that it is JSON', async () => {
    expect((await delivered()).call?.headers['content-type']).toBe('application/json')
  })

  it('says how long it is', async () => {
    const { call } = await delivered()
    expect(call?.headers['content-length']).toBe(String(Buffer.byteLength(call?.body ?? '')))
  })

  it('carries no token', async () => {
    const { call, mock } = await delivered()
    expect(JSON.stringify([call?.headers, call?.body])).not.toContain(mock.token)
  })

  it('carries the event as it was when it came to be', async () => {
    const { call, event } = await delivered()
    expect(call?.body).toBe(JSON.stringify({ ...event, state: 'pending', retries: 0, date_delivered: null }))
  })

  it('carries the session as it was then', async () => {
    const { call, session } = await delivered()
    expect(call?.event.data).toEqual(session)
  })

  it('carries the attributes of an event, in the API’s order', async () => {
    const { call } = await delivered()
    expect(Object.keys(call?.event)).toEqual([
      ...['id', 'resource', 'type', 'action', 'data', 'state', 'retries', 'date_created', 'date_delivered'],
    ])
  })

  it('carries the instant of the event', async () => {
    expect((await delivered()).call?.event.date_created).toBe('2020-02-20T12:00:00.000000Z')
  })
})

describe('A webhook that is sent again', () => {
  const always = 503

  it('goes to the same place', async () => {
    const { received } = await delivered('/hooks', always)
    expect(new Set(received.map(({ target }) => target)).size).toBe(1)
  })

  it('has the same body', async () => {
    const { received } = await delivered('/hooks', always)
    expect(received.map(({ body }) => body)).toEqual(Array(5).fill(received[0]?.body))
  })

  it('has the same body whatever became of its records', async () => {
    const receiver = await startReceiver(always)
    const { mock, end, quiet, post } = setupWebhook(receiver)
    await end()
    await quiet()
    await post('/sources/1', { state: 'deactivated' })
    await post('/users/1', { identifier: 'renamed@example.com' })
    await mock.clock.advance('1m')
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body)
  })

  it('is signed anew, at the virtual instant of each attempt', async () => {
    const { received } = await delivered('/hooks', always)
    const noon = Date.UTC(2020, 1, 20, 12) / 1000
    expect(received.map(({ headers }) => secondsIn(headers) - noon)).toEqual([0, 60, 300, 1800, 7200])
  })
})

describe('What is sent', () => {
  it('is the event of an expired session, whoever ended it', async () => {
    const receiver = await startReceiver()
    const { mock, quiet } = setupWebhook(receiver)
    mock.actions['session.expire']({ where: { id: sessionIds.active }, with: { error: 'admin' } })
    await quiet()
    expect(receiver.received.map(({ event }) => [event.type, event.action, event.data.error])).toEqual([
      ['session', 'expired', 'admin'],
    ])
  })

  it('is nothing of what else happens', async () => {
    const receiver = await startReceiver()
    const { post, quiet } = setupWebhook(receiver)
    await post('/users', { identifier: 'new@example.com' })
    await post('/keys/2/rotate')
    await post('/sources/1', { state: 'deactivated' })
    await quiet()
    expect(receiver.received).toEqual([])
  })

  it('is what the setting names', async () => {
    const receiver = await startReceiver()
    const { post, quiet } = setupWebhook(receiver, { settings: { events: ['user.*', 'key.rotated'] } })
    await post('/users', { identifier: 'new@example.com' })
    await post('/keys/2/rotate')
    await post('/sources/1', { state: 'deactivated' })
    await quiet()
    expect(receiver.received.map(({ event }) => `${event.type}.${event.action}`)).toEqual([
      'user.created',
      'key.rotated',
    ])
  })
})
