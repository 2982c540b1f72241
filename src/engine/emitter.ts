/** Calls its listeners synchronously, in the order in which they were added. */
export class Emitter<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  /** Whether there are no listeners, so that an event that is costly to create can be left out. */
  get isUnheard(): boolean {
    return this.#listeners.size === 0
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Adds a listener. Returns a function that removes it. */
  on(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
