import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'
import { bounded } from '../support/wait.ts'

/** A call that came, as it came. */
export interface Received {
  readonly method: string
  /** The path and the query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every kind
  readonly event: any
}

/** A status, or who gives one; whoever gives none has answered by itself, or does not answer at all. */
export type Reply = number | ((call: Received, response: ServerResponse) => unknown)

/** A server on the loopback address that records its requests, and answers as configured. */
export interface Receiver {
  /** Where its webhook is: `http://127.0.0.1:1234/hooks`. */
  readonly url: string
  readonly origin: string
  /** Everything that came, in its order. */
  readonly received: readonly Received[]
  /** Resolves once so many calls came. */
  until(count: number): Promise<readonly Received[]>
  /** Answers otherwise from now on: to each call the next one, the last one to all that follow. */
  reply(...replies: readonly Reply[]): void
}

/** Headers that let pages of any origin call. */
export const openToPages = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, content-type, ricloud-signature',
  'access-control-allow-methods': 'POST',
}

/** Starts a receiver that answers to each call the next reply, and the last one to all that follow; it ends with the test. */
export async function startReceiver(...given: readonly Reply[]): Promise<Receiver> {
  const received: Received[] = []
  const arrivals = new Set<() => void>()
  let replies = given.length > 0 ? [...given] : [200]
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(openToPages)) response.setHeader(name, value)
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url: target = '', headers } = request
    const call = { method, target, headers, body, event: body === '' ? null : JSON.parse(body) }
    received.push(call)
    for (const arrived of arrivals) arrived()
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) as Reply
    const status = typeof reply === 'number' ? reply : await reply(call, response)
    if (typeof status === 'number') response.writeHead(status).end()
  })
  const origin = `http://127.0.0.1:${await listening(server)}`
  return {
    url: `${origin}/hooks`,
    origin,
    received,
    until: (count) =>
      bounded(
        new Promise((resolve) => {
          const look = () => {
            if (received.length < count) return
            arrivals.delete(look)
            resolve(received)
          }
          arrivals.add(look)
          look()
        }),
        `${count} calls did not come`,
      ),
    reply: (...others) => {
      replies = [...others]
    },
  }
}

/** Lets a server listen on a free port of the loopback address until the test ends; resolves to the port. */
export async function listening(server: Server & { closeAllConnections?(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections?.()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A port of the loopback address on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A reply that is held back until it is let go, at the end of the test at the latest. */
export function held(status = 200): { readonly reply: () => Promise<number>; letGo(): void } {
  let letGo = () => {}
  const gone = new Promise<number>((resolve) => {
    letGo = () => resolve(status)
  })
  onTestFinished(() => letGo())
  return { reply: () => gone, letGo: () => letGo() }
}
