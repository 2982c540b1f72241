import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { clearInterval, setInterval, setTimeout } from 'node:timers'
import type { Limits } from './limits.ts'

/** An open connection. */
export interface Connection {
  /** The headers of its newest request, and where that was sent to. */
  head: Head | undefined
  /** The response to its newest request; responses are sent in order, so it is sent last. */
  newest: ServerResponse | undefined
  /** The body that is read from it. */
  reading: { cut(): void } | undefined
  /** Whether it sent something that is no HTTP request; what follows is not parsed. */
  isRefused: boolean
  /** How many bytes the client had read at the last check. */
  read: number
  /** At how many checks in a row it had read nothing more of what waits for it. */
  checksWithoutProgress: number
}

/** The head of a request, shared by all with the same, so that a journal of many takes little. */
export interface Head {
  /** Names and values, as sent. */
  readonly raw: readonly string[]
  readonly headers: IncomingHttpHeaders
  /** A header by its name, and all of them. */
  readonly header: (name: string) => string | undefined
  readonly all: () => IncomingHttpHeaders
  /** Scheme and host. */
  readonly origin: string | undefined
}

/** Whether a response is not yet sent completely. */
export const isPending = (response: ServerResponse | undefined): response is ServerResponse =>
  response !== undefined && !response.writableFinished && !response.destroyed

/** After how many checks without progress a client is disconnected if too much waits; one may be due to a busy server. */
const checksWhenTooMuch = 2

/** The open connections of a server. */
export class Connections {
  readonly #open = new Map<Socket, Connection>()
  readonly #streams = new Set<() => void>()
  #isClosing = false
  /** How many bytes of large answers wait to be read. */
  #waiting = 0
  readonly #limits: Limits
  readonly #checking: ReturnType<typeof setInterval>

  constructor(limits: Limits) {
    this.#limits = limits
    this.#checking = setInterval(() => this.#checkReaders(), limits.connectionsCheckingInterval).unref()
  }

  /** Whether the server is closing. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  add(socket: Socket): void {
    const connection: Connection = {
      head: undefined,
      newest: undefined,
      reading: undefined,
      isRefused: false,
      read: 0,
      checksWithoutProgress: 0,
    }
    this.#open.set(socket, connection)
    socket.on('close', () => {
      this.#open.delete(socket)
      connection.reading?.cut()
    })
    // After CONNECT the server no longer listens for errors of the socket, which would be uncaught.
    socket.on('error', () => {})
  }

  of(socket: Socket): Connection | undefined {
    return this.#open.get(socket)
  }

  /** Counts a large answer, which waits until the response is closed. */
  addWaiting(response: ServerResponse, bytes: number): void {
    this.#waiting += bytes
    response.on('close', () => (this.#waiting -= bytes))
  }

  /** Destroys connections whose client has read nothing for too long, although something waits for it. */
  #checkReaders(): void {
    const { unreadMilliseconds, connectionsCheckingInterval, waitingBytes } = this.#limits
    const isTooMuch = this.#waiting > waitingBytes
    const checks = isTooMuch ? checksWhenTooMuch : Math.ceil(unreadMilliseconds / connectionsCheckingInterval)
    for (const [socket, connection] of this.#open) {
      const read = socket.bytesWritten - socket.writableLength
      const isWaiting = socket.writableLength > 0 && read === connection.read
      connection.read = read
      connection.checksWithoutProgress = isWaiting ? connection.checksWithoutProgress + 1 : 0
      if (connection.checksWithoutProgress >= checks) socket.destroy()
    }
  }

  /** Registers how to end a stream, which would otherwise keep the server open. */
  addStream(end: () => void): void {
    this.#streams.add(end)
  }

  removeStream(end: () => void): void {
    this.#streams.delete(end)
  }

  /** Closes idle connections now, the others once they are answered, and all of them after the grace period. */
  close(graceMilliseconds: number): void {
    this.#isClosing = true
    for (const end of [...this.#streams]) end()
    for (const [socket, connection] of this.#open) closeWhenIdle(socket, connection)
    clearInterval(this.#checking)
    setTimeout(() => this.cut(), graceMilliseconds).unref()
  }

  /** Destroys every connection. */
  cut(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }
}

function closeWhenIdle(socket: Socket, connection: Connection): void {
  if (isPending(connection.newest)) connection.newest.on('close', () => closeWhenIdle(socket, connection))
  else socket.destroySoon()
}
