import type { ScenarioName } from '../scenarios/index.ts'
import { parseInstant } from './clock.ts'
import { showEvent } from './contract/event.ts'
import { fill } from './contract/fixture.ts'
import { happeningOf, showRecord } from './contract/happening.ts'
import { Texts } from './contract/texts.ts'
import type { Viewer } from './contract/viewer.ts'
import type { Controls } from './control/controls.ts'
import { type PastView, type RecordView, showHistory, showOne } from './control/records.ts'
import { RequestControl } from './control/requests.ts'
import { understood } from './control/route.ts'
import { controlRoutes } from './control/routes.ts'
import { Snapshots } from './control/snapshots.ts'
import { type StateView, showState } from './control/state.ts'
import { TimeControl } from './control/time.ts'
import { Watch, type Watched } from './control/watch.ts'
import { WebhookControl } from './control/webhooks.ts'
import { Worlds } from './control/worlds.ts'
import type { Models } from './db/models.ts'
import type { Key } from './db/records.ts'
import type { Counts } from './domain/counts.ts'
import { Courier } from './domain/courier.ts'
import { generate } from './domain/generate.ts'
import { type Rules, World, type WorldState } from './domain/world.ts'
import { UsageError } from './errors.ts'
import { enterApi, type Scene } from './handlers/call.ts'
import type { Answer, Incoming } from './handlers/exchange.ts'
import { apiRoutes } from './handlers/index.ts'
import { type Passed, Router } from './handlers/route.ts'
import { Journal } from './journal.ts'
import { type MockOptions, type ReadOptions, readOptions } from './mock/options.ts'
import { type Packable, pack, unpack } from './mock/pack.ts'
import { incomingOf, responseOf } from './mock/response.ts'
import { builtInScenarios, readScript, type Script } from './mock/script.ts'
import { type Actions, actionsOf } from './scenario/act.ts'
import { ScenarioControl } from './scenario/control.ts'
import { describeFault } from './scenario/describe.ts'
import { Director, scenarioStep } from './scenario/director.ts'
import { FaultControl } from './scenario/fault-control.ts'
import type { ScenarioInput } from './scenario/scenario-type.ts'
import { post } from './webhook.ts'

export type { MockOptions } from './mock/options.ts'

/** The base URL of the real API. */
export const apiUrl = 'https://ricloud-api.reincubate.com'

/** A scenario in force: its rules, who directs it, and how it all began. */
interface Play {
  readonly rules: Rules
  readonly director: Director
  /** That of the first key on the first morning. */
  readonly token: string
  morning: WorldState
}

/** Everything that a mock was at some moment. */
interface Moment {
  readonly state: WorldState
  readonly scenario: string
  readonly play: Play
  readonly token: string
}

/** What a world beside the mock's own may be told: options of a mock, or which snapshot it begins with. */
export interface WorldInput
  extends Pick<MockOptions, 'scenario' | 'fixtures' | 'seed' | 'clock' | 'settings' | 'generate' | 'dialect'> {
  /** The name of a snapshot of the mock's own world; it stands alone. */
  readonly snapshot?: string | undefined
}

/** How a mock makes one that is a world of its. */
interface Descent {
  readonly id: string
  readonly of: Mock
  readonly from?: Moment | undefined
}

/** One ricloud, in memory: a world of its own, the API that answers from it, and the means to arrange it. */
export class Mock implements Controls {
  /** Null, or the ID of a world that another mock made. */
  readonly id: string | null
  /** The seed of the world. */
  readonly seed: number
  /** Whether what never came to pass in the scenario counts as a failure. */
  readonly strict: boolean
  /** The virtual clock. */
  readonly clock: TimeControl
  /** The scenario, and what it has done so far. */
  readonly scenario: ScenarioControl<ScenarioName>
  /** What administrators, services and owners do, by the names that scenarios use: `actions['session.expire']({ where })`. */
  readonly actions: Actions
  /** The scripted faults. */
  readonly faults: FaultControl
  /** The calls that came. */
  readonly requests: RequestControl
  /** The webhooks that were sent. */
  readonly webhooks: WebhookControl
  /** Moments to go back to. */
  readonly snapshots: Snapshots<Moment>
  /** Isolated worlds beside this one, found by their tokens: for tests that run side by side. */
  readonly worlds: Worlds<Mock, WorldInput>
  /** The plain @mswjs/data models, for arranging and looking at records in tests. */
  readonly db: Models
  readonly #given: MockOptions
  readonly #options: ReadOptions
  readonly #world: World
  readonly #journal: Journal
  readonly #watch: Watch
  readonly #api: Router<Scene>
  readonly #control: Router<{ mock: Controls }>
  #play!: Play
  #token = ''
  /** The last of the loads, which follow each other. */
  #loading: Promise<void> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #isReady = true

