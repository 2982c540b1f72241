import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { NextWebhookOptions as Wanted } from '../../src/index.ts'
import { newSession } from '../support/api.ts'
import { held, type Reply, startReceiver } from './receiver.ts'
import { patient, setupWebhook } from './world.ts'

async function started(...replies: Reply[]) {
  const receiver = await startReceiver(...replies)
  return { receiver, ...setupWebhook(receiver) }
}

const expired = { type: 'session', action: 'expired' } as const
const soon = { timeout: '5ms' } as const

describe('mock.webhooks.next', () => {
  it('waits for a webhook that is still to come', async () => {
    const { mock, end } = await started()
    const next = mock.webhooks.next(patient)
    const { id } = await end()
    expect((await next).data).toMatchObject({ id })
  })

  it('waits until the receiver has answered', async () => {
    const { reply, letGo } = held()
    const { mock, receiver, end } = await started(reply)
    await end()
    await receiver.until(1)
    await expect(mock.webhooks.next(soon)).rejects.toThrow('No webhook')
    letGo()
    expect((await mock.webhooks.next(patient)).state).toBe('delivered')
  })

  it('gives back a webhook that was sent before', async () => {
    const { mock, end, quiet } = await started()
    await end()
    await quiet()
    expect(await mock.webhooks.next(soon)).toMatchObject(expired)
  })

  it('gives back the event with what came of it', async () => {
    const { mock, end, events } = await started(204)
    await end()
    const next = await mock.webhooks.next(patient)
    expect(next).toMatchObject({
      ...(({ resource: _, ...event }) => event)((await events())[0]),
      webhook_config: 1,
      attempts: [{ at: '2020-02-20T12:00:00.000000Z', status: 204, error: null, redelivered: false }],
    })
  })

  it('gives back each attempt once', async () => {
    const { mock, end } = await started()
    await end()
    await mock.webhooks.next(patient)
    await expect(mock.webhooks.next(soon)).rejects.toThrow('No webhook')
  })

  it('gives back every attempt of an event, as it was then', async () => {
    const { mock, end } = await started(503, 500, 200)
    await end()
    await mock.clock.advance('3h')
    const states: string[] = []
    for (let i = 0; i < 3; i++) {
      const { state, attempts } = await mock.webhooks.next(patient)
      states.push(`${state} ${attempts.length}`)
    }
    expect(states).toEqual(['pending 1', 'pending 2', 'delivered 3'])
  })

  it('gives back attempts in the order in which they were made', async () => {
    const { mock, end, quiet } = await started()
    const sessions = [await end('active'), await end('relay')]
    await quiet()
    const next = [await mock.webhooks.next(patient), await mock.webhooks.next(patient)]
    expect(next.map(({ data }) => data.id)).toEqual(sessions.map(({ id }) => id))
  })

  it('gives two that wait one attempt each', async () => {
    const { mock, end } = await started()
    const waiting = [mock.webhooks.next(patient), mock.webhooks.next(patient)]
    const sessions = [await end('active'), await end('relay')]
    const found = (await Promise.all(waiting)).map(({ data }) => data.id)
    expect(found).toEqual(sessions.map(({ id }) => id))
  })

  it('gives back an event that was sent once more', async () => {
    const { mock, end } = await started()
    await end()
    const { id } = await mock.webhooks.next(patient)
    await mock.webhooks.redeliver(id)
    expect((await mock.webhooks.next(soon)).attempts.length).toBe(2)
  })

  it('gives back what scripted answers decided', async () => {
    const receiver = await startReceiver()
    const { mock, end } = setupWebhook(receiver, { settings: { webhook_answers: [418] } })
    await end()
    expect((await mock.webhooks.next(patient)).attempts).toMatchObject([{ status: 418 }])
  })

  it('passes over what was not sent, since its host is a stranger’s, and says so', async () => {
    const { mock, end } = setupWebhook({ url: 'https://example.com/hooks' })
    await end()
    await expect(mock.webhooks.next({ timeout: '1ms' })).rejects.toThrow('session.expired (not sent: example.com lies')
  })

  it.each<[Wanted]>([[{ type: 'session' }], [{ action: 'expired' }], [expired]])('finds %o', async (wanted) => {
    const { mock, post, end } = await started()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await end()
    expect(await mock.webhooks.next(wanted)).toMatchObject(expired)
  })

  it('leaves what it passes over to others', async () => {
    const { mock, post, end } = await started()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await end()
    await mock.webhooks.next(expired)
    expect(await mock.webhooks.next(soon)).toMatchObject({ type: 'webhook_config', action: 'test' })
  })

  // A clock frozen has nobody else who would let it happen: `deliveries` does, and so does any call.
  it('lets happen what is due', async () => {
    const { mock, post, receiver } = await started()
    await post('/configs/webhook', { url: receiver.url })
    expect(await mock.webhooks.next({ type: 'webhook_config', ...patient })).toMatchObject({ action: 'test' })
  })

  it('does not move a frozen clock', async () => {
    const { mock, end } = await started()
    await end()
    await mock.webhooks.next(patient)
    expect(mock.clock.now()).toBe('2020-02-20T12:00:00.000000Z')
  })
})

