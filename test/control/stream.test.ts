import { describe, expect, it } from 'vitest'
import { responseOf } from '../../src/engine/http/fetch.ts'
import { apiUrl, type MockOptions } from '../../src/index.ts'
import { morning, newSession } from '../support/api.ts'
import { listen, setupControl } from './setup.ts'

/** A mock and its stream, whose greeting has been read. */
async function setup(options?: MockOptions, query = '') {
  const api = setupControl(options)
  const stream = await listen(api.mock, query)
  await stream.next()
  return { ...api, stream }
}

describe('GET /_mock/stream', () => {
  it('is a stream of server-sent events that nothing may keep', async () => {
    const { response, stop } = await listen(setupControl().mock)
    await stop()
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-cache',
    ])
  })

  it('begins with the clock', async () => {
    const { next } = await listen(setupControl().mock)
    expect(await next()).toEqual({
      event: 'clock',
      data: { kind: 'clock', clock: { now: morning, frozen: true, speed: 1 }, world: null },
    })
  })

  it('tells of a call as the journal shows it', async () => {
    const { stream, post, requests } = await setup()
    await post('/users?a=1', { identifier: 'new@example.com' })
    const { request } = await stream.until('request')
    expect([request]).toEqual(await requests())
  })

  it('tells of a call that was refused', async () => {
    const { stream, get } = await setup()
    await get('/nope')
    expect((await stream.until('request')).request).toMatchObject({ path: '/nope', status: 404, error: 'not-found' })
  })

  it('tells of a call also where the journal keeps none', async () => {
    const { stream, get } = await setup({ journal: 0 })
    await get('/users')
    expect((await stream.until('request')).request).toMatchObject({ id: 1, path: '/users' })
  })

  it('tells of no control call', async () => {
    const { stream, get } = await setup()
    await get('/_mock/clock')
    await get('/users')
    expect((await stream.until('request')).request.path).toBe('/users')
  })

  it('tells of what happens, with the resource', async () => {
    const { stream, mock } = await setup()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(await stream.next()).toMatchObject({
      event: 'event',
      data: { kind: 'event', event: { at: morning, event: 'user.blocked', resource: { id: 1, state: 'blocked' } } },
    })
  })

  it('tells of what happens before the call that set it off', async () => {
    const { stream, post } = await setup()
    await post('/users', { identifier: 'new@example.com' })
    expect((await stream.take(2)).map(({ event }) => event)).toEqual(['event', 'request'])
  })

  it('tells of what time does, each at its own instant, and then of the move', async () => {
    const { stream, post, mock } = await setup({ settings: { session_init: '5m' } })
    await post('/sessions', newSession())
    await stream.until('request')
    await mock.clock.advance('1h')
    const all = await stream.take(3)
    expect(all.map(({ data }) => data.event?.at ?? data.clock.now)).toEqual([
      '2020-02-20T12:05:00.000000Z',
      '2020-02-20T12:05:00.000000Z',
      '2020-02-20T13:00:00.000000Z',
    ])
  })

  it.each<[string, object, object]>([
    ['forward', { advance: '1h' }, { now: '2020-02-20T13:00:00.000000Z', frozen: true, speed: 1 }],
    ['to another pace', { speed: 60 }, { frozen: false, speed: 60 }],
    ['to a halt', { freeze: true }, { now: morning, frozen: true }],
  ])('tells of a move of the clock %s', async (_, move, clock) => {
    const { stream, post } = await setup()
    await post('/_mock/clock', move)
    expect((await stream.until('clock')).clock).toMatchObject(clock)
  })

  it('tells of a move of the clock that a waiting call made', async () => {
    const { stream, post } = await setup({ settings: { session_init: '3s' } })
    await post('/sessions', newSession(), { 'ricloud-await': '5' })
    expect((await stream.until('clock')).clock.now).toBe('2020-02-20T12:00:03.000000Z')
  })

  it.each(['', '?keep=true'])('tells that a scenario was loaded%s', async (query) => {
    const { stream, put } = await setup()
    await put(`/_mock/scenario${query}`, { scenario: 'two-factor' })
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'loaded', world: null })
  })

  it('tells that a world was reset', async () => {
    const { stream, post } = await setup()
    await post('/_mock/reset')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'reset', world: null })
  })

  it('tells that a world was restored', async () => {
    const { stream, mock, post } = await setup()
    mock.snapshots.save('a')
    await post('/_mock/snapshots/a/restore')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'restored', world: null })
  })

  it('shows no secret of a call', async () => {
    const { stream, post } = await setup()
    await post('/sessions?token=hush', { ...newSession(), payload: { password: 'hush' } })
    expect(JSON.stringify(await stream.until('request'))).not.toContain('hush')
  })

  it('shows secrets of a call where showSecrets is on', async () => {
    const { stream, post } = await setup({ showSecrets: true })
    await post('/sessions', { ...newSession(), payload: { password: 'hush' } })
    expect((await stream.until('request')).request.body.payload).toEqual({ password: 'hush' })
  })

  it('shows no token of what happens', async () => {
    const { stream, post } = await setup()
    const { token } = (await post('/keys/1/rotate')).body
    expect(JSON.stringify(await stream.until('event'))).not.toContain(token)
  })

  it('shows no secret of what happens', async () => {
    const { stream, mock } = await setup()
    mock.actions['organisation.block']()
    const [config] = mock.db.webhook_config.getAll()
    expect(JSON.stringify(await stream.until('event'))).not.toContain(config?.secret)
  })

  it('tells several readers the same', async () => {
    const { stream, mock } = await setup()
    const other = await listen(mock)
    await other.next()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(await other.next()).toEqual(await stream.next())
  })

  it('stops for the reader who cancels, and goes on for others', async () => {
    const { stream, mock } = await setup()
    const other = await listen(mock)
    await other.next()
    await other.stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await stream.next()).event).toBe('event')
  })

  it('is no longer listened to once it is cancelled', async () => {
    const { stream, mock, get } = await setup({ log: () => expect.unreachable('the stream was written to') })
    await stream.stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await get('/users')).status).toBe(200)
  })

  it('is not listened to where HEAD asks for it', () => {
    const kept: string[] = []
    const stream = () => {
      kept.push('listens')
      return () => void kept.pop()
    }
    responseOf(new Request(`${apiUrl}/_mock/stream`, { method: 'HEAD' }), {
      status: 200,
      headers: {},
      body: '',
      stream,
    })
    expect(kept).toEqual([])
  })

  it('ends where the signal of its request is aborted', async () => {
    const { mock } = setupControl()
    const aborter = new AbortController()
    const response = await mock.fetch(`${apiUrl}/_mock/stream`, { signal: aborter.signal })
    const reader = (response.body as ReadableStream).getReader()
    await reader.read()
    aborter.abort()
    const late = new Promise((done) => setImmediate(() => done('still open')))
    expect(await Promise.race([reader.read().catch(() => 'ended'), late])).toBe('ended')
  })

  it('answers HEAD without events', async () => {
    const { mock } = setupControl()
    const response = await mock.fetch(`${apiUrl}/_mock/stream`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('The stream of worlds:', () => {
  it('that of the first one tells when one is made', async () => {
    const { stream, post } = await setup()
    await post('/_mock/worlds')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'created', world: 'w1' })
  })

  it('that of the first one tells when one is deleted', async () => {
    const { mock, world, delete: remove } = setupControl()
    await world()
    const stream = await listen(mock)
    await remove('/_mock/worlds/w1')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'deleted', world: 'w1' })
  })

  it('that of the first one tells of calls there, by the ID', async () => {
    const { stream, world } = await setup()
    const { get } = await world()
    await get('/users')
    expect(await stream.until('request')).toMatchObject({ world: 'w1', request: { id: 1, path: '/users' } })
  })

  it('that of the first one tells of what happens there, by the ID', async () => {
    const { stream, world } = await setup()
    const { post } = await world()
    await post('/users', { identifier: 'there@example.com' })
    expect(await stream.until('event')).toMatchObject({ world: 'w1', event: { event: 'user.created' } })
  })

  it('that of the first one tells of its own by null', async () => {
    const { stream, get } = await setup()
    await get('/users')
    expect((await stream.until('request')).world).toBeNull()
  })

  it('that of the first one tells of nothing there before it is made', async () => {
    const { stream, mock, world } = await setup()
    mock.snapshots.save('a')
    await world({ snapshot: 'a' })
    expect((await stream.until('world')).what).toBe('created')
  })

  it('that of one begins with its clock', async () => {
    const { mock } = setupControl()
    await mock.worlds.create({ clock: { start: '2030-01-01T00:00:00Z', frozen: true } })
    const { next } = await listen(mock, '?world=w1')
    expect((await next()).data).toMatchObject({ clock: { now: '2030-01-01T00:00:00.000000Z' }, world: 'w1' })
  })

  it('that of one tells of that one alone', async () => {
    const { mock, get, world } = setupControl()
    const [one, other] = [await world(), await world()]
    const stream = await listen(mock, `?world=${one.id}`)
    await get('/users')
    await other.get('/keys')
    await one.get('/sources')
    expect((await stream.until('request')).request.path).toBe('/sources')
  })

  it('that of one tells when it is deleted', async () => {
    const { mock, world } = setupControl()
    const { id } = await world()
    const stream = await listen(mock, `?world=${id}`)
    mock.worlds.delete(id)
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'deleted', world: 'w1' })
  })
})

