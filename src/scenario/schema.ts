import * as z from 'zod'
import { duration, instant, integerId, oneOf, text } from '../engine/fields.ts'
import type { Filters } from '../engine/http/list.ts'
import { faultOf } from '../engine/http/parse.ts'
import type { Resource } from '../engine/lifecycle.ts'
import { either, nearest } from '../engine/messages.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import { fastest } from '../engine/time/clock.ts'
import { type FixtureName, fixtureNames } from '../ricloud/fixture-type.ts'
import { attributes } from '../ricloud/resources/attributes.ts'
import { keyFilters } from '../ricloud/resources/key.ts'
import { configStates, creatableTypes, initErrors, organisationStates } from '../ricloud/resources/records.ts'
import { sessionFilters } from '../ricloud/resources/session.ts'
import { sourceFilters } from '../ricloud/resources/source.ts'
import { userFilters } from '../ricloud/resources/user.ts'
import { configKinds } from '../ricloud/rules/config.ts'
import { type Action, actions, isPossible } from './action.ts'
import { eventNames, stateAfter, subjectOf } from './event.ts'
import { callPattern, conflictOf, Fault, occasion } from './fault-schema.ts'
import { kindsOf, reachable, type Whom } from './select.ts'
import type { ActionName, Where } from './types.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'must be text, a number, true, false or null',
})
const actionNames = Object.keys(actions) as [ActionName, ...ActionName[]]
const isCall = (on: string) => on.includes(' ')

/** One thing that happens: at a time since the beginning, or on an event or a call. */
export const Step = z
  .strictObject({
    at: duration.optional(),
    on: z
      .string({ error: 'must be an event or a call' })
      .meta({ anyOf: [{ enum: [...eventNames] }, { pattern: '^(GET|POST|DELETE|\\*) /' }] })
      .optional(),
    where: z.record(z.string(), scalar, { error: 'must be attributes and their values' }).optional(),
    nth: occasion.optional(),
    first: occasion.optional(),
    every: z
      .union(
        [
          occasion,
          duration
            .refine((period) => period > 0, { error: 'must be longer than nothing' })
            .transform((period) => ({ period })),
        ],
        {
          error: 'must be a whole number with `on`, or a duration with `at`',
        },
      )
      .optional(),
    times: occasion.optional(),
    after: duration.optional(),
    do: oneOf(actionNames),
    with: z.record(z.string(), z.unknown(), { error: 'must be an object' }).optional(),
  })
  .transform((step, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if ((step.at === undefined) === (step.on === undefined)) fault([], 'takes either `at` or `on`')
    const action: Action = actions[step.do]
    if (step.on !== undefined) checkTrigger(step.on, step.do, fault)
    const details = action.with.safeParse(step.with ?? {}, { reportInput: true, error: worded })
    for (const problem of details.success ? [] : problemsOf(action.with, details.error)) fault(['with'], problem)
    const isEvent = step.on !== undefined && eventNames.includes(step.on)
    const subject = isEvent ? subjectOf(step.on as string) : action.resource
    if (step.on === undefined || isCall(step.on) || isEvent) checkWhere(subject, step.where ?? {}, fault)
    const conflict = conflictOf(step)
    if (conflict) fault([], conflict)
    if (step.every !== undefined && (step.at === undefined) !== (typeof step.every === 'number')) {
      fault(['every'], 'must be a whole number with `on`, or a duration with `at`')
    }
    if (step.at !== undefined && step.times !== undefined && step.every === undefined) {
      fault(['times'], 'goes with `every`, or with `on`')
    }
    if (step.at !== undefined) {
      for (const name of ['nth', 'first', 'after'] as const) {
        if (step[name] !== undefined) fault([name], 'goes with `on`, not with `at`')
      }
    }
    return { ...step, with: (details.data ?? {}) as Readonly<Record<string, unknown>> }
  })

function checkTrigger(on: string, name: ActionName, fault: (path: string[], message: string) => void): void {
  if (isCall(on)) {
    const call = callPattern.safeParse(on)
    for (const issue of call.error?.issues ?? []) fault(['on'], issue.message)
    return
  }
  if (!eventNames.includes(on)) {
    fault(
      ['on'],
      `is no event, nor a call such as "POST /sessions"; events are ${either(eventNames)}.${nearest(on, eventNames)}`,
    )
    return
  }
  const { resource, verb }: Action = actions[name]
  const state = stateAfter(on)
  const subject = subjectOf(on)
  const kinds = resource === 'fault' ? [] : kindsOf(resource)
  if (resource !== 'fault' && !kinds.some((kind) => reachable[subject].includes(kind))) {
    fault(['do'], `is impossible: a ${subject} leads to no ${resource}, only to ${reachable[subject].join(', ')}`)
  }
  if (kinds.includes(subject) && state !== undefined && !isPossible(name, state)) {
    fault(['do'], `is impossible: a ${state} ${subject} cannot ${verb}`)
  }
}

