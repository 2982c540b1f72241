import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ScenarioName, scenarios } from '../../../scenarios/index.ts'
import { parseCommandLine } from '../../../src/cli/command-line.ts'
import { readSettings, serveOptions } from '../../../src/cli/settings.ts'
import { advance, type Door, get, newSession, post, settled, stateOf, withToken } from '../../doors/behaviour.ts'
import { program } from '../../doors/bundled.ts'
import { killChildren, startCommand } from '../../doors/child.ts'
import { sessionIds } from '../../support/worlds.ts'
import { answerOf, fateOf, outcomeOf, renate, stopClock } from './play.ts'

/** One server of the command for all of them: each is loaded into it by its name. */
let door: Door

beforeAll(async () => {
  const child = startCommand(['--port', '0', '--json', '--quiet'], program)
  const { url, token } = JSON.parse(await child.line('out'))
  door = { token, fetch: (path, init) => fetch(`${url}${path}`, init), close: () => {} }
})
afterAll(killChildren)

const relay = (code: string) => ({ source: { user: 1, type: 'rirelay.instance', identifier: 'r' }, payload: { code } })
const key = (door: Door) => answerOf(get(door, '/key'))
const trial = withToken('ricloud-mock-trial-token')

/** Asks for messages of a new session. */
async function ask(door: Door, wanted: object) {
  const session = (await settled(door, wanted)).id
  return post(door, '/polls', { session, payload: { data_types: ['ios_messages.messages', 'whatsapp.messages'] } })
}
const polled = async (door: Door, wanted: object) =>
  (await get(door, `/polls/${(await ask(door, wanted)).body.id}`)).body

/** The attempts to send the end of a session to a webhook that does not answer, by then. */
async function attempts(door: Door) {
  const { id } = (await post(door, '/configs/webhook', { url: 'http://127.0.0.1:1/' })).body
  await post(door, '/_mock/actions', { do: 'config.accept', where: { id, resource: 'webhook_config' } })
  await post(door, '/organisation', { webhook_config_default: id })
  await settled(door, newSession())
  await advance(door, '1h')
  const { deliveries } = (await get(door, '/_mock/deliveries')).body
  const { attempts } = deliveries.findLast(({ event }: { event: string }) => event === 'session.expired')
  return attempts.map(({ redelivered, signature = 'right' }: { redelivered: boolean; signature?: string }) =>
    redelivered ? `copied ${signature}` : 'sent',
  )
}

