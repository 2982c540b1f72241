import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import { allErrors } from '../engine/errors.ts'
import { EventNames } from '../engine/event-names.ts'
import { type Fault, mostFaults } from '../engine/faults.ts'
import {
  duration,
  durationError,
  instant,
  longerThanZero,
  oneOf,
  period,
  text,
  timeSinceStart,
} from '../engine/fields.ts'
import { faultOf } from '../engine/http/parse.ts'
import { either, nearestFirst } from '../engine/messages.ts'
import { problemText } from '../engine/place.ts'
import { checkAlways, parseOptions, problemsOf, validIn } from '../engine/problems.ts'
import { type ClockOptions, fastest } from '../engine/time/clock.ts'
import { isRecord } from '../engine/values.ts'
import { type Action, isPossible, targetsOf } from './action.ts'
import type { ScenarioApi } from './api.ts'
import { attributesFor } from './attributes.ts'
import { faultActions } from './fault-actions.ts'
import { callPatternOf, conflictOf, faultSchemaOf, occasion } from './faults.ts'
import type { Where } from './types.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'must be text, a number, true, false or null',
})
const isCall = (on: string) => on.includes(' ')

const speedRange = { error: `must be above 0 and at most ${fastest}` }

/** When virtual time starts, whether the clock is frozen, and its speed as a multiple of real time. */
export const ClockSettings = z.strictObject({
  start: instant.optional(),
  frozen: z.boolean().optional(),
  speed: z.number(speedRange).gt(0, speedRange).max(fastest, speedRange).optional(),
})

const everyForm = 'a whole number with `on`, or a duration with `at`'

const stepShape = {
  where: z.record(z.string(), scalar, { error: 'must be attributes and their values' }).optional(),
  nth: occasion.optional(),
  first: occasion.optional(),
  every: z
    .union([occasion, period.transform((length) => ({ period: length }))], {
      error: durationError(everyForm, longerThanZero),
    })
    .optional(),
  times: occasion.optional(),
  after: duration.optional(),
}

/** An action at a time since the start of the scenario, or on an event or a call. Times in microseconds. */
export interface Step {
  readonly at?: number | undefined
  readonly on?: string | undefined
  readonly where?: Where | undefined
  readonly nth?: number | undefined
  readonly first?: number | undefined
  readonly every?: number | { readonly period: number } | undefined
  readonly times?: number | undefined
  readonly after?: number | undefined
  readonly do: string
  readonly with: Readonly<Record<string, unknown>>
}

/** A step whose parts are read; those that are invalid are as they were given. */
type StepParts = Omit<Step, 'with'> & { readonly with?: Step['with'] | undefined }

/** A checked scenario. */
export interface Scenario<A extends ApiTypes> {
  readonly scenario: string
  readonly description?: string | undefined
  readonly clock?: ClockOptions | undefined
  readonly settings?: Partial<A['settings']> | undefined
  readonly fixtures?: readonly (string | object)[] | undefined
  readonly generate?: A['counts'] | undefined
  readonly steps?: readonly Step[] | undefined
  readonly faults?: readonly Fault[] | undefined
  readonly extras: A['extras']
}

type Refuse = (path: string[], message: string) => void

/** The names and schemas of the scenarios of an API. */
export class ScenarioLanguage<A extends ApiTypes> {
  readonly events: EventNames
  readonly actions: Readonly<Record<string, Action<A>>>
  readonly callPattern: z.ZodType<string>
  readonly fault: z.ZodType<Fault>
  readonly step: z.ZodType<Step>
  readonly settings: z.ZodType<Partial<A['settings']>>
  readonly generate: z.ZodType<A['counts']>
  readonly scenario: z.ZodType<Omit<Scenario<A>, 'extras'>>
  /** The attributes that `where` may name, by resource or group. */
  readonly #attributes = new Map<string, ReturnType<typeof attributesFor>>()

  constructor(readonly api: ScenarioApi<A>) {
    this.events = EventNames.of(api.definitions)
    this.callPattern = callPatternOf(api.routes)
    const fault = faultSchemaOf(this.callPattern, allErrors(api.errors))
    this.fault = fault
    this.actions = { ...api.actions, ...faultActions<A>(fault, this.callPattern) }
    this.step = this.#stepSchema()
    this.settings = z.strictObject(api.settings(this.events.all)) as unknown as z.ZodType<Partial<A['settings']>>
    this.generate = (api.generate?.() ?? z.strictObject({})) as unknown as z.ZodType<A['counts']>
    this.scenario = z.strictObject({
      scenario: text,
      description: z.string().optional(),
      clock: ClockSettings.optional(),
      settings: this.settings.optional(),
      fixtures: fixturesSchema(Object.keys(api.fixtures.builtIn)).optional(),
      generate: this.generate.optional(),
      ...api.extras?.(),
      steps: z.array(this.step).optional(),
      faults: z
        .array(fault)
        .max(mostFaults, { error: `must be at most ${mostFaults} faults` })
        .optional(),
    }) as unknown as ScenarioLanguage<A>['scenario']
  }

  /** Whether an action is allowed in a state. */
  isPossible(action: string, state: string): boolean {
    return isPossible(this.api.definitions, this.actions[action] as Action<A>, state)
  }

