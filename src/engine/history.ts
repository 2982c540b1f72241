import type { Cause, Occasion } from './cause.ts'
import type { Reason } from './reason.ts'
import type { Instant } from './time/instant.ts'

/** A past event, with the state of its record after it. */
export interface PastEvent {
  /** Counts from 1 since the initial state. */
  readonly number: number
  readonly at: Instant
  readonly event: string
  readonly resource: string
  readonly id: string | number
  readonly state: string
  /** Null for what was not caused by a call, due work, a step or an action. */
  readonly cause: Cause | null
  /** Why it happened, if a rule decided it. */
  readonly reason: Reason | null
}

/** The limit of kept events; when it is reached, the older half is dropped. */
const most = 10_000

/** The events of each call and each record. */
interface Index {
  readonly byCall: Map<number, PastEvent[]>
  readonly byRecord: Map<string, PastEvent[]>
}

const none: readonly PastEvent[] = []
const keyOf = (resource: string, id: string | number) => `${resource} ${id}`

/** The past events of a world, oldest first. */
export class History {
  #past: PastEvent[] = []
  /** Made when it is needed. */
  #index: Index | undefined

  add(
    at: Instant,
    event: string,
    resource: string,
    { id, state = '' }: { readonly id: string | number; readonly state?: string },
    occasion: Occasion,
  ): PastEvent {
    const number = (this.#past.at(-1)?.number ?? 0) + 1
    const { cause = null, reason = null } = occasion
    const past = { number, at, event, resource, id, state, cause, reason }
    if (this.#past.length >= most) this.restore(this.#past.slice(most / 2))
    this.#past.push(past)
    if (this.#index) addTo(this.#index, past)
    return past
  }

  list(): readonly PastEvent[] {
    return this.#past
  }

  /** The events that a call caused, at once or by work that it scheduled. */
  causedBy(call: number): readonly PastEvent[] {
    return this.#indexed().byCall.get(call) ?? none
  }

  /** The events about a record. */
  of(resource: string, id: string | number): readonly PastEvent[] {
    return this.#indexed().byRecord.get(keyOf(resource, id)) ?? none
  }

  /** The highest ID of a call that caused an event; 0 without any. */
  get lastCall(): number {
    return this.#past.reduce((last, { cause }) => Math.max(last, cause?.call ?? 0), 0)
  }

  #indexed(): Index {
    if (!this.#index) {
      this.#index = { byCall: new Map(), byRecord: new Map() }
      for (const past of this.#past) addTo(this.#index, past)
    }
    return this.#index
  }

  save(): readonly PastEvent[] {
    return [...this.#past]
  }

  restore(past: readonly PastEvent[]): void {
    this.#past = [...past]
    this.#index = undefined
  }
}

function addTo({ byCall, byRecord }: Index, past: PastEvent): void {
  if (past.cause?.call !== undefined) push(byCall, past.cause.call, past)
  push(byRecord, keyOf(past.resource, past.id), past)
}

function push<Key>(lists: Map<Key, PastEvent[]>, key: Key, past: PastEvent): void {
  const list = lists.get(key)
  if (list) list.push(past)
  else lists.set(key, [past])
}
