import type { ApiTypes, NameOf } from '../engine/api-types.ts'
import { ByCall, isMeant, matcherOf, type Occasions, occasionsOf } from '../engine/faults.ts'
import { cut } from '../engine/text.ts'
import { messageOf } from '../engine/thrown.ts'
import { formatInstant, type Instant } from '../engine/time/instant.ts'
import type { DueWork } from '../engine/time/queue.ts'
import { remove } from '../engine/values.ts'
import type { DomainEvent, World } from '../engine/world.ts'
import { type Action, perform, type Subject, targetsOf } from './action.ts'
import { describeFault, describeStep, describeWhere } from './describe.ts'
import type { Report } from './report.ts'
import type { Scenario, ScenarioLanguage, Step } from './schema.ts'
import { matches, recordIn, related, select } from './select.ts'

/** Counters of a step. */
interface Progress {
  /** Occasions of `on`. */
  occasions: number
  /** Occasions that match `on` and `where`. */
  matched: number
  /** Those of them that `nth`, `first`, `every` and `times` select. */
  selected: number
  fired: number
}

interface RunnerState {
  readonly began: number
  readonly progress: readonly Progress[]
  readonly problems: readonly string[]
}

/** The name of due work that fires a step. */
export const scenarioStep = 'scenario.step'

/** How many steps may set each other off without time passing; more are taken for a cycle. */
const maxChainLength = 500
/** The same for steps of which each sets off the next: their calls are nested, and the stack ends. */
const maxChainDepth = 150

/** How many problems are kept and logged, so that memory is bounded. */
const mostProblems = 1000

/** Fires the steps of a scenario at their times and on their events and calls, and counts them for the report. */
export class ScenarioRunner<A extends ApiTypes> {
  readonly #steps: readonly Step[]
  readonly #byEvent = new Map<string, number[]>()
  /** The steps on the two names of an event, in their order, by both. */
  readonly #byBothNames = new Map<string, readonly number[]>()
  readonly #byCall: ByCall<{ readonly matches: ReturnType<typeof matcherOf>; readonly index: number }>
  readonly #occasions: readonly Occasions[]
  #progress: Progress[]
  #problems: string[] = []
  /** The indexes of the steps that are firing, each set off by the one before. */
  readonly #chain: number[] = []
  /** How many steps have fired since the first step of the chain. */
  #chainLength = 0
  /** Whether the steps that are firing were taken for a cycle. */
  #isCycle = false
  /** How many steps have fired on the same event or call, with those that they set off. */
  #firedAtOnce = 0
  /** For each call under way, the steps that fired during it; a step counts for the call that began last. */
  readonly #trackedCalls: string[][] = []
  #began = 0

