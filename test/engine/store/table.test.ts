import { describe, expect, it, vi } from 'vitest'
import type { Query } from '../../../src/engine/store/query.ts'
import type { Key, Session, SessionState, User } from '../../../src/ricloud/resources/index.ts'
import { setupApi } from '../../support/api.ts'
import { emptyDatabase, records } from '../../support/world.ts'

const states = ['pending', 'active', 'failed', 'expired'] as const satisfies SessionState[]
const day = (number: number) => `2020-01-${String(number).padStart(2, '0')}T00:00:00.000000Z`
const sessionId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

function setup() {
  const { models, tables, ...database } = emptyDatabase()
  const session = (number: number, changes: Partial<Session> = {}) =>
    tables.session.insert({ ...records.session, id: sessionId(number), date_created: day(number), ...changes })
  const user = (id: number, changes: Partial<User> = {}) =>
    tables.user.insert({ ...records.user, id, identifier: `${id}@example.com`, date_created: day(id), ...changes })
  const key = (id: number, changes: Partial<Key> = {}) =>
    tables.key.insert({ ...records.key, id, token: `token-${id}`, date_created: day(id), ...changes })
  const listed = (query: Query) => tables.session.list(query).data.map(({ id }) => Number(id.slice(-12)))
  const users = (query: Query) => tables.user.list(query).data.map(({ id }) => id)
  return { models, tables, ...database, session, user, key, listed, users }
}

describe('a look-up', () => {
  it('finds a record by an integer ID', () => {
    const { tables, user } = setup()
    const made = user(7)
    expect(tables.user.get(7)).toEqual(made)
  })

  it('finds a record by a UUID', () => {
    const { tables, session } = setup()
    const made = session(7)
    expect(tables.session.get(sessionId(7))).toEqual(made)
  })

  it('finds nothing by an unknown ID', () => {
    const { tables, user } = setup()
    user(7)
    expect(tables.user.get(8)).toBeUndefined()
  })

  it('finds a key by its token', () => {
    const { tables, key } = setup()
    key(1)
    key(2)
    expect(tables.key.find('token-2')?.id).toBe(2)
  })

  it('finds a key by a token in its grace', () => {
    const { tables, key } = setup()
    key(1, { tokens_in_grace: ['older', 'oldest'] })
    expect(tables.key.find('oldest')?.id).toBe(1)
  })

  it('finds no key by a token that was replaced', () => {
    const { tables, key } = setup()
    tables.key.update(key(1), { token: 'next' })
    expect(tables.key.find('token-1')).toBeUndefined()
  })

  it('finds a key by the token that replaced another', () => {
    const { tables, key } = setup()
    tables.key.update(key(1), { token: 'next' })
    expect(tables.key.find('next')?.id).toBe(1)
  })

  it('keeps a token that passed from one key to another', () => {
    const { tables, key } = setup()
    const [first, second] = [key(1), key(2)]
    tables.key.update(second, { token: 'token-1' })
    tables.key.update(first, { token: 'other' })
    expect(tables.key.find('token-1')?.id).toBe(2)
  })
})

describe('the next integer ID', () => {
  it('is 1 in an empty table', () => {
    expect(setup().tables.user.nextId()).toBe(1)
  })

  it('follows the highest', () => {
    const { tables, user } = setup()
    user(9)
    user(3)
    expect(tables.user.nextId()).toBe(10)
  })

  it('is never that of a deleted record', () => {
    const { models, tables, user } = setup()
    user(9)
    models.user.delete({ where: { id: { equals: 9 } } })
    expect(tables.user.nextId()).toBe(10)
  })
})

