import type { Id } from './store/index-range.ts'

/** A record that was created, changed or deleted. */
export interface RecordWrite {
  readonly resource: string
  readonly id: Id
}

/** How many written records are remembered. */
const most = 10_000

/** The version of a world, and the records that were written since one: these are empty until somebody asks. */
export class ChangeLog {
  #version = 0
  /** The oldest version since which all writes are known; undefined while nobody asked. */
  #known: number | undefined
  /** By resource and ID, the last written at the end. */
  readonly #writes = new Map<string, RecordWrite & { readonly version: number }>()

  /** The number of the last write; the same as long as every record is as it was. */
  get version(): number {
    return this.#version
  }

  add(resource: string, id: Id): void {
    if (this.#writes.size >= most) this.forget()
    const version = ++this.#version
    if (this.#known === undefined) return
    const key = `${resource} ${id}`
    this.#writes.delete(key)
    this.#writes.set(key, { resource, id, version })
  }

  /** Every record may be another one. */
  forget(): void {
    this.#version++
    if (this.#known === undefined) return
    this.#writes.clear()
    this.#known = this.#version
  }

  /** What was written since a version; undefined if that is not known, so that everything has to be read. */
  since(version: number | undefined): readonly RecordWrite[] | undefined {
    const known = (this.#known ??= this.#version)
    if (version === undefined || version < known || version > this.#version) return undefined
    // Each write has a version of its own, and the newest stand at the end.
    const newer = this.#version - version
    return newer === 0 ? [] : [...this.#writes.values()].slice(-newer).filter((write) => write.version > version)
  }
}
