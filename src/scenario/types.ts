import type { Close } from '../engine/faults.ts'
import type { Duration } from '../engine/time/clock.ts'

/** Attributes and the values that they must have, as the API sends them; those of nested records with a dot: `source.identifier`. */
export type Where = Readonly<Record<string, string | number | boolean | null>>

/** What may be said about each action, by its name. */
export type DetailsByAction = Readonly<Record<string, object>>

/** The actions that any API has: on the world's scripted faults. */
export interface FaultActions {
  'fault.arm': FaultInput
  'fault.disarm': { readonly on?: string }
}

/** One thing that happens: at a time since the scenario began, or on an event or a call. */
export type StepInputOf<Details> = { [Name in keyof Details & string]: StepOf<Name, Details[Name]> }[keyof Details &
  string]

interface StepOf<Name extends string, Details> {
  readonly at?: Duration
  /** An event such as `session.active`, or a call that succeeded, such as `POST /sessions`. */
  readonly on?: string
  /** Which records: with `at` and calls those acted on, with events those that it happened to. */
  readonly where?: Where
  /** Only this one of the occasions. */
  readonly nth?: number
  /** Only the first so many. */
  readonly first?: number
  /** Each so many-th occasion; with `at` how long until the next time. */
  readonly every?: number | Duration
  /** At most so many times. */
  readonly times?: number
  /** How long after the occasion. */
  readonly after?: Duration
  readonly do: Name
  readonly with?: Details
}

/** A scripted fault: which calls it meets, and how it ends them. */
export interface FaultInput {
  /** A method (or `*`) and a path, `*` for any segment: `GET /sources/*`. */
  readonly on: string
  readonly nth?: number
  readonly first?: number
  readonly every?: number
  /** From 0 to 1, by the seed. */
  readonly probability?: number
  /** From and until how long after it was armed. */
  readonly between?: readonly [Duration, Duration]
  readonly answer?: {
    readonly status?: 400 | 401 | 403 | 404 | 429 | 500 | 502 | 503 | 504
    readonly retry_after?: Duration
  }
  /** On a frozen clock it moves the clock, otherwise it is really waited for. */
  readonly delay?: Duration
  readonly close?: Close
}

/** Where time begins (the present by default), whether the clock is frozen, and how fast it runs. */
export interface ClockInput {
  readonly start?: string | Date
  readonly frozen?: boolean
  readonly speed?: number
}

/** What a scenario of any API says. */
export interface BaseScenarioInput {
  readonly scenario: string
  readonly description?: string
  readonly clock?: ClockInput
  readonly faults?: readonly FaultInput[]
}
