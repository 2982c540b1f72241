import { expect, it } from 'vitest'
import { Queue } from '../../../src/engine/time/queue.ts'

it('A queue cancels the work that is due at an instant and meets a condition, and no other', () => {
  const queue = new Queue()
  for (const [at, id] of [
    [1, 'a'],
    [2, 'a'],
    [2, 'b'],
    [3, 'a'],
  ] as const) {
    queue.add(at, 'end', id)
  }
  queue.cancel(2, ({ id }) => id === 'a')
  expect(Array.from(queue, ({ at, id }) => [at, id])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'a'],
  ])
})
