import { type DomainEventView, viewEvent } from '../engine/domain-event.ts'
import {
  type Duration,
  fastest,
  formatInstant,
  latestInstant,
  parseDuration,
  readInstant,
  TimeError,
} from '../engine/time/clock.ts'
import type { World } from '../engine/world.ts'
import type { ClockView } from './watch.ts'

/** Something that will happen unless its record moves on first. */
export interface Upcoming {
  /** ISO 8601, microseconds, UTC. */
  readonly at: string
  /** A resource and a verb, such as `session.expire`; `scenario.step` for a step. */
  readonly action: string
  /** Of the record (of the task, for a test), or the index of the step. */
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

  /** All of the above. */
  view(): ClockView {
    return { now: this.now(), frozen: this.frozen, speed: this.speed }
  }

  /** Stops time where it is; it then moves by `advance`, `set` and `advanceToNext` alone. */
  freeze(): void {
    this.#world.freeze()
  }

  /** Lets time run from where it is. Throws an Error unless `speed` is a positive number. */
  run({ speed = 1 }: { speed?: number } = {}): void {
    if (!Number.isFinite(speed) || speed <= 0 || speed > fastest)
      throw new TimeError(`speed must be above 0 and at most ${fastest}, got ${speed}.`)
    this.#world.run(speed)
  }

  /**
   * Moves time forward by a duration such as `6h`, and resolves to what happened meanwhile, in its order, each at its
   * own instant. It waits for the network wherever webhooks are sent on the way, 10 s at most for each. Throws an Error if the duration cannot be read.
   */
  async advance(duration: Duration): Promise<readonly DomainEventView[]> {
    const length = parseDuration(duration)
    return this.#move((now) => now + length)
  }

  /** Moves time forward to an instant, as `advance` does. Throws an Error if it lies in the past or cannot be read. */
  async set(instant: string | Date): Promise<readonly DomainEventView[]> {
    const target = readInstant(instant)
    return this.#move((now) => {
      if (target >= now) return target
      throw new TimeError(
        `Time only moves forward: it is ${formatInstant(now)}, and ${formatInstant(target)} lies before that.`,
      )
    })
  }

  /** Moves time forward to what will happen next, and lets it happen; to nowhere if nothing will. */
  async advanceToNext(): Promise<readonly DomainEventView[]> {
    return this.#move((now) => this.#world.upcoming().next().value?.at ?? now)
  }

  /** What will happen, soonest first. */
  upcoming(): readonly Upcoming[] {
    this.#world.runDue()
    return Array.from(this.#world.upcoming(), ({ at, action, id }) => ({ at: formatInstant(at), action, id }))
  }

  /** Moves to an instant counted from when all that was due has happened, which is told too. */
  async #move(target: (now: number) => number): Promise<readonly DomainEventView[]> {
    const happened: DomainEventView[] = []
    let stop = () => {}
    try {
      await this.#world.advanceTo(
        (now) => {
          const instant = target(now)
          if (instant > latestInstant) throw new TimeError(`Time ends at ${formatInstant(latestInstant)}.`)
          return instant
        },
        () => {
          stop = this.#world.events.on((happening) => void happened.push(viewEvent(this.#world, happening)))
        },
      )
    } finally {
      stop()
    }
    return happened
  }
}
