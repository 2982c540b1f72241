import type { ApiTypes, NameOf, StateOf, VerbOf } from './api-types.ts'
import { UsageError } from './errors.ts'
import { type Definition, eventOf } from './resource.ts'
import type { World } from './world.ts'

/** The states that a verb can lead to from a state; empty if the state does not allow the verb. */
export function outcomes({ lifecycle }: Definition, state: string, verb: string): readonly string[] {
  const outcome = lifecycle[state]?.[verb] ?? []
  return typeof outcome === 'string' ? [outcome] : outcome
}

/** The error for an action that a record's state does not allow: `session 5 is failed: "session.expire" is not possible in that state.` */
export function cannot(
  resource: string,
  { id, state }: { id: string | number; state: string },
  action: string,
  to = '',
): Error {
  return new UsageError(`${resource} ${id} is ${state}: "${action}"${to && ` to ${to}`} is not possible in that state.`)
}

/**
 * Moves a record to the state that a verb leads to, together with other changes, and emits the event unless the
 * resource is silent. Nothing else assigns `state`.
 *
 * @param to the state, if the verb can lead to several; the first of them by default
 * @throws a UsageError, such as `session 5 is failed: "session.expire" is not possible in that state.`, if the state does not allow the verb
 */
export function move<A extends ApiTypes, Name extends NameOf<A>>(
  world: World<A>,
  resource: Name,
  record: A['records'][Name],
  verb: VerbOf<A, Name>,
  changes: Partial<A['records'][Name]> & { state?: never } = {},
  to?: StateOf<A, Name>,
): A['records'][Name] {
  const definition = world.api.definitions[resource] as Definition
  const table = world.tables[resource]
  const assign = () => {
    const current = (table.get(record.id) ?? record) as A['records'][Name] & { readonly state: string }
    const allowed = outcomes(definition, current.state, verb)
    const state = to ?? allowed[0]
    if (state === undefined || !allowed.includes(state)) {
      throw cannot(resource, current, `${resource}.${verb}`, to)
    }
    world.coverage.countTransition(resource, current.state, state)
    return table.update(current, changes, { state } as object)
  }
  const { isSilent, silentWithout } = definition
  if (isSilent || (silentWithout && record[silentWithout as keyof typeof record] === null)) {
    const assigned = assign()
    world.coverage.countState(resource, definition, assigned)
    return assigned
  }
  return world.emit(eventOf(resource, verb), resource, world.write(assign))
}
