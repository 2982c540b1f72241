import { formatInstant, type Instant, parseInstant } from '../clock.ts'
import type { Attempt, Event, Key, Task, WebhookConfig } from '../db/records.ts'
import { Emitter } from '../events.ts'
import { deliveryUrl, isLocal, type Posted, signatureOf } from '../webhook.ts'
import { acceptConfig, rejectConfig } from './config.ts'
import { past, proceed } from './lifecycle.ts'
import { isOpen } from './task.ts'
import type { Happening, World } from './world.ts'

/** When an event is sent again if it was not delivered, in microseconds since it came to be: 5 attempts (documented), at these times (assumed). */
const schedule: readonly number[] = [0, 60e6, 5 * 60e6, 30 * 60e6, 120 * 60e6]

/** How the reason begins why an event was not sent at all; it then stays `pending`. */
const withheld = 'not sent: '

/** What the queue calls an event that is to be sent again. */
const again = 'event.deliver'

/** What a courier needs of those who know how the API shows things, and of the network. */
export interface Dispatch {
  showResource(happening: Pick<Happening, 'resource' | 'record'>): Event['data']
  showEvent(event: Event): object
  post(url: string, signature: string, body: string): Promise<Posted>
  /** Hosts outside private networks that may be called; `*` for all. */
  readonly hosts: readonly string[]
}

/** Notes events, and sends them to webhooks: one at a time for a config, in the order in which they fall due. */
export class Courier {
  /** Told after every attempt. */
  readonly attempted = new Emitter<Event>()
  readonly #world: World
  readonly #dispatch: Dispatch
  /** For each config, what is still to be sent before anything else. */
  readonly #lines = new Map<number, Promise<void>>()
  readonly #warned = new Set<string>()

  constructor(world: World, dispatch: Dispatch) {
    this.#world = world
    this.#dispatch = dispatch
    world.happenings.on((happening) => this.#happened(happening))
    world.due.set(again, {
      holds: (_, { id }) => world.tables.event.get(id)?.state === 'pending',
      run: (_, { id }) => {
        const event = world.tables.event.get(id)
        if (event?.state === 'pending') this.#send(event)
      },
    })
    world.callWebhook = (config, task) => this.#test(config, task)
  }

  /** Sends an event once more, whatever became of it. */
  async redeliver(event: Event): Promise<Event> {
    this.#send(event, true)
    await this.#world.quiet()
    return this.#world.tables.event.get(event.id) ?? event
  }

  /** Which events are noted is a setting. */
  #happened(happening: Happening): void {
    const { event, resource, record } = happening
    const name = publishedName(event, resource, record.state, this.#world.settings.events)
    if (name === undefined) return
    const [type = '', action = ''] = name.split('.')
    const organisation = 'organisation' in record ? record.organisation : record.id
    const config = this.#configFor(
      organisation,
      resource === 'key' ? record.id : 'key' in record ? record.key : undefined,
    )
    const noted = this.#note({ organisation, type, action, data: this.#dispatch.showResource(happening) }, config)
    if (config !== null) this.#send(noted)
  }

