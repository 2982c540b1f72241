import { UsageError } from '../errors.ts'
import { shown } from '../messages.ts'

/** A moment in whole microseconds since 1970 UTC: the precision of the API's datetimes. */
export type Instant = number

/** The first instant that a number can represent to the microsecond, in the year 1684. */
const earliestInstant: Instant = Number.MIN_SAFE_INTEGER

/** The last instant that a number can represent to the microsecond, in the year 2255. */
export const latestInstant: Instant = Number.MAX_SAFE_INTEGER

/** An invalid duration or instant, or an impossible move of the clock. */
export class TimeError extends UsageError {
  override readonly name = 'TimeError'
}

/** Days from 1 March of the year 0, with which the arithmetic of the Gregorian calendar begins, to 1970. */
const daysTo1970 = 719_468
/** Days of 400 years, after which the calendar repeats. */
const daysOfEra = 146_097

/**
 * Formats an instant as the API does: `2018-11-08T13:05:29.954188Z`. By arithmetic, since `Date` takes five times as long
 * and every record has some; the result is one flat string, which takes half the memory of one put together of others.
 */
export function formatInstant(instant: Instant): string {
  const seconds = Math.floor(instant / 1e6)
  const days = Math.floor(seconds / 86_400)
  // From here on `| 0` keeps the numbers 32-bit integers, whose divisions and remainders take two thirds of the time.
  const time = (seconds - days * 86_400) | 0
  const micro = (instant - seconds * 1e6) | 0
  const era = Math.floor((days + daysTo1970) / daysOfEra) | 0
  const dayOfEra = (days + daysTo1970 - era * daysOfEra) | 0
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0)
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0))
  // Counted from March.
  const monthOfYear = ((5 * dayOfYear + 2) / 153) | 0
  const month = monthOfYear < 10 ? monthOfYear + 3 : monthOfYear - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const day = dayOfYear - (((153 * monthOfYear + 2) / 5) | 0) + 1
  const hour = (time / 3600) | 0
  const minute = ((time / 60) | 0) % 60
  const second = time % 60
  // biome-ignore format: a line for each part
  return String.fromCharCode(
    digit(year, 1000), digit(year, 100), digit(year, 10), digit(year, 1), 45,
    digit(month, 10), digit(month, 1), 45,
    digit(day, 10), digit(day, 1), 84,
    digit(hour, 10), digit(hour, 1), 58,
    digit(minute, 10), digit(minute, 1), 58,
    digit(second, 10), digit(second, 1), 46,
    digit(micro, 1e5), digit(micro, 1e4), digit(micro, 1000), digit(micro, 100), digit(micro, 10), digit(micro, 1), 90,
  )
}

/** The character of a decimal digit of an integer, by the value of its place. */
const digit = (value: number, place: number) => 48 + (((value / place) | 0) % 10)

/** The number of two digits of a text. */
const pair = (text: string, at: number) => 10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 528

/** The instant that the digits of a text in the API's form tell. Of any other text it is the instant of another text. */
function instantOf(text: string): Instant {
  const month = pair(text, 5)
  const year = pair(text, 0) * 100 + pair(text, 2) - (month <= 2 ? 1 : 0)
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + pair(text, 8) - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  const days = era * daysOfEra + dayOfEra - daysTo1970
  const seconds = days * 86_400 + pair(text, 11) * 3600 + pair(text, 14) * 60 + pair(text, 17)
  return seconds * 1e6 + pair(text, 20) * 1e4 + pair(text, 22) * 100 + pair(text, 24)
}

const datetime = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([Zz]|[+ -]\d{2}:?\d{2})$/

/**
 * Converts an ISO 8601 datetime, with whole seconds or 1 to 6 fractional digits and `Z` or an offset, to the API's form;
 * undefined if it is none. A space before the offset is read as `+`, because an unescaped `+` in a query is decoded to it.
 */
export function canonicalDatetime(text: string): string | undefined {
  if (formatInstant(instantOf(text)) === text) return text
  const match = datetime.exec(text)
  if (!match) return undefined
  const [, date, time, fraction = '', zone = 'Z'] = match
  const midnight = new Date(`${date}T00:00:00Z`)
  // Date accepts 30 February as a day in March, so the day must be the same afterwards.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return undefined
  const seconds = new Date(`${date}T${time}${zone.toUpperCase().replace(' ', '+')}`)
  if (Number.isNaN(seconds.getTime())) return undefined
  const whole = seconds.toISOString()
  // An offset can lead to a year before 0 or after 9999.
  if (whole.startsWith('+')) return '9999-12-31T23:59:59.999999Z'
  if (whole.startsWith('-')) return '0000-01-01T00:00:00.000000Z'
  return `${whole.slice(0, 19)}.${fraction.padEnd(6, '0')}Z`
}

/**
 * Canonicalizes a datetime in a query. Without a time zone it is in UTC, and a date alone is its midnight in UTC (observed:
 * the official client sends both).
 */
export function queriedDatetime(text: string): string | undefined {
  return canonicalDatetime(text) ?? canonicalDatetime(`${text}Z`) ?? canonicalDatetime(`${text}T00:00:00Z`)
}

/** Parses the datetimes that `canonicalDatetime` accepts to an instant, which is exact from `earliestInstant` to `latestInstant`. */
export function parseInstant(text: string): Instant | undefined {
  const canonical = canonicalDatetime(text)
  return canonical === undefined ? undefined : instantOf(canonical)
}

/** Parses an instant given by a developer. Throws an Error that shows the accepted form. */
export function readInstant(given: unknown): Instant {
  const instant =
    given instanceof Date ? given.getTime() * 1000 : typeof given === 'string' ? parseInstant(given) : undefined
  if (instant === undefined || !(instant >= earliestInstant && instant <= latestInstant)) {
    throw new TimeError(
      `${shown(given)} is not an instant: write ISO 8601 with a zone, between the years 1685 and 2254, as in "2020-02-20T12:00:00Z".`,
    )
  }
  return instant
}
