import type { ObjectPlace } from './buckets.ts'
import { md5 } from './md5.ts'
import { formatInstant, type Instant } from './time/instant.ts'

/** The world in which a signed URL is valid. */
interface SigningWorld {
  /** The ID of a world of its own; null for the first one. */
  readonly id: string | null
  /** Where the world answers: scheme and host. */
  readonly origin: string
  readonly random: { readonly seed: number }
  readonly clock: { now(): Instant }
}

const signatureOf = ({ id, random }: SigningWorld, { scheme, bucket, key }: ObjectPlace, expires: string) =>
  md5(`${random.seed}\n${md5([id ?? '', scheme, bucket, key, expires].join('\n'))}`)

/** The path of an object under `/_mock`, without its scheme; slashes in its key separate segments. */
export const objectPath = ({ bucket, key }: ObjectPlace) =>
  `/_mock/buckets/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`

/** A URL at which an object can be read without a token until it expires, a datetime of virtual time. */
export function signedUrl(world: SigningWorld, place: ObjectPlace, expires: string): string {
  const query = new URLSearchParams({ scheme: place.scheme, ...(world.id !== null && { world: world.id }), expires })
  query.append('signature', signatureOf(world, place, expires))
  return `${world.origin}${objectPath(place)}?${query}`
}

/** What is wrong with the parameters of a signed URL; undefined for a valid one. */
export function signatureProblem(
  world: SigningWorld,
  place: ObjectPlace,
  { expires = '', signature = '' }: { readonly expires?: string; readonly signature?: string },
): 'altered' | 'expired' | undefined {
  if (signature !== signatureOf(world, place, expires)) return 'altered'
  return expires <= formatInstant(world.clock.now()) ? 'expired' : undefined
}
