import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers'

/** An open connection. */
export interface Connection {
  /** The response to its newest request; responses are sent in order, so it is sent last. */
  newest: ServerResponse | undefined
  /** Whether it sent something that is no HTTP request; what follows is not parsed. */
  isRefused: boolean
}

/** Whether a response is not yet sent completely. */
export const isPending = (response: ServerResponse | undefined): response is ServerResponse =>
  response !== undefined && !response.writableFinished && !response.destroyed

/** The open connections of a server. */
export class Connections {
  readonly #open = new Map<Socket, Connection>()
  readonly #streams = new Set<() => void>()
  #isClosing = false

  /** Whether the server is closing. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  add(socket: Socket): void {
    this.#open.set(socket, { newest: undefined, isRefused: false })
    socket.on('close', () => this.#open.delete(socket))
    // After CONNECT the server no longer listens for errors of the socket, which would be uncaught.
    socket.on('error', () => {})
  }

  of(socket: Socket): Connection | undefined {
    return this.#open.get(socket)
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
