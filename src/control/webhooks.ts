import { apiErrors } from '../engine/errors.ts'
import { withoutUser } from '../engine/messages.ts'
import { type Duration, later, parseDuration, stopwatch } from '../engine/time/clock.ts'
import type { WebhookDispatcher } from '../engine/webhook-dispatcher.ts'
import type { World } from '../engine/world.ts'
import type { Attempt, Event } from '../ricloud/resources/records.ts'

/** An event that is sent to a webhook, and every attempt to send it. */
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

/** Which event is waited for; any without these. */
export interface Awaited {
  /** The resource, such as `session`. */
  readonly type?: string
  /** What happened to it, such as `expired`. */
  readonly action?: string
  /** Attributes of the resource, such as `{ id: session.id }`. */
  readonly where?: Readonly<Record<string, unknown>>
  /** How long to wait in real time; `4s` by default. */
  readonly timeout?: Duration
}

/** How many attempts nobody has asked for yet are kept, the last ones. */
const mostUnseen = 1000

/** The webhooks that a world sends. */
export class WebhookControl {
  readonly #world: World
  readonly #courier: WebhookDispatcher
  /** Attempts that `next` has not given back yet. */
  #unseen: { readonly life: number; readonly event: Event }[] = []

  constructor(world: World, courier: WebhookDispatcher) {
    this.#world = world
    this.#courier = courier
    courier.attempted.on((event) => {
      this.#unseen.push({ life: world.generation, event })
      if (this.#unseen.length > mostUnseen) this.#unseen.shift()
    })
  }

  /** Every event that has a webhook to be sent to, the oldest first, and its attempts. */
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
    return this.#courier.isHeld
  }

  /** Lets nothing be sent while a door is closed; what should have been sent meanwhile is when it opens again. */
  hold(isHeld: boolean): void {
    this.#courier.hold(isHeld)
  }

  /**
   * Resolves to the next attempt to send such an event: the event with what came of it. What was not sent does not
   * count. Each attempt is given back once; one that was made before the call counts. Rejects with an Error that lists what came instead when the time is up.
   */
  async next({ type, action, where = {}, timeout = '4s' }: Awaited = {}): Promise<Event> {
    const milliseconds = parseDuration(timeout) / 1000
    const until = stopwatch() + milliseconds
    for (;;) {
      this.#world.runDue()
      this.#unseen = this.#unseen.filter(({ life }) => life === this.#world.generation)
      const isMeant = (event: Event) =>
        (type ?? event.type) === event.type &&
        (action ?? event.action) === event.action &&
        event.attempts.at(-1)?.unsent !== true &&
        Object.entries(where).every(([name, value]) => event.data[name] === value)
      const at = this.#unseen.findIndex(({ event }) => isMeant(event))
      const [found] = at < 0 ? [] : this.#unseen.splice(at, 1)
      if (found) return found.event
      const left = until - stopwatch()
      if (left <= 0 || !(await this.#attempted(left))) break
    }
    const others = this.#unseen.map(({ event: { type, action, attempts } }) => {
      const last = attempts.at(-1)
      return `${type}.${action}${last?.unsent ? ` (${last.error})` : ''}`
    })
    const wanted = type || action ? ` ${type ?? '*'}.${action ?? '*'}` : ''
    throw new Error(
      `No webhook${wanted} was sent within ${timeout}; ${others.length === 0 ? 'none was' : `there were ${others.join(', ')}`}.`,
    )
  }

  /** Waits for an attempt; false if there was none in time. */
  #attempted(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (came: boolean) => {
        stop()
        cancel()
        resolve(came)
      }
      const stop = this.#courier.attempted.on(() => done(true))
      const cancel = later(milliseconds, () => done(false))
    })
  }

  /** Sends an event once more, and resolves to what came of it. Throws an Error if there is no such event. */
  async redeliver(id: string): Promise<DeliveryView> {
    const event = this.#world.tables.event.get(id)
    if (!event || event.webhook_config === null) throw apiErrors.unknownId('delivery', id)
    await this.#courier.redeliver(event)
    return this.deliveries.find((delivery) => delivery.id === id) as DeliveryView
  }
}