describe('a list', () => {
  it('is newest first', () => {
    const { session, listed } = setup()
    for (const number of [3, 1, 4, 2]) session(number)
    expect(listed({})).toEqual([4, 3, 2, 1])
  })

  it('puts the higher ID first within one instant', () => {
    const { user, users } = setup()
    for (const id of [2, 10, 9]) user(id, { date_created: day(1) })
    expect(users({})).toEqual([10, 9, 2])
  })

  it('has ten records by default', () => {
    const { session, listed } = setup()
    for (let number = 1; number <= 12; number++) session(number)
    expect(listed({})).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3])
  })

  it('says that there is more', () => {
    const { session, tables } = setup()
    for (let number = 1; number <= 3; number++) session(number)
    expect(tables.session.list({ limit: 2 }).has_more).toBe(true)
  })

  it('says that there is no more when the limit is met exactly', () => {
    const { session, tables } = setup()
    for (let number = 1; number <= 2; number++) session(number)
    expect(tables.session.list({ limit: 2 }).has_more).toBe(false)
  })

  it('counts all that match, limit and cursors aside', () => {
    const { session, tables } = setup()
    for (let number = 1; number <= 9; number++) session(number)
    const after = tables.session.get(sessionId(4)) as Session
    expect(tables.session.list({ limit: 2, after }).total_count).toBe(9)
  })

  it('keeps to the organisations asked for', () => {
    const { session, listed } = setup()
    for (const organisation of [1, 2, 3]) session(organisation, { organisation })
    expect(listed({ owners: [1, 3] })).toEqual([3, 1])
  })

  it('shows a record once when its organisation is named twice', () => {
    const { session, listed } = setup()
    session(1)
    expect(listed({ owners: [1, 1] })).toEqual([1])
  })

  it('counts a record once when its organisation is named twice', () => {
    const { session, tables } = setup()
    session(1)
    expect(tables.session.count({ owners: [1, 1] })).toBe(1)
  })

  it('shows a record once when a value is named twice', () => {
    const { session, listed } = setup()
    session(1)
    expect(listed({ where: { state: ['pending', 'pending'] } })).toEqual([1])
  })

  it('starts after a record, exclusive', () => {
    const { session, listed, tables } = setup()
    for (let number = 1; number <= 5; number++) session(number)
    expect(listed({ after: tables.session.get(sessionId(4)) as Session })).toEqual([3, 2, 1])
  })

  it('stops before a record, exclusive', () => {
    const { session, listed, tables } = setup()
    for (let number = 1; number <= 5; number++) session(number)
    expect(listed({ before: tables.session.get(sessionId(3)) as Session })).toEqual([5, 4])
  })

  it('begins after a record that its own filter leaves out', () => {
    const { session, listed, tables } = setup()
    for (let number = 1; number <= 5; number++) session(number, { state: number === 4 ? 'active' : 'failed' })
    const after = tables.session.get(sessionId(4)) as Session
    expect(listed({ where: { state: ['failed'] }, after })).toEqual([3, 2, 1])
  })

  it('matches no null by a range of dates', () => {
    const { session, listed } = setup()
    session(1)
    session(2, { date_expired: day(3) })
    expect(listed({ between: { date_expired: { gte: day(1) } } })).toEqual([2])
  })

  it('is newest first by creation when it is filtered by another date', () => {
    const { session, listed } = setup()
    session(1, { date_expired: day(9) })
    session(2, { date_expired: day(8) })
    expect(listed({ between: { date_expired: { gte: day(1) } } })).toEqual([2, 1])
  })
})

