import { mapAt } from '../values.ts'
import { byAge, byDate, type Entry, type Id } from './index-range.ts'
import type { Row, Value } from './query.ts'
import { SortedList } from './sorted-list.ts'

/** The fields of a resource that can have an index. */
export interface Indexes {
  /** The field with the ID of the record's owner. */
  readonly owner: string
  readonly fields: readonly string[]
  readonly dates: readonly string[]
  /** Fields whose value, or each of whose values, is unique in the world. */
  readonly unique: readonly string[]
}

/** The entries with a value; a single one stands for itself, since most identifiers have one and a list takes memory. */
type Entries = SortedList<Entry> | Entry

/** By owner, field and value; a date field has one list, sorted by that date, under `null`, and so has `''` with all records. */
type Lists = Map<Id, Map<string, Map<Value, Entries>>>

/** Indexes as they were saved. */
export interface SavedIndexes {
  readonly lists: Lists
  readonly built: Set<string>
}

/**
 * The indexes of a table. That of a field is built when it is asked for first: every write changes all that are built,
 * and many are never asked for.
 */
export class RecordIndexes<R extends Row> {
  #lists: Lists = new Map()
  /** The fields whose index is built. */
  #built = new Set<string>()
  /** Those of them that are no dates, and the dates. */
  #fields: readonly (keyof R & string)[] = []
  #dates: readonly (keyof R & string)[] = []

  constructor(
    readonly rows: ReadonlyMap<Id, R>,
    readonly indexes: Indexes,
  ) {}

  get owners(): Iterable<Id> {
    return this.#lists.keys()
  }

  /** The entries of an owner's records by their value in a field; undefined if there are none. */
  of(owner: Id, field: string): ReadonlyMap<Value, Entries> | undefined {
    const known = this.#lists.get(owner)?.get(field)
    if (known || field === '' || this.#built.has(field)) return known
    this.#build(field)
    return this.#lists.get(owner)?.get(field)
  }

  /** The entries of an owner's records with a value in a field, the oldest first, or by the date that the field is. */
  list(owner: Id, field: string, value: Value): SortedList<Entry> | undefined {
    const entries = this.of(owner, field)?.get(value)
    return entries && this.#listOf(field, entries)
  }

  /** Changes the indexes for a record that is created, replaced or deleted. */
  change(previous: R | undefined, next: R | undefined): void {
    // Then only the indexes of fields whose value changes are touched.
    const stays = previous !== undefined && next !== undefined && this.#isInPlaceOf(previous, next)
    // One entry is in all lists but those by date.
    let entry: Entry | undefined
    if (!stays) {
      if (previous) this.#remove(previous, entryOf(previous), '', null)
      if (next) this.#add(next, (entry = entryOf(next)), '', null)
    }
    for (const field of this.#fields) {
      if (stays && previous[field] === next[field]) continue
      const removed = previous && this.#remove(previous, entryOf(previous), field, previous[field] as Value)
      if (stays) entry ??= removed
      if (next) this.#add(next, (entry ??= entryOf(next)), field, next[field] as Value)
    }
    for (const field of this.#dates) {
      const old = (previous?.[field] ?? null) as string | null
      const now = (next?.[field] ?? null) as string | null
      if (stays && old === now) continue
      if (previous && old !== null) this.#remove(previous, datedEntryOf(previous, old), field, null)
      if (next && now !== null) this.#add(next, datedEntryOf(next, now), field, null)
    }
  }

  /** Whether two versions of a record have the same entry in the same lists. */
  #isInPlaceOf(row: R, other: R): boolean {
    const owner = this.indexes.owner as keyof R
    return row[owner] === other[owner] && row.id === other.id && row.date_created === other.date_created
  }

  /**
   * Takes over saved indexes, which belong to the records that the table has now, and builds those that are missing.
   *
   * @returns these indexes, to be restored again
   */
  restore(saved: SavedIndexes = { lists: new Map(), built: new Set() }): SavedIndexes {
    // What was asked for is likely asked for again.
    const asked = this.#built
    this.#lists = saved.lists
    this.#built = saved.built
    if (this.#lists.size === 0) for (const row of this.rows.values()) this.#add(row, entryOf(row), '', null)
    for (const field of asked) if (!this.#built.has(field)) this.#build(field)
    this.#lists = copy(saved.lists)
    this.#built = new Set(saved.built)
    this.#note()
    return saved
  }

  #build(field: string): void {
    const { fields, dates } = this.indexes
    const isDate = dates.includes(field)
    if (!isDate && !fields.includes(field)) return
    for (const lists of this.#lists.values()) {
      for (const entry of entriesIn(lists.get('')?.get(null))) {
        const row = this.rows.get(entry.id) as R
        const value = row[field as keyof R] as Value
        if (!isDate) this.#add(row, entry, field, value)
        else if (value !== null) this.#add(row, datedEntryOf(row, value as string), field, null)
      }
    }
    this.#built.add(field)
    this.#note()
  }

  #note(): void {
    const isBuilt = (field: string): field is keyof R & string => this.#built.has(field)
    this.#fields = this.indexes.fields.filter(isBuilt)
    this.#dates = this.indexes.dates.filter(isBuilt)
  }

  #add(row: R, entry: Entry, field: string, value: Value): void {
    const owner = row[this.indexes.owner as keyof R] as Id
    const values = mapAt(mapAt(this.#lists, owner), field)
    const known = values.get(value)
    if (known instanceof SortedList) known.add(entry)
    else if (!known) values.set(value, entry)
    else {
      const list = this.#listOf(field, known)
      list.add(entry)
      values.set(value, list)
    }
  }

  #listOf(field: string, entries: Entries): SortedList<Entry> {
    if (entries instanceof SortedList) return entries
    const list = new SortedList<Entry>(this.indexes.dates.includes(field) ? byDate : byAge)
    list.add(entries)
    return list
  }

  /**
   * Removes an entry, and its list with the last one: a value that no record has any more takes no memory. Returns the
   * entry as it was in the list.
   */
  #remove(row: R, entry: Entry, field: string, value: Value): Entry | undefined {
    const owner = row[this.indexes.owner as keyof R] as Id
    const fields = this.#lists.get(owner)
    const values = fields?.get(field)
    const known = values?.get(value)
    const isList = known instanceof SortedList
    const removed = isList ? known.delete(entry) : known
    if (isList && known.size > 0) return removed
    values?.delete(value)
    if (values?.size === 0) fields?.delete(field)
    if (fields?.size === 0) this.#lists.delete(owner)
    return removed
  }
}

export const entryOf = ({ id, date_created: created }: Row): Entry => ({ id, created })
const datedEntryOf = ({ id, date_created: created }: Row, at: string): Entry => ({ id, created, at })

/** One entry or several, the oldest first. */
export const entriesIn = (entries: Entries | undefined): Iterable<Entry> =>
  entries instanceof SortedList ? entries : entries ? [entries] : []

function copy(lists: Lists): Lists {
  // Copying a Map is quick, and so is replacing those of its values that can change.
  const copyOf = (values: Map<Value, Entries>) => {
    const copied = new Map(values)
    for (const [value, entries] of values) if (entries instanceof SortedList) copied.set(value, entries.clone())
    return copied
  }
  return new Map(
    Array.from(lists, ([owner, fields]) => [
      owner,
      new Map(Array.from(fields, ([field, values]) => [field, copyOf(values)])),
    ]),
  )
}
