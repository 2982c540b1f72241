import type { Attempt, Event, Key, Task, WebhookConfig } from '../ricloud/resources/records.ts'
import { acceptConfig, rejectConfig } from '../ricloud/rules/config.ts'
import { isOpen } from '../ricloud/rules/task.ts'
import { Emitter } from './emitter.ts'
import { UsageError } from './errors.ts'
import { past, proceed } from './lifecycle.ts'
import { formatInstant, parseInstant } from './time/clock.ts'
import { deliveryUrl, isLocal, type Posted, signatureOf } from './webhook.ts'
import type { DomainEvent, World } from './world.ts'

/** When an event is sent again if it was not delivered, in microseconds since it came to be: 5 attempts (documented), at these times (assumed). */
const schedule: readonly number[] = [0, 60e6, 5 * 60e6, 30 * 60e6, 120 * 60e6]

/** How the reason begins why an event was not sent at all; it then stays `pending`. */
const withheld = 'not sent: '

/** What the queue calls an event that is to be sent again. */
const again = 'event.deliver'

/** What a courier needs of those who know how the API shows things, and of the inFlight. */
export interface DispatcherHost {
  showResource(happening: Pick<DomainEvent, 'resource' | 'record'>): Event['data']
  showEvent(event: Event): object
  post(url: string, signature: string, body: string): Promise<Posted>
  /** Hosts outside private networks that may be called; `*` for all. */
  readonly hosts: readonly string[]
}

/** Notes events, and sends them to webhooks: one at a time for a config, in the order in which they fall due. */
export class WebhookDispatcher {
  /** Told after every attempt. */
  readonly attempted = new Emitter<Event>()
  readonly #world: World
  readonly #dispatch: DispatcherHost
  /** For each config, what is still to be sent before anything else. */
  readonly #lines = new Map<number, Promise<void>>()
  readonly #warned = new Set<string>()
  /** IDs of the events that are being sent. */
  readonly #underWay = new Set<string>()
  #isHeld = false

  constructor(world: World, dispatch: DispatcherHost) {
    this.#world = world
    this.#dispatch = dispatch
    world.events.on((happening) => this.#happened(happening))
    world.dueHandlers.set(again, {
      holds: (_, { id }) => world.tables.event.get(id)?.state === 'pending',
      run: (_, { id }) => {
        const event = world.tables.event.get(id)
        if (event?.state === 'pending') this.#send(event)
      },
    })
    world.callWebhook = (config, task) => this.#test(config, task)
    world.restarted.on(() => {
      this.#lines.clear()
      this.#underWay.clear()
      this.#warned.clear()
      this.#resume()
    })
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Lets nothing be sent, or again: what should have been sent meanwhile then is. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (!isHeld) this.#resume()
  }

  /** Sends an event once more, whatever became of it. Throws the API's 500 if the world is reset meanwhile. */
  async redeliver(event: Event): Promise<void> {
    if (this.#isHeld) throw new UsageError('Nothing is sent while the mock is closed.')
    await this.#world.unlessReset(() => {
      this.#send(event, true)
      return this.#world.inFlight.idle()
    })
  }

