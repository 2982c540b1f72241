import type { SortedList } from './sorted-list.ts'

export type Id = string | number

/** Bounds of a datetime, in the API's text form, which sorts chronologically. */
export interface Range {
  readonly gt?: string
  readonly gte?: string
  readonly lt?: string
  readonly lte?: string
  /** Only these instants, within the bounds. */
  readonly equals?: readonly string[]
}

/** An entry of an index. It does not refer to the record, because every update replaces that. */
export interface Entry {
  readonly id: Id
  readonly created: string
  /** The date that a list is ordered by, if it is not `created`. */
  readonly at?: string
}

const ascending = (a: Id, b: Id) => (a < b ? -1 : a > b ? 1 : 0)
export const byAge = (a: Entry, b: Entry) => ascending(a.created, b.created) || ascending(a.id, b.id)
export const byDate = (a: Entry, b: Entry) => ascending(dateOf(a), dateOf(b)) || ascending(a.id, b.id)

/** A range of a sorted list: the ranks from `low` to `high`, exclusive. */
export interface IndexRange {
  readonly list: SortedList<Entry>
  readonly low: number
  readonly high: number
}
export const createdOf = (entry: Entry) => entry.created
export const dateOf = (entry: Entry) => entry.at ?? ''
export const lengthOf = (spans: readonly IndexRange[]) =>
  spans.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0)

/** The part of a list whose dates are within the range; `equals` is not considered. */
export function indexRange(
  list: SortedList<Entry>,
  range: Range | undefined,
  dateOf: (entry: Entry) => string,
): IndexRange {
  if (!range) return { list, low: 0, high: list.size }
  const { gt, gte, lt, lte } = range
  const low = Math.max(
    gte === undefined ? 0 : list.rank((entry) => dateOf(entry) < gte),
    gt === undefined ? 0 : list.rank((entry) => dateOf(entry) <= gt),
  )
  const high = Math.min(
    lt === undefined ? list.size : list.rank((entry) => dateOf(entry) < lt),
    lte === undefined ? list.size : list.rank((entry) => dateOf(entry) <= lte),
  )
  return { list, low, high }
}

export function within(at: string | null, { gt, gte, lt, lte, equals }: Range): boolean {
  if (at === null) return false
  if (equals && !equals.includes(at)) return false
  return !(
    (gt !== undefined && at <= gt) ||
    (gte !== undefined && at < gte) ||
    (lt !== undefined && at >= lt) ||
    (lte !== undefined && at > lte)
  )
}

/** The entries of several ranges, newest first. */
export function* merged(spans: readonly IndexRange[]): Generator<Entry, undefined> {
  if (spans.length === 1) {
    const [{ list, low, high }] = spans as [IndexRange]
    yield* list.descending(high, low)
    return
  }
  const heads = spans.map(({ list, low, high }) => {
    const rest = list.descending(high, low)
    return { rest, next: rest.next().value }
  })
  for (;;) {
    let newest: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.next && (!newest?.next || byAge(head.next, newest.next) > 0)) newest = head
    }
    if (!newest?.next) return
    yield newest.next
    newest.next = newest.rest.next().value
  }
}
