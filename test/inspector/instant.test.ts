import { describe, expect, test } from 'vitest'
import { formatGoal, moveOf, parseInstant } from '../../src/inspector/instant.ts'

describe('formatGoal', () => {
  test.each([
    ['2020-02-20T23:06:00Z', '23:06'],
    ['2020-02-20T12:00:02Z', '12:00:02'],
    ['2020-02-21T23:06:00Z', '21 Feb 23:06'],
    ['2099-12-31T23:59:59Z', '31 Dec 2099 23:59:59'],
  ])('%s is %s, seen from noon', (at, goal) => {
    expect(formatGoal(parseInstant(at), parseInstant('2020-02-20T12:00:00Z'))).toBe(goal)
  })
})

describe('moveOf', () => {
  test.each([
    ['6h', { advance: '6h' }],
    [' 1d12h ', { advance: '1d12h' }],
    ['2020-03-01', { set: '2020-03-01T00:00:00Z' }],
    ['2020-03-01 12:00', { set: '2020-03-01T12:00:00Z' }],
    ['2020-03-01T12:00:05.5+01:00', { set: '2020-03-01T12:00:05.5+01:00' }],
    ['tomorrow', { advance: 'tomorrow' }],
  ])('%j is %j', (text, move) => {
    expect(moveOf(text)).toEqual(move)
  })
})
