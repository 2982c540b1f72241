/** A record as `/_mock/state` shows it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string | number }

/** A column of a table. */
export interface Column {
  readonly field: string
  readonly title: string
  /** A share of the width, as CSS grids take it. */
  readonly width: string
  readonly kind?: 'state' | 'date' | 'id' | 'number' | undefined
  /** Left out where it is narrow (1), or already where there is not much room (2). */
  readonly minor?: 1 | 2
}

/** A resource that has a table. */
export interface Table {
  readonly resource: string
  readonly title: string
  readonly columns: readonly Column[]
  /** What to do where there is none. */
  readonly empty: string
}

const id: Column = { field: 'id', title: 'ID', width: '56px', kind: 'id' }
const uuid: Column = { field: 'id', title: 'ID', width: 'minmax(80px, 1fr)', kind: 'id' }
const state: Column = { field: 'state', title: 'State', width: 'minmax(104px, .8fr)', kind: 'state' }
const made: Column = { field: 'date_created', title: 'Created', width: 'minmax(160px, 1fr)', kind: 'date', minor: 1 }
const wide = (field: string, title: string): Column => ({ field, title, width: 'minmax(88px, 1.6fr)' })
const small = (field: string, title: string): Column => ({ field, title, width: '56px', kind: 'number', minor: 2 })
const text = (field: string, title: string): Column => ({ field, title, width: 'minmax(96px, 1fr)', minor: 1 })

const kept: Column = { field: 'type', title: 'Type', width: 'minmax(96px, 1fr)' }

/** The tables, in their order. */
export const tables: readonly Table[] = [
  {
    resource: 'session',
    title: 'Sessions',
    columns: [
      uuid,
      state,
      text('error', 'Error'),
      wide('source', 'Source'),
      small('user', 'User'),
      small('key', 'Key'),
      made,
      { ...made, field: 'date_expired', title: 'Expired', minor: 2 },
    ],
    empty: 'Start one with POST /sessions, or load the scenario “default”.',
  },
  {
    resource: 'source',
    title: 'Sources',
    columns: [
      id,
      state,
      wide('identifier', 'Identifier'),
      text('type', 'Type'),
      small('user', 'User'),
      small('parent', 'Parent'),
      made,
    ],
    empty: 'A source is made with the first session that names it, or with POST /sources.',
  },
  {
    resource: 'user',
    title: 'Users',
    columns: [id, state, wide('identifier', 'Identifier'), small('organisation', 'Org.'), small('key', 'Key'), made],
    empty: 'Make one with POST /users.',
  },
  {
    resource: 'key',
    title: 'Keys',
    columns: [
      id,
      state,
      kept,
      small('organisation', 'Org.'),
      made,
      { ...made, field: 'date_expires', title: 'Expires', minor: 2 },
    ],
    empty: 'Every organisation has one: reset the world, or load a scenario.',
  },
  {
    resource: 'organisation',
    title: 'Organisations',
    columns: [id, state, wide('name', 'Name'), text('type', 'Type'), text('api_version', 'API version'), made],
    empty: 'Reset the world, or load a scenario.',
  },
  {
    resource: 'storage_config',
    title: 'Storage configs',
    columns: [id, state, wide('url', 'URL'), text('type', 'Type'), made],
    empty: 'Make one with POST /configs/storage; without one the organisation is unconfigured.',
  },
  {
    resource: 'webhook_config',
    title: 'Webhook configs',
    columns: [id, state, wide('url', 'URL'), made],
    empty: 'Make one with POST /configs/webhook.',
  },
  {
    resource: 'task',
    title: 'Tasks',
    columns: [uuid, state, kept, text('target', 'Target'), text('error', 'Error'), made],
    empty: 'Test a config with POST /configs/webhook/{id}/test.',
  },
  {
    resource: 'event',
    title: 'Events',
    columns: [
      uuid,
      state,
      kept,
      text('action', 'Action'),
      small('retries', 'Retries'),
      made,
      { ...made, field: 'date_delivered', title: 'Delivered', minor: 2 },
    ],
    empty: 'The API tells of sessions that expire: move the time, or expire one.',
  },
]

export const tableOf = (resource: string): Table =>
  tables.find((table) => table.resource === resource) ?? (tables[0] as Table)

/** By which column a table is sorted. */
export interface Order {
  readonly field: string
  readonly descending: boolean
}

/** The newest first. */
export const newestFirst: Order = { field: 'date_created', descending: true }

/** The next order after a click on a column's title. */
export const ordered = (order: Order, field: string): Order =>
  order.field === field ? { field, descending: !order.descending } : { field, descending: /^date_/.test(field) }

/** The rows that hold every word of the filter somewhere, `field:value` in that field; empty ones come last in any order. */
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

/** A row after an event told of it: the resource as the API sends it, whose nested objects are named by their ID. */
export function merged(row: Row | undefined, resource: Readonly<Record<string, unknown>>): Row {
  const known = Object.entries(resource).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'resource' || name === 'children' || (row && !(name in row))) return []
    if (typeof value !== 'object' || value === null) return [[name, value]]
    if (row && (typeof row[name] === 'object' || row[name] === undefined)) return []
    return 'id' in value ? [[name, value.id]] : []
  })
  return { ...row, ...Object.fromEntries(known) } as Row
}
