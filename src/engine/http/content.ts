import type { StoredObject } from '../buckets.ts'
import type { Answer, Incoming } from './exchange.ts'

type Headers = Answer['headers']

/** An answer with its length, which the answer to HEAD has too. */
export function answer(status: number, type: string, content: string | Uint8Array, headers: Headers = {}): Answer {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    status,
    headers: { 'content-type': type, 'content-length': String(bytes.length), ...headers },
    body: '',
    bytes,
  }
}

/** How a protocol answers a call for an object, aside from its bytes. */
export interface ContentOptions {
  /** The quoted entity tag. */
  readonly etag: string
  /** @param isWhole whether all bytes are sent, to which alone a checksum of the object applies */
  headers(isWhole: boolean): Headers
  refuse(status: 412 | 416): Answer
}

/** Answers with the bytes of an object, or a part of them, as Range and the If headers ask. */
export function contentOf(object: StoredObject, { header }: Incoming, options: ContentOptions): Answer {
  const { type, bytes, stored } = object
  const seconds = Math.floor(stored / 1e6)
  const { etag } = options
  const headers = { etag, 'last-modified': new Date(seconds * 1000).toUTCString(), 'accept-ranges': 'bytes' }
  const failed = failedCondition(header, etag, seconds)
  if (failed === 412) return options.refuse(412)
  if (failed === 304) return { status: 304, headers, body: '' }
  const range = isForAnother(header('if-range'), etag) ? undefined : readRange(header('range'), bytes.length)
  if (range === 'unsatisfiable') {
    const { headers: others, ...rest } = options.refuse(416)
    return { ...rest, headers: { ...others, 'content-range': `bytes */${bytes.length}` } }
  }
  if (!range) return answer(200, type, bytes, { ...headers, ...options.headers(true) })
  const [first, last] = range
  const part = { 'content-range': `bytes ${first}-${last}/${bytes.length}` }
  return answer(206, type, bytes.subarray(first, last + 1), { ...headers, ...part, ...options.headers(false) })
}

/** The first and the last byte that a Range asks for; undefined where it is none, or several, which gets all bytes. */
function readRange(
  header: string | null | undefined,
  size: number,
): readonly [number, number] | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Number(last)
  if (last !== '' && end < start && first !== '') return undefined
  return start >= size ? 'unsatisfiable' : [start, Math.min(end, size - 1)]
}

/** Tags without their quotes, which some clients leave out. */
const tagsIn = (header: string) => header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))

const names = (header: string, etag: string) =>
  tagsIn(header).some((tag) => tag === '*' || tag === etag.replaceAll('"', ''))

/** Whether a part is wanted only of another version; dates count as the present one. */
const isForAnother = (ifRange: string | null | undefined, etag: string) =>
  Boolean(ifRange) && Number.isNaN(Date.parse(ifRange as string)) && !names(ifRange as string, etag)

/** What an If header makes of an answer: tags take precedence over dates, which have seconds. */
function failedCondition(header: Incoming['header'], etag: string, stored: number): 304 | 412 | undefined {
  const [match, noneMatch] = [header('if-match'), header('if-none-match')]
  const dateOf = (name: string) => Date.parse(header(name) ?? '') / 1000
  if (match ? !names(match, etag) : stored > dateOf('if-unmodified-since')) return 412
  if (noneMatch ? names(noneMatch, etag) : stored <= dateOf('if-modified-since')) return 304
  return undefined
}
