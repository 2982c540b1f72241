import { describe, expect, test } from 'vitest'
import { describeParts, linesOf, partsOf, repetitions } from '../../src/inspector/lines.ts'
import type { Row } from '../../src/inspector/rows.ts'
import { described, resourceOf } from './described.ts'

const at = (time: string) => `2020-02-20T${time}:00.000000Z`
const ms = (time: string) => Date.parse(at(time))
const common = { state: 'active', date_created: at('12:00') }
const world: Readonly<Record<string, readonly Row[]>> = {
  source: [{ ...common, id: 7, identifier: 'renate@example.com' }],
  session: [
    { ...common, id: 's1', source: 7 },
    { ...common, id: 's2', source: 8, date_created: at('13:00') },
  ],
  subscription: [
    { ...common, id: 'a', session: 's1', source: 7, interval: 3600, date_end: null, date_created: at('12:10') },
  ],
  poll: [
    { ...common, id: 'p1', session: 's1', subscription: null, state: 'completed' },
    { ...common, id: 'p2', session: 's1', subscription: 'a', state: 'completed', date_completed: at('12:30') },
  ],
  task: [
    { ...common, id: 't1', poll: 'p1', state: 'succeeded', date_started: at('12:10'), date_completed: at('12:20') },
    { ...common, id: 't2', poll: 'p1', state: 'failed', date_started: at('12:05'), date_completed: null },
    { ...common, id: 't3', poll: null, state: 'succeeded' },
  ],
}
const rows = (resource: string) => new Map((world[resource] ?? []).map((row) => [row.id, row]))
const lines = (filter = '') =>
  linesOf(described, rows, filter).map(({ row, depth }) => `${'  '.repeat(depth)}${row.id}`)

describe('linesOf', () => {
  test('puts polls and subscriptions below their session, and leaves out the polls of a subscription and tasks', () => {
    expect(lines()).toEqual(['s2', 's1', '  p1', '  a'])
  })

  test.each([
    ['renate', ['s1', '  p1', '  a']],
    ['interval:3600', ['s1', '  a']],
    ['s2', ['s2']],
    ['nothing', []],
  ])('the filter %j keeps what matches, with what stands below and above it', (filter, expected) => {
    expect(lines(filter)).toEqual(expected)
  })
})

describe('partsOf', () => {
  const parts = partsOf(described, rows)

  test('gives a poll its tasks, the first that started first, and a subscription its polls', () => {
    expect(parts.get('poll p1')?.map(({ row, from, to }) => [row.id, from, to])).toEqual([
      ['t2', ms('12:05'), null],
      ['t1', ms('12:10'), ms('12:20')],
    ])
    expect(parts.get('subscription a')?.map(({ row }) => row.id)).toEqual(['p2'])
  })

  test('are described by kind and state', () => {
    expect(describeParts(parts.get('poll p1') ?? [])).toBe('1 task failed, 1 task succeeded')
  })
})

describe('repetitions', () => {
  const subscription = resourceOf('subscription')
  const row = (end: string | null) => ({ ...common, id: 'a', interval: 3600, date_end: end })
  const span = { from: ms('12:00'), to: ms('16:30') }

  test('are due each interval after the next time, until the end', () => {
    expect(repetitions(subscription, row(null), ms('13:00'), span)).toEqual(['14:00', '15:00', '16:00'].map(ms))
    expect(repetitions(subscription, row(at('15:00')), ms('13:00'), span)).toEqual([ms('14:00')])
  })

  test('are at most 200, from the beginning of the span on', () => {
    const far = { from: ms('12:00') + 1e10, to: ms('12:00') + 1e12 }
    const found = repetitions(subscription, row(null), ms('13:00'), far)
    expect([found.length, (found[0] ?? 0) >= far.from]).toEqual([200, true])
  })

  test('are none of what does not repeat', () => {
    expect(repetitions(resourceOf('session'), row(null), ms('13:00'), span)).toEqual([])
  })
})
