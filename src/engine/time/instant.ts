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

/** Formats an instant as the API does: `2018-11-08T13:05:29.954188Z`. */
export function formatInstant(instant: Instant): string {
  const milliseconds = Math.floor(instant / 1000)
  const text = new Date(milliseconds).toISOString()
  // A template literal would keep its parts in memory as long as the text, which doubles the memory.
  return [text.slice(0, -1), String(instant - milliseconds * 1000).padStart(3, '0'), 'Z'].join('')
}

/** The API's form, with a day that every month has. */
const canonical = /^\d{4}-\d{2}-(?:[01]\d|2[0-8])T(?:[01]\d|2[0-3]):\d{2}:\d{2}\.\d{6}Z$/

const datetime = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([Zz]|[+ -]\d{2}:?\d{2})$/

/**
 * Converts an ISO 8601 datetime, with whole seconds or 1 to 6 fractional digits and `Z` or an offset, to the API's form;
 * undefined if it is none. A space before the offset is read as `+`, because an unescaped `+` in a query is decoded to it.
 */
export function canonicalDatetime(text: string): string | undefined {
  if (canonical.test(text) && !Number.isNaN(Date.parse(text))) return text
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
  if (canonical === undefined) return undefined
  return Date.parse(`${canonical.slice(0, 19)}Z`) * 1000 + Number(canonical.slice(20, 26))
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