describe('a filter', () => {
  const { session, user, key, tables } = setup()
  for (let number = 1; number <= 8; number++) {
    const odd = number % 2 === 1
    session(number, {
      key: odd ? 1 : 2,
      user: odd ? 3 : 4,
      source: odd ? 5 : 6,
      state: odd ? 'pending' : 'active',
      date_expired: odd ? day(20 + number) : null,
    })
    user(number, { key: odd ? 1 : 2, state: odd ? 'active' : 'blocked', identifier: odd ? 'odd' : 'even' })
    key(number, { type: odd ? 'trial' : 'standard', state: odd ? 'active' : 'expired' })
    tables.source.insert({
      ...records.source,
      id: number,
      date_created: day(number),
      user: odd ? 1 : 2,
      key: odd ? 1 : 2,
      type: odd ? 'icloud.account' : 'mocks.mock',
      identifier: odd ? 'odd' : 'even',
      parent: odd ? 2 : null,
      state: odd ? 'locked' : 'blocked',
    })
  }

  it.each([
    ['session', { where: { key: [1] } }],
    ['session', { where: { user: [3] } }],
    ['session', { where: { source: [5] } }],
    ['session', { where: { state: ['pending'] } }],
    ['session', { where: { state: ['pending', 'failed'] } }],
    ['session', { where: { state: ['pending'], key: [1, 2] } }],
    ['session', { between: { date_expired: { gt: day(20) } } }],
    ['user', { where: { key: [1] } }],
    ['user', { where: { state: ['active'] } }],
    ['user', { where: { identifier: ['odd'] } }],
    ['key', { where: { type: ['trial'] } }],
    ['key', { where: { state: ['active'] } }],
    ['source', { where: { user: [1] } }],
    ['source', { where: { key: [1] } }],
    ['source', { where: { type: ['icloud.account'] } }],
    ['source', { where: { identifier: ['odd'] } }],
    ['source', { where: { parent: [2] } }],
    ['source', { where: { state: ['locked'] } }],
  ] as const)('gives the %s records that match %j', (model, query: Query) => {
    const data: readonly { id: string | number }[] = tables[model].list(query).data
    expect(data.map(({ id }) => Number(String(id).slice(-12)))).toEqual([7, 5, 3, 1])
  })

  it('finds null by null', () => {
    expect(tables.source.list({ where: { parent: [null] } }).data.map(({ id }) => id)).toEqual([8, 6, 4, 2])
  })

  it('gives nothing for a value that no record has', () => {
    expect(tables.session.list({ where: { state: ['failed'] } })).toEqual({ data: [], has_more: false, total_count: 0 })
  })

  it.each([
    ['gt', [8, 7, 6]],
    ['gte', [8, 7, 6, 5]],
    ['lt', [4, 3, 2, 1]],
    ['lte', [5, 4, 3, 2, 1]],
  ] as const)('bounds the date of creation by %s', (operator, expected) => {
    const data = tables.user.list({ between: { date_created: { [operator]: day(5) } } }).data
    expect(data.map(({ id }) => id)).toEqual(expected)
  })

  it('takes several instants as any of them', () => {
    const data = tables.user.list({ between: { date_created: { equals: [day(2), day(7)] } } }).data
    expect(data.map(({ id }) => id)).toEqual([7, 2])
  })
})

describe('a count', () => {
  it('is that of all records', () => {
    const { session, tables } = setup()
    for (let number = 1; number <= 30; number++) session(number)
    expect(tables.session.count({})).toBe(30)
  })

  it('is that of a filter', () => {
    const { session, tables } = setup()
    for (let number = 1; number <= 8; number++) session(number, { state: states[number % 4] ?? 'pending' })
    expect(tables.session.count({ where: { state: ['active', 'failed'] } })).toBe(4)
  })
})

