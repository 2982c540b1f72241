import { apiErrors } from '../errors.ts'
import { nextTurn } from '../time/clock.ts'
import type { Answer, Incoming } from './exchange.ts'
import { decodeBody } from './parse.ts'

/** Converts a Request for the router. */
export function incomingOf(request: Request): Incoming {
  const header = (name: string) => request.headers.get(name)
  return {
    method: request.method,
    url: request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)).replace(/#.*/s, ''),
    header,
    body: async (limit) => {
      const bytes = await request.arrayBuffer().catch(() => {
        throw apiErrors.bodyCut()
      })
      return bytes.byteLength > limit ? undefined : decodeBody(new Uint8Array(bytes), header)
    },
  }
}

/** Converts an answer to a Response; a network error if a scripted fault closes the connection without an answer. */
export function responseOf({ method, signal }: Request, { status, headers, body, close, stream }: Answer): Response {
  if (close === 'reset' || close === 'empty') return Response.error()
  if (method === 'HEAD') return new Response(null, { status, headers })
  const content = stream ? streamed(stream, signal) : close === 'truncated' ? cut(body) : body
  return new Response(content, { status, headers })
}

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

/** A body that fails after its first half. */
function cut(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2))),
    pull: async (controller) => {
      // msw 3 imitates the client's socket, and would drop the data that was not yet delivered with the connection.
      await nextTurn()
      controller.error(new TypeError('terminated'))
    },
  })
}
