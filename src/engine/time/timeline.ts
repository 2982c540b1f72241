import { causeOf, type Occasion, originOf } from '../cause.ts'
import { Emitter } from '../emitter.ts'
import { apiErrors } from '../errors.ts'
import { Clock, type ClockOptions, nextTurn, type RealTime, stopwatch, turns, turnTimer, within } from './clock.ts'
import { InFlight } from './in-flight.ts'
import { type Instant, latestInstant } from './instant.ts'
import { type DueWork, Queue } from './queue.ts'

/** Real microseconds ahead from which on due work that nobody hears of keeps no world in memory. */
const farAway = 3_600_000_000

/** The occasion while nothing is known. */
const nothing: Occasion = {}

/** An occasion of which more is known. */
const joined = ({ cause, reason }: Occasion, more: Occasion): Occasion => ({
  cause: more.cause ? { ...cause, ...more.cause } : cause,
  reason: 'reason' in more ? more.reason : reason,
})

/** Handles due work for a timeline. */
export interface DueWorkHost {
  /** Runs the work, while the clock shows the instant at which it was due. */
  run(work: DueWork): void
  /** Whether the work will still have an effect. */
  isPending(work: DueWork): boolean
}

/** The time of a world: its clock, due work, and requests in flight on the network. */
export class Timeline {
  readonly clock: Clock
  readonly queue = new Queue()
  readonly inFlight = new InFlight(() => this.wakeWaiting())
  /** Emits every move of the clock other than its own running. */
  readonly moves = new Emitter<void>()
  /** How often the world was restored or reset; work started in an earlier generation must have no effect. */
  generation = 0
  #occasion: Occasion = nothing
  readonly #host: DueWorkHost
  readonly #waiting = new Set<() => void>()
  /** The end of the last move; moves run one after another. */
  #lastMove: Promise<void> = Promise.resolve()
  #timer: { at: Instant; cancel(): void } | undefined
  #isHeard = false
  /** While changes are made at one instant, whether they moved the clock. */
  #isMoved: boolean | undefined

  constructor(clock: ClockOptions, host: DueWorkHost, realTime?: RealTime) {
    this.clock = new Clock(clock, realTime)
    this.#host = host
  }

  /** What causes the changes that are made at the moment. */
  get occasion(): Occasion {
    return this.#occasion
  }

  /** Makes changes of which something is known in addition: what causes them, or why. */
  because<T>(more: Occasion, change: () => T): T {
    const before = this.#occasion
    this.#occasion = before === nothing ? more : joined(before, more)
    try {
      return change()
    } finally {
      this.#occasion = before
    }
  }

