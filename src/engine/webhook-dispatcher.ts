import type { ApiTypes } from './api-types.ts'
import { BoundedMap } from './bounded-map.ts'
import { Emitter } from './emitter.ts'
import { UsageError } from './errors.ts'
import { withoutSecrets } from './messages.ts'
import { fingerprintOf } from './past-tokens.ts'
import { isUrl } from './text.ts'
import { messageOf, stackOf } from './thrown.ts'
import { formatInstant, parseInstant } from './time/instant.ts'
import {
  type CopySignature,
  copySignatureOf,
  deliveryUrl,
  firstAttempt,
  type Posted,
  type WebhookOrder,
} from './webhook.ts'
import { isOutside, type WebhookHosts, whyNotCalled } from './webhook-hosts.ts'
import type { World } from './world.ts'

/** When a delivery is attempted, in microseconds since its date: 5 attempts (documented), at these times (assumed). */
const schedule: readonly number[] = [0, 60e6, 5 * 60e6, 30 * 60e6, 120 * 60e6]

/** The limits of redeliveries whose attempts are kept for an event, and of what was warned about. */
const mostRedelivered = 100
const mostWarned = 1000

/** The prefix of an attempt's error if nothing was sent because of the host; the delivery then stays `pending`. */
const withheld = 'not sent: '

/** What a warning about a host outside means: the sample organisation has a webhook there. */
const harmless =
  ' This is harmless unless you wait for it: then allow the host by webhookHosts (--webhook-host), or give the webhook config a URL on this machine.'

/** The name of due work that sends a delivery. */
const deliver = 'event.deliver'

/** One attempt to send something to a webhook. */
export interface Attempt {
  readonly at: string
  readonly status: number | null
  /** Why the attempt failed; null if it succeeded. */
  readonly error: string | null
  /** Whether nothing was sent: the webhook config is missing or incomplete, or its host is not allowed. */
  readonly unsent: boolean
  /** Whether it was requested by the developer, and is none of the API's own attempts. */
  readonly redelivered: boolean
  /** How a copy was signed that is not signed as it should be. */
  readonly signature?: Exclude<CopySignature, 'right'>
  /** Four characters that tell the secret that signed it from others; only if it was signed as it should be. */
  readonly fingerprint?: string
}

/** The delivery of an event to a webhook. */
export interface Delivery {
  readonly id: string
  /** For messages: `session.expired`. */
  readonly name: string
  /** Deliveries of the same line are sent one after another, in the order in which they come due. */
  readonly line: string | number
  readonly date: string
  readonly isPending: boolean
  /** Whether there is one attempt only. */
  readonly isOnce: boolean
  /** Of redeliveries, the last 100. */
  readonly attempts: readonly Attempt[]
}

/** Which deliveries to list: one, the last of them, or the last of those before one. */
export interface DeliveryPage {
  readonly id?: string | undefined
  readonly limit?: number | undefined
  /** The ID of a delivery. */
  readonly before?: string | undefined
}

/** What an attempt came to. */
type Outcome = Posted & Partial<Pick<Attempt, 'unsent' | 'fingerprint'>>

/** What the dispatcher needs of an API and its network. */
export interface DispatcherHost {
  find(id: string | number): Delivery | undefined
  /** Every delivery that is still to be sent. */
  pending(): readonly Delivery[]
  /** URL and secret of its webhook; undefined if that no longer exists. */
  targetOf(id: string): { readonly url: string; readonly secret: string } | undefined
  /** The body, the same for all attempts. */
  bodyOf(id: string): object
  /** Scripted statuses of the attempts of a delivery, the last one repeated; null to send over the network. */
  answers(id: string): readonly number[] | null
  /** When deliveries are first attempted. */
  order(): WebhookOrder
  /** The copies that follow the first attempt of each delivery, by their signatures. */
  copies(): readonly CopySignature[]
  /** Records an attempt; `outcome` is given with the last one. */
  record(id: string, attempts: readonly Attempt[], retries: number, outcome: 'deliver' | 'fail' | undefined): void
  post(url: string, signature: string, body: string): Promise<Posted>
  readonly hosts: WebhookHosts
}

/** When each delivery is attempted next, by its ID. */
export function nextAttempts<A extends ApiTypes>({ time }: World<A>): ReadonlyMap<string | number, string> {
  const due = Array.from(time.queue).filter(({ action }) => action === deliver)
  return new Map(due.map(({ id, at }) => [id, formatInstant(at)]))
}

