import { dueWorkFor } from '../../engine/due-work.ts'
import { ApiError, invalidParameter, UsageError } from '../../engine/errors.ts'
import { move } from '../../engine/lifecycle.ts'
import { shown } from '../../engine/messages.ts'
import { formatInstant, latestInstant, parseInstant, readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import type { Payload, Source, Subscription } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, requireOpen } from './access.ts'
import type { RuleModule } from './module.ts'
import { accountOf, insertPoll, isInFlight, requirePollable, targetOf } from './poll.ts'

export interface NewSubscription {
  readonly session: string
  readonly source?: number | null | undefined
  readonly poll_payload: Payload
  readonly interval?: number | null | undefined
  readonly date_start?: string | null | undefined
  readonly date_end?: string | null | undefined
}

/** Seconds: for Relay documented, for other services assumed. */
const usualInterval = 86_400
const shortestInterval = (type: Source['type']) => (type === 'rirelay.source' ? 3600 : 1)

/**
 * Creates a subscription; it is `pending` until it is granted: by the user of the app for Relay (observed), by itself for
 * others (assumed). Throws the API's error where its polls would be refused (assumed).
 */
export function createSubscription(world: World, caller: Caller, wanted: NewSubscription): Subscription {
  const { key, organisation } = caller
  const target = targetOf(world, organisation.id, wanted.session, wanted.source)
  const { session, source } = target
  const shortest = shortestInterval(source.type)
  const interval = wanted.interval ?? usualInterval
  if (interval < shortest) {
    throw invalidParameter({ interval: [`must be at least ${shortest} for a ${source.type}, got ${shown(interval)}`] })
  }
  requirePollable(world, key, target, wanted.poll_payload, { isSubscription: true })
  const subscription = world.tables.subscription.insert({
    id: world.random.uuid(),
    organisation: organisation.id,
    key: key.id,
    user: session.user,
    source: source.id,
    session: session.id,
    poll_payload: wanted.poll_payload,
    interval,
    date_start: wanted.date_start ?? null,
    date_end: wanted.date_end ?? null,
    state: 'pending',
    date_created: world.clock.stamp(),
    date_polled: null,
    date_next: null,
  })
  const isRelay = source.type === 'rirelay.source'
  if (!isRelay || (accountOf(world, source)?.allows_subscriptions ?? true)) {
    const wait = isRelay ? world.settings.subscription_grant : 0
    world.schedule(readInstant(subscription.date_created) + wait, 'subscription.grant', subscription.id)
  }
  return world.emit('subscription.created', 'subscription', subscription)
}

/** Deletes a subscription; its open polls go on, and one that is deleted is not changed (assumed). */
export function deleteSubscription(world: World, subscription: Subscription): Subscription {
  return subscription.state === 'deleted' ? subscription : move(world, 'subscription', subscription, 'delete')
}

/** Makes a subscription `active`; its first poll is made at its `date_start`, or at once (assumed). */
function grantSubscription(world: World, subscription: Subscription): void {
  planPollsFromNow(world, move(world, 'subscription', subscription, 'grant'))
}

/** Plans the polls of an active subscription of a fixture: from the start of the world on, or from `date_start`. */
export function planPollsFromNow(world: World, subscription: Subscription): void {
  if (subscription.state !== 'active') return
  const now = formatInstant(world.clock.now())
  const { date_start } = subscription
  const date_next = date_start !== null && date_start > now ? date_start : now
  planPoll(world, world.tables.subscription.update(subscription, { date_next }))
}

/**
 * Schedules the automatic poll that is due at `date_next`, unless the period has ended by then (documented).
 *
 * @param at when it is made, if it waits
 */
function planPoll(world: World, { id, date_next, date_end }: Subscription, at = date_next): void {
  const instant = at === null ? undefined : parseInstant(at)
  if (at === null || instant === undefined || (date_end !== null && at >= date_end)) return
  world.schedule(instant, 'subscription.poll', id, { date_next })
}

/**
 * Makes the automatic poll that is due, and plans the next one. A Relay device that is not connected is not asked
 * (documented); beyond the in-flight limit the poll waits (assumed).
 */