describe('a write through the plain model', () => {
  it('that creates is found by its ID', () => {
    const { models, tables } = setup()
    const made = models.user.create({ identifier: 'new@example.com' })
    expect(tables.user.get(made.id)?.identifier).toBe('new@example.com')
  })

  it('that creates is listed', () => {
    const { models, users } = setup()
    models.user.create({ id: 5, identifier: 'new@example.com' })
    expect(users({ where: { identifier: ['new@example.com'] } })).toEqual([5])
  })

  it('that creates gives the next ID', () => {
    const { models, user } = setup()
    user(4)
    expect(models.user.create().id).toBe(5)
  })

  it('that creates a key is found by its token', () => {
    const { models, tables } = setup()
    models.key.create({ id: 3, token: 'mine' })
    expect(tables.key.find('mine')?.id).toBe(3)
  })

  it('that updates a record of the table changes it', () => {
    const { models, tables, user } = setup()
    user(1)
    models.user.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } })
    expect(tables.user.get(1)?.state).toBe('blocked')
  })

  it('that updates a record of the table moves it to another list', () => {
    const { models, user, users } = setup()
    user(1)
    models.user.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } })
    expect(users({ where: { state: ['blocked'] } })).toEqual([1])
  })

  it('that updates a record of the table takes it from its list', () => {
    const { models, user, users } = setup()
    user(1)
    models.user.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } })
    expect(users({ where: { state: ['active'] } })).toEqual([])
  })

  it('that updates a record that it made moves it to another list', () => {
    const { models, users } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { state: 'blocked' } })
    expect([users({ where: { state: ['active'] } }), users({ where: { state: ['blocked'] } })]).toEqual([[], [1]])
  })

  it('that gives a key another token revokes the old one', () => {
    const { models, tables } = setup()
    models.key.create({ id: 1, token: 'old' })
    models.key.update({ where: { id: { equals: 1 } }, data: { token: 'new' } })
    expect([tables.key.find('old'), tables.key.find('new')?.id]).toEqual([undefined, 1])
  })

  it('that changes a date of creation moves the record within its lists', () => {
    const { models, users } = setup()
    for (const id of [1, 2, 3]) models.user.create({ id, date_created: day(id) })
    models.user.update({ where: { id: { equals: 1 } }, data: { date_created: day(9) } })
    expect([users({}), users({ where: { state: ['active'] } })]).toEqual([
      [1, 3, 2],
      [1, 3, 2],
    ])
  })

  it('that changes a date of creation moves the record also where another date filters', () => {
    const { models, listed } = setup()
    for (const number of [1, 2]) {
      models.session.create({ id: sessionId(number), date_created: day(number), date_expired: day(20 + number) })
    }
    models.session.update({ where: { id: { equals: sessionId(1) } }, data: { date_created: day(9) } })
    expect(listed({ between: { date_expired: { gte: day(20) } } })).toEqual([1, 2])
  })

  it('that changes an ID is listed under the new one only', () => {
    const { models, users } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { id: 8 } })
    expect(users({ where: { state: ['active'] } })).toEqual([8])
  })

  it('that changes an ID is found under the new one only', () => {
    const { models, tables } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { id: 8 } })
    expect([tables.user.get(1), tables.user.get(8)?.id]).toEqual([undefined, 8])
  })

  it('that changes the ID of a key keeps its token', () => {
    const { models, tables } = setup()
    models.key.create({ id: 1, token: 'mine' })
    models.key.update({ where: { id: { equals: 1 } }, data: { id: 8 } })
    expect(tables.key.find('mine')?.id).toBe(8)
  })

  it('that swaps the token of a key and one in grace finds it by both', () => {
    const { models, tables } = setup()
    models.key.create({ id: 1, token: 'new', tokens_in_grace: ['old'] })
    models.key.update({ where: { id: { equals: 1 } }, data: { token: 'old', tokens_in_grace: ['new'] } })
    expect([tables.key.find('new')?.id, tables.key.find('old')?.id]).toEqual([1, 1])
  })

  it('that changes an ID is followed by the next one', () => {
    const { models, tables } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { id: 8 } })
    expect(tables.user.nextId()).toBe(9)
  })

  it('that changes the organisation moves the record to it', () => {
    const { models, users } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { organisation: 2 } })
    expect([users({ owners: [1] }), users({ owners: [2] })]).toEqual([[], [1]])
  })

  it('that updates many moves each', () => {
    const { models, users } = setup()
    for (const id of [1, 2, 3]) models.user.create({ id, date_created: day(id) })
    models.user.updateMany({ where: { id: { gte: 2 } }, data: { state: 'blocked' } })
    expect([users({ where: { state: ['active'] } }), users({ where: { state: ['blocked'] } })]).toEqual([[1], [3, 2]])
  })

  it('that deletes takes the record from the table', () => {
    const { models, tables, user } = setup()
    user(1)
    models.user.delete({ where: { id: { equals: 1 } } })
    expect([tables.user.get(1), tables.user.size]).toEqual([undefined, 0])
  })

  it('that deletes takes the record from its lists', () => {
    const { models, user, users } = setup()
    for (const id of [1, 2, 3]) user(id)
    models.user.delete({ where: { id: { equals: 2 } } })
    expect([users({}), users({ where: { state: ['active'] } })]).toEqual([
      [3, 1],
      [3, 1],
    ])
  })

  it('that deletes a key revokes its tokens', () => {
    const { models, tables, key } = setup()
    key(1, { tokens_in_grace: ['older'] })
    models.key.delete({ where: { id: { equals: 1 } } })
    expect([tables.key.find('token-1'), tables.key.find('older')]).toEqual([undefined, undefined])
  })

  it('that deletes many takes each from its lists', () => {
    const { models, user, users } = setup()
    for (const id of [1, 2, 3, 4]) user(id)
    models.user.deleteMany({ where: { id: { in: [1, 3] } } })
    expect(users({ where: { state: ['active'] } })).toEqual([4, 2])
  })

  it('reaches a list of the API', async () => {
    const { mock, get } = setupApi()
    mock.db.session.updateMany({ where: { state: { equals: 'active' } }, data: { state: 'expired', error: 'admin' } })
    expect((await get('/sessions?state=expired')).body.total_count).toBe(3)
  })

  it('takes a datetime where there was none', () => {
    const { mock } = setupApi()
    const expiry = '2020-02-20T13:00:00.000000Z'
    mock.db.key.update({ where: { id: { equals: 1 } }, data: { date_expires: expiry } })
    expect(mock.db.key.findFirst({ where: { id: { equals: 1 } } })?.date_expires).toBe(expiry)
  })

  it('replaces the scopes of permissions whole', () => {
    const { mock } = setupApi()
    mock.db.permissions.update({ where: { id: { equals: 1 } }, data: { scopes: { 'source_type:mocks.*': [] } } })
    expect(mock.db.permissions.getAll().map(({ scopes }) => scopes)).toEqual([{ 'source_type:mocks.*': [] }])
  })

  it("replaces a source's info whole", () => {
    const { mock } = setupApi()
    mock.db.source.update({ where: { id: { equals: 1 } }, data: { info: { name: 'iPhone' } } })
    expect(mock.db.source.findFirst({ where: { id: { equals: 1 } } })?.info).toEqual({ name: 'iPhone' })
  })

  it("changes an organisation's config", () => {
    const { mock } = setupApi()
    mock.db.organisation.update({ where: { id: { equals: 1 } }, data: { config: { publish_source_files: true } } })
    expect(mock.db.organisation.getAll().map(({ config }) => config)).toEqual([{ publish_source_files: true }])
  })
})

