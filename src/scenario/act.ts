import { type DomainEventView, eventsDuring } from '../engine/domain-event.ts'
import { UsageError } from '../engine/errors.ts'
import { nearest, shown } from '../engine/messages.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import type { World } from '../engine/world.ts'
import { type Action, actions, perform } from './action.ts'
import { ScenarioError } from './scenario-error.ts'
import { Step } from './schema.ts'
import { select } from './select.ts'
import type { ActionDetails, ActionName, Where } from './types.ts'

/** The vocabulary of scenarios as methods; each resolves at once to what happened. */
export type Actions = {
  readonly [Name in ActionName]: (options?: {
    /** Which records; all of the resource without it. */
    readonly where?: Where
    readonly with?: ActionDetails[Name]
  }) => readonly DomainEventView[]
}

/**
 * The actions of a world.
 *
 * Each throws an Error that names the fault if nothing matches, an attribute or detail is unknown, or a record's state
 * does not allow it.
 */
export function actionsOf(world: World): Actions {
  const names = Object.keys(actions) as ActionName[]
  return Object.fromEntries(names.map((name) => [name, (options = {}) => act(world, name, options)])) as Actions
}

const known: readonly string[] = ['where', 'with']

/** Does something to all records that match. */
export function act(
  world: World,
  name: ActionName,
  options: { readonly where?: Where | undefined; readonly with?: unknown },
): readonly DomainEventView[] {
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue
    throw new ScenarioError(`action ${name}`, [
      `${option}: is unknown; known here: ${known.join(', ')}.${nearest(option, known)}`,
    ])
  }
  const result = Step.safeParse(
    { at: '0s', do: name, where: options.where, with: options.with },
    { reportInput: true, error: worded },
  )
  if (!result.success) {
    throw new ScenarioError(`action ${name}`, problemsOf(Step, result.error))
  }
  const { resource }: Action = actions[name]
  const { where = {}, with: details } = result.data
  world.runDue()
  const records = resource === 'fault' ? [undefined] : select(world, resource, where)
  if (records.length === 0) throw new UsageError(`No ${resource} matches ${shown(where)}.`)
  return eventsDuring(world, () => perform(world, name, records, details))
}
