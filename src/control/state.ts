import * as z from 'zod'
import type { ApiTypes, NameOf } from '../engine/api-types.ts'
import { type ObjectView, viewObject } from '../engine/buckets.ts'
import { ApiError, apiErrors, UsageError } from '../engine/errors.ts'
import type { PastEvent } from '../engine/history.ts'
import { ok } from '../engine/http/route.ts'
import { notOneOf, redacted } from '../engine/messages.ts'
import { type Definition, readId } from '../engine/resource.ts'
import type { Id } from '../engine/store/index-range.ts'
import { formatInstant } from '../engine/time/instant.ts'
import { isObject } from '../engine/values.ts'
import type { World } from '../engine/world.ts'
import { targetsOf } from '../scenario/action.ts'
import type { ScenarioLanguage } from '../scenario/schema.ts'
import type { ClockControl } from './clock.ts'
import { type Public, parseQuery, routeWith } from './routing.ts'
import { fromBody, InitialState } from './worlds.ts'

/** Every record of a world as the database holds it, by resource, with the fields that the API hides; and its objects. */
export type StateView<A extends ApiTypes = ApiTypes> = {
  readonly [Name in NameOf<A>]: readonly A['records'][Name][]
} & { readonly objects: readonly ObjectView[] }

/** The records of a resource without their names of fields, which are the same for each. */
export interface RecordRows {
  readonly fields: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** The records that were created or changed since a version of a world, and the IDs of those that were deleted. */
export interface ChangesView {
  /** To be given as `since` next time. */
  readonly version: number
  /** Whether these are all records, because the version is unknown or too old, or the world was reset since. */
  readonly complete: boolean
  readonly records: Readonly<Record<string, RecordRows>>
  readonly removed: Readonly<Record<string, readonly Id[]>>
}

/** One record, with the actions that its state allows. */
export interface RecordView {
  /** As the API shows it to its owner. */
  readonly shown: Readonly<Record<string, unknown>>
  /** What each dialect sends, if they differ. */
  readonly dialects: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Fields that the API hides. */
  readonly hidden: Readonly<Record<string, unknown>>
  /** Fields that the API sends with another value than the record has, with that of the record. */
  readonly stored: Readonly<Record<string, unknown>>
  readonly actions: readonly string[]
  /** What else is known of it, such as when replaced tokens end. */
  readonly notes: Readonly<Record<string, unknown>>
  /** The events about it, the oldest first. */
  readonly history: readonly PastEventView[]
}

/** An event of the past, with the state of its record after it. */
export interface PastEventView extends Omit<PastEvent, 'at'> {
  /** Virtual time. */
  readonly at: string
}

/** All records and objects, the oldest first; tokens and secrets only with `showSecrets`. */
export function showState<A extends ApiTypes>(world: World<A>, showSecrets: boolean): StateView<A> {
  world.time.runDue()
  // A copy, since records are frozen.
  const shown = (record: object) => (showSecrets ? { ...record } : redacted({ ...record }))
  const records = Object.fromEntries(
    (Object.keys(world.api.definitions) as NameOf<A>[]).map((name) => [
      name,
      world.tables[name].list({ limit: Infinity }).data.toReversed().map(shown),
    ]),
  )
  return { ...records, objects: world.buckets.list().map(viewObject) } as unknown as StateView<A>
}

/**
 * What changed since a version, for who follows a world without reading all of it each time: with references in place
 * of views of records, without attributes that only a record's pane shows, and with secrets only with `showSecrets`.
 */
export function showChanges<A extends ApiTypes>(
  world: World<A>,
  { since }: { readonly since?: number | undefined },
  showSecrets: boolean,
): ChangesView {
  world.time.runDue()
  const writes = world.changes.since(since)
  const records: Record<string, RecordRows> = {}
  const removed: Record<string, Id[]> = {}
  for (const name of Object.keys(world.api.definitions) as NameOf<A>[]) {
    const table = world.tables[name]
    const written = writes?.filter(({ resource }) => resource === name).map(({ id }) => ({ id, record: table.get(id) }))
    const found: object[] = written
      ? written.flatMap(({ record }) => record ?? [])
      : table.list({ limit: Infinity }).data.toReversed()
    const gone = written?.filter(({ record }) => !record).map(({ id }) => id) ?? []
    if (gone.length > 0) removed[name] = gone
    const [first] = found
    if (first) {
      const { paneOnly = [] } = (world.api.definitions[name] as Definition).display ?? {}
      const fields = Object.keys(first).filter((field) => !paneOnly.includes(field))
      const shown = (value: unknown, field: string) => (showSecrets ? value : redacted(value, field))
      const valuesOf = (row: Readonly<Record<string, unknown>>) =>
        fields.map((field) => shown(referenced(row[field]), field))
      records[name] = { fields, rows: found.map((record) => valuesOf(record as Readonly<Record<string, unknown>>)) }
    }
  }
  return { version: world.changes.version, complete: !writes, records, removed }
}

/** In place of a view of a record its resource and ID; any other value as it is. */
const referenced = (value: unknown): unknown =>
  isObject(value) && value.resource ? { resource: value.resource, id: value.id } : value

/** Throws the API's `not-found` if there is no such record, and an Error if there is no such resource. */
export function showRecordWithActions<A extends ApiTypes>(
  world: World<A>,
  language: ScenarioLanguage<A>,
  resource: string,
  id: string,
  showSecrets: boolean,
): RecordView {
  world.time.runDue()
  const { definitions } = world.api
  const names = Object.keys(definitions)
  if (!names.includes(resource)) {
    const problem = notOneOf(names, resource)
    throw new UsageError(`There are no records of that kind: resource ${problem}`, [
      { path: ['resource'], what: problem },
    ])
  }
  const name = resource as NameOf<A>
  const record = world.tables[name].get(readId(definitions[name] as Definition, id))
  if (!record) throw apiErrors.unknownId(resource, id)
  const redact = showSecrets ? <T>(value: T) => value : <T>(value: T) => redacted(value) as T
  const held = Object.entries(redact(record))
  const show = (viewer: A['viewer']) => redact(world.views.show({ ...viewer, world }, name, record))
  const shown = show(world.viewer)
  const { viewers = [] } = world.api
  const dialects = Object.fromEntries(viewers.map((viewer) => [viewer.dialect, show(viewer)]))
  const { state = '' } = record as { readonly state?: string }
  return {
    shown,
    dialects: new Set(Object.values(dialects).map((view) => JSON.stringify(view))).size > 1 ? dialects : {},
    hidden: Object.fromEntries(held.filter(([field]) => !Object.hasOwn(shown, field))),
    stored: Object.fromEntries(held.filter(([field, value]) => isSentAsAnother(value, shown[field]))),
    actions: actionsIn(language, resource, state),
    notes: world.api.notes?.[name]?.(world, record) ?? {},
    history: world.history.of(resource, record.id).map(viewPast),
  }
}

/** A record in place of its ID, and what is computed of other records, is the same value in another form. */
const isSentAsAnother = (value: unknown, sent: unknown) =>
  sent !== undefined && value !== sent && !isObject(value) && !isObject(sent)

/** The actions that a resource allows in a state. */
function actionsIn<A extends ApiTypes>(language: ScenarioLanguage<A>, resource: string, state: string): string[] {
  const { definitions } = language.api
  return Object.entries(language.actions)
    .filter(([, { target }]) => target !== null && targetsOf(definitions, target).includes(resource))
    .map(([name]) => name)
    .filter((name) => language.isPossible(name, state))
}

export const viewPast = (past: PastEvent): PastEventView => ({ ...past, at: formatInstant(past.at) })

/** The events so far, the oldest first. */
export function showHistory<A extends ApiTypes>(world: World<A>): readonly PastEventView[] {
  world.time.runDue()
  return world.history.list().map(viewPast)
}

const ChangesQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,15}$/, { error: 'must be the version of an earlier answer' })
    .transform(Number)
    .optional(),
})

