import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers'
import { type ApiError, apiErrors } from '../engine/errors.ts'
import { errorResponse } from '../engine/http/exchange.ts'
import type { Adapter } from './adapter.ts'
import { isOwed } from './connections.ts'

/** Answers what is no request, or none that came in time, in the API's words, and closes the connection. */
export function refuseConnection(adapter: Adapter, error: NodeJS.ErrnoException, socket: Socket): void {
  const { connections, limits } = adapter
  const connection = connections.of(socket)
  if (!connection || !socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  if (connection.isRefused) return
  connection.isRefused = true
  const why = faultOf(error, limits.maxHeaderSize)
  const { newest } = connection
  if (!isOwed(newest)) writeRefusal(socket, why, limits.lingerMilliseconds)
  // The body of the newest request is at fault; its answer waits its turn behind those before it.
  else if (!newest.req.complete && !newest.headersSent)
    adapter.send(connection, newest, errorResponse(why), { isLast: true })
  else newest.on('close', () => writeRefusal(socket, why, limits.lingerMilliseconds))
}

function faultOf({ code }: NodeJS.ErrnoException, maxHeaderSize: number): ApiError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return apiErrors.tooSlow()
  return code === 'HPE_HEADER_OVERFLOW' ? apiErrors.headTooLarge(maxHeaderSize) : apiErrors.notHttp()
}

/** Writes a whole answer by hand, and lets the client read it before the connection is cut. */
export function writeRefusal(socket: Socket, error: ApiError, lingerMilliseconds: number): void {
  if (!socket.writable) return void socket.destroy()
  const { status, body } = errorResponse(error)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), lingerMilliseconds).unref()
}
