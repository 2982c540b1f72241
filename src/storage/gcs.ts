import type { StoredObject } from '../engine/buckets.ts'
import { answer, contentOf } from '../engine/http/content.ts'
import type { Answer, Incoming } from '../engine/http/exchange.ts'
import { pathOf, searchOf } from '../engine/http/url.ts'
import { base64OfHex, textOfBase64, textToBase64 } from './bytes.ts'
import { crc32cOf } from './crc32c.ts'
import { decoded, jsonPath } from './hosts.ts'
import { pageOf } from './listing.ts'
import type { Bucket, StoredObjects } from './objects.ts'
import { answerXml, type XmlTraits } from './xml-api.ts'

const headersOf = (object: StoredObject): Answer['headers'] => ({
  'x-goog-generation': generationOf(object),
  'x-goog-metageneration': '1',
  'x-goog-hash': `crc32c=${crc32cOf(object)},md5=${base64OfHex(object.md5)}`,
  'x-goog-storage-class': 'STANDARD',
  'x-goog-stored-content-encoding': 'identity',
  'x-goog-stored-content-length': String(object.bytes.length),
})

const xml: XmlTraits = { namespace: 'http://doc.s3.amazonaws.com/2006-03-01', headers: headersOf }

/** Microseconds, as real generations look (observed). */
const generationOf = ({ stored }: StoredObject) => String(stored)

const tokenPaths: readonly string[] = ['/token', '/oauth2/v4/token']

/** Parameters of lists that would change what is listed. */
const notOffered = ['filter', 'includeFoldersAsPrefixes', 'includeTrailingDelimiter', 'matchGlob', 'softDeleted']

const mostResults = 1000

