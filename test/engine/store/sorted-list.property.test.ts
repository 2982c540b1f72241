import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SortedList } from '../../../src/engine/store/sorted-list.ts'

const ascending = (a: number, b: number) => a - b
const numbers = () => new SortedList<number>(ascending)

/** What Ordered must equal: an array that is sorted after each step, without repetition. */
const sorted = (items: Iterable<number>) => [...new Set(items)].sort(ascending)

/** Items in an order that a seed decides. */
function shuffled(count: number, seed: number): number[] {
  let state = seed
  const items = Array.from({ length: count }, (_, index) => index * 2)
  for (let i = items.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const j = state % (i + 1)
    ;[items[i], items[j]] = [items[j] as number, items[i] as number]
  }
  return items
}

const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }))

describe('ordered items', () => {
  it('equal a sorted array after any additions and deletions', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const ordered = numbers()
        const expected = new Set<number>()
        for (const [adds, item] of steps) {
          if (adds) {
            ordered.add(item)
            expected.add(item)
          } else {
            expect(ordered.delete(item)).toBe(expected.delete(item) ? item : undefined)
          }
          expect(ordered.size).toBe(expected.size)
        }
        expect([...ordered]).toEqual(sorted(expected))
      }),
    )
  })

  it('begin with the least', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const ordered = numbers()
        for (const item of items) ordered.add(item)
        expect(ordered.first()).toBe(sorted(items)[0])
      }),
    )
  })

  it('give any range of ranks, last first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99 }), { size: 'large' }),
        fc.nat(110),
        fc.nat(110),
        (items, high, low) => {
          const ordered = numbers()
          for (const item of items) ordered.add(item)
          expect([...ordered.descending(high, low)]).toEqual(sorted(items).slice(low, Math.max(low, high)).reverse())
        },
      ),
    )
  })

  it('keep the first of two that compare as equal', () => {
    const ordered = new SortedList<{ rank: number; name: string }>((a, b) => a.rank - b.rank)
    ordered.add({ rank: 1, name: 'first' })
    ordered.add({ rank: 1, name: 'second' })
    expect([...ordered]).toEqual([{ rank: 1, name: 'first' }])
  })
})

describe('thousands of ordered items', () => {
  const orders: [string, (seed: number) => number[]][] = [
    ['in a random order', (seed) => shuffled(6000, seed)],
    ['from the least', () => shuffled(6000, 0).sort(ascending)],
    ['from the greatest', () => shuffled(6000, 0).sort((a, b) => b - a)],
  ]
  const few = { numRuns: 2 }

  it.each(orders)('added %s equal a sorted array', (_, order) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const items = order(seed)
        const ordered = numbers()
        for (const item of items) ordered.add(item)
        expect([...ordered]).toEqual(sorted(items))
      }),
      few,
    )
  })

  it.each(orders)('added %s know how many stand before a place', (_, order) => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: -5, max: 12_005 }), { minLength: 50, maxLength: 50 }),
        (seed, places) => {
          const ordered = numbers()
          for (const item of order(seed)) ordered.add(item)
          const expected = places.map((place) => Math.min(6000, Math.max(0, Math.ceil(place / 2))))
          expect(places.map((place) => ordered.rank((item) => item < place))).toEqual(expected)
        },
      ),
      few,
    )
  })

  it.each(orders)('added %s equal a sorted array once many are deleted', (_, order) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const items = order(seed)
        const ordered = numbers()
        for (const item of items) ordered.add(item)
        const gone = new Set(shuffled(6000, seed + 1).slice(0, 4500))
        for (const item of gone) expect(ordered.delete(item)).toBe(item)
        expect([ordered.size, ...ordered]).toEqual([1500, ...sorted(items.filter((item) => !gone.has(item)))])
      }),
      few,
    )
  })

  it.each([512, 1024])('of which there are %d stay in order wherever one more comes', (count) => {
    const ordered = numbers()
    for (let item = count - 1; item >= 0; item--) ordered.add(item * 2)
    const places = Array.from({ length: count + 1 }, (_, index) => index * 2 - 1)
    const lost = places.filter((place) => {
      const copy = ordered.clone()
      copy.add(place)
      let before = Number.NEGATIVE_INFINITY
      for (const item of copy) {
        if (item <= before) return true
        before = item
      }
      return copy.size !== count + 1
    })
    expect(lost).toEqual([])
  })

  it('give a range that spans many chunks, last first', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(6000), fc.nat(6000), (seed, high, low) => {
        const ordered = numbers()
        for (const item of shuffled(6000, seed)) ordered.add(item)
        const range = [...ordered.descending(high, low)]
        expect(range).toEqual(Array.from({ length: Math.max(0, high - low) }, (_, i) => (high - 1 - i) * 2))
      }),
      few,
    )
  })

  it('give all of them, last first, without a range', () => {
    const ordered = numbers()
    for (const item of shuffled(6000, 1)) ordered.add(item)
    expect([...ordered.descending()]).toEqual(Array.from({ length: 6000 }, (_, i) => (5999 - i) * 2))
  })

  it('are empty once each is deleted', () => {
    const ordered = numbers()
    for (const item of shuffled(3000, 1)) ordered.add(item)
    for (const item of shuffled(3000, 2)) ordered.delete(item)
    expect([ordered.size, ordered.first(), ...ordered, ...ordered.descending()]).toEqual([0, undefined])
  })

  it('take what is added again after they were emptied', () => {
    const ordered = numbers()
    for (const item of shuffled(3000, 1)) ordered.add(item)
    for (const item of shuffled(3000, 2)) ordered.delete(item)
    for (const item of shuffled(3000, 3)) ordered.add(item)
    expect([...ordered]).toEqual(sorted(shuffled(3000, 3)))
  })

  it('do not change when a clone does', () => {
    const ordered = numbers()
    for (const item of shuffled(3000, 1)) ordered.add(item)
    const copy = ordered.clone()
    for (const item of shuffled(3000, 2).slice(0, 2000)) copy.delete(item)
    for (let item = 1; item < 2000; item += 2) copy.add(item)
    expect([ordered.size, ...ordered]).toEqual([3000, ...sorted(shuffled(3000, 1))])
  })

  it('change while a clone stays', () => {
    const ordered = numbers()
    for (const item of shuffled(3000, 1)) ordered.add(item)
    const copy = ordered.clone()
    for (const item of shuffled(3000, 2).slice(0, 2000)) ordered.delete(item)
    for (let item = 1; item < 2000; item += 2) ordered.add(item)
    expect([copy.size, ...copy]).toEqual([3000, ...sorted(shuffled(3000, 1))])
  })
})
