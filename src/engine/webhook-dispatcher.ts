import type { ApiTypes } from './api-types.ts'
import { Emitter } from './emitter.ts'
import { UsageError } from './errors.ts'
import { parseInstant } from './time/clock.ts'
import { deliveryUrl, isLocal, type Posted, signatureOf } from './webhook.ts'
import type { World } from './world.ts'

/** When a delivery is tried again, in microseconds since it began: 5 attempts (documented), at these times (assumed). */
const schedule: readonly number[] = [0, 60e6, 5 * 60e6, 30 * 60e6, 120 * 60e6]

/** How the reason begins why nothing was sent at all; the delivery then stays `pending`. */
const withheld = 'not sent: '

/** The name of due work that sends a delivery. */
const deliver = 'event.deliver'

/** One attempt to send something to a webhook. */
export interface Attempt {
  readonly at: string
  readonly status: number | null
  /** Why there was no answer, or none that counts. */
  readonly error: string | null
  /** Whether nothing was sent: there was nowhere to send it, or the host may not be called. */
  readonly unsent: boolean
  /** Whether it was asked for, beside the attempts that the API makes by itself. */
  readonly redelivered: boolean
}

/** Something that is sent to a webhook. */
export interface Delivery {
  readonly id: string
  /** For messages: `session.expired`. */
  readonly name: string
  /** Deliveries of one line are sent one after another, in the order in which they fall due. */
  readonly line: string | number
  readonly date: string
  readonly isPending: boolean
  /** Whether it is not tried again. */
  readonly isOnce: boolean
  readonly attempts: readonly Attempt[]
}

/** What an API tells the dispatcher of its deliveries, and what the network is to it. */
export interface DispatcherHost {
  find(id: string | number): Delivery | undefined
  /** Every delivery that is still to be sent. */
  pending(): readonly Delivery[]
  /** Where it is sent; undefined where that no longer exists. */
  targetOf(id: string): { readonly url: string; readonly secret: string } | undefined
  /** What is sent, which later attempts do not change. */
  bodyOf(id: string): object
  /** Statuses that stand for the answers to the attempts, the last one repeated; null to really send. */
  answers(): readonly number[] | null
  /** Records an attempt; with an outcome it was the last one. */
  record(id: string, attempts: readonly Attempt[], retries: number, outcome: 'deliver' | 'fail' | undefined): void
  post(url: string, signature: string, body: string): Promise<Posted>
  /** Hosts outside private networks that may be called; `*` for all. */
  readonly hosts: readonly string[]
}

/** Sends what a world puts into its outbox to webhooks. */
export class WebhookDispatcher<A extends ApiTypes> {
  /** Emits the ID of a delivery after every attempt. */
  readonly attempted = new Emitter<string>()
  readonly #world: World<A>
  readonly #host: DispatcherHost
  /** For each line, what is still to be sent before anything else. */
  readonly #lines = new Map<string | number, Promise<void>>()
  readonly #warned = new Set<string>()
  /** IDs of what is being sent. */
  readonly #sending = new Set<string>()
  #isHeld = false

  constructor(world: World<A>, host: DispatcherHost) {
    this.#world = world
    this.#host = host
    const pending = (id: string | number) => {
      const delivery = host.find(id)
      return delivery?.isPending ? delivery : undefined
    }
    world.handle(deliver, {
      isPending: (_, { id }) => pending(id) !== undefined,
      run: (_, { id }) => {
        const delivery = pending(id)
        if (delivery) this.#send(delivery)
      },
    })
    world.outbox.on((id) => {
      const delivery = host.find(id)
      if (delivery) this.#send(delivery)
    })
    world.restarted.on(() => {
      this.#lines.clear()
      this.#sending.clear()
      this.#warned.clear()
      this.#resume()
    })
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Sends nothing while held; what should have been sent meanwhile is sent when that ends. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (!isHeld) this.#resume()
  }

