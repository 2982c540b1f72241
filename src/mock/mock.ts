import { ClockControl } from '../control/clock.ts'
import { FaultControl } from '../control/faults.ts'
import { RequestControl } from '../control/requests.ts'
import type { ControlContext, Controls } from '../control/routes.ts'
import { usageErrorResponse } from '../control/routing.ts'
import { ScenarioControl } from '../control/scenario.ts'
import { type SnapshotControl, Snapshots } from '../control/snapshots.ts'
import {
  type PastEventView,
  type RecordView,
  type StateView,
  showHistory,
  showRecordWithActions,
  showState,
} from '../control/state.ts'
import { MessageStream, type StreamMessage, type WorldChange } from '../control/stream.ts'
import { WebhookControl } from '../control/webhooks.ts'
import { Worlds } from '../control/worlds.ts'
import { viewEvent } from '../engine/domain-event.ts'
import { UsageError } from '../engine/errors.ts'
import type { Answer, Incoming } from '../engine/http/exchange.ts'
import { incomingOf, responseOf } from '../engine/http/fetch.ts'
import { ListCache } from '../engine/http/list-cache.ts'
import { type CompletedCall, Router } from '../engine/http/router.ts'
import { Journal } from '../engine/journal.ts'
import type { Models } from '../engine/store/models.ts'
import { parseInstant } from '../engine/time/clock.ts'
import { post } from '../engine/webhook.ts'
import { WebhookDispatcher } from '../engine/webhook-dispatcher.ts'
import { World } from '../engine/world.ts'
import { type ActionsOf, act } from '../scenario/act.ts'
import { describeFault } from '../scenario/describe.ts'
import type { MockTypes, ScenarioText } from './api.ts'
import type { MockDefinition } from './definition.ts'
import { prepareScenario } from './loaded-scenario.ts'
import { type MockOptionsOf, type ReadOptions, readOptions } from './options.ts'
import { type Moment, ScenarioHost } from './scenario-host.ts'
import { summaryOf } from './summary.ts'

/** What a world beside the mock's own may be told: options of a mock, or which snapshot it begins with. */
export interface WorldInputOf<A extends MockTypes> extends Omit<MockOptionsOf<A>, 'worlds'> {
  /** The name of a snapshot of the mock's own world; it stands alone. */
  readonly snapshot?: string | undefined
}

/** How a mock makes one that is a world of its. */
export interface Descent<A extends MockTypes> {
  readonly id: string
  readonly of: ApiMock<A>
  /** What a snapshot holds. */
  readonly from?: object | undefined
}

/** One API, in memory: a world of its own, the API that answers from it, and the means to arrange it. */
export class ApiMock<A extends MockTypes> implements Controls {
  /** Null, or the ID of a world that another mock made. */
  readonly id: string | null
  /** The seed of the world. */
  readonly seed: number
  /** Whether steps, accounts and faults of the scenario that never fired are a failure. */
  readonly strict: boolean
  /** The virtual clock. */
  readonly clock: ClockControl<A['api']>
  /** The scenario, and what it has done so far. */
  readonly scenario: ScenarioControl<A['scenarioName'], A['scenarioInput']>
  /** What administrators, services and owners do, by the names that scenarios use: `actions['session.expire']({ where })`. */
  readonly actions: ActionsOf<A['details']>
  /** The scripted faults. */
  readonly faults: FaultControl<A['api']>
  /** The calls that came. */
  readonly requests: RequestControl
  /** The webhooks that were sent. */
  readonly webhooks: WebhookControl<A['sentEvent'], A['deliveryView'], A['api']>
  /** Moments to go back to. */
  readonly snapshots: SnapshotControl
  /** Isolated worlds beside this one, found by their tokens: for tests that run side by side. */
  readonly worlds: Worlds<ApiMock<A>, WorldInputOf<A>>
  /** The plain @mswjs/data models, for arranging and looking at records in tests. */
  readonly db: Models<A['api']>
  readonly #definition: MockDefinition<A>
  readonly #given: MockOptionsOf<A>
  readonly #options: ReadOptions<A>
  readonly #world: World<A['api']>
  readonly #journal: Journal
  readonly #watch: MessageStream
  readonly #api: Router<A['context']>
  readonly #control: Router<ControlContext>
  readonly #host: ScenarioHost<A>
  readonly #snapshots: Snapshots<Moment<A>>

