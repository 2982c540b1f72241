import { describe, expect, it } from 'vitest'
import { responseOf } from '../../src/engine/http/fetch.ts'
import { apiUrl, createMock, type Mock, type MockOptions } from '../../src/index.ts'
import { newSession, startTime } from '../support/api.ts'
import { later } from '../support/instants.ts'
import { listen, setupControl } from './setup.ts'

/** A mock and its stream after the first message. */
async function setup(options?: MockOptions, query = '') {
  const api = setupControl(options)
  const stream = await listen(api.mock, query)
  await stream.next()
  return { ...api, stream }
}

describe('GET /_mock/stream', () => {
  it('is a stream of server-sent events that must not be cached', async () => {
    const { response, stop } = await listen(setupControl().mock)
    await stop()
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-cache',
    ])
  })

  it('begins with a message of the clock', async () => {
    const { next } = await listen(setupControl().mock)
    expect(await next()).toEqual({
      event: 'clock',
      data: { kind: 'clock', clock: { now: startTime, frozen: true, speed: 1 }, world: null },
    })
  })

  it('sends a call as the journal shows it', async () => {
    const { stream, post, requests } = await setup()
    await post('/users?a=1', { identifier: 'new@example.com' })
    const { request } = await stream.until('request')
    expect([request]).toEqual(await requests())
  })

  it('sends a rejected call', async () => {
    const { stream, get } = await setup()
    await get('/nope')
    expect((await stream.until('request')).request).toMatchObject({ path: '/nope', status: 404, error: 'not-found' })
  })

  it('sends a call also if the journal has length 0', async () => {
    const { stream, get } = await setup({ journal: 0 })
    await get('/users')
    expect((await stream.until('request')).request).toMatchObject({ id: 1, path: '/users' })
  })

  it('does not send control calls', async () => {
    const { stream, get } = await setup()
    await get('/_mock/clock')
    await get('/users')
    expect((await stream.until('request')).request.path).toBe('/users')
  })

  it('sends an event with its resource', async () => {
    const { stream, mock } = await setup()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(await stream.next()).toMatchObject({
      event: 'event',
      data: { kind: 'event', event: { at: startTime, event: 'user.blocked', resource: { id: 1, state: 'blocked' } } },
    })
  })

  it('sends an event before the call that caused it', async () => {
    const { stream, post } = await setup()
    await post('/users', { identifier: 'new@example.com' })
    expect((await stream.take(2)).map(({ event }) => event)).toEqual(['event', 'request'])
  })

  it('sends events of due work, each at its own instant, and then the move of the clock', async () => {
    const { stream, post, mock } = await setup({ settings: { session_init: '5m' } })
    const { body } = await post('/sessions', newSession())
    await stream.until('request')
    await mock.clock.advance('1h')
    const all = await stream.take(3)
    expect(all.map(({ data }) => data.event?.at ?? data.clock.now)).toEqual(
      (['5m', '5m', '1h'] as const).map((after) => later(body.date_created, after)),
    )
  })

  it.each<[string, object, object]>([
    ['advance', { advance: '1h' }, { now: '2020-02-20T13:00:00.000000Z', frozen: true, speed: 1 }],
    ['speed', { speed: 60 }, { frozen: false, speed: 60 }],
    ['freeze', { freeze: true }, { now: startTime, frozen: true }],
  ])('sends a change of the clock: %s', async (_, move, clock) => {
    const { stream, post } = await setup()
    await post('/_mock/clock', move)
    expect((await stream.until('clock')).clock).toMatchObject(clock)
  })

  it('sends a move of the clock by a waiting call', async () => {
    const { stream, post } = await setup({ settings: { session_init: '3s' } })
    const { body } = await post('/sessions', newSession(), { 'ricloud-await': '5' })
    expect((await stream.until('clock')).clock.now).toBe(later(body.date_created, '3s'))
  })

  it.each(['', '?keep=true'])('sends that a scenario was loaded%s', async (query) => {
    const { stream, put } = await setup()
    await put(`/_mock/scenario${query}`, { scenario: 'two-factor' })
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'loaded', world: null })
  })

  it('sends that a world was reset', async () => {
    const { stream, post } = await setup()
    await post('/_mock/reset')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'reset', world: null })
  })

  it('sends that a world was restored', async () => {
    const { stream, mock, post } = await setup()
    mock.snapshots.save('a')
    await post('/_mock/snapshots/a/restore')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'restored', world: null })
  })

  const restored: readonly [string, (mock: Mock) => unknown][] = [
    ['mock.reset()', (mock) => mock.reset()],
    ['mock.reset with options', (mock) => mock.reset({ seed: 5 })],
    ['snapshots.restore', (mock) => mock.snapshots.restore('before')],
    ['scenario.load', (mock) => mock.scenario.load('two-factor')],
    ['scenario.load with keep', (mock) => mock.scenario.load('two-factor', { keep: true })],
  ]
  it.each(restored)('sends one move of the clock for one change of the world: %s', async (_, change) => {
    // Its clock begins at the present, which it also returns to.
    const mock = createMock()
    mock.snapshots.save('before')
    const kinds: string[] = []
    mock.watch(({ kind }) => kinds.push(kind))
    await change(mock)
    expect(kinds).toEqual(['clock', 'world'])
  })

  it('sends one move of the clock once records are generated', async () => {
    const mock = createMock({ generate: { users: 3 } })
    const clocks: unknown[] = []
    mock.watch((message) => message.kind === 'clock' && clocks.push(message.clock.frozen))
    await mock.ready
    expect(clocks).toEqual([false])
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

  it('shows no token in an event', async () => {
    const { stream, post } = await setup()
    const { token } = (await post('/keys/1/rotate')).body
    expect(JSON.stringify(await stream.until('event'))).not.toContain(token)
  })

  it('shows no secret in an event', async () => {
    const { stream, mock } = await setup()
    mock.actions['organisation.block']()
    const [config] = mock.db.webhook_config.getAll()
    expect(JSON.stringify(await stream.until('event'))).not.toContain(config?.secret)
  })

  it('sends the same to several readers', async () => {
    const { stream, mock } = await setup()
    const other = await listen(mock)
    await other.next()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(await other.next()).toEqual(await stream.next())
  })

  it('ends for the reader that cancels, and continues for others', async () => {
    const { stream, mock } = await setup()
    const other = await listen(mock)
    await other.next()
    await other.stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await stream.next()).event).toBe('event')
  })

  it('removes its listener when it is cancelled', async () => {
    const { stream, mock, get } = await setup({ log: () => expect.unreachable('the stream was written to') })
    await stream.stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect((await get('/users')).status).toBe(200)
  })

  it('adds no listener for HEAD', () => {
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

  it('ends when the signal of its request is aborted', async () => {
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

describe('With several worlds, the stream', () => {
  it('of the first one sends that a world was created', async () => {
    const { stream, post } = await setup()
    await post('/_mock/worlds')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'created', world: 'w1' })
  })

  it('of the first one sends that a world was deleted', async () => {
    const { mock, world, delete: remove } = setupControl()
    await world()
    const stream = await listen(mock)
    await remove('/_mock/worlds/w1')
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'deleted', world: 'w1' })
  })

  it('of the first one sends calls of a world, with its ID', async () => {
    const { stream, world } = await setup()
    const { get } = await world()
    await get('/users')
    expect(await stream.until('request')).toMatchObject({ world: 'w1', request: { id: 1, path: '/users' } })
  })

  it('of the first one sends events of a world, with its ID', async () => {
    const { stream, world } = await setup()
    const { post } = await world()
    await post('/users', { identifier: 'there@example.com' })
    expect(await stream.until('event')).toMatchObject({ world: 'w1', event: { event: 'user.created' } })
  })

  it('of the first one sends its own messages with null as the ID', async () => {
    const { stream, get } = await setup()
    await get('/users')
    expect((await stream.until('request')).world).toBeNull()
  })

  it('of the first one sends nothing of a world before its creation', async () => {
    const { stream, mock, world } = await setup()
    mock.snapshots.save('a')
    await world({ snapshot: 'a' })
    expect((await stream.until('world')).what).toBe('created')
  })

  it('of a world begins with its clock', async () => {
    const { mock } = setupControl()
    await mock.worlds.create({ clock: { start: '2030-01-01T00:00:00Z', frozen: true } })
    const { next } = await listen(mock, '?world=w1')
    expect((await next()).data).toMatchObject({ clock: { now: '2030-01-01T00:00:00.000000Z' }, world: 'w1' })
  })

  it('of a world sends nothing of others', async () => {
    const { mock, get, world } = setupControl()
    const [one, other] = [await world(), await world()]
    const stream = await listen(mock, `?world=${one.id}`)
    await get('/users')
    await other.get('/keys')
    await one.get('/sources')
    expect((await stream.until('request')).request.path).toBe('/sources')
  })

  it('of a world sends that it was deleted', async () => {
    const { mock, world } = setupControl()
    const { id } = await world()
    const stream = await listen(mock, `?world=${id}`)
    mock.worlds.delete(id)
    expect(await stream.until('world')).toEqual({ kind: 'world', what: 'deleted', world: 'w1' })
  })
})

