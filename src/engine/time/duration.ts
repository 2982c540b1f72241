import { either, shown } from '../messages.ts'
import { latestInstant, TimeError } from './instant.ts'

type InMilliseconds = `${number}ms`
type InSeconds = InMilliseconds | `${number}s${InMilliseconds | ''}`
type InMinutes = InSeconds | `${number}m${InSeconds | ''}`
type InHours = InMinutes | `${number}h${InMinutes | ''}`

/** A duration: `500ms`, `2s`, `10m`, `6h`, `5h59m` or `3d`; fractions such as `1.5h` too. */
export type Duration = InHours | `${number}d${InHours | ''}`

/** The units of durations, longest first. */
const unitMicroseconds = { d: 86_400e6, h: 3600e6, m: 60e6, s: 1e6, ms: 1e3 } as const
type Unit = keyof typeof unitMicroseconds
const units = Object.keys(unitMicroseconds) as Unit[]

const written =
  /^(?=\d)(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/

/** The text form of a duration: each unit at most once, longer ones first. Valid in a JSON Schema too. */
export const durationPattern = written.source

/** Longer text is not parsed. */
const longestText = 100

/** Parses a duration to microseconds. Throws an Error that shows the accepted forms. */
export function parseDuration(text: unknown): number {
  const length = lengthIn(text)
  if (length === undefined) {
    if (isNegativeDuration(text)) throw new TimeError(`${shown(text)} is not a duration: ${notNegative}`)
    throw new TimeError(
      `${shown(text)} is not a duration: write a number and a unit (ms, s, m, h, d), as in "500ms", "2s", "10m", "6h", "5h59m" or "3d".${durationMeant(text)}`,
    )
  }
  if (length > latestInstant) throw new TimeError(`${shown(text)} ${tooLong}`)
  return length
}

const tooLong = 'is too long: virtual time ends in the year 2255.'
const notNegative = 'durations are not negative, because time only moves forward (snapshots and rewind go back).'

/** Whether a value is a minus before what can be understood as a duration. */
function isNegativeDuration(given: unknown): boolean {
  if (typeof given === 'number') return given < 0
  const [, rest] = (typeof given === 'string' && given.length <= longestText && /^\s*[-−](.*)$/s.exec(given)) || []
  return rest !== undefined && (lengthOf(rest.trim()) !== undefined || durationMeant(rest) !== '')
}

/**
 * The message for a value that a schema with durations refuses.
 *
 * @param form what the schema accepts: `a duration such as "1h", or "never"`
 * @param limit what the schema requires of a duration
 */
export function durationProblem(given: unknown, form: string, limit = `must be ${form}`): string {
  if (isNegativeDuration(given)) return `must be ${form}, got ${shown(given)}: ${notNegative}`
  const length = lengthIn(given)
  if (length !== undefined) return length > latestInstant ? tooLong : limit
  const meant = durationMeant(given)
  return meant === '' ? `must be ${form}` : `must be ${form}, got ${shown(given)}.${meant}`
}

/** The microseconds of a value from outside that is a duration; undefined for any other. */
const lengthIn = (given: unknown) =>
  typeof given === 'string' && given.length <= longestText ? lengthOf(given) : undefined

/** The microseconds of a duration, however long; undefined if the text is none. */
function lengthOf(text: string): number | undefined {
  const match = written.exec(text)
  return match
    ? units.reduce((sum, unit, i) => sum + microsecondsOf(match[i + 1] ?? '0', unitMicroseconds[unit]), 0)
    : undefined
}

/** A number of units in whole microseconds; its fraction apart, so that a large number loses no precision. */
function microsecondsOf(count: string, unit: number): number {
  const [whole, fraction = '0'] = count.split('.')
  return Number(whole) * unit + Math.round(Number(`0.${fraction}`) * unit)
}

/** Other names of units, by their first letters; one of them equals `count` of the unit. */
const unitsMeant: readonly (readonly [begins: RegExp, unit: Unit, count: number])[] = [
  [/^(?:ms|mil)/, 'ms', 1],
  [/^s/, 's', 1],
  [/^m(?!o)/, 'm', 1],
  [/^h/, 'h', 1],
  [/^d/, 'd', 1],
  [/^w/, 'd', 7],
]

/** ` Did you mean "1d"?` if the value can be understood as a duration, otherwise nothing. */
export function durationMeant(given: unknown): string {
  if (typeof given !== 'string' && typeof given !== 'number') return ''
  const text = String(given).toLowerCase()
  if (text.length > longestText) return ''
  const isValid = (duration: string) => (lengthOf(duration) ?? Infinity) <= latestInstant
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const durations = ['s', 'm', 'h'].map((unit) => text + unit).filter(isValid)
    return durations.length === 0 ? '' : ` Did you mean ${either(durations)}?`
  }
  const counts = new Map<Unit, number>()
  const rest = text.replace(/(?<!\d)(\d+(?:[.,]\d+)?)\s*([a-z]+)/g, (part, count: string, word: string) => {
    const [, unit, each] = unitsMeant.find(([begins]) => begins.test(word)) ?? []
    if (unit === undefined || each === undefined) return part
    counts.set(unit, (counts.get(unit) ?? 0) + Number(count.replace(',', '.')) * each)
    return ''
  })
  const meant = units.flatMap((unit) => (counts.has(unit) ? `${counts.get(unit)}${unit}` : [])).join('')
  return /^(?:[\s,]|and)*$/.test(rest) && isValid(meant) && meant !== given ? ` Did you mean "${meant}"?` : ''
}

/** Formats microseconds for people: `6h30m`, `14d`, `11h59m3.195527s`. */
export function formatDuration(microseconds: number): string {
  const { s, m, h, d } = unitMicroseconds
  if (microseconds >= 2 * d && microseconds % d === 0) return `${microseconds / d}d`
  const hours = Math.floor(microseconds / h)
  const minutes = Math.floor((microseconds % h) / m)
  const seconds = (microseconds % m) / s
  const text = `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}`
  return text === '' ? '0s' : text
}

/** Formats microseconds in the form that `parseDuration` accepts: `90m`, `6h`, `1.5ms`. */
export function writeDuration(microseconds: number): Duration {
  const unit = units.find((one) => microseconds > 0 && microseconds % unitMicroseconds[one] === 0) ?? 'ms'
  return `${microseconds / unitMicroseconds[unit]}${unit}`
}
