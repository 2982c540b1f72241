import { type Buckets, readBucketUrl, type StoredObject } from '../engine/buckets.ts'
import type { Store } from '../engine/http/exchange.ts'
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

const schemes = { s3: 's3', gcs: 'gs' } as const

/**
 * The objects of a world as one store has them. A bucket exists there if something names it with the scheme of the store,
 * or if it has objects and nothing names it any more (assumed).
 */
export class StoredObjects {
  constructor(
    readonly store: Store,
    readonly objects: Pick<Buckets, 'get' | 'sorted'>,
    readonly named: readonly NamedBucket[],
  ) {}

  /** The buckets that are named, by their names. */
  buckets(): readonly Bucket[] {
    const found = new Map(
      this.named.flatMap(({ url, date_created }) => {
        const { scheme, bucket: name = '' } = readBucketUrl(url) ?? {}
        return scheme === schemes[this.store] ? [[name, { name, created: date_created }] as const] : []
      }),
    )
    return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  bucket(name: string): Bucket | undefined {
    const places = this.named.map(({ url }) => readBucketUrl(url))
    const at = places.findIndex((place) => place?.bucket === name && place.scheme === schemes[this.store])
    const created = this.named[at]?.date_created
    if (created !== undefined) return { name, created }
    const [first] = places.some((place) => place?.bucket === name) ? [] : this.list(name)
    return first && { name, created: formatInstant(first.stored) }
  }

  /** By the UTF-8 bytes of their keys. */
  list(bucket: string): readonly StoredObject[] {
    return this.objects.sorted(bucket)
  }

  /** The official client of the API asks for keys with the slash that follows the bucket in a URL (observed). */
  get(bucket: string, key: string): StoredObject | undefined {
    return this.objects.get(bucket, key) ?? (key.startsWith('/') ? this.objects.get(bucket, key.slice(1)) : undefined)
  }
}