const config = { id: integerId, resource: oneOf(configKinds), organisation: integerId, state: oneOf(configStates) }

/** Values of attributes are checked as the filters of lists check theirs. */
const filters: Readonly<Record<string, Filters>> = {
  organisation: { state: oneOf(organisationStates) },
  key: keyFilters,
  user: userFilters,
  config,
  storage_config: config,
  webhook_config: config,
  source: sourceFilters,
  session: {
    ...sessionFilters,
    ...Object.fromEntries(Object.entries(sourceFilters).map(([name, filter]) => [`source.${name}`, filter])),
  },
}

function checkWhere(subject: Whom | 'fault', where: Where, fault: (path: string[], message: string) => void): void {
  const known = subject === 'fault' ? [] : attributes[kindsOf(subject)[0] as Resource]
  if (subject === 'fault' && Object.keys(where).length > 0) fault(['where'], 'is for records; faults belong to all')
  for (const [name, value] of Object.entries(subject === 'fault' ? {} : where)) {
    const filter = filters[subject]?.[name]
    if (!known.includes(name)) {
      fault(['where', name], `is no attribute of ${subject}, which has ${known.join(', ')}.${nearest(name, known)}`)
    } else if (filter && filter !== 'datetime' && value !== null) {
      const result = filter.safeParse(value, { reportInput: true, error: worded })
      for (const issue of result.error?.issues ?? []) fault(['where', name], faultOf(name, issue))
    }
  }
}

const device = z.strictObject({
  identifier: text,
  info: z.strictObject({
    is_encrypted: z.boolean(),
    apple_model_id: text,
    apple_serial: text,
    name: text,
    ios_version: text,
  }),
})

export const Account = z.strictObject({
  type: oneOf(creatableTypes).default('icloud.account'),
  identifier: text,
  password: text.optional(),
  code: text.optional(),
  outcomes: z
    .array(oneOf(['success', ...initErrors]))
    .min(1)
    .optional(),
  init: z.union([z.literal('never'), duration], { error: 'must be a duration such as "30s", or "never"' }).optional(),
  lifetime: duration.optional(),
  locked: z.union([z.boolean(), duration], { error: 'must be true, or a duration such as "1h"' }).optional(),
  password_changes: duration.optional(),
  devices: z.array(device).optional(),
})

const count = z.int({ error: 'must be a whole number' }).nonnegative().max(10_000_000).optional()

/** How many of each to make. */
export const Generate = z.strictObject({ users: count, sources: count, sessions: count })

const anyStatus = { error: 'must be a status from 100 to 599' }
const publishable = ['*', ...new Set(eventNames.map((event) => `${event.split('.')[0]}.*`)), ...eventNames]
const published = z.string().superRefine((name, context) => {
  if (publishable.includes(name)) return
  const message = `is no event, nor "*" or a resource and "*" such as "session.*", got "${name}".${nearest(name, publishable)}`
  context.addIssue({ code: 'custom', message })
})

/** Lengths of time, the rate limit, and which events are noted. */
export const Settings = z.strictObject({
  session_init: duration.optional(),
  session_lifetime: duration.nullable().optional(),
  session_idle: duration.nullable().optional(),
  rotation_grace: duration.optional(),
  rate_limit: z.strictObject({ requests: occasion, per: duration }).nullable().optional(),
  config_test: duration.optional(),
  events: z.array(published, { error: 'must be an array of events' }).optional(),
  webhook_answers: z.array(z.int(anyStatus).min(100, anyStatus).max(599, anyStatus)).min(1).nullable().optional(),
})

const speedRange = { error: `must be above 0 and at most ${fastest}` }

/** Where time begins, whether it stands still, and how fast it runs. */
export const ClockSettings = z.strictObject({
  start: instant.optional(),
  frozen: z.boolean().optional(),
  speed: z.number(speedRange).gt(0, speedRange).max(fastest, speedRange).optional(),
})

const fixtureName = z.string().superRefine((name, context) => {
  if (fixtureNames.includes(name as FixtureName) || name.endsWith('.json')) return
  const message = `must be ${either(fixtureNames)}, or the path of a JSON file.${nearest(name, fixtureNames)}`
  context.addIssue({ code: 'custom', message })
})

const fixture = z.union([fixtureName, z.record(z.string(), z.unknown())], {
  error: 'must be the name of a fixture, the path of a JSON file, or an object of records',
})

/** A scenario file. */
export const Scenario = z.strictObject({
  scenario: text,
  description: z.string().optional(),
  clock: ClockSettings.optional(),
  settings: Settings.optional(),
  fixtures: z.array(fixture).optional(),
  generate: Generate.optional(),
  /** Whether the published test identifiers are known too; a scenario's own accounts come first. */
  catalogue: z.boolean().optional(),
  accounts: z.array(Account).optional(),
  steps: z.array(Step).optional(),
  faults: z.array(Fault).optional(),
})

export type Scenario = z.output<typeof Scenario>
export type Step = z.output<typeof Step>
