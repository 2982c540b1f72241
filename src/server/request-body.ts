import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiErrors } from '../engine/errors.ts'
import { decodeBody } from '../engine/http/parse.ts'
import type { Connection, Head } from './connections.ts'

/**
 * The body of a request, which is read when it is asked for. Its bytes are taken where the parser hands them over, since
 * a stream takes as long for a short body as all else that a call does. No listener is added to the request, and no array
 * made for one chunk: V8 allocates them among the objects that it searches seldom for unused ones, and until then they
 * keep all that they refer to.
 */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #connection: Connection
  readonly #header: Head['header']
  #isPending: boolean
  #limit = 0
  #size = 0
  #first: Buffer | undefined
  #rest: Buffer[] | undefined
  #resolve: (text: string | undefined) => void = ignore
  #reject: (error: unknown) => void = ignore

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

  /** The text; undefined as soon as it is longer than the limit: the rest is discarded. */
  read(limit: number): Promise<string | undefined> {
    const text = new Promise<string | undefined>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#limit = limit
    if (Number(this.#header('content-length')) > limit) this.#resolve(undefined)
    else if (this.#isPending) {
      this.#isPending = false
      this.#response.writeContinue()
    }
    const request = this.#request
    // What came before this call is in the stream.
    while (request.readableLength > 0) this.#add(request.read())
    if (request.complete) this.#end()
    else if (request.socket.destroyed) this.cut()
    else {
      this.#connection.reading = this
      request.push = RequestBody.#pushTo(this)
      // Lets the bytes come, and Node know that somebody takes them.
      request.read(0)
    }
    return text
  }

  /**
   * What the parser calls with each piece, and with null at the end. V8 takes a function that is assigned to a property
   * where it is written for a method that stays, and allocates it so that it keeps what it refers to.
   */
  static #pushTo(body: RequestBody): IncomingMessage['push'] {
    return (chunk: Buffer | null) => {
      if (chunk) body.#add(chunk)
      else body.#end()
      return true
    }
  }

  /** Ends the reading, because the connection was closed. */
  cut(): void {
    this.#reject(apiErrors.bodyCut())
  }

  #add(chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#limit) {
      this.#first = this.#rest = undefined
      this.#resolve(undefined)
    } else if (!this.#first) this.#first = chunk
    else if (this.#rest) this.#rest.push(chunk)
    else this.#rest = [chunk]
  }

  #end(): void {
    // A body that is read late may be whole while that of a later request is read.
    if (this.#connection.reading === this) this.#connection.reading = undefined
    try {
      const first = this.#first ?? noBytes
      const bytes = this.#rest ? Buffer.concat([first, ...this.#rest]) : first
      // The connection keeps this until its next request.
      this.#first = this.#rest = undefined
      this.#resolve(decodeBody(bytes, this.#header))
    } catch (error) {
      this.#reject(error)
    }
  }
}

const noBytes = Buffer.alloc(0)
const ignore = () => {}
