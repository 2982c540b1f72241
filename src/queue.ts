import type { Instant } from './clock.ts'
import { Ordered } from './ordered.ts'

/** Something that will happen to one record at an instant, as data, so that it can be shown, saved and restored. */
export interface DueWork<Action extends string = string> {
  readonly at: Instant
  readonly sequence: number
  readonly action: Action
  readonly id: string | number
  readonly with: Readonly<Record<string, unknown>>
}

/** Due work in the order (instant, sequence). */
export class Queue<Action extends string = string> {
  #work = new Ordered<DueWork<Action>>((a, b) => a.at - b.at || a.sequence - b.sequence)
  #sequence = 0

  add(
    at: Instant,
    action: Action,
    id: string | number,
    details: Readonly<Record<string, unknown>> = {},
  ): DueWork<Action> {
    const work = { at, sequence: ++this.#sequence, action, id, with: details }
    this.#work.add(work)
    return work
  }

  first(): DueWork<Action> | undefined {
    return this.#work.first()
  }

  remove(work: DueWork<Action>): void {
    this.#work.delete(work)
  }

  [Symbol.iterator](): Iterator<DueWork<Action>> {
    return this.#work[Symbol.iterator]()
  }

  save(): QueueState<Action> {
    return { work: this.#work.clone(), sequence: this.#sequence }
  }

  restore(state: QueueState<Action>): void {
    this.#work = state.work.clone()
    this.#sequence = state.sequence
  }
}

export interface QueueState<Action extends string> {
  readonly work: Ordered<DueWork<Action>>
  readonly sequence: number
}
