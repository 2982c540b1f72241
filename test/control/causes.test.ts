import { describe, expect, it } from 'vitest'
import { newSession } from '../support/api.ts'
import { setupControl } from './setup.ts'

/** The causes of the events of a name. */
const causesOf = ({ mock }: ReturnType<typeof setupControl>, name: string) =>
  mock.history().flatMap(({ event, cause }) => (event === name ? [cause] : []))

describe('The cause of an event is', () => {
  it('the call during which it happened', async () => {
    const api = setupControl()
    await api.get('/users')
    await api.post('/users', { identifier: 'a' })
    expect(causesOf(api, 'user.created')).toEqual([{ call: 2 }])
  })

  it('the due work that a call scheduled, with the call', async () => {
    const api = setupControl({ settings: { session_init: '5s' } })
    await api.post('/sessions', newSession())
    await api.get('/users')
    await api.mock.clock.advance('5s')
    expect(causesOf(api, 'session.activated')).toEqual([{ call: 1, work: 'session.decide' }])
  })

  it('the action that was performed', async () => {
    const api = setupControl()
    api.mock.actions['user.block']({ where: { id: 1 } })
    expect(causesOf(api, 'user.blocked')).toEqual([{ action: 'user.block' }])
  })

  it('the step of the scenario, with the call on which it fired', async () => {
    const steps = [{ on: 'POST /users', do: 'user.block' } as const]
    const api = setupControl({ scenario: { scenario: 'x', steps } })
    await api.post('/users', { identifier: 'a' })
    expect(causesOf(api, 'user.blocked')).toEqual([{ call: 1, step: 1, action: 'user.block' }])
  })

  it('the step of the scenario that was due', async () => {
    const steps = [{ at: '1h', do: 'user.block', where: { id: 1 } } as const]
    const api = setupControl({ scenario: { scenario: 'x', steps } })
    await api.mock.clock.advance('1h')
    expect(causesOf(api, 'user.blocked')).toEqual([{ work: 'scenario.step', step: 1, action: 'user.block' }])
  })

  it('told by the stream', async () => {
    const api = setupControl()
    const messages: unknown[] = []
    api.mock.watch((message) => messages.push(message))
    await api.post('/users', { identifier: 'a' })
    expect(messages).toContainEqual(
      expect.objectContaining({ kind: 'event', past: expect.objectContaining({ number: 1, cause: { call: 1 } }) }),
    )
  })
})

describe('A call lists the events that it caused', () => {
  it('at once and later', async () => {
    const api = setupControl({ settings: { session_init: '5s' } })
    await api.post('/sessions', newSession())
    const before = (await api.requests())[0].caused
    await api.mock.clock.advance('5s')
    const { caused } = (await api.requests())[0]
    const names = api.mock.history().flatMap(({ number, event }) => (caused.includes(number) ? [event] : []))
    expect([before.length, names]).toEqual([2, expect.arrayContaining(['session.created', 'session.activated'])])
  })

  it('none that another call caused', async () => {
    const api = setupControl()
    await api.post('/users', { identifier: 'a' })
    await api.get('/users')
    expect((await api.requests())[1].caused).toEqual([])
  })
})

describe('The history of a record', () => {
  it('has its events with their causes', async () => {
    const api = setupControl()
    const { body } = await api.post('/users', { identifier: 'a' })
    api.mock.actions['user.block']({ where: { id: body.id } })
    const { history } = (await api.get(`/_mock/records/user/${body.id}`)).body
    expect(history.map(({ event, cause }: { event: string; cause: object }) => [event, cause])).toEqual([
      ['user.created', { call: 1 }],
      ['user.blocked', { action: 'user.block' }],
    ])
  })

  it('is that of the restored state', async () => {
    const api = setupControl()
    api.mock.snapshots.save('before')
    api.mock.actions['user.block']({ where: { id: 1 } })
    api.mock.snapshots.restore('before')
    expect(api.mock.record('user', 1).history).toEqual([])
  })
})

describe('IDs of calls', () => {
  it('are not given again in a world that is made from a snapshot', async () => {
    const api = setupControl()
    await api.post('/users', { identifier: 'a' })
    api.mock.snapshots.save('one')
    const world = await api.mock.worlds.create({ snapshot: 'one' })
    await world.fetch('https://any.host/users')
    expect(world.requests.list().map(({ id }) => id)).toEqual([2])
  })

  it('begin at 1 after a reset', async () => {
    const api = setupControl()
    await api.post('/users', { identifier: 'a' })
    api.mock.reset()
    await api.get('/users')
    expect((await api.requests()).map(({ id }) => id)).toEqual([1])
  })
})

describe('What a call was about', () => {
  it.each([
    [
      'GET',
      '/users/1',
      undefined,
      { resource: 'user', id: 1, label: 'john.appleseed@reincubate.com', state: 'active' },
    ],
    ['POST', '/keys/1/rotate', undefined, { resource: 'key', id: 1, label: 'standard key' }],
    ['POST', '/users', { identifier: 'new@example.com' }, { resource: 'user', label: 'new@example.com' }],
  ])('is the record of the answer: %s %s', async (method, path, body, about) => {
    const api = setupControl()
    await api.call(method, path, body)
    expect((await api.requests())[0].about).toMatchObject(about)
  })

  it('is the record of the ID in the path of a call that was refused', async () => {
    const api = setupControl()
    await api.post('/users/1', { state: 'nope' })
    expect((await api.requests())[0]).toMatchObject({ status: 400, about: { resource: 'user', id: 1 } })
  })

  it('is null for a list', async () => {
    const api = setupControl()
    await api.get('/users')
    expect((await api.requests())[0].about).toBeNull()
  })
})
