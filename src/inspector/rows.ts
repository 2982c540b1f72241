import { type Field, fieldsOf, matches, parseFilter } from './filter.ts'

/** A record as `/_mock/state` shows it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string | number }

/** By which column a table is sorted. */
export interface Order {
  readonly field: string
  readonly descending: boolean
}

/** By creation, the newest first. */
export const newestFirst: Order = { field: 'date_created', descending: true }

/** The next order after a click on a column's title. */
export const ordered = (order: Order, field: string): Order =>
  order.field === field ? { field, descending: !order.descending } : { field, descending: /^date_/.test(field) }

/** `-date_created` as an order; the newest first if it is absent. */
export const orderOf = (sort: string | undefined): Order =>
  sort ? { field: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : newestFirst

/** The text of an order; undefined for the usual one. */
export const sortOf = ({ field, descending }: Order): string | undefined =>
  field === newestFirst.field && descending ? undefined : `${descending ? '-' : ''}${field}`

/** The rows that match a filter, sorted. Empty values are sorted last. */
export function chosen(
  rows: Iterable<Row>,
  filter: string,
  order: Order,
  fields: (row: Row) => readonly Field[] = fieldsOf,
): readonly Row[] {
  const terms = parseFilter(filter)
  return sorted(terms.length > 0 ? Array.from(rows).filter((row) => matches(terms, fields(row))) : rows, order)
}

/** The rows in an order; empty values are sorted last. */
export function sorted(rows: Iterable<Row>, { field, descending }: Order): readonly Row[] {
  const way = descending ? -1 : 1
  return Array.from(rows).sort(
    (one, other) => compared(one[field], other[field], way) || compared(one.id, other.id, way),
  )
}

function compared(one: unknown, other: unknown, way: number): number {
  if (one === other) return 0
  if (one === null || one === undefined) return 1
  if (other === null || other === undefined) return -1
  const isLess = typeof one === 'number' && typeof other === 'number' ? one < other : String(one) < String(other)
  return isLess ? -way : way
}

/** Rows that stay where they are. */
export interface Steady<T> {
  readonly rows: readonly T[]
  /** How many rows came since, and are not shown yet. */
  readonly fresh: number
}

/**
 * The rows that were shown before, in the same order and with their present content, those that are gone included; and
 * how many others there are.
 */
export function steady<T>(before: readonly T[], latest: readonly T[], keyOf: (row: T) => string): Steady<T> {
  const present = new Map(latest.map((row) => [keyOf(row), row]))
  const rows = before.map((row) => {
    const key = keyOf(row)
    const found = present.get(key) ?? row
    present.delete(key)
    return found
  })
  return { rows, fresh: present.size }
}

/** A row updated from the view in an event, in which nested objects stand for their ID. */
export function merged(row: Row | undefined, resource: Readonly<Record<string, unknown>>): Row {
  const known = Object.entries(resource).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'resource' || (row && !(name in row))) return []
    if (typeof value !== 'object' || value === null) return [[name, value]]
    if (row && (typeof row[name] === 'object' || row[name] === undefined)) return []
    return 'id' in value ? [[name, value.id]] : []
  })
  return { ...row, ...Object.fromEntries(known) } as Row
}
