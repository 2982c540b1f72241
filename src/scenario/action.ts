import * as z from 'zod'
import type { ApiTypes, NameOf, StateOf, VerbOf } from '../engine/api-types.ts'
import { cannot, move, outcomes } from '../engine/lifecycle.ts'
import type { Definitions } from '../engine/resource.ts'
import type { World } from '../engine/world.ts'

type AnyRecord<A extends ApiTypes> = A['records'][NameOf<A>]

/** Something that an administrator, a service or an owner does to a record, such as `session.expire`. */
export interface Action<A extends ApiTypes> {
  /** The resource or group of resources that it applies to; null for the world. */
  readonly target: string | null
  readonly verb: string
  /** The schema of its details. */
  readonly with: z.ZodObject
  readonly description: string
  /** The states that allow it, where it is no transition of the lifecycle; without it, all. */
  readonly states?: readonly string[] | undefined
  run(world: World<A>, record: AnyRecord<A>, details: Readonly<Record<string, unknown>>): void
}

const nothing = z.strictObject({})

/** Returns functions that define the actions of an API; records and details are typed by resource name and schema. */
export function actionsFor<A extends ApiTypes>() {
  function action<Name extends NameOf<A>, Details extends z.ZodObject = typeof nothing>(
    resource: Name,
    verb: string,
    description: string,
    run: (world: World<A>, record: A['records'][Name], details: z.output<Details>) => unknown,
    details?: Details,
    states?: readonly StateOf<A, Name>[],
  ): Action<A> {
    return { target: resource, verb, description, with: details ?? nothing, states, run: run as Action<A>['run'] }
  }
  /** An action that is one transition of the lifecycle. */
  const moveBy = <Name extends NameOf<A>>(resource: Name, verb: VerbOf<A, Name>, description: string) =>
    action(resource, verb, description, (world, record) => move(world, resource, record, verb))
  return { action, moveBy }
}

/** The names of the resources that a target means: one resource, or those of a group. */
export function targetsOf(definitions: Definitions, target: string): string[] {
  return Object.keys(definitions).filter((name) => name === target || definitions[name]?.group === target)
}

/** Whether an action is allowed in a state; one that is no transition of the lifecycle by its own states, or always. */
export function isPossible(
  definitions: Definitions,
  { target, verb, states }: Pick<Action<ApiTypes>, 'target' | 'verb' | 'states'>,
  state: string,
): boolean {
  if (states) return states.includes(state)
  const [name] = target === null ? [] : targetsOf(definitions, target)
  const definition = name === undefined ? undefined : definitions[name]
  if (!definition) return true
  const isTransition = Object.values(definition.lifecycle).some((verbs) => verb in verbs)
  return !isTransition || outcomes(definition, state, verb).length > 0
}

/** A record with the name of its resource. */
export interface Subject<A extends ApiTypes> {
  readonly resource: NameOf<A>
  readonly record: AnyRecord<A>
}

/** Performs an action on all of the records, or on none: throws an Error that names the first record whose state does not allow it. */
export function perform<A extends ApiTypes>(
  world: World<A>,
  action: Action<A>,
  subjects: readonly (Subject<A> | undefined)[],
  details: Readonly<Record<string, unknown>>,
): void {
  const { target, verb, run } = action
  const stateOf = (record: AnyRecord<A>) => (record as AnyRecord<A> & { readonly state: string }).state
  const isRefused = (record: AnyRecord<A>) => !isPossible(world.api.definitions, action, stateOf(record))
  for (const subject of subjects) {
    if (!subject || !isRefused(subject.record)) continue
    throw cannot(subject.resource, { id: subject.record.id, state: stateOf(subject.record) }, `${target}.${verb}`)
  }
  for (const subject of subjects) {
    // The action on an earlier record may have deleted or changed this one.
    const current = subject && world.tables[subject.resource].get(subject.record.id)
    if (!current || !isRefused(current)) run(world, current as AnyRecord<A>, details)
  }
}
