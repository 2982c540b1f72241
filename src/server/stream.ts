import type { ServerResponse } from 'node:http'
import { clearInterval, setInterval } from 'node:timers'
import type { Answer } from '../engine/http/exchange.ts'
import type { Connections } from './connections.ts'
import type { Limits } from './limits.ts'

/**
 * Sends text as it comes, until the reader goes away, falls too far behind, or the server closes; the head has been
 * written. A comment of server-sent events says now and then that the stream lives.
 */
export function sendStream(
  response: ServerResponse,
  subscribe: NonNullable<Answer['stream']>,
  connections: Connections,
  { heartbeatMilliseconds, unreadBytes }: Limits,
): void {
  let stop: (() => void) | undefined
  let isOver = false
  const over = () => {
    if (isOver) return
    isOver = true
    clearInterval(heartbeat)
    connections.removeStream(end)
    stop?.()
  }
  const end = () => {
    over()
    response.end()
  }
  const send = (text: string) => {
    if (isOver) return
    response.write(text)
    if (response.writableLength <= unreadBytes) return
    over()
    // Who does not read would not read the end either.
    response.req.socket.destroy()
  }
  const heartbeat = setInterval(() => send(':\n\n'), heartbeatMilliseconds).unref()
  connections.addStream(end)
  response.on('close', over)
  response.flushHeaders()
  stop = subscribe(send)
  // It may have said so much at once that it is over before it is known how to stop it.
  if (isOver) stop()
  else if (connections.isClosing) end()
}
