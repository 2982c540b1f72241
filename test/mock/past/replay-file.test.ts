import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Mock, MockOptions } from '../../../src/index.ts'
import { readReplay } from '../../../src/mock/past/replay-file.ts'
import { replayWorld } from '../../../src/mock/past/replay-world.ts'
import { definition } from '../../../src/mock/ricloud.ts'
import { newSession, setupApi, startTime } from '../../support/api.ts'
import { startReceiver } from '../../webhooks/receiver.ts'
import { setupWebhook } from '../../webhooks/world.ts'

type Api = ReturnType<typeof setupApi>

const replayed = async (text: string, options = {}) => replayWorld(definition, readReplay(text, 'the file'), options)
const stateOf = (mock: Mock) => [mock.state(), mock.clock.frozen ? mock.clock.now() : 'running']

/** What differs when the file of a mock is replayed: nothing. */
async function expectSame(mock: Mock): Promise<string> {
  const text = await mock.replayFile()
  const before = stateOf(mock)
  const { difference, mock: copy } = await replayed(text)
  expect([difference, readReplay(text, 'the file').difference]).toEqual([undefined, null])
  expect(stateOf(copy)).toEqual(before)
  return text
}

const withAccount: MockOptions = {
  token: 'given-secret-token',
  scenario: {
    scenario: 'own',
    accounts: [{ identifier: 'a@example.com', password: 'hunter22', code: '998877' }],
  },
}

describe('mock.replayFile', () => {
  it.each<[string, (api: Api) => unknown, MockOptions?]>([
    ['calls', (api) => api.post('/sessions', newSession())],
    ['a clock that runs', (api) => api.post('/sessions', newSession(), { 'ricloud-await': '0.05' }), { clock: {} }],
    ['records that are generated', (api) => api.get('/users'), { generate: { users: 30 }, clock: {} }],
    ['another scenario', ({ mock }) => mock.scenario.load('two-factor')],
    [
      'another scenario while the clock runs',
      ({ mock }) => mock.scenario.load('rotation-grace', { keep: true }),
      { clock: {} },
    ],
    [
      'another scenario that generates records',
      ({ mock }) => mock.scenario.load({ scenario: 'many', generate: { users: 20 } }),
      { clock: {} },
    ],
    ['a reset', ({ mock }) => mock.reset(), { clock: {} }],
    ['a reset with options', ({ mock }) => mock.reset({ scenario: 'two-factor', seed: 9, token: 'another-token' })],
    ['an action', ({ mock }) => mock.actions['account.change_password']({ where: { id: 1 } })],
    [
      'a change through a model',
      ({ mock }) => mock.db.key.update({ where: { id: { equals: 1 } }, data: { token: 'plain-secret' } }),
    ],
    [
      'a snapshot that was restored',
      async (api) => {
        api.mock.snapshots.save('a')
        await api.post('/users', { identifier: 'b@example.com' })
        api.mock.snapshots.restore('a')
      },
    ],
    [
      'a call that was waiting when a snapshot was restored',
      async (api) => {
        api.mock.snapshots.save('a')
        const waiting = api.post('/sessions', newSession(), { 'ricloud-await': '5' })
        await new Promise((resolve) => setTimeout(resolve, 20))
        api.mock.snapshots.restore('a')
        await waiting
      },
      { clock: {}, settings: { session_init: '1h' } },
    ],
    ['a rewind', (api) => api.post('/users', { identifier: 'b@example.com' }).then(() => api.mock.rewind(2))],
    [
      'a token that was replaced',
      async (api) => {
        await api.post('/keys/1/rotate', {})
        await api.get('/key')
        await api.mock.clock.advance('1h')
        await api.get('/key', { authorization: `Token ${api.mock.db.key.getAll()[0]?.token}` })
      },
    ],
    ['a body that is no JSON', (api) => api.post('/users', '{"identifier": "a@example.com", "x": tru')],
    ['a body that is a form', (api) => api.post('/users', 'identifier=a%40example.com&password=hunter22')],
    ['a fault that closes the connection', ({ mock }) => mock.faults.arm({ on: 'GET /users', close: 'reset' })],
  ])('is replayed to the same answers and records: %s', async (_, act, options) => {
    const api = setupApi(options)
    await api.mock.ready
    await api.post('/users', { identifier: 'a@example.com' })
    await act(api)
    await api.get('/users').catch(() => {})
    await expectSame(api.mock)
  })

  it('holds no password, code or token, and what depends on them stays the same', async () => {
    const api = setupApi(withAccount)
    const start = (payload: object) => api.post('/sessions', { ...newSession('a@example.com'), payload })
    await start({ password: 'hunter22', code: '998877' })
    await start({ password: 'not-the-right-one', code: '998877' })
    await start({ password: 'hunter22', code: '112233' })
    await api.get('/users?token=in-the-query')
    await api.get('/users', { authorization: 'Token of-nobody', cookie: 'id=in-a-cookie' })
    await api.post('/configs/webhook', { url: 'http://localhost:9/hooks?secret=in-a-url' })
    await api.mock.clock.advance('0s')
    await api.post('/configs/storage', { url: 'gs://bucket', credentials: { private_key: 'in-credentials' } })
    const text = await expectSame(api.mock)
    expect(text).not.toMatch(/given-secret|hunter22|998877|not-the-right|112233|in-the-query|of-nobody|in-a-|in-cred/)
    expect(
      api.mock.db.session
        .getAll()
        .slice(-3)
        .map(({ error }) => error),
    ).toContain('credentials-invalid')
  })

  it('gives webhooks the outcomes that they had, and sends none', async () => {
    const receiver = await startReceiver(503, 200)
    const api = setupWebhook(receiver)
    await api.end()
    await api.post('/users', { identifier: 'a@example.com' })
    await api.mock.clock.advance('2h')
    const { length } = receiver.received
    await expectSame(api.mock)
    expect(receiver.received.length).toBe(length)
  })

  it('writes no results to a folder of the disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
    const api = setupApi({ localStorage: folder })
    await api.post('/configs/storage', { url: `local://${folder}/results` })
    const { body } = await api.post('/sessions', newSession())
    await api.mock.clock.advance('1m')
    const text = await api.mock.replayFile()
    rmSync(folder, { recursive: true })
    const { difference } = await replayed(text)
    expect([difference, body.id !== undefined]).toEqual([undefined, true])
    expect(() => readdirSync(folder)).toThrow()
  })

  it('is that of one world', async () => {
    const api = setupApi()
    const world = await api.mock.worlds.create({ seed: 7 })
    await api.get('/users', { authorization: `Token ${world.token}` })
    const text = await expectSame(world)
    expect(readReplay(text, 'the file')).toMatchObject({ world: world.id, options: { seed: 7 } })
  })

  it.each<[string, (api: Api) => unknown, string, MockOptions?]>([
    ['no journal', () => {}, 'nothing is kept, because the option `journal` is 0', { journal: 0 }],
    ['a packed state', ({ mock }) => mock.unpack(mock.pack() as string), 'it began with the state of another world'],
    [
      'a snapshot from before a reset',
      ({ mock }) => {
        mock.snapshots.save('a')
        mock.reset()
        mock.snapshots.restore('a')
      },
      'its snapshot "a" was saved before it was reset or rewound',
    ],
    [
      'calls that are no longer kept',
      async (api) => {
        for (let i = 0; i < 1100; i++) await api.get('/users/1')
      },
      'there were so many calls that the first ones are no longer kept; the option `journal` is the limit',
      { journal: 20 },
    ],
  ])('rejects a world with %s', async (_, act, message, options) => {
    const api = setupApi(options)
    await act(api)
    await expect(api.mock.replayFile()).rejects.toThrow(`Failed to record the world: ${message}.`)
  })

  it('says how a replay differed, if one did', async () => {
    const api = setupApi()
    await api.get('/users')
    const { time } = (api.mock.rewound() as { world: { time: { clock: { moveTo(at: number): void } } } }).world
    time.clock.moveTo(Date.parse('2030-01-01') * 1000)
    await api.post('/users', { identifier: 'a@example.com' })
    const text = await api.mock.replayFile()
    const difference = 'request 2, POST /users, was answered with another body than in a replay.'
    expect(readReplay(text, 'the file').difference).toBe(difference)
    expect((await replayed(text)).difference).toMatch(difference)
  })
})

