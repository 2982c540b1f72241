import type { ServerResponse } from 'node:http'
import { clearInterval, setInterval } from 'node:timers'
import type { Answer } from '../engine/http/exchange.ts'
import type { Connections } from './connections.ts'
import type { Limits } from './limits.ts'

/**
 * Sends text as it comes, until the reader disconnects, falls too far behind, or the server closes; the head has been
 * written. Comments of server-sent events keep the connection open.
 */
export function sendStream(
  response: ServerResponse,
  subscribe: NonNullable<Answer['stream']>,
  connections: Connections,
  { heartbeatMilliseconds, unreadBytes }: Limits,
): void {
  let unsubscribe: (() => void) | undefined
  let isStopped = false
  const stop = () => {
    if (isStopped) return
    isStopped = true
    clearInterval(heartbeat)
    connections.removeStream(end)
    unsubscribe?.()
  }
  const end = () => {
    stop()
    response.end()
  }
  const send = (text: string) => {
    if (isStopped) return
    response.write(text)
    if (response.writableLength <= unreadBytes) return
    stop()
    // A regular end of the response would wait for the reader too.
    response.req.socket.destroy()
  }
  const heartbeat = setInterval(() => send(':\n\n'), heartbeatMilliseconds).unref()
  connections.addStream(end)
  response.on('close', stop)
  response.flushHeaders()
  unsubscribe = subscribe(send)
  // The first text may have stopped it before there was something to unsubscribe.
  if (isStopped) unsubscribe()
  else if (connections.isClosing) end()
}
