import { ENTITY_TYPE, factory, nullable, PRIMARY_KEY, primaryKey } from '@mswjs/data'
import { DATABASE_INSTANCE } from '@mswjs/data/lib/glossary.js'
import type { ModelName, Records } from '../../ricloud/resources/records.ts'
import { nearest } from '../messages.ts'

type Comparison<Value> = { equals?: Value; notEquals?: Value; in?: Value[]; notIn?: Value[] } & (Value extends string
  ? { contains?: string; notContains?: string }
  : Value extends number
    ? { gt?: number; gte?: number; lt?: number; lte?: number; between?: [number, number] }
    : unknown)
type Where<Row> = { [Field in keyof Row]?: Comparison<NonNullable<Row[Field]>> }

/** One model of @mswjs/data, typed for our records; each query scans, so it is for tests, not for answering calls. */
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

/** The plain models of @mswjs/data, by the API's resource names. */
export type Models = { readonly [Name in ModelName]: Model<Records[Name]> }

/** What @mswjs/data keeps behind its models: the Maps by primary key, and the events of every write. */
export interface Store {
  events: {
    on(event: 'create', listener: (source: string, model: string, row: never) => void): void
    on(event: 'update', listener: (source: string, model: string, previous: never, next: never) => void): void
    setMaxListeners?(count: number): void
  }
  serializeEntity(row: object): object
  getModel(name: ModelName): Map<string | number, never>
  create(name: ModelName, row: object): void
  update(name: ModelName, previous: object, next: object): void
  delete(name: string, id: string | number): void
}

/** What a record gets that a plain `create` was not given. */
export interface Defaults {
  id(model: ModelName): number
  uuid(): string
  text(length: number): string
  stamp(): string
}

/** A database of all models. Relations are plain IDs: those of @mswjs/data scan their target at every read. */
export function createModels(defaults: Defaults): { models: Models; store: Store } {
  const id = (model: ModelName) => primaryKey(() => defaults.id(model))
  const nothing = () => nullable<never>((() => null) as never)
  const definitions = {
    organisation: {
      id: id('organisation'),
      type: () => 'standard',
      name: () => 'Organisation',
      slug: () => 'organisation',
      api_version: () => '2020-02-20',
      config: () => ({ publish_source_files: false }) as never,
      permissions: () => 1,
      storage_config_default: nothing(),
      webhook_config_default: nothing(),
      state: () => 'unconfigured',
      date_created: defaults.stamp,
    },
    permissions: {
      id: id('permissions'),
      organisation: () => 1,
      identifier: () => 'default',
      scopes: () => ({}) as never,
      date_created: defaults.stamp,
    },
    storage_config: {
      id: id('storage_config'),
      organisation: () => 1,
      type: () => 'gs',
      url: () => 'gs://bucket',
      has_credentials: () => true,
      signed_urls_enabled: () => false,
      signed_urls_expiry: nothing(),
      state: () => 'new',
      date_created: defaults.stamp,
    },
    webhook_config: {
      id: id('webhook_config'),
      organisation: () => 1,
      url: () => 'https://example.com/webhooks',
      secret: () => defaults.text(32),
      state: () => 'new',
      date_created: defaults.stamp,
    },
    key: {
      id: id('key'),
      organisation: () => 1,
      type: () => 'standard',
      config: () => ({}) as never,
      storage_config: nothing(),
      webhook_config: nothing(),
      token: () => defaults.text(64),
      tokens_in_grace: () => [] as never,
      state: () => 'active',
      date_created: defaults.stamp,
      date_expires: nothing(),
    },
    user: {
      id: id('user'),
      organisation: () => 1,
      key: () => 1,
      identifier: () => `${defaults.text(12)}@example.com`,
      state: () => 'active',
      date_created: defaults.stamp,
    },
    source: {
      id: id('source'),
      organisation: () => 1,
      key: () => 1,
      user: () => 1,
      type: () => 'icloud.account',
      identifier: () => `${defaults.text(12)}@example.com`,
      info: nothing(),
      parent: nothing(),
      validated: () => false,
      locked_until: nothing(),
      state: () => 'unvalidated',
      date_created: defaults.stamp,
    },
    session: {
      id: primaryKey(defaults.uuid),
      organisation: () => 1,
      key: () => 1,
      user: () => 1,
      source: () => 1,
      state: () => 'pending',
      error: nothing(),
      date_created: defaults.stamp,
      date_expired: nothing(),
    },
    task: {
      id: primaryKey(defaults.uuid),
      organisation: () => 1,
      key: () => 1,
      user: nothing(),
      source: nothing(),
      session: nothing(),
      poll: nothing(),
      source_type: nothing(),
      type: () => 'session.init',
      target: () => 1,
      state: () => 'pending',
      results: () => [] as never,
      error: nothing(),
      date_created: defaults.stamp,
      date_started: nothing(),
      date_completed: nothing(),
    },
    event: {
      id: primaryKey(defaults.uuid),
      organisation: () => 1,
      type: () => 'session',
      action: () => 'expired',
      data: () => ({}) as never,
      state: () => 'pending',
      retries: () => 0,
      date_created: defaults.stamp,
      date_delivered: nothing(),
      webhook_config: nothing(),
      task: nothing(),
      attempts: () => [] as never,
    },
  } satisfies { [Name in ModelName]: { [Field in keyof Records[Name]]: unknown } }
  const models = factory(definitions)
  const store = (models as unknown as Record<symbol, Store>)[DATABASE_INSTANCE] as Store
  // Its events would carry a copy of each record, but records are frozen.
  store.serializeEntity = (row) => row
  const plain = models as unknown as Record<string, Model<never>>
  const named = Object.entries(definitions).map(([name, definition]) => [
    name,
    careful(name as ModelName, plain[name] as Model<never>, Object.keys(definition), store),
  ])
  return { models: Object.fromEntries(named) as Models, store }
}