/** A few calls that show that a scenario is in force: what they answer before and after something. */
const signs: Readonly<Record<ScenarioName, (door: Door) => Promise<readonly unknown[]>>> = {
  default: async (door) => [
    (await get(door, '/users')).body.total_count,
    await stateOf(door, '/organisation'),
    await outcomeOf(settled(door, renate())),
  ],
  empty: async (door) => [(await get(door, '/users')).body.total_count, await stateOf(door, '/organisation')],
  'two-organisations': async (door) => [
    (await get(door, '/organisation', withToken('ricloud-mock-other-token'))).body.name,
    await answerOf(get(door, '/users/2')),
  ],
  'two-factor': async (door) => [
    await outcomeOf(settled(door, renate(), { 'ricloud-await': '2' })),
    await outcomeOf(settled(door, renate({ password: 'joshua', code: '123456' }), { 'ricloud-await': '2' })),
  ],
  'wrong-password': async (door) => [
    await outcomeOf(settled(door, renate({ password: 'pencil' }))),
    await outcomeOf(settled(door, renate())),
  ],
  'source-locked': async (door) => {
    const { source } = await settled(door, renate())
    await advance(door, '1h')
    return [source.state, await outcomeOf(settled(door, renate()))]
  },
  'service-expiry': async (door) => {
    const { id } = await settled(door, newSession())
    const before = await fateOf(door, id)
    await advance(door, '24h')
    return [before, await fateOf(door, id)]
  },
  'password-changed': async (door) => {
    const { id } = await settled(door, renate())
    await advance(door, '1h')
    return [
      await fateOf(door, id),
      await outcomeOf(settled(door, renate())),
      await outcomeOf(settled(door, renate({ password: 'falken' }))),
    ]
  },
  'idle-culling': async (door) => {
    const { id } = await settled(door, newSession())
    await advance(door, '12h')
    return [await fateOf(door, id)]
  },
  'organisation-ends-sessions': async (door) => {
    await advance(door, '1h')
    return [await fateOf(door, sessionIds.active), (await get(door, '/sessions?state=active')).body.total_count]
  },
  'admin-block': async (door) => {
    await advance(door, '1h')
    const state = await stateOf(door, '/users/1')
    await advance(door, '1h')
    return [state, await key(door)]
  },
  'rotation-grace': async (door) => {
    await advance(door, '30m')
    const during = await key(door)
    await advance(door, '6h')
    return [during, await key(door)]
  },
  'forced-rotation': async (door) => {
    const before = await key(door)
    await advance(door, '30m')
    return [before, await key(door)]
  },
  'trial-key-expiry': async (door) => {
    const before = await answerOf(get(door, '/key', trial))
    await advance(door, '14d')
    return [before, await answerOf(get(door, '/key', trial))]
  },
  'missing-scope': async (door) => [
    await answerOf(post(door, '/sessions', relay('A1B2C3'))),
    await outcomeOf(settled(door, newSession())),
  ],
  'limit-exceeded': async (door) => [
    await answerOf(post(door, '/sessions', newSession('one@example.com'))),
    await answerOf(post(door, '/sessions', newSession('two@example.com'))),
    await answerOf(post(door, '/sessions', newSession('three@example.com'))),
  ],
  'permission-limits': async (door) => [
    await answerOf(post(door, '/sessions', newSession('one@example.com'))),
    await answerOf(post(door, '/sessions', newSession('two@example.com'))),
    await answerOf(post(door, '/sessions', newSession('three@example.com'))),
    await answerOf(post(door, '/sessions', newSession('three@example.com', 2))),
    await answerOf(post(door, '/sessions', newSession('four@example.com', 3))),
  ],
  'rate-limited': async (door) => {
    for (let i = 0; i < 9; i++) await get(door, '/key')
    return [await key(door), await key(door)]
  },
  'flaky-service': async (door) => [
    await answerOf(get(door, '/sources')),
    await answerOf(get(door, '/users')).catch(() => 'no answer'),
    await answerOf(get(door, '/users/1')).catch(() => 'cut short'),
  ],
  'relay-pairing': async (door) => [
    await outcomeOf(settled(door, relay('C3B2A1'))),
    (await settled(door, relay('A1B2C3'))).source.children.total_count,
  ],
  'unconfigured-to-active': async (door) => {
    await post(door, '/configs/storage', { url: 's3://bucket', credentials: { access_key_id: 'AKIA' } })
    const before = await stateOf(door, '/organisation')
    await advance(door, '5s')
    return [before, await stateOf(door, '/organisation')]
  },
  'webhook-retries': async (door) => {
    await settled(door, newSession())
    await advance(door, '1h')
    const [before] = (await get(door, '/events?limit=1')).body.data
    await advance(door, '5m')
    const [after] = (await get(door, '/events?limit=1')).body.data
    return [before.state, after.state, after.retries]
  },
  'webhook-twice': attempts,
  'webhook-reversed': attempts,
  'webhook-late': attempts,
  'webhook-wrong-signature': attempts,
  'webhook-old-signature': attempts,
  'webhook-rotated-secret': attempts,
  'poll-results': async (door) => [(await get(door, '/polls?state=processing')).body.total_count],
  'poll-partial-failure': async (door) => [(await polled(door, renate())).errors.total_count],
  'poll-session-expires': async (door) => {
    const { id } = await polled(door, newSession())
    await advance(door, '16m')
    return [(await get(door, `/polls/${id}`)).body.errors.data[0].error]
  },
  'subscription-icloud': async (door) => {
    const session = (await settled(door, renate())).id
    await post(door, '/subscriptions', { session, poll_payload: { data_types: ['ios_messages.messages'] } })
    await advance(door, '2d')
    return [(await get(door, '/polls')).body.total_count]
  },
  'subscription-relay': async (door) => {
    const { id: session, source } = await settled(door, relay('A1B2C3'))
    const wanted = { session, source: source.children.data[0].id, poll_payload: { data_types: ['*'] } }
    await post(door, '/subscriptions', wanted)
    await advance(door, '30s')
    const before = (await get(door, '/polls')).body.total_count
    await advance(door, '1h')
    return [before, (await get(door, '/polls')).body.total_count]
  },
  'signed-urls': async (door) => {
    await post(door, '/configs/storage/1', { signed_urls_enabled: true })
    const { pathname, search } = new URL((await polled(door, newSession())).results.data[0].signed_url.url)
    const before = (await door.fetch(pathname + search)).status
    await advance(door, '10m')
    return [before, (await door.fetch(pathname + search)).status]
  },
  'results-acknowledged': async (door) => {
    await advance(door, '1h')
    return [(await get(door, '/results')).body.total_count]
  },
  'missing-data-scope': async (door) => [await answerOf(ask(door, newSession()))],
  'bucket-broken': async (door) => {
    await advance(door, '1h')
    return [await answerOf(ask(door, newSession()))]
  },
}