describe('mock.watch', () => {
  it('calls its listener synchronously', () => {
    const { mock } = setupControl()
    const seen: string[] = []
    mock.watch(({ kind }) => seen.push(kind))
    mock.actions['user.block']({ where: { id: 1 } })
    expect(seen).toEqual(['event'])
  })

  it('stops when the returned function is called', () => {
    const { mock } = setupControl()
    const seen: string[] = []
    const stop = mock.watch(({ kind }) => seen.push(kind))
    stop()
    mock.actions['user.block']({ where: { id: 1 } })
    expect(seen).toEqual([])
  })

  it('logs what a listener throws, and the call continues', async () => {
    const logged: string[] = []
    const { mock, get } = setupControl({ log: (level, message) => logged.push(`${level}: ${message}`) })
    mock.watch(() => {
      throw new Error('watcher')
    })
    expect([(await get('/users')).status, logged]).toEqual([
      200,
      [expect.stringMatching(/^error: A listener of watch\(\) failed: Error: watcher/)],
    ])
  })

  it('calls other listeners also if one throws', async () => {
    const { mock, get } = setupControl()
    const seen: string[] = []
    mock.watch(() => {
      throw new Error('watcher')
    })
    mock.watch(({ kind }) => seen.push(kind))
    await get('/users')
    expect(seen).toEqual(['request'])
  })

  it('of a world gets nothing of others', async () => {
    const { mock, get } = setupControl()
    const world = await mock.worlds.create()
    const seen: unknown[] = []
    world.watch((watched) => seen.push(watched.world))
    await get('/users')
    await world.clock.advance('1h')
    expect(seen).toEqual(['w1'])
  })
})
