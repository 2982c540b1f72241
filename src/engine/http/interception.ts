import type { SetupServer } from 'msw/node'
import { onUnhandled, type UnhandledRequest } from './unhandled.ts'

export interface ListenOptions {
  /** `bypass` by default. msw 3 calls this `onUnhandledFrame`; here it has one name, and either msw understands it. */
  readonly onUnhandledRequest?: UnhandledRequest | undefined
}

/** An msw server that intercepts the calls of this process: one at a time, since msw would let those of another through to the real API. */
export class Interception {
  static #current: Interception | undefined

  constructor(readonly server: SetupServer) {}

  /**
   * Calls that no handler answers pass, unless told otherwise. Where this one intercepts already, nothing happens; throws
   * an Error if another one does.
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
    // msw 3 refuses to close what does not listen.
    if (Interception.#current !== this) return
    Interception.#current = undefined
    this.server.close()
  }
}