const route = routeWith<{
  readonly seed: number
  readonly clock: Public<ClockControl>
  restart(options: never): Error | undefined
  state(): object
  changes(options: { readonly since?: number | undefined }): ChangesView
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
    waitsFor: 'nothing',
    handle: ({ mock }) => ok({ status: 'ok', now: mock.clock.now(), seed: mock.seed }),
  }),
  route({
    method: 'POST',
    path: '/_mock/reset',
    operation: 'reset',
    summary:
      'Exactly the initial state again; with `{scenario, fixtures, seed, clock, settings, generate, dialect}` another one, until the next reset',
    body: InitialState,
    answers: { 200: 'clock' },
    errors: ['verification-failed'],
    handle: async ({ mock, body }) => {
      const failure = await fromBody(body, (options) => mock.restart(options))
      if (failure) throw new ApiError('verification-failed', failure.message, undefined, undefined, 409)
      return ok(mock.clock.view())
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/state',
    operation: 'retrieveState',
    summary: 'Every record, with what the API hides, and every object in the buckets',
    answers: { 200: 'state' },
    handle: ({ mock }) => ok(mock.state()),
  }),
  route({
    method: 'GET',
    path: '/_mock/changes',
    operation: 'listChanges',
    summary: 'The records that were written since the version `?since=` of an earlier answer; without it all records',
    query: ChangesQuery.shape,
    answers: { 200: 'changes' },
    handle: (call) => ok(call.mock.changes(parseQuery(ChangesQuery, call))),
  }),
  route({
    method: 'GET',
    path: '/_mock/records/{resource}/{id}',
    operation: 'retrieveRecord',
    summary: 'One record: as the API shows it, what the API hides, the actions that its state allows, and its history',
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
