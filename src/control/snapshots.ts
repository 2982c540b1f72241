import * as z from 'zod'
import type { BucketScheme, BucketsState } from '../engine/buckets.ts'
import { apiErrors, parameterError, UsageError } from '../engine/errors.ts'
import { text } from '../engine/fields.ts'
import { created, ok } from '../engine/http/route.ts'
import { redacted, shown } from '../engine/messages.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { DatabaseState } from '../engine/store/database.ts'
import type { Row } from '../engine/store/query.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { QueueState } from '../engine/time/queue.ts'
import type { ClockControl } from './clock.ts'
import { type Public, routeWith } from './routing.ts'

/** What a snapshot holds. */
export interface WorldSnapshot {
  readonly state: WorldState
  readonly scenario: string
}

export interface SnapshotView {
  readonly name: string
  /** Virtual time. */
  readonly at: string
  readonly scenario: string
}

/** How a record differs between two snapshots. */
export interface RecordChange {
  readonly resource: string
  readonly id: string | number
  readonly change: 'created' | 'changed' | 'deleted'
  /** Each attribute that differs, with its value in both. */
  readonly fields: Readonly<Record<string, readonly [unknown, unknown]>>
}

/** How an object in a bucket differs between two snapshots. */
export interface ObjectChange {
  readonly scheme: BucketScheme
  readonly bucket: string
  readonly key: string
  readonly change: 'created' | 'changed' | 'deleted'
}

/** What differs between two snapshots; pairs hold the value of each. */
export interface SnapshotDiff {
  /** Virtual time. */
  readonly clock: readonly [string, string]
  readonly scenario: readonly [string, string]
  /** The length of the queue of due work, with items that no longer apply to their record. */
  readonly upcoming: readonly [number, number]
  readonly records: readonly RecordChange[]
  readonly objects: readonly ObjectChange[]
}

/** The name of the present state in a `diff`. */
const now = 'now'
const maxSnapshots = 100

/** The snapshots of a mock. */
export type SnapshotControl = Pick<Snapshots<WorldSnapshot>, 'list' | 'save' | 'restore' | 'delete' | 'diff'>

/** What snapshots need of their mock. */
export interface SnapshotHost<S extends WorldSnapshot> {
  /** The present state. */
  take(): S
  restore(snapshot: S): void
  /** Records what is done with a snapshot, and does it. */
  input<T>(kind: string, name: string, run: () => T): T
}

/** Named states of a world that it can be restored to. */
export class Snapshots<S extends WorldSnapshot> {
  readonly #saved = new Map<string, S>()
  readonly #host: SnapshotHost<S>
  readonly #showSecrets: boolean

  constructor(host: SnapshotHost<S>, showSecrets: boolean) {
    this.#host = host
    this.#showSecrets = showSecrets
  }

