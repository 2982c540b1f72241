import type { ApiTypes, NameOf } from '../engine/api-types.ts'
import { ByCall, isMeant, matcherOf, type Occasions, occasionsOf } from '../engine/faults.ts'
import { formatInstant } from '../engine/time/clock.ts'
import type { DueWork } from '../engine/time/queue.ts'
import type { DomainEvent, World } from '../engine/world.ts'
import { type Action, perform, type Subject, targetsOf } from './action.ts'
import { describeFault, describeStep } from './describe.ts'
import type { Report } from './report.ts'
import type { Scenario, ScenarioLanguage, Step } from './schema.ts'
import { fits, related, select } from './select.ts'

/** How often a step's occasion came, and how often it acted. */
interface Progress {
  met: number
  /** How many of its occasions were meant. */
  meant: number
  fired: number
}

interface RunnerState {
  readonly began: number
  readonly progress: readonly Progress[]
  readonly problems: readonly string[]
}

/** What the queue calls a step whose time will come. */
export const scenarioStep = 'scenario.step'

/** How many steps may follow from one without time passing. */
const mostAtOnce = 500

/** Lets the steps of a scenario happen, at their times and on their events and calls. */
export class ScenarioRunner<A extends ApiTypes> {
  readonly #steps: readonly Step[]
  readonly #byEvent = new Map<string, number[]>()
  readonly #byCall: ByCall<{ readonly matches: ReturnType<typeof matcherOf>; readonly index: number }>
  readonly #meant: readonly Occasions[]
  #progress: Progress[]
  #problems: string[] = []
  /** The steps that led to the one acting now. */
  readonly #chain: number[] = []
  /** How many have acted since the first of them. */
  #acted = 0
  /** What the calls under way note; the last one gets what acts. */
  readonly #attended: string[][] = []
  #began = 0

