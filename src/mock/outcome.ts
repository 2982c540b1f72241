import type { ApiTypes, NameOf } from '../engine/api-types.ts'
import type { Fault } from '../engine/faults.ts'
import type { PastEvent } from '../engine/history.ts'
import type { Outcome } from '../engine/http/router.ts'
import type { Described } from '../engine/journal.ts'
import { labelOf } from '../engine/label.ts'
import type { SubjectNoted } from '../engine/noted.ts'
import type { Reason } from '../engine/reason.ts'
import { type Definition, readId } from '../engine/resource.ts'
import type { World } from '../engine/world.ts'
import type { Subject } from '../scenario/action.ts'
import { describeFault } from '../scenario/describe.ts'
import { recordIn } from '../scenario/select.ts'

const stateOf = (record: object) => record as { readonly state?: string; readonly error?: unknown }
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)

/**
 * The record that a call was about: that of the ID in its path, or of the answer.
 *
 * @param resourceAt the resources of the IDs in paths, by path
 */
export function subjectOf<A extends ApiTypes>(
  world: World<A>,
  resourceAt: ReadonlyMap<string, NameOf<A>>,
  { view, route, params }: Pick<Outcome<unknown>, 'view' | 'route' | 'params'>,
): SubjectNoted | null {
  const resource = route && resourceAt.get(route.path)
  const found = (resource && params?.id && recordOf(world, resource, params.id)) || (view && recordIn(world, view))
  if (!found) return null
  const { state, error } = stateOf(found.record)
  return { resource: found.resource, id: found.record.id, state: state ?? null, error: textOrNull(error) }
}

function recordOf<A extends ApiTypes>(world: World<A>, resource: NameOf<A>, id: string): Subject<A> | undefined {
  const record = world.tables[resource].get(readId(world.api.definitions[resource] as Definition, id))
  return record && { resource, record }
}

/** Why a call was not answered with plain success; null if it was. */
export function reasonOf({
  fault,
  error,
  reason,
}: Pick<Outcome<unknown>, 'fault' | 'error' | 'reason'>): Reason | null {
  return fault ? faultReason(fault) : (error?.reason ?? reason ?? null)
}

function faultReason(fault: Fault): Reason {
  const text = describeFault(fault)
  return {
    rule: 'fault',
    values: { fault: text },
    sentence: `A scripted fault struck this call: ${text}.`,
    change: { method: 'DELETE', path: `/_mock/faults?on=${encodeURIComponent(fault.on)}` },
  }
}

/** What is known of a call by now: what it was about, what it caused, and why it was answered so. */
export function described<A extends ApiTypes>(
  world: World<A>,
  call: number,
  subject: SubjectNoted | null,
  reason: Reason | null,
): Described {
  const { history } = world
  const caused = history.causedBy(call)
  if (!subject) return { about: null, caused: caused.map(({ number }) => number), reason }
  const { resource, id } = subject
  const isOfSubject = (past: PastEvent) => past.resource === resource && past.id === id
  const state = caused.findLast(isOfSubject)?.state ?? subject.state
  const record = world.tables[resource as NameOf<A>].get(id)
  const present = record && stateOf(record)
  const error = present?.state === state ? textOrNull(present.error) : subject.error
  const decided = history.of(resource, id).findLast((past) => past.state === state)
  return {
    about: { resource, id, label: labelOf(world, resource, id), state, error },
    caused: caused.map(({ number }) => number),
    reason: reason ?? decided?.reason ?? null,
  }
}
