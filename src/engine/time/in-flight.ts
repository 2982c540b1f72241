/** What is under way on the network, which takes as long as it takes. */
export class Network {
  readonly #underWay = new Set<Promise<void>>()
  readonly #waiting = new Set<() => void>()

  /** @param done told whenever something is over */
  constructor(readonly done: () => void) {}

  get isQuiet(): boolean {
    return this.#underWay.size === 0
  }

  add(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.then(() => {
      if (this.#underWay.delete(work)) this.#hush()
      this.done()
    })
  }

  /** Resolves when nothing is under way, or nobody cares about it any more. */
  async quiet(): Promise<void> {
    while (!this.isQuiet) await new Promise<void>((resolve) => void this.#waiting.add(resolve))
  }

  /** Forgets what is under way. */
  clear(): void {
    this.#underWay.clear()
    this.#hush()
  }

  #hush(): void {
    if (!this.isQuiet) return
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
