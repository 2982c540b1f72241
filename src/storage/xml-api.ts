import type { StoredObject } from '../engine/buckets.ts'
import { answer, contentOf } from '../engine/http/content.ts'
import type { Answer, Incoming } from '../engine/http/exchange.ts'
import { pathOf, searchOf } from '../engine/http/url.ts'
import { textOfBase64, textToBase64 } from './bytes.ts'
import { bucketInHost, decoded, regionIn } from './hosts.ts'
import { pageOf } from './listing.ts'
import type { StoredObjects } from './objects.ts'
import { element, elements, type Xml, xmlDocument } from './xml.ts'

/** What differs between S3 and the XML API of Google, which imitates it. */
export interface XmlTraits {
  readonly namespace: string
  /** Headers of an object, in addition to those of HTTP. */
  headers(object: StoredObject, incoming: Incoming, isWhole: boolean): Answer['headers']
}

/** A call, read. */
interface Call {
  readonly incoming: Incoming
  readonly objects: StoredObjects
  readonly traits: XmlTraits
  readonly search: URLSearchParams
  readonly hostname: string
}

/** Parts of a bucket or an object that real stores have, and this one has not. */
const notOffered: ReadonlySet<string> = new Set(
  (
    'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging ' +
    'metrics notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock replication ' +
    'requestPayment restore retention select tagging torrent uploadId uploads versions website'
  ).split(' '),
)

/** Parameters that replace a header of an answer. */
const replacedHeader = /^response-(cache-control|content-(?:disposition|encoding|language|type)|expires)$/

const mostKeys = 1000

/** Answers a call of S3, or of Google's XML API: whatever reads buckets and objects, in path style or by the host. */
export function answerXml(incoming: Incoming, objects: StoredObjects, traits: XmlTraits): Answer {
  const origin = incoming.origin ?? ''
  const hostname = URL.canParse(origin) ? new URL(origin).hostname : ''
  const inHost = bucketInHost(hostname, (name) => objects.bucket(name) !== undefined)
  const path = decoded(pathOf(incoming.url))
  if (path === undefined) return xmlError(400, 'InvalidURI', 'The path has an escape that is no UTF-8.')
  const [, first = '', inPath = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? []
  const [bucket, key] = inHost === undefined ? [first, inPath] : [inHost, path.slice(1)]
  const call = { incoming, objects, traits, search: searchOf(incoming.url), hostname }

  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
    return xmlError(
      405,
      'MethodNotAllowed',
      `${incoming.method} is not offered: only results are published to these buckets.`,
    )
  }
  const part = [...call.search.keys()].find((name) => notOffered.has(name))
  if (part !== undefined)
    return xmlError(501, 'NotImplemented', `"${part}" is not offered: objects can be read and listed.`)
  if (bucket === '') return answerBuckets(call)
  if (!objects.bucket(bucket)) {
    return xmlError(404, 'NoSuchBucket', 'The specified bucket does not exist: no storage config names it.', {
      BucketName: bucket,
    })
  }
  return key === '' ? answerBucket(call, bucket) : answerObject(call, bucket, key)
}

/** An error of S3; a HEAD gets its status alone. */
export const xmlError = (
  status: number,
  Code: string,
  Message: string,
  details: Readonly<Record<string, string>> = {},
) => ({
  ...answer(status, 'application/xml', xmlDocument('Error', elements({ Code, Message, ...details }))),
  error: Code,
})

const owner = elements({ ID: 'ricloud-mock', DisplayName: 'ricloud-mock' })

const document = ({ traits }: Call, name: string, content: Xml | readonly Xml[], headers?: Answer['headers']) =>
  answer(200, 'application/xml', xmlDocument(name, content, traits.namespace), headers)

function answerBuckets(call: Call): Answer {
  const buckets = call.objects
    .buckets()
    .map(({ name, created }) => element('Bucket', elements({ Name: name, CreationDate: created })))
  return document(call, 'ListAllMyBucketsResult', elements({ Owner: owner, Buckets: buckets }))
}

function answerBucket(call: Call, bucket: string): Answer {
  const { search, incoming, hostname } = call
  const region = { 'x-amz-bucket-region': regionIn(hostname) }
  if (incoming.method === 'HEAD') return answer(200, 'application/xml', '', region)
  // The first region has no name there (documented).
  if (search.has('location')) return document(call, 'LocationConstraint', elements({}), region)
  if (search.has('versioning')) return document(call, 'VersioningConfiguration', elements({}), region)
  return answerList(call, bucket, region)
}

