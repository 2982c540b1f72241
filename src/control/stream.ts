import type { DomainEventView } from '../engine/domain-event.ts'
import { Emitter } from '../engine/emitter.ts'
import type { ObjectStore } from '../engine/http/exchange.ts'
import type { RequestView } from '../engine/journal.ts'
import type { ClockControl, ClockView } from './clock.ts'
import { type Public, routeWith } from './routing.ts'
import type { PastEventView } from './state.ts'

export interface WorldChange {
  readonly kind: 'world'
  readonly what: 'created' | 'loaded' | 'reset' | 'restored' | 'deleted'
}

/** A call of a client of an object store, which is not in the journal. */
export interface StoreCallView
  extends Pick<RequestView, 'at' | 'method' | 'path' | 'status' | 'error' | 'duration_ms'> {
  readonly store: ObjectStore
}

type MessageContent =
  | { readonly kind: 'request'; readonly request: RequestView }
  | { readonly kind: 'event'; readonly event: DomainEventView; readonly past: PastEventView }
  | { readonly kind: 'clock'; readonly clock: ClockView }
  | { readonly kind: 'store'; readonly call: StoreCallView }
  | WorldChange

/** A message of the stream and of `mock.watch`, with the ID of the world that it is about; null for the mock's own. */
export type StreamMessage = MessageContent & { readonly world: string | null }

/** Sends messages about a world to its listeners, and to those of its parent, the mock's own world. */
export class MessageStream {
  readonly #listeners = new Emitter<StreamMessage>()

  /** @param failed receives what a listener throws, so that the call that is reported goes on */
  constructor(
    readonly world: string | null,
    readonly failed: (error: unknown) => void,
    readonly parent?: MessageStream,
  ) {}

  get isUnheard(): boolean {
    return this.#listeners.isUnheard && (this.parent?.isUnheard ?? true)
  }

  /** @param make not called while there are no listeners */
  emit(make: () => MessageContent): void {
    if (!this.isUnheard) this.#send({ ...make(), world: this.world })
  }

  /** Listens until the function returned is called. */
  on(listener: (message: StreamMessage) => void): () => void {
    return this.#listeners.on((message) => {
      try {
        listener(message)
      } catch (error) {
        this.failed(error)
      }
    })
  }

  #send(message: StreamMessage): void {
    this.#listeners.emit(message)
    if (this.parent) this.parent.#send(message)
  }
}

const serverSentEvent = (message: StreamMessage) => `event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`

const route = routeWith<{
  readonly id: string | null
  readonly clock: Public<ClockControl>
  watch(listener: (message: StreamMessage) => void): () => void
}>()

export const streamRoutes = [
  route({
    method: 'GET',
    path: '/_mock/stream',
    operation: 'watch',
    summary: 'Server-sent events: requests, calls of object stores, events, moves of the clock, and changes of worlds',
    answers: { 200: 'stream' },
    handle: ({ mock }) => ({
      status: 200,
      stream: (send) => {
        send(serverSentEvent({ kind: 'clock', clock: mock.clock.view(), world: mock.id }))
        return mock.watch((message) => send(serverSentEvent(message)))
      },
    }),
  }),
]
