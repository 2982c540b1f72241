import type { StreamMessage } from '../control/stream.ts'
import { EventText } from './event-text.ts'

/** What answers control calls: the network, or a mock in the page. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** A refusal of the control API, in its words. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const tokenKey = 'ricloud-mock-control-token'

/** Calls of the control API. */
export class Client {
  /** Which world they are about; null for the first. */
  world: string | null = null
  readonly #fetch: Fetch
  readonly #storage: Storage | undefined

  /**
   * @param origin how the API is called from a terminal
   * @param storage keeps the control token for the tab
   */
  constructor(
    fetch: Fetch,
    readonly origin: string,
    storage?: Storage,
  ) {
    this.#fetch = fetch
    this.#storage = storage
  }

  /** Keeps the control token that a server asks for. */
  unlock(token: string): void {
    this.#storage?.setItem(tokenKey, token.trim())
  }

  /** Throws a ControlError with what the control API refuses. */
  async call<T>(method: string, path: string, body?: object, world: string | null = this.world): Promise<T> {
    const search = world === null ? '' : `${path.includes('?') ? '&' : '?'}world=${encodeURIComponent(world)}`
    const response = await this.#fetch(`/_mock${path}${search}`, {
      method,
      headers: this.#headers(),
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as { message?: string; params?: Record<string, string[]> }
    if (response.ok) return answer as T
    const params = Object.entries(answer.params ?? {}).map(([name, faults]) => `${name} ${faults.join(', ')}`)
    throw new ControlError(response.status, params.join('; ') || (answer.message ?? `Status ${response.status}`))
  }

  /** Tells what is seen in any world, until it ends; resolves then. Throws a ControlError if it is refused. */
  async watch(open: () => void, told: (watched: StreamMessage) => void, signal: AbortSignal): Promise<void> {
    const response = await this.#fetch('/_mock/stream', { headers: this.#headers(), signal })
    if (!response.ok || !response.body) throw new ControlError(response.status, 'The stream was refused')
    open()
    const reader = response.body.getReader()
    signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
    const decoder = new TextDecoder()
    const text = new EventText()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (const { data } of text.read(decoder.decode(value, { stream: true }))) told(JSON.parse(data))
    }
  }

  #headers(): Record<string, string> {
    const token = this.#storage?.getItem(tokenKey)
    return token ? { authorization: `Token ${token}` } : {}
  }
}
