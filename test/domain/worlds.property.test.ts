import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiUrl, createMock, type Mock, type ScenarioInput } from '../../src/index.ts'
import { morning, newSession } from '../support/api.ts'

/** Something that is done to a mock, as data. */
type Deed = (mock: Mock) => Promise<unknown>

const script = {
  scenario: 'scripted',
  settings: {
    session_init: '2s',
    session_lifetime: '6h',
    events: ['session.*', 'user.created'],
    webhook_answers: [503, 200],
    rotation_grace: '2h',
    rate_limit: { requests: 40, per: '1h' },
  },
  accounts: [
    { type: 'icloud.account', identifier: 'flaky@corp.example', outcomes: ['init_failed', 'success', 'init_failed'] },
    { type: 'icloud.account', identifier: 'code@corp.example', code: '123456', lifetime: '1h' },
    { type: 'icloud.account', identifier: 'locked@corp.example', locked: '1h' },
  ],
  steps: [
    { at: '90m', do: 'key.rotate', where: { id: 2 } },
    { at: '3h', every: '5h', do: 'source.lock', where: { id: 1 }, with: { for: '2h' } },
    { on: 'POST /users', every: 2, do: 'user.block' },
    { on: 'session.active', after: '30m', do: 'session.expire', with: { error: 'admin' } },
  ],
  faults: [
    { on: 'GET /sessions', probability: 0.3, answer: { status: 503, retry_after: '30s' } },
    { on: 'GET /users/*', every: 3, delay: '10m' },
  ],
} as const satisfies ScenarioInput

const other = {
  scenario: 'another',
  fixtures: ['two-organisations'],
  settings: { session_init: '1m' },
  steps: [{ at: '1h', do: 'organisation.block', where: { id: 2 } }],
} as const satisfies ScenarioInput

const setup = (seed: number) =>
  createMock({ clock: { start: morning, frozen: true }, log: () => {}, scenario: script, seed })

/** The token that a key has now, as a client holds it. */
function tokenOf(mock: Mock, id: number): string {
  const token = mock.db.key.getAll().find((key) => key.id === id)?.token
  return mock.id === null ? String(token) : `${mock.id}-${token}`
}

