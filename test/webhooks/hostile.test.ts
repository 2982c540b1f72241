import { describe, expect, it } from 'vitest'
import { hostileWebhooks, scenarios } from '../../scenarios/index.ts'
import { createMock, verifySignature } from '../../src/index.ts'
import { type Received, type Receiver, startReceiver } from './receiver.ts'
import { secret, worldWith } from './world.ts'

/** Whether a receiver takes an event: what it checks makes it right, or not. */
interface Checks {
  readonly signature?: boolean
  readonly age?: boolean
  readonly duplicates?: boolean
  readonly order?: boolean
}

/** A receiver, and how often it acted on events, in which order. */
async function startActing({ signature, age, duplicates, order }: Checks, now: () => string) {
  const acted: string[] = []
  const seen = new Set<string>()
  const receiver = await startReceiver(async ({ headers, body, event }: Received) => {
    const tolerance = age ? '10m' : null
    if (signature && !(await verifySignature(headers, body, secret, { tolerance, now: now() }))) return 403
    if (duplicates && seen.has(event.id)) return 200
    seen.add(event.id)
    acted.push(event.date_created)
    if (order) acted.sort()
    return 200
  })
  return { receiver, acted }
}

const right: Checks = { signature: true, age: true, duplicates: true, order: true }

/** What a receiver did, once two sessions have ended at different times and everything was sent. */
async function play(scenario: (typeof hostileWebhooks)[number], checks: Checks) {
  let now = () => ''
  const { receiver, acted } = await startActing(checks, () => now())
  const mock = mockFor(scenario, receiver)
  now = () => mock.clock.now()
  for (const identifier of ['a@example.com', 'b@example.com']) {
    await startSession(mock, identifier)
    await mock.clock.advance('1s')
  }
  await mock.clock.advance('4h')
  const sent = mock.webhooks.deliveries.flatMap(({ attempts }) => attempts)
  return { mock, acted, sent, receiver, forged: sent.filter(({ signature }) => signature !== undefined) }
}

const mockFor = (scenario: (typeof hostileWebhooks)[number], { url }: Receiver) => {
  const fixture = worldWith(url)
  return createMock({ scenario, fixtures: [{ ...fixture, sessions: [] }] })
}

const startSession = (mock: ReturnType<typeof mockFor>, identifier: string) =>
  mock.fetch('https://x.test/sessions', {
    method: 'POST',
    headers: { authorization: `Token ${mock.token}` },
    body: JSON.stringify({ source: { user: 1, type: 'icloud.account', identifier }, payload: { password: 'x' } }),
  })

describe('A receiver that is right', () => {
  it.each(hostileWebhooks)('acts once on each event, in their order, and on nothing forged: %s', async (scenario) => {
    const { acted, mock, forged } = await play(scenario, right)
    expect(acted).toEqual(mock.webhooks.deliveries.map(() => expect.any(String)))
    expect(acted).toEqual([...acted].sort())
    expect(forged.map(({ status }) => status)).toEqual(forged.map(() => 403))
    expect(mock.webhooks.deliveries.map(({ state }) => state)).toEqual(acted.map(() => 'delivered'))
  })
})

describe('A receiver that is wrong', () => {
  it('acts twice if it takes events twice', async () => {
    expect((await play('webhook-twice', { ...right, duplicates: false })).acted).toHaveLength(4)
  })

  it('acts in another order if it takes events as they come', async () => {
    const { acted } = await play('webhook-reversed', { ...right, order: false })
    expect(acted).toEqual([...acted].sort().reverse())
  })

  it.each(['webhook-wrong-signature', 'webhook-rotated-secret'] as const)(
    'takes what is forged if it does not verify signatures: %s',
    async (scenario) => {
      const { forged } = await play(scenario, { ...right, signature: false })
      expect(forged.map(({ status }) => status)).toEqual([200, 200])
    },
  )

  it('takes old signatures if it does not look at their age', async () => {
    const { forged } = await play('webhook-old-signature', { ...right, age: false })
    expect(forged.map(({ signature, status }) => [signature, status])).toEqual([
      ['old', 200],
      ['old', 200],
    ])
  })
})

describe('The setting webhook_order', () => {
  it('late: the first attempt is an hour after the event, with a signature of then', async () => {
    const { mock, sent, receiver } = await play('webhook-late', right)
    const [event] = (
      await (await mock.fetch('https://x.test/events', { headers: { authorization: `Token ${mock.token}` } })).json()
    ).data.reverse()
    expect(Date.parse(sent[0]?.at ?? '') - Date.parse(event.date_created)).toBe(3_600_000)
    expect(receiver.received[0]?.headers['ricloud-signature']).toContain(
      `t=${Math.floor(Date.parse(sent[0]?.at ?? '') / 1000)},`,
    )
  })

  it('late: later attempts follow the first one at the same intervals as others', async () => {
    const receiver = await startReceiver(500)
    const mock = mockFor('webhook-late', receiver)
    await startSession(mock, 'a@example.com')
    await mock.clock.advance('6h')
    const [first = 0, ...rest] = (mock.webhooks.deliveries[0]?.attempts ?? []).map(({ at }) => Date.parse(at))
    expect(rest.map((at) => (at - first) / 60_000)).toEqual([1, 5, 30, 120])
  })

  it('is checked', () => {
    expect(() => createMock({ settings: { webhook_order: 'backwards' as never } })).toThrow(
      'settings.webhook_order: must be "sent", "reversed" or "late"',
    )
  })
})

describe('The setting webhook_copies', () => {
  it('is checked', () => {
    expect(() => createMock({ settings: { webhook_copies: ['forged' as never] } })).toThrow(
      'settings.webhook_copies[0]: must be "right", "wrong", "old" or "rotated"',
    )
  })
})

describe('The action event.redeliver', () => {
  it('sends a copy with the signature that is asked for, which changes nothing of the event', async () => {
    const receiver = await startReceiver(500, 200)
    const mock = createMock({ fixtures: [worldWith(receiver.url)], clock: { frozen: true } })
    mock.actions['session.expire']({ where: { state: 'active' } })
    await mock.clock.advance('0s')
    const [delivery] = mock.webhooks.deliveries
    mock.actions['event.redeliver']({ where: { id: delivery?.id ?? '' }, with: { signature: 'wrong' } })
    await mock.clock.advance('0s')
    expect(mock.webhooks.deliveries[0]).toMatchObject({
      state: 'pending',
      attempts: [{ status: 500 }, { status: 200, redelivered: true, signature: 'wrong' }],
    })
  })
})

describe('The scenarios of hostile webhooks', () => {
  it('are all that have a setting of them', () => {
    const set = Object.entries(scenarios).filter(
      ([, { settings = {} }]) => 'webhook_order' in settings || 'webhook_copies' in settings,
    )
    expect(set.map(([name]) => name)).toEqual(hostileWebhooks)
  })
})