describe('a record', () => {
  const change = (record: User | null | undefined) => {
    ;(record as { state: string }).state = 'blocked'
  }

  it('cannot be changed in place once it is inserted', () => {
    const { tables, user } = setup()
    user(1)
    expect(() => change(tables.user.get(1))).toThrow(TypeError)
  })

  it('cannot be changed in place once it is updated', () => {
    const { tables, user } = setup()
    tables.user.update(user(1), { key: 2 })
    expect(() => change(tables.user.get(1))).toThrow(TypeError)
  })

  it('cannot be changed in place once the plain model has made it', () => {
    const { models, tables } = setup()
    models.user.create({ id: 1 })
    expect(() => change(tables.user.get(1))).toThrow(TypeError)
  })

  it('cannot be changed in place once the plain model has updated it', () => {
    const { models, tables } = setup()
    models.user.create({ id: 1 })
    models.user.update({ where: { id: { equals: 1 } }, data: { key: 2 } })
    expect(() => change(tables.user.get(1))).toThrow(TypeError)
  })

  it('as it was handed out does not change when it is updated', () => {
    const { tables, user } = setup()
    const before = user(1)
    tables.user.update(before, { state: 'blocked' })
    expect(before.state).toBe('active')
  })

  it('has objects that are given back as they were by a reset', () => {
    const { mock } = setupApi()
    const [organisation] = mock.db.organisation.getAll()
    try {
      ;(organisation?.config as { publish_source_files: boolean }).publish_source_files = true
    } catch {
      // An object that refuses is as good as one that is given back.
    }
    mock.reset()
    expect(mock.db.organisation.getAll()[0]?.config).toEqual({ publish_source_files: false })
  })
})

