import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Range } from '../../../src/engine/store/index-range.ts'
import type { Page, Query } from '../../../src/engine/store/query.ts'
import type { Session } from '../../../src/ricloud/resources/index.ts'
import { emptyDatabase } from '../../support/world.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
/** Few instants, so that many records share one. */
const instant = fc
  .integer({ min: 0, max: 12 })
  .map((second) => `2020-01-01T00:00:${String(second).padStart(2, '0')}.000000Z`)
const state = fc.constantFrom('pending', 'active', 'failed', 'expired')
const few = fc.integer({ min: 1, max: 3 })

const sessions: fc.Arbitrary<Session[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 80, size: 'max' })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(uuid(id)),
          organisation: few,
          key: few,
          user: few,
          source: few,
          state,
          error: fc.constant(null),
          date_created: instant,
          date_expired: fc.option(instant),
          date_used: fc.constant(null),
        }),
      ),
    ),
  )

/** Mostly nothing, so that what few conditions there are leave something to list. */
const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 1, nil: undefined })
const rarely = <Value>(value: fc.Arbitrary<Value>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, value)

/** The conditions that are given, the others left out. */
function given<Model extends object>(
  model: fc.Arbitrary<Model>,
): fc.Arbitrary<{ [K in keyof Model]?: NonNullable<Model[K]> }> {
  return model.map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))) as never
}

const range: fc.Arbitrary<Range> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ gte: instant }) },
  { weight: 3, arbitrary: fc.record({ lt: instant }) },
  { weight: 3, arbitrary: fc.record({ gt: instant, lte: instant }) },
  { weight: 2, arbitrary: fc.record({ equals: fc.array(instant, { minLength: 1, maxLength: 4 }) }) },
  given(
    fc.record({
      gt: seldom(instant),
      gte: seldom(instant),
      lt: seldom(instant),
      lte: seldom(instant),
      equals: rarely(fc.array(instant, { minLength: 1, maxLength: 4 })),
    }),
  ),
)

/** Four is a value that no record has. */
const values = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
const states = fc.array(state, { minLength: 1, maxLength: 4 })

const query: fc.Arbitrary<Query> = given(
  fc.record({
    organisations: seldom(fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })),
    where: given(
      fc.record({ key: rarely(values), user: rarely(values), source: rarely(values), state: rarely(states) }),
    ),
    between: given(fc.record({ date_created: rarely(range), date_expired: rarely(range) })),
    limit: seldom(fc.integer({ min: 1, max: 15 })),
  }),
)

const newestFirst = (a: Session, b: Session) => compare(b.date_created, a.date_created) || compare(b.id, a.id)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function within(at: string | null, { gt, gte, lt, lte, equals }: Range): boolean {
  return (
    at !== null &&
    (gt === undefined || at > gt) &&
    (gte === undefined || at >= gte) &&
    (lt === undefined || at < lt) &&
    (lte === undefined || at <= lte) &&
    (equals === undefined || equals.includes(at))
  )
}

/** The page that a look at every record gives. */
function scanned(rows: readonly Session[], { owners, where = {}, between = {}, limit = 10, ...cursors }: Query) {
  const matching = rows
    .filter((row) => owners === undefined || owners.includes(row.organisation))
    .filter((row) => Object.entries(where).every(([field, any]) => any.includes(row[field as 'key'])))
    .filter((row) => Object.entries(between).every(([field, bounds]) => within(row[field as 'date_expired'], bounds)))
    .sort(newestFirst)
  const { after, before } = cursors as { after?: Session; before?: Session }
  const rest = matching
    .filter((row) => !after || newestFirst(after, row) < 0)
    .filter((row) => !before || newestFirst(row, before) < 0)
  return { data: rest.slice(0, limit), has_more: rest.length > limit, total_count: matching.length }
}

/** A page as JSON has it: without the marks that a stored record carries. */
const plain = (page: Page<Session>): unknown => JSON.parse(JSON.stringify(page))
const ids = (page: Page<Session>) => ({ ...page, data: page.data.map(({ id }) => id) })

describe('a list of random sessions by a random query', () => {
  it('is what a scan would give', () => {
    let [all, full, more] = [0, 0, 0]
    fc.assert(
      fc.property(sessions, fc.array(fc.tuple(query, fc.nat(), fc.nat()), { minLength: 5 }), (rows, queries) => {
        const { session } = emptyDatabase().tables
        for (const row of rows) session.insert(row)
        for (const [asked, a, b] of queries) {
          // Each cursor is left out in two of three queries.
          const [after, before] = [rows[a % (rows.length * 3 || 1)], rows[b % (rows.length * 3 || 1)]]
          const query: Query = { ...asked, ...(after && { after }), ...(before && { before }) }
          const page = session.list(query)
          expect(ids(page)).toEqual(ids(scanned(rows, query)))
          all++
          if (page.data.length > 0) full++
          if (page.has_more) more++
        }
      }),
      { numRuns: 80 },
    )
    // Queries that find nothing prove little.
    expect([full / all > 0.3, more / all > 0.1]).toEqual([true, true])
  })

  it('is what a scan would give after random updates and deletions', () => {
    const write = fc.tuple(
      fc.nat(),
      fc.record({ state, date_created: instant, date_expired: fc.option(instant), user: few }),
    )
    fc.assert(
      fc.property(sessions, fc.array(write, { maxLength: 30 }), query, (rows, writes, asked) => {
        const { models, tables } = emptyDatabase()
        for (const row of rows) tables.session.insert(row)
        const expected = [...rows]
        for (const [which, changes] of writes) {
          const index = which % (expected.length || 1)
          const row = expected[index]
          if (!row) continue
          if (which % 3 === 0) {
            models.session.delete({ where: { id: { equals: row.id } } })
            expected.splice(index, 1)
          } else {
            tables.session.update(tables.session.get(row.id) as Session, changes)
            expected[index] = { ...row, ...changes }
          }
        }
        expect(plain(tables.session.list(asked))).toEqual(plain(scanned(expected, asked)))
      }),
      { numRuns: 80 },
    )
  })

  it('is counted as a scan would count', () => {
    fc.assert(
      fc.property(sessions, query, (rows, asked) => {
        const { session } = emptyDatabase().tables
        for (const row of rows) session.insert(row)
        expect(session.count(asked)).toBe(scanned(rows, asked).total_count)
      }),
      { numRuns: 80 },
    )
  })
})
