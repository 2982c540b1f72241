import type { ApiTypes, NameOf } from './api-types.ts'
import { Emitter } from './emitter.ts'
import { Faults } from './faults.ts'
import { History } from './history.ts'
import { Random } from './random.ts'
import { RateCounter } from './rate-counter.ts'
import { SnapshotRegistry, type Snapshotted, type WorldState } from './snapshots.ts'
import { createDatabase, type Database, type Tables } from './store/database.ts'
import type { ClockOptions, Instant } from './time/clock.ts'
import type { DueWork } from './time/queue.ts'
import { Timeline } from './time/timeline.ts'
import type { Views } from './view.ts'

/** Something that happened to a record, at the instant of the virtual clock. */
export interface DomainEvent<A extends ApiTypes> {
  readonly at: Instant
  /** A resource and a verb in the past tense: `session.expired`. */
  readonly event: string
  readonly resource: NameOf<A>
  readonly record: A['records'][NameOf<A>]
}

/** Work of one name that comes due, found by the name so that the queue holds data only. */
export interface DueHandler<A extends ApiTypes> {
  /** Whether it will still do something. */
  isPending(world: World<A>, work: DueWork): boolean
  run(world: World<A>, work: DueWork): void
}

/** Due work of an API, which comes to a record. */
export interface ApiDueHandler<A extends ApiTypes> extends DueHandler<A> {
  readonly resource: NameOf<A>
}

/** Who looks at the records of a world. */
export type ViewerOf<A extends ApiTypes> = A['viewer'] & { readonly world: World<A> }

/** What of an API a world goes by. */
export interface WorldApi<A extends ApiTypes> {
  readonly definitions: A['definitions']
  readonly views: Views<ViewerOf<A>, A['records']>
  /** How an API's own organisation, or whoever owns records, sees them. */
  readonly viewer: A['viewer']
  readonly dueWork?: Readonly<Record<string, ApiDueHandler<A>>>
  /** Follows every event, before what was deferred until it. */
  readonly onEvent?: (world: World<A>, event: DomainEvent<A>) => void
  /** Rules that follow from a record, whoever wrote it: a call, a fixture or the plain model. */
  readonly onWrite?: {
    readonly [Name in NameOf<A>]?: (
      world: World<A>,
      previous: A['records'][Name] | undefined,
      next: A['records'][Name] | undefined,
    ) => void
  }
}

/** What a world goes by beside its API. */
export interface Rules<A extends ApiTypes> {
  readonly clock: ClockOptions
  readonly settings: A['settings']
  /** Makes the services that the API talks to, as they are before any call. */
  readonly services: () => A['services']
}

export interface WorldOptions<A extends ApiTypes> extends Rules<A> {
  readonly seed: number
  /** What every token begins with where the API sends and takes it; the records hold tokens without it. */
  readonly tokenPrefix?: string
  /** Whether views of events show tokens and secrets. */
  readonly showSecrets?: boolean
  /** Receives warnings and bugs. */
  readonly log?: (level: 'warn' | 'error', message: string) => void
}

/** One complete mock: records, time, random numbers and what is due. Nothing of it is shared with another world. */
export class World<A extends ApiTypes> {
  readonly time: Timeline
  readonly random: Random
  /** Listeners that must not change state. */
  readonly events = new Emitter<DomainEvent<A>>()
  /** Listeners that may change state; they follow all others, so that causes are seen before effects. */
  readonly reactions = new Emitter<DomainEvent<A>>()
  /** Emits when the world was reset or restored. */
  readonly restarted = new Emitter<void>()
  /** IDs of deliveries that are to be sent to a webhook now. */
  readonly outbox = new Emitter<string>()
  readonly database: Database<A>
  readonly tables: Tables<A>
  readonly tokenPrefix: string
  readonly showSecrets: boolean
  readonly rates = new RateCounter()
  readonly faults = new Faults()
  readonly history = new History()
  /** What is saved and restored of it. */
  readonly snapshots = new SnapshotRegistry()
  readonly viewer: ViewerOf<A>
  readonly log: NonNullable<WorldOptions<A>['log']>
  /** What else is known of a token that no record has. */
  whyUnknown: (token: string) => string = () => ''
  readonly #handlers: Map<string, DueHandler<A>>
  #rules: Rules<A>
  #services: A['services']
  readonly #emptyState: WorldState
  /** What follows from a write, until its event is emitted. */
  #deferred: (() => void)[] | undefined

