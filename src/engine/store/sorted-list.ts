const chunkSize = 512
/** A longer list grows by `push`, which reserves room for at least sixteen more items. */
const compactSize = 8

/**
 * A list sorted by `compare`, without duplicates. Its items are in short chunks, so that an insertion or deletion moves
 * few of them, and a rank (the number of items before) is found by binary search.
 */
export class SortedList<T> {
  #chunks: T[][] = []
  #size = 0
  /** Whether a clone has the same chunks, so that they are copied before a change. */
  #isShared = false

  constructor(readonly compare: (a: T, b: T) => number) {}

  get size(): number {
    return this.#size
  }

  /** The index of the first chunk with an item for which `before` is false; the number of chunks if there is none. */
  #chunkAt(before: (item: T) => boolean): number {
    let [low, high] = [0, this.#chunks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(this.#chunks[middle]?.at(-1) as T)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Copies the chunks if a clone has them too. */
  #own(): void {
    if (!this.#isShared) return
    this.#chunks = this.#chunks.map((chunk) => chunk.slice())
    this.#isShared = false
  }

  add(item: T): void {
    this.#own()
    const last = this.#chunks.at(-1)
    if (last && this.compare(last.at(-1) as T, item) >= 0) {
      this.#addWithin(item)
      return
    }
    // With `push` the outer array would reserve room for seventeen chunks; most indexes by identifier have only one.
    if (!last) this.#chunks = [[item]]
    else if (last.length < compactSize) this.#chunks[this.#chunks.length - 1] = last.concat([item])
    else if (last.length < chunkSize) last.push(item)
    else this.#chunks.push([item])
    this.#size++
  }

  /** Adds an item that may not be the last one. */
  #addWithin(item: T): void {
    const before = (other: T) => this.compare(other, item) < 0
    let index = this.#chunkAt(before)
    let chunk = this.#chunks[index] as T[]
    let offset = partition(chunk, before)
    if (this.compare(chunk[offset] as T, item) === 0) return
    if (chunk.length >= chunkSize * 2) {
      const rest = chunk.splice(chunkSize)
      this.#chunks.splice(index + 1, 0, rest)
      if (offset > chunkSize) [chunk, offset, index] = [rest, offset - chunkSize, index + 1]
    }
    chunk.splice(offset, 0, item)
    this.#size++
  }

  /** Removes and returns the item that is equal to this one; undefined if there is none. */
  delete(item: T): T | undefined {
    const first = this.first()
    if (first !== undefined && this.compare(first, item) === 0) return this.shift()
    this.#own()
    const before = (other: T) => this.compare(other, item) < 0
    const index = this.#chunkAt(before)
    const chunk = this.#chunks[index]
    if (!chunk) return undefined
    const offset = partition(chunk, before)
    const found = chunk[offset] as T
    if (this.compare(found, item) !== 0) return undefined
    if (chunk.length === 1) this.#chunks.splice(index, 1)
    else chunk.splice(offset, 1)
    this.#size--
    return found
  }

  /** Removes and returns the first item. */
  shift(): T | undefined {
    this.#own()
    const [chunk] = this.#chunks
    if (!chunk) return undefined
    this.#size--
    const first = chunk.shift()
    if (chunk.length === 0) this.#chunks.shift()
    return first
  }

  first(): T | undefined {
    return this.#chunks[0]?.[0]
  }

  /** The number of items for which `before` is true; these must be the first ones of the list. */
  rank(before: (item: T) => boolean): number {
    const index = this.#chunkAt(before)
    let rank = 0
    for (let i = 0; i < index; i++) rank += this.#chunks[i]?.length ?? 0
    const chunk = this.#chunks[index]
    return chunk ? rank + partition(chunk, before) : rank
  }

  /** The items of the ranks from `low` to `high`, exclusive, in descending order. */
  *descending(high = this.#size, low = 0): Generator<T, undefined> {
    let end = this.#size
    for (let i = this.#chunks.length - 1; i >= 0 && end > low; i--) {
      const chunk = this.#chunks[i] as T[]
      const start = end - chunk.length
      for (let rank = Math.min(end, high) - 1; rank >= Math.max(start, low); rank--) yield chunk[rank - start] as T
      end = start
    }
    return undefined
  }

  *[Symbol.iterator](): Generator<T, undefined> {
    for (const chunk of this.#chunks) yield* chunk
    return undefined
  }

  /** A copy, whose items are copied when either is changed. */
  clone(): SortedList<T> {
    const copy = new SortedList(this.compare)
    copy.#chunks = this.#chunks
    copy.#size = this.#size
    copy.#isShared = this.#isShared = true
    return copy
  }
}

function partition<T>(items: readonly T[], before: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(items[middle] as T)) low = middle + 1
    else high = middle
  }
  return low
}