describe('mock.watch', () => {
  it('tells at once', () => {
    const { mock } = setupControl()
    const seen: string[] = []
    mock.watch(({ kind }) => seen.push(kind))
    mock.actions['user.block']({ where: { id: 1 } })
    expect(seen).toEqual(['event'])
  })

  it('tells until it is told to stop', () => {
    const { mock } = setupControl()
    const seen: string[] = []
    const stop = mock.watch(({ kind }) => seen.push(kind))
    stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(seen).toEqual([])
  })

  it('logs a watcher that fails, and the call goes on', async () => {
    const logged: string[] = []
    const { mock, get } = setupControl({ log: (level, message) => logged.push(`${level}: ${message}`) })
    mock.watch(() => {
      throw new Error('watcher')
    })
    expect([(await get('/users')).status, logged]).toEqual([
      200,
      [expect.stringMatching(/^error: A watcher failed: Error: watcher/)],
    ])
  })

  it('tells other watchers also where one fails', async () => {
    const { mock, get } = setupControl()
    const seen: string[] = []
    mock.watch(() => {
      throw new Error('watcher')
    })
    mock.watch(({ kind }) => seen.push(kind))
    await get('/users')
    expect(seen).toEqual(['request'])
  })

  it('of a world tells of that one alone', async () => {
    const { mock, get } = setupControl()
    const world = await mock.worlds.create()
    const seen: unknown[] = []
    world.watch((watched) => seen.push(watched.world))
    await get('/users')
    await world.clock.advance('1h')
    expect(seen).toEqual(['w1'])
  })
})
