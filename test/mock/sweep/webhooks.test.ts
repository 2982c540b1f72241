import { HttpResponse, http } from 'msw'
import { describe, expect, it } from 'vitest'
import { hostileWebhooks } from '../../../scenarios/index.ts'
import { verifySignature } from '../../../src/index.ts'
import { type SweepContext, type SweepOptions, type SweepRun, setupRicloud, sweep } from '../../../src/node.ts'
import { sessionIds } from '../../support/worlds.ts'
import { startReceiver } from '../../webhooks/receiver.ts'
import { secret, worldWith } from '../../webhooks/world.ts'

const url = 'https://ricloud-api.reincubate.com'

/** Whether a receiver checks the signature and its age, and acts once on each event. */
interface Checks {
  readonly signature?: boolean
  readonly age?: boolean
  readonly duplicates?: boolean
}
const right: Checks = { signature: true, age: true, duplicates: true }
const startAgain = JSON.stringify({
  source: { user: 1, type: 'icloud.account', identifier: 'a@example.com' },
  payload: { password: 'joshua' },
})

/** Sweeps a client that starts another session when it hears that one has ended. */
async function sweepReceiver(
  { signature, age, duplicates }: Checks,
  options: SweepOptions = {},
  assert: (received: number) => void = () => {},
) {
  let context: SweepContext | undefined
  const seen = new Set<string>()
  let received = 0
  const call = (method: string, path: string, body?: string) => {
    const { fetch, token } = context as SweepContext
    return fetch(url + path, { method, headers: { authorization: `Token ${token}` }, ...(body && { body }) })
  }
  const receiver = await startReceiver(async ({ headers, body, event }) => {
    received++
    const limits = { tolerance: age ? ('10m' as const) : null, now: context?.mock.clock.now() }
    if (signature && !(await verifySignature(headers, body, secret, limits))) return 403
    if (duplicates && seen.has(event.id)) return 200
    seen.add(event.id)
    await call('POST', '/sessions', startAgain).catch(() => {})
    return 200
  })
  const end = async (run: SweepContext) => {
    context = run
    seen.clear()
    received = 0
    await call('DELETE', `/sessions/${sessionIds.active}`)
    await run.mock.clock.advance('2h')
    assert(received)
  }
  return sweep(end, { fixtures: [worldWith(receiver.url)], kinds: hostileWebhooks, parallel: 1, ...options })
}

const runOf = (runs: readonly SweepRun[], kind: SweepRun['kind']) => runs.find((run) => run.kind === kind)

describe('sweep of a test whose receiver gets webhooks', { timeout: 180_000 }, () => {
  it('finds nothing in a receiver that checks signature and age, and acts once on each event', async () => {
    const { runs, problems, text } = await sweepReceiver(right)
    expect(problems, text).toEqual([])
    expect(runs.map(({ kind, outcome, number, call }) => [kind, outcome, number, call])).toEqual(
      hostileWebhooks.map((kind) => [kind, 'passed', null, null]),
    )
  })

  it('tells what it answered to each webhook, and how that was signed', async () => {
    const { runs, text } = await sweepReceiver(right, { kinds: ['webhook-old-signature'] })
    expect(runs[0]?.webhooks).toEqual([
      { event: 'session.expired', signature: 'right', status: 200 },
      { event: 'session.expired', signature: 'old', status: 403 },
    ])
    expect(text).toContain(
      'webhook-old-signature: passed; session.expired accepted; session.expired with signature old answered with 403',
    )
  })

  it.each([
    ['webhook-wrong-signature', { ...right, signature: false }, 'wrong'],
    ['webhook-rotated-secret', { ...right, signature: false }, 'rotated'],
    ['webhook-old-signature', { ...right, age: false }, 'old'],
  ] as const)('names what it accepts: %s', async (kind, checks, signature) => {
    const { problems, text } = await sweepReceiver(checks, { kinds: [kind] })
    expect(problems.map((run) => run.kind)).toEqual([kind])
    expect(text).toContain(`session.expired with signature ${signature} accepted`)
  })

  it('names what it does twice', async () => {
    const { problems } = await sweepReceiver({ ...right, duplicates: false }, { kinds: ['webhook-twice'] })
    expect(problems.map(({ duplicates }) => duplicates)).toEqual([['POST /sessions created 2 instead of 1']])
  })

  it('counts a test that fails because of a copy as a problem', async () => {
    const assert = (received: number) => {
      if (received !== 1) throw new Error(`${received} webhooks came`)
    }
    const { problems } = await sweepReceiver(right, { kinds: ['webhook-twice', 'webhook-late'] }, assert)
    expect(problems.map(({ kind, error }) => [kind, error])).toEqual([['webhook-twice', '2 webhooks came']])
  })

  it('is done by default with all kinds, after the calls', async () => {
    const { runs } = await sweepReceiver(right, { kinds: undefined })
    expect(runs.slice(-hostileWebhooks.length).map(({ kind }) => kind)).toEqual(hostileWebhooks)
  })

  it('is not done by default where calls are chosen', async () => {
    const { runs } = await sweepReceiver(right, { kinds: undefined, calls: [1] })
    expect(runs.every(({ number }) => number === 1)).toBe(true)
  })

  it('keeps the settings of the test', async () => {
    const { runs } = await sweepReceiver(right, { kinds: ['webhook-twice'], settings: { events: ['user.created'] } })
    expect(runs.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['skipped', 'the test answered no webhook without a fault'],
    ])
  })

  it('skips them where the answers to webhooks are scripted', async () => {
    const { runs } = await sweepReceiver(right, { settings: { webhook_answers: [200] } })
    expect(new Set(runs.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']))
  })

  it('reaches handlers of msw while setupRicloud listens', async () => {
    using ricloud = setupRicloud({ fixtures: [worldWith('http://app.test/hooks')] }).listen()
    ricloud.server.use(http.post('http://app.test/hooks/:id', () => new HttpResponse(null, { status: 204 })))
    const end = async ({ mock, token }: SweepContext) => {
      const headers = { authorization: `Token ${token}` }
      await fetch(`${url}/sessions/${sessionIds.active}`, { method: 'DELETE', headers })
      await mock.clock.advance('2h')
    }
    const { problems, runs } = await ricloud.sweep(end, { kinds: hostileWebhooks })
    expect(runOf(runs, 'webhook-twice')?.webhooks.map(({ status }) => status)).toEqual([204, 204])
    expect(problems.map(({ kind }) => kind)).toEqual([
      'webhook-wrong-signature',
      'webhook-old-signature',
      'webhook-rotated-secret',
    ])
  })
})
