import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import * as z from 'zod'
import { parseInstant } from '../engine/time/instant.ts'
import type { RecordedBody, RecordedCall } from './call.ts'
import { parseJson } from './json.ts'

/** Headers as HAR has them, and as pairs. */
const headers = z
  .array(
    z.union([
      z.object({ name: z.string(), value: z.coerce.string() }),
      z.tuple([z.string(), z.coerce.string()]).transform(([name, value]) => ({ name, value })),
    ]),
  )
  .transform(
    (all) => new Map(all.flatMap(({ name, value }) => (name.startsWith(':') ? [] : [[name.toLowerCase(), value]]))),
  )
  .catch(() => new Map<string, string>())

const content = z
  .object({
    text: z.string().optional(),
    encoding: z.string().optional(),
    params: z.array(z.unknown()).optional(),
    size: z.number().optional(),
    mimeType: z.string().optional(),
  })
  .optional()
  .catch(undefined)

/** One entry of HAR 1.2, as far as it is read, with what tools add. */
const Entry = z.object({
  startedDateTime: z.string(),
  time: z.number().catch(0),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers,
    bodySize: z.number().optional().catch(undefined),
    postData: content,
    _failureText: z.unknown().optional(),
  }),
  response: z.object({
    status: z.number().catch(0),
    headers,
    content,
    bodySize: z.number().optional().catch(undefined),
    _error: z.unknown().optional(),
    _failureText: z.unknown().optional(),
  }),
  _error: z.unknown().optional(),
  _failureText: z.unknown().optional(),
})
type Content = z.output<typeof content>

/** The limit of a body, in characters: more than any answer of an API has. */
const longestBody = 4 * 1024 * 1024

/** Reads an entry of HAR 1.2; undefined if it is none. */
export function readEntry(given: unknown, place: string): RecordedCall | undefined {
  const entry = Entry.safeParse(given).data
  const url = entry && URL.canParse(entry.request.url) ? new URL(entry.request.url) : undefined
  const at = entry && parseInstant(entry.startedDateTime)
  if (!entry || !url || at === undefined) return undefined
  const { request, response } = entry
  const failure =
    [entry, request, response].find((one) => one._failureText) ??
    [entry, response].find((one) => '_error' in one && one._error)
  const status = failure ? 0 : response.status
  return {
    place,
    at,
    end: at + Math.max(0, entry.time) * 1000,
    serverTime: dateIn(response.headers.get('date')),
    method: request.method.toUpperCase(),
    host: url.host,
    path: url.pathname,
    query: url.search,
    headers: request.headers,
    body: requestBody(request.postData, request.bodySize, request.method),
    status,
    answer: bodyOf(response.content, response.headers.get('content-encoding')),
    length: response.content?.text?.length ?? 0,
    ...skipOf(request.method.toUpperCase(), status),
  }
}

function skipOf(method: string, status: number): { readonly skipped?: string } {
  if (status === 0) return { skipped: 'there was no answer' }
  if (method === 'OPTIONS' || method === 'HEAD') return { skipped: `${method} is no call of the API` }
  if (status < 200 || (status >= 300 && status < 400))
    return { skipped: `the status ${status} has no answer of the API` }
  return {}
}

/** Dates of HTTP, which have whole seconds. */
function dateIn(header: string | undefined): number | undefined {
  const milliseconds = Date.parse(header ?? '')
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000
}

function requestBody(data: Content, size: number | undefined, method: string): RecordedBody {
  if (data?.text !== undefined) return bodyOf(data, undefined)
  if (data?.params?.length) return { unread: 'it is recorded as form parameters' }
  return method === 'POST' && (size ?? 0) > 0 ? { unread: 'it was not recorded' } : { isEmpty: true }
}

function bodyOf(data: Content, coding: string | undefined): RecordedBody {
  // No text means "not seen": tools leave large bodies out.
  if (data?.text === undefined) return { unread: 'it was not recorded' }
  if (data.text === '') return (data.size ?? 0) > 0 ? { unread: 'it was not recorded' } : { isEmpty: true }
  if (data.text.length > longestBody) return { unread: 'it is too long' }
  const text = data.encoding === 'base64' ? decoded(Buffer.from(data.text, 'base64'), coding) : data.text
  if (text === undefined) return { unread: 'its compression is not understood' }
  const parsed = parseJson(text)
  if (parsed) return { json: parsed.value }
  const isCut = (data.size ?? 0) > text.length || /^\s*[[{]/.test(text)
  return { unread: isCut ? 'it is cut, or no JSON' : 'it is no JSON' }
}

/** The text of a body, decompressed where a tool has left it compressed. */
function decoded(bytes: Buffer, coding: string | undefined): string | undefined {
  const limit = { maxOutputLength: longestBody }
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, limit).toString()
    const text = bytes.toString()
    if (!coding || parseJson(text)) return text
    if (coding === 'br') return brotliDecompressSync(bytes, limit).toString()
    if (coding === 'deflate') return inflateSync(bytes, limit).toString()
    return text
  } catch {
    return undefined
  }
}
