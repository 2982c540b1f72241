import type { ApiTypes, NameOf, VerbOf } from './api-types.ts'
import { outcomes } from './lifecycle.ts'
import type { Definition } from './resource.ts'
import type { DueWork } from './time/queue.ts'
import type { ApiDueHandler, World } from './world.ts'

/** Whether the state of a record allows a verb. */
export function allows<A extends ApiTypes, Name extends NameOf<A>>(
  world: World<A>,
  resource: Name,
  record: A['records'][Name],
  verb: VerbOf<A, Name>,
): boolean {
  const { state = '' } = record as { readonly state?: string }
  return outcomes(world.api.definitions[resource] as Definition, state, verb).length > 0
}

/**
 * Returns a function that defines due work of an API: a rule that is applied to a record at a scheduled instant.
 *
 * Work is pending only while its record exists and meets `condition`: the record's state allows this verb, or the
 * function returns true. Otherwise it is skipped when it comes due.
 */
export const dueWorkFor =
  <A extends ApiTypes>() =>
  <Name extends NameOf<A>>(
    resource: Name,
    condition: VerbOf<A, Name> | ((record: A['records'][Name], work: DueWork) => boolean),
    rule: (world: World<A>, record: A['records'][Name], details: never) => unknown,
  ): ApiDueHandler<A> => {
    const subject = (world: World<A>, work: DueWork) => {
      const record = world.tables[resource].get(work.id)
      if (!record) return undefined
      const isPending =
        typeof condition === 'function' ? condition(record, work) : allows(world, resource, record, condition)
      return isPending ? record : undefined
    }
    return {
      resource,
      isPending: (world, work) => subject(world, work) !== undefined,
      run: (world, work) => {
        const record = subject(world, work)
        if (record) rule(world, record, work.with as never)
      },
    }
  }
