import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldsOf, matches, parseFilter } from '../../src/inspector/filter.ts'

const call = {
  id: 12,
  method: 'POST',
  path: '/sessions',
  status: 201,
  at: '2020-02-20T12:30:05.000000Z',
  body: { source: { identifier: 'Renate@example.com' }, payload: [{ code: '[redacted]' }] },
  error: null,
}
const finds = (filter: string) => matches(parseFilter(filter), fieldsOf(call))

describe('matches', () => {
  test.each([
    '',
    'renate',
    'RENATE post',
    'method:post',
    'status:201',
    'body.source.identifier:renate',
    'identifier:example.com',
    'code:redacted',
    '12:30:05',
    '20 Feb 2020',
    'at:2020-02-20t12:30',
    '-get -status:404',
    'status:',
    '-',
  ])('%j finds the call', (filter) => {
    expect(finds(filter)).toBe(true)
  })

  test.each(['gustav', 'status:20', 'id:1', 'method:sessions', '-renate', 'post -status:201', 'http://nowhere', 'x:1'])(
    '%j does not',
    (filter) => {
      expect(finds(filter)).toBe(false)
    },
  )

  test('a field is named by the end of its path, at a dot', () => {
    expect(finds('tifier:renate')).toBe(false)
  })
})

describe('parseFilter', () => {
  test('any text can be parsed, to 20 words at most', () => {
    fc.assert(fc.property(fc.string(), (text) => parseFilter(text).length <= 20))
    expect(parseFilter('word '.repeat(1000))).toHaveLength(20)
  })

  test('100,000 characters take no longer than their first thousand', () => {
    expect(parseFilter('-:'.repeat(50_000))).toHaveLength(1)
  })
})

describe('fieldsOf', () => {
  test('reads the first 1,000 values of an object', () => {
    expect(fieldsOf({ list: Array.from({ length: 5000 }, (_, i) => i) })).toHaveLength(1000)
  })
})
