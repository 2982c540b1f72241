import type { ScenarioName } from '../../scenarios/index.ts'
import { UsageError } from '../engine/errors.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { World } from '../engine/world.ts'
import type { Counts } from '../ricloud/counts.ts'
import { fill } from '../ricloud/fixtures.ts'
import { generate } from '../ricloud/generate.ts'
import type { Key } from '../ricloud/resources/records.ts'
import type { Rules } from '../ricloud/settings.ts'
import { ScenarioRunner, scenarioStep } from '../scenario/runner.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import { type LoadedScenario, loadScenario } from './loaded-scenario.ts'
import type { MockOptions } from './options.ts'
import { type Packable, pack, unpack } from './pack.ts'
import type { ReadOptions } from './read-options.ts'

/** A scenario in force: its rules, who directs it, and how it all began. */
interface ScenarioRun {
  readonly rules: Rules
  readonly runner: ScenarioRunner
  /** That of the first key on the initial state. */
  readonly token: string
  initial: WorldState
}

/** Everything that a mock was at some moment. */
export interface Moment {
  readonly state: WorldState
  readonly scenario: string
  readonly run: ScenarioRun
  readonly token: string
}

/** What of a world stays when another scenario begins in it. */
const kept: ReadonlySet<string> = new Set(['database', 'clock', 'queue', 'random', 'rates', 'history'])

/** Where a scenario is played: lets one begin in a world, and another one after it, and knows how each began. */
export class ScenarioHost {
  #run!: ScenarioRun
  #token = ''
  /** The last of the loads, which follow each other. */
  #loading: Promise<void> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #isReady = true

  /** @param begins a loaded, or what another world was at some moment */
  constructor(
    readonly world: World,
    readonly options: ReadOptions,
    begins: LoadedScenario | Moment,
  ) {
    const runner = () => this.#run.runner
    world.dueHandlers.set(scenarioStep, { holds: () => true, run: (_, work) => runner().come(work) })
    world.reactions.on((happening) => runner().happened(happening))
    world.snapshots.add('scenario', { save: () => runner().save(), restore: (state) => runner().restore(state) })
    if ('state' in begins) this.#inherit(begins)
    else this.#begin(begins)
  }

  /** Who directs the scenario that is played. */
  get runner(): ScenarioRunner {
    return this.#run.runner
  }

  /** The first key's token on the initial state, or when the world became what it is. */
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
  #begin({ scenario, rules, records, token, generate: counts }: LoadedScenario): void {
    const world = this.world
    world.begin(rules)
    fill(world, records)
    this.#firstKey((key) => key.token !== token && world.tables.key.update(key, { token }))
    const runner = new ScenarioRunner(world, scenario, scenario.accounts ?? [], this.options.log)
    const run: ScenarioRun = { rules, runner, token, initial: new Map() }
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
  async #generate(run: ScenarioRun, counts: Counts): Promise<void> {
    const world = this.world
    const { generation } = world
    const isDone = await generate(world, counts, () => generation === world.generation)
    if (!isDone) return
    run.initial = world.snapshots.save()
    this.#isReady = true
  }

  #firstKey<T>(use: (key: Key) => T): T | undefined {
    const [first] = [...this.world.tables.key.all()].sort((a, b) => a.id - b.id)
    return first && use(first)
  }

  /** Begins where another world was at some moment. */
  #inherit({ state, run }: Moment): void {
    const { scenario, accounts } = run.runner
    const runner = new ScenarioRunner(this.world, scenario, accounts, this.options.log)
    const own: ScenarioRun = { ...run, runner, initial: state }
    this.enter({ state, scenario: scenario.scenario, run: own, token: '' })
    const token = this.#firstKey((key) => key.token) ?? run.token
    this.#run = { ...own, token }
    this.#token = token
  }

  /** Everything that it is now. */
  moment(): Moment {
    if (!this.#isReady) throw new UsageError('The records are still being generated: await mock.ready before.')
    this.world.runDue()
    return {
      state: this.world.snapshots.save(),
      scenario: this.runner.scenario.scenario,
      run: this.#run,
      token: this.#token,
    }
  }

  /** Makes the world what it was. */
  enter({ state, run, token }: Moment): void {
    this.#run = run
    this.#token = token
    this.world.useRules(run.rules)
    this.world.restore(state)
    this.#isReady = true
  }

  /** Lets another scenario begin, once those before it have; with `keep` records and clock stay. */
  async load(given: ScenarioName | ScenarioInput, keep: boolean): Promise<void> {
    const loaded = loadScenario(given, this.options)
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
    const dropped = world.queue.forget(scenarioStep)
    if (dropped > 0) world.log('warn', `${dropped} steps of the scenario before that were still to come are dropped.`)
    world.faults.clear()
    this.#token = this.#firstKey((key) => key.token) ?? this.#token
    this.#run.runner.begin()
  }

  /** The present as text, for `unpack`; undefined while the world is still being filled. */
  pack(options: MockOptions): string | undefined {
    if (!this.#isReady) return undefined
    const { state, run, token } = this.moment()
    const { rules, initial, token: firstToken, runner } = run
    return pack(this.world, { scenario: runner.scenario, rules, state, initial, token, firstToken }, options)
  }

  /** Makes the world what it was when `pack` was called. Throws an Error if that was of another version, or the options were others. */
  unpack(text: string, options: MockOptions): void {
    const { scenario, rules, state, initial, token, firstToken } = this.#unpacked(text, options)
    const runner = new ScenarioRunner(this.world, scenario, scenario.accounts ?? [], this.options.log)
    this.enter({
      state,
      scenario: scenario.scenario,
      run: { rules, runner, token: firstToken, initial },
      token,
    })
  }

  #unpacked(text: string, options: MockOptions): Packable {
    try {
      return unpack(this.world, text, options)
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
