import { type Lifecycle, lifecycles, past, type Resource } from '../engine/lifecycle.ts'

/** Events that are no move of a lifecycle. */
const others = [
  'key.created',
  'user.created',
  'source.created',
  'session.created',
  'storage_config.created',
  'webhook_config.created',
  'key.rotated',
  'key.token_revoked',
  'account.password_changed',
] as const

/** For each event that a lifecycle knows, by its verb in the past tense or by the state entered, the state after it. */
const states = new Map<string, string | undefined>()
const moves = new Set<string>()
for (const [resource, lifecycle] of Object.entries(lifecycles) as [Resource, Lifecycle<string>][]) {
  for (const verbs of Object.values(lifecycle)) {
    for (const [verb, outcome] of Object.entries(verbs)) {
      const [first, ...more] = typeof outcome === 'string' ? [outcome] : outcome
      const event = `${resource}.${past[verb as keyof typeof past]}`
      moves.add(event)
      states.set(event, more.length > 0 ? undefined : first)
      for (const state of [first, ...more]) states.set(`${resource}.${state}`, state)
    }
  }
}

/** Everything that a step can wait for, calls aside. */
export const eventNames: readonly string[] = [...states.keys(), ...others].sort()

/** The state of a record after an event, where that is certain. */
export function stateAfter(event: string): string | undefined {
  if (event === 'session.created') return 'pending'
  return states.get(event)
}

/** What an event happens to; a changed password happens to the source. */
export function subjectOf(event: string): Resource {
  const [subject = ''] = event.split('.')
  return subject === 'account' ? 'source' : (subject as Resource)
}

/** Whether an event is a move of a lifecycle, by which a record enters a state. */
export function isMove(event: string): boolean {
  return moves.has(event)
}
