import { ENTITY_TYPE, factory, nullable, PRIMARY_KEY, primaryKey } from '@mswjs/data'
import { DATABASE_INSTANCE } from '@mswjs/data/lib/glossary.js'
import type { ApiTypes } from '../api-types.ts'
import type { Defaults } from '../attribute.ts'
import { deepest, tooDeepAt } from '../depth.ts'
import { UsageError } from '../errors.ts'
import { largestGivenId } from '../fields.ts'
import { nearest } from '../messages.ts'
import { attributesOf, type Definitions } from '../resource.ts'

type Comparison<Value> = { equals?: Value; notEquals?: Value; in?: Value[]; notIn?: Value[] } & (Value extends string
  ? { contains?: string; notContains?: string }
  : Value extends number
    ? { gt?: number; gte?: number; lt?: number; lte?: number; between?: [number, number] }
    : unknown)
type Where<Row> = { [Field in keyof Row]?: Comparison<NonNullable<Row[Field]>> }

/** A model of @mswjs/data, typed for records of this API. For tests, not for answering calls, since each query scans all records. */
export interface Model<Row> {
  create(values?: Partial<Row>): Row
  count(query?: { where: Where<Row> }): number
  findFirst(query: { where: Where<Row> }): Row | null
  findMany(query: {
    where?: Where<Row>
    take?: number
    skip?: number
    orderBy?: { [Field in keyof Row]?: 'asc' | 'desc' }
  }): Row[]
  getAll(): Row[]
  update(query: { where: Where<Row>; data: Partial<Row> }): Row | null
  updateMany(query: { where: Where<Row>; data: Partial<Row> }): Row[] | null
  delete(query: { where: Where<Row> }): Row | null
  deleteMany(query: { where: Where<Row> }): Row[] | null
}

/** The @mswjs/data models, by resource. */
export type Models<A extends ApiTypes> = { readonly [Name in keyof A['records']]: Model<A['records'][Name]> }

interface Keyed {
  readonly id: string | number
}

/** The internal store of @mswjs/data: the Maps by primary key, and every write. */
export interface Store {
  getModel(name: string): Map<string | number, Keyed>
  create(name: string, row: Keyed): void
  update(name: string, previous: Keyed, next: Keyed): void
  delete(name: string, id: string | number): void
}

/** A write through a model: the values of a new record, or the ID of one and what changes; undefined if it is deleted. */
export type ModelWrite = { readonly resource: string } & (
  | { readonly values: object }
  | { readonly id: string | number; readonly changes: object | undefined }
)

/** Runs a write through a model, and may note it. */
export type WriteObserver = <T>(write: ModelWrite, run: () => T) => T

/** Creates the models of all resources. Relations are plain IDs, because those of @mswjs/data scan the target at every read. */
export function createModels<A extends ApiTypes>(
  definitions: Definitions,
  defaults: Defaults,
  observe: WriteObserver,
): { models: Models<A>; store: Store } {
  const schemas = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => {
      const { id } = definition
      const held = Object.entries(attributesOf(definition)).filter(([, { isComputed }]) => !isComputed)
      const fields = held.map(([field, { isNullable, initial }]) => {
        const make = () => initial?.(defaults) as never
        return [field, isNullable ? nullable<never>(make) : make]
      })
      const key = primaryKey<string | number>(id === 'integer' ? () => defaults.id(name) : defaults.uuid)
      return [name, { id: key, ...Object.fromEntries(fields) }]
    }),
  )
  const models = factory(schemas)
  const store = (models as unknown as Record<symbol, Store>)[DATABASE_INSTANCE] as Store
  const plain = models as unknown as Record<string, Model<never>>
  const checked = Object.entries(schemas).map(([name, schema]) => [
    name,
    careful(name, plain[name] as Model<never>, Object.keys(schema), store, observe),
  ])
  return { models: Object.fromEntries(checked) as Models<A>, store }
}

/**
 * A record in the form that @mswjs/data stores: frozen, and marked with its model and the name of its primary key.
 *
 * @param row becomes the record itself unless it is frozen, since a copy takes six times as long
 */
