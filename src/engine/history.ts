import type { Instant } from './time/clock.ts'

/** Something that happened, with the state that its record was in then. */
export interface PastEvent {
  readonly at: Instant
  readonly event: string
  readonly resource: string
  readonly id: string | number
  readonly state: string
}

/** How much is remembered, so that memory is bounded: of the oldest half as much is forgotten at once. */
const most = 10_000

/** What happened in a world, the oldest first. */
export class History {
  #past: PastEvent[] = []

  add({
    at,
    event,
    resource,
    record,
  }: Omit<PastEvent, 'id' | 'state'> & { readonly record: { readonly id: string | number } }): void {
    const { id, state = '' } = record as { readonly id: string | number; readonly state?: string }
    if (this.#past.length >= most) this.#past = this.#past.slice(most / 2)
    this.#past.push({ at, event, resource, id, state })
  }

  list(): readonly PastEvent[] {
    return this.#past
  }

  save(): readonly PastEvent[] {
    return [...this.#past]
  }

  restore(past: readonly PastEvent[]): void {
    this.#past = [...past]
  }
}
