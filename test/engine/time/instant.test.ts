import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/engine/random.ts'
import { canonicalDatetime, formatInstant, parseInstant } from '../../../src/engine/time/instant.ts'

/** What `Date` makes of an instant, with the microseconds that it lacks. */
const byDate = (instant: number) => {
  const milliseconds = Math.floor(instant / 1000)
  const micro = String(instant - milliseconds * 1000).padStart(3, '0')
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${micro}Z`
}

const day = 86_400e6
const random = new Random(7)
const instants = Array.from({ length: 20_000 }, () => {
  const share = (random.integer() * 2 ** 21 + random.below(2 ** 21)) / 2 ** 53
  return Math.floor((2 * share - 1) * Number.MAX_SAFE_INTEGER)
})

describe('an instant', () => {
  test('is formatted as Date formats it, on every day of 400 years and at random', () => {
    const days = Array.from({ length: 146_097 }, (_, i) => (i - 100_000) * day)
    const all = [...days, ...days.map((at) => at - 1), ...instants]
    expect(all.filter((instant) => formatInstant(instant) !== byDate(instant))).toEqual([])
    expect(formatInstant(1_541_682_329_954_188)).toBe('2018-11-08T13:05:29.954188Z')
  })

  test('is parsed from the text that it is formatted to', () => {
    expect(instants.filter((instant) => parseInstant(formatInstant(instant)) !== instant)).toEqual([])
    expect(parseInstant('1969-12-31T23:59:59.999999Z')).toBe(-1)
  })
})

describe('a datetime in the form of the API', () => {
  test.each([
    ['2020-02-30T00:00:00.000000Z', 'a day that its month does not have'],
    ['2021-02-29T00:00:00.000000Z', 'a leap day of a year without one'],
    ['1900-02-29T00:00:00.000000Z', 'a leap day of a century'],
    ['2020-13-01T00:00:00.000000Z', 'a thirteenth month'],
    ['2020-00-10T00:00:00.000000Z', 'a month 0'],
    ['2020-01-00T00:00:00.000000Z', 'a day 0'],
    ['2020-01-01T25:00:00.000000Z', 'an hour 25'],
    ['2020-01-01T00:60:00.000000Z', 'a minute 60'],
    ['2020-01-01T00:00:60.000000Z', 'a second 60'],
    ['2020-01-01T00:00:0:.000000Z', 'a character after 9'],
    ['2020-01-01T00:00:/0.000000Z', 'a character before 0'],
    ['2020-01-01T00:00:00.00000/Z', 'a character in place of its last digit'],
    ['2020-01-01 00:00:00.000000Z', 'no T'],
    ['2020-01-01T00:00:00.0000000Z', 'a digit too many'],
    ['', 'no characters'],
  ])('%j is none: %s', (text) => {
    expect(canonicalDatetime(text)).toBeUndefined()
    expect(parseInstant(text)).toBeUndefined()
  })

  test.each(['0000-01-01T00:00:00.000000Z', '2000-02-29T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'])(
    '%s stays as it is',
    (text) => {
      expect(canonicalDatetime(text)).toBe(text)
    },
  )
})
