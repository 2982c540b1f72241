import type { ApiTypes, NameOf } from './api-types.ts'
import { Buckets } from './buckets.ts'
import { ChangeLog } from './change-log.ts'
import { Coverage } from './coverage.ts'
import { Emitter } from './emitter.ts'
import { Faults } from './faults.ts'
import { History, type PastEvent } from './history.ts'
import type { LocalFolder } from './local-folder.ts'
import { PastTokens } from './past-tokens.ts'
import { Random } from './random.ts'
import { RateCounter } from './rate-counter.ts'
import { Recorder } from './recorder.ts'
import type { Definition } from './resource.ts'
import { SnapshotRegistry, type Snapshotted, type WorldState } from './snapshots.ts'
import { createDatabase, type Database, type Tables } from './store/database.ts'
import type { Id } from './store/index-range.ts'
import type { ClockOptions, RealTime } from './time/clock.ts'
import type { Instant } from './time/instant.ts'
import type { DueWork } from './time/queue.ts'
import { Timeline } from './time/timeline.ts'
import type { Views } from './view.ts'
import type { CopySignature } from './webhook.ts'

/** A change of a record, with the instant on the virtual clock. */
export interface DomainEvent<A extends ApiTypes> {
  readonly at: Instant
  /** A resource and a verb in the past tense: `session.expired`. */
  readonly event: string
  readonly resource: NameOf<A>
  readonly record: A['records'][NameOf<A>]
  /** The entry in the history, with its cause. */
  readonly past: PastEvent
}

/** Handles due work of one name; the queue holds only the name, so that it can be serialized. */
export interface DueHandler<A extends ApiTypes> {
  /** Whether the work will still have an effect. */
  isPending(world: World<A>, work: DueWork): boolean
  run(world: World<A>, work: DueWork): void
}

/** Handles due work of an API, which is about a record. */
export interface ApiDueHandler<A extends ApiTypes> extends DueHandler<A> {
  readonly resource: NameOf<A>
}

/** For whom views of a world's records are made. */
export type ViewerOf<A extends ApiTypes> = A['viewer'] & { readonly world: World<A> }

/** The parts of an API's definition that a world needs. */
export interface WorldApi<A extends ApiTypes> {
  readonly definitions: A['definitions']
  readonly views: Views<ViewerOf<A>, A['records']>
  /** The viewer for views outside of calls, such as those of events. */
  readonly viewer: A['viewer']
  /** A viewer for each dialect. */
  readonly viewers?: readonly A['viewer'][]
  readonly dueWork?: Readonly<Record<string, ApiDueHandler<A>>>
  /** What else is known of a record, for the control API: without secrets. */
  readonly notes?: {
    readonly [Name in NameOf<A>]?: (world: World<A>, record: A['records'][Name]) => Readonly<Record<string, unknown>>
  }
  /** Called for every event, before the work that `afterEvent` deferred. */
  readonly onEvent?: (world: World<A>, event: DomainEvent<A>) => void
  /** Called for every write of a record: by a call, a fixture or the plain model. */
  readonly onWrite?: {
    readonly [Name in NameOf<A>]?: (
      world: World<A>,
      previous: A['records'][Name] | undefined,
      next: A['records'][Name] | undefined,
    ) => void
  }
}

/** The configuration of a world that a scenario determines. */
export interface Rules<A extends ApiTypes> {
  readonly clock: ClockOptions
  readonly settings: A['settings']
  /** The seed of random numbers, IDs, tokens and generated records. */
  readonly seed: number
  /** Creates the external services in their initial state. */
  readonly services: () => A['services']
}

export interface WorldOptions<A extends ApiTypes> extends Rules<A> {
  /** The ID of a world beside the first one, which begins its tokens; null for the first one. */
  readonly id?: string | null
  /** Where it answers until a request tells it: scheme and host. */
  readonly origin?: string
  /** Whether views of events show tokens and secrets. */
  readonly showSecrets?: boolean
  /** Where objects at `local://` URLs are files; without it, there are none. */
  readonly localFolder?: LocalFolder | undefined
  /** Counts what happens; by default a counter of its own. */
  readonly coverage?: Coverage
  /** How many inputs the recorder keeps; none by default. */
  readonly recorded?: number | undefined
  /** What its clock follows while it runs; by default the time of this machine. */
  readonly realTime?: RealTime | undefined
  /** Receives warnings and bugs. */
  readonly log?: (level: 'warn' | 'error', message: string) => void
}