  list(): readonly SnapshotView[] {
    return Array.from(this.#saved, ([name, snapshot]) => view(name, snapshot))
  }

  /**
   * Saves the present state: records, clock, due work, scenario progress, faults and random state. A snapshot of that
   * name is replaced. Throws an Error if the name is invalid, or there are 100 snapshots.
   *
   * @param name letters, digits, `.`, `_` and `-`, at most 64 of them, and not `now`
   */
  save(name: string): SnapshotView {
    if (typeof name !== 'string' || !/^\w[\w.-]{0,63}$/.test(name) || name === now) {
      const problem = `must be 1 to 64 letters, digits, ".", "_" or "-", begin with no dot or dash, and not be "${now}", got ${shown(name)}`
      throw parameterError('save a snapshot', 'name', problem)
    }
    if (this.#saved.size >= maxSnapshots && !this.#saved.has(name)) {
      throw new UsageError(`There are ${maxSnapshots} snapshots already: delete one that is no longer needed.`)
    }
    return this.#host.input('snapshot.save', name, () => {
      const snapshot = this.#host.take()
      this.#saved.set(name, snapshot)
      return view(name, snapshot)
    })
  }

  /** Restores the world, so that the same calls give the same bytes again. Throws an Error if there is no such snapshot. */
  restore(name: string): void {
    const snapshot = this.get(name)
    this.#host.input('snapshot.restore', name, () => this.#host.restore(snapshot))
  }

  /** Throws an Error if there is no such snapshot. */
  delete(name: string): void {
    this.get(name)
    this.#host.input('snapshot.delete', name, () => this.#saved.delete(name))
  }

  /** What differs between two snapshots; `now` names the present state. Throws an Error if there is no such snapshot. */
  diff(a: string, b: string = now): SnapshotDiff {
    const [from, to] = [a, b].map((name) => (name === now ? this.#host.take() : this.get(name))) as [S, S]
    const both = <T>(of: (snapshot: S) => T) => [of(from), of(to)] as const
    return {
      clock: both(instantOf),
      scenario: both(({ scenario }) => scenario),
      upcoming: both(({ state }) => (state.get('queue') as QueueState).work.size),
      records: changes(from, to, this.#showSecrets),
      objects: objectChanges(...both(({ state }) => state.get('buckets') as BucketsState)),
    }
  }

  /** Throws an Error if there is no such snapshot. */
  get(name: string): S {
    const snapshot = this.#saved.get(name)
    if (!snapshot) throw apiErrors.unknownName('snapshot', name, [...this.#saved.keys()])
    return snapshot
  }
}

const instantOf = ({ state }: WorldSnapshot) => formatInstant((state.get('clock') as { base: number }).base)
const view = (name: string, snapshot: WorldSnapshot) => ({
  name,
  at: instantOf(snapshot),
  scenario: snapshot.scenario,
})

function changes(from: WorldSnapshot, to: WorldSnapshot, showSecrets: boolean): RecordChange[] {
  const found: RecordChange[] = []
  const before = from.state.get('database') as DatabaseState
  const after = to.state.get('database') as DatabaseState
  const byId = (rows: readonly Row[] = []) => new Map(rows.map((row) => [row.id, row]))
  for (const [resource, state] of before) {
    const [rows, others] = [byId(state.rows), byId(after.get(resource)?.rows)]
    for (const [id, row] of rows) {
      const other = others.get(id)
      // An update replaces the record object, so an unchanged record is the same object in both.
      if (other === row) continue
      const fields = fieldsBetween(row, other ?? {}, showSecrets)
      if (other && Object.keys(fields).length === 0) continue
      found.push({ resource, id, change: other ? 'changed' : 'deleted', fields: other ? fields : {} })
    }
    for (const [id, row] of others) {
      if (!rows.has(id)) found.push({ resource, id, change: 'created', fields: fieldsBetween({}, row, showSecrets) })
    }
  }
  return found
}

function objectChanges(before: BucketsState, after: BucketsState): ObjectChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, next] = [before.get(name), after.get(name)]
    const object = next ?? old
    if (!object || old?.md5 === next?.md5) return []
    const { scheme, bucket, key } = object
    return { scheme, bucket, key, change: !old ? 'created' : next ? 'changed' : 'deleted' }
  })
}

function fieldsBetween(before: object, after: object, showSecrets: boolean): RecordChange['fields'] {
  const [old, next] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  const hide = (name: string, value: unknown) =>
    value === undefined ? null : showSecrets ? value : redacted(value, name)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(next?.[name]))
      .map((name) => [name, [hide(name, old?.[name]), hide(name, next?.[name])]]),
  )
}

const route = routeWith<{ readonly snapshots: Public<SnapshotControl>; readonly clock: Public<ClockControl> }>()

export const snapshotRoutes = [
  route({
    method: 'GET',
    path: '/_mock/snapshots',
    operation: 'listSnapshots',
    summary: 'The snapshots',
    answers: { 200: 'snapshots' },
    handle: ({ mock }) => ok({ snapshots: mock.snapshots.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/snapshots',
    operation: 'saveSnapshot',
    summary:
      'Save the present state under a name, `{"name": "before"}`: records, clock, due work, objects, scenario, faults, random state',
    body: z.strictObject({ name: text }),
    examples: { save: { name: 'before' } },
    answers: { 201: 'snapshot' },
    handle: ({ mock, body }) => created(mock.snapshots.save(body.name)),
  }),
  route({
    method: 'DELETE',
    path: '/_mock/snapshots/{name}',
    operation: 'deleteSnapshot',
    summary: 'Delete one',
    answers: { 200: 'snapshots' },
    handle: ({ mock, params }) => {
      mock.snapshots.delete(params.name as string)
      return ok({ snapshots: mock.snapshots.list() })
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/snapshots/{name}/restore',
    operation: 'restoreSnapshot',
    summary: 'Go back to one: the same calls then give the same bytes',
    answers: { 200: 'clock' },
    handle: ({ mock, params }) => {
      mock.snapshots.restore(params.name as string)
      return ok(mock.clock.view())
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/snapshots/{a}/diff/{b}',
    operation: 'diffSnapshots',
    summary: 'What differs between two; `now` is the present',
    answers: { 200: 'snapshot_diff' },
    handle: ({ mock, params }) => ok(mock.snapshots.diff(params.a as string, params.b as string)),
  }),
]
