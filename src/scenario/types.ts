import type { Close } from '../engine/faults.ts'
import type { Definitions } from '../engine/resource.ts'
import type { Duration } from '../engine/time/duration.ts'
import type { CallPattern, EventNameOf, EventOf, WhereOf } from './vocabulary.ts'

/** Attributes and the values that they must have, as the API sends them. Those of nested records have a dot: `source.identifier`. */
export type Where = Readonly<Record<string, string | number | boolean | null>>

/** The details of each action, by its name. */
export type DetailsByAction = Readonly<Record<string, object>>

/** The actions on the scripted faults of a world, which every API has. */
export interface FaultActions {
  'fault.arm': FaultInput
  'fault.disarm': { readonly on?: CallPattern }
}

/**
 * An action at a time since the start of the scenario, or on an event or a call.
 *
 * `Targets` has the resource or group that each action applies to; never for the world.
 */
export type StepInputOf<All extends Definitions, Details, Targets extends Record<keyof Details, string>> = {
  [Name in keyof Details & string]: StepOf<Name, Details[Name]> & OccasionOf<All, Targets[Name]>
}[keyof Details & string]

/** When a step fires, and the conditions for records: with `at` and with a call, those that the action applies to; with an event, the one that it is about. */
type OccasionOf<All extends Definitions, Target> =
  | { readonly at: Duration; readonly on?: never; readonly where?: WhereOf<All, Target> }
  | { readonly at?: never; readonly on: CallPattern; readonly where?: WhereOf<All, Target> }
  | { readonly at?: never; readonly on: EventNameOf<All> | CallPattern; readonly where?: never }
  | {
      [Name in keyof All & string]: {
        readonly at?: never
        readonly on: EventOf<All, Name>
        readonly where?: WhereOf<All, Name>
      }
    }[keyof All & string]

interface StepOf<Name extends string, Details> {
  /** Only this occasion, counted from 1. */
  readonly nth?: number
  /** Only this many occasions. */
  readonly first?: number
  /** Every nth occasion; with `at`, the interval at which it repeats. */
  readonly every?: number | Duration
  /** How often it fires at most. */
  readonly times?: number
  /** The delay after the occasion. */
  readonly after?: Duration
  readonly do: Name
  readonly with?: Details
}

/** A scripted fault: which calls it matches, and how they end. */
export interface FaultInput {
  /** A method (or `*`) and a path, `*` for any segment: `GET /sources/*`. */
  readonly on: CallPattern
  readonly nth?: number
  readonly first?: number
  readonly every?: number
  /** From 0 to 1; the seed decides which calls. */
  readonly probability?: number
  /** The times after which it starts and stops to match, counted from when it was armed. */
  readonly between?: readonly [Duration, Duration]
  readonly answer?: {
    readonly status?: 400 | 401 | 403 | 404 | 429 | 500 | 502 | 503 | 504
    readonly retry_after?: Duration
  }
  /** A delay before the answer; a frozen clock is advanced by it instead. */
  readonly delay?: Duration
  readonly close?: Close
}

/** When virtual time starts (the present by default), whether the clock is frozen, and its speed as a multiple of real time. */
export interface ClockInput {
  readonly start?: string | Date
  readonly frozen?: boolean
  readonly speed?: number
}

/** The keys that the scenarios of every API have. */
export interface BaseScenarioInput {
  readonly scenario: string
  readonly description?: string
  readonly clock?: ClockInput
  readonly faults?: readonly FaultInput[]
}
