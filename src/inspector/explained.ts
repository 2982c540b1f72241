import type { RequestView } from '../engine/journal.ts'

/** Why something is as it is, as the rule that decided it says. */
export interface Reason {
  readonly rule: string
  readonly sentence: string
  readonly fact?: string | undefined
  readonly values?: Readonly<Record<string, unknown>>
  /** The control call that would change it. */
  readonly change?: { readonly method: string; readonly path: string; readonly body?: object | undefined } | undefined
}

/** What brought about an event. */
export interface Cause {
  /** The ID of a call in the journal. */
  readonly call?: number | undefined
  /** The number of a step of the scenario. */
  readonly step?: number | undefined
  readonly action?: string | undefined
  /** The due work that ran. */
  readonly work?: string | undefined
}

/** What may be known of a call beside the call itself. */
interface Explanation {
  readonly about?: {
    readonly resource: string
    readonly id: string | number
    readonly label: string
    readonly state: string | null
    readonly error: string | null
  } | null
  readonly reason?: Reason | null
}

export type ExplainedRequest = RequestView & Explanation

/** Who called; in words if that is not known, with the true reason. */
export function callerOf({ caller, status, route, decided_by }: RequestView): string {
  if (caller)
    return Object.entries(caller)
      .map(([name, id]) => `${name} ${id}`)
      .join(', ')
  if (decided_by.some((one) => one.startsWith('fault'))) return 'not looked at: a fault struck before'
  if (status === 401) return 'none: the token was refused'
  return route === null ? 'none: no call has this path and method' : 'none: the call failed before the token was read'
}

/** Why a call was answered so: by the rule that decided, by a fault or a step, or by the error itself. */
export function whyOf({ reason, message, decided_by, status }: ExplainedRequest): readonly string[] {
  const decided = decided_by.map((one) => `Decided by ${one}.`)
  if (reason) return [reason.sentence, ...decided]
  if (message !== null) return [message, ...decided]
  if (status === 0) return ['The connection was closed instead of an answer.', ...decided]
  return decided.length > 0 ? decided : ['Nothing stood against it: it was answered by the rules of the API.']
}

/** The paths of values that are hidden in a body or a query. */
export function redactedIn(value: unknown, name = ''): readonly string[] {
  if (value === '[redacted]') return [name]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => redactedIn(one, name ? `${name}.${key}` : key))
}
