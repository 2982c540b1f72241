import type { AttributeDescription, ResourceDescription } from '../control/description.ts'

/** A column of a table. */
export interface Column {
  readonly field: string
  readonly title: string
  /** A share of the width, as CSS grids take it. */
  readonly width: string
  readonly kind?: 'state' | 'date' | 'id' | 'number' | undefined
  /** Left out where it is narrow (1), or already where there is not much room (2). */
  readonly minor?: 1 | 2
  /** Shown on a second line where it would be left out. */
  readonly isBelow?: true
  /** The resource whose records are shown by their labels. */
  readonly to?: string | null
}

/** A resource that has a table. */
export interface Table {
  readonly resource: string
  readonly title: string
  readonly columns: readonly Column[]
  /** How to get a record where there is none. */
  readonly hint: string | null
  /** What may be written into the filter. */
  readonly example: string
  /** A field and a value for the filter. */
  readonly condition: string
}

/**
 * The table of a resource as it is described.
 *
 * @param shortTitleOf the title of narrow columns that hold IDs of a resource, if it has one
 */
export function tableOf(
  resource: ResourceDescription,
  shortTitleOf: (resource: string) => string | null | undefined = () => null,
): Table {
  const { name, title, id, states, attributes, label, table } = resource
  const fields = table?.columns ?? []
  const main = label ?? fields[0]
  const columns = fields.flatMap((field) => {
    const attribute = attributes.find((one) => one.name === field)
    if (!attribute) return []
    const column = columnOf(attribute, field === main, field === label)
    const short = attribute.to === field ? shortTitleOf(field) : null
    return [short && column.kind === 'number' ? { ...column, title: short } : column]
  })
  const number = columns.find(({ kind }) => kind === 'number')?.field ?? (id === 'integer' ? 'id' : undefined)
  const state = (states.find(({ tone }) => tone === 'good') ?? states[0])?.name
  return {
    resource: name,
    title,
    columns: [
      { field: 'id', title: 'ID', width: id === 'uuid' ? 'minmax(80px, 1fr)' : '56px', kind: 'id' },
      ...(state ? [stateColumn] : []),
      ...columns,
    ],
    hint: table?.hint ?? null,
    example: [...(state ? [state] : []), ...(number ? [`${number}:1`] : []), 'any word'].join(', '),
    condition: state ? `state:${state}` : `${number ?? 'id'}:1`,
  }
}

const stateColumn: Column = { field: 'state', title: 'State', width: 'minmax(104px, .8fr)', kind: 'state' }

/** The main column is never left out; a label is wide, unless it is a choice. */
function columnOf({ name, type, to }: AttributeDescription, isMain: boolean, isLabel: boolean): Column {
  const column = { field: name, title: titleOf(name) }
  if (type === 'datetime') {
    return { ...column, width: 'minmax(160px, 1fr)', kind: 'date', minor: name === 'date_created' ? 1 : 2 }
  }
  if (type === 'nested' || (isLabel && type !== 'choice')) return { ...column, width: 'minmax(88px, 1.6fr)', to }
  if (!isMain && (type === 'id' || type === 'integer')) return { ...column, width: '56px', kind: 'number', minor: 2 }
  return { ...column, width: 'minmax(96px, 1fr)', ...(!isMain && { minor: 1 }) }
}

/** `date_created` becomes `Created`, `api_version` `API version`. */
function titleOf(name: string): string {
  const words = name
    .replace(/^date_/, '')
    .replaceAll('_', ' ')
    .replace(/\b(?:api|id|url)\b/g, (word) => word.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}
