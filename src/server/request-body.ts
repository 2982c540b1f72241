import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiErrors } from '../engine/errors.ts'
import { decodeBody } from '../engine/http/parse.ts'
import type { Head } from './connections.ts'

/** The body of a request, which is read when it is asked for. */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #head: Head
  #isPending: boolean

  /** @param isPending whether the client sends it after 100 Continue only */
  constructor(request: IncomingMessage, response: ServerResponse, head: Head, isPending: boolean) {
    this.#request = request
    this.#response = response
    this.#head = head
    this.#isPending = isPending
  }

  /** Whether the client was not told to send it: it may send it or not, so what follows cannot be parsed. */
  get isPending(): boolean {
    return this.#isPending
  }

  /** The text; undefined if it is longer than the limit. */
  async read(limit: number): Promise<string | undefined> {
    if (this.#isPending && !isAnnouncedOver(this.#request, limit)) {
      this.#isPending = false
      this.#response.writeContinue()
    }
    const bytes = await readBytes(this.#request, limit)
    return bytes && decodeBody(bytes, this.#head.header)
  }
}

/** Whether Content-Length says that the body is longer than the limit. */
const isAnnouncedOver = (request: IncomingMessage, limit: number) => Number(request.headers['content-length']) > limit

/** The body; undefined as soon as it is longer than the limit: the rest is discarded. */
function readBytes(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    if (isAnnouncedOver(request, limit)) resolve(undefined)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        chunks.length = 0
        resolve(undefined)
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.on('error', () => reject(apiErrors.bodyCut()))
    request.on('close', () => {
      // Only where it is needed: every request closes, and making an error costs as much as reading the body.
      if (!request.readableEnded) reject(apiErrors.bodyCut())
    })
  })
}
