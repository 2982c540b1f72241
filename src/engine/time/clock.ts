import { formatInstant, type Instant, latestInstant, readInstant } from './instant.ts'

/** The maximum speed, in virtual seconds per real second. */
export const fastest = 1e6

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
 * promise to await before the next step, otherwise undefined. It looks at real time after every eighth step, since that
 * takes longer than what a step often does.
 */
export function turns(): () => Promise<void> | undefined {
  let isOver = turnTimer()
  const next = async () => {
    await nextTurn()
    isOver = turnTimer()
  }
  let step = 0
  return () => (++step % 8 === 0 && isOver() ? next() : undefined)
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

/** What a clock follows while it runs. */
export interface RealTime {
  now(): Instant
  /** Calls back after this many milliseconds. Returns a function that cancels it. Keeps the process alive only with `hold`. */
  wake(milliseconds: number, work: () => void, hold: boolean): () => void
}

/** The time of this machine, or that of fake timers. */
const machineTime: RealTime = {
  now: () => Date.now() * 1000,
  wake: (milliseconds, work, hold) => {
    const timer: unknown = setTimeout(work, Math.max(0, milliseconds))
    if (!hold) unref(timer)
    return () => clearTimeout(timer as number)
  },
}

/** Recorded real time, for the replay of a recording: it is moved by hand, and calls nobody back until it ends. */
export class RecordedTime implements RealTime {
  #at: Instant
  #isOver = false

  constructor(at: Instant) {
    this.#at = at
  }

  now(): Instant {
    return this.#isOver ? machineTime.now() : this.#at
  }

  wake(milliseconds: number, work: () => void, hold: boolean): () => void {
    return this.#isOver ? machineTime.wake(milliseconds, work, hold) : () => {}
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Goes on as the time of this machine. */
  end(): void {
    this.#isOver = true
  }

  moveTo(at: Instant): void {
    this.#at = at
  }
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
  /** Real time while `hold` runs. */
  #held: Instant | undefined
  readonly #realTime: RealTime

  constructor(options: ClockOptions = {}, realTime: RealTime = machineTime) {
    this.#realTime = realTime
    this.begin(options)
  }

  /** Starts the clock again, as the constructor does. */
  begin({ start, frozen = false, speed = 1 }: ClockOptions): void {
    this.#realBase = this.real
    this.#base = start ?? this.#realBase
    this.#frozen = frozen
    this.#speed = speed
    this.#lastStamp = -Infinity
    this.#lastRead = -Infinity
    this.#pinned = undefined
  }

  /** Real time, in microseconds. */
  get real(): Instant {
    return this.#held ?? this.#realTime.now()
  }

  /** Runs work with real time frozen, so that all of it sees one instant, whenever it is replayed. */
  hold<T>(work: () => T): T {
    const before = this.#held
    this.#held = this.real
    try {
      return work()
    } finally {
      this.#held = before
    }
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
    const elapsed = this.#frozen ? 0 : Math.round((this.real - this.#realBase) * this.#speed)
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
    this.#realBase = this.real
  }

  /** Continues from an instant, as if the real time since then had not passed. */
  stay(instant: Instant): void {
    if (this.#held !== undefined) this.#held = this.#realTime.now()
    this.moveTo(instant)
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
    return this.#realTime.wake(milliseconds, work, hold)
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
    this.moveTo(this.real)
    this.#lastRead = -Infinity
  }
}
