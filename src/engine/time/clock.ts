import { UsageError } from '../errors.ts'
import { either, shown } from '../messages.ts'

/** A moment in whole microseconds since 1970 UTC: the precision of the API's datetimes. */
export type Instant = number

/** The maximum speed, in virtual seconds per real second. */
export const fastest = 1e6

/** The first instant that a number can represent to the microsecond, in the year 1684. */
const earliestInstant: Instant = Number.MIN_SAFE_INTEGER

/** The last instant that a number can represent to the microsecond, in the year 2255. */
export const latestInstant: Instant = Number.MAX_SAFE_INTEGER

type InMilliseconds = `${number}ms`
type InSeconds = InMilliseconds | `${number}s${InMilliseconds | ''}`
type InMinutes = InSeconds | `${number}m${InSeconds | ''}`
type InHours = InMinutes | `${number}h${InMinutes | ''}`

/** A duration: `500ms`, `2s`, `10m`, `6h`, `5h59m` or `3d`; fractions such as `1.5h` too. */
export type Duration = InHours | `${number}d${InHours | ''}`

/** An invalid duration or instant, or an impossible move of the clock. */
export class TimeError extends UsageError {
  override readonly name = 'TimeError'
}

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
  const length = typeof text === 'string' && text.length <= longestText ? lengthOf(text) : undefined
  if (length === undefined) {
    throw new TimeError(
      `${shown(text)} is not a duration: write a number and a unit (ms, s, m, h, d), as in "500ms", "2s", "10m", "6h", "5h59m" or "3d".${durationMeant(text)}`,
    )
  }
  if (length > latestInstant) throw new TimeError(`${shown(text)} is too long: virtual time ends in the year 2255.`)
  return length
}

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
  return /^(?:[\s,]|and)*$/.test(rest) && isValid(meant) ? ` Did you mean "${meant}"?` : ''
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

/** Formats an instant as the API does: `2018-11-08T13:05:29.954188Z`. */
export function formatInstant(instant: Instant): string {
  const milliseconds = Math.floor(instant / 1000)
  const text = new Date(milliseconds).toISOString()
  // A template literal would keep its parts in memory as long as the text, which doubles the memory.
  return [text.slice(0, -1), String(instant - milliseconds * 1000).padStart(3, '0'), 'Z'].join('')
}

const datetime = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([Zz]|[+ -]\d{2}:?\d{2})$/

/**
 * Converts an ISO 8601 datetime, with whole seconds or 1 to 6 fractional digits and `Z` or an offset, to the API's form;
 * undefined if it is none. A space before the offset is read as `+`, because an unescaped `+` in a query is decoded to it.
 */
export function canonicalDatetime(text: string): string | undefined {
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

/** The instant given by a developer, or real time without one. Throws an Error that shows the accepted form. */
export function present(given?: string | Date): Instant {
  return given === undefined ? Date.now() * 1000 : readInstant(given)
}

/** Real milliseconds since an arbitrary moment, for measuring durations. */
export function stopwatch(): number {
  return performance.now()
}

/** Runs work at an interval of real milliseconds. Returns a function that stops it. Keeps no process alive. */
export function repeat(milliseconds: number, work: () => void): () => void {
  const timer: unknown = setInterval(work, Math.min(milliseconds, longestTimer))
  unref(timer)
  return () => clearInterval(timer as number)
}

/** Runs work after a delay in real milliseconds. Returns a function that cancels it. */
export function later(milliseconds: number, work: () => void): () => void {
  const timer = setTimeout(work, Math.min(milliseconds, longestTimer))
  return () => clearTimeout(timer)
}

/** Resolves in a later turn of the event loop, even if a test runner fakes the timers. */
export function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** The real milliseconds after which long work yields to the event loop. */
const longestTurn = 10

/** Returns a function that tells whether work that starts now should yield to the event loop. */
export function turnTimer(): () => boolean {
  const end = stopwatch() + longestTurn
  return () => stopwatch() >= end
}

/**
 * Returns a function to call after each step of long work. When the work should yield to the event loop, it returns a
 * promise to await before the next step, otherwise undefined.
 */
export function turns(): () => Promise<void> | undefined {
  let isOver = turnTimer()
  const next = async () => {
    await nextTurn()
    isOver = turnTimer()
  }
  return () => (isOver() ? next() : undefined)
}

/** Whether a promise resolves within this many real milliseconds. */
export function within(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = later(Math.max(0, milliseconds), () => resolve(false))
    work.then(() => resolve(true), reject).finally(cancel)
  })
}

// setTimeout takes a signed 32-bit number of milliseconds.
const longestTimer = 2 ** 31 - 1

/** Lets the process end although a timer is pending; a browser's timers are numbers and need nothing. */
function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer && 'unref' in timer) (timer as { unref(): void }).unref()
}

