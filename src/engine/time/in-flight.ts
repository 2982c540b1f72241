/** Pending requests to the network, which take real time. */
export class InFlight {
  readonly #pending = new Set<Promise<void>>()
  readonly #waiting = new Set<() => void>()

  /** @param done called after each one has ended */
  constructor(readonly done: () => void) {}

  get isIdle(): boolean {
    return this.#pending.size === 0
  }

  add(work: Promise<void>): void {
    this.#pending.add(work)
    void work.then(() => {
      if (this.#pending.delete(work)) this.#resolveIdle()
      this.done()
    })
  }

  /** Resolves when none is pending, or they were cleared. */
  async idle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => void this.#waiting.add(resolve))
  }

  /** Forgets all pending ones. */
  clear(): void {
    this.#pending.clear()
    this.#resolveIdle()
  }

  #resolveIdle(): void {
    if (!this.isIdle) return
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
