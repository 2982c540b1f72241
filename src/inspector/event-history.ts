import type { PastEventView as BarePastEvent } from '../control/state.ts'
import type { Cause } from '../engine/cause.ts'
import type { Reason } from '../engine/reason.ts'
import type { Row } from './rows.ts'

/** An event of the past, with what brought it about. */
export type PastEventView = BarePastEvent & { readonly cause?: Cause | null; readonly reason?: Reason | null }

/** How many events are kept; as many as the mock keeps. */
export const mostEvents = 10_000

const byTime = (one: PastEventView, other: PastEventView) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)

/** The last events, by the record that each is about. */
export class EventHistory {
  readonly #events = new Map<string, PastEventView[]>()
  #count = 0
  /** The number of the last one that was loaded: the stream may report it once more. */
  #loaded = 0

  /** Those about a record, the oldest first. */
  of(resource: string, id: Row['id']): readonly PastEventView[] {
    return this.#events.get(`${resource} ${id}`) ?? []
  }

  /** Those that a call caused, at once or by work that it scheduled, the oldest first. */
  causedBy(call: number): readonly PastEventView[] {
    return this.#sorted().filter(({ cause }) => cause?.call === call)
  }

  /** Replaces all by those that were loaded, the oldest first. */
  set(events: readonly PastEventView[]): void {
    this.#events.clear()
    this.#count = 0
    for (const past of events) this.#add(past)
    this.#loaded = events.at(-1)?.number ?? 0
  }

  /** Adds one of the stream, unless it was loaded. */
  addNew(past: PastEventView): void {
    if (past.number > this.#loaded) this.#add(past)
  }

  /** Of the oldest half are forgotten at once, as by the mock. */
  #add(past: PastEventView): void {
    if (this.#count >= mostEvents) this.set(this.#sorted().slice(mostEvents / 2))
    this.#count++
    const key = `${past.resource} ${past.id}`
    const known = this.#events.get(key)
    if (known) known.push(past)
    else this.#events.set(key, [past])
  }

  #sorted = () => Array.from(this.#events.values()).flat().sort(byTime)
}
