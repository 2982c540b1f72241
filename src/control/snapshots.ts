import { apiErrors, UsageError } from '../engine/errors.ts'
import { redacted, shown } from '../engine/messages.ts'
import type { WorldState } from '../engine/snapshots.ts'
import type { DatabaseState } from '../engine/store/database.ts'
import { formatInstant } from '../engine/time/clock.ts'
import type { QueueState } from '../engine/time/queue.ts'
import type { ModelName } from '../ricloud/resources/records.ts'

/** Everything that a world was at some moment. */
export interface Moment {
  readonly state: WorldState
  /** The name of the scenario that was played. */
  readonly scenario: string
}

export interface SnapshotView {
  readonly name: string
  /** Virtual time. */
  readonly at: string
  readonly scenario: string
}

/** What became of a record between two moments. */
export interface RecordChange {
  readonly resource: ModelName
  readonly id: string | number
  readonly change: 'created' | 'changed' | 'deleted'
  /** Each attribute that differs, as it was and as it is. */
  readonly fields: Readonly<Record<string, readonly [unknown, unknown]>>
}

export interface Difference {
  /** Virtual time at each moment. */
  readonly clock: readonly [string, string]
  readonly scenario: readonly [string, string]
  /** How much lay in the queue at each moment, what its record has outlived too. */
  readonly upcoming: readonly [number, number]
  readonly records: readonly RecordChange[]
}

/** What names the present in a `diff`. */
const now = 'now'
const mostSnapshots = 100

/** The snapshots of a mock. */
export type SnapshotControl = Pick<Snapshots<Moment>, 'list' | 'save' | 'restore' | 'delete' | 'diff'>

/** Moments of a world that it can go back to. */
export class Snapshots<M extends Moment> {
  readonly #saved = new Map<string, M>()
  readonly #take: () => M
  readonly #restore: (moment: M) => void
  readonly #showSecrets: boolean

  constructor(take: () => M, restore: (moment: M) => void, showSecrets: boolean) {
    this.#take = take
    this.#restore = restore
    this.#showSecrets = showSecrets
  }

  list(): readonly SnapshotView[] {
    return Array.from(this.#saved, ([name, moment]) => view(name, moment))
  }

  /**
   * Keeps the present: records, clock, what is due, how far the scenario has come, faults and chance. A snapshot of
   * that name is replaced. Throws an Error if the name is none, or there are 100 snapshots.
   *
   * @param name letters, digits, `.`, `_` and `-`, at most 64 of them, and not `now`
   */
  save(name: string): SnapshotView {
    if (typeof name !== 'string' || !/^\w[\w.-]{0,63}$/.test(name) || name === now) {
      const problem = `must be 1 to 64 letters, digits, ".", "_" or "-", begin with no dot or dash, and not be "${now}", got ${shown(name)}`
      throw new UsageError(`Failed to save a snapshot: name ${problem}.`, [`name: ${problem}`])
    }
    if (this.#saved.size >= mostSnapshots && !this.#saved.has(name)) {
      throw new UsageError(`There are ${mostSnapshots} snapshots already: delete one that is no longer needed.`)
    }
    const moment = this.#take()
    this.#saved.set(name, moment)
    return view(name, moment)
  }

  /** Makes the world what it was: the same calls give the same bytes. Throws an Error if there is no such snapshot. */
  restore(name: string): void {
    this.#restore(this.get(name))
  }

  /** Throws an Error if there is no such snapshot. */
  delete(name: string): void {
    this.get(name)
    this.#saved.delete(name)
  }

  /** What differs between two snapshots, or one and the present, which is called `now`. Throws an Error if there is no such snapshot. */
  diff(a: string, b: string = now): Difference {
    const [from, to] = [a, b].map((name) => (name === now ? this.#take() : this.get(name))) as [M, M]
    const both = <T>(of: (moment: M) => T) => [of(from), of(to)] as const
    return {
      clock: both(instantOf),
      scenario: both(({ scenario }) => scenario),
      upcoming: both(({ state }) => (state.get('queue') as QueueState).work.size),
      records: changes(from, to, this.#showSecrets),
    }
  }

  /** The moment itself. */
  get(name: string): M {
    const moment = this.#saved.get(name)
    if (!moment) throw apiErrors.unknownId('snapshot', name)
    return moment
  }
}

const instantOf = ({ state }: Moment) => formatInstant((state.get('clock') as { base: number }).base)
const view = (name: string, moment: Moment) => ({ name, at: instantOf(moment), scenario: moment.scenario })

function changes(from: Moment, to: Moment, showSecrets: boolean): RecordChange[] {
  const found: RecordChange[] = []
  const before = from.state.get('database') as DatabaseState
  const after = to.state.get('database') as DatabaseState
  for (const [resource, { rows }] of before) {
    const others = after.get(resource)?.rows ?? new Map()
    for (const [id, row] of rows) {
      const other = others.get(id)
      // A record that was not written is the same object in both.
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

function fieldsBetween(before: object, after: object, showSecrets: boolean): RecordChange['fields'] {
  const [old, next] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  const hide = (name: string, value: unknown) =>
    value === undefined ? null : showSecrets ? value : (redacted({ [name]: value }) as Record<string, unknown>)[name]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(next?.[name]))
      .map((name) => [name, [hide(name, old?.[name]), hide(name, next?.[name])]]),
  )
}
