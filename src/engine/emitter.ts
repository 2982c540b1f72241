/** Tells listeners at once, in the order in which they came. */
export class Emitter<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  /** Whether nobody listens, so that nothing need be made to be told. */
  get isUnheard(): boolean {
    return this.#listeners.size === 0
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Listens until the function returned is called. */
  on(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
