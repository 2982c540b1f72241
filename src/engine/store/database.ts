import type { ModelName, Records } from '../../ricloud/resources/records.ts'
import { createModels, type Defaults, type Models } from './models.ts'
import { type Indexes, type PackedTable, Table, type TableState } from './table.ts'

/** Every table of a world. */
export type Tables = { readonly [Name in ModelName]: Table<Records[Name]> }

type Definitions = { readonly [Name in ModelName]: Indexes<Records[Name]> }

const organisation = (row: { organisation: number }) => row.organisation

/** What each model is looked up by: its documented filters, and what the rules ask for. */
const indexes: Definitions = {
  organisation: { organisation: (row) => row.id },
  permissions: { organisation },
  storage_config: { organisation, fields: ['state'] },
  webhook_config: { organisation, fields: ['state'] },
  key: { organisation, fields: ['type', 'state'], unique: (key) => [key.token, ...key.tokens_in_grace] },
  user: { organisation, fields: ['key', 'identifier', 'state'] },
  source: { organisation, fields: ['key', 'user', 'type', 'identifier', 'parent', 'state'] },
  session: { organisation, fields: ['key', 'user', 'source', 'state'], dates: ['date_expired'] },
  task: { organisation, fields: ['key', 'user', 'source', 'session', 'type', 'state'] },
  event: { organisation, fields: ['type', 'action', 'state', 'webhook_config'] },
}

export interface Database {
  /** The plain models, for arranging and looking at a world in tests. */
  readonly models: Models
  readonly tables: Tables
  save(): DatabaseState
  restore(state: DatabaseState): void
  /** As plain data. */
  pack(state: DatabaseState): PackedDatabase
  unpack(packed: PackedDatabase): DatabaseState
}

type PackedDatabase = ReadonlyMap<ModelName, PackedTable>

export type DatabaseState = ReadonlyMap<ModelName, TableState>

/**
 * Makes an empty database.
 *
 * @param defaults what a plain `create` gives a record that was not given it
 * @param written told of every record that came, changed or went, by whatever way
 */
export function createDatabase(
  defaults: Omit<Defaults, 'id'>,
  written: (model: ModelName, previous: object | undefined, next: object | undefined) => void = () => {},
): Database {
  const { models, store } = createModels({ ...defaults, id: (name) => tables[name].nextId() })
  const names = Object.keys(indexes) as ModelName[]
  const tables = Object.fromEntries(
    names.map((name) => [name, new Table(name, store, indexes[name] as Indexes<never>)]),
  ) as unknown as Tables

  const reindex = (model: string, previous: object | undefined, next: object | undefined) =>
    tables[model as ModelName].reindex(previous as never, next as never)
  store.events.on('create', (_, model, row) => reindex(model, undefined, row))
  store.events.on('update', (_, model, previous, next) => {
    reindex(model, previous, next)
    written(model as ModelName, previous, next)
  })
  // The event of a creation comes before the record is there.
  const create = store.create.bind(store)
  store.create = (model, row) => {
    create(model, row)
    written(model, undefined, row)
  }
  // That of a deletion comes when the record is gone, and names its ID alone.
  const remove = store.delete.bind(store)
  store.delete = (model, id) => {
    const row = tables[model as ModelName].get(id)
    remove(model, id)
    if (!row) return
    reindex(model, row, undefined)
    written(model as ModelName, row, undefined)
  }

  return {
    models,
    tables,
    save: () => new Map(names.map((name) => [name, tables[name].save()])),
    restore: (state) => {
      for (const [name, table] of state) tables[name].restore(table)
    },
    pack: (state) => new Map(Array.from(state, ([name, table]) => [name, tables[name].pack(table)])),
    unpack: (packed) => new Map(Array.from(packed, ([name, table]) => [name, tables[name].unpack(table)])),
  }
}
