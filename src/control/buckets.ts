import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import { type ObjectView, readBucketUrl, type StoredObject, viewObject } from '../engine/buckets.ts'
import { contentTypeOf } from '../engine/content-type.ts'
import { apiErrors, UsageError } from '../engine/errors.ts'
import { ok } from '../engine/http/route.ts'
import { isLocal, localScheme } from '../engine/local-folder.ts'
import { md5 } from '../engine/md5.ts'
import { shown } from '../engine/messages.ts'
import { signatureProblem } from '../engine/signed-url.ts'
import type { World } from '../engine/world.ts'
import { type Public, parseQuery, routeWith } from './routing.ts'

/** An object in a bucket. */
export interface BucketObject extends ObjectView {
  readonly bytes: Uint8Array
  /** The bytes as UTF-8. */
  text(): string
}

/** What `read` needs of a signed URL. */
export interface Signature {
  readonly expires?: string | undefined
  readonly signature?: string | undefined
}

/** The buckets of a mock, which hold what its API has published. */
export class BucketControl<A extends ApiTypes = ApiTypes> {
  readonly #world: World<A>

  constructor(world: World<A>) {
    this.#world = world
  }

  /** Every object, or those of a bucket, the oldest first. */
  list(bucket?: string): readonly ObjectView[] {
    this.#world.time.runDue()
    return this.#world.buckets.list(bucket).map(viewObject)
  }

  /**
   * The object at a URL such as `gs://my-bucket/path/object.json`; the scheme, `gs` or `s3`, makes no difference. One at a
   * `local://` URL is read from its file, and has the path as its key. Throws an Error if there is none.
   */
  get(url: string): BucketObject {
    if (isLocal(String(url))) return this.#readFile(url)
    const { bucket, key } = readBucketUrl(String(url)) ?? { bucket: '', key: '' }
    if (bucket === '') {
      const problem = `must be a URL such as "gs://my-bucket/key" or "s3://my-bucket/key", got ${shown(url)}`
      throw new UsageError(`Failed to get an object: url ${problem}.`, [`url: ${problem}`])
    }
    const object = this.read(bucket, key)
    // Objects with equal contents may share their bytes.
    return opened({ ...object, bytes: object.bytes.slice() })
  }

  /** @internal Throws the API's `forbidden` for a signature that is wrong or has expired. */
  read(bucket: string, key: string, { expires = '', signature }: Signature = {}): StoredObject {
    this.#world.time.runDue()
    const problem = signature !== undefined && signatureProblem(this.#world, bucket, key, { expires, signature })
    if (problem) throw apiErrors.signedUrl(problem)
    const object = this.#world.buckets.get(bucket, key)
    if (!object) throw apiErrors.noObject(`${bucket}/${key}`)
    return object
  }

  #readFile(url: string): BucketObject {
    this.#world.time.runDue()
    const bytes = this.#world.localFolder?.read(url)
    if (!bytes) throw apiErrors.noObject(url)
    const [, extension = null] = /\.(\w+)$/.exec(url) ?? []
    const key = url.slice(localScheme.length)
    return opened({ bucket: '', key, type: contentTypeOf(extension), bytes, md5: md5(bytes) })
  }
}

const opened = (object: Omit<StoredObject, 'stored'>): BucketObject => {
  return { ...viewObject(object), bytes: object.bytes, text: () => new TextDecoder().decode(object.bytes) }
}

const signatureParameters = { expires: z.string().optional(), signature: z.string().optional() }

const route = routeWith<{ readonly buckets: Public<BucketControl> }>()

export const bucketRoutes = [
  route({
    method: 'GET',
    path: '/_mock/buckets',
    operation: 'listObjects',
    summary: 'The objects that results were published as, the oldest first; `?bucket=`',
    query: { bucket: z.string().optional() },
    answers: { 200: 'objects' },
    handle: (call) => {
      const { bucket } = parseQuery(z.strictObject({ bucket: z.string().optional() }), call)
      return ok({ objects: call.mock.buckets.list(bucket) })
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/buckets/{bucket}/{key...}',
    operation: 'retrieveObject',
    summary: 'The bytes of one object, or a `Range`; signed URLs lead here, and need no token until they expire',
    query: signatureParameters,
    answers: { 200: 'object', 206: 'object' },
    errors: ['precondition-failed', 'range-not-satisfiable'],
    handle: (call) => {
      const { bucket = '', key = '' } = call.params
      const content = call.mock.buckets.read(bucket, key, parseQuery(z.strictObject(signatureParameters), call))
      return { status: 200, content }
    },
  }),
]
