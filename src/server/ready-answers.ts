import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers'

/** How many answers wait for each other at most. */
const most = 32

/** A whole answer, as it is written to the socket. */
interface Ready {
  readonly response: ServerResponse
  readonly text: string
  readonly encoding: 'latin1' | 'utf8'
}

/**
 * Short answers that are ready. They are written once every request that had come was received, not one by one: each
 * write wakes a client, so that a create on many connections takes a fifth less time.
 */
export class ReadyAnswers {
  #ready: Ready[] = []

  add(response: ServerResponse, text: string, encoding: Ready['encoding']): void {
    this.#ready.push({ response, text, encoding })
    if (this.#ready.length === 1) setImmediate(this.write)
    else if (this.#ready.length === most) this.write()
  }

  /** Writes them now, before what must come after them. */
  readonly write = (): void => {
    if (this.#ready.length === 0) return
    const ready = this.#ready
    this.#ready = []
    for (const { response, text, encoding } of ready) {
      // Its client may have left.
      if (response.destroyed) continue
      response.socket?.write(text, encoding)
      // Without this, Node would read a request without a body to its end, in four turns with events that nobody waits for.
      if (!hasBody(response.req)) (response.req as { _consuming?: boolean })._consuming = true
      // Nothing more is sent by it. The event lets Node go on with the connection.
      response.destroyed = true
      response.emit('finish')
    }
  }
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
