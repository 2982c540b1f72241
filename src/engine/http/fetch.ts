import { apiErrors } from '../errors.ts'
import { nextTurn } from '../time/clock.ts'
import type { Answer, Incoming } from './exchange.ts'

/** A Request in the form that the engine takes. */
export function incomingOf(request: Request): Incoming {
  return {
    method: request.method,
    url: request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)).replace(/#.*/s, ''),
    header: (name) => request.headers.get(name),
    body: async (limit) => {
      const bytes = await request.arrayBuffer().catch(() => {
        throw apiErrors.bodyCut()
      })
      return bytes.byteLength > limit ? undefined : new TextDecoder().decode(bytes)
    },
  }
}

/** What the engine answers as a Response; a network error where a scripted fault resets the connection. */
export function responseOf({ method, signal }: Request, { status, headers, body, close, stream }: Answer): Response {
  if (close === 'reset' || close === 'empty') return Response.error()
  if (method === 'HEAD') return new Response(null, { status, headers })
  const content = stream ? streamed(stream, signal) : close === 'truncated' ? cut(body) : body
  return new Response(content, { status, headers })
}

/** Text that comes for as long as it is read, and the request is not aborted. */
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

/** The first half of a body, and then a failing connection. */
function cut(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2))),
    pull: async (controller) => {
      // Where a client's socket is imitated (msw 3), what is still on its way would be lost with the connection.
      await nextTurn()
      controller.error(new TypeError('terminated'))
    },
  })
}
