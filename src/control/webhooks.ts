import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import { apiErrors, failedTo } from '../engine/errors.ts'
import { ok } from '../engine/http/route.ts'
import { shown } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import { later, stopwatch } from '../engine/time/clock.ts'
import { type Duration, parseDuration } from '../engine/time/duration.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { Attempt, DeliveryPage, DispatcherHost, WebhookDispatcher } from '../engine/webhook-dispatcher.ts'
import type { World } from '../engine/world.ts'
import { limitParameter, type Public, parseQuery, routeWith } from './routing.ts'

/** An event that clients are notified of. */
export interface SentEvent {
  readonly id: string
  readonly type: string
  readonly action: string
  readonly data: Readonly<Record<string, unknown>>
  readonly attempts: readonly Attempt[]
}

/** The deliveries of a world, as the dispatcher and the control API see them. */
export interface DeliverySource<Event extends SentEvent, View extends object>
  extends Omit<DispatcherHost, 'post' | 'hosts'> {
  eventOf(id: string): Event | undefined
  /** For each event that matches and is sent to no webhook: its name, and why. */
  unsendable(matches: (event: { readonly type: string; readonly action: string }) => boolean): readonly string[]
  /** How many events have somewhere to be sent. */
  count(): number
  /** The events that have somewhere to be sent, the oldest first, with their attempts; all of them, or a page. */
  views(page?: DeliveryPage): readonly (View & { readonly id: string })[]
}

/** The deliveries of an API that sends nothing to webhooks. */
export const noDeliveries: DeliverySource<never, never> = {
  find: () => undefined,
  pending: () => [],
  targetOf: () => undefined,
  bodyOf: () => ({}),
  answers: () => null,
  order: () => 'sent',
  copies: () => [],
  record: () => {},
  eventOf: () => undefined,
  unsendable: () => [],
  count: () => 0,
  views: () => [],
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

/** How many lines the error of `next` has at most. */
const mostReasons = 20

/** Attempts beyond this number that `next` has not returned are forgotten, the oldest first, so that memory is bounded. */
const maxUnclaimed = 1000

/** The webhooks that a mock sends. */
export class WebhookControl<
  Event extends SentEvent = SentEvent,
  View extends object = object,
  A extends ApiTypes = ApiTypes,
> {
  readonly #world: World<A>
  readonly #dispatcher: WebhookDispatcher<A>
  readonly #source: DeliverySource<Event, View>
  /** Attempts that `next` has not returned yet. */
  #unclaimed: { readonly generation: number; readonly event: Event }[] = []

  constructor(world: World<A>, dispatcher: WebhookDispatcher<A>, source: DeliverySource<Event, View>) {
    this.#world = world
    this.#source = source
    this.#dispatcher = dispatcher
    dispatcher.attempted.on((id) => {
      const event = source.eventOf(id)
      if (event) this.#unclaimed.push({ generation: world.time.generation, event })
      if (this.#unclaimed.length > maxUnclaimed) this.#unclaimed.shift()
    })
  }

  /** Every event that has a webhook config, the oldest first, with its attempts. */
  get deliveries(): readonly (View & { readonly id: string })[] {
    return this.list()
  }

  /** How many events have a webhook config. */
  get count(): number {
    this.#world.time.runDue()
    return this.#source.count()
  }

  /**
   * The last `limit` events that have a webhook config, of those before one, the oldest first; or the one with an `id`.
   * Throws an Error if `id` or `before` is that of no event.
   */
  list(page: DeliveryPage = {}): readonly (View & { readonly id: string })[] {
    this.#world.time.runDue()
    const { id, before } = requireOptions(page, 'list webhooks')
    for (const [name, given] of Object.entries({ id, before })) {
      if (given === undefined || this.#source.eventOf(given)) continue
      throw failedTo('list webhooks', [{ path: [name], what: `must be the ID of an event, got ${shown(given)}` }])
    }
    return this.#source.views(page)
  }

  get isHeld(): boolean {
    return this.#dispatcher.isHeld
  }

  /** While held, nothing is sent; `hold(false)` sends what became due meanwhile. */
  hold(isHeld: boolean): void {
    if (isHeld !== this.isHeld) this.#world.recorder.input('hold', isHeld, () => this.#dispatcher.hold(isHeld))
  }

  /**
   * Resolves to the event of the next attempt that matches, made before this call or after it. Each attempt is returned
   * once; one that was not sent does not match. Rejects after the timeout with an Error that lists the other attempts.
   */
  async next(options: NextWebhookOptions = {}): Promise<Event> {
    const { type, action, where = {}, timeout = '4s' } = requireOptions(options, 'wait for a webhook')
    const until = stopwatch() + parseDuration(timeout) / 1000
    const isNamed = (event: { readonly type: string; readonly action: string }) =>
      (type ?? event.type) === event.type && (action ?? event.action) === event.action
    const matches = (event: Event) =>
      isNamed(event) &&
      event.attempts.at(-1)?.unsent !== true &&
      Object.entries(where).every(([name, value]) => event.data[name] === value)
    for (;;) {
      this.#world.time.runDue()
      this.#unclaimed = this.#unclaimed.filter(({ generation }) => generation === this.#world.time.generation)
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
    const instead = others.length === 0 ? 'none was' : `there were ${others.join(', ')}`
    const reasons = this.#reasons(isNamed).map((line) => `\n  ${line}`)
    throw new Error(`No webhook${wanted} was sent within ${timeout}; ${instead}.${reasons.join('')}`)
  }

  /** What is still to be sent or to happen, and what is sent to no webhook, as lines of text. */
  #reasons(isNamed: Parameters<DeliverySource<Event, View>['unsendable']>[0]): string[] {
    const { time } = this.#world
    const next = time.upcoming().next().value
    const now = `the clock is ${time.clock.frozen ? 'frozen ' : ''}at ${formatInstant(time.clock.now())}`
    return [
      ...this.#dispatcher.waiting().map(({ name, why }) => `pending: ${name}, because ${why}`),
      ...this.#source.unsendable(isNamed).map((why) => `not sent: ${why}`),
      next ? `due next: ${next.action} ${next.id} at ${formatInstant(next.at)}; ${now}` : `nothing is due; ${now}`,
    ].slice(0, mostReasons)
  }

  /** Resolves to true at the next attempt, or to false after this many milliseconds without one. */
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
  async redeliver(id: string): Promise<View & { readonly id: string }> {
    const delivery = this.#source.find(id)
    const view = () => this.#source.views({ id })[0]
    if (!delivery || !view()) throw apiErrors.unknownId('delivery', id)
    await this.#world.recorder.input('redeliver', id, () => this.#dispatcher.redeliver(delivery))
    return view() as View & { readonly id: string }
  }
}

const DeliveryQuery = z.strictObject({
  id: z.string().optional(),
  limit: limitParameter.optional(),
  before: z.string().optional(),
})

const route = routeWith<{ readonly webhooks: Public<WebhookControl> }>()

export const webhookRoutes = [
  route({
    method: 'GET',
    path: '/_mock/deliveries',
    operation: 'listDeliveries',
    summary:
      'The events that have a webhook to be sent to, the oldest first, with their attempts; `?limit=` of the last, `?before=` one, or one by its `?id=`',
    query: DeliveryQuery.shape,
    answers: { 200: 'deliveries' },
    handle: (call) => {
      const { webhooks } = call.mock
      return ok({ deliveries: webhooks.list(parseQuery(DeliveryQuery, call)), total_count: webhooks.count })
    },
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
