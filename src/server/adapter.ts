import { type IncomingMessage, type ServerResponse, STATUS_CODES, validateHeaderValue } from 'node:http'
import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type Responder } from '../engine/http/exchange.ts'
import { pathOf } from '../engine/http/url.ts'
import { stackOf } from '../engine/thrown.ts'
import type { Connection, Connections, Head } from './connections.ts'
import type { Guard, Target } from './guard.ts'
import { inspectorAnswer, isOfPage } from './inspector.ts'
import type { Limits } from './limits.ts'
import { protectiveHeaders } from './protective-headers.ts'
import { ReadyAnswers } from './ready-answers.ts'
import { RequestBody } from './request-body.ts'
import { sendStream } from './stream.ts'

/** What the server adds to an answer. */
interface SendOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whether the connection is closed after it. */
  readonly isLast?: boolean
}

/** How answers with the same headers begin. */
interface Begun extends Pick<Answer, 'headers'> {
  readonly text: string
}

/** Added to the API's 404 of `/`: in a header, because the body is recorded, and the same through each entry point. */
const linkToIndex = { link: '</_mock>; rel="index"' }

/** Translates between node:http and the mock. */
export class Adapter {
  #head: Head | undefined
  /** How the last answer of each status began. */
  readonly #begun = new Map<number, Begun>()
  readonly ready = new ReadyAnswers()

  constructor(
    readonly mock: Responder,
    readonly guard: Guard,
    readonly connections: Connections,
    readonly limits: Limits,
    readonly log: (message: string) => void,
  ) {}

  /**
   * Answers a request, at once if nothing is to be waited for; an unexpected error is logged and answered with 500.
   *
   * @param expectsContinue whether the client sends its body after 100 Continue only
   */
  serve(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const connection = this.connections.of(request.socket)
    if (!connection || connection.isRefused) return
    connection.newest = response
    const fail = (error: unknown) => {
      this.log(`${request.method} ${pathOf(request.url ?? '')} failed: ${stackOf(error)}`)
      if (response.headersSent) response.destroy()
      else this.send(connection, response, errorResponse(apiErrors.bug()))
    }
    try {
      const head = (this.#head = connection.head = this.#headOf(connection, request))
      const method = request.method ?? 'GET'
      const target = targetOf(request.url ?? '/')
      const verdict = this.guard.check(method, target, head.headers)
      const body = new RequestBody(request, response, connection, head, expectsContinue)
      const send = (answer: Answer) => {
        const isLost = answer.status === 404 && target.path === '/' && !this.guard.bound.store
        const headers = isLost ? { ...verdict.headers, ...linkToIndex } : verdict.headers
        this.send(connection, response, answer, { headers, isLast: body.isPending })
      }
      const answer = verdict.answer ?? this.#answer(method, target.path, head, body)
      if (answer instanceof Promise) answer.then(send).catch(fail)
      else send(answer)
    } catch (error) {
      fail(error)
    }
  }

  #answer(method: string, path: string, head: Head, body: RequestBody): Answer | Promise<Answer> {
    const { store } = this.guard.bound
    const { origin, header, headers } = head
    const respond = () =>
      this.mock.respond({
        store,
        method,
        url: path,
        origin,
        header,
        headers: head.all,
        body: (limit) => body.read(limit),
      })
    if (store || !isOfPage(method, path, headers)) return respond()
    return inspectorAnswer(method, path, headers).then((answer) => answer ?? respond())
  }