/** Answers a call of Google Cloud Storage: its JSON API, its XML API, and the endpoint for access tokens. */
export function answerGcs(incoming: Incoming, objects: StoredObjects): Answer {
  const { method, url } = incoming
  const path = pathOf(url)
  if (method === 'POST' && tokenPaths.includes(path)) {
    return json({ access_token: 'ricloud-mock', expires_in: 3600, token_type: 'Bearer' })
  }
  const matched = jsonPath.exec(path)
  if (!matched && (method === 'GET' || method === 'HEAD')) return answerXml(incoming, objects, xml)
  if (method !== 'GET' && method !== 'HEAD') {
    return jsonError(405, 'methodNotAllowed', `${method} is not offered: only results are published to these buckets.`)
  }
  const search = searchOf(url)
  const [, inPath = '', rest = ''] = matched ?? []
  const [name, key] = [decoded(inPath), decoded(rest.replace(/^\/o\//, ''))]
  if (name === undefined || key === undefined)
    return jsonError(400, 'invalid', 'The path has an escape that is no UTF-8.')
  const origin = incoming.origin ?? ''
  if (name === '')
    return json({ kind: 'storage#buckets', items: objects.buckets().map((one) => bucketView(one, origin)) })
  const bucket = objects.bucket(name)
  if (!bucket) return jsonError(404, 'notFound', 'The specified bucket does not exist: no storage config names it.')
  if (rest === '' || rest === '/') return json(bucketView(bucket, origin))
  if (rest === '/o' || rest === '/o/') return answerList(objects, name, search, origin)
  if (!rest.startsWith('/o/')) return jsonError(501, 'notImplemented', `${rest} of a bucket is not offered.`)
  const isMedia = search.get('alt') === 'media' || path.startsWith('/download/')
  return answerObject(incoming, objects, { bucket: name, key, search, isMedia })
}

const json = (view: object) => answer(200, 'application/json; charset=UTF-8', JSON.stringify(view))

/** An error of Google's JSON API. */
export const jsonError = (code: number, reason: string, message: string): Answer => {
  const error = { code, message, errors: [{ message, domain: 'global', reason }] }
  return { ...answer(code, 'application/json; charset=UTF-8', JSON.stringify({ error })), error: reason }
}

const bucketView = ({ name, created }: Bucket, origin: string) => ({
  kind: 'storage#bucket',
  id: name,
  selfLink: `${origin}/storage/v1/b/${encodeURIComponent(name)}`,
  name,
  projectNumber: '0',
  generation: '1',
  metageneration: '1',
  location: 'US',
  locationType: 'multi-region',
  storageClass: 'STANDARD',
  etag: 'CAE=',
  timeCreated: created,
  updated: created,
})

function objectView(object: StoredObject, origin: string) {
  const { bucket, key: name, type: contentType, bytes, md5, stored } = object
  const generation = generationOf(object)
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`
  const date = new Date(stored / 1000).toISOString()
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}${path}`,
    mediaLink: `${origin}/download${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: '1',
    contentType,
    storageClass: 'STANDARD',
    size: String(bytes.length),
    md5Hash: base64OfHex(md5),
    crc32c: crc32cOf(object),
    etag: md5,
    timeCreated: date,
    updated: date,
    timeStorageClassUpdated: date,
  }
}

function answerList(objects: StoredObjects, bucket: string, search: URLSearchParams, origin: string): Answer {
  const given = (name: string) => search.get(name) ?? ''
  const other = notOffered.find((name) => !['', 'false'].includes(given(name)))
  if (other !== undefined) return jsonError(501, 'notImplemented', `${other} is not offered.`)
  const most = given('maxResults')
  if (!/^\d*$/.test(most)) return jsonError(400, 'invalid', 'The value of maxResults is invalid.')
  const marker = textOfBase64(given('pageToken'))
  if (marker === undefined) return jsonError(400, 'invalid', 'The value of pageToken is invalid.')
  const page = pageOf(objects.list(bucket), {
    prefix: given('prefix'),
    delimiter: given('delimiter'),
    marker,
    from: given('startOffset'),
    until: given('endOffset'),
    limit: Math.min(mostResults, Number(most) || mostResults),
  })
  return json({
    kind: 'storage#objects',
    ...(page.next !== undefined && { nextPageToken: textToBase64(page.next) }),
    ...(page.prefixes.length > 0 && { prefixes: page.prefixes }),
    ...(page.objects.length > 0 && { items: page.objects.map((object) => objectView(object, origin)) }),
  })
}

interface Wanted {
  readonly bucket: string
  readonly key: string
  readonly search: URLSearchParams
  /** Whether the bytes are wanted, and not what is known of them. */
  readonly isMedia: boolean
}

function answerObject(incoming: Incoming, objects: StoredObjects, { bucket, key, search, isMedia }: Wanted): Answer {
  const object = objects.get(bucket, key)
  const generation = object && generationOf(object)
  if (!object || (search.get('generation') ?? generation) !== generation) {
    const message = `No such object: ${bucket}/${key}`
    // The one is told as text, the other as JSON (observed).
    return isMedia ? answer(404, 'text/html; charset=UTF-8', message) : jsonError(404, 'notFound', message)
  }
  const failed = failedGeneration(search, object)
  if (failed === 304) return { status: 304, headers: {}, body: '' }
  if (failed === 412) return preconditionFailed()
  if (!isMedia) return json(objectView(object, incoming.origin ?? ''))
  return contentOf(object, incoming, {
    etag: `"${object.md5}"`,
    headers: () => headersOf(object),
    refuse: (status) =>
      status === 412
        ? preconditionFailed()
        : jsonError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable'),
  })
}

const preconditionFailed = () =>
  jsonError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')

/** What a condition about the generation makes of an answer. */
function failedGeneration(search: URLSearchParams, object: StoredObject): 304 | 412 | undefined {
  const present = { ifGeneration: generationOf(object), ifMetageneration: '1' }
  for (const [name, value] of Object.entries(present)) {
    if ((search.get(`${name}Match`) ?? value) !== value) return 412
    if (search.get(`${name}NotMatch`) === value) return 304
  }
  return undefined
}