/** Calls, and tells everything of the answer that reaches a client. */
async function answer(mock: Mock, method: string, path: string, body?: object, headers = {}, token = tokenOf(mock, 1)) {
  const response = await mock.fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Token ${token}`, ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  return [response.status, Object.fromEntries(response.headers), await response.text()]
}

/** What an action did, or why it could not. */
const attempt = async (work: () => unknown) => {
  try {
    return await work()
  } catch (error) {
    return (error as Error).message
  }
}

const identifiers = ['a@example.com', 'flaky@corp.example', 'code@corp.example', 'locked@corp.example']

/** Deeds made of chosen values. */
const deedOf = <T>(chosen: fc.Arbitrary<T>, deed: (mock: Mock, value: T) => Promise<unknown>): fc.Arbitrary<Deed> =>
  chosen.map((value) => (mock) => deed(mock, value))

const paths = [
  '/users',
  '/users/1',
  '/sources?limit=2',
  '/sessions',
  '/keys',
  '/key',
  '/organisation',
  '/events',
  '/nope',
]
const call = fc.oneof(
  deedOf(fc.constantFrom(...paths), (mock, path) => answer(mock, 'GET', path)),
  deedOf(fc.nat(5), (mock, n) => answer(mock, 'POST', '/users', { identifier: `${n}@example.com`, extra: n })),
  deedOf(fc.constantFrom({}, { storage_config: 1 }), (mock, changes) => answer(mock, 'POST', '/keys', changes)),
  deedOf(
    fc.tuple(fc.constantFrom(...identifiers), fc.constantFrom({}, { 'ricloud-await': '10' })),
    (mock, [identifier, headers]) => answer(mock, 'POST', '/sessions', newSession(identifier), headers),
  ),
  deedOf(fc.tuple(fc.constantFrom(1, 2), fc.boolean()), (mock, [id, force]) =>
    answer(mock, 'POST', `/keys/${id}/rotate`, { force }),
  ),
  deedOf(fc.constantFrom(1, 2), (mock, id) => answer(mock, 'GET', '/key', undefined, {}, tokenOf(mock, id))),
  deedOf(fc.nat(3), (mock, n) => answer(mock, 'DELETE', `/sessions/${mock.db.session.getAll().at(-1 - n)?.id}`)),
)

const arranged = fc.oneof(
  deedOf(fc.constantFrom('1s', '31m', '2h', '7h', '1d'), (mock, duration) => mock.clock.advance(duration)),
  deedOf(fc.constant(null), (mock) => mock.clock.advanceToNext()),
  deedOf(
    fc.tuple(fc.constantFrom('user.block', 'user.reactivate', 'user.deactivate'), fc.constantFrom(1, 2, 3)),
    (mock, [name, id]) => attempt(() => mock.actions[name]({ where: { id } })),
  ),
  deedOf(fc.constantFrom('session.activate', 'session.fail'), (mock, name) =>
    attempt(() => mock.actions[name]({ where: { state: 'pending' } })),
  ),
  deedOf(fc.constant(null), (mock) => attempt(() => mock.actions['account.change_password']({ where: { id: 1 } }))),
  deedOf(fc.constant(null), (mock) =>
    attempt(() => mock.faults.arm({ on: '* /*', probability: 0.4, between: ['0s', '3h'], answer: { status: 502 } })),
  ),
  deedOf(fc.constant(null), (mock) => attempt(() => mock.faults.disarm('* /*'))),
)

const deeds = fc.array(fc.oneof({ weight: 3, arbitrary: call }, { weight: 1, arbitrary: arranged }), { maxLength: 14 })
const loads = fc.constantFrom<Deed>(
  async () => {},
  (mock) => mock.scenario.load(other),
  (mock) => mock.scenario.load(other, { keep: true }),
  async (mock) => mock.reset(),
)

/** Lets end what is on its way to a webhook: it takes real time, which no two runs share. */
const quiet = (mock: Mock) => mock.clock.advance('0s')

/** What comes of deeds, one after another, and what is left in the end. */
async function run(mock: Mock, all: readonly Deed[]) {
  const told: unknown[] = []
  for (const deed of all) {
    told.push((await deed(mock)) ?? null)
    await quiet(mock)
  }
  await quiet(mock)
  told.push(mock.state(), mock.clock.view(), mock.clock.upcoming(), mock.scenario.report(), mock.faults.list())
  return JSON.stringify(told)
}

/** What a world told, as the mock's own world would have. */
const withoutPrefix = (told: string, { id }: Mock) => told.replaceAll(`${id}-`, '')

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const few = { numRuns: 10 }

describe('A world', () => {
  it('does the same after each restore', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, deeds, loads, deeds, async (seed, before, after, load, between) => {
        const mock = setup(seed)
        await run(mock, before)
        mock.snapshots.save('a')
        const once = await run(mock, after)
        await load(mock)
        await quiet(mock)
        await run(mock, between)
        for (let i = 0; i < 2; i++) {
          mock.snapshots.restore('a')
          expect(await run(mock, after)).toBe(once)
        }
      }),
      few,
    )
  })

  it('does the same where it is unpacked, and has the same first morning', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, loads, deeds, deeds, async (seed, before, load, between, after) => {
        const [mock, twin] = [setup(seed), setup(seed)]
        await run(mock, before)
        await load(mock)
        await quiet(mock)
        await run(mock, between)
        twin.unpack(mock.pack() as string)
        expect(twin.pack()).toBe(mock.pack())
        expect(await run(twin, after)).toBe(await run(mock, after))
        for (const one of [mock, twin]) one.reset()
        expect(await run(twin, after)).toBe(await run(mock, after))
      }),
      few,
    )
  })

  it('does the same after each reset', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, async (seed, after) => {
        const mock = setup(seed)
        const once = await run(mock, after)
        for (let i = 0; i < 2; i++) {
          mock.reset()
          expect(await run(mock, after)).toBe(once)
        }
      }),
      few,
    )
  })

  it('does the same as a fork of it', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, loads, deeds, async (seed, before, load, after) => {
        const mock = setup(seed)
        await run(mock, before)
        await load(mock)
        await quiet(mock)
        mock.snapshots.save('a')
        const once = await run(mock, after)
        const fork = await mock.worlds.create({ snapshot: 'a' })
        expect(withoutPrefix(await run(fork, after), fork)).toBe(once)
      }),
      few,
    )
  })

  it('is left alone by what happens to a fork of it', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, deeds, deeds, async (seed, before, between, after) => {
        const [mock, alone] = [setup(seed), setup(seed)]
        for (const one of [mock, alone]) await run(one, before)
        mock.snapshots.save('a')
        await run(await mock.worlds.create({ snapshot: 'a' }), between)
        alone.snapshots.save('a')
        expect(await run(mock, after)).toBe(await run(alone, after))
      }),
      few,
    )
  })

  it('does the same as a mock of its own with equal options, but for the beginning of its tokens', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, async (seed, all) => {
        const world = await setup(0).worlds.create({ seed })
        expect(withoutPrefix(await run(world, all), world)).toBe(await run(setup(seed), all))
      }),
      few,
    )
  })

  it('is left alone by a snapshot of it', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, deeds, deeds, async (seed, before, after) => {
        const [mock, alone] = [setup(seed), setup(seed)]
        for (const one of [mock, alone]) await run(one, before)
        mock.snapshots.save('a')
        mock.snapshots.diff('a')
        expect(await run(mock, after)).toBe(await run(alone, after))
      }),
      few,
    )
  })
})
