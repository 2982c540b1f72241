import { describe, expect, it } from 'vitest'
import { BoundedMap } from '../../src/engine/bounded-map.ts'

function filled() {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  return map
}

const valuesOf = (map: BoundedMap<string, number>) => ['a', 'b', 'c'].map((key) => map.get(key))

describe('A BoundedMap', () => {
  it('holds values up to its limit', () => {
    expect(valuesOf(filled())).toEqual([1, 2, undefined])
  })

  it('forgets everything before it would hold more', () => {
    const map = filled()
    map.set('c', 3)
    expect(valuesOf(map)).toEqual([undefined, undefined, 3])
  })

  it('forgets nothing when a value is replaced', () => {
    const map = filled()
    map.set('a', 9)
    expect(valuesOf(map)).toEqual([9, 2, undefined])
  })

  it('forgets one value, or all', () => {
    const map = filled()
    map.delete('a')
    const without = valuesOf(map)
    map.clear()
    expect([without, valuesOf(map)]).toEqual([
      [undefined, 2, undefined],
      [undefined, undefined, undefined],
    ])
  })
})
