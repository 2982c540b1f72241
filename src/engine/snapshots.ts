/** A part of a world that changes, and so belongs into a snapshot. */
export interface Snapshotted {
  save(): unknown
  restore(state: never): void
  /** Turns what it saved into plain data and back, unless it is that already. */
  pack?(state: never): unknown
  unpack?(packed: never): unknown
}

/** What every part of a world was at some moment, by the part's name. */
export type WorldState = ReadonlyMap<string, unknown>

/** Everything of a world that changes. */
export class SnapshotRegistry {
  readonly #parts = new Map<string, Snapshotted>()

  add(name: string, part: Snapshotted): void {
    this.#parts.set(name, part)
  }

  save(): WorldState {
    return new Map(Array.from(this.#parts, ([name, part]) => [name, part.save()]))
  }

  /** Makes the parts that were saved what they were; others stay. */
  restore(state: WorldState): void {
    for (const [name, saved] of state) this.#parts.get(name)?.restore(saved as never)
  }

  /** What was saved, as plain data. */
  pack(state: WorldState): WorldState {
    const packed = (name: string, saved: unknown) => {
      const part = this.#parts.get(name)
      return part?.pack ? part.pack(saved as never) : saved
    }
    return new Map(Array.from(state, ([name, saved]) => [name, packed(name, saved)]))
  }

  /** What was packed, to be restored in a world that goes by the same rules. Throws an Error if a part is missing. */
  unpack(state: WorldState): WorldState {
    const unpacked = (name: string, part: Snapshotted) => {
      const packed = state.get(name)
      if (packed === undefined) throw new Error(`it has no ${name}`)
      return part.unpack ? part.unpack(packed as never) : packed
    }
    return new Map(Array.from(this.#parts, ([name, part]) => [name, unpacked(name, part)]))
  }
}
