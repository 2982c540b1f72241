import type { Reason } from './reason.ts'

/** What brought about a change. */
export interface Cause {
  /** The ID of a call in the journal: the call during which it happened, or that the due work came of. */
  readonly call?: number | undefined
  /** The number of a step of the scenario. */
  readonly step?: number | undefined
  /** The action that was performed, such as `session.expire`. */
  readonly action?: string | undefined
  /** The due work that ran. */
  readonly work?: string | undefined
}

/** A cause, and why the rule that applied decided as it did. */
export interface Occasion extends Cause {
  readonly reason?: Reason | undefined
}

/** What of an occasion holds for work that is scheduled on it; undefined for nothing. */
export function originOf({ call, step, action }: Occasion): Cause | undefined {
  if (call === undefined && action === undefined) return undefined
  const origin: { -readonly [Part in keyof Cause]: Cause[Part] } = {}
  if (call !== undefined) origin.call = call
  if (step !== undefined) origin.step = step
  if (action) origin.action = action
  return origin
}