  /** The key's own webhook config, otherwise the organisation's default (documented); none if it is not valid (assumed). */
  #configFor(organisation: number, key: Key['id'] | string | undefined): number | null {
    const { tables } = this.#world
    const own = key === undefined ? null : tables.key.get(key)?.webhook_config
    const id = own ?? tables.organisation.get(organisation)?.webhook_config_default ?? null
    return id !== null && tables.webhook_config.get(id)?.state === 'valid' ? id : null
  }

  #note(about: Pick<Event, 'organisation' | 'type' | 'action' | 'data'>, webhook_config: number | null): Event {
    return this.#world.tables.event.insert({
      id: this.#world.random.uuid(),
      ...about,
      state: 'pending',
      retries: 0,
      date_created: this.#world.clock.stamp(),
      date_delivered: null,
      webhook_config,
      attempts: [],
    })
  }

  /** Calls a webhook to see whether it answers; the task ends with what came of it. */
  #test(config: WebhookConfig, task: Task): void {
    const data = this.#dispatch.showResource({ resource: 'webhook_config', record: config })
    const event = this.#note(
      { organisation: config.organisation, type: 'webhook_config', action: 'test', data },
      config.id,
    )
    this.#send(event, false, ({ attempts }) => {
      const tested = this.#world.tables.webhook_config.get(config.id)
      if (!tested || !isOpen(this.#world, task.id)) return
      const error = attempts.at(-1)?.error ?? null
      if (error === null) acceptConfig(this.#world, tested)
      else rejectConfig(this.#world, tested, error)
    })
  }

  /** Sends an event when its turn has come; where no network is needed to know what comes of it, at once. */
  #send(event: Event, redelivered = false, done: (event: Event) => void = () => {}): void {
    const world = this.#world
    const { life } = world
    // Within one instant creations get rising microseconds; an attempt is never before its event.
    const at = Math.max(world.clock.now(), parseInstant(event.date_created) ?? 0)
    const judge = (posted: Posted) => {
      const next = this.#judge(event.id, { at: formatInstant(at), ...posted, redelivered })
      if (!next) return
      done(next)
      this.attempted.emit(next)
    }
    const known = this.#foreseen(event)
    if (known) return judge(known)
    const line = event.webhook_config ?? 0
    const attempt = async () => {
      const posted = await this.#post(event, at)
      if (life === world.life) judge(posted)
    }
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(attempt)
    this.#lines.set(line, turn)
    world.await(
      turn
        .catch((error) => world.log('error', `Event ${event.id} could not be sent: ${error?.stack ?? error}`))
        .finally(() => {
          if (this.#lines.get(line) === turn) this.#lines.delete(line)
        }),
    )
  }

  /** What comes of an attempt that no network is needed for: it is scripted, or there is nowhere to send it. */
  #foreseen(event: Event): Posted | undefined {
    const config = this.#world.tables.webhook_config.get(event.webhook_config ?? 0)
    if (!config) return { status: null, error: 'the webhook config was deleted' }
    const { webhook_answers: answers } = this.#world.settings
    if (answers) return scripted(answers[Math.min(event.attempts.length, answers.length - 1)] as number)
    const { hostname } = new URL(config.url)
    const { hosts } = this.#dispatch
    if (isLocal(hostname) || hosts.includes(hostname) || hosts.includes('*')) return undefined
    const error = `${withheld}${hostname} lies outside private networks, and is none of the webhook hosts that may be called`
    this.#warn(hostname, `Event ${event.id} (${event.type}.${event.action}) was ${error}.`)
    return { status: null, error }
  }

  async #post(event: Event, at: Instant): Promise<Posted> {
    // It may have been changed or deleted while others had their turn.
    const config = this.#world.tables.webhook_config.get(event.webhook_config ?? 0)
    const known = this.#foreseen(event)
    if (!config || known) return known as Posted
    // What is sent is what the event was when it came to be, whatever was tried since.
    const body = JSON.stringify(
      this.#dispatch.showEvent({ ...event, state: 'pending', retries: 0, date_delivered: null }),
    )
    const signature = await signatureOf(config.secret, Math.floor(at / 1e6), body)
    return this.#dispatch.post(deliveryUrl(config.url, event.id), signature, body)
  }

  /** Says once about each host that nothing is sent there. */
  #warn(hostname: string, message: string): void {
    if (this.#warned.has(hostname)) return
    this.#warned.add(hostname)
    this.#world.log('warn', message)
  }

  /** Any 2xx is a delivery (assumed); otherwise it is tried again, up to 5 times (documented). */
  #judge(id: string, attempt: Attempt): Event | undefined {
    const world = this.#world
    const event = world.tables.event.get(id)
    if (!event) return undefined
    const attempts = [...event.attempts, attempt]
    const tried = attempts.filter(({ redelivered }) => !redelivered).length
    const changes = { attempts, retries: Math.max(0, tried - 1) }
    if (attempt.error === null) {
      return proceed(world, 'event', event, 'deliver', {
        ...changes,
        date_delivered: attempt.at,
      })
    }
    const isTest = event.type === 'webhook_config' && event.action === 'test'
    const isWithheld = attempt.error.startsWith(withheld)
    const next = isTest || event.webhook_config === null ? undefined : schedule[tried]
    if (event.state !== 'pending' || attempt.redelivered || (isWithheld && !isTest))
      return world.tables.event.update(event, changes)
    if (next === undefined) return proceed(world, 'event', event, 'fail', changes)
    world.plan((parseInstant(event.date_created) ?? 0) + next, again, id)
    return world.tables.event.update(event, changes)
  }
}

const moves: ReadonlySet<string> = new Set(Object.values(past))

/** What an event is called where it is one of those that are noted: as it is, or by the state that was entered. */
function publishedName(
  event: string,
  resource: string,
  state: string,
  published: readonly string[],
): string | undefined {
  const [family, verb = ''] = event.split('.')
  if (published.some((one) => one === event || one === '*' || one === `${family}.*`)) return event
  const entered = `${resource}.${state}`
  return moves.has(verb) && published.includes(entered) ? entered : undefined
}

/** What a scripted status comes to. */
const scripted = (status: number): Posted => ({
  status,
  error: status >= 200 && status < 300 ? null : `status ${status}`,
})