  /**
   * @param log told of each step that could not act
   */
  constructor(
    readonly world: World<A>,
    readonly language: ScenarioLanguage<A>,
    readonly scenario: Scenario<A>,
    readonly log: (level: 'error', message: string) => void,
  ) {
    this.#steps = scenario.steps ?? []
    this.#meant = this.#steps.map(({ nth, first, every }) =>
      occasionsOf({ nth, first, every: typeof every === 'number' ? every : undefined }),
    )
    this.#progress = this.#steps.map(() => ({ met: 0, meant: 0, fired: 0 }))
    this.#byCall = new ByCall(
      this.#steps.flatMap(({ on }, index) => (on?.includes(' ') ? { matches: matcherOf(on), index } : [])),
    )
    for (const [index, { on }] of this.#steps.entries()) {
      if (on && !on.includes(' ')) this.#byEvent.set(on, [...(this.#byEvent.get(on) ?? []), index])
    }
  }

  /** Lets the scenario begin: plans its steps and arms its faults, from now. */
  begin(): void {
    const began = this.world.clock.now()
    this.#began = began
    for (const [index, { at }] of this.#steps.entries()) {
      if (at !== undefined) this.world.schedule(began + at, scenarioStep, index)
    }
    for (const fault of this.scenario.faults ?? []) this.world.faults.arm(fault, began)
  }

  /** Notes the steps that act from now until the call that they are noted for is over. */
  attend(): readonly string[] {
    const acted: string[] = []
    this.#attended.push(acted)
    return acted
  }

  /** A call is over. */
  leave(attended: readonly string[]): void {
    const at = this.#attended.lastIndexOf(attended as string[])
    if (at >= 0) this.#attended.splice(at, 1)
  }

  /** Told of each call that succeeded: steps act on the record that it was about, or that this or the caller's key belongs to. */
  called(method: string, path: string, own: Subject<A> | undefined, view: object | undefined): void {
    const waiting = this.#byCall.matching(method, path)
    if (waiting.length === 0) return
    const shown = view && shownIn(this.world, view)
    for (const { index } of waiting) {
      this.#occur(index, () => {
        const { target } = this.#actionOf(this.#steps[index] as Step)
        if (target === null) return shown
        const found = shown && related(this.world, shown, target)
        // What a caller names of a group, such as the config of a key, is another than the one that a call was about.
        const isGroup = targetsOf(this.world.api.definitions, target)[0] !== target
        return found ?? (isGroup || !own ? undefined : related(this.world, own, target))
      })
    }
  }

  /** The event by its verb and by the state entered: `session.activated` and `session.active`. */
  happened({ event, resource, record }: DomainEvent<A>): void {
    if (this.#byEvent.size === 0) return
    const byState = `${resource}.${(record as { readonly state?: string }).state}`
    const names = this.language.events.isMove(event) ? [...new Set([event, byState])] : [event]
    const waiting = names.flatMap((name) => this.#byEvent.get(name) ?? []).sort((a, b) => a - b)
    for (const index of waiting) this.#occur(index, () => ({ resource, record }))
  }

  /** An occasion of a step: it acts now, later, or not this time. */
  #occur(index: number, find: () => Subject<A> | undefined): void {
    const step = this.#steps[index] as Step
    const progress = this.#progress[index] as Progress
    if (step.where) {
      const judged = find()
      if (!judged || !fits(this.world, judged, step.where)) return
    }
    progress.met++
    if (!isMeant(progress.met, this.#meant[index] as Occasions) || progress.meant >= (step.times ?? Infinity)) return
    progress.meant++
    const subject = find()
    if (!step.after) this.#act(index, subject)
    else {
      const of = subject && { resource: subject.resource, id: subject.record.id }
      this.world.schedule(this.world.clock.now() + step.after, scenarioStep, index, { of })
    }
  }

  /** The time of a step has come: of one `at` an instant, or `after` an occasion. */
  come({ id, with: { of } }: DueWork): void {
    const index = id as number
    const step = this.#steps[index] as Step
    if (step.at === undefined) {
      const { resource, id } = (of ?? {}) as { resource?: NameOf<A>; id?: number }
      const record = resource && id !== undefined ? this.world.tables[resource].get(id) : undefined
      this.#act(index, resource && record ? { resource, record } : undefined)
      return
    }
    const progress = this.#progress[index] as Progress
    progress.meant++
    if (typeof step.every === 'object' && progress.meant < (step.times ?? Infinity)) {
      this.world.schedule(this.world.clock.now() + step.every.period, scenarioStep, index)
    }
    this.#act(index, undefined)
  }

  #act(index: number, subject: Subject<A> | undefined): void {
    const step = this.#steps[index] as Step
    if (this.#chain.length === 0) this.#acted = 0
    if (++this.#acted > mostAtOnce) {
      if (this.#acted === mostAtOnce + 1) this.#failCycle(index)
      return
    }
    const action = this.#actionOf(step)
    this.#chain.push(index)
    try {
      const subjects = this.#targets(step, action, subject)
      if (subjects.length === 0) throw new Error(`there is no such ${action.target}`)
      // Before what it sets off.
      const acted = this.#attended.at(-1)
      const place = acted?.push(this.#name(index)) ?? 0
      try {
        perform(this.world, action, subjects, step.with)
      } catch (error) {
        acted?.splice(place - 1, 1)
        throw error
      }
      ;(this.#progress[index] as Progress).fired++
    } catch (error) {
      this.#fail(`${this.#name(index)}: ${(error as Error).message}`)
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

  #fail(problem: string): void {
    if (this.#problems.length < 1000) this.#problems.push(problem)
    this.log('error', `Scenario "${this.scenario.scenario}", ${formatInstant(this.world.clock.now())}: ${problem}`)
  }

  report(): Report {
    const steps = this.#steps.map((step, i) => ({ step: describeStep(step), fired: this.#progress[i]?.fired ?? 0 }))
    const accounts = this.world.services.report()
    const faults = this.world.faults.list().map(({ fault, struck }) => ({ fault: describeFault(fault), struck }))
    const unfired = [
      ...steps.flatMap(({ step, fired }, i) => (fired === 0 ? `step ${i + 1}: ${step}` : [])),
      ...accounts.flatMap(({ account, used }) => (used ? [] : `account: ${account}`)),
      ...faults.flatMap(({ fault, struck }) => (struck === 0 ? `fault: ${fault}` : [])),
    ]
    const { scenario, description = '' } = this.scenario
    const began = formatInstant(this.#began)
    return { scenario, description, began, steps, accounts, faults, problems: [...this.#problems], unfired }
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

/** The record that an answer shows; none for a list. */
function shownIn<A extends ApiTypes>(world: World<A>, view: object): Subject<A> | undefined {
  const { definitions } = world.api
  const sent = view as Readonly<Record<string, unknown>>
  const { about } = definitions[String(sent.resource)] ?? {}
  // A task is about another record.
  const resource = about ? String(sent[about.type]).split('.')[0] : sent.resource
  const id = about ? sent[about.id] : sent.id
  if (typeof resource !== 'string' || !Object.hasOwn(definitions, resource) || definitions[resource]?.isSilent)
    return undefined
  const name = resource as NameOf<A>
  const record = typeof id === 'string' || typeof id === 'number' ? world.tables[name].get(id) : undefined
  return record && { resource: name, record }
}
