import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers'
import { type ApiError, apiErrors } from '../engine/errors.ts'
import { errorResponse } from '../engine/http/exchange.ts'
import type { Adapter } from './adapter.ts'
import { isPending } from './connections.ts'
import { protectiveHeaders } from './protective-headers.ts'

/** Answers data that is no HTTP request, or a request that timed out, with an error of the API; closes the connection. */
export function refuseConnection(adapter: Adapter, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else refuse(adapter, errorFor(error, adapter.limits.maxHeaderSize), socket)
}

/** Sends an error as the last answer of a connection, after those to the requests before, and closes it. */
export function refuse(adapter: Adapter, error: ApiError, socket: Socket): void {
  const connection = adapter.connections.of(socket)
  if (!connection || !socket.writable) return void socket.destroy()
  if (connection.isRefused) return
  connection.isRefused = true
  adapter.ready.write()
  const { newest } = connection
  const { lingerMilliseconds } = adapter.limits
  if (!isPending(newest)) writeRefusal(socket, error, lingerMilliseconds)
  // The body of the newest request is at fault.
  else if (!newest.req.complete && !newest.headersSent)
    adapter.send(connection, newest, errorResponse(error), { isLast: true })
  else newest.on('close', () => writeRefusal(socket, error, lingerMilliseconds))
}

function errorFor({ code }: NodeJS.ErrnoException, maxHeaderSize: number): ApiError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return apiErrors.tooSlow()
  return code === 'HPE_HEADER_OVERFLOW' ? apiErrors.headTooLarge(maxHeaderSize) : apiErrors.notHttp()
}

/** Writes an answer to the socket, and gives the client time to read it before the connection is closed. */
function writeRefusal(socket: Socket, error: ApiError, lingerMilliseconds: number): void {
  if (!socket.writable) return void socket.destroy()
  const { status, body } = errorResponse(error)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(protectiveHeaders).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), lingerMilliseconds).unref()
}