function pollWhenDue(world: World, subscription: Subscription): void {
  const session = world.tables.session.get(subscription.session)
  if (session?.state !== 'active') {
    const why = `its session is ${session?.state ?? 'deleted'}`
    world.log('warn', `Subscription ${subscription.id} makes no more polls: ${why}.`)
    return
  }
  const source = world.tables.source.get(subscription.source)
  if (!source) return
  if (isInFlight(world, source)) {
    planPoll(world, subscription, formatInstant(world.clock.now() + 1e6))
    return
  }
  const due = readInstant(subscription.date_next ?? subscription.date_created)
  const next = due + (subscription.interval ?? usualInterval) * 1e6
  // Virtual time ends before the next one.
  const date_next = next > latestInstant ? null : formatInstant(next)
  planPoll(world, world.tables.subscription.update(subscription, { date_next }))
  if (source.connected) makePoll(world, subscription)
}

/**
 * Makes an automatic poll, of what is dated since the one before (documented for Relay, how is assumed), if a call with
 * the key of the subscription could make it (assumed).
 */
function makePoll(world: World, subscription: Subscription): void {
  const { id, session, source, date_polled, poll_payload } = subscription
  const key = world.tables.key.get(subscription.key)
  const organisation = world.tables.organisation.get(subscription.organisation)
  if (!key || !organisation) return
  const since = parseInstant(poll_payload.since ?? '') ?? -Infinity
  const isLater = date_polled !== null && readInstant(date_polled) > since
  const payload = isLater ? { ...poll_payload, since: date_polled } : poll_payload
  try {
    requireOpen(key, organisation)
    const target = targetOf(world, organisation.id, session, source)
    const poll = insertPoll(world, key, target, payload, { subscription: id, requestor: 'subscription' })
    world.tables.subscription.update(subscription, { date_polled: poll.date_created })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    world.log('warn', `Subscription ${id} made no poll: ${error.reason.sentence}`)
  }
}

/** Connects or disconnects a device. A connected one is asked at once if the interval since the last poll has passed (assumed). */
function connectDevice(world: World, source: Source, connected: boolean): void {
  if (source.type !== 'rirelay.source') {
    throw new UsageError(
      `source ${source.id} is no device, but of the type ${source.type}: it cannot connect or disconnect.`,
    )
  }
  const changed = world.tables.source.update(source, { connected })
  world.emit(connected ? 'device.connected' : 'device.disconnected', 'source', changed)
  if (!connected || source.connected) return
  const where = { source: [source.id], state: ['active'] }
  const { data } = world.tables.subscription.list({ owners: [source.organisation], where, limit: Infinity })
  const now = world.clock.now()
  for (const { id } of data.toReversed()) {
    const subscription = world.tables.subscription.get(id)
    if (subscription && isOverdue(subscription, now)) {
      pollWhenDue(world, world.tables.subscription.update(subscription, { date_next: formatInstant(now) }))
    }
  }
}

/** Whether a device should have been asked by now, and was not. */
function isOverdue({ date_start, date_end, date_polled, interval }: Subscription, now: number): boolean {
  const date = formatInstant(now)
  if ((date_start !== null && date < date_start) || (date_end !== null && date >= date_end)) return false
  return date_polled === null || readInstant(date_polled) + (interval ?? usualInterval) * 1e6 <= now
}

const { action } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

export const subscriptionRules: RuleModule = {
  dueWork: {
    'subscription.grant': dueWork('subscription', 'grant', grantSubscription),
    'subscription.poll': dueWork(
      'subscription',
      ({ state, date_next }, { with: details }) => state === 'active' && date_next === details.date_next,
      pollWhenDue,
    ),
  },
  actions: {
    'subscription.grant': action('subscription', 'grant', 'the user of the app allows it', grantSubscription),
    'subscription.delete': action('subscription', 'delete', 'its organisation deletes it', deleteSubscription),
    'device.connect': action('source', 'connect', 'a device of a Relay instance connects', (world, source) =>
      connectDevice(world, source, true),
    ),
    'device.disconnect': action('source', 'disconnect', 'a device of a Relay instance disconnects', (world, source) =>
      connectDevice(world, source, false),
    ),
  },
}
