/** Tells listeners at once, in the order in which they came. */
export class Emitter<Event> {
  #listeners = new Set<(event: Event) => void>()

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Listens until the function returned is called. */
  on(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
