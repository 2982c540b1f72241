import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import {
  type BucketScheme,
  bucketNameRule,
  bucketSchemes,
  bucketUrl,
  isBucketName,
  type ObjectView,
  readBucketUrl,
  type StoredObject,
  viewObject,
} from '../engine/buckets.ts'
import { contentTypeOf } from '../engine/content-type.ts'
import { apiErrors, failedTo, invalidParameter } from '../engine/errors.ts'
import { oneOf } from '../engine/fields.ts'
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

/** The query of the URL of an object. */
export interface ObjectQuery {
  /** Needed only if buckets of both schemes have an object of the name. */
  readonly scheme?: BucketScheme | undefined
  /** Of a signed URL. */
  readonly expires?: string | undefined
  readonly signature?: string | undefined
}

/** The buckets of a mock, which hold what its API has published. */
export class BucketControl<A extends ApiTypes = ApiTypes> {
  readonly #world: World<A>

  constructor(world: World<A>) {
    this.#world = world
  }

  /**
   * Every object, those of a bucket or of a scheme, or those of both, the oldest first. Throws an Error if no bucket can
   * have the name.
   */
  list(bucket?: string, scheme?: BucketScheme): readonly ObjectView[] {
    this.#world.time.runDue()
    if (bucket !== undefined && !isBucketName(bucket)) {
      throw failedTo('list objects', [{ path: ['bucket'], what: `must be ${bucketNameRule}, got ${shown(bucket)}` }])
    }
    return this.#world.buckets.list(bucket, scheme).map(viewObject)
  }

  /**
   * The object at a URL such as `gs://my-bucket/path/object.json`. One at a `local://` URL is read from its file, and has
   * the path as its key. Throws an Error if there is none.
   */
  get(url: string): BucketObject {
    if (isLocal(String(url))) return this.#readFile(url)
    const place = readBucketUrl(String(url))
    if (!place) {
      const what = `must be a URL such as "gs://my-bucket/key" or "s3://my-bucket/key", got ${shown(url)}`
      throw failedTo('get an object', [{ path: ['url'], what }])
    }
    const object = this.read(place.bucket, place.key, place)
    // Objects with equal contents may share their bytes.
    return opened({ ...object, bytes: object.bytes.slice() })
  }

  /** @internal Throws the API's `forbidden` for a signature that is wrong or has expired. */
  read(bucket: string, key: string, { scheme, expires = '', signature }: ObjectQuery = {}): StoredObject {
    this.#world.time.runDue()
    const places = bucketSchemes.map((one) => ({ scheme: one, bucket, key }))
    const wanted = places.filter((place) => place.scheme === (scheme ?? place.scheme))
    if (signature !== undefined) {
      // A signed URL names its scheme.
      const [place] = wanted.length === 1 ? wanted : []
      const problem = place ? signatureProblem(this.#world, place, { expires, signature }) : 'altered'
      if (problem) throw apiErrors.signedUrl(problem)
    }
    const [object, other] = wanted.flatMap((place) => this.#world.buckets.get(place) ?? [])
    if (object && other) {
      throw invalidParameter({ scheme: [`must be given: ${places.map(bucketUrl).join(' and ')} both exist`] })
    }
    if (object) return object
    const elsewhere = places.find((place) => this.#world.buckets.get(place))
    const url = scheme === undefined ? `${bucket}/${key}` : bucketUrl({ scheme, bucket, key })
    if (signature !== undefined) throw apiErrors.removedObject(url)
    throw apiErrors.noObject(url, elsewhere && bucketUrl(elsewhere))
  }

  #readFile(url: string): BucketObject {
    this.#world.time.runDue()
    const bytes = this.#world.localFolder?.read(url)
    if (!bytes) throw apiErrors.noObject(url)
    const [, extension = null] = /\.(\w+)$/.exec(url) ?? []
    const key = url.slice(localScheme.length)
    return opened({ scheme: 'local', bucket: '', key, type: contentTypeOf(extension), bytes, md5: md5(bytes) })
  }
}

const opened = (object: Omit<BucketObject, 'size' | 'text'>): BucketObject => {
  return { ...viewObject(object), bytes: object.bytes, text: () => new TextDecoder().decode(object.bytes) }
}

const schemeParameter = { scheme: oneOf(bucketSchemes).optional() }
const listParameters = { ...schemeParameter, bucket: z.string().optional() }
const objectParameters = { ...schemeParameter, expires: z.string().optional(), signature: z.string().optional() }

const route = routeWith<{ readonly buckets: Public<BucketControl> }>()

export const bucketRoutes = [
  route({
    method: 'GET',
    path: '/_mock/buckets',
    operation: 'listObjects',
    summary: 'The objects that results were published as, the oldest first; `?bucket=`, `?scheme=`',
    query: listParameters,
    answers: { 200: 'objects' },
    handle: (call) => {
      const { bucket, scheme } = parseQuery(z.strictObject(listParameters), call)
      return ok({ objects: call.mock.buckets.list(bucket, scheme) })
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/buckets/{bucket}/{key...}',
    operation: 'retrieveObject',
    summary:
      'The bytes of one object, or a `Range`; signed URLs lead here, and need no token until they expire; `?scheme=`',
    query: objectParameters,
    answers: { 200: 'object', 206: 'object' },
    errors: ['precondition-failed', 'range-not-satisfiable'],
    handle: (call) => {
      const { bucket = '', key = '' } = call.params
      const content = call.mock.buckets.read(bucket, key, parseQuery(z.strictObject(objectParameters), call))
      return { status: 200, content }
    },
  }),
]
