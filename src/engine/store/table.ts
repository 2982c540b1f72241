import { BoundedMap } from '../bounded-map.ts'
import {
  byAge,
  createdOf,
  dateOf,
  type Entry,
  type Id,
  type IndexRange,
  indexRange,
  lengthOf,
  merged,
  type Range,
  within,
} from './index-range.ts'
import { frozen, stored } from './models.ts'
import type { Page, Query, Row, Value } from './query.ts'
import { entriesIn, entryOf, type Indexes, RecordIndexes, type SavedIndexes } from './record-indexes.ts'
import { SortedList } from './sorted-list.ts'

/** The limit of records whose parts are kept. */
const mostKept = 5000

/** A table as plain data, without the indexes, which are derived from the records. */
export interface PackedTable {
  readonly rows: readonly Row[]
  readonly unique: ReadonlyMap<string, Id>
  readonly highestId: number
}

export interface TableState extends PackedTable {
  /** The indexes, made when the state is restored first: most states never are, and records are many. */
  indexes?: SavedIndexes
}

/**
 * The records of a model, with indexes, which @mswjs/data lacks: its queries scan. The API reads and writes through
 * tables; writes through the plain model end in them too.
 */
export class Table<R extends Row> {
  readonly #rows: Map<Id, R>
  readonly #indexes: RecordIndexes<R>
  #unique = new Map<string, Id>()
  #highestId = 0
  /** What `save` returned, until a record is written. */
  #saved: TableState | undefined
  readonly #kept = new BoundedMap<Id, { readonly row: R; readonly parts: object }>(mostKept)

  /**
   * @param rows the Map of the model, by primary key
   * @param written called after each write
   */
  constructor(
    readonly name: string,
    rows: Map<Id, R>,
    readonly indexes: Indexes,
    readonly written: (previous: R | undefined, next: R | undefined) => void,
  ) {
    this.#rows = rows
    this.#indexes = new RecordIndexes(rows, indexes)
  }

  get size(): number {
    return this.#rows.size
  }

  get(id: Id): R | undefined {
    return this.#rows.get(id)
  }

  all(): Iterable<R> {
    return this.#rows.values()
  }

  /** The record with this value in a `unique` field, such as a key by its token. */
  find(value: string): R | undefined {
    const id = this.#unique.get(value)
    return id === undefined ? undefined : this.get(id)
  }

  /** The integer ID of the next record. */
  nextId(): number {
    return this.#highestId + 1
  }

  /**
   * What `find` returned for a record, until the record or one of its parts is written. So its identity tells whether a
   * view of the record is still right.
   */
  partsOf<Parts extends object>(row: R, find: () => Parts): Parts {
    const kept = this.#kept.get(row.id)
    if (kept?.row === row) return kept.parts as Parts
    const parts = find()
    if (this.get(row.id) === row) this.#kept.set(row.id, { row, parts })
    return parts
  }

  /** Forgets the parts of a record, of which one was written. */
  forgetParts(id: Id): void {
    this.#kept.delete(id)
  }

  /** Stores a record, which becomes part of the table: see `stored`. */
  insert(row: R): R {
    const record = stored(this.name, row)
    this.write(undefined, record)
    return record
  }

  /** Replaces the record by a copy with these changes; nested objects are not merged. */
  update(row: R, changes: Partial<R>, more: Partial<R> = {}): R {
    // The caller's record may have been replaced meanwhile.
    const current = this.get(row.id) ?? row
    const next = { ...current }
    assign(next, changes)
    assign(next, more)
    // What it had is frozen already.
    Object.freeze(next)
    this.write(current, next)
    return next
  }

  delete(row: R): void {
    const current = this.get(row.id)
    if (current) this.write(current, undefined)
  }

  /** Creates, replaces or deletes a record: every write, through the table or the model, ends here. */
  write(previous: R | undefined, next: R | undefined): void {
    if (previous && next && previous.id !== next.id) {
      this.write(previous, undefined)
      this.write(undefined, next)
      return
    }
    if (next) this.#rows.set(next.id, next)
    else if (previous) this.#rows.delete(previous.id)
    this.#reindex(previous, next)
    this.written(previous, next)
  }

