import * as z from 'zod'
import { EventNames } from '../../engine/event-names.ts'
import { oneOf } from '../../engine/fields.ts'
import { move } from '../../engine/lifecycle.ts'
import { withoutSecrets } from '../../engine/messages.ts'
import { fingerprintOf } from '../../engine/past-tokens.ts'
import { copySignatures } from '../../engine/webhook.ts'
import { type Attempt, type Delivery, type DeliveryPage, nextAttempts } from '../../engine/webhook-dispatcher.ts'
import { actionsFor } from '../../scenario/action.ts'
import { type Event, type Key, resources, type Task, type WebhookConfig } from '../resources/index.ts'
import type { DomainEvent, Ricloud, World } from '../types.ts'
import { acceptConfig, decideStorage, failConfig } from './config.ts'
import type { RuleModule } from './module.ts'
import { endTasks, isOpen } from './task.ts'

const eventNames = EventNames.of(resources)

/** Creates an event record, and a delivery if a webhook config is valid, for the domain events in the setting `events`. */
export function recordEvent(world: World, { event, resource, record, past }: DomainEvent): void {
  const name = publishedName(event, 'state' in record ? record.state : '', world.settings.events)
  if (name === undefined) return
  const dot = name.indexOf('.')
  const [type, action] = [name.slice(0, dot), name.slice(dot + 1)]
  const organisation = 'organisation' in record ? record.organisation : (record.id as number)
  const key = resource === 'key' ? record.id : 'key' in record ? record.key : undefined
  const config = configFor(world, organisation, key)
  const data = world.views.show(world.viewer, resource, record)
  const about = { organisation, type, action, data, webhook_config: config, number: past.number, task: null }
  const recorded = insertEvent(world, about)
  if (config !== null) world.outbox.emit({ id: recorded.id })
}

/** Sends a test event to a webhook. */
function callWebhook(world: World, config: WebhookConfig, task: Task): void {
  const data = world.views.show(world.viewer, 'webhook_config', config)
  const { id: webhook_config, organisation } = config
  const about = {
    organisation,
    type: 'webhook_config',
    action: 'test',
    data,
    webhook_config,
    number: null,
    task: task.id,
  }
  world.outbox.emit({ id: insertEvent(world, about).id })
}

/** The ID of the key's webhook config, otherwise of the organisation's default (documented); null if it is not valid (assumed). */
function configFor({ tables }: World, organisation: number, key: Key['id'] | string | undefined): number | null {
  const own = key === undefined ? null : tables.key.get(key)?.webhook_config
  const id = own ?? tables.organisation.get(organisation)?.webhook_config_default ?? null
  return id !== null && tables.webhook_config.get(id)?.state === 'valid' ? id : null
}

function insertEvent(
  world: World,
  about: Pick<Event, 'organisation' | 'type' | 'action' | 'data' | 'webhook_config' | 'number' | 'task'>,
): Event {
  const { organisation, type, action, data, webhook_config, number, task } = about
  return world.tables.event.insert({
    id: world.random.uuid(),
    organisation,
    type,
    action,
    data,
    webhook_config,
    number,
    task,
    state: 'pending',
    retries: 0,
    date_created: world.clock.stamp(),
    date_delivered: null,
    attempts: [],
  })
}

/** The name under which the setting selects an event: its own, or that of the state entered; undefined if it does not. */
function publishedName(event: string, state: string, published: readonly string[]): string | undefined {
  const isMeant = (one: string) =>
    one === event || one === '*' || (one.endsWith('.*') && event.startsWith(one.slice(0, -1)))
  if (published.some(isMeant)) return event
  const entered = eventNames.entered(event, state)
  return entered !== undefined && published.includes(entered) ? entered : undefined
}

/** The delivery of an event to a webhook, with every attempt. */
export interface DeliveryView {
  /** The ID of the event. */
  readonly id: string
  /** Its name, such as `session.expired`. */
  readonly event: string
  /** That of the past event that it tells of; null for the test of a webhook config. */
  readonly number: number | null
  readonly state: Event['state']
  readonly webhook_config: number
  /** The webhook, without user name, password and secret parameters; null if the config was deleted. */
  readonly url: string | null
  /** Of the config's present secret, as in attempts; null if the config was deleted. */
  readonly fingerprint: string | null
  /** When the event occurred. */
  readonly date: string
  /** The record that it is about. */
  readonly record: { readonly resource: string; readonly id: string | number } | null
  /** When it is attempted again; null if it is not, or an attempt is under way. */
  readonly next: string | null
  readonly attempts: readonly Attempt[]
}

const withoutConfig = 'neither its key nor its organisation has a valid webhook config'

const hasConfig = (event: Event): event is Event & { readonly webhook_config: number } => event.webhook_config !== null