/** A record as @mswjs/data stores it: marked with its model and the name of its key. */
export function stored<Row extends object>(model: ModelName, row: Row): Row {
  // A spread beside computed keys is five times slower.
  return frozen(Object.assign({ [ENTITY_TYPE]: model, [PRIMARY_KEY]: 'id' }, row))
}

/** Freezes a record and all within it: what changes in place would reach neither the indexes nor a snapshot. */
export function frozen<Row extends object>(row: Row): Row {
  for (const value of Object.values(row)) if (typeof value === 'object' && value !== null) frozen(value)
  return Object.freeze(row)
}

/**
 * A model of @mswjs/data whose records are frozen, which refuses unknown fields, and whose updates replace each field
 * whole: its own merge objects, pass over what they do not know in silence, and cannot copy frozen records.
 */
function careful<R extends { readonly id: string | number }>(
  name: ModelName,
  model: Model<R>,
  fields: readonly string[],
  store: Store,
): Model<R> {
  const change = (row: R, data: Partial<R>): R => {
    const next = { ...row } as Record<string, unknown>
    for (const [field, value] of Object.entries(data)) {
      if (!Object.hasOwn(row, field)) throw new Error(`Failed to update a ${name}: it has no field "${field}".`)
      next[field] = typeof value === 'function' ? value(next[field], row) : value
    }
    if (next.id !== row.id && store.getModel(name).has(next.id as R['id'])) {
      throw new Error(`Failed to update a ${name}: there is one of the ID ${JSON.stringify(next.id)} already.`)
    }
    store.update(name, row, frozen(next))
    return next as R
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
  return {
    create: (values) => frozen(model.create(values)),
    count: (query) => model.count(checked(query)),
    findFirst: (query) => model.findFirst(checked(query)),
    findMany: (query) => model.findMany(checked(query)),
    getAll: () => model.getAll(),
    delete: (query) => model.delete(checked(query)),
    deleteMany: (query) => model.deleteMany(checked(query)),
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
