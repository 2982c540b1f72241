import { apiErrors, UsageError } from '../engine/errors.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { ClockState } from '../engine/time/clock.ts'
import type { Instant } from '../engine/time/instant.ts'
import type { Rules, World } from '../engine/world.ts'
import { ScenarioRunner, scenarioStep } from '../scenario/runner.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { MockTypes } from './api.ts'
import type { MockDefinition } from './definition.ts'
import { type LoadedScenario, prepareScenario, requireRoom } from './loaded-scenario.ts'
import type { MockOptionsOf, ReadOptions } from './options.ts'
import { pack, unpack } from './pack.ts'

/** The current scenario: its rules, runner and initial state. */
interface ScenarioRun<A extends MockTypes> {
  readonly rules: Rules<A['api']>
  readonly runner: ScenarioRunner<A['api']>
  /** The token of the first key in the initial state. */
  readonly token: string
  /** How many records were generated for it. */
  readonly generated: number
  /** Undefined until the records are generated. */
  initial: WorldState | undefined
  /** Undefined if it began with the state of another world. */
  readonly times: RunTimes | undefined
}

/** When a run began, in real time, and when its records were generated, if they were. */
export interface RunTimes {
  readonly began: Instant
  generated?: Instant
}

/** When a scenario is loaded: in real time, and in the virtual time until then. */
export interface LoadTimes {
  readonly real: Instant
  readonly at: Instant
}

/** The state of a mock: of its world and its scenario. */
export interface MockState<A extends MockTypes> {
  readonly state: WorldState
  readonly scenario: string
  readonly run: ScenarioRun<A>
  readonly token: string
}

/** The parts of a world that stay when another scenario is loaded with `keep`. */
const keptParts: ReadonlySet<string> = new Set([
  'database',
  'clock',
  'queue',
  'random',
  'rates',
  'history',
  'pastTokens',
  'buckets',
])

/** Runs scenarios in a world, one after another, and keeps the initial state that a reset returns to. */
export class ScenarioHost<A extends MockTypes> {
  #run!: ScenarioRun<A>
  /** The run that a reset returns to, and how it was started; undefined if it started with the state of another world. */
  #setUp!: { readonly run: ScenarioRun<A>; readonly start: LoadedScenario<A> | undefined }
  #token = ''
  /** The last load in the sequence; the next one waits for it. */
  #loading: Promise<void> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #isReady = true
  /** How often the mock was reset: a load that waits since before a reset has no effect. */
  #resets = 0

  /**
   * @param start a scenario, or the state of another world
   * @param generatedElsewhere returns how many records were generated in other worlds of the same mock
   */
  constructor(
    readonly world: World<A['api']>,
    readonly definition: MockDefinition<A>,
    /** The current options, which take precedence over a scenario. */
    readonly options: () => ReadOptions<A>,
    start: LoadedScenario<A> | MockState<A>,
    readonly generatedElsewhere: () => number,
  ) {
    const runner = () => this.#run.runner
    world.handle(scenarioStep, { isPending: () => true, run: (_, work) => runner().onDue(work) })
    world.reactions.on((event) => runner().onEvent(event))
    world.snapshots.add('scenario', { save: () => runner().save(), restore: (state) => runner().restore(state) })
    if ('state' in start) this.#startFromState(start)
    else this.#start(start)
    this.#setUp = { run: this.#run, start: 'state' in start ? undefined : start }
  }

  /** The runner of the current scenario. */
  get runner(): ScenarioRunner<A['api']> {
    return this.#run.runner
  }

  /** The seed of the current run. */
  get seed(): number {
    return this.#run.rules.seed
  }

  /** The token of the first key in the initial state, or in the state that was restored last. */
  get token(): string {
    return this.#token
  }

  /** Resolves once records are generated, also those of a run that begins meanwhile. */
  get ready(): Promise<void> {
    const ready = this.#untilReady()
    ready.catch(() => {})
    return ready
  }

