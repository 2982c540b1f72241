import { showRecord } from '../engine/domain-event.ts'
import { apiErrors, UsageError } from '../engine/errors.ts'
import { lifecycles, type Resource } from '../engine/lifecycle.ts'
import { either, nearest, redacted, shown } from '../engine/messages.ts'
import { formatInstant } from '../engine/time/clock.ts'
import type { World } from '../engine/world.ts'
import type { Viewer } from '../ricloud/dialect.ts'
import { showEvent } from '../ricloud/resources/event.ts'
import { showPermissions } from '../ricloud/resources/permissions.ts'
import { showTask } from '../ricloud/resources/task.ts'
import { keyOf } from '../ricloud/rules/access.ts'
import { type Action, actions, isPossible } from '../scenario/action.ts'
import { kindsOf } from '../scenario/select.ts'
import type { ActionName } from '../scenario/types.ts'

/** One record: as the API shows it to its organisation, what the API hides, and what may be done to it. */
export interface RecordView {
  readonly shown: Readonly<Record<string, unknown>>
  readonly hidden: Readonly<Record<string, unknown>>
  /** The actions that its state allows. */
  readonly actions: readonly ActionName[]
}

/** Something that happened, with the state that its record was in then. */
export interface PastView {
  /** Virtual time. */
  readonly at: string
  readonly event: string
  readonly resource: Resource
  readonly id: string | number
  readonly state: string
}

/** Resources of which nothing is told and to which nothing is done. */
const quiet = { permissions: showPermissions, task: showTask, event: showEvent }

/** Throws the API's `not-found` if there is no such record, and an Error if there is no such resource. */
export function showOne(world: World, resource: string, id: string, showSecrets: boolean): RecordView {
  world.runDue()
  const names = [...Object.keys(lifecycles), ...Object.keys(quiet)]
  if (!names.includes(resource)) {
    const problem = `must be ${either(names)}, got ${shown(resource)}`
    throw new UsageError(`There are no records of that kind: resource ${problem}.${nearest(resource, names)}`, [
      `resource: ${problem}.${nearest(resource, names)}`,
    ])
  }
  const name = resource as Resource
  const record = world.tables[name].get(keyOf(name, id))
  if (!record) throw apiErrors.unknownId(resource, id)
  const show = quiet[resource as keyof typeof quiet] as ((viewer: Viewer, record: object) => object) | undefined
  const viewer: Viewer = { world, dialect: 'documented', isSuper: false }
  const view = (show ? show(viewer, record) : showRecord(world, name, record)) as RecordView['shown']
  const hidden = Object.fromEntries(Object.entries(record).filter(([field]) => !Object.hasOwn(view, field)))
  const secretly = showSecrets ? <T>(value: T) => value : <T>(value: T) => redacted(value) as T
  return { shown: secretly(view), hidden: secretly(hidden), actions: show ? [] : allowed(name, record.state) }
}

/** What the vocabulary offers for a resource in a state. */
function allowed(resource: Resource, state: string): ActionName[] {
  return (Object.entries(actions) as [ActionName, Action][])
    .filter(([, { resource: whom }]) => whom !== 'fault' && kindsOf(whom).includes(resource))
    .map(([name]) => name)
    .filter((name) => isPossible(name, state))
}

/** What happened, the oldest first. */
export function showHistory(world: World): readonly PastView[] {
  world.runDue()
  return world.history.list().map((past) => ({ ...past, at: formatInstant(past.at) }))
}
