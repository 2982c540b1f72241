import { expect, it } from 'vitest'
import { remove } from '../../src/engine/values.ts'

it.each([
  ['the last item', [1, 2, 3], 3, [1, 2]],
  ['another item', [1, 2, 3], 1, [2, 3]],
  ['the only item', [1], 1, []],
  ['the later of two equal items', [1, 2, 1, 3], 1, [1, 2, 3]],
  ['nothing, if the item is not there', [1, 2], 3, [1, 2]],
  ['nothing from an empty list', [], 1, []],
])('remove removes %s', (_, list: number[], item, left) => {
  remove(list, item)
  expect(list).toEqual(left)
})
