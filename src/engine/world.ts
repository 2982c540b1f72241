import type { Key, ModelName, Records, StorageConfig, Task, WebhookConfig } from '../ricloud/resources/records.ts'
import { type Due, dueActions } from '../ricloud/rules/due.ts'
import { planExpiry } from '../ricloud/rules/key.ts'
import { RateCounter } from '../ricloud/rules/limits.ts'
import { followConfigs } from '../ricloud/rules/organisation.ts'
import { Accounts } from '../ricloud/services/accounts.ts'
import type { Rules, Settings } from '../ricloud/settings.ts'
import { Emitter } from './emitter.ts'
import { apiErrors } from './errors.ts'
import { Faults } from './faults.ts'
import { History } from './history.ts'
import type { Resource } from './lifecycle.ts'
import { Random } from './random.ts'
import { SnapshotRegistry, type Snapshotted, type WorldState } from './snapshots.ts'
import { createDatabase, type Database, type Tables } from './store/database.ts'
import { Clock, type Instant, latestInstant, stopwatch, within } from './time/clock.ts'
import { InFlight } from './time/in-flight.ts'
import { type DueWork, Queue } from './time/queue.ts'

/** Something that happened to a record, at the instant of the virtual clock. */
export interface DomainEvent {
  readonly at: Instant
  /** The resource and a verb in the past tense: `session.expired`. */
  readonly event: string
  readonly resource: Resource
  readonly record: Records[Resource]
}

export interface WorldOptions extends Rules {
  readonly seed: number
  /** What every token begins with where the API shows and takes it; the records hold tokens without it. */
  readonly tokenPrefix?: string
  /** Whether what is told of happenings shows tokens and secrets. */
  readonly showSecrets?: boolean
  /** Told of what nobody may miss. */
  readonly log?: (level: 'warn' | 'error', message: string) => void
}

