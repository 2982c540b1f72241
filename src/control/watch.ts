import type { DomainEventView } from '../engine/domain-event.ts'
import { Emitter } from '../engine/emitter.ts'
import type { RequestView } from '../engine/journal.ts'

/** The clock as the control API shows it. */
export interface ClockView {
  /** ISO 8601, microseconds, UTC. */
  readonly now: string
  readonly frozen: boolean
  readonly speed: number
}

/** What became of a world. */
export interface WorldSeen {
  readonly kind: 'world'
  readonly what: 'created' | 'loaded' | 'reset' | 'restored' | 'deleted'
}

/** Something that is seen while a mock works. */
export type Seen =
  | { readonly kind: 'request'; readonly request: RequestView }
  | { readonly kind: 'event'; readonly event: DomainEventView }
  | { readonly kind: 'clock'; readonly clock: ClockView }
  | WorldSeen

/** Something that is seen, with the ID of the world where; null for the mock's own. */
export type Watched = Seen & { readonly world: string | null }

/** Tells who watches a world, or the mock that it belongs to, of what is seen there. */
export class Watch {
  readonly #watchers = new Emitter<Watched>()

  /** @param failed told when a watcher throws: what it watches goes on */
  constructor(
    readonly world: string | null,
    readonly failed: (error: unknown) => void,
    readonly above?: Watch,
  ) {}

  get isUnwatched(): boolean {
    return this.#watchers.isUnheard && (this.above?.isUnwatched ?? true)
  }

  /** Nothing is made to be told where nobody watches. */
  tell(make: () => Seen): void {
    if (!this.isUnwatched) this.#emit({ ...make(), world: this.world })
  }

  /** Watches until the function returned is called. */
  on(watcher: (watched: Watched) => void): () => void {
    return this.#watchers.on((watched) => {
      try {
        watcher(watched)
      } catch (error) {
        this.failed(error)
      }
    })
  }

  #emit(watched: Watched): void {
    this.#watchers.emit(watched)
    if (this.above) this.above.#emit(watched)
  }
}