  /**
   * Throws an Error that names every option at fault, or a ScenarioError that lists every problem of the scenario.
   *
   * @param also what else whoever makes the mock takes as options
   * @param descent what it is a world of
   */
  constructor(
    definition: MockDefinition<A>,
    options: MockOptionsOf<A> = {},
    also: readonly string[] = [],
    descent?: Descent<A>,
  ) {
    const { api, language } = definition
    const read = readOptions(definition.options, options, also)
    const { seed, strict, log, dialect, showSecrets } = read
    const begins = (descent?.from as Moment<A> | undefined) ?? prepareScenario(definition, read.scenario, read)
    const { rules } = 'run' in begins ? begins.run : begins
    this.#definition = definition
    this.#given = options
    this.#options = read
    this.id = descent?.id ?? null
    this.seed = descent?.from ? descent.of.seed : seed
    this.strict = strict
    this.#world = new World<A['api']>(api, {
      ...rules,
      seed: this.seed,
      tokenPrefix: this.id === null ? '' : `${this.id}-`,
      showSecrets,
      log,
    })
    this.#journal = new Journal(read.journal, showSecrets)
    const above = descent === undefined ? undefined : descent.of.#watch
    this.#watch = new MessageStream(this.id, (error) => log('error', `A watcher failed: ${stackOf(error)}`), above)
    this.worlds =
      descent?.of.worlds ?? new Worlds((id, input) => this.#descend(id, input), read.worlds.max, read.worlds.idle)

    const world = this.#world
    const runner = () => this.#host.runner
    world.whyUnknown = (token) => this.worlds.whyUnknown(token)
    world.events.on((event) => this.#watch.emit(() => ({ kind: 'event', event: viewEvent(world, event) })))
    world.time.moves.on(() => this.#watch.emit(() => ({ kind: 'clock', clock: this.clock.view() })))

    this.clock = new ClockControl(world)
    this.scenario = new ScenarioControl({
      runner,
      runDue: () => world.time.runDue(),
      load: async (scenario, keep) => {
        await this.#host.load(scenario, keep)
        this.#tell('loaded')
      },
      builtIn: Object.entries<ScenarioText>(definition.scenarios).map(([name, { description = '' }]) => ({
        name,
        description,
      })),
    })
    this.actions = Object.fromEntries(
      Object.keys(language.actions).map((name) => [name, (given = {}) => act(world, language, name, given)]),
    ) as ActionsOf<A['details']>
    this.faults = new FaultControl(world, language)
    this.requests = new RequestControl(this.#journal)
    this.#snapshots = new Snapshots(
      () => this.#host.moment(),
      (moment) => {
        this.#host.enter(moment)
        this.#tell('restored')
      },
      showSecrets,
    )
    this.snapshots = this.#snapshots
    this.db = world.database.models
    const deliveries = api.deliveriesOf(world)
    const dispatcher = new WebhookDispatcher(world, { ...deliveries, post, hosts: read.webhookHosts })
    this.webhooks = new WebhookControl(world, dispatcher, deliveries)

    const listCache = new ListCache()
    this.#api = new Router<A['context']>(world.time, api.routes, {
      enter: (incoming) => api.enter(world, listCache, incoming, () => runner().attend(), dialect),
      log,
      hooks: {
        strike: (method, path) => world.faults.strike(method, path, world.clock.now(), world.random),
        answered: (method, path, context, view) => runner().called(method, path, api.callerOf(context).subject, view),
        completed: (call) => this.#note(call),
      },
    })
    this.#control = new Router<ControlContext>(world.time, definition.controlRoutes, {
      enter: ({ url }) => ({ mock: this.#named(url) }),
      log,
      understood: usageErrorResponse,
      now: ({ mock }) => parseInstant(mock.clock.now()) ?? 0,
      parameter: 'world',
    })
    if (descent) this.#tell('created')
    this.#host = new ScenarioHost(world, definition, read, begins)
  }

  /** The token that the first key has at first; a rotation gives the key another. */
  get token(): string {
    return this.#world.tokenPrefix + this.#host.token
  }

  /** Settles when generated records are there: `fetch` waits by itself, whoever looks into `db` or moves the clock does so after it. */
  get ready(): Promise<void> {
    return this.#host.ready
  }

  #tell(what: WorldChange['what']): void {
    this.#watch.emit(() => ({ kind: 'world', what }))
  }

  /** Notes a call in the journal, and tells who watches. */
  #note({
    at,
    incoming,
    body,
    route,
    context,
    status,
    error,
    fault,
    ignored,
    milliseconds,
  }: CompletedCall<A['context']>): void {
    const acted = context?.acted ?? []
    this.#host.runner.leave(acted)
    const show = this.#journal.add({
      at,
      method: incoming.method,
      url: incoming.url,
      route,
      caller: context ? this.#definition.api.callerOf(context).ids : null,
      status,
      error: error ? { code: error.code, message: error.message } : null,
      decided_by: fault ? [`fault (${describeFault(fault)})`, ...acted] : acted,
      ignored,
      milliseconds,
      body,
    })
    this.#watch.emit(() => ({ kind: 'request', request: show() }))
  }

  /** Makes a world of its own, which begins as this one did, or as it is told. */
  #descend(id: string, { snapshot, ...input }: WorldInputOf<A>): ApiMock<A> {
    const from = snapshot === undefined ? undefined : this.#snapshots.get(snapshot)
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const [other] = Object.keys(given)
    if (from && other !== undefined) throw unfit(other, 'cannot stand beside snapshot, which brings its own')
    if ('worlds' in given) throw unfit('worlds', 'is for the mock whose worlds they are')
    const { log, dialect, journal, showSecrets, webhookHosts, seed } = this.#given
    const isAsked = input.scenario !== undefined || input.fixtures !== undefined
    const base = isAsked ? { log, dialect, journal, showSecrets, webhookHosts, seed } : this.#given
    const options = { ...base, ...given } as MockOptionsOf<A>
    const mock = new ApiMock(this.#definition, options, [], { id, of: this, from })
    if (this.webhooks.isHeld) mock.hold(true)
    return mock
  }

  /** The mock that a control call is about. */
  #named(url: string): ApiMock<A> {
    const world = new URLSearchParams(url.slice(url.search(/[?]|$/))).get('world')
    return world === null ? this : this.worlds.get(world)
  }

  /**
   * Answers a request to any host, as the API would, and never reaches the network. Where a scripted fault resets the
   * connection, the answer is a network error.
   */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = typeof input === 'string' || input instanceof URL ? new Request(input, init) : input
    return responseOf(request, await this.respond(incomingOf(request)))
  }

  /** Answers a request in the form that doors of one's own hand it in. The token decides which world it reaches. */
  async respond(incoming: Incoming): Promise<Answer> {
    if (incoming.url.startsWith('/_mock') && /^\/_mock(?:[/?]|$)/.test(incoming.url)) {
      if (!this.#host.isReady) await this.#host.ready
      return this.#control.respond(incoming)
    }
    const world = this.worlds.calledBy(incoming) ?? this
    if (!world.#host.isReady) await world.#host.ready
    return world.#api.respond(incoming)
  }

  /** Every record, with what the API hides. */
  state(): StateView<A['api']> {
    return showState(this.#world, this.#options.showSecrets)
  }

  /** One record, what the API hides of it, and what may be done to it. Throws an Error if there is none. */
  record(resource: string, id: string | number): RecordView {
    return showRecordWithActions(
      this.#world,
      this.#definition.language,
      resource,
      String(id),
      this.#options.showSecrets,
    )
  }

  /** The events since the initial state, oldest first; at least the last 5,000. */
  history(): readonly PastEventView[] {
    return showHistory(this.#world)
  }

  /** Seed, scenario, clock and the last calls in some lines of text, for the output of a test that failed. */
  summary(): string {
    return summaryOf(this)
  }

  /** Tells of every call, event and move of the clock here and in the worlds beside, until the function returned is called. */
  watch(listener: (message: StreamMessage) => void): () => void {
    return this.#watch.on(listener)
  }

  /** Restores exactly the initial state: records, clock, random state, due work, progress of the scenario; empties the journal. */
  reset(): void {
    this.#host.reset()
    this.#journal.clear()
    this.#tell('reset')
  }

  /** The present as text, for `unpack`: records, clock, what is due, scenario, faults, chance; undefined while records are generated. */
  pack(): string | undefined {
    return this.#host.pack(this.#given)
  }

  /** Makes the world what it was when `pack` was called. Throws an Error if that was of another version, or the options were others. */
  unpack(text: string): void {
    this.#host.unpack(text, this.#given)
    this.#tell('restored')
  }

  /** Lets no webhook leave here and in the worlds beside while the mock's door is closed. */
  hold(isHeld: boolean): void {
    for (const mock of [this, ...this.worlds.all()]) mock.webhooks.hold(isHeld)
  }

  /** Ends the world for good: nothing is due any more, and nothing is held. */
  end(): void {
    this.#world.end()
    this.#journal.clear()
    this.#tell('deleted')
  }
}

const unfit = (option: string, problem: string) =>
  new UsageError(`Failed to create a world: ${option} ${problem}.`, [`${option}: ${problem}`])

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
