import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completed, readJson } from '../../src/engine/cut-json.ts'

describe('completed: the beginning of a JSON text', () => {
  it.each([
    ['{"data":[{"id":1},{"id":2,"na', { data: [{ id: 1 }, { id: 2 }] }],
    ['{"a":1,"password":"hu', { a: 1 }],
    ['[1,2,3', [1, 2]],
    ['[["a\\"]', [[]]],
    ['{"a":{', { a: {} }],
    ['{"a', {}],
  ])('%s', (text, value) => {
    expect(JSON.parse(completed(text))).toEqual(value)
  })

  it('is JSON wherever an object is cut', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json().map(readJson)), fc.nat(), (value, at) => {
        const text = JSON.stringify(value)
        expect(readJson(completed(text.slice(0, 1 + (at % text.length))))).toBeTypeOf('object')
      }),
    )
  })
})
