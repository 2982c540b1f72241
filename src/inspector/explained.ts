import type { RequestView } from '../engine/journal.ts'
import type { Delivery } from './store.ts'

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
export function whyOf({ reason, message, decided_by, status }: RequestView): readonly string[] {
  const decided = decided_by.map((one) => `Decided by ${one}.`)
  if (reason) return [reason.sentence, ...decided]
  if (message !== null) return [message, ...decided]
  if (status === 0) return ['The connection was closed instead of an answer.', ...decided]
  return decided.length > 0 ? decided : ['Nothing stood against it: it was answered by the rules of the API.']
}

const wrongly = {
  wrong: 'with the signature of another body',
  old: 'dated an hour ago',
  rotated: 'with another secret',
} as const

/** How an attempt was signed, in words; the receiver should refuse one that is signed wrongly. */
export function signedHow(
  { signature, fingerprint, status }: Delivery['attempts'][number],
  present: string | null,
): string {
  if (signature) {
    const isTaken = status !== null && status >= 200 && status < 300
    const outcome = isTaken ? 'the receiver took it all the same' : 'the receiver did not take it'
    return `wrong on purpose, by the scenario or an action: ${wrongly[signature]}; ${outcome}`
  }
  if (fingerprint === undefined) return 'not signed, because the settings script the answer'
  if (fingerprint === present) return `signed with the current secret (${fingerprint})`
  return present === null
    ? `signed with the secret of a webhook that is deleted (${fingerprint})`
    : `signed with the secret before the current one (${fingerprint}), replaced since`
}

/** The paths of values that are hidden in a body or a query. */
export function redactedIn(value: unknown, name = ''): readonly string[] {
  if (value === '[redacted]') return [name]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => redactedIn(one, name ? `${name}.${key}` : key))
}