  /** The head of a request: that of the one before, on its connection or on another one, if it is the same. */
  #headOf({ head }: Connection, { rawHeaders: raw, headers }: IncomingMessage): Head {
    if (isHead(head, raw)) return head
    if (isHead(this.#head, raw)) return this.#head
    const { host } = headers
    const header = (name: string) => headers[name] as string | undefined
    return { raw, headers, header, all: () => headers, origin: host ? ['http://', host].join('') : undefined }
  }

  /** An answer until the length of its body: many in a row begin with the same text. */
  #begin(status: number, headers: Answer['headers']): string {
    const last = this.#begun.get(status)
    if (last?.headers === headers) return last.text
    const all = Object.entries({ ...protectiveHeaders, ...headers })
    for (const [name, value] of all) validateHeaderValue(name, value)
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...all.map(([name, value]) => `${name}: ${value}`),
      'Connection: keep-alive',
      `Keep-Alive: timeout=${Math.floor(this.limits.keepAliveTimeout / 1000)}`,
      'content-length: ',
    ]
    const text = lines.join('\r\n')
    this.#begun.set(status, { headers, text })
    return text
  }

  /** Sends an answer, unless another one was sent. */
  send(connection: Connection, response: ServerResponse, answer: Answer, options: SendOptions = {}): void {
    if (response.headersSent || response.destroyed) return
    // Then an earlier answer on its connection is not written yet.
    if (!response.socket) this.ready.write()
    const { status, headers, body, bytes, close, stream } = answer
    const { socket } = response.req
    if (close === 'reset') return void socket.resetAndDestroy()
    if (close === 'empty') return void socket.destroy()
    const length = bytes?.length ?? Buffer.byteLength(body)
    // What is ASCII is written sooner as Latin-1.
    const encoding = length === body.length ? 'latin1' : 'utf8'
    const all = options.headers ? { ...headers, ...options.headers } : headers
    // Closing after an earlier answer would lose the answers to pipelined requests.
    const isLast = options.isLast || (this.connections.isClosing && response === connection.newest)
    const hasLength = !stream && status !== 204 && status !== 304 && !('content-length' in all)
    const isShort = length <= pieceSize && !bytes
    if (STATUS_CODES[status] && isShort && hasLength && !isLast && !close && isPlain(response)) {
      // In one piece to the socket, which takes a fifth less than through the response.
      const text = `${this.#begin(status, all)}${length}\r\n\r\n${body}`
      this.ready.add(response, text, encoding)
      return
    }
    const head: (string | number)[] = Object.entries({ ...protectiveHeaders, ...all }).flat()
    if (hasLength) head.push('content-length', length)
    if (isLast) head.push('connection', 'close')
    response.sendDate = false
    response.writeHead(status, head)
    if (close === 'truncated') {
      response.write(body.slice(0, body.length / 2), () => socket.destroy())
    } else if (stream && response.req.method !== 'HEAD') {
      sendStream(response, stream, this.connections, this.limits)
    } else if (response.req.method === 'HEAD') {
      response.end()
    } else if (length <= pieceSize) {
      if (bytes) response.end(bytes)
      else response.end(body, encoding)
    } else {
      const pieces = Buffer.from(bytes ?? body)
      this.connections.addWaiting(response, pieces.length)
      sendPieces(response, pieces)
    }
  }
}

/** Whether a response may be followed by others, has a body, and comes next on its connection. */
const isPlain = ({ socket, shouldKeepAlive, req }: ServerResponse) =>
  socket?.writable && shouldKeepAlive && req.httpVersion === '1.1' && req.method !== 'HEAD'

/** Answers that are larger are sent in pieces, so that it shows how far a client has read. */
const pieceSize = 64 * 1024

/** Sends a body piece by piece, each after the client has read those before. */
function sendPieces(response: ServerResponse, body: Buffer): void {
  let sent = 0
  const send = () => {
    let isFull = false
    while (sent < body.length && !isFull) {
      isFull = !response.write(body.subarray(sent, sent + pieceSize))
      sent += pieceSize
    }
    if (sent < body.length) response.once('drain', send)
    else response.end()
  }
  send()
}

const isHead = (head: Head | undefined, raw: readonly string[]): head is Head =>
  head?.raw.length === raw.length && raw.every((text, i) => text === head.raw[i])

/** Path and authority of a request target, which may be a whole URL, as a proxy gets it. */
function targetOf(url: string): Target {
  if (url.startsWith('/')) return { path: url }
  const [origin, authority] = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? []
  return origin === undefined ? { path: url } : { path: url.slice(origin.length), authority: authority as string }
}