export interface ClockOptions {
  /** When virtual time starts; real time by default. */
  readonly start?: Instant
  /** A frozen clock moves only by `moveTo` and `stamp`. */
  readonly frozen?: boolean
  /** Virtual seconds per real second; 1 by default. */
  readonly speed?: number
}

export interface ClockState {
  readonly base: Instant
  readonly frozen: boolean
  readonly speed: number
  readonly lastStamp: Instant
}

/** The virtual clock, the only reader of real time. While running it follows `Date.now()`, also that of fake timers. */
export class Clock {
  #base = 0
  #realBase = 0
  #frozen = false
  #speed = 1
  #lastStamp: Instant = -Infinity
  /** The last result of `now()` outside of due work. */
  #lastRead: Instant = -Infinity
  #pinned: Instant | undefined

  constructor(options: ClockOptions = {}) {
    this.begin(options)
  }

  /** Starts the clock again, as the constructor does. */
  begin({ start, frozen = false, speed = 1 }: ClockOptions): void {
    this.#realBase = Clock.#real()
    this.#base = start ?? this.#realBase
    this.#frozen = frozen
    this.#speed = speed
    this.#lastStamp = -Infinity
    this.#lastRead = -Infinity
    this.#pinned = undefined
  }

  static #real(): Instant {
    return Date.now() * 1000
  }

  get frozen(): boolean {
    return this.#frozen
  }

  get speed(): number {
    return this.#speed
  }

  now(): Instant {
    return this.#pinned ?? (this.#lastRead = this.#unpinned())
  }

  /**
   * The instant outside of due work. It never goes back: if it would be before the last stamp or the last result of
   * `now()`, for example because `Date.now()` was set back, time continues from there.
   */
  #unpinned(): Instant {
    const elapsed = this.#frozen ? 0 : Math.round((Clock.#real() - this.#realBase) * this.#speed)
    const least = Math.max(this.#lastStamp, this.#lastRead)
    if (this.#base + elapsed >= least) return Math.min(this.#base + elapsed, latestInstant)
    this.moveTo(least)
    return least
  }

  /**
   * A datetime later than all earlier stamps. A further stamp at the same instant moves the clock forward by a
   * microsecond, a frozen one too, so the order of records is unambiguous and none is dated after `now`.
   */
  stamp(): string {
    this.#lastStamp = Math.min(Math.max(this.now(), this.#lastStamp + 1), latestInstant)
    // Moves a running clock at once too, so that work scheduled relative to the record comes due after as long by `Date.now()`.
    this.#unpinned()
    return formatInstant(this.#lastStamp)
  }

  /**
   * The later of the current datetime and `date`: due work that runs late may affect a record that is newer than the
   * work's instant.
   */
  notBefore(date: string): string {
    const now = formatInstant(this.now())
    return now < date ? date : now
  }

  /** Moves to an instant. Runs no due work: that is up to the caller. */
  moveTo(instant: Instant): void {
    this.#base = instant
    this.#realBase = Clock.#real()
  }

  freeze(): void {
    this.moveTo(this.now())
    this.#frozen = true
  }

  run(speed: number): void {
    this.moveTo(this.now())
    this.#frozen = false
    this.#speed = speed
  }

  /**
   * Runs work with the clock at this instant, so that work that runs late still has its own time. Records created
   * meanwhile are dated from that instant on.
   */
  at<T>(instant: Instant, work: () => T): T {
    const before = this.#pinned
    this.#pinned = instant
    try {
      return work()
    } finally {
      // Unless the work restarted or restored the clock.
      if (this.#pinned === instant) this.#pinned = before
    }
  }

  /**
   * Calls back after this much virtual time of a running clock, or earlier if that exceeds the longest timer. Returns a
   * function that cancels it. Keeps the process alive only with `hold`.
   */
  wake(microseconds: number, work: () => void, hold = false): () => void {
    const milliseconds = Math.min(Math.ceil(microseconds / 1000 / this.#speed), longestTimer)
    const timer: unknown = setTimeout(work, Math.max(0, milliseconds))
    if (!hold) unref(timer)
    return () => clearTimeout(timer as number)
  }

  save(): ClockState {
    return { base: this.now(), frozen: this.#frozen, speed: this.#speed, lastStamp: this.#lastStamp }
  }

  restore(state: ClockState): void {
    this.moveTo(state.base)
    this.#frozen = state.frozen
    this.#speed = state.speed
    this.#lastStamp = state.lastStamp
    this.#lastRead = -Infinity
    this.#pinned = undefined
  }

  /** Continues from the real present, or from the last stamp if that is later. */
  toPresent(): void {
    this.moveTo(Clock.#real())
    this.#lastRead = -Infinity
  }
}
