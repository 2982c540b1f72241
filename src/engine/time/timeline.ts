import { Emitter } from '../emitter.ts'
import { apiErrors } from '../errors.ts'
import { Clock, type ClockOptions, type Instant, latestInstant, stopwatch, within } from './clock.ts'
import { InFlight } from './in-flight.ts'
import { type DueWork, Queue } from './queue.ts'

/** What a timeline does with work that has come due. */
export interface DueWorkHost {
  /** Does it; the clock shows the instant at which it was due. */
  run(work: DueWork): void
  /** Whether it will still do something. */
  isPending(work: DueWork): boolean
}

/** The time of a world: its clock, what is due, and what is in flight on the network. */
export class Timeline {
  readonly clock: Clock
  readonly queue = new Queue()
  /** Whoever waits looks again when something in flight has ended. */
  readonly inFlight = new InFlight(() => this.wakeWaiting())
  /** Emits every move of the clock but its own run. */
  readonly moves = new Emitter<void>()
  /** How often the world was restored or reset; what was begun in an earlier generation has no effect. */
  generation = 0
  readonly #host: DueWorkHost
  readonly #waiting = new Set<() => void>()
  /** The last of the moves, which follow each other. */
  #lastMove: Promise<void> = Promise.resolve()
  #timer: { at: Instant; cancel(): void } | undefined

  constructor(clock: ClockOptions, host: DueWorkHost) {
    this.clock = new Clock(clock)
    this.#host = host
  }

  /** Schedules work for an instant; what would be due past the last instant is due then. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    const work = this.queue.add(Math.min(at, latestInstant), action, id, details)
    this.#setTimer()
    return work
  }

  /** Does everything that is due until an instant, in its order, each at its own instant. */
  runDue(until: Instant = this.clock.now()): void {
    while (this.#runNext(until) !== undefined);
  }

  /** Does what is due next, and returns when it was due. */
  #runNext(until: Instant): Instant | undefined {
    const work = this.queue.first()
    if (!work || work.at > until) return undefined
    this.queue.remove(work)
    this.clock.at(work.at, () => this.#host.run(work))
    return work.at
  }

  /**
   * Moves time forward to an instant as `moveTo` does, but waits wherever something is in flight, so that its effects
   * come before time goes on. Moves follow each other.
   *
   * Throws the API's 500 if the world is reset meanwhile.
   *
   * @param target returns the instant to move to, given the one at which the move begins
   * @param onBegin called when the move begins, which moves before it may delay
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
        // The network takes no virtual time: what comes of it happens at this instant.
        if (!inFlight.isIdle && at > this.clock.now()) this.clock.moveTo(at)
      }
      if (inFlight.isIdle) break
      await inFlight.idle()
      throwIfReset()
    }
    if (end > this.clock.now()) this.clock.moveTo(end)
    this.#moved()
  }

  /** Moves time forward to an instant, once everything due until then is done; not at all if that is past. */
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
   * Waits until something is done, for at most so many microseconds. A running clock is waited for; a frozen one moves
   * to the instant at which it will be done if that lies within the time, and otherwise not at all (assumed).
   *
   * @param at when it will be done, so far as time decides
   * @param usesNetwork whether the network decides too, for which a frozen clock really waits
   */
  async waitUntil(isOpen: () => boolean, at: Instant | undefined, most: number, usesNetwork = false): Promise<void> {
    const until = this.clock.now() + most
    const began = stopwatch()
    for (;;) {
      // Before records of what is due move the clock on.
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

  /** Lets a length of time pass: really while the clock runs, by a move of a frozen one. */
  async wait(microseconds: number): Promise<void> {
    const until = this.clock.now() + microseconds
    if (this.clock.frozen) this.moveTo(until)
    while (!this.clock.frozen && this.clock.now() < until) await this.#pause(until - this.clock.now())
  }

  /** Returns what a wait came to; throws the API's 500 if the world is reset meanwhile. */
  async unlessReset<T>(wait: () => Promise<T>): Promise<T> {
    const { generation } = this
    const waited = await wait()
    if (generation !== this.generation) throw apiErrors.wasReset()
    return waited
  }

  /** Waits for a length of running time, or less if anything happens. Throws the API's 500 if the world is reset meanwhile. */
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

  /** Lets whoever waits look again. */
  wakeWaiting(): void {
    for (const resume of [...this.#waiting]) resume()
  }

  #moved(): void {
    this.#setTimer(true)
    this.wakeWaiting()
    this.moves.emit()
  }

  /** What will happen, in its order, without work that has nothing left to do. */
  *upcoming(): Generator<DueWork, undefined> {
    for (const work of this.queue) if (this.#host.isPending(work)) yield work
    return undefined
  }

  /** Begins another generation: forgets what is in flight, and lets `restore` change clock and queue. */
  restart(restore: () => void): void {
    this.generation++
    this.inFlight.clear()
    restore()
    this.#moved()
  }

  /** In a running world one timer waits for the next due work, so that it is done even when no call comes. */
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