/** The deliveries of a world, for the webhook dispatcher and the control API. */
export function deliveriesOf(world: World) {
  const { event: events, webhook_config } = world.tables
  const delivery = (event: Event): Delivery => ({
    id: event.id,
    name: `${event.type}.${event.action}`,
    line: event.webhook_config ?? 0,
    date: event.date_created,
    isPending: event.state === 'pending',
    isOnce: event.task !== null,
    attempts: event.attempts,
  })
  const sent = () => Array.from(events.all()).filter(hasConfig)
  return {
    find: (id: string | number) => {
      const event = events.get(id)
      return event && delivery(event)
    },
    pending: () => {
      if (events.size === 0) return []
      const pending = events.list({ where: { state: ['pending'] }, limit: Infinity }).data
      return pending.filter((event) => event.webhook_config !== null).map(delivery)
    },
    targetOf: (id: string) => webhook_config.get(events.get(id)?.webhook_config ?? 0),
    bodyOf: (id: string) => {
      // Every attempt sends the event as it was when it was recorded.
      const event = { ...(events.get(id) as Event), state: 'pending', retries: 0, date_delivered: null } as const
      return world.views.show(world.viewer, 'event', event)
    },
    answers: (id: string) => {
      const { webhook_answers } = world.settings
      // Scripted answers are those to events: they use up none for tests, which succeed unless `config.reject` decides them.
      return webhook_answers && events.get(id)?.task ? [200] : webhook_answers
    },
    order: () => world.settings.webhook_order,
    copies: () => world.settings.webhook_copies,
    record: (id: string, attempts: readonly Attempt[], retries: number, outcome: 'deliver' | 'fail' | undefined) =>
      recordAttempt(world, id, attempts, retries, outcome),
    eventOf: (id: string) => events.get(id),
    unsendable: (matches: (event: Pick<Event, 'type' | 'action'>) => boolean) => {
      const { events: published } = world.settings
      const unselected = world.history.list().flatMap(({ event, state }) => {
        const [type = '', action = ''] = event.split('.')
        const isUnselected = publishedName(event, state, published) === undefined
        return isUnselected && matches({ type, action })
          ? [`${event} occurred, but the setting events, ${JSON.stringify(published)}, does not select it`]
          : []
      })
      const unaddressed = Array.from(events.all())
        .filter((event) => event.webhook_config === null && matches(event))
        .map(({ type, action }) => `${type}.${action} occurred, but ${withoutConfig}`)
      return [...new Set([...unselected, ...unaddressed])]
    },
    count: () => sent().length,
    views: ({ id: only, limit = Infinity, before }: DeliveryPage = {}) => {
      const all = Array.from(events.all())
      const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before)
      const listed = all.slice(0, end).filter(hasConfig)
      const wanted = only === undefined ? listed : listed.filter(({ id }) => id === only)
      return wanted.slice(Math.max(0, wanted.length - limit)).map(viewOf(world))
    },
  }
}

/** Shows events that are sent to a webhook config. */
function viewOf(world: World): (event: Event & { readonly webhook_config: number }) => DeliveryView {
  const due = nextAttempts(world)
  return ({ id, type, action, number, state, webhook_config, date_created: date, data, attempts }) => {
    const config = world.tables.webhook_config.get(webhook_config)
    const url = withoutSecrets(config?.url ?? '') || null
    const fingerprint = config ? fingerprintOf(config.secret) : null
    const about = { number, state, webhook_config, url, fingerprint, date, record: recordOf(data) }
    return { id, event: `${type}.${action}`, ...about, next: due.get(id) ?? null, attempts }
  }
}

function recordOf({ resource, id }: Event['data']): DeliveryView['record'] {
  if (typeof resource !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return null
  return { resource, id }
}

function recordAttempt(
  world: World,
  id: string,
  attempts: readonly Attempt[],
  retries: number,
  outcome: 'deliver' | 'fail' | undefined,
): void {
  const event = world.tables.event.get(id)
  const attempt = attempts.at(-1)
  if (!event || !attempt) return
  const changes = { attempts, retries, date_delivered: outcome === 'deliver' ? attempt.at : event.date_delivered }
  if (outcome) move(world, 'event', event, outcome, changes)
  else world.tables.event.update(event, changes)
  endTest(world, event, attempt.error)
}

/** Ends the test of a webhook config with the outcome of its delivery, unless it has ended already. */
function endTest(world: World, { webhook_config, task }: Event, error: string | null): void {
  const config = world.tables.webhook_config.get(webhook_config ?? 0)
  if (!config || task === null || !isOpen(world, task)) return
  if (error === null) acceptConfig(world, config)
  else failConfig(world, config, error)
}

/** Runs the due test of a config. That of a webhook config ends later, with the delivery of its test event. */
function runTest(world: World, task: Task): void {
  const config = world.tables[task.type === 'storage_config.test' ? 'storage_config' : 'webhook_config'].get(
    task.target,
  )
  if (!config) endTasks(world, task, 'the config was deleted')
  else if ('has_credentials' in config) decideStorage(world, config)
  else callWebhook(world, config, task)
}

const { action } = actionsFor<Ricloud>()
const copyDetails = z.strictObject({ signature: oneOf(copySignatures).default('right') })

export const webhookRules: RuleModule = {
  actions: {
    'event.redeliver': action(
      'event',
      'redeliver',
      'a copy of it is sent to its webhook, with a `signature` that is `right`, `wrong`, `old` or `rotated`',
      (world, event, { signature }) => {
        if (event.webhook_config !== null) world.outbox.emit({ id: event.id, copy: signature })
      },
      copyDetails,
    ),
  },
  notes: {
    event: (_, { webhook_config }) => (webhook_config === null ? { not_sent: withoutConfig } : {}),
  },
  dueWork: {
    'config.test': {
      resource: 'task',
      isPending: (world, { id }) => isOpen(world, String(id)),
      run: (world, { id }) => {
        const task = world.tables.task.get(id)
        if (task && isOpen(world, task.id)) runTest(world, task)
      },
    },
  },
}
