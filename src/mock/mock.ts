import { BucketControl } from '../control/buckets.ts'
import { ClockControl } from '../control/clock.ts'
import { type CoverageView, coverageOf } from '../control/coverage.ts'
import { FaultControl } from '../control/faults.ts'
import { RequestControl } from '../control/requests.ts'
import type { ControlContext, Controls } from '../control/routes.ts'
import { usageErrorResponse } from '../control/routing.ts'
import { ScenarioControl, strictAdvice } from '../control/scenario.ts'
import { showSetup } from '../control/setup.ts'
import { type SnapshotControl, Snapshots } from '../control/snapshots.ts'
import {
  type ChangesView,
  type PastEventView,
  type RecordView,
  type StateView,
  showChanges,
  showHistory,
  showRecordWithActions,
  showState,
  viewPast,
} from '../control/state.ts'
import { MessageStream, type StreamMessage, type WorldChange } from '../control/stream.ts'
import { noDeliveries, WebhookControl } from '../control/webhooks.ts'
import { Worlds } from '../control/worlds.ts'
import type { NameOf } from '../engine/api-types.ts'
import { Coverage } from '../engine/coverage.ts'
import { viewEvent } from '../engine/domain-event.ts'
import { allErrors, parameterError } from '../engine/errors.ts'
import type { Answer, Incoming, ObjectStore } from '../engine/http/exchange.ts'
import { incomingOf, requestOf, responseOf } from '../engine/http/fetch.ts'
import { ListCache } from '../engine/http/list-cache.ts'
import { type CompletedCall, type Outcome, Router } from '../engine/http/router.ts'
import { isControlPath, searchOf } from '../engine/http/url.ts'
import { Journal } from '../engine/journal.ts'
import type { LocalFolder } from '../engine/local-folder.ts'
import { answeredAs } from '../engine/noted.ts'
import { requireOptions } from '../engine/options.ts'
import { pathName } from '../engine/place.ts'
import type { OtherNames } from '../engine/problems.ts'
import type { Reason } from '../engine/reason.ts'
import type { Models } from '../engine/store/models.ts'
import { stackOf } from '../engine/thrown.ts'
import { parseInstant } from '../engine/time/instant.ts'
import { definedIn } from '../engine/values.ts'
import { post, signatureHeader } from '../engine/webhook.ts'
import { WebhookDispatcher } from '../engine/webhook-dispatcher.ts'
import { World } from '../engine/world.ts'
import { type ActionsOf, act, knownActions } from '../scenario/act.ts'
import { describeFault } from '../scenario/describe.ts'
import type { StoreCall } from '../storage/hosts.ts'
import type { MockTypes, ScenarioText } from './api.ts'
import type { MockDefinition } from './definition.ts'
import { openFolder } from './disk-folder.ts'
import { prepareScenario, requireRoom } from './loaded-scenario.ts'
import { ObjectStores, storeIn } from './object-stores.ts'
import { type MockOptionsOf, type ReadOptions, type ResetOptionsOf, readOptions, readResetOptions } from './options.ts'
import { described, reasonOf, subjectOf } from './outcome.ts'
import { Past } from './past/past.ts'
import type { ReplayMaker } from './past/record-world.ts'
import type { RecordedLoad, Replay } from './past/replay.ts'
import type { Rewound } from './past/rewind.ts'
import { type LoadTimes, type MockState, type RunTimes, ScenarioHost } from './scenario-host.ts'
import { summaryOf } from './summary.ts'

/** Options of an additional world: those of a mock, or the name of a snapshot to start from. */
export interface WorldInputOf<A extends MockTypes> extends Omit<MockOptionsOf<A>, 'worlds'> {
  /** The name of a snapshot of the mock's own world; it excludes all other options. */
  readonly snapshot?: string | undefined
}

/** The origin of a mock that another mock created as one of its worlds, or to replay a recording. */
export interface WorldOrigin<A extends MockTypes> {
  /** The ID of the world; null for that of a mock's own world. */
  readonly id?: string | null
  readonly parent?: ApiMock<A>
  /** The snapshot that it starts from. */
  readonly snapshot?: object | undefined
  readonly replay?: Replay
  /** In place of one of the option `localStorage`. */
  readonly folder?: LocalFolder | undefined
}

