import type { Instant } from './time/instant.ts'

/** A past event, with the state of its record after it. */
export interface PastEvent {
  readonly at: Instant
  readonly event: string
  readonly resource: string
  readonly id: string | number
  readonly state: string
}

/** The limit of kept events; when it is reached, the older half is dropped. */
const most = 10_000

/** The past events of a world, oldest first. */
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