const nothing: readonly (() => void)[] = []

/** The state of one mock: records, clock, random numbers and due work. Worlds share no state. */
export class World<A extends ApiTypes> {
  readonly time: Timeline
  readonly random: Random
  /** Listeners that must not change state. */
  readonly events = new Emitter<DomainEvent<A>>()
  /** Listeners that may change state; called after all others, so that those see a cause before its effects. */
  readonly reactions = new Emitter<DomainEvent<A>>()
  /** Emits after the world was reset or restored. */
  readonly restarted = new Emitter<void>()
  /** Emits the IDs of new deliveries to a webhook, and of deliveries that a copy is sent of. */
  readonly outbox = new Emitter<{ readonly id: string; readonly copy?: CopySignature }>()
  readonly database: Database<A>
  readonly tables: Tables<A>
  readonly id: string | null
  /** Where the last request came to, for URLs in responses: scheme and host. */
  origin: string
  /** The prefix of every token in requests and responses; records hold tokens without it. */
  readonly tokenPrefix: string
  readonly showSecrets: boolean
  readonly rates = new RateCounter()
  readonly faults = new Faults()
  readonly history = new History()
  /** Which records were written. */
  readonly changes = new ChangeLog()
  readonly pastTokens = new PastTokens()
  /** What is stored in buckets. */
  readonly buckets: Buckets
  readonly localFolder: LocalFolder | undefined
  /** The parts that are saved and restored. */
  readonly snapshots = new SnapshotRegistry()
  /** What was met, here and in the other worlds of the same mock. */
  readonly coverage: Coverage
  /** What reached the world, for replays. */
  readonly recorder: Recorder<unknown>
  /** Saves the state that a part of the recording begins with; undefined if that is impossible now. */
  saveBase: (isFirst: boolean) => unknown = () => this.snapshots.save()
  readonly viewer: ViewerOf<A>
  readonly log: NonNullable<WorldOptions<A>['log']>
  /** Returns additional text for the error about an unknown token. */
  whyUnknown: (token: string) => string = () => ''
  readonly #handlers: Map<string, DueHandler<A>>
  #rules: Rules<A>
  #services: A['services']
  readonly #emptyState: WorldState
  /** Work that `afterEvent` deferred until the event of the current write is emitted; undefined outside of `write`. */
  #deferred: readonly (() => void)[] | undefined