/** A mock of an API, in memory: a world, the API that answers from it, and methods to control it. */
export class ApiMock<A extends MockTypes> implements Controls {
  /** The ID of a world that another mock made; null for any other mock. */
  readonly id: string | null
  /** The virtual clock. */
  readonly clock: ClockControl<A['api']>
  /** The current scenario, and its report. */
  readonly scenario: ScenarioControl<A['scenarioName'], A['scenarioInput']>
  /** Actions of administrators, services and owners, by the names that scenarios use: `actions['session.expire']({ where })`. */
  readonly actions: ActionsOf<A['details']>
  /** The scripted faults. */
  readonly faults: FaultControl<A['api']>
  /** The journal of calls, and verification. */
  readonly requests: RequestControl
  /** The deliveries of webhooks. */
  readonly webhooks: WebhookControl<A['sentEvent'], A['deliveryView'], A['api']>
  /** The objects that results were published as. */
  readonly buckets: BucketControl<A['api']>
  /** Named states that the world can be restored to. */
  readonly snapshots: SnapshotControl
  /** Additional isolated worlds, for parallel tests; the token of a call selects its world. */
  readonly worlds: Worlds<ApiMock<A>, WorldInputOf<A>>
  /** The @mswjs/data models, to read and write records directly. */
  readonly db: Models<A['api']>
  readonly #definition: MockDefinition<A>
  /** The options as they were given, for `pack` and for worlds made from this mock. */
  #input: MockOptionsOf<A>
  /** The same with those of the last reset. */
  #given: MockOptionsOf<A>
  /** The checked options, and the same with those of the last reset. */
  readonly #ownOptions: ReadOptions<A>
  #options: ReadOptions<A>
  readonly #past: Past<A>
  readonly #world: World<A['api']>
  readonly #journal: Journal
  readonly #stream: MessageStream
  /** What was met here and in the worlds of the same mock. */
  readonly #coverage: Coverage
  readonly #api: Router<A['context']>
  readonly #control: Router<ControlContext>
  readonly #host: ScenarioHost<A>
  readonly #stores: ObjectStores<A['api']>
  readonly #snapshots: Snapshots<MockState<A>>
  /** The mock that made this one as one of its worlds; this one, if none did. */
  readonly #root: ApiMock<A>
  /** Of the root: whether others than this machine may call it and its worlds. */
  #isExposed = false
  /** Of the root: the signatures of the webhooks that it and its worlds are sending. */
  readonly #sending = new Set<string>()
  /** Resolves once the records of the first scenario are generated. */
  readonly #started: Promise<void>
  /** Of the root: the states that worlds start with which are being created. */
  readonly #starts = new WeakMap<object, MockState<A>>()
  /** Of a mock that replays a recording. */
  readonly #replay: Replay | undefined