describe('a replayed file', () => {
  it('goes on as the world did', async () => {
    const api = setupApi()
    await api.post('/sessions', newSession())
    const { mock, goOn } = await replayed(await api.mock.replayFile())
    goOn()
    const next = async (one: Mock) => {
      const [headers, url] = [{ authorization: `Token ${one.token}` }, 'https://ricloud-api.reincubate.com/users']
      const answer = await one.fetch(url, { method: 'POST', headers, body: '{"identifier":"b@example.com"}' })
      return answer.text()
    }
    expect(await next(mock)).toBe(await next(api.mock))
    expect(mock.requests.list().map(({ id }) => id)).toEqual([1, 2])
    await mock.rewind(1)
    expect(mock.clock.now()).toBe(startTime)
    expect(mock.requests.count).toBe(0)
  })

  it('stops before a call', async () => {
    const api = setupApi()
    for (const name of ['a', 'b', 'c']) await api.post('/users', { identifier: `${name}@example.com` })
    const text = await api.mock.replayFile()
    const { mock, difference } = await replayed(text, { until: 3 })
    expect([difference, mock.requests.count]).toEqual([undefined, 2])
    await expect(replayed(text, { until: 9 })).rejects.toThrow('The file has no call 9; there are 1 to 3.')
  })

  it.each<[string, (text: string) => string, string]>([
    [
      'of another status',
      (text) => text.replace('"status":201', '"status":200'),
      'was answered with 201 instead of 200.',
    ],
    [
      'of another body',
      (text) => text.replace('a@example.com', 'z@example.com'),
      'was answered with 201 as before, but with another body or other headers.',
    ],
    [
      'of another state',
      (text) => text.replace(/"state":"\w+"/, '"state":"00"'),
      'in the end the records or the clock are not.',
    ],
    [
      'of an action that is not possible',
      (text) => text.replace('"inputs":[\n', '"inputs":[\n{"do":"arm","real":1,"at":1,"with":{"on":"x"}},\n'),
      'input 1, "arm", cannot be replayed: ',
    ],
  ])('says where it differs: a call %s', async (_, edit, message) => {
    const api = setupApi()
    await api.post('/users', { identifier: 'a@example.com' })
    expect((await replayed(edit(await api.mock.replayFile()))).difference).toContain(message)
  })
})
