import { base64Of, bytesOfBase64 } from './base64.ts'
import { md5 } from './md5.ts'
import type { Snapshotted } from './snapshots.ts'
import { compareBytes } from './text.ts'
import type { Instant } from './time/instant.ts'

/** An object in a bucket. It is replaced as a whole and never changed. */
export interface StoredObject {
  readonly bucket: string
  readonly key: string
  /** The Content-Type. */
  readonly type: string
  readonly bytes: Uint8Array
  /** In lower-case hex. */
  readonly md5: string
  /** When it was stored. */
  readonly stored: Instant
}

/** An object in a bucket, without its bytes. */
export interface ObjectView {
  /** Empty for a local file. */
  readonly bucket: string
  readonly key: string
  /** The Content-Type. */
  readonly type: string
  readonly size: number
  /** In lower-case hex. */
  readonly md5: string
}

/** An object without its bytes. */
export const viewObject = ({ bucket, key, type, bytes, md5 }: Omit<StoredObject, 'stored'>): ObjectView => {
  return { bucket, key, type, size: bytes.length, md5 }
}

type PackedObject = Omit<StoredObject, 'bytes'> & { readonly base64: string }

export type BucketsState = ReadonlyMap<string, StoredObject>

/** The parts of a URL of a bucket, or of an object in one: `gs://my-bucket/path`. Undefined for another text. */
export function readBucketUrl(url: string): { scheme: string; bucket: string; key: string } | undefined {
  const [, scheme, bucket, key = ''] = /^(gs|s3):\/\/([^/]+)(?:\/(.*))?$/s.exec(url) ?? []
  return scheme === undefined || bucket === undefined ? undefined : { scheme, bucket, key }
}

/** No name of a bucket contains a slash. A template literal would keep its parts in memory as long as the name. */
const nameOf = (bucket: string, key: string) => [bucket, key].join('/')

/** The objects of a world, in memory, by bucket and key: what a storage service would hold. */
export class Buckets implements Snapshotted {
  #objects = new Map<string, StoredObject>()
  #size = 0
  /** The objects of buckets in the order of their keys, as far as a call needed it since the last change. */
  readonly #sorted = new Map<string, readonly StoredObject[]>()
  readonly #now: () => Instant

  constructor(now: () => Instant) {
    this.#now = now
  }

  /** The bytes of all objects. */
  get size(): number {
    return this.#size
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#objects.get(nameOf(bucket, key))
  }

  /** Every object, or those of a bucket, the oldest first. */
  list(bucket?: string): StoredObject[] {
    const all = [...this.#objects.values()]
    return bucket === undefined ? all : all.filter((object) => object.bucket === bucket)
  }

  /** The objects of a bucket, by the UTF-8 bytes of their keys. */
  sorted(bucket: string): readonly StoredObject[] {
    const known = this.#sorted.get(bucket)
    if (known) return known
    const objects = this.list(bucket).sort((one, other) => compareBytes(one.key, other.key))
    if (objects.length > 0) this.#sorted.set(bucket, objects)
    return objects
  }

  /**
   * Stores objects, each in place of an older one with its key: all of them, or none if all objects together would have
   * more bytes than `limit`. Returns what was stored; undefined where it is none.
   */
  put(
    objects: readonly (Omit<StoredObject, 'md5' | 'stored'> & { readonly md5?: string })[],
    limit: number,
  ): readonly StoredObject[] | undefined {
    const added = objects.reduce((sum, { bucket, key, bytes }) => {
      return sum + bytes.length - (this.get(bucket, key)?.bytes.length ?? 0)
    }, 0)
    if (this.#size + added > limit) return undefined
    const now = this.#now()
    const stored = objects.map(({ bucket, key, type, bytes, md5: known }) =>
      Object.freeze({ bucket, key, type, bytes, md5: known ?? md5(bytes), stored: now }),
    )
    for (const object of stored) this.#objects.set(nameOf(object.bucket, object.key), object)
    this.#size += added
    this.#sorted.clear()
    return stored
  }

  delete(bucket: string, key: string): void {
    this.#size -= this.get(bucket, key)?.bytes.length ?? 0
    this.#objects.delete(nameOf(bucket, key))
    this.#sorted.clear()
  }

  save(): BucketsState {
    return new Map(this.#objects)
  }

  restore(state: BucketsState): void {
    this.#objects = new Map(state)
    this.#sorted.clear()
    this.#size = [...state.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  pack(state: BucketsState): readonly PackedObject[] {
    return Array.from(state.values(), ({ bytes, ...object }) => ({ ...object, base64: base64Of(bytes) }))
  }

  unpack(packed: readonly PackedObject[]): BucketsState {
    return new Map(
      packed.map(({ base64, ...object }) => [
        nameOf(object.bucket, object.key),
        Object.freeze({ ...object, bytes: bytesOfBase64(base64) }),
      ]),
    )
  }
}
