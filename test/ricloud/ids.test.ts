import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMock, type Fixture } from '../../src/index.ts'
import { idsOf, withToken } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds, worlds } from '../support/worlds.ts'

/** Texts of an integer ID, and texts that are none although a number could be read from some of them. */
const ids = {
  right: ['1', '01', '0001'],
  wrong: ['1.0', '1e0', '+1', '-1', '0x1', '1_', ' 1', '0', '', '9007199254740993'],
}

/** Every place that takes the ID of a user or key in text: whether it reads the text as 1. */
const places: Readonly<Record<string, (api: ReturnType<typeof setupApi>, id: string) => Promise<boolean> | boolean>> = {
  'a path': async ({ get }, id) => (await get(`/users/${encodeURIComponent(id)}`)).body.id === 1,
  'a path of /_mock': async ({ get }, id) =>
    (await get(`/_mock/records/user/${encodeURIComponent(id)}`)).body.shown?.id === 1,
  'mock.record': ({ mock }, id) => {
    try {
      return mock.record('user', id).shown.id === 1
    } catch {
      return false
    }
  },
  'a filter': async ({ get }, id) => (await get(`/users?key=${encodeURIComponent(id)}`)).status === 200,
  'a cursor': async ({ get }, id) => (await get(`/users?after_id=${encodeURIComponent(id)}`)).status === 200,
  'a body': async ({ post }, id) => (await post('/users', { identifier: 'a', key: id })).body.key === 1,
  'the body of a session': async ({ post }, id) => {
    const source = { user: id, type: 'mocks.mock', identifier: 'a' }
    return (await post('/sessions', { source, payload: {} })).status === 201
  },
  'the conditions of an action': ({ mock }, id) => {
    try {
      return mock.actions['user.deactivate']({ where: { id } }).length === 1
    } catch {
      return false
    }
  },
  'another condition of an action': ({ mock }, id) => {
    try {
      return mock.actions['source.deactivate']({ where: { user: id, state: 'unvalidated' } }).length === 1
    } catch {
      return false
    }
  },
}

describe.each(Object.keys(places))('An integer ID in text in %s', (place) => {
  const takes = places[place] as NonNullable<(typeof places)[string]>

  it.each(ids.right)('is accepted: %j', async (id) => {
    expect(await takes(setupApi(), id)).toBe(true)
  })

  it.each(ids.wrong)('is rejected: %j', async (id) => {
    expect(await takes(setupApi(), id)).toBe(false)
  })
})

describe('A UUID in upper case', () => {
  const id = sessionIds.active.toUpperCase()
  const hint = `did you mean "${sessionIds.active}"?`
  const payload = { data_types: ['a.a'] }

  it('is another ID in a path, and the error names the one that was meant', async () => {
    const { status, body } = await setupApi().get(`/sessions/${id}`)
    expect([status, body.message]).toEqual([404, expect.stringContaining(hint)])
  })

  it.each([
    ['/polls', { session: id, payload }],
    ['/subscriptions', { session: id, poll_payload: payload }],
  ])('is another ID in the body of POST %s', async (path, body) => {
    const answer = await setupApi().post(path, body)
    expect([answer.status, answer.body.params]).toEqual([400, { session: [expect.stringContaining(hint)] }])
  })

  it('is another ID in a filter and a cursor', async () => {
    const { get } = setupApi()
    expect((await get(`/tasks?session=${id}`)).body.total_count).toBe(0)
    expect((await get(`/sessions?after_id=${id}`)).status).toBe(400)
  })

  it('of another organisation is not told', async () => {
    const { get } = setupApi({ scenario: 'two-organisations' })
    const { body } = await get(`/sessions/${id}`, withToken('ricloud-mock-other-token'))
    expect(body.message).toBe(`No session has the ID "${id}".`)
  })
})

describe('A large ID', () => {
  /** The default world, whose oldest user has another ID. */
  function withUser(id: number): Fixture {
    const fixture = structuredClone(worlds.default) as unknown as { users: { id: number }[] }
    fixture.users[0] = { ...(fixture.users[0] as { id: number }), id }
    return fixture as unknown as Fixture
  }

  it('is either refused, or served like the three that follow it', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 4, max: Number.MAX_SAFE_INTEGER }),
      fc.tuple(fc.nat(53), fc.integer({ min: -3, max: 3 })).map(([bits, more]) => Math.max(4, 2 ** bits + more)),
      fc.tuple(fc.nat(15), fc.integer({ min: -3, max: 3 })).map(([digits, more]) => Math.max(4, 10 ** digits + more)),
    )
    await fc.assert(
      fc.asyncProperty(sizes, async (id) => {
        const fixtures = [withUser(id)]
        let isRefused = false
        try {
          createMock({ fixtures })
        } catch (error) {
          isRefused = /users\[0\]\.id: must be /.test((error as Error).message)
        }
        if (isRefused) return
        const { get, post } = setupApi({ fixtures })
        const made: number[] = []
        for (const identifier of ['a', 'b', 'c']) made.push((await post('/users', { identifier })).body.id)
        expect(new Set([id, ...made]).size).toBe(4)
        for (const one of [id, ...made]) {
          expect((await get(`/users/${one}`)).body.id).toBe(one)
          expect((await get(`/users?limit=1000&after_id=${one}`)).status).toBe(200)
        }
        expect(idsOf(await get('/users?limit=3'))).toEqual(made.toReversed())
      }),
      { numRuns: 40 },
    )
  }, 180_000)

  it('that a record cannot have is refused by the plain models too', () => {
    const { db } = createMock()
    for (const id of [0, -1, 1.5, 1e15, 2 ** 53 - 1]) {
      expect(() => db.user.create({ id })).toThrow(/its ID must be a whole number from 1 to 999999999999999, got /)
      expect(() => db.user.update({ where: { id: { equals: 1 } }, data: { id } })).toThrow(/its ID must be/)
    }
    expect(db.user.count()).toBe(3)
  })
})
