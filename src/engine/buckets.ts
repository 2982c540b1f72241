import { base64Of, bytesOfBase64 } from './base64.ts'
import { md5 } from './md5.ts'
import type { Snapshotted } from './snapshots.ts'
import { compareBytes } from './text.ts'
import type { Instant } from './time/instant.ts'

/** The schemes of the URLs of buckets. Each has names of its own: a bucket of Google and one of Amazon may share theirs. */
export const bucketSchemes = ['gs', 's3'] as const

export type BucketScheme = (typeof bucketSchemes)[number]

/** The names that buckets can have. */
export const isBucketName = (name: string): boolean => /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)

export const bucketNameRule = '3 to 222 lower-case letters, digits, ".", "_" and "-"'

/** Where an object is. */
export interface ObjectPlace {
  readonly scheme: BucketScheme
  readonly bucket: string
  readonly key: string
}

/** An object in a bucket. It is replaced as a whole and never changed. */
export interface StoredObject extends ObjectPlace {
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
  readonly scheme: BucketScheme | 'local'
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
export const viewObject = ({
  scheme,
  bucket,
  key,
  type,
  bytes,
  md5,
}: Omit<ObjectView, 'size'> & Pick<StoredObject, 'bytes'>): ObjectView => {
  return { scheme, bucket, key, type, size: bytes.length, md5 }
}

type PackedObject = Omit<StoredObject, 'bytes'> & { readonly base64: string }

export type BucketsState = ReadonlyMap<string, StoredObject>

/** The parts of a URL of a bucket, or of an object in one: `gs://my-bucket/path`. Undefined for another text. */
export function readBucketUrl(url: string): ObjectPlace | undefined {
  const [, isGoogle, bucket, key = ''] = /^(?:(gs)|s3):\/\/([^/]+)(?:\/(.*))?$/s.exec(url) ?? []
  return bucket === undefined ? undefined : { scheme: isGoogle ? 'gs' : 's3', bucket, key }
}

/**
 * The URL of an object, or of a bucket by an empty key. No name of a bucket contains a slash. A template literal would keep
 * its parts in memory as long as the URL.
 */
export const bucketUrl = ({ scheme, bucket, key }: ObjectPlace): string => [`${scheme}:`, '', bucket, key].join('/')

/** The objects of a world, in memory, by their URLs: what storage services would hold. */
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

  get(place: ObjectPlace): StoredObject | undefined {
    return this.#objects.get(bucketUrl(place))
  }

  /** Every object, those of a bucket or of a scheme, or those of both, the oldest first. */
  list(bucket?: string, scheme?: BucketScheme): StoredObject[] {
    const all = [...this.#objects.values()]
    if (bucket === undefined && scheme === undefined) return all
    return all.filter((one) => one.bucket === (bucket ?? one.bucket) && one.scheme === (scheme ?? one.scheme))
  }

  /** The objects of a bucket, by the UTF-8 bytes of their keys. */
  sorted(scheme: BucketScheme, bucket: string): readonly StoredObject[] {
    const url = bucketUrl({ scheme, bucket, key: '' })
    const known = this.#sorted.get(url)
    if (known) return known
    const objects = this.list(bucket, scheme).sort((one, other) => compareBytes(one.key, other.key))
    if (objects.length > 0) this.#sorted.set(url, objects)
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
    const added = objects.reduce((sum, object) => {
      return sum + object.bytes.length - (this.get(object)?.bytes.length ?? 0)
    }, 0)
    if (this.#size + added > limit) return undefined
    const now = this.#now()
    const stored = objects.map(({ scheme, bucket, key, type, bytes, md5: known }) =>
      Object.freeze({ scheme, bucket, key, type, bytes, md5: known ?? md5(bytes), stored: now }),
    )
    for (const object of stored) this.#objects.set(bucketUrl(object), object)
    this.#size += added
    this.#sorted.clear()
    return stored
  }

  delete(place: ObjectPlace): void {
    this.#size -= this.get(place)?.bytes.length ?? 0
    this.#objects.delete(bucketUrl(place))
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
        bucketUrl(object),
        Object.freeze({ ...object, bytes: bytesOfBase64(base64) }),
      ]),
    )
  }
}
