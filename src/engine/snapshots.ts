/** A stateful part of a world, which snapshots include. */
export interface Snapshotted {
  save(): unknown
  restore(state: never): void
  /** Converts a saved state to plain data and back; needed only if the state is not plain data itself. */
  pack?(state: never): unknown
  unpack?(packed: never): unknown
}

/** The saved states of a world's parts, by name. */
export type WorldState = ReadonlyMap<string, unknown>

/** The stateful parts of a world. */
export class SnapshotRegistry {
  readonly #parts = new Map<string, Snapshotted>()

  add(name: string, part: Snapshotted): void {
    this.#parts.set(name, part)
  }

  save(): WorldState {
    return new Map(Array.from(this.#parts, ([name, part]) => [name, part.save()]))
  }

  /** Restores the parts that were saved; others keep their state. */
  restore(state: WorldState): void {
    for (const [name, saved] of state) this.#parts.get(name)?.restore(saved as never)
  }

  /** Converts a saved state to plain data. */
  pack(state: WorldState): WorldState {
    const packed = (name: string, saved: unknown) => {
      const part = this.#parts.get(name)
      return part?.pack ? part.pack(saved as never) : saved
    }
    return new Map(Array.from(state, ([name, saved]) => [name, packed(name, saved)]))
  }

  /** Converts the result of `pack` back, for a world with the same rules. Throws an Error if a part is missing. */
  unpack(state: WorldState): WorldState {
    const unpacked = (name: string, part: Snapshotted) => {
      const packed = state.get(name)
      if (packed === undefined) throw new Error(`it has no ${name}`)
      return part.unpack ? part.unpack(packed as never) : packed
    }
    return new Map(Array.from(this.#parts, ([name, part]) => [name, unpacked(name, part)]))
  }
}
