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

/** The rows that contain every word of the filter, or `value` in the field of `field:value`. Empty values are sorted last. */
export function chosen(rows: Iterable<Row>, filter: string, { field, descending }: Order): readonly Row[] {
  const tests = filter.toLowerCase().split(/\s+/).filter(Boolean).map(testOf)
  const found = Array.from(rows).filter((row) => tests.every((test) => test(row)))
  const way = descending ? -1 : 1
  return found.sort((one, other) => compared(one[field], other[field], way) || compared(one.id, other.id, way))
}

function testOf(word: string): (row: Row) => boolean {
  const [, field, value = ''] = /^(\w+):(.+)$/.exec(word) ?? []
  if (field) return (row) => field in row && textOf(row[field]) === value
  return (row) => Object.values(row).some((value) => textOf(value).includes(word))
}

const textOf = (value: unknown) =>
  value === null || typeof value === 'object' ? '' : typeof value === 'string' ? value.toLowerCase() : String(value)

function compared(one: unknown, other: unknown, way: number): number {
  if (one === other) return 0
  if (one === null || one === undefined) return 1
  if (other === null || other === undefined) return -1
  const isLess = typeof one === 'number' && typeof other === 'number' ? one < other : String(one) < String(other)
  return isLess ? -way : way
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
