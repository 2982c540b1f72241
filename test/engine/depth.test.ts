import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deepest, isJsonTooDeep, tooDeepAt } from '../../src/engine/depth.ts'

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`)

it.each([1, 2, deepest - 1, deepest])('A value may be nested %i levels deep', (levels) => {
  expect(tooDeepAt(nested(levels))).toBeUndefined()
  expect(tooDeepAt({ a: 1, b: nested(levels - 1) })).toBeUndefined()
})

it.each([deepest + 1, deepest + 2, 100_000])('A value nested %i levels deep is too deep', (levels) => {
  expect(tooDeepAt(nested(levels))).toEqual([0, 0, 0])
  expect(tooDeepAt({ a: [1], b: nested(levels - 1) })).toEqual(['b', 0, 0])
})

it('A value that contains itself is too deep', () => {
  const value: { inner?: object } = {}
  value.inner = value
  expect(tooDeepAt(value)).toEqual(['inner', 'inner', 'inner'])
})

it('A value that contains the same object many times is read once for each level', () => {
  let value: object = {}
  for (let level = 1; level < deepest; level++) value = [value, value]
  expect(tooDeepAt(value)).toBeUndefined()
})

it.each([null, undefined, 'a', 1, true, new Date(), () => {}])('%s is not nested', (value) => {
  expect(tooDeepAt(value)).toBeUndefined()
})

it('JSON is too deep if its value is', () => {
  const value = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 92, max: 101 }), fc.boolean())
  fc.assert(
    fc.property(value, ([inner, levels, isArray]) => {
      let value: unknown = inner
      for (let level = 0; level < levels; level++) value = isArray ? [']', value] : { '"}\\': '[', a: value }
      expect(isJsonTooDeep(JSON.stringify(value))).toBe(tooDeepAt(value) !== undefined)
    }),
  )
})