const expected: Readonly<Record<ScenarioName, readonly unknown[]>> = {
  default: [3, 'active', 'active'],
  empty: [0, 'unconfigured'],
  'two-organisations': ['Other org', '404 not-found'],
  'two-factor': ['failed init_failed', 'active'],
  'wrong-password': ['failed init_failed', 'active'],
  'source-locked': ['locked', 'active'],
  'service-expiry': ['active', 'expired service'],
  'password-changed': ['expired service', 'failed init_failed', 'active'],
  'idle-culling': ['expired api'],
  'organisation-ends-sessions': ['expired organisation', 0],
  'admin-block': ['blocked', '403 forbidden'],
  'rotation-grace': ['200', '401 unauthorized'],
  'forced-rotation': ['200', '401 unauthorized'],
  'trial-key-expiry': ['200', '401 unauthorized'],
  'missing-scope': ['403 missing-scope', 'active'],
  'limit-exceeded': ['201', '201', '403 limit-exceeded'],
  'permission-limits': ['201', '201', '403 limit-exceeded', '201', '403 limit-exceeded'],
  'rate-limited': ['200', '429 too-many-requests'],
  'flaky-service': ['503 internal-server-error', 'no answer', 'cut short'],
  'relay-pairing': ['failed init_failed', 2],
  'unconfigured-to-active': ['unconfigured', 'active'],
  'webhook-retries': ['pending', 'delivered', 2],
  'webhook-twice': ['sent', 'copied right'],
  'webhook-reversed': [],
  'webhook-late': [],
  'webhook-wrong-signature': ['sent', 'copied wrong'],
  'webhook-old-signature': ['sent', 'copied old'],
  'webhook-rotated-secret': ['sent', 'copied rotated'],
  'poll-results': [2],
  'poll-partial-failure': [1],
  'poll-session-expires': ['session-expired'],
  'subscription-icloud': [3],
  'subscription-relay': [0, 1],
  'signed-urls': [200, 403],
  'results-acknowledged': [0],
  'missing-data-scope': ['403 missing-scope'],
  'bucket-broken': ['400 unconfigured'],
}

describe('The command line', () => {
  it.each(Object.keys(scenarios) as ScenarioName[])('plays the scenario %s, loaded by its name', async (name) => {
    const loaded = await door.fetch('/_mock/scenario', { method: 'PUT', body: JSON.stringify({ scenario: name }) })
    expect(loaded.status).toBe(200)
    await stopClock(name, door)
    expect(await signs[name](door)).toEqual(expected[name])
  })

  it.each(Object.keys(scenarios) as ScenarioName[])('--scenario %s starts with it', async (name) => {
    const options = await serveOptions(await readSettings(parseCommandLine(['--scenario', name])))
    expect(options).toMatchObject({ scenario: name })
  })
})