function answerList(call: Call, bucket: string, headers: Answer['headers']): Answer {
  const { search, objects } = call
  const given = (name: string) => search.get(name) ?? ''
  const type = given('list-type')
  const isSecond = type === '2'
  if (type !== '' && !isSecond) return invalid('list-type', type)
  const most = given('max-keys')
  if (!/^\d*$/.test(most)) return invalid('max-keys', most)
  const limit = most === '' ? mostKeys : Math.min(mostKeys, Number(most))
  const encoding = search.get('encoding-type') ?? undefined
  if (encoding !== undefined && encoding !== 'url') return invalid('encoding-type', encoding)
  const token = isSecond ? (search.get('continuation-token') ?? undefined) : undefined
  const marker = token === undefined ? (isSecond ? '' : given('marker')) : textOfBase64(token)
  if (marker === undefined || (token !== undefined && marker === '')) return invalid('continuation-token', token ?? '')
  // Documented: start-after is a key, and keys after it are listed, if only as a common prefix; beside a token it is
  // ignored. A marker ends the whole common prefix that it is or lies in (observed by the tests of LocalStack).
  const after = isSecond && token === undefined ? given('start-after') : ''

  const [prefix, delimiter] = [given('prefix'), given('delimiter')]
  const page = pageOf(objects.list(bucket), { prefix, delimiter, marker, after, limit })
  const { next } = page
  const shown = (text: string) => (encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text)
  const optional = (text: string | undefined) => (text === undefined || text === '' ? undefined : shown(text))
  const isOwned = !isSecond || given('fetch-owner') === 'true'
  const paging = isSecond
    ? {
        KeyCount: page.objects.length + page.prefixes.length,
        ContinuationToken: token,
        NextContinuationToken: next === undefined ? undefined : textToBase64(next),
        StartAfter: optional(after),
      }
    : { Marker: shown(given('marker')), NextMarker: delimiter === '' ? undefined : optional(next) }
  const contents = page.objects.map((object) =>
    element(
      'Contents',
      elements({
        Key: shown(object.key),
        LastModified: new Date(object.stored / 1000).toISOString(),
        ETag: etagOf(object),
        Size: object.bytes.length,
        Owner: isOwned ? owner : undefined,
        StorageClass: 'STANDARD',
      }),
    ),
  )
  const head = elements({
    Name: bucket,
    Prefix: shown(prefix),
    Delimiter: optional(delimiter),
    MaxKeys: limit,
    EncodingType: optional(encoding),
    IsTruncated: next !== undefined,
    ...paging,
  })
  const prefixes = page.prefixes.map((name) => element('CommonPrefixes', elements({ Prefix: shown(name) })))
  return document(call, 'ListBucketResult', [head, ...contents, ...prefixes], headers)
}

const invalid = (name: string, value: string) =>
  xmlError(400, 'InvalidArgument', `The value of ${name} is invalid.`, { ArgumentName: name, ArgumentValue: value })

const etagOf = ({ md5 }: StoredObject) => `"${md5}"`

function answerObject({ incoming, objects, traits, search }: Call, bucket: string, key: string): Answer {
  const version = search.get('versionId') ?? 'null'
  if (version !== 'null') return xmlError(404, 'NoSuchVersion', 'The specified version does not exist.', { Key: key })
  const object = objects.get(bucket, key)
  if (!object) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })
  const replaced = [...search].flatMap(([name, value]) => {
    const header = replacedHeader.exec(name)?.[1]
    return header === undefined ? [] : [[header, value] as const]
  })
  const broken = replaced.find(([, value]) => !/^[\x20-\x7e]*$/.test(value))
  if (broken) return invalid(`response-${broken[0]}`, broken[1])
  return contentOf(object, incoming, {
    etag: etagOf(object),
    headers: (isWhole) => ({ ...traits.headers(object, incoming, isWhole), ...Object.fromEntries(replaced) }),
    refuse: (status) =>
      status === 412
        ? xmlError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
        : xmlError(416, 'InvalidRange', 'The requested range is not satisfiable'),
  })
}
