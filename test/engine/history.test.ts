import { expect, it } from 'vitest'
import { History } from '../../src/engine/history.ts'

/** A history of so many things that happened, a microsecond after each other. */
function historyOf(count: number): History {
  const history = new History()
  for (let at = 0; at < count; at++) {
    history.add(at, 'user.blocked', 'user', { id: 1, state: 'blocked' }, {})
  }
  return history
}

it('A history holds what happened, with the state of its record', () => {
  expect(historyOf(1).list()).toEqual([
    { at: 0, event: 'user.blocked', resource: 'user', id: 1, state: 'blocked', number: 1, cause: null, reason: null },
  ])
})

it.each([
  [9_999, 9_999, 0],
  [10_000, 10_000, 0],
  [10_001, 5_001, 5_000],
  [15_000, 10_000, 5_000],
])('A history of %i things holds the last %i', (count, length, first) => {
  const list = historyOf(count).list()
  expect([list.length, list[0]?.at, list.at(-1)?.at]).toEqual([length, first, count - 1])
})

it('A history that was saved is not changed by what happens later', () => {
  const history = historyOf(1)
  const saved = history.save()
  const restored = new History()
  restored.restore(saved)
  for (const one of [history, restored]) one.add(1, 'user.reactivated', 'user', { id: 1, state: 'active' }, {})
  expect([saved, history.list(), restored.list()].map(({ length }) => length)).toEqual([1, 2, 2])
})
