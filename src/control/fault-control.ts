import type { Fault as FaultRecord } from '../engine/faults.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import { writeDuration } from '../engine/time/clock.ts'
import type { World } from '../engine/world.ts'
import { describeFault } from '../scenario/describe.ts'
import { callPattern, Fault } from '../scenario/fault-schema.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { FaultInput } from '../scenario/types.ts'

/** A fault, as it was written, and how often it struck. */
export interface FaultView {
  /** In words: `GET /sources/*, first 2: status 503`. */
  readonly fault: string
  readonly on: string
  readonly armed: boolean
  readonly struck: number
  readonly nth?: number | undefined
  readonly first?: number | undefined
  readonly every?: number | undefined
  readonly probability?: number | undefined
  readonly between?: readonly string[] | undefined
  readonly answer?: { readonly status: number; readonly retry_after?: string | undefined } | undefined
  readonly delay?: string | undefined
  readonly close?: string | undefined
}

/** The scripted faults of a world. */
export class FaultControl {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Every fault that is or was armed since the first morning, and how many calls it struck. */
  list(): readonly FaultView[] {
    return this.#world.faults.list().map(({ fault, armed, struck }) => ({
      fault: describeFault(fault),
      armed,
      struck,
      ...written(fault),
    }))
  }

  /** Arms a fault from now on. Throws a ScenarioError that lists every problem of it. */
  arm(fault: FaultInput): void {
    const result = Fault.safeParse(fault, { reportInput: true, error: worded })
    if (!result.success) throw new ScenarioError('fault', problemsOf(Fault, result.error))
    this.#world.runDue()
    this.#world.faults.arm(result.data, this.#world.clock.now())
  }

  /** Disarms all faults, or those armed `on` a call, and tells how many they were. Throws a ScenarioError if there is no such call. */
  disarm(on?: string): number {
    const result = callPattern.optional().safeParse(on, { reportInput: true })
    if (!result.success) {
      const problems = result.error.issues.map(({ message }) => `on: ${message}`)
      throw new ScenarioError('call', problems)
    }
    return this.#world.faults.disarm(on)
  }
}

/** A fault as it is written: lengths of time as durations. */
function written({ between, answer, delay, ...fault }: FaultRecord): Omit<FaultView, 'fault' | 'armed' | 'struck'> {
  const retry = answer?.retry_after
  return {
    ...fault,
    ...(between && { between: between.map(writeDuration) }),
    ...(answer && {
      answer: { status: answer.status, ...(retry !== undefined && { retry_after: writeDuration(retry) }) },
    }),
    ...(delay !== undefined && { delay: writeDuration(delay) }),
  }
}
