import type { SharedOptions } from 'msw'
import type { SetupServer } from 'msw/node'

/** An msw server that intercepts the calls of this process: one at a time, since msw would let those of another through to the real API. */
export class Interception {
  static #current: Interception | undefined

  constructor(readonly server: SetupServer) {}

  /** Calls that no handler answers pass, unless told otherwise. Throws an Error if another one intercepts. */
  begin({ onUnhandledRequest = 'bypass' }: Partial<SharedOptions> = {}): void {
    if (Interception.#current && Interception.#current !== this) {
      throw new Error('Another setupRicloud() listens in this process already: close() it first.')
    }
    Interception.#current = this
    this.server.listen({ onUnhandledRequest })
  }

  end(): void {
    this.server.close()
    if (Interception.#current === this) Interception.#current = undefined
  }
}