/** Sends the deliveries in the outbox of a world to webhooks. */
export class WebhookDispatcher<A extends ApiTypes> {
  /** Emits the ID of a delivery after every attempt. */
  readonly attempted = new Emitter<string>()
  readonly #world: World<A>
  readonly #host: DispatcherHost
  /** For each line, the end of its last delivery. */
  readonly #lines = new Map<string | number, Promise<void>>()
  readonly #warned = new Set<string>()
  /** What is known of URLs, while others than this machine may call the mock, or may not. */
  #places = { isExposed: false, known: placesKept() }
  /** IDs of deliveries that are being sent. */
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
    world.outbox.on(({ id, copy }) => {
      const delivery = host.find(id)
      if (!delivery) return
      const order = delivery.isOnce ? 'sent' : host.order()
      if (order === 'sent' || copy) this.#send(delivery, copy)
      else {
        world.coverage.count('webhooks', order)
        world.schedule(firstAttempt(order, parseInstant(delivery.date) ?? 0), deliver, id)
      }
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

  /** Sends nothing while held; deliveries that come due meanwhile are sent afterwards. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (!isHeld) this.#resume()
  }

  /** The deliveries that are still to be sent, and what each waits for. */
  waiting(): readonly { readonly name: string; readonly why: string }[] {
    const { clock, queue } = this.#world.time
    const due = new Map(Array.from(queue).flatMap(({ action, id, at }) => (action === deliver ? [[id, at]] : [])))
    return this.#host.pending().map(({ id, name, attempts }) => {
      const at = due.get(id)
      const last = attempts.at(-1)
      const why = this.#isHeld
        ? 'nothing is sent while the mock is closed'
        : this.#sending.has(id)
          ? 'its receiver has not answered yet'
          : at !== undefined
            ? `its next attempt is due at ${formatInstant(at)}, and the clock is at ${formatInstant(clock.now())}`
            : (last?.error ?? 'it was not attempted yet')
      return { name, why }
    })
  }

