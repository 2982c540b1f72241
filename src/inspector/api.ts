import type {
  ActionDescription,
  ApiDescription,
  ResourceDescription,
  StateDescription,
} from '../control/description.ts'
import { isObject } from '../engine/values.ts'
import { type Field, fieldsOf } from './filter.ts'
import type { Row } from './rows.ts'
import { type Table, tableOf } from './tables.ts'

/** Rows by ID. */
export type Rows = ReadonlyMap<Row['id'], Row>

/** A record that another one refers to. */
export interface Reference {
  /** That of the attribute, or the kind of record that an event tells of. */
  readonly name: string
  readonly resource: string
  readonly target: Row
}

/** The API of a mock, as the index of its control API describes it: resources, actions, paths, and what follows from them. */
export class Api {
  readonly paths: readonly string[]
  /** Sorted by position. */
  readonly tables: readonly Table[]
  /** The resources whose records are bars on the time line. */
  readonly lines: readonly ResourceDescription[]
  readonly #resources: ReadonlyMap<string, ResourceDescription>
  readonly #actions: ReadonlyMap<string, ActionDescription>

  constructor({ resources, actions, paths }: ApiDescription) {
    this.paths = paths
    this.#resources = new Map(resources.map((one) => [one.name, one]))
    this.#actions = new Map(actions.map((one) => [one.name, one]))
    this.lines = resources.filter((one) => one.time_line)
    this.tables = resources
      .filter((one) => one.table)
      .sort((one, other) => (one.table?.position ?? 0) - (other.table?.position ?? 0))
      .map((one) => tableOf(one, (name) => this.resource(name)?.short_title))
  }

  resource(name: string): ResourceDescription | undefined {
    return this.#resources.get(name)
  }

  action(name: string): ActionDescription | undefined {
    return this.#actions.get(name)
  }

  /** The table of a resource; the first one for any other name. */
  table(name?: string): Table {
    return this.tables.find((table) => table.resource === name) ?? (this.tables[0] as Table)
  }

  /** A path that can be called. */
  get examplePath(): string {
    return this.resource(this.table().resource)?.path ?? '/'
  }

  state(resource: string, state: string): StateDescription | undefined {
    return this.resource(resource)?.states.find((one) => one.name === state)
  }

  /** How a state looks; an unknown one like one that is over. */
  toneOf(resource: string, state: string): StateDescription['tone'] {
    return this.state(resource, state)?.tone ?? 'over'
  }

  /** The resource whose record due work comes to; undefined for a step of the scenario. */
  resourceOfWork(action: string): string | undefined {
    for (const [name, { due_work }] of this.#resources) if (due_work.includes(action)) return name
    const [name = ''] = action.split('.')
    return this.resource(name)?.name
  }

  /** What people call a record: its label, which may be that of the record it refers to. */
  labelOf(resource: string, row: Row, rows: (resource: string) => Rows): string {
    const { label, attributes } = this.resource(resource) ?? {}
    const attribute = attributes?.find(({ name }) => name === label)
    if (!attribute) return `${singularOf(resource)} ${row.id}`
    const value = row[attribute.name]
    if (attribute.to) {
      const target = rows(attribute.to).get(value as Row['id'])
      return target ? this.labelOf(attribute.to, target, rows) : `${singularOf(attribute.to)} ${value}`
    }
    // A choice says little without its resource: `standard key`.
    return attribute.type === 'choice' ? `${value} ${singularOf(resource)}` : String(value)
  }

  /** The records that a record refers to, by the names of its attributes. */
  referencesOf(resource: string, row: Row, rows: (resource: string) => Rows): readonly Reference[] {
    return (this.resource(resource)?.attributes ?? []).flatMap(({ name, to }) => {
      const value = row[name]
      // What an event tells of: any kind of record.
      const about = isObject(value) && typeof value.resource === 'string' ? value : undefined
      const kind = about ? (about.resource as string) : to
      const target = kind === null ? undefined : rows(kind).get((about ? about.id : value) as Row['id'])
      return kind !== null && target ? [{ name: about ? kind : name, resource: kind, target }] : []
    })
  }

  /** What a filter finds a record by: its attributes, its label, and the labels of the records that it refers to. */
  fieldsOf(resource: string, row: Row, rows: (resource: string) => Rows): readonly Field[] {
    const fields = fieldsOf(row)
    for (const { name, resource: to, target } of this.referencesOf(resource, row, rows))
      fields.push([name, this.labelOf(to, target, rows).toLowerCase()])
    fields.push(['', `${singularOf(resource)} ${row.id} ${this.labelOf(resource, row, rows)}`.toLowerCase()])
    return fields
  }
}

/** `storage config`. */
export const singularOf = (name: string) => name.replaceAll('_', ' ')
