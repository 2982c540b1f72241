import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { apiErrors } from '../engine/errors.ts'
import { Adapter, type Responder } from './adapter.ts'
import { Connections } from './connections.ts'
import { Guard } from './guard.ts'
import { type Limits, limits as usual } from './limits.ts'
import { refuseConnection, writeRefusal } from './refuse.ts'
import type { Rules } from './rules.ts'

export interface Place {
  readonly host: string
  readonly port: number
}

/** A server that answers. */
export interface Listening {
  /** Without a trailing slash. */
  readonly url: string
  readonly controlToken: string | undefined
  /** Resolves once nobody is connected; a second call may speed up the first. */
  close(options?: { readonly now?: boolean | undefined }): Promise<void>
}

/**
 * Lets a mock answer over HTTP.
 *
 * @param log gets what went wrong on our side
 * @throws an Error that says what to do if nobody can listen there
 */
export async function listen(
  mock: Responder,
  place: Place,
  rules: Rules,
  log: (message: string) => void,
  limits: Limits = usual,
): Promise<Listening> {
  // What Node would refuse in its own words is answered in the API's.
  const server = createServer({ ...limits, requireHostHeader: false })
  server.maxConnections = limits.maxConnections
  // While it closes, Node would cut also who has yet to receive the rest of an answer.
  server.closeIdleConnections = () => {}
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(explained(error, place)))
    server.listen({ ...place, backlog: limits.backlog }, listening)
  })
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  const guard = new Guard(rules, { host: place.host, address, port, url })
  const connections = new Connections()
  const adapter = new Adapter(mock, guard, connections, limits, (message) => {
    // A log that fails must not take the server with it.
    try {
      log(message)
    } catch {}
  })
  const serve = (request: IncomingMessage, response: ServerResponse) => adapter.serve(request, response, false)
  server
    .on('connection', (socket: Socket) => connections.add(socket))
    .on('request', serve)
    .on('checkContinue', (request, response) => adapter.serve(request, response, true))
    .on('checkExpectation', serve)
    .on('clientError', (error, socket) => refuseConnection(adapter, error, socket as Socket))
    .on('connect', ({ url = '' }, socket) =>
      writeRefusal(socket as Socket, apiErrors.unknownPath(url, ''), limits.lingerMilliseconds),
    )
    .on('error', (error) => adapter.log(`The server failed to accept a connection: ${error.message}`))

  let closed: Promise<void> | undefined
  return {
    url,
    controlToken: guard.controlToken,
    close({ now = false } = {}) {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        connections.close(limits.graceMilliseconds)
      })
      if (now) connections.cut()
      return closed
    },
  }
}

function explained(error: NodeJS.ErrnoException, { host, port }: Place): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `The port ${port} on ${host} is busy: choose another one, or 0 for any that is free.`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023.`,
    EADDRNOTAVAIL: `The host ${host} is not an address of this machine.`,
    ENOTFOUND: `The host ${host} is unknown.`,
  }
  return new Error(reasons[error.code ?? ''] ?? `Failed to listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  })
}
