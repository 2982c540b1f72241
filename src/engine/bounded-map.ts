/** A Map with a limit: it forgets everything before it would hold more, so that memory is bounded. */
export class BoundedMap<Key, Value> {
  readonly #values = new Map<Key, Value>()

  constructor(readonly most: number) {}

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  /** The value of a key, which is made where none is kept. */
  made(key: Key, make: () => Value): Value {
    let value = this.#values.get(key)
    if (value === undefined) this.set(key, (value = make()))
    return value
  }

  set(key: Key, value: Value): void {
    if (this.#values.size >= this.most && !this.#values.has(key)) this.#values.clear()
    this.#values.set(key, value)
  }

  delete(key: Key): void {
    this.#values.delete(key)
  }

  clear(): void {
    this.#values.clear()
  }
}
