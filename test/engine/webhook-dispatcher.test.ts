import { describe, expect, it } from 'vitest'
import type { ActionName, MockOptions } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

const noon = '2020-02-20T12:00:00'

/** A mock whose webhooks answer with these statuses, without a network. */
function setup(webhook_answers: readonly number[], events?: readonly string[]) {
  const settings = { webhook_answers, ...(events && { events }) } as MockOptions['settings']
  const api = setupApi({ settings })
  const { event, webhook_config } = api.mock.db
  return {
    ...api,
    act: (name: ActionName, where: object = { id: 1 }) => api.mock.actions[name]({ where } as never),
    noted: () => event.getAll(),
    configs: webhook_config,
  }
}

const active = { id: sessionIds.active }

describe('an event', () => {
  it('is delivered at the very instant at which it came to be', () => {
    const { act, noted } = setup([200])
    act('session.expire', active)
    act('session.expire', { id: sessionIds.relay })
    const created = noted().map(({ date_created }) => date_created)
    expect([created, noted().map(({ date_delivered }) => date_delivered)]).toEqual([
      [`${noon}.000000Z`, `${noon}.000001Z`],
      created,
    ])
  })

  it.each([
    [200, 'delivered'],
    [299, 'delivered'],
    [100, 'pending'],
    [199, 'pending'],
    [300, 'pending'],
    [404, 'pending'],
  ])('whose webhook answers %i is %s', (status, state) => {
    const { act, noted } = setup([status])
    act('session.expire', active)
    expect(noted()[0]?.state).toBe(state)
  })

  it.each([
    [['session.expired'], ['session.expired']],
    [['session.*'], ['session.expired']],
    [['*'], ['session.expired']],
    [['user.*'], []],
  ])('is noted where %j are', (events, names) => {
    const { act, noted } = setup([200], events)
    act('session.expire', active)
    expect(noted().map(({ type, action }) => `${type}.${action}`)).toEqual(names)
  })

  it('is called by the state that was entered where that is what is noted', () => {
    const { act, noted } = setup([200], ['session.active'])
    act('session.activate', { state: 'pending' })
    expect(noted().map(({ action }) => action)).toEqual(['active'])
  })

  it.each([
    ['key.deactivate', { id: 1 }, 2],
    ['key.deactivate', { id: 2 }, 1],
    ['user.deactivate', { id: 1 }, 2],
    ['organisation.deactivate', { id: 1 }, 1],
  ] as const)(
    'of %s %j goes to the webhook of the key that it is about, or to the default',
    (name, where, expected) => {
      const { mock, act, configs, noted } = setup([200], ['*'])
      const [config] = configs.getAll()
      configs.create({ ...config, id: 2 } as never)
      mock.db.key.update({ where: { id: { equals: 1 } }, data: { webhook_config: 2 } })
      act(name, where)
      expect(noted().map(({ organisation, webhook_config }) => [organisation, webhook_config])).toEqual([[1, expected]])
    },
  )

  it('that is to be sent again comes next until it is delivered', async () => {
    const { mock, act, noted } = setup([500, 200])
    act('session.expire', active)
    const waiting = () => mock.clock.upcoming().filter(({ action }) => action === 'event.deliver').length
    const before = waiting()
    await mock.webhooks.redeliver(noted()[0]?.id as string)
    expect([before, waiting()]).toEqual([1, 0])
  })

  it('that is delivered once more is so now', async () => {
    const { mock, act, noted } = setup([500, 200])
    act('session.expire', active)
    await mock.clock.advance('10s')
    await mock.webhooks.redeliver(noted()[0]?.id as string)
    expect(noted()[0]?.date_delivered).toBe('2020-02-20T12:00:10.000000Z')
  })

  it('fails at the next attempt once its webhook config is gone', async () => {
    const { mock, act, delete: remove, noted } = setup([500])
    act('session.expire', active)
    await remove('/configs/webhook/1')
    await mock.clock.advance('1m')
    expect([noted()[0]?.state, noted()[0]?.retries]).toEqual(['failed', 1])
  })

  it.each(['http://me@127.0.0.1:9/', 'http://:secret@127.0.0.1:9/'])('is not sent to %s', async (url) => {
    const { mock } = setupApi()
    mock.db.webhook_config.update({ where: { id: { equals: 1 } }, data: { url } })
    mock.actions['session.expire']({ where: active })
    const [attempt] = mock.webhooks.deliveries[0]?.attempts ?? []
    expect(attempt?.error).toBe("the webhook config's URL holds a user name or a password")
  })
})

describe('while the mock is closed', () => {
  it('no event is sent, until it listens again', async () => {
    const { mock, act, noted } = setup([200])
    mock.hold(true)
    act('session.expire', active)
    await mock.clock.advance('1s')
    const before = noted()[0]?.state
    mock.hold(false)
    await mock.clock.advance('0s')
    expect([before, noted()[0]?.state]).toEqual(['pending', 'delivered'])
  })

  it('none is delivered once more', async () => {
    const { mock, act, noted } = setup([200])
    act('session.expire', active)
    mock.hold(true)
    await expect(mock.webhooks.redeliver(noted()[0]?.id as string)).rejects.toThrow('while the mock is closed')
  })

  it('an event that waits for its next attempt goes on waiting', async () => {
    const { mock, act, noted } = setup([500])
    act('session.expire', active)
    mock.hold(true)
    mock.hold(false)
    await mock.clock.advance('1s')
    expect(noted()[0]?.attempts).toHaveLength(1)
  })

  it('an event that went nowhere is not sent later', async () => {
    const { mock } = setupApi()
    mock.actions['session.expire']({ where: active })
    mock.hold(true)
    mock.hold(false)
    await mock.clock.advance('1h')
    expect(mock.webhooks.deliveries[0]?.attempts).toHaveLength(1)
  })
})