/** One complete mock: records, time, chance and what is due. Nothing of it is shared with another world. */
export class World {
  readonly clock: Clock
  readonly random: Random
  readonly queue = new Queue()
  /** Who only looks on. */
  readonly events = new Emitter<DomainEvent>()
  /** Who acts on what happens; told after all who look on, so that causes are seen before effects. */
  readonly reactions = new Emitter<DomainEvent>()
  /** Told of every move of the clock but its own run. */
  readonly clockMoves = new Emitter<void>()
  /** Told when the world began anew, or became again what it was. */
  readonly restarted = new Emitter<void>()
  readonly database: Database
  readonly tables: Tables
  readonly tokenPrefix: string
  readonly showSecrets: boolean
  readonly rates = new RateCounter()
  readonly faults = new Faults()
  readonly history = new History()
  /** What is saved and restored of it. */
  readonly snapshots = new SnapshotRegistry()
  /** Whoever waits for something looks again when something on the network is over. */
  readonly inFlight = new InFlight(() => this.#wakeWaiting())
  /** What due work of each name does. */
  readonly dueHandlers = new Map<string, Due>(Object.entries(dueActions))
  /** What else is known of a token that no key has. */
  whyUnknown: (token: string) => string = () => ''
  /** Calls a webhook for a test; without a courier nobody does. */
  callWebhook: (config: WebhookConfig, task: Task) => void = () => {}
  readonly log: NonNullable<WorldOptions['log']>
  /** How often the world began anew. */
  generation = 0
  #rules: Rules
  #accounts: Accounts
  readonly #emptyState: WorldState
  readonly #waiting = new Set<() => void>()
  /** The last of the journeys through time, which follow each other. */
  #lastMove: Promise<void> = Promise.resolve()
  /** What follows from a write, until the write is told. */
  #deferred: (() => void)[] | undefined
  #wakeUp: { at: Instant; cancel(): void } | undefined

  constructor({ seed, tokenPrefix = '', showSecrets = false, log = () => {}, ...rules }: WorldOptions) {
    this.showSecrets = showSecrets
    this.log = log
    this.clock = new Clock(rules.clock)
    this.random = new Random(seed)
    this.tokenPrefix = tokenPrefix
    this.#rules = rules
    this.#accounts = new Accounts(rules.accounts)
    this.database = createDatabase(
      {
        uuid: () => this.random.uuid(),
        text: (length) => this.random.text(length),
        stamp: () => this.clock.stamp(),
      },
      (model, previous, next) => this.#written(model, previous, next),
    )
    this.tables = this.database.tables
    const { database, clock, queue, random, rates, faults, history } = this
    const accounts: Snapshotted = {
      save: () => this.#accounts.save(),
      restore: (state) => this.#accounts.restore(state),
      pack: (state) => this.#accounts.pack(state),
      unpack: (packed) => this.#accounts.unpack(packed),
    }
    for (const part of Object.entries({ database, clock, queue, random, accounts, rates, faults, history }))
      this.snapshots.add(...part)
    this.#emptyState = this.snapshots.save()
  }

  get settings(): Settings {
    return this.#rules.settings
  }

  /** The external services behind the sources. */
  get accounts(): Accounts {
    return this.#accounts
  }

  /** Goes by other rules from now on; the clock is left as it is. */
  useRules(rules: Rules): void {
    this.#rules = rules
    this.#accounts = new Accounts(rules.accounts)
  }

  /** Forgets everything, and lets time begin by other rules. */
  begin(rules: Rules): void {
    this.useRules(rules)
    this.restore(this.#emptyState)
    this.clock.begin(rules.clock)
  }

  /** Tells what happened to a record, and gives back what it is after all that this set off. */
  emit<R extends Resource>(event: string, resource: R, record: Records[R]): Records[R] {
    const happening = { at: this.clock.now(), event, resource, record }
    const followed = this.#deferred
    this.#deferred = undefined
    this.history.add(happening)
    this.events.emit(happening)
    for (const follow of followed ?? []) follow()
    this.#wakeWaiting()
    this.reactions.emit(happening)
    return (this.tables[resource].get(record.id) as Records[R] | undefined) ?? record
  }

  /** Writes what is told of next: what follows from it comes after it was told. */
  write<T>(work: () => T): T {
    this.#deferred = []
    try {
      return work()
    } catch (error) {
      this.#deferred = undefined
      throw error
    }
  }

  /** Lets something happen at an instant. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    const work = this.queue.add(Math.min(at, latestInstant), action, id, details)
    this.#wake()
    return work
  }

  /** Lets everything happen that is due until an instant, in its order, each at its own time. */
  runDue(until: Instant = this.clock.now()): void {
    while (this.#runNext(until) !== undefined);
  }

  /** Lets happen what is due next, and gives back when it was due. */
  #runNext(until: Instant): Instant | undefined {
    const work = this.queue.first()
    if (!work || work.at > until) return undefined
    this.queue.remove(work)
    this.clock.at(work.at, () => this.dueHandlers.get(work.action)?.run(this, work))
    return work.at
  }

  /**
   * Moves time forward to an instant as `moveTo` does, but waits at each moment until the network is quiet, so that what
   * comes of it happens before time goes on. Journeys follow each other.
   *
   * Throws the API's 500 if the world is reset meanwhile.
   *
   * @param target of what instant it then is
   * @param begins told when the move begins, which those before it may delay
   */
  async advanceTo(target: (now: Instant) => Instant, begins: () => void = () => {}): Promise<void> {
    const { generation } = this
    const move = this.#lastMove.then(() => {
      begins()
      return this.#advanceTo(target, generation)
    })
    this.#lastMove = move.catch(() => {})
    await move
  }

