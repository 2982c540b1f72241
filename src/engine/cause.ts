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
export interface Occasion {
  readonly cause?: Cause | undefined
  readonly reason?: Reason | undefined
}

/** What of a cause holds for work that is scheduled; undefined for nothing. */
export function originOf(cause: Cause | undefined): Cause | undefined {
  if (!cause || (cause.call === undefined && cause.action === undefined)) return undefined
  const { call, step, action } = cause
  const origin: { -readonly [Part in keyof Cause]: Cause[Part] } = {}
  if (call !== undefined) origin.call = call
  if (step !== undefined) origin.step = step
  if (action) origin.action = action
  return origin
}

/** The cause of what due work changes. */
export function causeOf({ action, cause }: { readonly action: string; readonly cause?: Cause }): Cause {
  if (!cause) return { work: action }
  // As most causes are: one object, where a copy that grows takes two.
  if (cause.step === undefined && cause.action === undefined) return { call: cause.call, work: action }
  const whole: { -readonly [Part in keyof Cause]: Cause[Part] } = { ...cause }
  whole.work = action
  return whole
}
