import { type Lifecycle, lifecycles, past, type Resource } from '../domain/lifecycle.ts'

/** Events that are no move of a lifecycle. */
const others = [
  'key.created',
  'user.created',
  'source.created',
  'session.created',
  'key.rotated',
  'key.token_revoked',
] as const

/** For each event that a lifecycle knows, by its verb in the past tense or by the state entered, the state after it. */
const states = new Map<string, string | undefined>()
for (const [resource, lifecycle] of Object.entries(lifecycles) as [Resource, Lifecycle<string>][]) {
  for (const verbs of Object.values(lifecycle)) {
    for (const [verb, outcome] of Object.entries(verbs)) {
      const [first, ...more] = typeof outcome === 'string' ? [outcome] : outcome
      states.set(`${resource}.${past[verb as keyof typeof past]}`, more.length > 0 ? undefined : first)
      for (const state of [first, ...more]) states.set(`${resource}.${state}`, state)
    }
  }
}

export type EventName = string

/** Everything that a step can wait for, calls aside. */
export const eventNames: readonly EventName[] = [...states.keys(), ...others].sort()

/** The state of a record after an event, where that is certain. */
export function stateAfter(event: EventName): string | undefined {
  if (event === 'session.created') return 'pending'
  return states.get(event)
}
