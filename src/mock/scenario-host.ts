import { UsageError } from '../engine/errors.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { Rules, World } from '../engine/world.ts'
import { ScenarioRunner, scenarioStep } from '../scenario/runner.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { MockTypes } from './api.ts'
import type { MockDefinition } from './definition.ts'
import { type LoadedScenario, prepareScenario } from './loaded-scenario.ts'
import type { MockOptionsOf, ReadOptions } from './options.ts'
import { type Packable, pack, unpack } from './pack.ts'

/** A scenario in force: its rules, who directs it, and how it all began. */
interface ScenarioRun<A extends MockTypes> {
  readonly rules: Rules<A['api']>
  readonly runner: ScenarioRunner<A['api']>
  /** That of the first key in the initial state. */
  readonly token: string
  initial: WorldState
}

/** Everything that a mock was at some moment. */
export interface Moment<A extends MockTypes> {
  readonly state: WorldState
  readonly scenario: string
  readonly run: ScenarioRun<A>
  readonly token: string
}

/** What of a world stays when another scenario begins in it. */
const kept: ReadonlySet<string> = new Set(['database', 'clock', 'queue', 'random', 'rates', 'history'])

/** Where a scenario is played: lets one begin in a world, and another one after it, and knows how each began. */
export class ScenarioHost<A extends MockTypes> {
  #run!: ScenarioRun<A>
  #token = ''
  /** The last of the loads, which follow each other. */
  #loading: Promise<void> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #isReady = true

  /** @param begins a loaded, or what another world was at some moment */
  constructor(
    readonly world: World<A['api']>,
    readonly definition: MockDefinition<A>,
    readonly options: ReadOptions<A>,
    begins: LoadedScenario<A> | Moment<A>,
  ) {
    const runner = () => this.#run.runner
    world.handle(scenarioStep, { isPending: () => true, run: (_, work) => runner().come(work) })
    world.reactions.on((event) => runner().happened(event))
    world.snapshots.add('scenario', { save: () => runner().save(), restore: (state) => runner().restore(state) })
    if ('state' in begins) this.#inherit(begins)
    else this.#begin(begins)
  }

  /** The runner of the current scenario. */
  get runner(): ScenarioRunner<A['api']> {
    return this.#run.runner
  }

  /** The first key's token in the initial state, or when the world became what it is. */
  get token(): string {
    return this.#token
  }

  /** Settles when generated records are there. */
  get ready(): Promise<void> {
    return this.#ready
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Lets a scenario begin in an empty world. */
  #begin({ scenario, rules, records, token, generate: counts }: LoadedScenario<A>): void {
    const world = this.world
    world.begin(rules)
    const { fixtures, token: tokens } = this.definition.api
    fixtures.fill(world, records)
    tokens?.set(world, token)
    const runner = this.#newRunner(scenario)
    const run: ScenarioRun<A> = { rules, runner, token, initial: new Map() }
    this.#run = run
    this.#token = token
    runner.begin()
    run.initial = world.snapshots.save()
    this.#isReady = counts === undefined
    this.#ready = counts ? this.#generate(run, counts) : Promise.resolve()
    // Whoever awaits it, a call or the developer, gets the error; until then it is nobody's.
    this.#ready.catch(() => {})
  }

  /** Fills the world further, unless it becomes another one before it can. */
  async #generate(run: ScenarioRun<A>, counts: A['api']['counts']): Promise<void> {
    const world = this.world
    const { time } = world
    const { generation } = time
    const isDone = await this.definition.api.generator?.generate(world, counts, () => generation === time.generation)
    if (!isDone) return
    run.initial = world.snapshots.save()
    this.#isReady = true
  }

  #newRunner(scenario: Scenario<A['api']>): ScenarioRunner<A['api']> {
    return new ScenarioRunner(this.world, this.definition.language, scenario, this.options.log)
  }

  /** The token that callers use first, as it is now. */
  #currentToken(): string | undefined {
    return this.definition.api.token?.of(this.world)
  }

  /** Begins where another world was at some moment. */
  #inherit({ state, run }: Moment<A>): void {
    const { scenario } = run.runner
    const runner = this.#newRunner(scenario)
    const own: ScenarioRun<A> = { ...run, runner, initial: state }
    this.enter({ state, scenario: scenario.scenario, run: own, token: '' })
    const token = this.#currentToken() ?? run.token
    this.#run = { ...own, token }
    this.#token = token
  }

  /** Everything that it is now. */
  moment(): Moment<A> {
    if (!this.#isReady) throw new UsageError('The records are still being generated: await mock.ready before.')
    this.world.time.runDue()
    return {
      state: this.world.snapshots.save(),
      scenario: this.runner.scenario.scenario,
      run: this.#run,
      token: this.#token,
    }
  }

  /** Makes the world what it was. */
  enter({ state, run, token }: Moment<A>): void {
    this.#run = run
    this.#token = token
    this.world.useRules(run.rules)
    this.world.restore(state)
    this.#isReady = true
  }

  /** Lets another scenario begin, once those before it have; with `keep` records and clock stay. */
  async load(given: A['scenarioName'] | A['scenarioInput'], keep: boolean): Promise<void> {
    const loaded = prepareScenario(this.definition, given, this.options)
    const loading = this.#loading.then(async () => {
      await this.#ready
      const before = this.moment()
      this.#begin(loaded)
      const { runner } = this
      if (!this.#isReady) await this.#ready
      // Somebody went back to a snapshot meanwhile.
      if (runner !== this.runner) return
      if (keep) this.#keep(before.state)
    })
    this.#loading = loading.catch(() => {})
    await loading
  }

  /** Gives the world back its records and its clock; what the scenario scripts begins now. */
  #keep(state: WorldState): void {
    const world = this.world
    world.restore(new Map(Array.from(state).filter(([part]) => kept.has(part))))
    const dropped = world.time.queue.forget(scenarioStep)
    if (dropped > 0) world.log('warn', `${dropped} steps of the scenario before that were still to come are dropped.`)
    world.faults.clear()
    this.#token = this.#currentToken() ?? this.#token
    this.#run.runner.begin()
  }

  /** The present as text, for `unpack`; undefined while the world is still being filled. */
  pack(options: MockOptionsOf<A>): string | undefined {
    if (!this.#isReady) return undefined
    const { state, run, token } = this.moment()
    const { rules, initial, token: firstToken, runner } = run
    return pack(this.world, { scenario: runner.scenario, rules, state, initial, token, firstToken }, options)
  }

  /** Makes the world what it was when `pack` was called. Throws an Error if that was of another version, or the options were others. */
  unpack(text: string, options: MockOptionsOf<A>): void {
    const { scenario, rules, state, initial, token, firstToken } = this.#unpacked(text, options)
    const runner = this.#newRunner(scenario)
    this.enter({
      state,
      scenario: scenario.scenario,
      run: { rules, runner, token: firstToken, initial },
      token,
    })
  }

  #unpacked(text: string, options: MockOptionsOf<A>): Packable<A> {
    try {
      return unpack(this.definition.api, this.world, text, options)
    } catch (error) {
      this.world.useRules(this.#run.rules)
      throw error
    }
  }

  /** Gives back the initial state; while the world is still being filled, that is not over. */
  reset(): void {
    if (this.#isReady) this.world.restore(this.#run.initial)
    this.#token = this.#run.token
  }
}