  constructor(
    readonly api: WorldApi<A>,
    {
      id = null,
      origin = 'http://localhost',
      showSecrets = false,
      localFolder,
      coverage = new Coverage(),
      log = () => {},
      realTime,
      recorded = 0,
      ...rules
    }: WorldOptions<A>,
  ) {
    this.showSecrets = showSecrets
    this.localFolder = localFolder
    this.coverage = coverage
    this.log = log
    this.#handlers = new Map(Object.entries(api.dueWork ?? {}))
    const host = {
      run: (work: DueWork) => this.#handlerOf(work.action).run(this, work),
      isPending: (work: DueWork) => this.isPending(work),
    }
    this.time = new Timeline(rules.clock, host, realTime)
    this.random = new Random(rules.seed)
    const world = {
      clock: this.clock,
      // Not in the middle of a change, during which a listener may call.
      save: (isFirst: boolean) => (Object.keys(this.time.occasion).length === 0 ? this.saveBase(isFirst) : undefined),
      size: () => Object.values(this.tables).reduce((sum, { size }) => sum + size, 0),
    }
    this.recorder = new Recorder(world, recorded)
    this.id = id
    this.origin = origin
    this.tokenPrefix = id === null ? '' : `${id}-`
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
      (resource, previous, next) => {
        this.changes.add(resource, ((next ?? previous) as { readonly id: Id }).id)
        api.onWrite?.[resource]?.(this, previous, next)
      },
      (write, run) => this.recorder.input('write', write, run),
    )
    this.tables = this.database.tables
    this.buckets = new Buckets(() => this.clock.now())
    const { database, random, rates, faults, history, pastTokens, buckets } = this
    const { clock, queue } = this.time
    const services: Snapshotted = {
      save: () => this.#services.save(),
      restore: (state) => this.#services.restore(state),
      pack: (state) => this.#services.pack?.(state),
      unpack: (packed) => this.#services.unpack?.(packed),
    }
    const parts = { database, clock, queue, random, services, rates, faults, history, pastTokens, buckets }
    for (const part of Object.entries(parts)) this.snapshots.add(...part)
    this.#emptyState = this.snapshots.save()
  }

  get clock(): Timeline['clock'] {
    return this.time.clock
  }

  get settings(): A['settings'] {
    return this.#rules.settings
  }

  /** The external services that the API uses. */
  get services(): A['services'] {
    return this.#services
  }

  get views(): WorldApi<A>['views'] {
    return this.api.views
  }

  /** Replaces the rules from now on; the clock stays as it is. */
  useRules(rules: Rules<A>): void {
    this.#rules = rules
    this.#services = rules.services()
  }

  /** Runs work that reads a state saved under other rules: with the services of those rules, in their initial state. */
  withServicesOf<T>(rules: Rules<A>, work: () => T): T {
    const services = this.#services
    this.#services = rules.services()
    try {
      return work()
    } finally {
      this.#services = services
    }
  }

  /** Empties the world, and starts it with other rules. */
  begin(rules: Rules<A>): void {
    this.useRules(rules)
    this.restore(this.#emptyState)
    this.random.restore(new Random(rules.seed).save())
    this.clock.begin(rules.clock)
  }

  /** Registers a handler of due work that is not defined by the API. */
  handle(action: string, handler: DueHandler<A>): void {
    this.#handlers.set(action, handler)
  }

  #handlerOf(action: string): DueHandler<A> {
    const handler = this.#handlers.get(action)
    if (!handler) throw new Error(`Nothing handles due work of the name "${action}".`)
    return handler
  }

  /** Schedules work for an instant. Throws an Error if no handler has the name `action`. */
  schedule(at: Instant, action: string, id: string | number, details?: Record<string, unknown>): DueWork {
    this.#handlerOf(action)
    return this.time.schedule(at, action, id, details)
  }

  /** Whether due work will still have an effect. */
  isPending(work: DueWork): boolean {
    return this.#handlerOf(work.action).isPending(this, work)
  }

  /** Emits an event, and returns the record as it is after all effects of the event. */
  emit<Name extends NameOf<A>>(event: string, resource: Name, record: A['records'][Name]): A['records'][Name] {
    const at = this.clock.now()
    const past = this.history.add(at, event, resource, record, this.time.occasion)
    const domainEvent = { at, event, resource, record, past }
    const deferred = this.#deferred
    this.#deferred = undefined
    this.coverage.count('events', event)
    this.coverage.countState(resource, this.api.definitions[resource] as Definition, record)
    this.events.emit(domainEvent)
    this.api.onEvent?.(this, domainEvent)
    for (const work of deferred ?? nothing) work()
    this.time.wakeWaiting()
    this.reactions.emit(domainEvent)
    return this.tables[resource].get(record.id) ?? record
  }

  /** Runs a write whose event is emitted next; work that `afterEvent` gets meanwhile is deferred until that event. */
  write<T>(work: () => T): T {
    this.#deferred = nothing
    try {
      return work()
    } catch (error) {
      this.#deferred = undefined
      throw error
    }
  }

  /** Runs work after the event of the current write, or at once outside of `write`. */
  afterEvent(work: () => void): void {
    // `push` would reserve room for many more than the one that there mostly is.
    if (this.#deferred) this.#deferred = this.#deferred.concat(work)
    else work()
  }

  /** Restores saved parts of the world; parts that were not saved keep their state. */
  restore(state: WorldState): void {
    this.time.restart(() => {
      this.snapshots.restore(state)
      this.changes.forget()
      this.restarted.emit()
    })
  }

  /** Ends the world: drops its records, due work and waiting calls. */
  end(): void {
    this.restore(this.#emptyState)
  }
}
