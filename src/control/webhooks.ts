import { apiErrors } from '../engine/errors.ts'
import { ok } from '../engine/http/router.ts'
import { withoutUser } from '../engine/messages.ts'
import { type Duration, later, parseDuration, stopwatch } from '../engine/time/clock.ts'
import type { WebhookDispatcher } from '../engine/webhook-dispatcher.ts'
import type { World } from '../engine/world.ts'
import type { Attempt, Event } from '../ricloud/resources/records.ts'
import { routeWith } from './routing.ts'

/** An event that is delivered to a webhook, with every attempt. */
export interface DeliveryView {
  /** That of the event. */
  readonly id: string
  /** Such as `session.expired`. */
  readonly event: string
  readonly state: Event['state']
  readonly webhook_config: number
  /** Null where the config was deleted. */
  readonly url: string | null
  readonly attempts: readonly Attempt[]
}

/** Which event to wait for, and how long; any event by default. */
export interface NextWebhookOptions {
  /** The resource, such as `session`. */
  readonly type?: string
  /** What happened to it, such as `expired`. */
  readonly action?: string
  /** Attributes of the resource, such as `{ id: session.id }`. */
  readonly where?: Readonly<Record<string, unknown>>
  /** How long to wait in real time; `4s` by default. */
  readonly timeout?: Duration
}

/** Attempts beyond this number that `next` has not returned are forgotten, the oldest first, so that memory is bounded. */
const maxUnclaimed = 1000

/** The webhooks that a mock sends. */
export class WebhookControl {
  readonly #world: World
  readonly #dispatcher: WebhookDispatcher
  /** Attempts that `next` has not returned yet. */
  #unclaimed: { readonly generation: number; readonly event: Event }[] = []

  constructor(world: World, dispatcher: WebhookDispatcher) {
    this.#world = world
    this.#dispatcher = dispatcher
    dispatcher.attempted.on((event) => {
      this.#unclaimed.push({ generation: world.generation, event })
      if (this.#unclaimed.length > maxUnclaimed) this.#unclaimed.shift()
    })
  }

  /** Every event that has a webhook config, the oldest first, with its attempts. */
  get deliveries(): readonly DeliveryView[] {
    this.#world.runDue()
    const { event, webhook_config } = this.#world.tables
    return Array.from(event.all()).flatMap(({ id, type, action, state, webhook_config: config, attempts }) =>
      config === null
        ? []
        : {
            id,
            event: `${type}.${action}`,
            state,
            webhook_config: config,
            url: withoutUser(webhook_config.get(config)?.url ?? '') || null,
            attempts,
          },
    )
  }

  get isHeld(): boolean {
    return this.#dispatcher.isHeld
  }

  /** While held, nothing is sent; `hold(false)` sends what became due meanwhile. */
  hold(isHeld: boolean): void {
    this.#dispatcher.hold(isHeld)
  }

  /**
   * Resolves to the event of the next attempt that matches, made before this call or after it. Each attempt is returned
   * once; one that was not sent does not match. Rejects after the timeout with an Error that lists the other attempts.
   */
  async next({ type, action, where = {}, timeout = '4s' }: NextWebhookOptions = {}): Promise<Event> {
    const until = stopwatch() + parseDuration(timeout) / 1000
    const matches = (event: Event) =>
      (type ?? event.type) === event.type &&
      (action ?? event.action) === event.action &&
      event.attempts.at(-1)?.unsent !== true &&
      Object.entries(where).every(([name, value]) => event.data[name] === value)
    for (;;) {
      this.#world.runDue()
      this.#unclaimed = this.#unclaimed.filter(({ generation }) => generation === this.#world.generation)
      const at = this.#unclaimed.findIndex(({ event }) => matches(event))
      const [found] = at < 0 ? [] : this.#unclaimed.splice(at, 1)
      if (found) return found.event
      const left = until - stopwatch()
      if (left <= 0 || !(await this.#nextAttempt(left))) break
    }
    const others = this.#unclaimed.map(({ event: { type, action, attempts } }) => {
      const last = attempts.at(-1)
      return `${type}.${action}${last?.unsent ? ` (${last.error})` : ''}`
    })
    const wanted = type || action ? ` ${type ?? '*'}.${action ?? '*'}` : ''
    throw new Error(
      `No webhook${wanted} was sent within ${timeout}; ${others.length === 0 ? 'none was' : `there were ${others.join(', ')}`}.`,
    )
  }

  /** Resolves to true at the next attempt, or to false after so many milliseconds without one. */
  #nextAttempt(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isAttempted: boolean) => {
        stop()
        cancel()
        resolve(isAttempted)
      }
      const stop = this.#dispatcher.attempted.on(() => done(true))
      const cancel = later(milliseconds, () => done(false))
    })
  }

  /** Sends an event once more, and resolves to its delivery after that. Throws an Error if there is no such event. */
  async redeliver(id: string): Promise<DeliveryView> {
    const event = this.#world.tables.event.get(id)
    if (!event || event.webhook_config === null) throw apiErrors.unknownId('delivery', id)
    await this.#dispatcher.redeliver(event)
    return this.deliveries.find((delivery) => delivery.id === id) as DeliveryView
  }
}

const route = routeWith<{ readonly webhooks: WebhookControl }>()

export const webhookRoutes = [
  route({
    method: 'GET',
    path: '/_mock/deliveries',
    operation: 'listDeliveries',
    summary: 'Every event that has a webhook to be sent to, and its attempts with status and time',
    answers: { 200: 'deliveries' },
    handle: ({ mock }) => ok({ deliveries: mock.webhooks.deliveries }),
  }),
  route({
    method: 'POST',
    path: '/_mock/deliveries/{id}/redeliver',
    operation: 'redeliver',
    summary: 'Send one once more; answers with the delivery after that',
    answers: { 200: 'delivery' },
    handle: async ({ mock, params }) => ok(await mock.webhooks.redeliver(params.id)),
  }),
]
