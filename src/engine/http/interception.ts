import type { SetupServer } from 'msw/node'
import { onUnhandled, type UnhandledRequest } from './unhandled.ts'

export interface ListenOptions {
  /** `bypass` by default. Also sets `onUnhandledFrame`, its name in msw 3. */
  readonly onUnhandledRequest?: UnhandledRequest | undefined
}

/** An msw server that intercepts the calls of this process. Only one can listen: with two, msw would let calls through to the real API. */
export class Interception {
  static #current: Interception | undefined

  constructor(readonly server: SetupServer) {}

  /**
   * Starts intercepting; does nothing if it intercepts already. Throws an Error if another one does. By default calls
   * that no handler answers go to the network.
   */
  begin({ onUnhandledRequest = 'bypass' }: ListenOptions = {}): void {
    if (Interception.#current === this) return
    if (Interception.#current) {
      throw new Error(
        'Another setupRicloud() listens in this process already, or a test of ricloud-mock/vitest runs: close() it first.',
      )
    }
    Interception.#current = this
    this.server.listen(onUnhandled(onUnhandledRequest))
  }

  end(): void {
    // msw 3 throws if a server is closed that does not listen.
    if (Interception.#current !== this) return
    Interception.#current = undefined
    this.server.close()
  }
}