  /** What was under way when the world was saved is sent again: what came of it belongs to another life. */
  #resume(): void {
    const { event: events } = this.#world.tables
    if (events.size === 0) return
    const waiting = new Set(Array.from(this.#world.queue, ({ action, id }) => action === again && id))
    for (const event of events.list({ where: { state: ['pending'] }, limit: Infinity }).data) {
      const isLost =
        event.webhook_config !== null &&
        !waiting.has(event.id) &&
        !this.#underWay.has(event.id) &&
        !isWithheld(event.attempts.at(-1))
      if (isLost) this.#world.schedule(this.#world.clock.now(), again, event.id)
    }
  }

  /** Which events are noted is a setting. */
  #happened(happening: DomainEvent): void {
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

  #note(
    about: Pick<Event, 'organisation' | 'type' | 'action' | 'data'>,
    webhook_config: number | null,
    task: string | null = null,
  ): Event {
    return this.#world.tables.event.insert({
      id: this.#world.random.uuid(),
      ...about,
      state: 'pending',
      retries: 0,
      date_created: this.#world.clock.stamp(),
      date_delivered: null,
      webhook_config,
      task,
      attempts: [],
    })
  }

  /** Calls a webhook to see whether it answers. */
  #test(config: WebhookConfig, task: Task): void {
    const data = this.#dispatch.showResource({ resource: 'webhook_config', record: config })
    const about = { organisation: config.organisation, type: 'webhook_config', action: 'test', data }
    this.#send(this.#note(about, config.id, task.id))
  }

  /** Sends an event when its turn has come; where no network is needed to know what comes of it, at once. */
  #send(event: Event, redelivered = false): void {
    if (this.#isHeld) return
    const world = this.#world
    const { generation } = world
    const last = event.attempts.at(-1)?.at
    const now = formatInstant(world.clock.now())
    // The first falls due with its event; on a fast clock time has gone on since, and no other is before it.
    const at = last === undefined && !redelivered ? event.date_created : ([last ?? '', now].sort().at(-1) as string)
    const judge = (posted: Posted) => this.#judge(event.id, { at, unsent: false, ...posted, redelivered })
    const known = this.#foreseen(event)
    if (known) {
      judge(known)
      return
    }
    const line = event.webhook_config ?? 0
    const attempt = async () => {
      if (generation !== world.generation || this.#isHeld) return
      const posted = await this.#post(event, at)
      if (generation === world.generation) judge(posted)
    }
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(attempt).catch((error) => {
      world.log('error', `Event ${event.id} could not be sent: ${error?.stack ?? error}`)
    })
    this.#lines.set(line, turn)
    this.#underWay.add(event.id)
    world.inFlight.add(
      turn.finally(() => {
        if (generation !== world.generation) return
        this.#underWay.delete(event.id)
        if (this.#lines.get(line) === turn) this.#lines.delete(line)
      }),
    )
  }

  /** What comes of an attempt that no network is needed for: it is scripted, or there is nowhere to send it. */
  #foreseen(event: Event): (Posted & { readonly unsent?: boolean }) | undefined {
    const config = this.#world.tables.webhook_config.get(event.webhook_config ?? 0)
    if (!config) return unsent('the webhook config was deleted')
    const { webhook_answers: answers } = this.#world.settings
    const { length: tried } = this.#world.tables.event.get(event.id)?.attempts ?? []
    if (answers) return scripted(answers[Math.min(tried, answers.length - 1)] as number)
    if (!URL.canParse(config.url)) return unsent("the webhook config's URL is none")
    const { hostname, username, password } = new URL(config.url)
    if (username || password) return unsent("the webhook config's URL holds a user name or a password")
    if (!config.secret) return unsent('the webhook config has no secret')
    const { hosts } = this.#dispatch
    if (isLocal(hostname) || hosts.includes(hostname) || hosts.includes('*')) return undefined
    const error = `${withheld}${hostname} lies outside private networks, and is none of the webhook hosts that may be called`
    this.#warn(hostname, `Event ${event.id} (${event.type}.${event.action}) was ${error}.`)
    return unsent(error)
  }

  async #post(event: Event, at: string): Promise<Posted> {
    // It may have been changed or deleted while others had their turn.
    const config = this.#world.tables.webhook_config.get(event.webhook_config ?? 0)
    const known = this.#foreseen(event)
    if (!config || known) return known as Posted
    // What is sent is what the event was when it came to be, whatever was tried since.
    const body = JSON.stringify(
      this.#dispatch.showEvent({ ...event, state: 'pending', retries: 0, date_delivered: null }),
    )
    // Signed when it leaves, which may be later than it fell due.
    const seconds = Math.floor(Math.max(parseInstant(at) ?? 0, this.#world.clock.now()) / 1e6)
    const signature = await signatureOf(config.secret, seconds, body)
    return this.#dispatch.post(deliveryUrl(config.url, event.id), signature, body)
  }

  /** Says once about each host that nothing is sent there. */
  #warn(hostname: string, message: string): void {
    if (this.#warned.has(hostname)) return
    this.#warned.add(hostname)
    this.#world.log('warn', message)
  }

  /** Notes what came of an attempt, and tells it. */
  #judge(id: string, attempt: Attempt): void {
    const event = this.#world.tables.event.get(id)
    if (!event) return
    const next = this.#after(event, attempt)
    this.#decide(next, attempt)
    this.attempted.emit(next)
  }

  /** Any 2xx is a delivery (assumed); otherwise it is tried again, up to 5 times (documented). */
  #after(event: Event, attempt: Attempt): Event {
    const world = this.#world
    const attempts = [...event.attempts, attempt]
    const tried = attempts.filter(({ redelivered }) => !redelivered).length
    const changes = { attempts, retries: Math.max(0, tried - 1) }
    if (attempt.error === null) {
      return proceed(world, 'event', event, 'deliver', { ...changes, date_delivered: attempt.at })
    }
    const isLeft = isWithheld(attempt) && !isTest(event)
    if (event.state !== 'pending' || attempt.redelivered || isLeft) return world.tables.event.update(event, changes)
    const next = isTest(event) ? undefined : schedule[tried]
    const goesOn = next !== undefined && world.tables.webhook_config.get(event.webhook_config ?? 0) !== undefined
    if (!goesOn) return proceed(world, 'event', event, 'fail', changes)
    world.schedule((parseInstant(event.date_created) ?? 0) + next, again, event.id)
    return world.tables.event.update(event, changes)
  }

  /** The test of a webhook config ends with what its webhook answered, unless it has ended already. */
  #decide({ webhook_config, task }: Event, { error }: Attempt): void {
    const config = this.#world.tables.webhook_config.get(webhook_config ?? 0)
    if (!config || task === null || !isOpen(this.#world, task)) return
    if (error === null) acceptConfig(this.#world, config)
    else rejectConfig(this.#world, config, error)
  }
}

const isTest = ({ task }: Event) => task !== null
const isWithheld = (attempt: Attempt | undefined) => attempt?.error?.startsWith(withheld) ?? false
const unsent = (error: string) => ({ status: null, error, unsent: true })

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