describe('When its time is up', () => {
  it('mock.webhooks.next rejects with an Error that names what was wanted', async () => {
    const { mock } = await started()
    await expect(mock.webhooks.next({ ...expired, ...soon })).rejects.toThrow(
      'No webhook session.expired was sent within 5ms; none was.',
    )
  })

  it('it says so of a webhook of any kind', async () => {
    const { mock } = await started()
    await expect(mock.webhooks.next(soon)).rejects.toThrow(/^No webhook .*was sent within 5ms/)
  })

  it('it lists what came instead', async () => {
    const { mock, post } = await started()
    await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '5' })
    await expect(mock.webhooks.next({ ...expired, ...soon })).rejects.toThrow('webhook_config.test')
  })

  it.each<[string, (setup: Awaited<ReturnType<typeof started>>) => unknown, string | RegExp]>([
    [
      'a delivery whose next attempt is due later',
      async ({ end, quiet, mock }) => {
        await end()
        await quiet()
        await mock.webhooks.next(patient)
      },
      'pending: session.expired, because its next attempt is due at 2020-02-20T12:01:00.000000Z, and the clock is at 2020-02-20T12:00:00.000000Z',
    ],
    [
      'a delivery while the mock is closed',
      async ({ end, mock }) => {
        mock.hold(true)
        await end()
      },
      'pending: session.expired, because nothing is sent while the mock is closed',
    ],
    [
      'an event that the setting does not select',
      ({ mock }) => mock.actions['session.expire']({ where: { state: 'active' } }),
      'not sent: session.expired occurred, but the setting events, ["key.*"], does not select it',
    ],
    [
      'an event without a webhook',
      async ({ delete: remove, end }) => {
        await remove('/configs/webhook/1')
        await end()
      },
      'not sent: session.expired occurred, but neither its key nor its organisation has a valid webhook config',
    ],
    [
      'what is due next, and that the clock is frozen',
      ({ post }) => post('/sessions', newSession('expires@example.com'), { 'ricloud-await': '5' }),
      /due next: session\.expire [0-9a-f-]{36} at 2020-02-21T12:00:00\.\d{6}Z; the clock is frozen at 2020-02-20T12:00:00/,
    ],
    [
      'that nothing is due',
      ({ mock }) => mock.db.key.delete({ where: { id: { equals: 2 } } }),
      'nothing is due; the clock is frozen at 2020-02-20T12:00:00',
    ],
  ])('it says: %s', async (what, act, reason) => {
    const receiver = await startReceiver(503)
    const settings = what.includes('setting') ? { events: ['key.*'] } : {}
    const setup = { receiver, ...setupWebhook(receiver, { settings }) }
    await act(setup)
    await expect(setup.mock.webhooks.next({ ...expired, ...soon })).rejects.toThrow(reason)
  })

  it('it says that a receiver has not answered', async () => {
    const { reply, letGo } = held()
    const { mock, receiver, end } = await started(reply)
    await end()
    await receiver.until(1)
    await expect(mock.webhooks.next(soon)).rejects.toThrow(
      'pending: session.expired, because its receiver has not answered yet',
    )
    letGo()
  })

  it('what comes later is there for the next one', async () => {
    const { mock, end } = await started()
    await expect(mock.webhooks.next(soon)).rejects.toThrow('No webhook')
    await end()
    expect(await mock.webhooks.next(patient)).toMatchObject(expired)
  })

  it('is after four seconds by default', async () => {
    const { mock } = await started()
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    let isOver = false
    const next = mock.webhooks.next().catch(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(3999)
    const before = isOver
    await vi.advanceTimersByTimeAsync(2)
    await next
    expect([before, isOver]).toEqual([false, true])
  })

  it('is at once with a timeout of nothing', async () => {
    const { mock, end, quiet } = await started()
    await end()
    await quiet()
    await mock.webhooks.next({ timeout: '0s' })
    await expect(mock.webhooks.next({ timeout: '0s' })).rejects.toThrow('within 0s')
  })

  it.each(['soon', '5', '-1s', '', 5, null, {}])('is never a timeout of %o, which is refused', async (timeout) => {
    const { mock } = await started()
    await expect(mock.webhooks.next({ timeout: timeout as never })).rejects.toThrow('is not a duration')
  })
})
