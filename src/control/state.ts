import { showRecord } from '../engine/domain-event.ts'
import { apiErrors, UsageError } from '../engine/errors.ts'
import type { PastEvent } from '../engine/history.ts'
import { ok } from '../engine/http/router.ts'
import { lifecycles, type Resource } from '../engine/lifecycle.ts'
import { either, nearest, redacted, shown } from '../engine/messages.ts'
import { formatInstant } from '../engine/time/clock.ts'
import type { World } from '../engine/world.ts'
import type { Viewer } from '../ricloud/dialect.ts'
import { showEvent } from '../ricloud/resources/event.ts'
import { showPermissions } from '../ricloud/resources/permissions.ts'
import type { ModelName, Records } from '../ricloud/resources/records.ts'
import { showTask } from '../ricloud/resources/task.ts'
import { keyOf } from '../ricloud/rules/access.ts'
import { type Action, actions, isPossible } from '../scenario/action.ts'
import { kindsOf } from '../scenario/select.ts'
import type { ActionName } from '../scenario/types.ts'
import type { ClockControl } from './clock.ts'
import { routeWith } from './routing.ts'

/** Every record of a world as the database holds it, by model, with the fields that the API hides. */
export type StateView = { readonly [Name in ModelName]: readonly Records[Name][] }

/** One record, with the actions that its state allows. */
export interface RecordView {
  /** As the API shows it to its organisation. */
  readonly shown: Readonly<Record<string, unknown>>
  /** Fields that the API hides. */
  readonly hidden: Readonly<Record<string, unknown>>
  readonly actions: readonly ActionName[]
}

/** An event of the past, with the state of its record after it. */
export interface PastEventView extends Omit<PastEvent, 'at'> {
  /** Virtual time. */
  readonly at: string
}

/** All records, the oldest first; tokens and secrets only with `showSecrets`. */
export function showState(world: World, showSecrets: boolean): StateView {
  world.runDue()
  const shown = showSecrets ? (record: object) => ({ ...record }) : redacted
  return Object.fromEntries(
    Object.entries(world.tables).map(([name, table]) => [
      name,
      (table.list({ limit: Number.POSITIVE_INFINITY }).data as readonly object[]).toReversed().map(shown),
    ]),
  ) as unknown as StateView
}

/** Views of the resources that have neither events nor actions. */
const passiveViews = { permissions: showPermissions, task: showTask, event: showEvent }

/** Throws the API's `not-found` if there is no such record, and an Error if there is no such resource. */
export function showRecordWithActions(world: World, resource: string, id: string, showSecrets: boolean): RecordView {
  world.runDue()
  const names = [...Object.keys(lifecycles), ...Object.keys(passiveViews)]
  if (!names.includes(resource)) {
    const problem = `must be ${either(names)}, got ${shown(resource)}.${nearest(resource, names)}`
    throw new UsageError(`There are no records of that kind: resource ${problem}`, [`resource: ${problem}`])
  }
  const name = resource as Resource
  const record = world.tables[name].get(keyOf(name, id))
  if (!record) throw apiErrors.unknownId(resource, id)
  const show = passiveViews[resource as keyof typeof passiveViews] as
    | ((viewer: Viewer, record: object) => object)
    | undefined
  const viewer: Viewer = { world, dialect: 'documented', isSuper: false }
  const view = (show ? show(viewer, record) : showRecord(world, name, record)) as RecordView['shown']
  const hidden = Object.fromEntries(Object.entries(record).filter(([field]) => !Object.hasOwn(view, field)))
  const redact = showSecrets ? <T>(value: T) => value : <T>(value: T) => redacted(value) as T
  return { shown: redact(view), hidden: redact(hidden), actions: show ? [] : actionsIn(name, record.state) }
}

/** The actions that a resource allows in a state. */
function actionsIn(resource: Resource, state: string): ActionName[] {
  return (Object.entries(actions) as [ActionName, Action][])
    .filter(([, { resource: target }]) => target !== 'fault' && kindsOf(target).includes(resource))
    .map(([name]) => name)
    .filter((name) => isPossible(name, state))
}

/** The events so far, the oldest first. */
export function showHistory(world: World): readonly PastEventView[] {
  world.runDue()
  return world.history.list().map((event) => ({ ...event, at: formatInstant(event.at) }))
}

const route = routeWith<{
  readonly seed: number
  readonly clock: ClockControl
  reset(): void
  state(): StateView
  record(resource: string, id: string): RecordView
  history(): readonly PastEventView[]
}>()

export const stateRoutes = [
  route({
    method: 'GET',
    path: '/_mock/health',
    operation: 'retrieveHealth',
    summary: 'Ready: the first call will be answered',
    answers: { 200: 'health' },
    handle: ({ mock }) => ok({ status: 'ok', now: mock.clock.now(), seed: mock.seed }),
  }),
  route({
    method: 'POST',
    path: '/_mock/reset',
    operation: 'reset',
    summary: 'Exactly the initial state again',
    answers: { 200: 'clock' },
    handle: ({ mock }) => {
      mock.reset()
      return ok(mock.clock.view())
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/state',
    operation: 'retrieveState',
    summary: 'Every record, with what the API hides',
    answers: { 200: 'state' },
    handle: ({ mock }) => ok(mock.state()),
  }),
  route({
    method: 'GET',
    path: '/_mock/records/{resource}/{id}',
    operation: 'retrieveRecord',
    summary: 'One record: as the API shows it, what the API hides, and the actions that its state allows',
    answers: { 200: 'record' },
    handle: ({ mock, params }) => ok(mock.record(params.resource as string, params.id)),
  }),
  route({
    method: 'GET',
    path: '/_mock/events',
    operation: 'listEvents',
    summary: 'What happened to records since the initial state, the oldest first; the last 5,000 at least',
    answers: { 200: 'history' },
    handle: ({ mock }) => ok({ events: mock.history() }),
  }),
]
