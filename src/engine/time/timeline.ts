import { Emitter } from '../emitter.ts'
import { apiErrors } from '../errors.ts'
import { Clock, type ClockOptions, type Instant, latestInstant, stopwatch, within } from './clock.ts'
import { InFlight } from './in-flight.ts'
import { type DueWork, Queue } from './queue.ts'

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
  readonly #host: DueWorkHost
  readonly #waiting = new Set<() => void>()
  /** The end of the last move; moves run one after another. */
  #lastMove: Promise<void> = Promise.resolve()
  #timer: { at: Instant; cancel(): void } | undefined

  constructor(clock: ClockOptions, host: DueWorkHost) {
    this.clock = new Clock(clock)
    this.#host = host
  }

  /** Schedules work for an instant, at most `latestInstant`. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    const work = this.queue.add(Math.min(at, latestInstant), action, id, details)
    this.#setTimer()
    return work
  }

  /** Runs all work due until an instant, in order, each with the clock at its own instant. */
  runDue(until: Instant = this.clock.now()): void {
    while (this.#runNext(until) !== undefined);
  }

  /** Runs the next due work, and returns when it was due; undefined if nothing is due until the instant. */
  #runNext(until: Instant): Instant | undefined {
    const work = this.queue.first()
    if (!work || work.at > until) return undefined
    this.queue.remove(work)
    this.clock.at(work.at, () => this.#host.run(work))
    return work.at
  }

  /**
   * Moves time forward to an instant as `moveTo` does, but waits for requests in flight, so that their effects come
   * before time goes on. Concurrent moves run one after another.
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
    const { inFlight } = this
    const throwIfReset = () => {
      if (generation !== this.generation) throw apiErrors.wasReset()
    }
    throwIfReset()
    this.runDue()
    await inFlight.idle()
    throwIfReset()
    const end = Math.min(target(this.clock.now()), latestInstant)
    for (;;) {
      while (inFlight.isIdle) {
        const at = this.#runNext(end)
        throwIfReset()
        if (at === undefined) break
        // Requests take no virtual time: their effects happen at this instant.
        if (!inFlight.isIdle && at > this.clock.now()) this.clock.moveTo(at)
      }
      if (inFlight.isIdle) break
      await inFlight.idle()
      throwIfReset()
    }
    if (end > this.clock.now()) this.clock.moveTo(end)
    this.#moved()
  }

  /** Runs all work due until an instant, and moves time forward to it. An instant in the past leaves the time as it is. */
  moveTo(instant: Instant): void {
    this.runDue()
    const target = Math.min(Math.max(instant, this.clock.now()), latestInstant)
    this.runDue(target)
    this.clock.moveTo(target)
    this.#moved()
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

  /**
   * Waits until `isOpen` returns false, for at most `most` microseconds of virtual time. With a running clock it waits
   * in real time; a frozen clock moves to `at` if that lies within the limit, and otherwise does not move (assumed).
   *
   * @param at the instant at which due work ends the wait, if it is known
   * @param usesNetwork whether a request in flight may end the wait, so that a frozen clock waits for it in real time
   */
  async waitUntil(isOpen: () => boolean, at: Instant | undefined, most: number, usesNetwork = false): Promise<void> {
    const until = this.clock.now() + most
    const began = stopwatch()
    for (;;) {
      // Read first, because due work may create records, which move the clock.
      const now = this.clock.now()
      this.runDue(now)
      if (!isOpen()) return
      const isAhead = at !== undefined && at > now
      if (!this.clock.frozen && now >= until) return
      else if (!this.clock.frozen) await this.#pause(Math.min(isAhead ? at : Infinity, until) - now)
      else if (isAhead && at <= until) this.moveTo(at)
      else if (!usesNetwork || this.inFlight.isIdle) return
      else if (!(await this.unlessReset(() => within(this.inFlight.idle(), most / 1000 - (stopwatch() - began)))))
        return
    }
  }

  /** Waits for a duration: in real time while the clock runs; a frozen clock is moved forward. */
  async wait(microseconds: number): Promise<void> {
    const until = this.clock.now() + microseconds
    if (this.clock.frozen) this.moveTo(until)
    while (!this.clock.frozen && this.clock.now() < until) await this.#pause(until - this.clock.now())
  }

  /** Returns the result of a wait; throws the API's 500 if the world is reset meanwhile. */
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
    await this.unlessReset(() => new Promise<void>((done) => pause(done)))
    this.runDue()
  }

  /** Wakes all waits, so that they check their condition again. */
  wakeWaiting(): void {
    for (const resume of [...this.#waiting]) resume()
  }

  #moved(): void {
    this.#setTimer(true)
    this.wakeWaiting()
    this.moves.emit()
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

  /** While the clock runs, one timer waits for the next due work, so that it runs even without a call. */
  #setTimer(clockMoved = false): void {
    const next = this.clock.frozen ? undefined : this.queue.first()
    if (next && this.#timer?.at === next.at && !clockMoved) return
    this.#timer?.cancel()
    this.#timer = next && {
      at: next.at,
      cancel: this.clock.wake(next.at - this.clock.now(), () => {
        this.#timer = undefined
        this.runDue()
        this.#setTimer()
      }),
    }
  }
}
