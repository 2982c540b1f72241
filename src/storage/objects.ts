import { type BucketScheme, type Buckets, readBucketUrl, type StoredObject } from '../engine/buckets.ts'
import type { ObjectStore } from '../engine/http/exchange.ts'
import { formatInstant } from '../engine/time/instant.ts'

/** A bucket of a store. */
export interface Bucket {
  readonly name: string
  /** A datetime of virtual time. */
  readonly created: string
}

/** What names a bucket. */
export interface NamedBucket {
  /** Such as `s3://my-bucket/path`. */
  readonly url: string
  readonly date_created: string
}

const schemes: Readonly<Record<ObjectStore, BucketScheme>> = { s3: 's3', gcs: 'gs' }

/**
 * The objects of a world as one store has them. A bucket exists there if something names it with the scheme of the store,
 * or as long as it has objects there (assumed).
 */
export class StoredObjects {
  readonly #scheme: BucketScheme

  constructor(
    readonly store: ObjectStore,
    readonly objects: Pick<Buckets, 'get' | 'sorted'>,
    readonly named: readonly NamedBucket[],
  ) {
    this.#scheme = schemes[store]
  }

  /** The buckets that are named, in the order of their names. */
  buckets(): readonly Bucket[] {
    return [...this.#byName().values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  /** The buckets that are named, by their names; each is as old as the first that named it. */
  #byName(): ReadonlyMap<string, Bucket> {
    const found = new Map<string, Bucket>()
    for (const { url, date_created: created } of this.named) {
      const { scheme, bucket: name = '' } = readBucketUrl(url) ?? {}
      if (scheme !== this.#scheme) continue
      const known = found.get(name)
      if (!known || created < known.created) found.set(name, { name, created })
    }
    return found
  }

  bucket(name: string): Bucket | undefined {
    const named = this.#byName().get(name)
    if (named) return named
    const [first] = this.list(name)
    return first && { name, created: formatInstant(first.stored) }
  }

  /** By the UTF-8 bytes of their keys. */
  list(bucket: string): readonly StoredObject[] {
    return this.objects.sorted(this.#scheme, bucket)
  }

  /** The official client of the API asks for keys with the slash that follows the bucket in a URL (observed). */
  get(bucket: string, key: string): StoredObject | undefined {
    const place = { scheme: this.#scheme, bucket, key }
    return (
      this.objects.get(place) ?? (key.startsWith('/') ? this.objects.get({ ...place, key: key.slice(1) }) : undefined)
    )
  }
}