  /** Runs due work, of which nothing is known but what it was scheduled by. */
  #runWork(work: DueWork): void {
    const before = this.#occasion
    this.#occasion = { cause: causeOf(work) }
    try {
      this.#host.run(work)
    } finally {
      this.#occasion = before
    }
  }

  /** Schedules work for an instant; work due after `latestInstant` never runs. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    const work = this.queue.add(at, action, id, details, originOf(this.#occasion.cause))
    this.#setTimer()
    return work
  }

  /** Runs all work due until an instant, in order, each with the clock at its own instant. */
  runDue(until: Instant = this.clock.now()): void {
    if (!this.#isDue(until)) return
    this.#holdClock(() => {
      while (this.#runNext(until) !== undefined);
    })
  }

  /**
   * Runs all work due by now, as `runDue` does, but yields to the event loop while that takes long.
   *
   * @returns undefined if all of it has run already
   */
  catchUp(): Promise<void> | undefined {
    const until = this.clock.now()
    return !this.#isDue(until) || this.#runTurn(until) ? undefined : this.#catchUp(until)
  }

  async #catchUp(until: Instant): Promise<void> {
    const { generation } = this
    do await nextTurn()
    while (generation === this.generation && !this.#runTurn(until))
  }

  /** Runs work due until an instant for one turn of the event loop; returns whether all of it has run. */
  #runTurn(until: Instant): boolean {
    return this.#holdClock((isOver) => {
      while (this.#runNext(until) !== undefined) if (isOver()) return false
      return true
    })
  }

  /**
   * Runs due work. If that takes long, the clock is held meanwhile: a fast clock, whose work becomes due sooner than
   * it can run, would never catch up.
   *
   * @param run gets a function that tells whether it takes long
   */
  #holdClock<T>(run: (isLong: () => boolean) => T): T {
    const { generation } = this
    const now = this.clock.now()
    const isLong = turnTimer()
    const result = run(isLong)
    if (isLong() && generation === this.generation) this.clock.stay(now)
    return result
  }

  #isDue(until: Instant): boolean {
    const work = this.queue.first()
    return work !== undefined && work.at <= until
  }

  /** Runs the next due work, and returns when it was due; undefined if nothing is due until the instant. */
  #runNext(until: Instant): Instant | undefined {
    const work = this.queue.take(until)
    if (!work) return undefined
    this.clock.at(work.at, () => this.#runWork(work))
    return work.at
  }

  /**
   * Runs all work due until an instant, and moves time forward to it. Waits for requests in flight, so that their effects
   * come before time goes on. Concurrent moves run one after another.
   *
   * Throws the API's 500 if the world is reset meanwhile.
   *
   * @param target returns the instant to move to, given the one at which the move starts
   * @param onBegin called when the move starts, after the moves before it
   */
  async advanceTo(target: (now: Instant) => Instant, onBegin: () => void = () => {}): Promise<void> {
    const { generation } = this
    const move = this.#lastMove.then(() => {
      onBegin()
      return this.#advanceTo(target, generation)
    })
    this.#lastMove = move.catch(() => {})
    await move
  }

  async #advanceTo(target: (now: Instant) => Instant, generation: number): Promise<void> {
    this.#throwIfReset(generation)
    await this.catchUp()
    await this.inFlight.idle()
    this.#throwIfReset(generation)
    await this.#runInTurns(Math.min(target(this.clock.now()), latestInstant), true)
  }

  /**
   * Runs all work due until an instant, and moves time forward to it, but not back. Yields to the event loop while that
   * takes long: other calls then see the instant that the move has reached, and everything due before it has run.
   * Throws the API's 500 if the world is reset meanwhile.
   *
   * @param usesNetwork whether it waits for requests in flight too
   */
  async #runInTurns(end: Instant, usesNetwork: boolean): Promise<void> {
    const { clock, inFlight, generation } = this
    const pause = turns()
    for (;;) {
      const at = this.#runNext(end)
      this.#throwIfReset(generation)
      const turn = pause()
      const isWaiting = turn !== undefined || (usesNetwork && !inFlight.isIdle)
      if (!isWaiting && at === undefined) break
      if (!isWaiting) continue
      // Requests in flight take no virtual time: their effects happen at this instant.
      if (at !== undefined && at > clock.now()) clock.moveTo(at)
      await turn
      if (usesNetwork) await inFlight.idle()
      this.#throwIfReset(generation)
    }
    if (end > clock.now()) clock.moveTo(end)
    this.#moved()
  }

  #throwIfReset(generation: number): void {
    if (generation !== this.generation) throw apiErrors.wasReset()
  }

  freeze(): void {
    this.runDue()
    this.clock.freeze()
    this.#moved()
  }

  run(speed: number): void {
    this.runDue()
    this.clock.run(speed)
    this.#moved()
  }

  /** Continues from the real present; what is due by then is not run yet. */
  toPresent(): void {
    this.clock.toPresent()
    this.#moved()
  }

  /**
   * Waits until `isOpen` returns false, for at most `most` microseconds, both of virtual and of real time. A frozen clock
   * moves to `at` if that lies within the limit, and otherwise does not move (assumed).
   *
   * @param at the instant at which due work ends the wait, if it is known
   * @param usesNetwork whether a request in flight may end the wait, so that a frozen clock waits for it in real time
   */
  async waitUntil(isOpen: () => boolean, at: Instant | undefined, most: number, usesNetwork = false): Promise<void> {
    const until = this.#after(most)
    const end = stopwatch() + most / 1000
    for (;;) {
      // Read first, because due work may create records, which move the clock.
      const now = this.clock.now()
      this.runDue(now)
      if (!isOpen()) return
      const left = end - stopwatch()
      const isAhead = at !== undefined && at > now
      if (!this.clock.frozen) {
        if (now >= until || left <= 0) return
        await this.#pause(Math.min(isAhead ? at - now : Infinity, until - now, left * 1000 * this.clock.speed))
      } else if (isAhead && at <= until) await this.#runInTurns(at, false)
      else if (!usesNetwork || this.inFlight.isIdle) return
      else if (!(await this.unlessReset(() => within(this.inFlight.idle(), left)))) return
    }
  }

  /** Waits for a duration: in real time while the clock runs; a frozen clock is moved forward. */
  async wait(microseconds: number): Promise<void> {
    const until = this.#after(microseconds)
    if (this.clock.frozen) await this.#runInTurns(until, false)
    while (!this.clock.frozen && this.clock.now() < until) await this.#pause(until - this.clock.now())
  }

  /** The instant after a duration, at most `latestInstant`. */
  #after(microseconds: number): Instant {
    return Math.min(this.clock.now() + microseconds, latestInstant)
  }

  /** Returns what a wait came to; throws the API's 500 if the world is reset meanwhile. */
  async unlessReset<T>(wait: () => Promise<T>): Promise<T> {
    const { generation } = this
    const waited = await wait()
    if (generation !== this.generation) throw apiErrors.wasReset()
    return waited
  }

  /** Waits for a duration of the running clock, or until `wakeWaiting` is called. Throws the API's 500 if the world is reset meanwhile. */
  async #pause(microseconds: number): Promise<void> {
    const pause = (done: () => void) => {
      const resume = () => {
        cancel()
        this.#waiting.delete(resume)
        done()
      }
      const cancel = this.clock.wake(microseconds, resume, true)
      this.#waiting.add(resume)
    }
    await this.unlessReset(async () => {
      await new Promise<void>((done) => pause(done))
      await this.catchUp()
    })
  }

  /** Moves a running clock to a recorded instant, for a replay; what is due by then is not run yet. */
  follow(at: Instant): void {
    if (!this.clock.frozen) this.clock.moveTo(at)
    this.wakeWaiting()
  }

  /** Wakes all waits, so that they check their condition again. */
  wakeWaiting(): void {
    if (this.#waiting.size > 0) for (const resume of [...this.#waiting]) resume()
  }

  #moved(): void {
    this.#setTimer(true)
    this.wakeWaiting()
    if (this.#isMoved === undefined) this.moves.emit()
    else this.#isMoved = true
  }

  /** Makes changes at one instant of real time. However often they set the clock, that is one move of it. */
  atOnce<T>(change: () => T): T {
    if (this.#isMoved !== undefined) return change()
    this.#isMoved = false
    try {
      return this.clock.hold(change)
    } finally {
      const isMoved = this.#isMoved
      this.#isMoved = undefined
      if (isMoved) this.moves.emit()
    }
  }

  /** The pending due work, in order; work that will have no effect is left out. */
  *upcoming(): Generator<DueWork, undefined> {
    for (const work of this.queue) if (this.#host.isPending(work)) yield work
    return undefined
  }

  /** Starts another generation: forgets requests in flight, and calls `restore`, which may change clock and queue. */
  restart(restore: () => void): void {
    this.generation++
    this.inFlight.clear()
    restore()
    this.#moved()
  }

  /** Notes that somebody hears of due work without a call. */
  heard(): void {
    if (this.#isHeard) return
    this.#isHeard = true
    this.#setTimer(true)
  }

  /** While the clock runs, one timer waits for the next due work, so that it runs even without a call. */
  #setTimer(clockMoved = false): void {
    const next = this.clock.frozen ? undefined : this.queue.first()
    // One that ends sooner is set again then: calls run what is due more often than a timer does.
    if (next && this.#timer && this.#timer.at <= next.at && !clockMoved) return
    this.#timer?.cancel()
    if (!next) {
      this.#timer = undefined
      return
    }
    const away = next.at - this.clock.now()
    const isKept = this.#isHeard || away / this.clock.speed < farAway
    const work = isKept ? () => this.#onTimer() : Timeline.#weakly(new WeakRef(this))
    this.#timer = { at: next.at, cancel: this.clock.wake(away, work) }
  }

  /** What a timer calls that keeps no timeline in memory; a function within a method would keep that of the method. */
  static #weakly(timeline: WeakRef<Timeline>): () => void {
    return () => {
      const it = timeline.deref()
      if (it) it.#onTimer()
    }
  }

  #onTimer(): void {
    this.#timer = undefined
    this.#runTurn(this.clock.now())
    this.#setTimer()
  }
}
