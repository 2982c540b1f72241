import { Clock, type ClockOptions, type ClockState, formatInstant, type Instant, latestInstant } from '../clock.ts'
import { createDatabase, type Database, type DatabaseState, type Tables } from '../db/index.ts'
import type { Key, ModelName, Records, StorageConfig } from '../db/records.ts'
import { Emitter } from '../events.ts'
import { type DueWork, Queue, type QueueState } from '../queue.ts'
import { Random, type RandomState } from '../random.ts'
import { type DueAction, dueActions } from './due.ts'
import { planExpiry } from './key.ts'
import type { Resource } from './lifecycle.ts'
import { followConfigs } from './organisation.ts'

/** Lengths of time in microseconds; null where it never happens. */
export interface Settings {
  /** How long a session stays pending. */
  readonly session_init: number
  /** After how long the service ends an active session. */
  readonly session_lifetime: number | null
  /** How long a replaced token still works: 6 hours (documented). */
  readonly rotation_grace: number
}

/** Something that happened to a record, at the instant of the virtual clock. */
export interface Happening {
  readonly at: Instant
  /** The resource and a verb in the past tense: `session.expired`. */
  readonly event: string
  readonly resource: Resource
  readonly record: Records[Resource]
}

export interface WorldOptions {
  readonly seed: number
  readonly clock: ClockOptions
  readonly settings: Settings
}

export interface WorldState {
  readonly database: DatabaseState
  readonly clock: ClockState
  readonly queue: QueueState<DueAction>
  readonly random: RandomState
}

/** One complete mock: records, time, chance and what is due. Nothing of it is shared with another world. */
export class World {
  readonly clock: Clock
  readonly random: Random
  readonly queue = new Queue<DueAction>()
  readonly happenings = new Emitter<Happening>()
  readonly database: Database
  readonly tables: Tables
  readonly settings: Settings
  #wakeUp: { at: Instant; cancel(): void } | undefined

  constructor({ seed, clock, settings }: WorldOptions) {
    this.clock = new Clock(clock)
    this.random = new Random(seed)
    this.settings = settings
    this.database = createDatabase(
      {
        uuid: () => this.random.uuid(),
        text: (length) => this.random.text(length),
        stamp: () => this.clock.stamp(),
      },
      (model, previous, next) => this.#written(model, previous, next),
    )
    this.tables = this.database.tables
  }

  tell(event: string, resource: Resource, record: Records[Resource]): void {
    this.happenings.emit({ at: this.clock.now(), event, resource, record })
  }

  /** Lets something happen at an instant. */
  plan(at: Instant, action: DueAction, id: string | number, details?: Record<string, unknown>): DueWork<DueAction> {
    const work = this.queue.add(at, action, id, details)
    this.#wake()
    return work
  }

  /** Lets everything happen that is due until an instant, in its order, each at its own time. */
  settle(until: Instant = this.clock.now()): void {
    for (let work = this.queue.first(); work && work.at <= until; work = this.queue.first()) {
      const due = work
      this.queue.remove(due)
      this.clock.at(due.at, () => dueActions[due.action].run(this, due))
    }
  }

  /**
   * Moves time forward to an instant, once everything due until then has happened.
   *
   * @throws an Error if the instant lies in the past
   */
  moveTo(instant: Instant): void {
    this.settle()
    const now = this.clock.now()
    if (!(instant <= latestInstant)) {
      throw new Error(`Time ends at ${formatInstant(latestInstant)}, before which lies every move.`)
    }
    if (instant < now) {
      throw new Error(
        `Time only moves forward: it is ${formatInstant(now)}, and ${formatInstant(instant)} lies before that.`,
      )
    }
    this.settle(instant)
    this.clock.moveTo(instant)
    this.#wake(true)
  }

  freeze(): void {
    this.settle()
    this.clock.freeze()
    this.#wake(true)
  }

  run(speed: number): void {
    this.settle()
    this.clock.run(speed)
    this.#wake(true)
  }

  /**
   * Waits until work is done, for at most so many microseconds. A running clock is waited for; a frozen one moves to
   * the work's instant if that lies within the time, and otherwise not at all (assumed).
   */
  async settled(work: DueWork<DueAction>, most: number): Promise<void> {
    const wait = work.at - this.clock.now()
    if (this.clock.frozen) {
      if (wait <= most) this.moveTo(Math.max(work.at, this.clock.now()))
      return
    }
    if (wait > 0) await new Promise<void>((done) => this.clock.wake(Math.min(wait, most), done, { hold: true }))
    this.settle()
  }

  /** What will happen, in its order; work that its record has outlived is left out. */
  *upcoming(): Generator<DueWork<DueAction>, undefined> {
    for (const work of this.queue) if (dueActions[work.action].holds(this, work)) yield work
    return undefined
  }

  save(): WorldState {
    return {
      database: this.database.save(),
      clock: this.clock.save(),
      queue: this.queue.save(),
      random: this.random.save(),
    }
  }

  restore(state: WorldState): void {
    this.database.restore(state.database)
    this.clock.restore(state.clock)
    this.queue.restore(state.queue)
    this.random.restore(state.random)
    this.#wake(true)
  }

  /** In a running world one timer waits for the next due work, so that it happens even when nobody looks. */
  #wake(clockMoved = false): void {
    const next = this.clock.frozen ? undefined : this.queue.first()
    if (next && this.#wakeUp?.at === next.at && !clockMoved) return
    this.#wakeUp?.cancel()
    this.#wakeUp = next && {
      at: next.at,
      cancel: this.clock.wake(next.at - this.clock.now(), () => {
        this.#wakeUp = undefined
        this.settle()
        this.#wake()
      }),
    }
  }

  /** Rules that follow from a record, whoever wrote it: a call, a fixture or the plain model. */
  #written(model: ModelName, previous: object | undefined, next: object | undefined): void {
    if (model === 'key' && next) planExpiry(this, next as Key, previous as Key | undefined)
    if (model === 'storage_config') followConfigs(this, ((next ?? previous) as StorageConfig).organisation)
  }
}
