import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers'

/** An open connection. */
export interface Connection {
  /** The answer to its newest request: once that is sent, so are all before it, for they go out in order. */
  newest: ServerResponse | undefined
  /** Once it sent what is no request, nothing more on it counts as one. */
  isRefused: boolean
}

/** Whether an answer is still to come, or on its way out. */
export const isOwed = (response: ServerResponse | undefined): response is ServerResponse =>
  response !== undefined && !response.writableFinished && !response.destroyed

/** The open connections of a server: who waits for an answer, and who can be let go. */
export class Connections {
  readonly #open = new Map<Socket, Connection>()
  readonly #streams = new Set<() => void>()
  #isClosing = false

  /** Whether no further request is wanted. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  add(socket: Socket): void {
    this.#open.set(socket, { newest: undefined, isRefused: false })
    socket.on('close', () => this.#open.delete(socket))
    // Where a connection leaves the server's own care, as for CONNECT, nobody else listens.
    socket.on('error', () => {})
  }

  of(socket: Socket): Connection | undefined {
    return this.#open.get(socket)
  }

  /** Keeps how to end a stream, which would never end by itself. */
  addStream(end: () => void): void {
    this.#streams.add(end)
  }

  removeStream(end: () => void): void {
    this.#streams.delete(end)
  }

  /** Lets go of whoever waits for nothing, and of the others once they are answered, or after so long in any case. */
  close(graceMilliseconds: number): void {
    this.#isClosing = true
    for (const end of [...this.#streams]) end()
    for (const [socket, connection] of this.#open) letGo(socket, connection)
    setTimeout(() => this.cut(), graceMilliseconds).unref()
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }
}

function letGo(socket: Socket, connection: Connection): void {
  if (isOwed(connection.newest)) connection.newest.on('close', () => letGo(socket, connection))
  else socket.destroySoon()
}