export function stored<Row extends object>(model: string, row: Row): Row {
  const record: Row & { [ENTITY_TYPE]?: string; [PRIMARY_KEY]?: string } = Object.isFrozen(row) ? { ...row } : row
  record[ENTITY_TYPE] = model
  record[PRIMARY_KEY] = 'id'
  return frozen(record)
}

/** Freezes a record deeply, because a change in place would bypass indexes and snapshots. */
export function frozen<Row extends object>(row: Row): Row {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'object' && value !== null) frozen(value)
  }
  return Object.freeze(row)
}

/**
 * Wraps a model of @mswjs/data: records are frozen, unknown fields are rejected, and updates replace each given field.
 * The model's own updates merge objects, ignore unknown fields silently, and cannot copy frozen records.
 */
function careful<R extends { readonly id: string | number }>(
  name: string,
  model: Model<R>,
  fields: readonly string[],
  store: Store,
  observe: WriteObserver,
): Model<R> {
  const requireId = (task: string, id: unknown) => {
    if (typeof id !== 'number' || (Number.isInteger(id) && id >= 1 && id <= largestGivenId)) return
    throw new Error(
      `Failed to ${task} a ${name}: its ID must be a whole number from 1 to ${largestGivenId}, got ${id}.`,
    )
  }
  const change = (row: R, data: Partial<R>): R => {
    const changes: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(data)) {
      if (!Object.hasOwn(row, field)) throw new Error(`Failed to update a ${name}: it has no field "${field}".`)
      changes[field] = typeof value === 'function' ? value(row[field as keyof R], row) : value
    }
    const next = { ...row, ...changes }
    if (next.id !== row.id) requireId('update', next.id)
    if (next.id !== row.id && store.getModel(name).has(next.id as R['id'])) {
      throw new Error(`Failed to update a ${name}: the ID ${JSON.stringify(next.id)} is already in use.`)
    }
    const record = frozen(shallow(next))
    observe({ resource: name, id: row.id, changes }, () => store.update(name, row, record))
    return next as R
  }
  const remove = (row: R): R => {
    observe({ resource: name, id: row.id, changes: undefined }, () => store.delete(name, row.id))
    return row
  }
  const checked = <Q extends { where?: Where<R> } | undefined>(query: Q): Q => {
    for (const [field, comparison] of Object.entries(query?.where ?? {})) {
      if (!fields.includes(field))
        throw new Error(`Failed to query a ${name}: it has no field "${field}".${nearest(field, fields)}`)
      if (typeof comparison !== 'object' || comparison === null) {
        throw new Error(`Failed to query a ${name}: write { ${field}: { equals: … } }.`)
      }
    }
    return query
  }
  /** Records are frozen and sent by recursion. */
  const shallow = <Values>(values: Values): Values => {
    const place = tooDeepAt(values)
    if (place) throw new UsageError(`Failed to write a ${name}: ${place[0]} is nested deeper than ${deepest} levels.`)
    return values
  }
  return {
    create: (values) => {
      requireId('create', values?.id)
      return observe({ resource: name, values: { ...values } }, () => frozen(model.create(shallow(values))))
    },
    count: (query) => model.count(checked(query)),
    findFirst: (query) => model.findFirst(checked(query)),
    findMany: (query) => model.findMany(checked(query)),
    getAll: () => model.getAll(),
    delete: ({ where }) => {
      checked({ where })
      const [row] = model.findMany({ where, take: 1 })
      return row ? remove(row) : null
    },
    deleteMany: ({ where }) => {
      checked({ where })
      const rows = model.findMany({ where })
      return rows.length > 0 ? rows.map(remove) : null
    },
    update: ({ where, data }) => {
      checked({ where })
      const [row] = model.findMany({ where, take: 1 })
      return row ? change(row, data) : null
    },
    updateMany: ({ where, data }) => {
      checked({ where })
      const rows = model.findMany({ where })
      return rows.length > 0 ? rows.map((row) => change(row, data)) : null
    },
  }
}
