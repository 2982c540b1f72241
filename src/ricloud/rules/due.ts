import { outcomes } from '../../engine/lifecycle.ts'
import type { DueWork } from '../../engine/time/queue.ts'
import { type Records, type ResourceName, resources } from '../resources/index.ts'
import type { DueHandler, World } from '../types.ts'

/** Due work that a rule does to a record, provided that the record is still as `isPending` says. */
export function dueWork<Name extends ResourceName>(
  resource: Name,
  isPending: (record: Records[Name], work: DueWork) => boolean,
  rule: (world: World, record: Records[Name], details: never) => unknown,
): DueHandler {
  const subject = (world: World, work: DueWork) => {
    const record = world.tables[resource].get(work.id)
    return record && isPending(record, work) ? record : undefined
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

/** Whether the state of a record allows a verb. */
export const allows =
  <Name extends ResourceName>(resource: Name, verb: string) =>
  (record: Records[Name]): boolean =>
    'state' in record && outcomes(resources[resource], record.state, verb).length > 0