describe('a restored table', () => {
  it('has the records that it had', () => {
    const { tables, user, save, restore } = setup()
    user(1)
    const saved = save()
    user(2)
    tables.user.update(tables.user.get(1) as User, { state: 'blocked' })
    restore(saved)
    expect([...tables.user.all()]).toMatchObject([{ id: 1, state: 'active' }])
  })

  it('has the lists that it had', () => {
    const { tables, user, users, save, restore } = setup()
    user(1)
    user(2)
    const saved = save()
    tables.user.update(tables.user.get(1) as User, { state: 'blocked', date_created: day(9) })
    user(3)
    restore(saved)
    expect([users({}), users({ where: { state: ['active'] } }), users({ where: { state: ['blocked'] } })]).toEqual([
      [2, 1],
      [2, 1],
      [],
    ])
  })

  it('has the lists that it had, also by a field that was asked for after the state was restored first', () => {
    const { tables, user, users, save, restore } = setup()
    user(1)
    user(2)
    const saved = save()
    restore(saved)
    const byState = () => [users({ where: { state: ['active'] } }), users({ where: { state: ['blocked'] } })]
    tables.user.update(tables.user.get(1) as User, { state: 'blocked' })
    const changed = byState()
    restore(saved)
    expect([changed, byState()]).toEqual([
      [[2], [1]],
      [[2, 1], []],
    ])
  })

  it('has the tokens that it had', () => {
    const { tables, key, save, restore } = setup()
    const made = key(1)
    const saved = save()
    tables.key.update(made, { token: 'next' })
    restore(saved)
    expect([tables.key.find('token-1')?.id, tables.key.find('next')]).toEqual([1, undefined])
  })

  it('gives the next ID that it gave', () => {
    const { tables, user, save, restore } = setup()
    user(1)
    const saved = save()
    user(2)
    restore(saved)
    expect(tables.user.nextId()).toBe(2)
  })

  it('can be restored again after more writes', () => {
    const { tables, user, users, save, restore } = setup()
    user(1)
    const saved = save()
    for (let round = 0; round < 2; round++) {
      user(2)
      tables.user.update(tables.user.get(1) as User, { state: 'blocked' })
      restore(saved)
    }
    expect([users({}), users({ where: { state: ['active'] } })]).toEqual([[1], [1]])
  })

  it('follows writes through the plain model as before', () => {
    const { models, user, users, save, restore } = setup()
    user(1)
    restore(save())
    models.user.create({ id: 2 })
    expect(users({ where: { state: ['active'] } })).toEqual([2, 1])
  })
})