  /** Sends a delivery once more, whatever its state. Throws the API's 500 if the world is reset meanwhile. */
  async redeliver(delivery: Delivery): Promise<void> {
    if (this.#isHeld) throw new UsageError('Nothing is sent while the mock is closed.')
    const { time } = this.#world
    await time.unlessReset(() => {
      this.#send(delivery, 'right')
      return time.inFlight.idle()
    })
  }

  /** Schedules deliveries again that were being sent when the world was saved: their outcome belongs to another generation. */
  #resume(): void {
    const scheduled = new Set(Array.from(this.#world.time.queue, ({ action, id }) => action === deliver && id))
    for (const { id, attempts } of this.#host.pending()) {
      const isLost = !scheduled.has(id) && !this.#sending.has(id) && !isWithheld(attempts.at(-1))
      if (isLost) this.#world.schedule(this.#world.clock.now(), deliver, id)
    }
  }

  /** Sends a delivery after those before it in its line; concludes it at once if its outcome needs no network. */
  #send(delivery: Delivery, copy?: CopySignature): void {
    if (this.#isHeld) return
    const { id, date, line } = delivery
    const { clock, time, log } = this.#world
    const { generation } = time
    const last = delivery.attempts.at(-1)?.at
    // The first attempt is dated like its delivery, although a running clock has moved on since.
    const isFirst = last === undefined && !copy && (delivery.isOnce || this.#host.order() === 'sent')
    const at = isFirst ? date : clock.notBefore(last ?? date)
    const known = this.#foresee(delivery)
    if (known) {
      this.#conclude(delivery, attemptOf(at, known, copy))
      return
    }
    const attempt = async () => {
      if (generation !== time.generation || this.#isHeld) return
      const posted = await this.#post(delivery, copy).catch((error): Outcome => {
        log('error', `Event ${id} could not be sent: ${stackOf(error)}`)
        return { status: null, error: messageOf(error) }
      })
      const current = this.#host.find(id)
      if (generation === time.generation && current) this.#conclude(current, attemptOf(at, posted, copy))
    }
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(attempt).catch((error) => {
      log('error', `The attempt to send event ${id} could not be recorded: ${stackOf(error)}`)
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

  /** The outcome of an attempt that needs no network: it is scripted, or nothing can be sent. */
  #foresee({ id, name, attempts }: Delivery): Outcome | undefined {
    const target = this.#host.targetOf(id)
    if (!target) return unsent('the webhook config was deleted')
    const answers = this.#host.answers(id)
    if (answers) return scripted(answers[Math.min(attempts.length, answers.length - 1)] as number)
    const place = this.#placeOf(target.url)
    if (place.fault !== undefined) return unsent(place.fault)
    if (!target.secret) return unsent('the webhook config has no secret')
    const { hostname, why } = place
    if (why === undefined) return undefined
    const error = `${withheld}${hostname} ${why}`
    this.#warn(hostname, `Event ${id} (${name}) was ${error}.${why === isOutside ? harmless : ''}`)
    return unsent(error)
  }

  /** What is known of the URL of a webhook, to which many events go: to read it takes longer than to send one that is scripted. */
  #placeOf(url: string): Place {
    const { hosts } = this.#host
    if (hosts.isExposed !== this.#places.isExposed) this.#places = { isExposed: hosts.isExposed, known: placesKept() }
    return this.#places.known.made(url, () => placeOf(url, hosts))
  }

  async #post(delivery: Delivery, copy: CopySignature = 'right'): Promise<Outcome> {
    // The webhook config may have been changed or deleted while the delivery waited.
    const target = this.#host.targetOf(delivery.id)
    const known = this.#foresee(this.#host.find(delivery.id) ?? delivery)
    if (!target || known) return known as Outcome
    const body = JSON.stringify(this.#host.bodyOf(delivery.id))
    // Signed at the time of sending, which may be later than it came due.
    const seconds = Math.floor(this.#world.clock.now() / 1e6)
    const signature = await copySignatureOf(copy, target.secret, seconds, body)
    const posted = await this.#host.post(deliveryUrl(target.url, delivery.id), signature, body)
    return copy === 'right' ? { ...posted, fingerprint: fingerprintOf(target.secret) } : posted
  }

  /** Warns once about each subject: a host that nothing is sent to, or how deliveries to a URL failed. */
  #warn(subject: string, message: string): void {
    if (this.#warned.has(subject)) return
    if (this.#warned.size >= mostWarned) this.#warned.clear()
    this.#warned.add(subject)
    this.#world.log('warn', message)
  }

  /** Warns of a delivery that is given up, unless its answers are scripted; a test has an end of its own. */
  #warnFailed({ id, name, isOnce }: Delivery, { error }: Attempt, tried: number): void {
    if (isOnce || this.#host.answers(id)) return
    const target = this.#host.targetOf(id)
    const to = target ? ` to ${withoutSecrets(target.url)}` : ''
    const attempts = tried === 1 ? 'one attempt' : `${tried} attempts`
    this.#warn(
      `${to} ${error}`,
      `Event ${id} (${name}) was not delivered${to}, and is failed after ${attempts}; the last error: ${error}. Others that fail so are not reported.`,
    )
  }

  /** Records an attempt. Any 2xx is a delivery (assumed); otherwise it is tried again, up to 5 times (documented). */
  #conclude(delivery: Delivery, attempt: Attempt): void {
    const { id } = delivery
    const attempts = kept(delivery.attempts.concat(attempt))
    const tried = attempts.reduce((count, { redelivered }) => count + (redelivered ? 0 : 1), 0)
    const { signature = 'right' } = attempt
    if (attempt.redelivered) this.#world.coverage.count('webhooks', `copied, signature ${signature}`)
    else if (tried > 1) this.#world.coverage.count('webhooks', 'retried')
    const outcome = this.#outcome(delivery, attempt, tried)
    this.#host.record(id, attempts, Math.max(0, tried - 1), outcome)
    if (outcome === 'fail') this.#warnFailed(delivery, attempt, tried)
    this.attempted.emit(id)
    if (delivery.isOnce || attempt.redelivered || tried > 1 || isWithheld(attempt)) return
    for (const copy of this.#host.copies()) this.#world.outbox.emit({ id, copy })
  }

  /** The outcome of a delivery after an attempt; undefined if it stays as it is. Schedules the next attempt, if any. */
  #outcome(
    { id, date, isPending, isOnce, attempts }: Delivery,
    attempt: Attempt,
    tried: number,
  ): 'deliver' | 'fail' | undefined {
    if (attempt.signature) return undefined
    if (attempt.error === null) return 'deliver'
    const staysPending = isWithheld(attempt) && !isOnce
    if (!isPending || attempt.redelivered || staysPending) return undefined
    const next = isOnce ? undefined : schedule[tried]
    if (next === undefined || !this.#host.targetOf(id)) return 'fail'
    const first = [...attempts, attempt].find(({ redelivered }) => !redelivered)?.at
    this.#world.schedule((parseInstant(first ?? date) ?? 0) + next, deliver, id)
    return undefined
  }
}

function attemptOf(at: string, posted: Outcome, copy: CopySignature | undefined): Attempt {
  const { status, error, unsent = false, fingerprint } = posted
  const attempt = { at, status, error, unsent, redelivered: copy !== undefined }
  return Object.assign(attempt, fingerprint && { fingerprint }, copy && copy !== 'right' && { signature: copy })
}

/** Where a webhook is: the host, and why it is not called, or why the URL is none that is called. */
type Place =
  | { readonly fault: string }
  | { readonly fault?: undefined; readonly hostname: string; readonly why: string | undefined }

const placesKept = () => new BoundedMap<string, Place>(100)

function placeOf(url: string, hosts: WebhookHosts): Place {
  if (!isUrl(url)) return { fault: "the webhook config's URL is not valid" }
  const { hostname, username, password } = new URL(url)
  if (username || password) return { fault: "the webhook config's URL holds a user name or a password" }
  return { hostname, why: whyNotCalled(hostname, hosts) }
}

/** Drops the attempt of the oldest redelivery if there are more than the limit. */
function kept(attempts: readonly Attempt[]): readonly Attempt[] {
  if (attempts.length <= mostRedelivered) return attempts
  const asked = attempts.filter(({ redelivered }) => redelivered)
  return asked.length > mostRedelivered ? attempts.filter((attempt) => attempt !== asked[0]) : attempts
}

const isWithheld = (attempt: Attempt | undefined) => attempt?.error?.startsWith(withheld) ?? false
const unsent = (error: string) => ({ status: null, error, unsent: true })

/** The outcome of a scripted status. */
const scripted = (status: number): Posted => ({
  status,
  error: status >= 200 && status < 300 ? null : `status ${status}`,
})
