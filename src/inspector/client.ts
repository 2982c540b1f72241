import type { StreamMessage } from '../control/stream.ts'
import { EventStreamParser } from './event-stream.ts'

/** Sends control calls over the network, or to a mock in the page. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** An error of the control API. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const tokenKey = 'ricloud-mock-control-token'

/** Makes calls of the control API. */
export class Client {
  /** The world of the calls; null for the first one. */
  world: string | null = null
  readonly #fetch: Fetch
  readonly #storage: Storage | undefined

  /**
   * @param origin where the API can be called from a terminal
   * @param storage holds the control token for as long as the tab is open
   */
  constructor(
    fetch: Fetch,
    readonly origin: string,
    storage?: Storage,
  ) {
    this.#fetch = fetch
    this.#storage = storage
  }

  get hasToken(): boolean {
    return Boolean(this.#storage?.getItem(tokenKey))
  }

  /** Stores the control token that the server requires. */
  unlock(token: string): void {
    this.#storage?.setItem(tokenKey, token.trim())
  }

  /** Throws a ControlError if the control API answers with an error. */
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

  /** The object at a URL of a bucket: `gs://bucket/name`. Throws a ControlError if there is none. */
  async readObject(url: string): Promise<Blob> {
    const [scheme = '', , ...names] = url.split('/')
    const path = names.map(encodeURIComponent).join('/')
    const search = new URLSearchParams({
      scheme: scheme.replace(':', ''),
      ...(this.world !== null && { world: this.world }),
    })
    const response = await this.#fetch(`/_mock/buckets/${path}?${search}`, { headers: this.#headers() })
    if (!response.ok) throw new ControlError(response.status, 'The bucket has no such object any more.')
    return response.blob()
  }

  /** Reads the stream, with the messages of every world, until it ends. Throws a ControlError if it cannot be opened. */
  async watch(open: () => void, receive: (message: StreamMessage) => void, signal: AbortSignal): Promise<void> {
    const response = await this.#fetch('/_mock/stream', { headers: this.#headers(), signal })
    if (!response.ok || !response.body) throw new ControlError(response.status, 'The stream could not be opened')
    open()
    const reader = response.body.getReader()
    signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
    const decoder = new TextDecoder()
    const parser = new EventStreamParser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (const { data } of parser.read(decoder.decode(value, { stream: true }))) receive(JSON.parse(data))
    }
  }

  #headers(): Record<string, string> {
    const token = this.#storage?.getItem(tokenKey)
    return token ? { authorization: `Token ${token}` } : {}
  }
}
