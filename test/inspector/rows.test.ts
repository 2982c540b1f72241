import { describe, expect, test } from 'vitest'
import { chosen, merged, newestFirst, ordered, orderOf, type Row, sortOf, steady } from '../../src/inspector/rows.ts'

const rows: readonly Row[] = [
  { id: 1, state: 'active', identifier: 'Renate@example.com', user: 1, date_created: '2020-02-18', date_expired: null },
  {
    id: 2,
    state: 'blocked',
    identifier: 'john@example.com',
    user: 11,
    date_created: '2020-02-20',
    date_expired: '2020-02-21',
  },
  {
    id: 10,
    state: 'active',
    identifier: 'gustav@example.com',
    user: 1,
    date_created: '2020-02-19',
    date_expired: '2020-02-20',
  },
]
const ids = (filter: string, order = newestFirst) => chosen(rows, filter, order).map(({ id }) => id)

describe('chosen', () => {
  test.each([
    ['', [2, 10, 1]],
    ['active', [10, 1]],
    ['ACTIVE renate', [1]],
    ['user:1', [10, 1]],
    ['user:11 state:blocked', [2]],
    ['state:block', [2]],
    ['-active', [2]],
    ['colour:red', []],
    ['http://nowhere', []],
  ])('the filter %j selects %j', (filter, expected) => {
    expect(ids(filter)).toEqual(expected)
  })

  test('sorts numbers as numbers', () => {
    expect(ids('', { field: 'id', descending: false })).toEqual([1, 2, 10])
  })

  test.each([true, false])('sorts empty values last, descending %s', (descending) => {
    expect(ids('', { field: 'date_expired', descending }).at(-1)).toBe(1)
  })

  test('filters 10,000 rows', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ ...(rows[i % 3] as Row), id: i }))
    expect(chosen(many, 'active', newestFirst)).toHaveLength(6667)
  })
})

describe('ordered', () => {
  test('reverses on a second click; dates begin with the newest', () => {
    const first = ordered(newestFirst, 'state')
    expect([first, ordered(first, 'state'), ordered(first, 'date_created')]).toEqual([
      { field: 'state', descending: false },
      { field: 'state', descending: true },
      { field: 'date_created', descending: true },
    ])
  })
})

describe('sortOf', () => {
  test('writes an order, and nothing for the usual one', () => {
    expect([newestFirst, { field: 'id', descending: true }, { field: 'state', descending: false }].map(sortOf)).toEqual(
      [undefined, '-id', 'state'],
    )
    expect([undefined, '-id', 'state'].map(orderOf)).toEqual([
      newestFirst,
      { field: 'id', descending: true },
      { field: 'state', descending: false },
    ])
  })
})

describe('steady', () => {
  const row = (id: number, state = 'active') => ({ id, state })
  const held = (before: object[], latest: object[]) => steady(before as Row[], latest as Row[], ({ id }) => String(id))

  test('keeps the order and the rows that are gone, with their present content, and counts the others', () => {
    expect(held([row(1), row(2), row(3)], [row(5), row(4), row(3), row(1, 'expired')])).toEqual({
      rows: [row(1, 'expired'), row(2), row(3)],
      fresh: 2,
    })
  })

  test('has nothing new while only the order differs', () => {
    expect(held([row(1), row(2)], [row(2), row(1)])).toEqual({ rows: [row(1), row(2)], fresh: 0 })
  })
})

describe('merged', () => {
  const session = {
    id: 's',
    resource: 'session',
    state: 'expired',
    source: { id: 7, resource: 'source', state: 'active' },
    error: 'service',
  }

  test('makes a row of a view, with the ID of a nested record', () => {
    expect(merged(undefined, session)).toEqual({ id: 's', state: 'expired', source: 7, error: 'service' })
  })

  test('updates a row, and keeps its hidden fields', () => {
    const row = { id: 's', state: 'active', source: 7, error: null, hidden: true }
    expect(merged(row, session)).toEqual({ id: 's', state: 'expired', source: 7, error: 'service', hidden: true })
  })

  test('adds no field that the row lacks', () => {
    expect(merged({ id: 1, state: 'active' }, { id: 1, state: 'blocked', children: { data: [] }, parent: 3 })).toEqual({
      id: 1,
      state: 'blocked',
    })
  })
})