  constructor(
    readonly api: WorldApi<A>,
    { seed, tokenPrefix = '', showSecrets = false, log = () => {}, ...rules }: WorldOptions<A>,
  ) {
    this.showSecrets = showSecrets
    this.log = log
    this.#handlers = new Map(Object.entries(api.dueWork ?? {}))
    this.time = new Timeline(rules.clock, {
      run: (work) => this.#handlerOf(work.action).run(this, work),
      isPending: (work) => this.isPending(work),
    })
    this.random = new Random(seed)
    this.tokenPrefix = tokenPrefix
    this.viewer = { ...api.viewer, world: this }
    this.#rules = rules
    this.#services = rules.services()
    this.database = createDatabase(
      api.definitions,
      {
        uuid: () => this.random.uuid(),
        text: (length) => this.random.text(length),
        stamp: () => this.clock.stamp(),
      },
      (resource, previous, next) => api.onWrite?.[resource]?.(this, previous, next),
    )
    this.tables = this.database.tables
    const { database, random, rates, faults, history } = this
    const { clock, queue } = this.time
    const services: Snapshotted = {
      save: () => this.#services.save(),
      restore: (state) => this.#services.restore(state),
      pack: (state) => this.#services.pack?.(state),
      unpack: (packed) => this.#services.unpack?.(packed),
    }
    for (const part of Object.entries({ database, clock, queue, random, services, rates, faults, history }))
      this.snapshots.add(...part)
    this.#emptyState = this.snapshots.save()
  }

  get clock(): Timeline['clock'] {
    return this.time.clock
  }

  get settings(): A['settings'] {
    return this.#rules.settings
  }

  /** What the API talks to. */
  get services(): A['services'] {
    return this.#services
  }

  get views(): WorldApi<A>['views'] {
    return this.api.views
  }

  /** Goes by other rules from now on; the clock is left as it is. */
  useRules(rules: Rules<A>): void {
    this.#rules = rules
    this.#services = rules.services()
  }

  /** Empties the world, and begins again by other rules. */
  begin(rules: Rules<A>): void {
    this.useRules(rules)
    this.restore(this.#emptyState)
    this.clock.begin(rules.clock)
  }

  /** Handles due work of one more name, of a part of the mock that is not the API's. */
  handle(action: string, handler: DueHandler<A>): void {
    this.#handlers.set(action, handler)
  }

  #handlerOf(action: string): DueHandler<A> {
    const handler = this.#handlers.get(action)
    if (!handler) throw new Error(`Nothing handles due work of the name "${action}".`)
    return handler
  }

  /** Schedules work for an instant. Throws an Error if nothing handles work of that name. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    this.#handlerOf(action)
    return this.time.schedule(at, action, id, details)
  }

  /** Whether due work will still do something. */
  isPending(work: DueWork): boolean {
    return this.#handlerOf(work.action).isPending(this, work)
  }

  /** Emits what happened to a record, and returns what it is after all that this set off. */
  emit<Name extends NameOf<A>>(event: string, resource: Name, record: A['records'][Name]): A['records'][Name] {
    const domainEvent = { at: this.clock.now(), event, resource, record }
    const deferred = this.#deferred
    this.#deferred = undefined
    this.history.add(domainEvent)
    this.events.emit(domainEvent)
    this.api.onEvent?.(this, domainEvent)
    for (const work of deferred ?? []) work()
    this.time.wakeWaiting()
    this.reactions.emit(domainEvent)
    return this.tables[resource].get(record.id) ?? record
  }

  /** Writes what an event is emitted for next: what was deferred meanwhile comes after the event. */
  write<T>(work: () => T): T {
    this.#deferred = []
    try {
      return work()
    } catch (error) {
      this.#deferred = undefined
      throw error
    }
  }

  /** Does what follows from a write: once its event was emitted, or at once where none will be. */
  afterEvent(work: () => void): void {
    if (this.#deferred) this.#deferred.push(work)
    else work()
  }

  /** Makes the world what it was when its parts were saved; parts that were not stay. */
  restore(state: WorldState): void {
    this.time.restart(() => {
      this.snapshots.restore(state)
      this.restarted.emit()
    })
  }

  /** Ends for good: nothing is due, nobody waits, and nothing is held. */
  end(): void {
    this.restore(this.#emptyState)
  }
}