  /** @param log receives an error for each step that failed */
  constructor(
    readonly world: World<A>,
    readonly language: ScenarioLanguage<A>,
    readonly scenario: Scenario<A>,
    readonly log: (level: 'error', message: string) => void,
  ) {
    this.#steps = scenario.steps ?? []
    this.#occasions = this.#steps.map(({ nth, first, every }) =>
      occasionsOf({ nth, first, every: typeof every === 'number' ? every : undefined }),
    )
    this.#progress = this.#steps.map(() => ({ occasions: 0, matched: 0, selected: 0, fired: 0 }))
    this.#byCall = new ByCall(
      this.#steps.flatMap(({ on }, index) => (on?.includes(' ') ? { matches: matcherOf(on), index } : [])),
    )
    for (const [index, { on }] of this.#steps.entries()) {
      if (!on || on.includes(' ')) continue
      const indexes = this.#byEvent.get(on)
      if (indexes) indexes.push(index)
      else this.#byEvent.set(on, [index])
    }
  }

  /** Schedules the steps and arms the faults, counted from now. */
  start(): void {
    const began = this.world.clock.now()
    this.#began = began
    for (const [index, { at }] of this.#steps.entries()) {
      if (at !== undefined) this.world.schedule(began + at, scenarioStep, index)
    }
    for (const fault of this.scenario.faults ?? []) this.world.faults.arm(fault, began)
  }

  /** Returns a list that fills with the steps that fire until `untrackCall`. */
  trackCall(): readonly string[] {
    const firedSteps: string[] = []
    this.#trackedCalls.push(firedSteps)
    return firedSteps
  }

  untrackCall(firedSteps: readonly string[]): void {
    remove(this.#trackedCalls, firedSteps as string[])
  }

  /**
   * Fires the steps on a call that succeeded. Their target is the record in the answer, or one that it refers to, or one
   * that the caller refers to.
   */
  onCall(method: string, path: string, caller: Subject<A> | undefined, answer: { readonly view?: object }): void {
    const matching = this.#byCall.matching(method, path)
    if (matching.length === 0) return
    const { view } = answer
    const answered = view && recordIn(this.world, view)
    const subjectOf = (step: Step) => {
      const { target } = this.#actionOf(step)
      if (target === null) return answered
      const found = answered && related(this.world, answered, target)
      // A record of a group that the caller refers to, such as the config of its key, is not what the call was about.
      const isGroup = targetsOf(this.world.api.definitions, target)[0] !== target
      return found ?? (isGroup || !caller ? undefined : related(this.world, caller, target))
    }
    this.#onOccasion(
      matching.map(({ index }) => index),
      subjectOf,
    )
  }

  /** Fires the steps on an event, which they name by its verb or by the state entered: `session.activated`, `session.active`. */
  onEvent({ event, resource, record }: DomainEvent<A>): void {
    if (this.#byEvent.size === 0) return
    const byState = this.language.events.entered(event, (record as { readonly state?: string }).state ?? '')
    this.#onOccasion(this.#stepsOn(event, byState === event ? undefined : byState), () => ({ resource, record }))
  }

  #stepsOn(event: string, byState: string | undefined): readonly number[] {
    const steps = this.#byEvent.get(event) ?? []
    const more = (byState !== undefined && this.#byEvent.get(byState)) || []
    if (steps.length === 0 || more.length === 0) return steps.length === 0 ? more : steps
    const names = `${event} ${byState}`
    const known = this.#byBothNames.get(names)
    if (known) return known
    const both = [...steps, ...more].sort((a, b) => a - b)
    this.#byBothNames.set(names, both)
    return both
  }

  #onOccasion(matching: readonly number[], find: (step: Step) => Subject<A> | undefined): void {
    const isFirst = this.#chain.length === 0
    if (isFirst) this.#firedAtOnce = 0
    for (const index of matching) {
      // The chain is taken for a cycle already.
      if (!isFirst && this.#isCycle) return
      this.#countOccasion(index, find)
    }
  }

  /**
   * Counts an occasion of a step; if the step selects it, fires the step now or schedules it. If very many steps fire on
   * the same occasion, the others follow as due work of the same instant, so that other calls are answered meanwhile.
   */
  #countOccasion(index: number, find: (step: Step) => Subject<A> | undefined): void {
    const step = this.#steps[index] as Step
    const progress = this.#progress[index] as Progress
    progress.occasions++
    if (step.where) {
      const candidate = find(step)
      if (!candidate || !matches(this.world, candidate, step.where)) return
    }
    progress.matched++
    if (!isMeant(progress.matched, this.#occasions[index] as Occasions)) return
    if (progress.selected >= (step.times ?? Infinity)) return
    progress.selected++
    const subject = find(step)
    const isFull = this.#chain.length === 0 && this.#firedAtOnce >= maxChainLength
    if (!step.after && !isFull) this.#fire(index, subject)
    else {
      const of = subject && { resource: subject.resource, id: subject.record.id }
      this.world.schedule(this.world.clock.now() + (step.after ?? 0), scenarioStep, index, { of })
    }
  }

  /** Fires a step that is due: one `at` a time, or one `after` an occasion. */
  onDue({ id, with: { of } }: DueWork): void {
    const index = id as number
    const step = this.#steps[index] as Step
    if (step.at === undefined) {
      const { resource, id } = (of ?? {}) as { resource?: NameOf<A>; id?: number }
      const record = resource && id !== undefined ? this.world.tables[resource].get(id) : undefined
      this.#fire(index, resource && record ? { resource, record } : undefined)
      return
    }
    const progress = this.#progress[index] as Progress
    progress.selected++
    if (typeof step.every === 'object' && progress.selected < (step.times ?? Infinity)) {
      this.world.schedule(this.world.clock.now() + step.every.period, scenarioStep, index)
    }
    this.#fire(index, undefined)
  }

  #fire(index: number, subject: Subject<A> | undefined): void {
    const step = this.#steps[index] as Step
    if (this.#chain.length === 0) {
      this.#chainLength = 0
      this.#isCycle = false
    }
    if (++this.#chainLength > maxChainLength || this.#chain.length >= maxChainDepth) {
      if (!this.#isCycle) this.#failCycle(index)
      this.#isCycle = true
      this.#firedAtOnce = maxChainLength
      return
    }
    this.#firedAtOnce++
    const action = this.#actionOf(step)
    this.#chain.push(index)
    try {
      const subjects = this.#targets(step, action, subject)
      if (subjects.length === 0) throw new Error(`there is no such ${action.target}`)
      // Listed before the steps that it sets off, and removed again if it fails.
      const firedSteps = this.#trackedCalls.at(-1)
      const length = firedSteps?.push(this.#name(index)) ?? 0
      try {
        this.world.time.because({ cause: { step: index + 1, action: step.do }, reason: undefined }, () =>
          perform(this.world, action, subjects, step.with),
        )
      } catch (error) {
        firedSteps?.splice(length - 1, 1)
        throw error
      }
      ;(this.#progress[index] as Progress).fired++
    } catch (error) {
      this.#fail(`${this.#name(index)}: ${messageOf(error)}`)
    } finally {
      this.#chain.pop()
    }
  }

  #actionOf(step: Step): Action<A> {
    return this.language.actions[step.do] as Action<A>
  }

  #targets(step: Step, { target }: Action<A>, subject: Subject<A> | undefined): readonly (Subject<A> | undefined)[] {
    if (target === null) return [undefined]
    if (step.at !== undefined) return select(this.world, target, step.where ?? {})
    const found = subject && related(this.world, subject, target)
    return found ? [found] : []
  }

  #failCycle(index: number): void {
    const steps = [...this.#chain, index]
    const cycle = steps.slice(Math.max(0, steps.lastIndexOf(index, -2)))
    this.#fail(`${cycle.map((i) => this.#name(i)).join(' → ')}: steps set each other off without time passing`)
  }

  #name(index: number): string {
    return `step ${index + 1} (${describeStep(this.#steps[index] as Step)})`
  }

  #fail(reason: string): void {
    if (this.#problems.length >= mostProblems) return
    const problem = cut(reason, 1000)
    this.#problems.push(problem)
    const isLast = this.#problems.length === mostProblems
    const text = isLast ? `${problem}. Further problems of its steps are not reported.` : problem
    this.log('error', `Scenario "${this.scenario.scenario}", ${formatInstant(this.world.clock.now())}: ${text}`)
  }

  report(): Report {
    const steps = this.#steps.map((step, i) => ({ step: describeStep(step), fired: this.#progress[i]?.fired ?? 0 }))
    const accounts = this.world.services.report()
    const faults = this.world.faults.list().map(({ fault, struck }) => ({ fault: describeFault(fault), struck }))
    const due = this.#dueSteps()
    const unfired = [
      ...steps.flatMap(({ step, fired }, i) =>
        fired === 0 ? `step ${i + 1}: ${step} (${this.#whyUnfired(i, due.get(i))})` : [],
      ),
      ...accounts.flatMap(({ account, used }) => (used ? [] : `account: ${account}`)),
      ...faults.flatMap(({ fault, struck }) => (struck === 0 ? `fault: ${fault}` : [])),
    ]
    const { scenario, description = '' } = this.scenario
    const began = formatInstant(this.#began)
    return { scenario, description, began, steps, accounts, faults, problems: [...this.#problems], unfired }
  }

  /** When each scheduled step fires next. */
  #dueSteps(): ReadonlyMap<number, Instant> {
    const due = new Map<number, Instant>()
    for (const { action, id, at } of this.world.time.queue) {
      if (action === scenarioStep && !due.has(id as number)) due.set(id as number, at)
    }
    return due
  }

  /** Why a step has not fired: it is not due, its occasion did not come, or it was due and failed. */
  #whyUnfired(index: number, due: Instant | undefined): string {
    const { on, where } = this.#steps[index] as Step
    const { occasions, matched, selected } = this.#progress[index] as Progress
    const now = this.world.clock.now()
    if (due !== undefined) return `due at ${formatInstant(due)}, and the clock is at ${formatInstant(now)}`
    if (selected > 0) return 'it was due, and failed'
    if (occasions === 0) return on?.includes(' ') ? 'no such call succeeded' : 'no such event occurred'
    const came = `it came ${occasions === 1 ? 'once' : `${occasions} times`}`
    return matched === 0 ? `${came}, never where ${describeWhere(where)}` : `${came}, and never as selected`
  }

  save(): RunnerState {
    return {
      began: this.#began,
      progress: this.#progress.map((progress) => ({ ...progress })),
      problems: [...this.#problems],
    }
  }

  restore({ began, progress, problems }: RunnerState): void {
    this.#began = began
    this.#progress = progress.map((one) => ({ ...one }))
    this.#problems = [...problems]
  }
}
