import type { ObjectStore } from '../engine/http/exchange.ts'

/** A call to a real host of a store. */
export interface StoreCall {
  readonly store: ObjectStore
  /** Undefined for a call that is about no bucket, such as one for an access token. */
  readonly bucket: string | undefined
}

const googleHosts: readonly string[] = ['storage.googleapis.com', 'www.googleapis.com']
const tokenUrls: readonly string[] = ['www.googleapis.com/oauth2/v4/token', 'oauth2.googleapis.com/token']

/** The bucket in the path of a call of Google's JSON API, as it is written there. */
export const jsonPath = /^(?:\/(?:download|upload|resumable\/upload))?(?:\/storage\/v1)?\/b(?:\/([^/]*)(.*))?$/s

/**
 * Reads the URL of a call to a real host of a store: Google's JSON and XML API, its endpoints for access tokens, and S3
 * in path style and with the bucket in the host. Undefined for any other host, and for calls about no bucket.
 */
export function readStoreCall(url: string): StoreCall | undefined {
  // Nearly every URL is another one, and parsing it takes longer.
  if (!/\.(?:googleapis|amazonaws)\.com/.test(url) || !URL.canParse(url)) return undefined
  const { hostname, pathname } = new URL(url)
  if (tokenUrls.includes(hostname + pathname)) return { store: 'gcs', bucket: undefined }
  const s3 = s3Labels(hostname)
  const inHost = bucketInHost(hostname, () => false)
  const isGoogle = googleHosts.includes(hostname)
  const [, first = ''] = pathname.split('/')
  const json = isGoogle ? jsonPath.exec(pathname) : null
  const inPath = json ? json[1] : hostname === googleHosts[1] ? '' : first
  const bucket = decoded(inHost ?? inPath ?? '')
  if (!bucket || !(s3 || isGoogle || hostname.endsWith('.storage.googleapis.com'))) return undefined
  return { store: s3 ? 's3' : 'gcs', bucket }
}

/** The labels before that of the service in the name of a host of S3, such as `s3.eu-west-1`; undefined for another host. */
function s3Labels(hostname: string): readonly string[] | undefined {
  const labels = hostname.replace(/\.amazonaws\.com(?:\.cn)?$/, '').split('.')
  if (labels.join('.') === hostname) return undefined
  const at = labels.findLastIndex((label) => /^s3(?:-[a-z\d-]+)?$/.test(label))
  // After the service there may be `dualstack` and a region.
  return at < 0 || labels.length - at > 3 ? undefined : labels.slice(0, at)
}

/**
 * The bucket that the name of a host begins with, where hosts have a bucket in their name.
 *
 * @param isBucket whether a bucket of the name exists, for hosts that tell nothing by themselves
 */
export function bucketInHost(hostname: string, isBucket: (name: string) => boolean): string | undefined {
  const s3 = s3Labels(hostname)
  if (s3) return s3.join('.') || undefined
  for (const suffix of ['.storage.googleapis.com', '.s3.localhost', '.localhost']) {
    if (hostname.endsWith(suffix)) return named(hostname.slice(0, -suffix.length))
  }
  const labels = /^[\d.]+$|^\[/.test(hostname) ? [] : hostname.split('.')
  return labels.map((_, count) => labels.slice(0, count).join('.')).find(isBucket)
}

/** No bucket has a shorter name, but `s3.localhost` is a name that clients are given. */
const named = (name: string) => (name.length < 3 ? undefined : name)

/** The region in the name of a host of S3. */
export const regionIn = (hostname: string): string =>
  /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec(hostname)?.[1] ?? 'us-east-1'

/** A part of a URL without its escapes; undefined if one is broken. */
export function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