  #stepSchema(): z.ZodType<Step> {
    const { all } = this.events
    return z
      .strictObject({
        at: timeSinceStart.optional(),
        on: z
          .string({ error: 'must be an event or a call' })
          .meta({ anyOf: [{ enum: [...all] }, { pattern: '^(GET|POST|DELETE|\\*) /' }] })
          .optional(),
        ...stepShape,
        do: oneOf(Object.keys(this.actions) as [string, ...string[]]),
        with: z.record(z.string(), z.unknown(), { error: 'must be an object' }).optional(),
      })
      .superRefine((step, context) => {
        const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path, message })
        this.#checkStep(step, validIn([...context.issues]), refuse)
      }, checkAlways)
      .transform((step) => {
        const action = this.actions[step.do] as Action<A>
        return { ...step, with: action.with.parse(step.with ?? {}, parseOptions) as Step['with'] }
      })
  }

  /** Checks what the parts of a step mean together, as far as they are valid. */
  #checkStep(step: StepParts, isValid: ReturnType<typeof validIn>, refuse: Refuse): void {
    if ((step.at === undefined) === (step.on === undefined)) refuse([], 'takes either `at` or `on`')
    const action = isValid('do') ? this.actions[step.do] : undefined
    const { on } = step
    if (on !== undefined && isValid('on')) this.#checkTrigger(on, action, step.do, refuse)
    const details = action && isValid('with') ? action.with.safeParse(step.with ?? {}, parseOptions) : undefined
    for (const problem of action && details?.error ? problemsOf(action.with, details.error) : []) {
      refuse(['with'], problemText(problem))
    }
    const isEvent = on !== undefined && this.events.all.includes(on)
    const target = isEvent ? this.events.subjectOf(on) : on === undefined || isCall(on) ? action?.target : undefined
    if (target !== undefined && isValid('where')) {
      const where = Object.entries(step.where ?? {}).filter(([name]) => isValid('where', name))
      this.#checkWhere(target, where, refuse)
    }
    checkOccasions(step, isValid, refuse)
  }

  /** @param action undefined if its name is invalid */
  #checkTrigger(on: string, action: Action<A> | undefined, name: string, refuse: Refuse): void {
    if (isCall(on)) {
      const call = this.callPattern.safeParse(on, parseOptions)
      for (const issue of call.error?.issues ?? []) refuse(['on'], issue.message)
      return
    }
    const { all } = this.events
    if (!all.includes(on)) {
      refuse(
        ['on'],
        `is no event, nor a call such as "POST /sessions"${nearestFirst(on, all, `events are ${either(all)}`)}`,
      )
      return
    }
    const { definitions } = this.api
    if (!action || action.target === null) return
    const { target } = action
    const state = this.events.stateAfter(on)
    const subject = this.events.subjectOf(on)
    const targets = targetsOf(definitions, target)
    const reachable = [subject, ...(definitions[subject]?.leadsTo ?? [])]
    if (!targets.some((one) => reachable.includes(one))) {
      refuse(['do'], `is impossible: a ${subject} leads to no ${target}, only to ${reachable.join(', ')}`)
    }
    if (targets.includes(subject) && state !== undefined && !this.isPossible(name, state)) {
      refuse(['do'], `is impossible: "${name}" is not possible for a ${subject} that is ${state}`)
    }
  }

  /** Checks names and values of `where` by the filters that lists have for the same attributes. */
  #checkWhere(target: string | null, where: readonly (readonly [string, unknown])[], refuse: Refuse): void {
    if (where.length === 0) return
    if (target === null) {
      refuse(['where'], 'is for records; faults belong to all')
      return
    }
    let known = this.#attributes.get(target)
    if (!known) this.#attributes.set(target, (known = attributesFor(this.api.definitions, target)))
    const names = Object.keys(known)
    for (const [name, value] of where) {
      const filter = known[name]
      if (!Object.hasOwn(known, name)) {
        refuse(
          ['where', name],
          `is no attribute of ${target}${nearestFirst(name, names, `it has ${names.join(', ')}`)}`,
        )
      } else if (filter && filter !== 'datetime' && value !== null) {
        const result = filter.safeParse(value, parseOptions)
        for (const issue of result.error?.issues ?? []) refuse(['where', name], faultOf(name, issue))
      }
    }
  }
}

function checkOccasions(step: StepParts, isValid: ReturnType<typeof validIn>, refuse: Refuse): void {
  const conflict = conflictOf(step)
  if (conflict) refuse([], conflict)
  if (step.every !== undefined && isValid('every') && (step.at === undefined) !== (typeof step.every === 'number')) {
    refuse(['every'], `must be ${everyForm}`)
  }
  if (step.at === undefined) return
  if (step.times !== undefined && step.every === undefined) refuse(['times'], 'goes with `every`, or with `on`')
  for (const name of ['nth', 'first', 'after'] as const) {
    if (step[name] !== undefined) refuse([name], 'goes with `on`, not with `at`')
  }
}

/** The schema of `fixtures`: names, paths of JSON files, or objects of records. */
export function fixturesSchema(names: readonly string[]) {
  const name = z.string().superRefine((given, context) => {
    if (names.includes(given) || given.endsWith('.json')) return
    const message = `is no fixture, nor the path of a JSON file${nearestFirst(given, names, `fixtures are ${either(names)}`)}`
    context.addIssue({ code: 'custom', message })
  })
  // Not parsed further, because a copy would lack the origin that messages name.
  const records = z.unknown().refine(isRecord, { abort: true }).meta({ type: 'object' })
  const fixture = z.union([name, records], {
    error: 'must be the name of a fixture, the path of a JSON file, or an object of records',
  })
  return z.array(fixture)
}
