import { apiErrors, UsageError } from '../errors.ts'
import { kindOf, shownUrl } from '../messages.ts'
import { nextTurn } from '../time/clock.ts'
import type { Answer, Incoming, ObjectStore } from './exchange.ts'
import { decodeBody } from './parse.ts'

/**
 * The request that `fetch(input, init)` means.
 *
 * @param base the URL that a path, such as `/users`, belongs to
 * @throws an Error if the input is no URL, path or Request
 */
export function requestOf(input: Request | string | URL, init: RequestInit | undefined, base: string): Request {
  if (typeof input === 'string' || input instanceof URL) {
    if (typeof input !== 'string' || /^https?:/i.test(input)) return new Request(input, init)
    if (URL.canParse(input, base)) return new Request(new URL(input, base), init)
    throw new UsageError(`Failed to call the mock: ${shownUrl(input)} is no URL, and no path such as "/users".`)
  }
  if (typeof input !== 'object' || input === null) {
    throw new UsageError(`Failed to call the mock: it takes a URL, a path or a Request, got ${kindOf(input)}.`)
  }
  return init ? new Request(input, init) : input
}

/** Converts a Request for the router. */
export function incomingOf(request: Request, store?: ObjectStore): Incoming {
  const header = (name: string) => request.headers.get(name)
  // The URL of a Request is normalised, and has no user or password.
  const { url } = request
  const path = url.indexOf('/', url.indexOf('//') + 2)
  const hash = url.indexOf('#', path)
  return {
    store,
    method: request.method,
    url: hash < 0 ? url.slice(path) : url.slice(path, hash),
    origin: url.slice(0, path),
    header,
    headers: () => Object.fromEntries(request.headers),
    body: async (limit) => {
      const bytes = await request.arrayBuffer().catch(() => {
        throw apiErrors.bodyCut()
      })
      return bytes.byteLength > limit ? undefined : decodeBody(new Uint8Array(bytes), header)
    },
  }
}

/** Converts an answer to a Response; a network error if a scripted fault closes the connection without an answer. */
export function responseOf(
  { method, signal }: Request,
  { status, headers, body, bytes, close, stream }: Answer,
): Response {
  if (close === 'reset' || close === 'empty') return Object.assign(Response.error(), causes[close])
  if (method === 'HEAD' || status === 304) return new Response(null, { status, headers })
  if (close === 'truncated')
    return new Response(cut(body), { status, headers: { ...headers, 'content-length': lengthOf(body) } })
  if (stream) return new Response(streamed(stream, signal), { status, headers })
  return new Response((bytes as Uint8Array<ArrayBuffer> | undefined) ?? body, { status, headers })
}

/** What Node's fetch gives as the cause of the error of a closed connection; msw makes the Response the cause. */
const causes = {
  reset: { message: 'read ECONNRESET', code: 'ECONNRESET' },
  empty: { message: 'other side closed', code: 'UND_ERR_SOCKET' },
} as const

/** A body that streams until it is cancelled or the request is aborted. */
function streamed(stream: NonNullable<Answer['stream']>, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream({
    start: (controller) => {
      stop = stream((text) => controller.enqueue(encoder.encode(text)))
      const abort = () => {
        stop()
        controller.error(signal.reason)
      }
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
    },
    cancel: () => stop(),
  })
}

/** In bytes, without which a client cannot tell that a body is cut. */
const lengthOf = (body: string) => String(new TextEncoder().encode(body).length)

/** A body that fails after its first half. */
function cut(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2))),
    pull: async (controller) => {
      // msw 3 imitates the client's socket, and would drop the data that was not yet delivered with the connection.
      await nextTurn()
      controller.error(new TypeError('terminated', { cause: Object.assign(new Error(), causes.empty) }))
    },
  })
}
