import { type Duration, formatInstant, parseDuration, readInstant } from '../clock.ts'
import { type HappeningView, showHappening } from '../contract/happening.ts'
import type { World } from '../domain/world.ts'

/** Virtual seconds for each real one, at most. */
const fastest = 1e6

/** Something that will happen unless its record moves on first. */
export interface Upcoming {
  /** ISO 8601, microseconds, UTC. */
  readonly at: string
  /** A resource and a verb: `session.expire`. */
  readonly action: string
  readonly id: string | number
}

/** The clock of a mock. Everything with a time in it obeys: sessions, rotation, trial keys, headers. */
export class TimeControl {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** The virtual instant, as the API writes it: `2020-02-20T12:00:00.000000Z`. */
  now(): string {
    return formatInstant(this.#world.clock.now())
  }

  get frozen(): boolean {
    return this.#world.clock.frozen
  }

  /** Virtual seconds for each real one, while the clock runs. */
  get speed(): number {
    return this.#world.clock.speed
  }

  /** Stops time where it is; it then moves by `advance`, `set` and `advanceToNext` alone. */
  freeze(): void {
    this.#world.freeze()
  }

  /** Lets time run from where it is. Throws an Error unless `speed` is a positive number. */
  run({ speed = 1 }: { speed?: number } = {}): void {
    if (!Number.isFinite(speed) || speed <= 0 || speed > fastest)
      throw new Error(`speed must be above 0 and at most ${fastest}, got ${speed}.`)
    this.#world.run(speed)
  }

  /**
   * Moves time forward by a duration such as `6h`, and resolves to what happened meanwhile, in its order, each at its
   * own instant. Throws an Error if the duration cannot be read.
   */
  async advance(duration: Duration): Promise<readonly HappeningView[]> {
    return this.#move(this.#world.clock.now() + parseDuration(duration))
  }

  /** Moves time forward to an instant, as `advance` does. Throws an Error if it lies in the past or cannot be read. */
  async set(instant: string | Date): Promise<readonly HappeningView[]> {
    return this.#move(readInstant(instant))
  }

  /** Moves time forward to what will happen next, and lets it happen; to nowhere if nothing will. */
  async advanceToNext(): Promise<readonly HappeningView[]> {
    const next = this.#world.upcoming().next().value
    return this.#move(Math.max(next?.at ?? 0, this.#world.clock.now()))
  }

  /** What will happen, soonest first. */
  upcoming(): readonly Upcoming[] {
    this.#world.settle()
    return Array.from(this.#world.upcoming(), ({ at, action, id }) => ({ at: formatInstant(at), action, id }))
  }

  #move(instant: number): readonly HappeningView[] {
    const happened: HappeningView[] = []
    const stop = this.#world.happenings.on((happening) => happened.push(showHappening(this.#world, happening)))
    try {
      this.#world.moveTo(instant)
    } finally {
      stop()
    }
    return happened
  }
}