  async #untilReady(): Promise<void> {
    for (let awaited: unknown; awaited !== this.#ready; ) {
      awaited = this.#ready
      await awaited
    }
  }

  /** How many records were generated for the current scenario. */
  get generated(): number {
    return this.#run.generated
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** The times of the current run. */
  get times(): RunTimes | undefined {
    return this.#run.times
  }

  /** Empties the world and starts a scenario in it, at one instant of real time. */
  #start(start: LoadedScenario<A>): void {
    this.world.time.atOnce(() => this.#startNow(start))
  }

  #startNow({ scenario, rules, records, token, generate: counts, generated }: LoadedScenario<A>): void {
    const world = this.world
    world.begin(rules)
    // Time starts when the records are complete, so that nothing becomes due before.
    if (counts) world.clock.freeze()
    const { fixtures, token: tokens } = this.definition.api
    fixtures.fill(world, records)
    tokens?.set(world, token)
    const runner = this.#newRunner(scenario)
    const times = { began: world.clock.real }
    const run: ScenarioRun<A> = { rules, runner, token, generated, initial: undefined, times }
    this.#run = run
    this.#token = token
    runner.start()
    if (!counts) run.initial = world.snapshots.save()
    this.#isReady = counts === undefined
    this.#ready = counts ? this.#generate(run, counts) : Promise.resolve()
    // A call or a developer that awaits it gets the error; without one, it is no unhandled rejection.
    this.#ready.catch(() => {})
  }

  /** Adds generated records to the initial state, unless the world is reset or restored before. */
  async #generate(run: ScenarioRun<A>, counts: A['api']['counts']): Promise<void> {
    const world = this.world
    const { time } = world
    const { generation } = time
    const { frozen, speed = 1 } = run.rules.clock
    const isDone = await this.definition.api.generator?.generate(world, counts, () => generation === time.generation)
    if (!isDone) return
    time.atOnce(() => {
      if (run.times) run.times.generated = world.clock.real
      if (!frozen) world.clock.run(speed)
      this.#toPresent()
      run.initial = world.snapshots.save()
      this.#isReady = true
      if (!frozen) time.run(speed)
    })
  }

  /** Moves a running clock without a `start` to the real present, and starts steps and faults again from there. */
  #toPresent(): void {
    const { start, frozen } = this.#run.rules.clock
    if (start !== undefined || frozen) return
    const world = this.world
    world.time.toPresent()
    world.time.queue.forget(scenarioStep)
    world.faults.clear()
    this.#run.runner.start()
  }

  #newRunner(scenario: Scenario<A['api']>): ScenarioRunner<A['api']> {
    return new ScenarioRunner(this.world, this.definition.language, scenario, this.options().log)
  }

  /** The present token of the first key. */
  #currentToken(): string | undefined {
    return this.definition.api.token?.of(this.world)
  }

  /** Starts with the state of another world. */
  #startFromState({ state, run }: MockState<A>): void {
    const { scenario } = run.runner
    const runner = this.#newRunner(scenario)
    const { base: start } = state.get('clock') as ClockState
    const rules = { ...run.rules, clock: { ...run.rules.clock, start } }
    const own: ScenarioRun<A> = { ...run, rules, runner, initial: state, times: undefined }
    this.restore({ state, run: own, token: '' })
    const token = this.#currentToken() ?? run.token
    this.#run = { ...own, token }
    this.#token = token
  }

  /** Saves the present state. Throws an Error while records are generated. */
  save(): MockState<A> {
    if (!this.#isReady) throw new UsageError('The records are still being generated: await mock.ready first.')
    this.world.time.runDue()
    return {
      state: this.world.snapshots.save(),
      scenario: this.runner.scenario.scenario,
      run: this.#run,
      token: this.#token,
    }
  }

  /**
   * Saves the present state, or the initial one if nothing but time can have changed it; undefined while records are
   * generated.
   */
  saveForReplay(isUnchanged: boolean): MockState<A> | undefined {
    if (!this.#isReady) return undefined
    const { initial, token, runner, rules } = this.#run
    const { start, frozen } = rules.clock
    if (!isUnchanged || !initial || (start === undefined && !frozen)) return this.save()
    return { state: initial, scenario: runner.scenario.scenario, run: this.#run, token }
  }

  restore({ state, run, token }: Omit<MockState<A>, 'scenario'>): void {
    if (this.#run?.rules !== run.rules) this.world.useRules(run.rules)
    this.#run = run
    this.#token = token
    this.world.restore(state)
    this.#isReady = true
  }

  /**
   * Starts another scenario, after all loads before it; with `keep` records and clock stay. Throws the API's 500 if the
   * mock is reset before it starts.
   *
   * @param setsUp whether a reset returns to this scenario from now on
   * @param onStart called once it has started; its records may be generated after that
   */
  async load(
    input: A['scenarioName'] | A['scenarioInput'],
    keep: boolean,
    setsUp: boolean,
    onStart: (times: LoadTimes) => void,
  ): Promise<void> {
    const loaded = prepareScenario(this.definition, input, this.options())
    requireRoom(loaded.generated, this.generatedElsewhere())
    const resets = this.#resets
    const loading = this.#loading.then(async () => {
      await this.ready
      if (resets !== this.#resets) throw apiErrors.wasReset()
      const { clock, time } = this.world
      const kept = time.atOnce(() => {
        const times = { real: clock.real, at: clock.now() }
        const { state } = this.save()
        this.#start(loaded)
        onStart(times)
        if (!keep || !this.#isReady) return keep ? state : undefined
        this.#restoreRecords(state)
        return undefined
      })
      if (setsUp) this.#setUp = { run: this.#run, start: loaded }
      const { runner } = this
      if (!this.#isReady) await this.#ready
      // A snapshot was restored meanwhile.
      if (runner !== this.runner) return
      if (kept) time.atOnce(() => this.#restoreRecords(kept))
    })
    this.#loading = loading.catch(() => {})
    await loading
  }

  /** Restores records and clock of the state before a load; steps and faults of the new scenario start now. */
  #restoreRecords(state: WorldState): void {
    const world = this.world
    world.restore(new Map(Array.from(state).filter(([part]) => keptParts.has(part))))
    const dropped = world.time.queue.forget(scenarioStep)
    if (dropped > 0) world.log('warn', `${dropped} scheduled steps of the previous scenario were dropped.`)
    world.faults.clear()
    this.#token = this.#currentToken() ?? this.#token
    this.#run.runner.start()
  }

  /** The state as text, for `unpack`; undefined while records are generated. */
  pack(options: MockOptionsOf<A>): string | undefined {
    if (!this.#isReady) return undefined
    const { state, run, token } = this.save()
    const { rules, initial = state, token: firstToken, runner } = run
    const isSetUp = run === this.#setUp.run
    return pack(this.world, { scenario: runner.scenario, rules, state, initial, token, firstToken, isSetUp }, options)
  }

  /** Restores the state that `pack` saved. Throws an Error if another version or a mock with other options saved it. */
  unpack(text: string, options: MockOptionsOf<A>): void {
    const unpacked = unpack(this.definition.api, this.world, text, options)
    const { scenario, rules, state, initial, token, firstToken, isSetUp } = unpacked
    const runner = this.#newRunner(scenario)
    const { generated } = this.#run
    const run: ScenarioRun<A> = { rules, runner, token: firstToken, generated, initial, times: undefined }
    if (isSetUp) this.#setUp = { ...this.#setUp, run }
    this.restore({ state, run, token })
  }

  /**
   * Restores the initial state of what was set up, at the real present if that is where the clock started; while its
   * records are generated, only the token.
   *
   * @returns whether an initial state was restored
   */
  reset(): boolean {
    this.#resets++
    const { run, start } = this.#setUp
    if (run.initial) {
      this.restore({ state: run.initial, run, token: run.token })
      this.#toPresent()
      return true
    }
    if (run === this.#run) this.#token = run.token
    else if (start) {
      this.#start(start)
      this.#setUp = { run: this.#run, start }
    }
    return false
  }

  /** Starts another scenario at once, until the next reset. */
  resetTo(start: LoadedScenario<A>): void {
    this.#resets++
    this.#start(start)
  }
}
