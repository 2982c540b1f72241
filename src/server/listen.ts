import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { apiErrors } from '../engine/errors.ts'
import type { ObjectStore, Responder } from '../engine/http/exchange.ts'
import { systemReason } from '../engine/system-errors.ts'
import { Adapter } from './adapter.ts'
import { Connections } from './connections.ts'
import { Guard } from './guard.ts'
import { type Limits, limits as usual } from './limits.ts'
import { connectionsAllowed } from './open-files.ts'
import { refuse, refuseConnection } from './refuse.ts'
import type { Rules } from './rules.ts'

/** The address to listen on. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
  /** The object store that answers there; without it the API does, with the control API and the inspector. */
  readonly store?: ObjectStore | undefined
}

/** A running server. */
export interface Listening {
  /** Without a trailing slash. */
  readonly url: string
  readonly controlToken: string | undefined
  /** Whether others than this machine may call: from the network, or from pages of any origin. */
  readonly isExposed: boolean
  /** Resolves once every connection is closed; a second call with `now` ends the wait of the first. */
  close(options?: { readonly now?: boolean | undefined }): Promise<void>
}

/**
 * Serves a mock over HTTP.
 *
 * @param log gets errors that are not the client's
 * @throws an Error that says what to do if the address cannot be used
 */
export async function listen(
  mock: Responder,
  address: ListenAddress,
  rules: Rules,
  log: (message: string) => void,
  limits: Limits = usual,
): Promise<Listening> {
  // Requests that Node would refuse by itself get an error of the API.
  const server = createServer({ ...limits, requireHostHeader: false })
  const allowed = connectionsAllowed()
  server.maxConnections = Math.min(limits.maxConnections, allowed)
  // On close, Node would destroy connections that have not yet received all of an answer.
  server.closeIdleConnections = () => {}
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(listenError(error, address)))
    server.listen({ host: address.host, port: address.port, backlog: limits.backlog }, listening)
  })
  const bound = server.address() as AddressInfo
  const url = `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
  const guard = new Guard(rules, { ...bound, host: address.host, url, store: address.store })
  const connections = new Connections(limits)
  const adapter = new Adapter(mock, guard, connections, limits, (message) => {
    // A log function that throws must not end the server.
    try {
      log(message)
    } catch {}
  })
  let isFull = false
  const reportFull = () => {
    const why = allowed < limits.maxConnections ? ' The limit of open files (ulimit -n) allows no more.' : ''
    if (!isFull) adapter.log(`New connections are refused: the limit of ${server.maxConnections} is reached.${why}`)
    isFull = true
  }
  const serve = (request: IncomingMessage, response: ServerResponse) => adapter.serve(request, response, false)
  server
    .on('connection', (socket: Socket) => {
      isFull = false
      connections.add(socket)
      // Before Node ends its side of the connection as well.
      socket.prependListener('end', adapter.ready.write)
    })
    .on('drop', reportFull)
    .on('request', serve)
    .on('checkContinue', (request, response) => adapter.serve(request, response, true))
    .on('checkExpectation', serve)
    .on('clientError', (error, socket) => refuseConnection(adapter, error, socket as Socket))
    .on('connect', ({ url = '' }, socket) => refuse(adapter, apiErrors.unknownPath(url, ''), socket as Socket))
    .on('error', (error) => adapter.log(`The server failed to accept a connection: ${systemReason(error)}.`))

  let closed: Promise<void> | undefined
  return {
    url,
    controlToken: guard.controlToken,
    isExposed: guard.isExposed,
    close({ now = false } = {}) {
      adapter.ready.write()
      closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        connections.close(limits.graceMilliseconds)
      })
      if (now) connections.cut()
      return closed
    },
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: ListenAddress): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `The port ${port} on ${host} is busy, perhaps with a ricloud-mock that still runs: stop it, or choose another port, 0 for any that is free.`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023.`,
    EADDRNOTAVAIL: `The host ${host} is not an address of this machine.`,
    ENOTFOUND: `The host ${host} is unknown.`,
  }
  return new Error(reasons[error.code ?? ''] ?? `Failed to listen on ${host}:${port}: ${systemReason(error)}.`, {
    cause: error,
  })
}