  /**
   * @internal
   * Throws an Error that names every invalid option, or a ScenarioError that lists every problem of the scenario.
   *
   * @param entryPoint how the options of the entry point differ, for suggestions in messages
   * @param origin the mock that makes this one as one of its worlds
   */
  constructor(
    definition: MockDefinition<A>,
    options: MockOptionsOf<A> = {},
    entryPoint: OtherNames = {},
    { id = null, parent, snapshot, replay, folder = replay?.folder }: WorldOrigin<A> = {},
  ) {
    const { api, language } = definition
    const read = readOptions(definition.options, options, entryPoint)
    const { log, showSecrets } = read
    const start = (snapshot as MockState<A> | undefined) ?? prepareScenario(definition, read.scenario, read)
    const { rules, generated } = 'run' in start ? start.run : start
    if (!replay) requireRoom(generated, parent ? parent.#generated() : 0)
    const root = parent ?? this
    this.#replay = replay
    this.#root = root
    this.#coverage = parent && !replay ? parent.#coverage : new Coverage()
    this.#definition = definition
    this.#input = options
    this.#given = options
    this.#ownOptions = read
    this.#options = read
    this.id = id
    this.#world = new World<A['api']>(api, {
      ...rules,
      id: this.id,
      ...(api.document.server && { origin: api.document.server }),
      showSecrets,
      localFolder: folder ?? (read.localStorage === undefined ? undefined : openFolder(read.localStorage)),
      coverage: this.#coverage,
      log,
      realTime: replay?.time,
      recorded: read.journal,
    })
    this.#journal = new Journal(read.journal, showSecrets, ({ id, subject, reason }) =>
      described(this.#world, id, subject, reason),
    )
    const parentStream = parent && !replay ? parent.#stream : undefined
    const onListenerError = (error: unknown) => log('error', `A listener of watch() failed: ${stackOf(error)}`)
    this.#stream = new MessageStream(this.id, onListenerError, parentStream)
    this.worlds =
      parent?.worlds ?? new Worlds((id, input) => this.#createWorld(id, input), read.worlds.max, read.worlds.idle)

    const world = this.#world
    const runner = () => this.#host.runner
    world.restarted.on(() => this.#journal.skipTo(world.history.lastCall))
    world.whyUnknown = (token) => this.worlds.whyUnknown(token)
    world.events.on((event) =>
      this.#stream.emit(() => ({ kind: 'event', event: viewEvent(world, event), past: viewPast(event.past) })),
    )
    world.time.moves.on(() => this.#stream.emit(() => ({ kind: 'clock', clock: this.clock.view() })))

    this.clock = new ClockControl(world)
    this.scenario = new ScenarioControl({
      runner,
      runDue: () => world.time.runDue(),
      setup: () => showSetup(world, api.settings(language.events.all), api.defaults),
      load: async (scenario, keep) => {
        await this.#load(scenario, keep, false)
      },
      builtIn: Object.entries<ScenarioText>(definition.scenarios).map(([name, { description = '' }]) => ({
        name,
        description,
      })),
    })
    const actions = Object.fromEntries(
      Object.keys(language.actions).map((name) => [
        name,
        (options = {}) =>
          world.recorder.input('action', { do: name, ...options }, () => act(world, language, name, options)),
      ]),
    ) as ActionsOf<A['details']>
    this.actions = knownActions(actions)
    this.faults = new FaultControl(world, language)
    this.requests = new RequestControl(this.#journal, Object.keys(allErrors(api.errors)), () =>
      world.recorder.forget(this.#journal.lastId),
    )
    this.#snapshots = new Snapshots(
      {
        take: () => this.#host.save(),
        restore: (state) => {
          this.#host.restore(state)
          world.recorder.close()
          this.#emitChange('restored')
        },
        input: (kind, name, run) => world.recorder.input(kind, name, run),
      },
      showSecrets,
    )
    this.snapshots = this.#snapshots
    this.buckets = new BucketControl(world)
    this.#stores = new ObjectStores(
      world,
      (view) => this.#stream.emit(() => ({ kind: 'store', call: view() })),
      api.buckets,
    )
    this.db = world.database.models
    const deliveries = api.deliveriesOf?.(world) ?? noDeliveries
    const hosts = {
      named: read.webhookHosts,
      get isExposed() {
        return root.#isExposed
      },
    }
    const dispatcher = new WebhookDispatcher(world, {
      ...deliveries,
      hosts,
      post: async (url, signature, body) => {
        const { generation } = world.time
        root.#sending.add(signature)
        world.time.heard()
        const posts = replay?.time.isOver ? undefined : replay?.posts
        const posted = await (posts?.post(url) ?? post(url, signature, body))
        root.#sending.delete(signature)
        if (generation === world.time.generation) world.recorder.after('webhook', { to: url, posted })
        return posted
      },
    })
    this.webhooks = new WebhookControl(world, dispatcher, deliveries)

    const listCache = new ListCache()
    this.#api = new Router<A['context']>(world.time, definition.routeTree, {
      enter: (incoming) => api.enter(world, listCache, incoming, () => runner().trackCall(), this.#options.dialect),
      log,
      hooks: {
        began: (incoming) => this.#journal.begin(this.#replay?.ids.get(incoming)),
        received: (call) => world.recorder.call(call),
        resumed: (input) => world.recorder.resumed(input),
        strike: (method, path) => world.faults.strike(method, path, world.clock.now(), world.random),
        answered: (method, path, context, result) =>
          runner().onCall(method, path, api.callerOf?.(context).subject, result),
        completed: (call) => this.#record(call),
        reason: (incoming, outcome) => (this.#wantsReason(incoming) ? this.#reasonOf(outcome) : undefined),
      },
    })
    this.#control = new Router<ControlContext>(world.time, definition.controlRouteTree, {
      enter: ({ url }, { waitsFor }) => {
        const mock = this.#controlledBy(url)
        const ready = mock.#untilReady(waitsFor)
        return ready ? ready.then(() => ({ mock })) : { mock }
      },
      log,
      understood: usageErrorResponse,
      now: ({ mock }) => parseInstant(mock.clock.now()) ?? 0,
      parameter: 'world',
      nameOf: pathName,
    })
    if (parent && !replay) this.#emitChange('created')
    const elsewhere = () => root.#generated() - this.#host.generated
    this.#host = new ScenarioHost(world, definition, () => this.#options, start, elsewhere)
    this.#started = this.#host.ready
    world.saveBase = (isFirst) => this.#host.saveForReplay(isFirst)
    this.#past = new Past(world, this.#host, this.#journal, () => ({
      options: this.#given,
      held: this.webhooks.isHeld,
      exposed: root.#isExposed,
    }))
  }

  /** The seed of random numbers, IDs, tokens and generated records. */
  get seed(): number {
    return this.#host.seed
  }

  /** Whether steps, accounts and faults of the scenario that never fired are a failure. */
  get strict(): boolean {
    return this.#options.strict
  }

  /** The token of the first key in the initial state; a rotation replaces it. */
  get token(): string {
    return this.#world.tokenPrefix + this.#host.token
  }

  /** Resolves once records are generated. `fetch` awaits it; await it before you use `db` or move the clock. */
  get ready(): Promise<void> {
    return this.#host.ready.then(() => this.#definition.api.prepare?.(this.#world))
  }

  async #load(
    scenario: A['scenarioName'] | A['scenarioInput'],
    keep: boolean,
    setsUp: boolean,
    onStart: () => void = () => {},
  ): Promise<void> {
    let started: (LoadTimes & { readonly run: RunTimes | undefined }) | undefined
    await this.#host.load(scenario, keep, setsUp, (times) => {
      started = { ...times, run: this.#host.times }
      onStart()
    })
    const { recorder } = this.#world
    if (started) {
      const { run, ...times } = started
      recorder.after('load', { scenario, keep, ...times, generated: run?.generated } satisfies RecordedLoad)
    }
    recorder.close()
    this.#emitChange('loaded')
  }

  #emitChange(what: WorldChange['what']): void {
    this.#stream.emit(() => ({ kind: 'world', what }))
  }

  /** Whether an answer has the header `Mock-Reason`: it may tell what the answer hides, so others than this machine cannot ask for it. */
  #wantsReason(incoming: Incoming): boolean {
    return this.#options.reasons || (incoming.header('mock-reason') === '1' && !this.#root.#isExposed)
  }

  #reasonOf(outcome: Outcome<A['context']>): Reason | undefined {
    const subject = subjectOf(this.#world, this.#definition.resourceAt, outcome)
    return described(this.#world, outcome.id, subject, reasonOf(outcome)).reason ?? undefined
  }

  /** Adds a call to the journal, and emits it. */
  #record({
    id,
    at,
    incoming,
    target,
    headers,
    body,
    route,
    context,
    answer,
    error,
    reason,
    fault,
    view,
    params,
    page,
    ignored,
    milliseconds,
    input,
  }: CompletedCall<A['context']>): void {
    const firedSteps = context?.firedSteps ?? []
    this.#host.runner.untrackCall(firedSteps)
    this.#coverage.countCall({ route, answer, error, url: incoming.url, page })
    if (input) this.#world.recorder.answered(input)
    const show = this.#journal.add({
      id,
      at,
      method: incoming.method,
      url: target.url,
      route,
      caller: context ? (this.#definition.api.callerOf?.(context).ids ?? {}) : null,
      status: answer.status,
      error: error ? { code: error.code, message: error.message } : null,
      decided_by: fault ? [`fault (${describeFault(fault)})`, ...firedSteps] : firedSteps,
      ignored,
      milliseconds,
      headers,
      body,
      subject: subjectOf(this.#world, this.#definition.resourceAt, { view, route, params }),
      reason: reasonOf({ fault, error, reason }),
      answer: answeredAs(incoming.method, answer),
    })
    this.#stream.emit(() => ({ kind: 'request', request: show() }))
  }

  /** Makes a world from a snapshot, or with the options of this mock and those given; a scenario or fixtures replace more of them. */
  #createWorld(id: string, given: WorldInputOf<A>): ApiMock<A> {
    const { snapshot: name, ...input } = given
    const snapshot = name === undefined ? this.#starts.get(given) : this.#snapshots.get(name)
    const own = definedIn(input)
    const [other] = Object.keys(own)
    if (snapshot && other !== undefined)
      throw parameterError('create a world', other, 'cannot be combined with snapshot')
    if ('worlds' in own)
      throw parameterError('create a world', 'worlds', 'is an option of the mock that makes the worlds')
    const { log, dialect, journal, showSecrets, reasons, webhookHosts, localStorage, seed } = this.#input
    const hasOwnRecords = input.scenario !== undefined || input.fixtures !== undefined
    const base = hasOwnRecords
      ? { log, dialect, journal, showSecrets, reasons, webhookHosts, localStorage, seed }
      : this.#input
    const options = { ...base, ...own } as MockOptionsOf<A>
    const mock = new ApiMock(this.#definition, options, {}, { id, parent: this, snapshot })
    if (this.webhooks.isHeld) mock.hold(true)
    return mock
  }

  /** How many records were generated, here and in the worlds of this mock. */
  #generated(): number {
    return [this, ...this.worlds.all()].reduce((sum, mock) => sum + mock.#host.generated, 0)
  }

  /** The mock that a control call names with `?world=`, or this one. */
  #controlledBy(url: string): ApiMock<A> {
    const world = searchOf(url).get('world')
    return world === null ? this : this.worlds.get(world)
  }

  /**
   * Answers a request without the network: to a path of the API such as `/users`, or to a URL of any host. A scripted
   * fault that closes the connection gives a network error, `Response.error()`. Throws an Error for what is no URL.
   */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const { server = 'http://mock.invalid' } = this.#definition.api.document
    const request = requestOf(input, init, server)
    return responseOf(request, await this.respond(incomingOf(request, this.storeOf(request.url))))
  }

  /** @internal The store that a URL leads to: the real one of a bucket that exists here or in a world of this mock. */
  storeOf(url: string): ObjectStore | undefined {
    return storeIn(() => [this, ...this.worlds.all()], url)
  }

  /** @internal */
  answersStore(call: StoreCall): boolean {
    return this.#stores.answers(call)
  }

  /** Answers a request of an adapter other than `fetch`. The token selects the world. */
  respond(incoming: Incoming): Answer | Promise<Answer> {
    const { store } = incoming
    if (store === undefined && isControlPath(incoming.url)) return this.#control.respond(incoming)
    return (this.worlds.calledBy(incoming) ?? this).#respond(incoming)
  }

  /** Answers a call of the API from this world. */
  #respond(incoming: Incoming): Answer | Promise<Answer> {
    const ready = this.#untilReady(undefined, incoming)
    return ready ? ready.then(() => this.#answer(incoming)) : this.#answer(incoming)
  }

  #answer(incoming: Incoming): Answer | Promise<Answer> {
    if (incoming.store) return this.#stores.respond(incoming, incoming.store)
    if (incoming.origin) this.#world.origin = incoming.origin
    return this.#api.respond(incoming)
  }

  /** Resolves once a call may be handled; undefined if it may be already. `nothing` waits for the first records all the same. */
  #untilReady(waitsFor?: 'records' | 'nothing', call?: Incoming): Promise<void> | undefined {
    const { isReady } = this.#host
    const isUrgent = waitsFor === 'nothing'
    const prepared = isReady && !isUrgent ? this.#definition.api.prepare?.(this.#world, call) : undefined
    const wait = isReady ? prepared : isUrgent ? this.#started : this.#host.ready
    if (waitsFor !== undefined) return wait
    const { time } = this.#world
    return wait ? wait.then(() => time.catchUp()) : time.catchUp()
  }

  /** Every record by resource, with the attributes that the API hides. */
  state(): StateView<A['api']> {
    return showState(this.#world, this.#options.showSecrets)
  }

  /**
   * The records that were created, changed or deleted since a version; all of them, and a version to start from, without
   * `since`, and if more than 10,000 records were written or the world was reset since.
   */
  changes(options: { readonly since?: number | undefined } = {}): ChangesView {
    const { since } = requireOptions(options, 'list changes')
    return showChanges(this.#world, { since }, this.#options.showSecrets)
  }

  /** One record, its attributes that the API hides, and the actions that its state allows. Throws an Error if there is none. */
  record(resource: NameOf<A['api']>, id: string | number): RecordView {
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

  /** What was met of all that the API can do, here and in the worlds of the same mock, and what never was. No reset empties it. */
  coverage(): CoverageView {
    return coverageOf(this.#definition.api, this.#coverage)
  }

  /** Seed, scenario, clock and the last calls as lines of text, for the output of a failed test. */
  summary(): string {
    return summaryOf(this)
  }

  /**
   * Listens to calls, those of object stores, events, moves of the clock and changes of worlds, here and in the worlds of this mock. Returns a
   * function that stops listening.
   */
  watch(listener: (message: StreamMessage) => void): () => void {
    this.#world.time.heard()
    return this.#stream.on(listener)
  }

  /**
   * Restores exactly the initial state that the mock was made with: scenario, records, clock, random state, due work;
   * empties the journal. With options it begins as if the mock had been made with them as well, until the next reset.
   *
   * @param options each takes precedence over the same option of the mock; those in `clock` and `settings` do so one by one
   * @throws an Error that names every invalid option; nothing is changed then. A strict mock is reset, and throws an
   *   Error if calls came since the last reset, but something in its scenario never fired.
   */
  reset(options: ResetOptionsOf<A> = {}): void {
    const failure = this.restart(options)
    if (failure) throw failure
  }

  /** @internal The Error that a strict mock throws at its end; it says that `off` makes a mock not strict. */
  strictFailure(off = '{ strict: false }'): Error | undefined {
    return this.strict ? this.scenario.failure(strictAdvice(off)) : undefined
  }

  /** @internal Throws the Error of a strict mock at its end. */
  requireFired(off?: string): void {
    const failure = this.strictFailure(off)
    if (failure) throw failure
  }

  /** @internal Does what `reset` does, but returns the Error of a strict mock. */
  restart(options: ResetOptionsOf<A>): Error | undefined {
    const changed = readResetOptions(this.#definition.options, this.#input, options)
    const start = changed && prepareScenario(this.#definition, changed.read.scenario, changed.read)
    if (start) requireRoom(start.generated, this.#host.generatedElsewhere())
    const failure = this.requests.count > 0 ? this.strictFailure() : undefined
    this.#options = changed?.read ?? this.#ownOptions
    this.#given = changed?.given ?? this.#input
    const { clock, time, recorder } = this.#world
    const reset = time.atOnce(() => {
      if (!start) return this.#host.reset() ? clock.real : undefined
      this.#host.resetTo(start)
      return undefined
    })
    this.#journal.restart(this.#world.history.lastCall)
    recorder.clear()
    this.#past.begin(reset)
    this.#emitChange('reset')
    return failure
  }

  /** @internal Loads a scenario as `scenario.load` does, and makes it the one that a reset returns to. */
  async setUp(scenario: A['scenarioName'] | A['scenarioInput'], { keep }: { keep: boolean }): Promise<void> {
    await this.#load(scenario, keep, true)
    this.#input = { ...this.#input, scenario }
  }

  /** The state as text, for `unpack`: records, clock, due work, scenario, faults, random state; undefined while records are generated. */
  pack(): string | undefined {
    return this.#host.pack(this.#input)
  }

  /** Restores the state that `pack` saved. Throws an Error if another version or a mock with other options saved it. */
  unpack(text: string): void {
    this.#host.unpack(text, this.#input)
    this.#world.recorder.clear()
    this.#world.recorder.close()
    this.#past.forget()
    this.#emitChange('restored')
  }

  /**
   * What happened since the initial state, as the text of a file that `ricloud-mock replay` plays again: options, calls
   * with their bodies, moves of the clock, faults and all else that the answers depend on. Secrets are replaced by
   * stand-ins.
   *
   * @param test the name of the test that it is about
   * @throws an Error if the first calls are no longer recorded, as `rewind` has it, or the world began with the state of
   *   another one
   */
  async replayFile(options: { readonly test?: string | null | undefined } = {}): Promise<string> {
    const { test = null } = requireOptions(options, 'record the world')
    const { recordWorld } = await import('./past/record-world.ts')
    const make: ReplayMaker<A> = ({ world, options }, replay) =>
      ApiMock.replaying(this.#definition, world, { ...options, journal: 0 }, replay).rewound()
    return recordWorld(this.#definition, this.#past, this.id, make, test)
  }

  /** @internal Makes a mock that replays a file. */
  static replaying<A extends MockTypes>(
    definition: MockDefinition<A>,
    id: string | null,
    options: MockOptionsOf<A>,
    replay: Replay,
  ): ApiMock<A> {
    const own = { log: () => {}, ...options, localStorage: undefined, worlds: undefined }
    return new ApiMock(definition, own, {}, { id, replay })
  }

  /**
   * Restores the state before a call, by its ID in the journal: what came after it is undone, and the journal ends
   * before it. Webhooks that were sent stay sent.
   *
   * @throws an Error if the call is no longer recorded: `journal` limits how many are, and their paths, headers and
   *   bodies may have 2 Mi characters together
   */
  async rewind(request: number): Promise<void> {
    this.#host.restore(await this.#stateBefore(request))
    this.#world.recorder.cutBefore(request)
    this.#journal.cutBefore(request)
    this.#emitChange('restored')
  }

  /** Makes a world with the state before a call, by its ID in the journal; this one stays. Throws an Error as `rewind` does. */
  async fork(request: number): Promise<ApiMock<A>> {
    const options = {}
    this.#root.#starts.set(options, await this.#stateBefore(request))
    const world = await this.worlds.create(options)
    world.#journal.skipTo(request - 1)
    return world
  }

  // Loaded when it is needed, because a page hardly ever needs it.
  async #stateBefore(request: number): Promise<MockState<A>> {
    return (await import('./past/rewind.ts')).stateBefore(this.rewound(), request)
  }

  /** @internal The parts that go back in time. */
  rewound(): Rewound<A> {
    const { actions, faults, webhooks, snapshots } = this
    return {
      actions: actions as never,
      faults,
      webhooks,
      snapshots,
      world: this.#world,
      host: this.#host,
      journal: this.#journal,
      whenReady: () => this.ready,
      respond: (call) => this.#respond(call),
      load: (scenario, keep, onStart) => this.#load(scenario, keep, false, onStart),
      begin: ({ origin, held, exposed, reset }, time) => {
        this.#world.origin = origin
        if (exposed) this.expose()
        this.hold(held)
        if (reset !== undefined) {
          time.moveTo(reset)
          this.#host.reset()
        }
        this.#past.begin(reset)
      },
      copy: (snapshot, replay) => {
        const options = { ...this.#input, journal: 0, log: () => {} }
        const origin = { id: this.id, parent: this.#root, snapshot, replay }
        const copy = new ApiMock(this.#definition, options as MockOptionsOf<A>, {}, origin)
        copy.#options = { ...this.#options, log: copy.#options.log }
        return copy.rewound()
      },
      end: () => this.end(),
    }
  }

  /** @internal Whether a request is a webhook that this mock, or one of its worlds, is sending. */
  isWebhook({ headers }: Request): boolean {
    return this.#root.#sending.has(headers.get(signatureHeader) ?? '')
  }

  /** Holds back or releases webhooks, here and in the worlds of this mock: none are sent while no calls are answered. */
  hold(isHeld: boolean): void {
    for (const mock of [this, ...this.worlds.all()]) mock.webhooks.hold(isHeld)
  }

  /**
   * @internal
   * Tells that others than this machine may call: webhooks of this mock and its worlds are then sent to the hosts in
   * `webhookHosts` alone, so that nobody reaches this machine and its networks through it.
   */
  expose(): void {
    this.#isExposed = true
  }

  /** Ends the world for good: drops its records, due work and journal. */
  end(): void {
    this.#world.end()
    this.#journal.clear()
    this.#emitChange('deleted')
  }
}
