import type { ResourceDescription } from '../control/description.ts'
import type { Api, Rows } from './api.ts'
import { matches, parseFilter } from './filter.ts'
import { formatCount } from './format-count.ts'
import { parseInstant } from './instant.ts'
import { newestFirst, type Row, sorted } from './rows.ts'

/** A record with a bar of its own on the time line. */
export interface Line {
  readonly resource: ResourceDescription
  readonly row: Row
  /** How many records it stands below. */
  readonly depth: number
}

/** A record that is drawn in the bar of another one. */
export interface Part {
  readonly resource: ResourceDescription
  readonly row: Row
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
}

type RowsOf = (resource: string) => Rows

export const keyOf = (resource: string | undefined, id: unknown) => `${resource} ${id}`

/** Whether a record has a bar of its own. */
const hasLine = ({ time_line }: ResourceDescription, row: Row) =>
  time_line?.part_of == null || (time_line.below !== null && row[time_line.part_of] === null)

/** The resource that an attribute refers to. */
const targetOf = ({ attributes }: ResourceDescription, name: string) =>
  attributes.find((attribute) => attribute.name === name)?.to ?? undefined

function grouped(
  api: Api,
  rows: RowsOf,
  by: 'below' | 'part_of',
  isMeant: (resource: ResourceDescription, row: Row) => boolean,
) {
  const groups = new Map<string, { resource: ResourceDescription; row: Row }[]>()
  for (const resource of api.lines) {
    const attribute = resource.time_line?.[by]
    if (attribute == null) continue
    const parent = targetOf(resource, attribute)
    for (const row of rows(resource.name).values()) {
      if (row[attribute] === null || !isMeant(resource, row)) continue
      const key = keyOf(parent, row[attribute])
      const group = groups.get(key)
      if (group) group.push({ resource, row })
      else groups.set(key, [{ resource, row }])
    }
  }
  for (const group of groups.values())
    group.sort((one, other) => compared(one.row.date_created, other.row.date_created))
  return groups
}

const compared = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : one === other ? 0 : 1)

/**
 * The lines that match a filter: the newest first, and below each those that belong to it, the oldest first. One that
 * matches keeps what stands below it, and what it stands below.
 */
export function linesOf(api: Api, rows: RowsOf, filter: string): readonly Line[] {
  const terms = parseFilter(filter)
  const below = grouped(api, rows, 'below', hasLine)
  const isMeant = ({ name }: ResourceDescription, row: Row) =>
    terms.length === 0 || matches(terms, api.fieldsOf(name, row, rows))
  const lines: Line[] = []
  const add = (resource: ResourceDescription, row: Row, depth: number, isKept: boolean) => {
    const at = lines.length
    lines.push({ resource, row, depth })
    const isSelf = isKept || isMeant(resource, row)
    for (const child of below.get(keyOf(resource.name, row.id)) ?? []) add(child.resource, child.row, depth + 1, isSelf)
    if (!isSelf && lines.length === at + 1) lines.pop()
  }
  for (const resource of api.lines) {
    if (resource.time_line?.below || resource.time_line?.part_of) continue
    for (const row of sorted(rows(resource.name).values(), newestFirst)) add(resource, row, 0, false)
  }
  return lines
}

/** The parts of each bar, by the key of its record, the oldest first. */
export function partsOf(api: Api, rows: RowsOf): ReadonlyMap<string, readonly Part[]> {
  const groups = grouped(api, rows, 'part_of', (resource) => resource.time_line !== null)
  return new Map(
    Array.from(groups, ([key, group]) => [
      key,
      group.map((one) => partOf(one.resource, one.row)).sort((one, other) => one.from - other.from),
    ]),
  )
}

function partOf(resource: ResourceDescription, row: Row): Part {
  const at = (name = '') => (typeof row[name] === 'string' ? parseInstant(row[name] as string) : undefined)
  const from = at(resource.time_line?.start) ?? at('date_created') ?? 0
  return { resource, row, from, to: at(resource.time_line?.end) ?? null }
}

/** Parts in words: `3 books read, 1 book lost`. */
export function describeParts(parts: readonly Part[]): string {
  const counts = new Map<string, { count: number; resource: ResourceDescription; state: string }>()
  for (const { resource, row } of parts) {
    const state = String(row.state)
    const key = keyOf(resource.name, state)
    const known = counts.get(key)
    if (known) known.count++
    else counts.set(key, { count: 1, resource, state })
  }
  return Array.from(counts.values(), ({ count, resource: { name, title }, state }) => {
    return `${formatCount(count)} ${count === 1 ? name.replaceAll('_', ' ') : title.toLowerCase()} ${state}`
  }).join(', ')
}

/** When due work of a record that repeats is due again after the next time, within a span; at most so many. */
export function repetitions(
  { time_line }: ResourceDescription,
  row: Row,
  next: number,
  span: { readonly from: number; readonly to: number },
  most = 200,
): readonly number[] {
  const every = Number(row[time_line?.repeats?.every ?? '']) * 1000
  if (!(every > 0)) return []
  const until = row[time_line?.repeats?.until ?? '']
  const end = Math.min(span.to, typeof until === 'string' ? parseInstant(until) : Number.POSITIVE_INFINITY)
  const first = next + every * Math.max(1, Math.ceil((span.from - next) / every))
  const count = Math.max(0, Math.min(most, Math.ceil((end - first) / every)))
  return Array.from({ length: count }, (_, i) => first + i * every)
}
