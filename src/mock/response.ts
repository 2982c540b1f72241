import { refusal } from '../errors.ts'
import type { Answer, Incoming } from '../handlers/exchange.ts'

/** A Request in the form that the engine takes. */
export function incomingOf(request: Request): Incoming {
  return {
    method: request.method,
    url: request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)).replace(/#.*/s, ''),
    header: (name) => request.headers.get(name),
    body: async (limit) => {
      const bytes = await request.arrayBuffer().catch(() => {
        throw refusal.bodyCut()
      })
      return bytes.byteLength > limit ? undefined : new TextDecoder().decode(bytes)
    },
  }
}

/** What the engine answers as a Response; a network error where a scripted fault resets the connection. */
export function responseOf({ method }: Request, { status, headers, body, close, stream }: Answer): Response {
  if (close === 'reset' || close === 'empty') return Response.error()
  const content = stream ? streamed(stream) : close === 'truncated' ? cut(body) : body
  return new Response(method === 'HEAD' ? null : content, { status, headers })
}

/** Text that comes for as long as it is read. */
function streamed(stream: NonNullable<Answer['stream']>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream({
    start: (controller) => {
      stop = stream((text) => controller.enqueue(encoder.encode(text)))
    },
    cancel: () => stop(),
  })
}

/** The first half of a body, and then a failing connection. */
function cut(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2))),
    pull: (controller) => controller.error(new TypeError('terminated')),
  })
}
