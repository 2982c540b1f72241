import type { ApiTypes } from '../engine/api-types.ts'
import { type DomainEventView, eventsDuring } from '../engine/domain-event.ts'
import { UsageError } from '../engine/errors.ts'
import { either, nearestFirst, shown } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import { parseGiven, problemsOf, unknownKey } from '../engine/problems.ts'
import type { World } from '../engine/world.ts'
import { type Action, perform } from './action.ts'
import { ScenarioError } from './scenario-error.ts'
import type { ScenarioLanguage } from './schema.ts'
import { select } from './select.ts'
import type { Where } from './types.ts'

/** The actions of an API as methods, each with its details; each returns the events that it caused. */
export type ActionsOf<Details> = {
  readonly [Name in keyof Details]: (options?: {
    /** Which records; without it, all of the resource. */
    readonly where?: Where
    readonly with?: Details[Name]
  }) => readonly DomainEventView[]
}

/**
 * Actions that throw where one is read which there is not. Of names without a dot none is an action, and what prints or
 * compares objects reads some, such as `then` and `toJSON`: these are undefined.
 */
export function knownActions<Actions extends object>(actions: Actions): Actions {
  return new Proxy(actions, {
    get(target, name, receiver) {
      if (typeof name === 'string' && name.includes('.') && !Object.hasOwn(target, name)) {
        const names = Object.keys(target)
        throw new UsageError(
          `mock.actions has no ${shown(name)}${nearestFirst(name, names, `there are ${either(names)}`)}`,
        )
      }
      return Reflect.get(target, name, receiver)
    },
  })
}

const known: readonly string[] = ['where', 'with']

/**
 * Performs an action on all records that match `where`, and returns the events that it caused.
 *
 * @throws an Error if nothing matches, an attribute or detail is unknown, or the state of a record does not allow it
 */
export function act<A extends ApiTypes>(
  world: World<A>,
  language: ScenarioLanguage<A>,
  name: string,
  options: { readonly where?: Where | undefined; readonly with?: unknown } = {},
): readonly DomainEventView[] {
  for (const option of Object.keys(requireOptions(options, `perform ${name}`))) {
    if (known.includes(option)) continue
    throw new ScenarioError(`action ${name}`, [{ path: [option], what: unknownKey(option, known) }])
  }
  const step = { at: '0s', do: name, where: options.where, with: options.with }
  const result = parseGiven(language.step, step)
  if (!result.success) throw new ScenarioError(`action ${name}`, problemsOf(language.step, result.error))
  const action = language.actions[name] as Action<A>
  const { where = {}, with: details } = result.data
  world.time.runDue()
  const subjects = action.target === null ? [undefined] : select(world, action.target, where)
  if (subjects.length === 0) throw new UsageError(`No ${action.target} matches ${shown(where)}.`)
  return eventsDuring(world, () =>
    world.time.because({ cause: { action: name } }, () => perform(world, action, subjects, details)),
  )
}