  /** Sends a delivery once more, whatever became of it. Throws the API's 500 if the world is reset meanwhile. */
  async redeliver(delivery: Delivery): Promise<void> {
    if (this.#isHeld) throw new UsageError('Nothing is sent while the mock is closed.')
    const { time } = this.#world
    await time.unlessReset(() => {
      this.#send(delivery, true)
      return time.inFlight.idle()
    })
  }

  /** Sends again what was being sent when the world was saved: what came of it belongs to another generation. */
  #resume(): void {
    const scheduled = new Set(Array.from(this.#world.time.queue, ({ action, id }) => action === deliver && id))
    for (const { id, attempts } of this.#host.pending()) {
      const isLost = !scheduled.has(id) && !this.#sending.has(id) && !isWithheld(attempts.at(-1))
      if (isLost) this.#world.schedule(this.#world.clock.now(), deliver, id)
    }
  }

  /** Sends a delivery when its turn has come; where no network is needed to know the outcome, at once. */
  #send(delivery: Delivery, redelivered = false): void {
    if (this.#isHeld) return
    const { id, date, line } = delivery
    const { clock, time, log } = this.#world
    const { generation } = time
    const last = delivery.attempts.at(-1)?.at
    // The first falls due with its delivery: on a running clock time has gone on since.
    const at = last === undefined && !redelivered ? date : clock.notBefore(last ?? date)
    const conclude = (posted: Posted) => this.#conclude(id, { at, unsent: false, ...posted, redelivered })
    const known = this.#foresee(delivery)
    if (known) {
      conclude(known)
      return
    }
    const attempt = async () => {
      if (generation !== time.generation || this.#isHeld) return
      const posted = await this.#post(delivery)
      if (generation === time.generation) conclude(posted)
    }
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(attempt).catch((error) => {
      log('error', `Event ${id} could not be sent: ${error?.stack ?? error}`)
    })
    this.#lines.set(line, turn)
    this.#sending.add(id)
    time.inFlight.add(
      turn.finally(() => {
        if (generation !== time.generation) return
        this.#sending.delete(id)
        if (this.#lines.get(line) === turn) this.#lines.delete(line)
      }),
    )
  }

  /** The outcome of an attempt that needs no network: it is scripted, or there is nowhere to send it. */
  #foresee({ id, name, attempts }: Delivery): (Posted & { readonly unsent?: boolean }) | undefined {
    const target = this.#host.targetOf(id)
    if (!target) return unsent('the webhook config was deleted')
    const { hosts } = this.#host
    const answers = this.#host.answers()
    const { length: tried } = this.#host.find(id)?.attempts ?? attempts
    if (answers) return scripted(answers[Math.min(tried, answers.length - 1)] as number)
    if (!URL.canParse(target.url)) return unsent("the webhook config's URL is none")
    const { hostname, username, password } = new URL(target.url)
    if (username || password) return unsent("the webhook config's URL holds a user name or a password")
    if (!target.secret) return unsent('the webhook config has no secret')
    if (isLocal(hostname) || hosts.includes(hostname) || hosts.includes('*')) return undefined
    const error = `${withheld}${hostname} lies outside private networks, and is none of the webhook hosts that may be called`
    this.#warn(hostname, `Event ${id} (${name}) was ${error}.`)
    return unsent(error)
  }

  async #post(delivery: Delivery): Promise<Posted> {
    // It may have been changed or deleted while others had their turn.
    const target = this.#host.targetOf(delivery.id)
    const known = this.#foresee(delivery)
    if (!target || known) return known as Posted
    const body = JSON.stringify(this.#host.bodyOf(delivery.id))
    // Signed when it leaves, which may be later than it fell due.
    const seconds = Math.floor(this.#world.clock.now() / 1e6)
    const signature = await signatureOf(target.secret, seconds, body)
    return this.#host.post(deliveryUrl(target.url, delivery.id), signature, body)
  }

  /** Warns once about each host that nothing is sent to. */
  #warn(hostname: string, message: string): void {
    if (this.#warned.has(hostname)) return
    this.#warned.add(hostname)
    this.#world.log('warn', message)
  }

  /** Records an attempt. Any 2xx is a delivery (assumed); otherwise it is tried again, up to 5 times (documented). */
  #conclude(id: string, attempt: Attempt): void {
    const delivery = this.#host.find(id)
    if (!delivery) return
    const attempts = [...delivery.attempts, attempt]
    const tried = attempts.filter(({ redelivered }) => !redelivered).length
    this.#host.record(id, attempts, Math.max(0, tried - 1), this.#outcome(delivery, attempt, tried))
    this.attempted.emit(id)
  }

  /** What an attempt decides; schedules the next one where there is one. */
  #outcome({ id, date, isPending, isOnce }: Delivery, attempt: Attempt, tried: number): 'deliver' | 'fail' | undefined {
    if (attempt.error === null) return 'deliver'
    const staysPending = isWithheld(attempt) && !isOnce
    if (!isPending || attempt.redelivered || staysPending) return undefined
    const next = isOnce ? undefined : schedule[tried]
    if (next === undefined || !this.#host.targetOf(id)) return 'fail'
    this.#world.schedule((parseInstant(date) ?? 0) + next, deliver, id)
    return undefined
  }
}

const isWithheld = (attempt: Attempt | undefined) => attempt?.error?.startsWith(withheld) ?? false
const unsent = (error: string) => ({ status: null, error, unsent: true })

/** The outcome of a scripted status. */
const scripted = (status: number): Posted => ({
  status,
  error: status >= 200 && status < 300 ? null : `status ${status}`,
})
