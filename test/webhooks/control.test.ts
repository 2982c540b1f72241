import { describe, expect, it, onTestFinished } from 'vitest'
import { apiUrl, createMock, type Mock } from '../../src/index.ts'
import { serve } from '../../src/standalone.ts'
import { sessionIds } from '../support/worlds.ts'
import { held, type Reply, startReceiver } from './receiver.ts'
import { patient, secondsIn, secret, setupWebhook, worldWith } from './world.ts'

const frozen = { clock: { start: '2020-02-20T12:00:00Z', frozen: true }, log: () => {} }

/** How the control API is reached: a mock, and how it is called. */
type Open = (url: string) => Promise<{ mock: Mock; call: (method: string, path: string) => Promise<Response> }>
const ways: Readonly<Record<string, Open>> = {
  'in the process': async (url) => {
    const mock = createMock({ ...frozen, fixtures: [worldWith(url)] })
    return { mock, call: (method, path) => mock.fetch(new Request(`${apiUrl}${path}`, { method })) }
  },
  'over HTTP': async (url) => {
    const server = await serve({ ...frozen, port: 0, fixtures: [worldWith(url)] })
    onTestFinished(() => server.close({ now: true }))
    return { mock: server.mock, call: (method, path) => fetch(`${server.url}${path}`, { method }) }
  },
}

/** Of the secret. */
const fingerprint = '2c14'

const noon = '2020-02-20T12:00:00.000000Z'