  /** Updates the indexes for a record that is created, replaced or deleted. */
  #reindex(previous: R | undefined, next: R | undefined): void {
    this.#saved = undefined
    if (typeof next?.id === 'number' && next.id > this.#highestId) this.#highestId = next.id
    this.#indexes.change(previous, next)
    const { unique } = this.indexes
    const isSame = (field: string) => previous?.[field as keyof R] === next?.[field as keyof R]
    if (previous?.id === next?.id && unique.every(isSame)) return
    for (const value of this.#uniqueOf(previous)) {
      if (this.#unique.get(value) === previous?.id) this.#unique.delete(value)
    }
    for (const value of this.#uniqueOf(next)) this.#unique.set(value, (next as R).id)
  }

  #uniqueOf(row: R | undefined): readonly string[] {
    const { unique } = this.indexes
    if (!row || unique.length === 0) return []
    return unique.flatMap((field) => row[field as keyof R] as string | string[])
  }

  /**
   * The page of a query. Iterates over the shortest list that contains all matches; counts without iterating if that
   * list contains nothing else.
   */
  list(query: Query): Page<R> {
    const { limit = 10, after, before } = query
    const { spans, fits } = this.#plan(query)
    const older = after && ((entry: Entry) => byAge(entry, entryOf(after)) < 0)
    const notNewer = before && ((entry: Entry) => byAge(entry, entryOf(before)) <= 0)

    const data: R[] = []
    let found = 0
    let total_count = 0
    if (fits) {
      for (const entry of merged(spans)) {
        const row = this.#rows.get(entry.id) as R
        if (!fits(row)) continue
        total_count++
        if ((older && !older(entry)) || notNewer?.(entry)) continue
        if (++found <= limit) data.push(row)
      }
    } else {
      const inPage = spans.map(({ list, low, high }) => ({
        list,
        low: notNewer ? Math.max(low, list.rank(notNewer)) : low,
        high: older ? Math.min(high, list.rank(older)) : high,
      }))
      found = lengthOf(inPage)
      total_count = lengthOf(spans)
      if (limit > 0 && found > 0) {
        for (const entry of merged(inPage)) if (data.push(this.#rows.get(entry.id) as R) >= limit) break
      }
    }
    return { data, has_more: found > limit, total_count }
  }

  /** Whether any record of an owner has a value in an indexed field. */
  has(owner: Id, field: string, value: Value): boolean {
    return this.#indexes.of(owner, field)?.has(value) ?? false
  }

  /** The records of an owner with a value in an indexed field, the oldest first: those of `list`, in less time. */
  having(owner: Id, field: string, value: Value): readonly R[] {
    const rows: R[] = []
    for (const { id } of entriesIn(this.#indexes.of(owner, field)?.get(value))) rows.push(this.#rows.get(id) as R)
    return rows
  }

  /** How many records match, regardless of cursors and limit. */
  count(query: Query): number {
    return this.list({ ...query, limit: 0 }).total_count
  }

  /** The ranges to iterate over, and the test for the conditions that they do not cover. */
  #plan({ owners, where = {}, between = {} }: Query): { spans: IndexRange[]; fits?: (row: R) => boolean } {
    const { date_created: created, ...dates } = between
    const tests: { field: string; fits(row: R): boolean }[] = []
    let best: { field: string; spans: IndexRange[]; size: number } | undefined
    const propose = (field: string, spans: IndexRange[]) => {
      const size = lengthOf(spans)
      if (!best || size < best.size) best = { field, spans, size }
    }
    for (const [field, values] of Object.entries(where)) {
      propose(field, this.#spans(owners, field, values, created, createdOf))
      if (best?.size === 0) return { spans: [] }
      tests.push({ field, fits: (row) => values.includes(row[field as keyof R] as Value) })
    }
    for (const [field, range] of Object.entries(dates)) {
      propose(field, this.#spans(owners, field, unvalued, range, dateOf))
      tests.push({ field, fits: (row) => within(row[field as keyof R] as string | null, range) })
    }
    if (!best) propose('', this.#spans(owners, '', unvalued, created, createdOf))
    let { field: answered, spans } = best as unknown as { field: string; spans: IndexRange[] }

    if (answered in dates) {
      const inOrder = new SortedList(byAge)
      for (const { id, created } of merged(spans)) inOrder.add({ id, created })
      spans = [indexRange(inOrder, created, createdOf)]
    }
    const open = tests.filter(({ field }) => field !== answered || between[field]?.equals)
    if (created?.equals) open.push({ field: 'date_created', fits: (row) => within(row.date_created, created) })
    return open.length === 0 ? { spans } : { spans, fits: (row) => open.every((test) => test.fits(row)) }
  }

  /** The lists of the owners' records with one of these values, each cut to the range. */
  #spans(
    owners: readonly Id[] = [...this.#indexes.owners],
    field: string,
    values: readonly Value[],
    range: Range | undefined,
    instantOf: (entry: Entry) => string,
  ): IndexRange[] {
    const spans: IndexRange[] = []
    for (const owner of distinct(owners)) {
      for (const value of distinct(values)) {
        const list = this.#indexes.list(owner, field, value)
        if (list) spans.push(indexRange(list, range, instantOf))
      }
    }
    return spans
  }

  save(): TableState {
    this.#saved ??= { rows: [...this.#rows.values()], unique: new Map(this.#unique), highestId: this.#highestId }
    return this.#saved
  }

  restore(state: TableState): void {
    this.#rows.clear()
    this.#kept.clear()
    for (const row of state.rows) this.#rows.set(row.id, row as R)
    state.indexes = this.#indexes.restore(state.indexes)
    this.#unique = new Map(state.unique)
    this.#highestId = state.highestId
    this.#saved = state
  }

  pack({ rows, unique, highestId }: TableState): PackedTable {
    return { rows, unique, highestId }
  }

  unpack({ rows, unique, highestId }: PackedTable): TableState {
    return { rows: rows.map((row) => stored(this.name, row)), unique, highestId }
  }
}

const unvalued = [null] as const

/** Assigns changes, whose objects are frozen; takes less time than Object.assign. */
function assign<R extends object>(row: R, changes: Partial<R>): void {
  for (const name in changes) {
    const value = changes[name] as R[typeof name]
    row[name] = typeof value === 'object' && value !== null ? frozen(value) : value
  }
}

/** The values without repetition, in order. */
const distinct = <T>(values: readonly T[]): Iterable<T> => (values.length < 2 ? values : new Set(values))
