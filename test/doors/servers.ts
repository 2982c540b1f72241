import { connect, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import type { Responder } from '../../src/engine/http/exchange.ts'
import { createMock } from '../../src/index.ts'
import { type Limits, limits } from '../../src/server/limits.ts'
import { listen } from '../../src/server/listen.ts'
import { type RuleOptions, readRules } from '../../src/server/rules.ts'
import { type ServeOptions, serve } from '../../src/standalone.ts'
import { bounded } from '../support/wait.ts'
import { frozen } from './frozen.ts'
import { exchange, type RawAnswer, type RawRequest, written } from './raw.ts'

export const token = 'ricloud-mock-token'
export const authorised = { authorization: `Token ${token}` }

/** What runs is ended after each test. */
const running = new Set<() => unknown>()
afterEach(async () => {
  await Promise.all([...running].map((end) => end()))
  running.clear()
})

/** A server as everybody starts it, on a free port. */
export async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, ...frozen, ...options })
  // A strict one rejects; whether it does is for the test to say.
  running.add(() => server.close({ now: true }).catch(() => {}))
  return server
}

/** A server with limits of its own, and what it logged; it answers from a mock unless something else is given. */
export async function limited(
  changes: Partial<Limits> = {},
  mock: Responder = createMock(frozen),
  rules: RuleOptions = {},
) {
  const logged: string[] = []
  const log = (message: string) => void logged.push(message)
  const server = await listen(mock, { host: '127.0.0.1', port: 0 }, readRules(rules), log, { ...limits, ...changes })
  running.add(() => server.close({ now: true }))
  return { ...server, logged }
}

/** Sends one request as it is, with a token of the mock unless it has another, and gives the answer. */
export async function ask(
  { url }: { readonly url: string },
  method: string,
  target: string,
  headers: RawRequest['headers'] = {},
  body?: string,
): Promise<RawAnswer> {
  const request = { headers: { ...authorised, ...headers }, ...(body !== undefined && { body }) }
  const [answer] = await exchange(url, written(method, target, request), 1, method === 'HEAD')
  return answer as RawAnswer
}

export const statusOf = async (answer: Promise<RawAnswer>) => (await answer).status

/** The error in an answer, with its status. */
export async function errorOf(answer: Promise<RawAnswer>): Promise<readonly [status: number, error: string]> {
  const { status, body } = await answer
  return [status, JSON.parse(body).error]
}

/** A connection on which a test writes as it likes. */
export class Line {
  received = ''
  readonly socket: Socket
  readonly #closed: Promise<void>

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect(Number(port), hostname).setEncoding('latin1')
    this.socket.on('error', () => {})
    this.#closed = new Promise((closed) => this.socket.on('close', () => closed()))
    this.socket.on('data', (text: unknown) => (this.received += String(text)))
    running.add(() => this.socket.destroy())
  }

  write(bytes: string | Uint8Array): this {
    this.socket.write(bytes)
    return this
  }

  /** Resolves to what was received, once it holds this. */
  async until(text: string): Promise<string> {
    let look = () => {}
    const arrived = new Promise<void>((resolve, reject) => {
      look = () => void (this.received.includes(text) && resolve())
      this.socket.on('data', look)
      void this.#closed.then(() => reject(new Error(`Closed after ${JSON.stringify(this.received.slice(-500))}`)))
      look()
    })
    await bounded(arrived, `No ${JSON.stringify(text)}`)
    this.socket.off('data', look)
    return this.received
  }

  /** Resolves to what was received, once the server has closed. */
  async closed(): Promise<string> {
    await bounded(this.#closed, 'The connection was not closed')
    return this.received
  }
}

/** Something that answers every call with what a test says. */
export function answering(respond: Responder['respond']): Responder {
  return { respond }
}

export const plain = (body: string) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body })
