import { type Definitions, eventOf } from './resource.ts'

const made = new WeakMap<Definitions, EventNames>()

/** The names of an API's events, derived from the lifecycles and the `events` of its definitions. */
export class EventNames {
  /** Every name: with the verb in the past tense and with the state entered, `session.activated` and `session.active`. */
  readonly all: readonly string[]
  /** The names that events have, without those of states entered. */
  readonly emitted: readonly string[]
  readonly #states = new Map<string, string | undefined>()
  readonly #subjects = new Map<string, string>()
  /** By name of a transition and state entered, the name with that state. */
  readonly #moves = new Map<string, ReadonlyMap<string, string>>()

  /** Those of an API, which are made once. */
  static of(definitions: Definitions): EventNames {
    const names = made.get(definitions) ?? new EventNames(definitions)
    made.set(definitions, names)
    return names
  }

  private constructor(definitions: Definitions) {
    const own: string[] = []
    for (const [resource, { lifecycle, isSilent, events = {} }] of Object.entries(definitions)) {
      const add = (event: string, state: string | undefined) => {
        this.#states.set(event, state)
        this.#subjects.set(event, resource)
      }
      for (const [event, state] of Object.entries(events)) {
        const name = event.includes('.') ? event : `${resource}.${event}`
        own.push(name)
        add(name, state as string | undefined)
      }
      if (isSilent) continue
      for (const [verb, outcome] of Object.values(lifecycle).flatMap((verbs) => Object.entries(verbs))) {
        const [first, ...more] = typeof outcome === 'string' ? [outcome] : outcome
        const event = eventOf(resource, verb)
        add(event, more.length > 0 ? undefined : first)
        const entered = new Map(this.#moves.get(event))
        for (const state of [first, ...more]) {
          add(`${resource}.${state}`, state)
          entered.set(state as string, `${resource}.${state}`)
        }
        this.#moves.set(event, entered)
      }
    }
    this.all = [...this.#states.keys()].sort()
    this.emitted = [...own, ...this.#moves.keys()].sort()
  }

  /** The state of a record after an event; undefined if it may be one of several. */
  stateAfter(event: string): string | undefined {
    return this.#states.get(event)
  }

  /** The resource of an event. */
  subjectOf(event: string): string {
    return this.#subjects.get(event) ?? ''
  }

  /** The name with the state entered of an event that is a transition of a lifecycle: `session.active`. */
  entered(event: string, state: string): string | undefined {
    return this.#moves.get(event)?.get(state)
  }
}
