/** A promise that knows whether anything waits for it. */
export class WatchedPromise<T> extends Promise<T> {
  #isAwaited = false

  /** @param work started at once */
  constructor(work: () => Promise<T>) {
    super((resolve) => resolve(work()))
  }

  /** What `then` and `catch` return is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  get isAwaited(): boolean {
    return this.#isAwaited
  }

  // biome-ignore lint/suspicious/noThenProperty: `await` calls it
  override then<Fulfilled = T, Rejected = never>(
    fulfilled?: ((value: T) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#isAwaited = true
    return super.then(fulfilled, rejected)
  }
}
