import type { Cause } from '../cause.ts'
import { SortedList } from '../store/sorted-list.ts'
import { type Instant, latestInstant } from './instant.ts'

/** Work scheduled for an instant and a record, as plain data, so that it can be shown, saved and restored. */
export interface DueWork {
  readonly at: Instant
  readonly sequence: number
  readonly action: string
  readonly id: string | number
  readonly with: Readonly<Record<string, unknown>>
  /** What it was scheduled by. */
  readonly cause?: Cause
}

const byTurn = (a: DueWork, b: DueWork) => a.at - b.at || a.sequence - b.sequence

/** Due work, ordered by instant and then by sequence. */
export class Queue {
  #work = new SortedList(byTurn)
  #sequence = 0

  /** Adds work, unless it is due after `latestInstant`: then it never runs. */
  add(
    at: Instant,
    action: string,
    id: string | number,
    details: Readonly<Record<string, unknown>> = {},
    cause?: Cause,
  ): DueWork {
    const sequence = ++this.#sequence
    const work: DueWork = cause
      ? { at, sequence, action, id, with: details, cause }
      : { at, sequence, action, id, with: details }
    if (at <= latestInstant) this.#work.add(work)
    return work
  }

  first(): DueWork | undefined {
    return this.#work.first()
  }

  /** Removes and returns the first work, if it is due by an instant. */
  take(until: Instant): DueWork | undefined {
    const work = this.#work.first()
    return work && work.at <= until ? this.#work.shift() : undefined
  }

  remove(work: DueWork): void {
    this.#work.delete(work)
  }

  /** Removes the work that is due at an instant and meets a condition. */
  cancel(at: Instant, isMeant: (work: DueWork) => boolean): void {
    const low = this.#work.rank((work) => work.at < at)
    const high = this.#work.rank((work) => work.at <= at)
    for (const work of [...this.#work.descending(high, low)]) if (isMeant(work)) this.remove(work)
  }

  /** Removes all work with this action, and returns how many there were. */
  forget(action: string): number {
    const forgotten = [...this].filter((work) => work.action === action)
    for (const work of forgotten) this.remove(work)
    return forgotten.length
  }

  [Symbol.iterator](): Iterator<DueWork> {
    return this.#work[Symbol.iterator]()
  }

  save(): QueueState {
    return { work: this.#work.clone(), sequence: this.#sequence }
  }

  restore(state: QueueState): void {
    this.#work = state.work.clone()
    this.#sequence = state.sequence
  }

  pack({ work, sequence }: QueueState): PackedQueue {
    return { work: [...work], sequence }
  }

  unpack({ work, sequence }: PackedQueue): QueueState {
    const ordered = new SortedList(byTurn)
    for (const one of work) ordered.add(one)
    return { work: ordered, sequence }
  }
}

interface PackedQueue {
  readonly work: readonly DueWork[]
  readonly sequence: number
}

export interface QueueState {
  readonly work: SortedList<DueWork>
  readonly sequence: number
}