  /**
   * Throws an Error that names every option at fault, or a ScenarioError that lists every problem of the scenario.
   *
   * @param also what else whoever makes the mock takes as options
   * @param descent what it is a world of
   */
  constructor(options: MockOptions = {}, also: readonly string[] = [], descent?: Descent) {
    const read = readOptions(options, also)
    const { seed, strict, log, dialect, showSecrets } = read
    const script = descent?.from ? undefined : readScript(read.scenario, read)
    const rules = descent?.from?.play.rules ?? (script as Script).rules
    this.#given = options
    this.#options = read
    this.id = descent?.id ?? null
    this.seed = descent?.from ? descent.of.seed : seed
    this.strict = strict
    this.#world = new World({
      ...rules,
      seed: this.seed,
      tokenPrefix: this.id === null ? '' : `${this.id}-`,
      showSecrets,
      log,
    })
    this.#journal = new Journal(read.journal, showSecrets)
    const above = descent === undefined ? undefined : descent.of.#watch
    this.#watch = new Watch(this.id, (error) => log('error', `A watcher failed: ${stackOf(error)}`), above)
    this.worlds =
      descent?.of.worlds ?? new Worlds((id, input) => this.#descend(id, input), read.worlds.max, read.worlds.idle)

    const world = this.#world
    const director = () => this.#play.director
    world.whyUnknown = (token) => this.worlds.whyUnknown(token)
    world.due.set(scenarioStep, { holds: () => true, run: (_, work) => director().come(work) })
    world.reactions.on((happening) => director().happened(happening))
    world.keep('scenario', { save: () => director().save(), restore: (state) => director().restore(state) })
    world.happenings.on((happening) =>
      this.#watch.tell(() => ({ kind: 'event', event: happeningOf(world, happening) })),
    )
    world.moves.on(() => this.#watch.tell(() => ({ kind: 'clock', clock: this.clock.view() })))

    this.clock = new TimeControl(world)
    this.scenario = new ScenarioControl({
      director,
      settle: () => world.settle(),
      load: (scenario, keep) => this.#load(scenario, keep),
      builtIn: builtInScenarios,
    })
    this.actions = actionsOf(world)
    this.faults = new FaultControl(world)
    this.requests = new RequestControl(this.#journal)
    this.snapshots = new Snapshots(
      () => this.#moment(),
      (moment) => this.#restore(moment),
      showSecrets,
    )
    this.db = world.database.models
    const viewer: Viewer = { world, dialect: dialect ?? 'documented', isSuper: false }
    const courier = new Courier(world, {
      showResource: ({ resource, record }) => showRecord(world, resource, record),
      showEvent: (event) => showEvent(viewer, event),
      post,
      hosts: read.webhookHosts,
    })
    this.webhooks = new WebhookControl(world, courier)

    const texts = new Texts()
    this.#api = new Router<Scene>(world, apiRoutes, {
      enter: (incoming) => enterApi(world, texts, incoming, () => director().attend(), dialect),
      log,
      meddler: {
        strike: (method, path) => world.faults.strike(method, path, world.clock.now(), world.random),
        answered: (method, path, { caller }, view) => director().called(method, path, caller, view),
        passed: (call) => this.#note(call),
      },
    })
    this.#control = new Router<{ mock: Controls }>(world, controlRoutes, {
      enter: ({ url }) => ({ mock: this.#named(url) }),
      log,
      understood,
      now: ({ mock }) => parseInstant(mock.clock.now()) ?? 0,
      parameter: 'world',
    })
    if (descent) this.#watch.tell(() => ({ kind: 'world', what: 'created' }))
    if (script) this.#begin(script)
    else this.#inherit((descent as Descent).from as Moment)
  }

  /** The token that the first key has at first; a rotation gives the key another. */
  get token(): string {
    return this.#world.tokenPrefix + this.#token
  }

  /** Settles when generated records are there: `fetch` waits by itself, whoever looks into `db` or moves the clock does so after it. */
  get ready(): Promise<void> {
    return this.#ready
  }

  /** Lets a scenario begin in an empty world. */
  #begin({ scenario, rules, records, token, generate: counts }: Script): void {
    const world = this.#world
    world.begin(rules)
    fill(world, records)
    this.#firstKey((key) => key.token !== token && world.tables.key.update(key, { token }))
    const director = new Director(world, scenario, scenario.accounts ?? [], this.#options.log)
    const play: Play = { rules, director, token, morning: new Map() }
    this.#play = play
    this.#token = token
    director.begin()
    play.morning = world.save()
    this.#isReady = counts === undefined
    this.#ready = counts ? this.#generate(play, counts) : Promise.resolve()
    // Whoever awaits it, a call or the developer, gets the error; until then it is nobody's.
    this.#ready.catch(() => {})
  }

  /** Fills the world further, unless it becomes another one before it can. */
  async #generate(play: Play, counts: Counts): Promise<void> {
    const world = this.#world
    const { life } = world
    const isDone = await generate(world, counts, () => life === world.life)
    if (!isDone) return
    play.morning = world.save()
    this.#isReady = true
  }

  #firstKey<T>(use: (key: Key) => T): T | undefined {
    const [first] = [...this.#world.tables.key.all()].sort((a, b) => a.id - b.id)
    return first && use(first)
  }

  /** Begins where another world was at some moment. */
  #inherit({ state, play }: Moment): void {
    const { scenario, accounts } = play.director
    const director = new Director(this.#world, scenario, accounts, this.#options.log)
    const own: Play = { ...play, director, morning: state }
    this.#enter({ state, scenario: scenario.scenario, play: own, token: '' })
    const token = this.#firstKey((key) => key.token) ?? play.token
    this.#play = { ...own, token }
    this.#token = token
  }

  #moment(): Moment {
    this.#world.settle()
    return { state: this.#world.save(), scenario: this.scenario.name, play: this.#play, token: this.#token }
  }

  #enter({ state, play, token }: Moment): void {
    this.#play = play
    this.#token = token
    this.#world.follow(play.rules)
    this.#world.restore(state)
    this.#isReady = true
  }

  #restore(moment: Moment): void {
    this.#enter(moment)
    this.#watch.tell(() => ({ kind: 'world', what: 'restored' }))
  }

  async #load(given: ScenarioName | ScenarioInput, keep: boolean): Promise<void> {
    const script = readScript(given, this.#options)
    const loading = this.#loading.then(async () => {
      await this.#ready
      const before = this.#moment()
      this.#begin(script)
      if (!this.#isReady) await this.#ready
      if (keep) this.#keep(before.state)
      this.#watch.tell(() => ({ kind: 'world', what: 'loaded' }))
    })
    this.#loading = loading.catch(() => {})
    await loading
  }

  /** Gives the world back its records and its clock; what the scenario scripts begins now. */
  #keep(state: WorldState): void {
    const world = this.#world
    world.restore(new Map(Array.from(state).filter(([part]) => kept.has(part))))
    world.queue.forget(scenarioStep)
    world.faults.clear()
    this.#token = this.#firstKey((key) => key.token) ?? this.#token
    this.#play.director.begin()
  }

  /** Notes a call in the journal, and tells who watches. */
  #note({ at, incoming, body, route, scene, status, error, fault, ignored, milliseconds }: Passed<Scene>): void {
    const acted = scene?.acted ?? []
    this.#play.director.leave(acted)
    const show = this.#journal.add({
      at,
      method: incoming.method,
      url: incoming.url,
      route,
      caller: scene ? { organisation: scene.caller.organisation.id, key: scene.caller.key.id } : null,
      status,
      error: error ? { code: error.code, message: error.message } : null,
      decided_by: fault ? [`fault (${describeFault(fault)})`, ...acted] : acted,
      ignored,
      milliseconds,
      body,
    })
    this.#watch.tell(() => ({ kind: 'request', request: show() }))
  }

  /** Makes a world of its own, which begins as this one did, or as it is told. */
  #descend(id: string, { snapshot, ...input }: WorldInput): Mock {
    const from = snapshot === undefined ? undefined : this.snapshots.get(snapshot)
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const [other] = Object.keys(given)
    if (from && other !== undefined) {
      const problem = 'cannot stand beside snapshot, which brings its own'
      throw new UsageError(`Failed to create a world: ${other} ${problem}.`, [`${other}: ${problem}`])
    }
    const { log, dialect, journal, showSecrets, webhookHosts, seed } = this.#given
    const isAsked = input.scenario !== undefined || input.fixtures !== undefined
    const base = isAsked ? { log, dialect, journal, showSecrets, webhookHosts, seed } : this.#given
    return new Mock({ ...base, ...given }, [], { id, of: this, from })
  }

  /** The mock that a control call is about. */
  #named(url: string): Mock {
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
    if (!this.#isReady) await this.#ready
    if (incoming.url.startsWith('/_mock') && /^\/_mock(?:[/?]|$)/.test(incoming.url))
      return this.#control.respond(incoming)
    const world = this.worlds.calledBy(incoming) ?? this
    return world.#api.respond(incoming)
  }

  /** Every record, with what the API hides. */
  state(): StateView {
    return showState(this.#world, this.#options.showSecrets)
  }

  /** One record, what the API hides of it, and what may be done to it. Throws an Error if there is none. */
  record(resource: string, id: string | number): RecordView {
    return showOne(this.#world, resource, String(id), this.#options.showSecrets)
  }

  /** What happened to records since the first morning, the oldest first: the last 5,000 at least. */
  history(): readonly PastView[] {
    return showHistory(this.#world)
  }

  /** Tells of every call, event and move of the clock here and in the worlds beside, until the function returned is called. */
  watch(watcher: (watched: Watched) => void): () => void {
    return this.#watch.on(watcher)
  }

  /** Gives back exactly the first morning: records, clock, chance, what is due, how far the scenario has come, an empty journal. */
  reset(): void {
    // While it is still being filled, its first morning is not over.
    if (this.#isReady) this.#world.restore(this.#play.morning)
    this.#token = this.#play.token
    this.#journal.clear()
    this.#watch.tell(() => ({ kind: 'world', what: 'reset' }))
  }

  /** The present as text, for `unpack`: records, clock, what is due, scenario, faults, chance; undefined while records are generated. */
  pack(): string | undefined {
    if (!this.#isReady) return undefined
    const { state, play, token } = this.#moment()
    const { rules, morning, token: firstToken, director } = play
    return pack(this.#world, { scenario: director.scenario, rules, state, morning, token, firstToken }, this.#given)
  }

  /** Makes the world what it was when `pack` was called. Throws an Error if that was of another version, or the options were others. */
  unpack(text: string): void {
    const { scenario, rules, state, morning, token, firstToken } = this.#unpacked(text)
    const director = new Director(this.#world, scenario, scenario.accounts ?? [], this.#options.log)
    const play: Play = { rules, director, token: firstToken, morning }
    this.#restore({ state, scenario: scenario.scenario, play, token })
  }

  #unpacked(text: string): Packable {
    try {
      return unpack(this.#world, text, this.#given)
    } catch (error) {
      this.#world.follow(this.#play.rules)
      throw error
    }
  }

  /** Lets no webhook leave here and in the worlds beside while the mock's door is closed. */
  hold(isHeld: boolean): void {
    for (const mock of [this, ...this.worlds.all()]) mock.webhooks.hold(isHeld)
  }

  /** Ends the world for good: nothing is due any more, and nothing is held. */
  end(): void {
    this.#world.end()
    this.#journal.clear()
    this.#watch.tell(() => ({ kind: 'world', what: 'deleted' }))
  }
}

/** What of a world stays when another scenario begins in it. */
const kept: ReadonlySet<string> = new Set(['database', 'clock', 'queue', 'random', 'rates', 'history'])

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
