import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiErrors } from '../engine/errors.ts'
import { decodeBody } from '../engine/http/parse.ts'
import type { Connection, Head } from './connections.ts'

/** The body of a request, which is read when it is asked for. */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #connection: Connection
  readonly #header: Head['header']
  #isPending: boolean

  /** @param isPending whether the client sends it after 100 Continue only */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    { header }: Head,
    isPending: boolean,
  ) {
    this.#request = request
    this.#response = response
    this.#connection = connection
    this.#header = header
    this.#isPending = isPending
  }

  /** Whether the client was not told to send it: it may send it or not, so what follows cannot be parsed. */
  get isPending(): boolean {
    return this.#isPending
  }

  /**
   * The text; undefined as soon as it is longer than the limit: the rest is discarded. Takes the bytes where the parser
   * hands them over, since a stream takes as long for a short body as all else that a call does. No listener is added to
   * the request: V8 keeps its listeners, and all they refer to, until all memory is searched for what is unused.
   */
  read(limit: number): Promise<string | undefined> {
    const request = this.#request
    const isAnnouncedOver = Number(this.#header('content-length')) > limit
    if (this.#isPending && !isAnnouncedOver) {
      this.#isPending = false
      this.#response.writeContinue()
    }
    return new Promise((resolve, reject) => {
      if (isAnnouncedOver) resolve(undefined)
      const connection = this.#connection
      const header = this.#header
      const chunks: Buffer[] = []
      let size = 0
      const add = (chunk: Buffer) => {
        size += chunk.length
        if (size <= limit) chunks.push(chunk)
        else {
          chunks.length = 0
          resolve(undefined)
        }
      }
      const end = () => {
        connection.cut = undefined
        try {
          resolve(decodeBody(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks), header))
        } catch (error) {
          reject(error)
        }
      }
      // What came before this call is in the stream.
      while (request.readableLength > 0) add(request.read())
      if (request.complete) return end()
      connection.cut = () => reject(apiErrors.bodyCut())
      request.push = (chunk: Buffer | null) => {
        if (chunk) add(chunk)
        else end()
        return true
      }
      // Lets the bytes come, and Node know that somebody takes them.
      request.read(0)
    })
  }
}