describe('a table of 20,000 records', () => {
  const { tables, models, session, key } = setup()
  const start = Date.parse('2019-01-01T00:00:00Z')
  for (let number = 1; number <= 20_000; number++) {
    session(number, {
      organisation: 1 + (number % 2),
      user: number % 100,
      key: number % 7,
      source: number % 5000,
      state: states[number % 4] ?? 'pending',
      date_created: `${new Date(start + number * 60_000).toISOString().slice(0, -1)}000Z`,
      date_expired: number % 4 === 3 ? `${new Date(start + number * 90_000).toISOString().slice(0, -1)}000Z` : null,
    })
  }
  for (let id = 1; id <= 2000; id++) key(id)

  /** The Map of the database that a table reads. */
  function mapOf(table: { all(): unknown }): Map<unknown, unknown> {
    const values = vi.spyOn(Map.prototype, 'values')
    table.all()
    const [map] = values.mock.contexts
    values.mockRestore()
    return map as Map<unknown, unknown>
  }

  /** Counts the records that are read from the Maps of the database while work is done. */
  function touched(work: () => unknown): number {
    let count = 0
    const maps = [tables.session, tables.key].map(mapOf)
    const counted = <Item>(iterator: MapIterator<Item>): MapIterator<Item> => {
      const next = iterator.next.bind(iterator)
      iterator.next = () => {
        count++
        return next()
      }
      return iterator
    }
    for (const map of maps) {
      const { get, has, values, entries, keys, forEach } = Map.prototype
      Object.assign(map, {
        get: (id: unknown) => {
          count++
          return get.call(map, id)
        },
        has: (id: unknown) => {
          count++
          return has.call(map, id)
        },
        values: () => counted(values.call(map)),
        keys: () => counted(keys.call(map)),
        entries: () => counted(entries.call(map)),
        [Symbol.iterator]: () => counted(entries.call(map)),
        forEach: (visit: (value: unknown, id: unknown, map: unknown) => void) => {
          count += map.size
          forEach.call(map, visit)
        },
      })
    }
    try {
      work()
    } finally {
      for (const map of maps) {
        for (const name of ['get', 'has', 'values', 'keys', 'entries', Symbol.iterator, 'forEach']) {
          Reflect.deleteProperty(map, name)
        }
      }
    }
    return count
  }

  const middle = tables.session.get(sessionId(10_001)) as Session
  const noon = middle.date_created

  it('is scanned by a query of the plain model, which shows that reads are counted', () => {
    const read = touched(() => models.session.findFirst({ where: { id: { equals: sessionId(20_000) } } }))
    expect(read).toBeGreaterThanOrEqual(20_000)
  })

  it.each<[string, Query]>([
    ['no filter', {}],
    ['an organisation', { owners: [1] }],
    ['both organisations', { owners: [1, 2] }],
    ['a state', { owners: [1], where: { state: ['expired'] } }],
    ['any of several states', { owners: [1, 2], where: { state: ['expired', 'failed', 'active'] } }],
    ['a user', { owners: [2], where: { user: [7] } }],
    ['any of fifty users', { where: { user: Array.from({ length: 50 }, (_, user) => user) } }],
    ['a key', { owners: [1], where: { key: [3] } }],
    ['a source', { owners: [1], where: { source: [1234] } }],
    ['a value that no record has', { owners: [1], where: { user: [1_000_000] } }],
    ['an organisation without records', { owners: [99] }],
    ['a range of creation', { owners: [1], between: { date_created: { gte: noon } } }],
    ['a state and a range of creation', { where: { state: ['active'] }, between: { date_created: { lt: noon } } }],
    ['a cursor', { owners: [2], after: middle }],
    ['a state and a cursor', { owners: [2], where: { state: ['active'] }, after: middle }],
    ['a state and a cursor to stop at', { owners: [2], where: { state: ['active'] }, before: middle }],
  ])('is not scanned by a list by %s', (_, query) => {
    // The first query by a field builds its index.
    tables.session.count(query)
    expect(touched(() => tables.session.list({ limit: 10, ...query }))).toBeLessThan(50)
  })

  it.each<[string, Query]>([
    ['no filter', {}],
    ['an organisation', { owners: [1] }],
    ['a state', { owners: [1], where: { state: ['expired'] } }],
    ['a range of creation', { between: { date_created: { gte: noon } } }],
    ['a range of another date', { between: { date_expired: { gte: noon } } }],
  ])('is not scanned by a count by %s', (_, query) => {
    tables.session.count(query)
    expect(touched(() => tables.session.count(query))).toBeLessThan(50)
  })

  it('is read no further than the rarer of two filters reaches', () => {
    const query = { owners: [1], where: { state: ['pending'], user: [8] }, limit: 10 }
    tables.session.count(query)
    expect(touched(() => tables.session.list(query))).toBeLessThan(250)
  })

  it('is not scanned by a look-up by ID', () => {
    expect(touched(() => tables.session.get(sessionId(20_000)))).toBeLessThanOrEqual(1)
  })

  it('is not scanned by a look-up by token', () => {
    expect(touched(() => tables.key.find('token-2000'))).toBeLessThanOrEqual(1)
  })

  it('is not scanned for the next ID', () => {
    expect(touched(() => tables.key.nextId())).toBeLessThanOrEqual(1)
  })

  it('is not scanned by an insertion', () => {
    expect(touched(() => session(20_001))).toBeLessThan(5)
  })

  it('is not scanned by an update', () => {
    expect(touched(() => tables.session.update(middle, { state: 'expired' }))).toBeLessThan(5)
  })
})
