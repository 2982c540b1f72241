import { describe, expect, it } from 'vitest'
import type { MockOptions } from '../../src/index.ts'
import { newSession, setupApi, startTime } from '../support/api.ts'

type Counts = NonNullable<MockOptions['generate']>

async function generated(counts: Counts, options: MockOptions = {}) {
  const api = setupApi({ ...options, generate: counts })
  await api.mock.ready
  const { user, source, session } = api.mock.db
  return { ...api, users: user.getAll(), sources: source.getAll(), sessions: session.getAll() }
}

describe('generated records', () => {
  it('are as many as were asked for', async () => {
    const { users, sources, sessions } = await generated({ users: 50, sources: 80, sessions: 200 })
    expect([users.length, sources.length, sessions.length]).toEqual([50, 80, 200])
  })

  it('are as many in the lists of the API', async () => {
    const { get } = await generated({ users: 50, sources: 80, sessions: 200 })
    const lists = [await get('/users'), await get('/sources'), await get('/sessions')]
    expect(lists.map(({ body }) => body.total_count)).toEqual([50, 80, 200])
  })

  it('are there at the first call, without waiting for them', async () => {
    const { get } = setupApi({ generate: { users: 50 } })
    expect((await get('/users')).body.total_count).toBe(50)
  })

  it('stand in place of those of the fixture', async () => {
    const { users } = await generated({ users: 2 })
    expect(users.map(({ identifier }) => identifier)).not.toContain('john.appleseed@reincubate.com')
  })

  it('leave the organisation and its keys', async () => {
    const { get } = await generated({ users: 2 })
    expect([(await get('/organisation')).body.state, (await get('/keys')).body.total_count]).toEqual(['active', 2])
  })

  it('are users from ID 1 on', async () => {
    const { users } = await generated({ users: 5 })
    expect(users.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
  })

  it('are sources from ID 1 on', async () => {
    const { sources } = await generated({ users: 2, sources: 5 })
    expect(sources.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
  })

  it('are followed by the next ID', async () => {
    const { post } = await generated({ users: 5 })
    expect((await post('/users', { identifier: 'new@example.com' })).body.id).toBe(6)
  })

  it('have identifiers that are plausible addresses', async () => {
    const { users, sources } = await generated({ users: 100, sources: 100 })
    const odd = [...users, ...sources].filter(({ identifier }) => !/^[a-z]+\.[a-z]+\d*@example\.com$/.test(identifier))
    expect(odd).toEqual([])
  })

  it('have identifiers that differ', async () => {
    const { users } = await generated({ users: 1000 })
    expect(new Set(users.map(({ identifier }) => identifier)).size).toBe(1000)
  })

  it('are made before now', async () => {
    const { users, sources, sessions } = await generated({ users: 20, sources: 20, sessions: 50 })
    const late = [...users, ...sources, ...sessions].filter(({ date_created }) => date_created >= startTime)
    expect(late).toEqual([])
  })

  it('are sources that came after their users', async () => {
    const { users, sources } = await generated({ users: 20, sources: 60 })
    const dates = new Map(users.map(({ id, date_created }) => [id, date_created]))
    expect(sources.filter(({ user, date_created }) => date_created <= (dates.get(user) ?? ''))).toEqual([])
  })

  it('are sessions that came after their sources', async () => {
    const { sources, sessions } = await generated({ users: 20, sources: 60, sessions: 200 })
    const dates = new Map(sources.map(({ id, date_created }) => [id, date_created]))
    expect(sessions.filter(({ source, date_created }) => date_created <= (dates.get(source) ?? ''))).toEqual([])
  })

  it('are spread evenly: users from 60 to 50 days ago, sources to 40, sessions to now', async () => {
    const { users, sources, sessions } = await generated({ users: 9, sources: 4, sessions: 3 })
    const daysAgo = (records: readonly { date_created: string }[]) =>
      records.map(({ date_created }) => Math.round((Date.parse(startTime) - Date.parse(date_created)) / 3600e3) / 24)
    expect([users, sources, sessions].map(daysAgo)).toEqual([
      [59, 58, 57, 56, 55, 54, 53, 52, 51],
      [48, 46, 44, 42],
      [30, 20, 10],
    ])
  })

  it('are sources that a session once validated', async () => {
    const { post } = await generated({ users: 1, sources: 1 })
    await post('/sources/1', { state: 'deactivated' })
    expect((await post('/sources/1', { state: 'active' })).body.state).toBe('active')
  })

  it('are active sessions that live as long as the settings say since they were made', async () => {
    const { mock } = await generated({ sessions: 100 }, { settings: { session_lifetime: '60d' } })
    const active = { where: { state: { equals: 'active' as const } } }
    const made = mock.db.session.findMany(active).map(({ id, date_created }) => [id, Date.parse(date_created)])
    await mock.clock.advance('60d')
    const lived = made.map(([id, at]) => {
      const { date_expired } = mock.db.session.findFirst({ where: { id: { equals: String(id) } } }) ?? {}
      return (Date.parse(date_expired ?? '') - Number(at)) / 86_400e3
    })
    expect(new Set(lived)).toEqual(new Set([60]))
  })

  it('are expired sessions that lasted an hour to a day, if that was not after now', async () => {
    const { sessions } = await generated({ sessions: 1000 })
    const expired = sessions.filter(({ state }) => state === 'expired')
    const hours = expired
      .filter(({ date_expired }) => date_expired !== startTime)
      .map((one) => (Date.parse(one.date_expired ?? '') - Date.parse(one.date_created)) / 3600e3)
    const [shortest, longest] = [Math.min(...hours), Math.max(...hours)]
    expect([shortest >= 1 && shortest < 2, longest > 23 && longest <= 24]).toEqual([true, true])
  })

  it('are expired sessions that ended before now', async () => {
    const { sessions } = await generated({ sessions: 1000 })
    expect(sessions.filter(({ date_expired }) => (date_expired ?? '') > startTime)).toEqual([])
  })

  it('are users alone where nothing else is asked for', async () => {
    const { sources } = await generated({ users: 5 })
    expect(sources).toEqual([])
  })

  it('are as many sources as users where only sessions are asked for', async () => {
    const { sources } = await generated({ users: 5, sessions: 10 })
    expect(sources.length).toBe(5)
  })

  it('are sources of generated users', async () => {
    const { users, sources } = await generated({ users: 3, sources: 9 })
    const known = new Set(users.map(({ id }) => id))
    expect(sources.filter(({ user }) => !known.has(user))).toEqual([])
  })

  it('are sessions of the user and the key of their source', async () => {
    const { sources, sessions } = await generated({ users: 3, sources: 9, sessions: 60 })
    const holders = new Map(sources.map(({ id, user, key }) => [id, `${user} ${key}`]))
    expect(sessions.filter(({ source, user, key }) => holders.get(source) !== `${user} ${key}`)).toEqual([])
  })

  it('are sessions of which none waits for a service that was never asked', async () => {
    const { sessions } = await generated({ sessions: 200 })
    expect(sessions.filter(({ state }) => state === 'pending')).toEqual([])
  })

  it('are sessions in each state that lasts', async () => {
    const { sessions } = await generated({ sessions: 200 })
    expect([...new Set(sessions.map(({ state }) => state))].sort()).toEqual(['active', 'expired', 'failed'])
  })

  it('are expired sessions that say by whom and when', async () => {
    const { sessions } = await generated({ sessions: 200 })
    const expired = sessions.filter(({ state }) => state === 'expired')
    const wrong = expired.filter(
      ({ error, date_created, date_expired }) =>
        error !== 'service' || date_expired === null || date_expired < date_created || date_expired > startTime,
    )
    expect(wrong).toEqual([])
  })

  it('are failed sessions that say why, and not when', async () => {
    const { sessions } = await generated({ sessions: 200 })
    const failed = sessions.filter(({ state }) => state === 'failed')
    expect(failed.filter(({ error, date_expired }) => error !== 'init_failed' || date_expired !== null)).toEqual([])
  })

  it('are active sessions with neither an error nor an end', async () => {
    const { sessions } = await generated({ sessions: 200 })
    const active = sessions.filter(({ state }) => state === 'active')
    expect(active.filter(({ error, date_expired }) => error !== null || date_expired !== null)).toEqual([])
  })

  it('include the user and the source that sessions need', async () => {
    const { users, sources, sessions } = await generated({ sessions: 10 })
    expect([users.length, sources.length, sessions.length]).toEqual([1, 1, 10])
  })

  it('include the user that sources need', async () => {
    const { users, sources } = await generated({ sources: 10 })
    expect([users.length, sources.length]).toEqual([1, 10])
  })

  it('are none where none are asked for', async () => {
    const { users, sources, sessions } = await generated({})
    expect([users, sources, sessions]).toEqual([[], [], []])
  })

  it('can start sessions', async () => {
    const { post } = await generated({ users: 1 })
    expect((await post('/sessions', newSession())).status).toBe(201)
  })

  it('are equal for equal seeds', async () => {
    const counts = { users: 10, sources: 20, sessions: 40 }
    const [a, b] = [await generated(counts, { seed: 5 }), await generated(counts, { seed: 5 })]
    expect([a.users, a.sources, a.sessions]).toEqual([b.users, b.sources, b.sessions])
  })

  it('differ for other seeds', async () => {
    const [a, b] = [await generated({ users: 10 }, { seed: 5 }), await generated({ users: 10 }, { seed: 6 })]
    expect(a.users).not.toEqual(b.users)
  })

  it('are there again after a reset', async () => {
    const { mock, users, post } = await generated({ users: 10 })
    await post('/users', { identifier: 'new@example.com' })
    mock.reset()
    expect(mock.db.user.getAll()).toEqual(users)
  })
})

describe('counts', () => {
  it.each([
    [{ users: -1 }, 'generate.users'],
    [{ users: 1.5 }, 'generate.users'],
    [{ sources: '5' }, 'generate.sources'],
    [{ sessions: Number.NaN }, 'generate.sessions'],
    [{ sessions: Number.POSITIVE_INFINITY }, 'generate.sessions'],
    [{ users: null }, 'generate.users'],
    [{ users: 10_000_001 }, 'generate.users'],
    [5, 'generate'],
    [{ usrs: 5 }, 'usrs'],
  ])('such as %j are refused by name', (counts, name) => {
    expect(() => setupApi({ generate: counts as Counts })).toThrow(name)
  })

  it('of an unknown name are refused with the nearest one', () => {
    expect(() => setupApi({ generate: { usrs: 5 } as Counts })).toThrow('Did you mean "users"?')
  })

  it.each([
    { users: 0, sources: 5 },
    { users: 0, sessions: 5 },
    { sources: 0, sessions: 5 },
  ])('such as %j, which lack what the others need, are refused with the reason', async (counts) => {
    const made = async () => setupApi({ generate: counts }).mock.ready
    await expect(made()).rejects.toThrow('sources need at least one user, and sessions at least one source')
  })
})