describe.each(Object.entries(ways))('%s', (_, open) => {
  /** A mock whose session has ended, and whose webhook was called. */
  async function ended(...replies: Reply[]) {
    const receiver = await startReceiver(...replies)
    const { mock, call } = await open(receiver.url)
    mock.actions['session.expire']({ where: { id: sessionIds.active } })
    const { id } = await mock.webhooks.next(patient)
    const ask = async (method: string, path: string) => {
      const answer = await call(method, path)
      // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
      return { status: answer.status, body: (await answer.json()) as any }
    }
    return {
      mock,
      receiver,
      id,
      ask,
      list: async () => (await ask('GET', '/_mock/deliveries')).body.deliveries,
      again: (which = id) => ask('POST', `/_mock/deliveries/${which}/redeliver`),
    }
  }

  describe('GET /_mock/deliveries', () => {
    it('is empty at first', async () => {
      const { call } = await open('http://127.0.0.1:1')
      expect(await (await call('GET', '/_mock/deliveries')).json()).toEqual({ deliveries: [], total_count: 0 })
    })

    it('shows an event and its attempts, with status and time', async () => {
      const { list, id, receiver } = await ended(503)
      expect(await list()).toEqual([
        {
          id,
          event: 'session.expired',
          number: 1,
          state: 'pending',
          webhook_config: 1,
          url: receiver.url,
          fingerprint,
          date: noon,
          record: { resource: 'session', id: sessionIds.active },
          next: '2020-02-20T12:01:00.000000Z',
          attempts: [{ at: noon, status: 503, error: 'status 503', unsent: false, redelivered: false, fingerprint }],
        },
      ])
    })

    it('shows what the mock itself shows', async () => {
      const { list, mock } = await ended(503)
      await mock.clock.advance('3h')
      expect(await list()).toEqual(mock.webhooks.deliveries)
    })

    it('shows the oldest event first', async () => {
      const { list, mock } = await ended()
      mock.actions['session.expire']({ where: { id: sessionIds.relay } })
      const { id } = await mock.webhooks.next(patient)
      const deliveries: { id: string }[] = await list()
      expect(deliveries.map((delivery) => delivery.id).at(-1)).toBe(id)
    })

    it('shows the tests of configs too', async () => {
      const { list, mock, receiver } = await ended()
      await mock.fetch(`${apiUrl}/configs/webhook`, {
        method: 'POST',
        headers: { authorization: `Token ${mock.token}` },
        body: JSON.stringify({ url: receiver.url }),
      })
      await mock.clock.advance('0s')
      expect((await list()).map(({ event }: { event: string }) => event)).toEqual([
        'session.expired',
        'webhook_config.test',
      ])
    })

    it('shows an event that is under way without an attempt', async () => {
      const { list, mock, receiver } = await ended(200, held().reply)
      mock.actions['session.expire']({ where: { id: sessionIds.relay } })
      await receiver.until(2)
      expect((await list())[1]).toMatchObject({ state: 'pending', attempts: [] })
    })

    it('shows no secret', async () => {
      const { list } = await ended()
      expect(JSON.stringify(await list())).not.toContain(secret)
    })

    it('shows the last ones, and those before one', async () => {
      const { list, mock, ask, id } = await ended()
      mock.actions['session.expire']({ where: { id: sessionIds.relay } })
      await mock.webhooks.next(patient)
      const [first, second] = await list()
      const last = await ask('GET', '/_mock/deliveries?limit=1')
      expect(last.body).toEqual({ deliveries: [second], total_count: 2 })
      expect(id).toBe(first.id)
      expect((await ask('GET', `/_mock/deliveries?limit=5&before=${second.id}`)).body.deliveries).toEqual([first])
    })

    it('shows one by its ID', async () => {
      const { list, ask, id } = await ended()
      expect((await ask('GET', `/_mock/deliveries?id=${id}`)).body).toEqual({
        deliveries: await list(),
        total_count: 1,
      })
    })

    it('shows none for the ID of an event that is sent to no webhook', async () => {
      const { mock, ask } = await ended()
      const { id } = mock.db.event.create({ webhook_config: null, type: 'session', action: 'expired' })
      expect((await ask('GET', `/_mock/deliveries?id=${id}`)).body.deliveries).toEqual([])
    })

    it('names the past event that it tells of, which the call names too', async () => {
      const { list, mock } = await ended()
      const [past] = mock.history().filter(({ event }) => event === 'session.expired')
      expect((await list())[0].number).toBe(past?.number)
    })

    it('shows by a fingerprint that a secret was replaced since an attempt', async () => {
      const { list, mock } = await ended()
      mock.db.webhook_config.update({ where: { id: { equals: 1 } }, data: { secret: 'another' } })
      const [delivery] = await list()
      expect(delivery.attempts[0].fingerprint).toBe(fingerprint)
      expect(delivery.fingerprint).not.toBe(fingerprint)
    })

    it('refuses a query that it does not know', async () => {
      const { ask } = await ended()
      const { status, body } = await ask('GET', '/_mock/deliveries?state=failed')
      expect([status, body.error]).toEqual([400, 'invalid-parameter'])
    })
  })

  describe('POST /_mock/deliveries/{id}/redeliver', () => {
    it('sends a delivered event once more', async () => {
      const { again, receiver } = await ended()
      await again()
      expect(receiver.received.length).toBe(2)
    })

    it('answers with the delivery and what came of it', async () => {
      const { again, list } = await ended(200, 202)
      const { status, body } = await again()
      expect([status, body, body.attempts[1]]).toEqual([
        200,
        (await list())[0],
        { at: noon, status: 202, error: null, unsent: false, redelivered: true, fingerprint },
      ])
    })

    it('sends the same body to the same place', async () => {
      const { again, receiver } = await ended()
      await again()
      const [first, second] = receiver.received.map(({ target, body }) => ({ target, body }))
      expect(second).toEqual(first)
    })

    it('signs it at the instant of the call', async () => {
      const { again, receiver, mock } = await ended()
      await mock.clock.advance('1d')
      await again()
      expect(secondsIn(receiver.received[1]?.headers ?? {})).toBe(Date.UTC(2020, 1, 21, 12) / 1000)
    })

    it('counts as no retry', async () => {
      const { again, mock, id } = await ended(503, 503, 200)
      await again()
      await again()
      expect(mock.db.event.findFirst({ where: { id: { equals: id } } })?.retries).toBe(0)
    })

    it('leaves a delivered event delivered, whatever is answered', async () => {
      const { again } = await ended(200, 500)
      expect((await again()).body).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }, { status: 500 }] })
    })

    it('delivers a failed event', async () => {
      const { again, mock, receiver } = await ended(503)
      await mock.clock.advance('3h')
      receiver.reply(200)
      expect((await again()).body.state).toBe('delivered')
    })

    it('tells when a failed event was delivered after all', async () => {
      const { again, mock, receiver, id } = await ended(503)
      await mock.clock.advance('3h')
      receiver.reply(200)
      await again()
      expect(mock.db.event.findFirst({ where: { id: { equals: id } } })).toMatchObject({
        date_delivered: '2020-02-20T15:00:00.000000Z',
        retries: 4,
      })
    })

    it('leaves a failed event failed where it fails again', async () => {
      const { again, mock } = await ended(503)
      await mock.clock.advance('3h')
      expect((await again()).body).toMatchObject({ state: 'failed', attempts: { length: 6 } })
    })

    it('delivers a pending event, which is then not tried again', async () => {
      const { again, mock, receiver } = await ended(503, 200)
      await again()
      await mock.clock.advance('3h')
      expect([receiver.received.length, mock.webhooks.deliveries[0]?.state]).toEqual([2, 'delivered'])
    })

    it('leaves a pending event its own attempts where it fails', async () => {
      const { again, mock } = await ended(503)
      await again()
      await mock.clock.advance('3h')
      const [{ state, attempts } = { state: 'none', attempts: [] }] = mock.webhooks.deliveries
      expect([state, attempts.map(({ at }) => at.slice(11, 16))]).toEqual([
        'failed',
        ['12:00', '12:00', '12:01', '12:05', '12:30', '14:00'],
      ])
    })

    it('is refused for an ID that no event has', async () => {
      const { again } = await ended()
      const { status, body } = await again('nobody')
      expect([status, body.error, body.message]).toEqual([404, 'not-found', 'No delivery has the ID "nobody".'])
    })

    it('is refused for an event that has no webhook', async () => {
      const { mock, again } = await ended()
      mock.db.organisation.update({ where: { id: { equals: 1 } }, data: { webhook_config_default: null } })
      mock.actions['session.expire']({ where: { id: sessionIds.relay } })
      const [event] = mock.db.event.findMany({ where: {} }).filter(({ webhook_config }) => webhook_config === null)
      expect((await again(event?.id)).status).toBe(404)
    })

    it('says in the attempt that the config was deleted', async () => {
      const { mock, again } = await ended()
      await mock.fetch(`${apiUrl}/configs/webhook/1`, {
        method: 'DELETE',
        headers: { authorization: `Token ${mock.token}` },
      })
      expect((await again()).body.attempts[1]).toMatchObject({ status: null, error: 'the webhook config was deleted' })
    })

    it('is no GET', async () => {
      const { ask, id } = await ended()
      expect((await ask('GET', `/_mock/deliveries/${id}/redeliver`)).status).toBe(404)
    })
  })
})