  async #advanceTo(target: (now: Instant) => Instant, generation: number): Promise<void> {
    const { inFlight } = this
    const isOver = () => {
      if (generation !== this.generation) throw apiErrors.wasReset()
    }
    isOver()
    this.runDue()
    await inFlight.idle()
    isOver()
    const end = Math.min(target(this.clock.now()), latestInstant)
    for (;;) {
      while (inFlight.isIdle) {
        const at = this.#runNext(end)
        isOver()
        if (at === undefined) break
        // The network takes no virtual time: what comes of it happens at this moment.
        if (!inFlight.isIdle && at > this.clock.now()) this.clock.moveTo(at)
      }
      if (inFlight.isIdle) break
      await inFlight.idle()
      isOver()
    }
    if (end > this.clock.now()) this.clock.moveTo(end)
    this.#moved()
  }

  /** Moves time forward to an instant, once everything due until then has happened; not at all if that is past. */
  moveTo(instant: Instant): void {
    this.runDue()
    const target = Math.min(Math.max(instant, this.clock.now()), latestInstant)
    this.runDue(target)
    this.clock.moveTo(target)
    this.#moved()
  }

  /** Ends for good: nothing is due, nobody waits, and nothing is held. */
  end(): void {
    this.restore(this.#emptyState)
  }

  freeze(): void {
    this.runDue()
    this.clock.freeze()
    this.#moved()
  }

  run(speed: number): void {
    this.runDue()
    this.clock.run(speed)
    this.#moved()
  }

  /**
   * Waits until something is done, for at most so many microseconds. A running clock is waited for; a frozen one moves
   * to the instant at which it will be done if that lies within the time, and otherwise not at all (assumed).
   *
   * @param at when it will be done, so far as time decides
   * @param calls whether the network decides too, for which a frozen clock really waits
   */
  async waitUntil(isOpen: () => boolean, at: Instant | undefined, most: number, calls = false): Promise<void> {
    const until = this.clock.now() + most
    const began = stopwatch()
    for (;;) {
      this.runDue()
      const now = this.clock.now()
      if (!isOpen()) return
      const isAhead = at !== undefined && at > now
      if (!this.clock.frozen && now >= until) return
      else if (!this.clock.frozen) await this.#pause(Math.min(isAhead ? at : Infinity, until) - now)
      else if (isAhead && at <= until) this.moveTo(at)
      else if (!calls || this.inFlight.isIdle) return
      else if (!(await this.unlessReset(() => within(this.inFlight.idle(), most / 1000 - (stopwatch() - began)))))
        return
    }
  }

  /** Throws the API's 500 if the world is reset while something is waited for, and gives back what it came to. */
  async unlessReset<T>(wait: () => Promise<T>): Promise<T> {
    const { generation } = this
    const waited = await wait()
    if (generation !== this.generation) throw apiErrors.wasReset()
    return waited
  }

  /** Lets a length of time pass: really while the clock runs, by a move of a frozen one. */
  async wait(microseconds: number): Promise<void> {
    const until = this.clock.now() + microseconds
    if (this.clock.frozen) this.moveTo(until)
    while (!this.clock.frozen && this.clock.now() < until) await this.#pause(until - this.clock.now())
  }

  /** Waits for a length of running time, or less if anything happens. Throws the API's 500 if the world is reset meanwhile. */
  async #pause(microseconds: number): Promise<void> {
    const pause = (done: () => void) => {
      const resume = () => {
        stop()
        this.#waiting.delete(resume)
        done()
      }
      const stop = this.clock.wake(microseconds, resume, true)
      this.#waiting.add(resume)
    }
    await this.unlessReset(() => new Promise<void>((done) => pause(done)))
    this.runDue()
  }

  /** Wakes whoever waits, to look again. */
  #wakeWaiting(): void {
    for (const resume of [...this.#waiting]) resume()
  }

  #moved(): void {
    this.#wake(true)
    this.#wakeWaiting()
    this.clockMoves.emit()
  }

  /** What will happen, in its order; work that its record has outlived is left out. */
  *upcoming(): Generator<DueWork, undefined> {
    for (const work of this.queue) if (this.dueHandlers.get(work.action)?.holds(this, work)) yield work
    return undefined
  }

  /** Makes the world what it was when its parts were saved; parts that were not stay. */
  restore(state: WorldState): void {
    this.generation++
    this.inFlight.clear()
    this.snapshots.restore(state)
    this.restarted.emit()
    this.#moved()
  }

  /** In a running world one timer waits for the next due work, so that it happens even when nobody looks. */
  #wake(clockMoved = false): void {
    const next = this.clock.frozen ? undefined : this.queue.first()
    if (next && this.#wakeUp?.at === next.at && !clockMoved) return
    this.#wakeUp?.cancel()
    this.#wakeUp = next && {
      at: next.at,
      cancel: this.clock.wake(next.at - this.clock.now(), () => {
        this.#wakeUp = undefined
        this.runDue()
        this.#wake()
      }),
    }
  }

  /** Rules that follow from a record, whoever wrote it: a call, a fixture or the plain model. */
  #written(model: ModelName, previous: object | undefined, next: object | undefined): void {
    if (model === 'key' && next) planExpiry(this, next as Key, previous as Key | undefined)
    if (model !== 'storage_config') return
    const follow = () => followConfigs(this, ((next ?? previous) as StorageConfig).organisation)
    if (this.#deferred) this.#deferred.push(follow)
    else follow()
  }
}
