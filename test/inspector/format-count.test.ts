import { expect, test } from 'vitest'
import { formatCount } from '../../src/inspector/format-count.ts'

test.each([0, 7, 999, 1000, 10_000, 123_045, 1_000_007])('formatCount of %d is as in British English', (count) => {
  expect(formatCount(count)).toBe(count.toLocaleString('en-GB'))
})
