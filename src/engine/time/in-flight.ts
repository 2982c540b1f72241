/** What is under way on the network, which takes as long as it takes. */
export class InFlight {
  readonly #pending = new Set<Promise<void>>()
  readonly #waiting = new Set<() => void>()

  /** @param done told whenever something is over */
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

  /** Resolves when nothing is under way, or nobody cares about it any more. */
  async idle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => void this.#waiting.add(resolve))
  }

  /** Forgets what is under way. */
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