describe('mock.webhooks.redeliver', () => {
  it('resolves to the delivery', async () => {
    const { mock, end } = setupWebhook(await startReceiver())
    await end()
    const { id } = await mock.webhooks.next(patient)
    expect(await mock.webhooks.redeliver(id)).toEqual(mock.webhooks.deliveries[0])
  })

  it('rejects for an ID that no event has', async () => {
    const { mock } = setupWebhook(await startReceiver())
    await expect(mock.webhooks.redeliver('nobody')).rejects.toThrow('No delivery has the ID "nobody".')
  })

  it('uses the next scripted answer', async () => {
    const { mock, end } = setupWebhook(await startReceiver(), { settings: { webhook_answers: [503, 200] } })
    await end()
    const { id } = await mock.webhooks.next(patient)
    expect((await mock.webhooks.redeliver(id)).attempts.map(({ status }) => status)).toEqual([503, 200])
  })

  it('many times at once uses one scripted answer after the other', async () => {
    const { mock, end } = setupWebhook(await startReceiver(), { settings: { webhook_answers: [503, 500, 200] } })
    await end()
    const { id } = await mock.webhooks.next(patient)
    await Promise.all([mock.webhooks.redeliver(id), mock.webhooks.redeliver(id)])
    expect(mock.webhooks.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([503, 500, 200])
  })
})
