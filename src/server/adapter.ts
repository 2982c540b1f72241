import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type Incoming } from '../engine/http/exchange.ts'
import { isAnnouncedOver, readBody } from './body.ts'
import type { Connection, Connections } from './connections.ts'
import type { Guard, Target } from './guard.ts'
import { inspectorAnswer, isOfPage } from './inspector.ts'
import type { Limits } from './limits.ts'
import { sendStream } from './stream.ts'

/** What answers: the mock. */
export interface Responder {
  respond(incoming: Incoming): Promise<Answer>
}

/** What is added to an answer on its way. */
interface Added {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whether the connection ends with it. */
  readonly isLast?: boolean
}

/** Translates between node:http and the mock. */
export class Adapter {
  constructor(
    readonly mock: Responder,
    readonly guard: Guard,
    readonly connections: Connections,
    readonly limits: Limits,
    readonly log: (message: string) => void,
  ) {}

  /**
   * Sees that a request is answered, whatever goes wrong.
   *
   * @param waits whether the client sends its body only when told to: `Expect: 100-continue`
   */
  serve(request: IncomingMessage, response: ServerResponse, waits: boolean): void {
    const connection = this.connections.of(request.socket)
    if (!connection || connection.isRefused) return
    connection.newest = response
    this.#answer(connection, request, response, waits).catch((error) => {
      const path = request.url?.replace(/[?#].*/s, '')
      this.log(`${request.method} ${path} failed: ${String(error?.stack ?? error)}`)
      if (response.headersSent) response.destroy()
      else this.send(connection, response, errorResponse(apiErrors.bug()))
    })
  }

  async #answer(
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
    waits: boolean,
  ): Promise<void> {
    const method = request.method ?? 'GET'
    const target = targetOf(request.url ?? '/')
    const { headers } = request
    const verdict = this.guard.judge(method, target, headers)
    let isAwaited = waits
    const isPage = !verdict.answer && isOfPage(method, target.path, headers)
    const answer =
      verdict.answer ??
      (isPage ? await inspectorAnswer(method, target.path, headers) : undefined) ??
      (await this.mock.respond({
        method,
        url: target.path,
        header: (name) => headers[name] as string | undefined,
        body: (limit) => {
          if (isAwaited && !isAnnouncedOver(request, limit)) {
            isAwaited = false
            response.writeContinue()
          }
          return readBody(request, limit)
        },
      }))
    // Whether a body that nobody asked for follows cannot be known, so nothing that follows can be read.
    this.send(connection, response, answer, { headers: verdict.headers, isLast: isAwaited })
  }

  /** Sends an answer, unless the client got another already. */
  send(connection: Connection, response: ServerResponse, answer: Answer, added: Added = {}): void {
    if (response.headersSent) return
    const { status, headers, body, close, stream } = answer
    const { socket } = response.req
    if (close === 'reset') return void socket.resetAndDestroy()
    if (close === 'empty') return void socket.destroy()
    const head: Record<string, string | number> = {}
    if (!stream && status !== 204) head['content-length'] = Buffer.byteLength(body)
    Object.assign(head, headers, added.headers)
    // A connection that ended after an earlier answer would lose those behind it.
    if (added.isLast || (this.connections.isClosing && response === connection.newest)) head.connection = 'close'
    response.sendDate = false
    response.writeHead(status, head)
    if (close === 'truncated') {
      response.write(body.slice(0, body.length / 2), () => socket.destroy())
    } else if (stream && response.req.method !== 'HEAD') {
      sendStream(response, stream, this.connections, this.limits)
    } else {
      response.end(response.req.method === 'HEAD' ? undefined : body)
    }
  }
}

/** A request may name the whole URL, as proxies are asked. */
function targetOf(url: string): Target {
  if (url.startsWith('/')) return { path: url }
  const [start, authority] = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? []
  return start === undefined ? { path: url } : { path: url.slice(start.length), authority: authority as string }
}
