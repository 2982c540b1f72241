import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { systemReason } from '../engine/system-errors.ts'
import { Clock, stopwatch } from '../engine/time/clock.ts'
import type { PassedCall } from './har-file.ts'

/** The limit of a body, in bytes. */
const longestBody = 16 * 1024 * 1024

/** Headers of one connection, which are not passed on; bodies are asked for as they are. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'accept-encoding',
  'expect',
])

/** A running proxy. */
export interface RecordingProxy {
  readonly url: string
  close(): Promise<void>
}

/**
 * Passes calls on to one address, and to no other: redirects are answers like any others.
 *
 * @param each receives each call once it is answered
 */
export async function startProxy(
  to: URL,
  address: { readonly host: string; readonly port: number },
  each: (call: PassedCall) => Promise<void>,
): Promise<RecordingProxy> {
  const clock = new Clock()
  const server: Server = createServer((incoming, outgoing) => {
    passOn(to, clock, incoming, outgoing, each).catch((error) =>
      refuse(outgoing, 502, `The call was not passed on: ${systemReason(error)}.`),
    )
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(address, listening)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address.host}:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (!outgoing.headersSent) outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify({ error: 'not-passed-on', message }))
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length
    if (length > longestBody) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const headersOf = ({ headers }: IncomingMessage) =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as const],
  )

async function passOn(
  to: URL,
  clock: Clock,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  each: (call: PassedCall) => Promise<void>,
): Promise<void> {
  const at = clock.now()
  const began = stopwatch()
  const body = await bytesOf(incoming)
  // A request line may name a whole URL, of which only path and query count.
  const given = incoming.url ?? '/'
  const target = URL.canParse(given)
    ? new URL(given)
    : new URL(`http://own.invalid${given.startsWith('/') ? given : '/'}`)
  if (!body) return refuse(outgoing, 413, `The body is larger than ${longestBody} bytes.`)
  const headers = headersOf(incoming)
  const path = `${to.pathname.replace(/\/$/, '')}${target.pathname}${target.search}`
  const passed = {
    at,
    method: incoming.method ?? 'GET',
    url: new URL(target.pathname + target.search, to.origin),
    requestHeaders: headers,
    requestBody: body.toString(),
  }
  const sent = headers.filter(([name]) => !ownHeaders.has(name))
  const answer = await send(to, path, passed.method, sent, body).catch((error) => ({ error }))
  const failed = { status: 0, responseHeaders: [], responseBody: '' }
  if ('error' in answer) {
    await each({ ...passed, milliseconds: stopwatch() - began, ...failed })
    throw answer.error
  }
  const bytes = await bytesOf(answer)
  if (!bytes) return refuse(outgoing, 502, `The answer is larger than ${longestBody} bytes.`)
  const answerHeaders = headersOf(answer)
  const status = answer.statusCode ?? 0
  await each({
    ...passed,
    milliseconds: stopwatch() - began,
    status,
    responseHeaders: answerHeaders,
    responseBody: bytes.toString(),
  })
  outgoing.writeHead(status, Object.fromEntries(answerHeaders.filter(([name]) => !ownHeaders.has(name))))
  outgoing.end(bytes)
}

function send(
  to: URL,
  path: string,
  method: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer,
): Promise<IncomingMessage> {
  const request = to.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const options = {
      method,
      path,
      headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity', 'content-length': body.length },
      agent: false as const,
    }
    request(to, options, resolve).on('error', reject).end(body)
  })
}
