import type { ApiTypes, NameOf } from '../api-types.ts'
import type { Defaults } from '../attribute.ts'
import { attributesOf, type Definition, type Definitions } from '../resource.ts'
import type { Id } from './index-range.ts'
import { createModels, type Models, type WriteObserver } from './models.ts'
import type { Indexes } from './record-indexes.ts'
import { type PackedTable, Table, type TableState } from './table.ts'

/** The tables of a world, by resource. */
export type Tables<A extends ApiTypes> = { readonly [Name in NameOf<A>]: Table<A['records'][Name]> }

/** The indexes of a resource: its filters, and the lookups of rules. */
function indexesOf(definition: Definition): Indexes {
  const { filters, lookups = [], owner = 'id', unique = [] } = definition
  const attributes = attributesOf(definition)
  const names = [...filters, ...lookups].filter((name) => name !== owner && name !== 'date_created')
  const isDate = (name: string) => attributes[name]?.type === 'datetime'
  return { owner, fields: names.filter((name) => !isDate(name)), dates: names.filter(isDate), unique }
}

export interface Database<A extends ApiTypes> {
  /** The @mswjs/data models, for tests. */
  readonly models: Models<A>
  readonly tables: Tables<A>
  save(): DatabaseState
  restore(state: DatabaseState): void
  pack(state: DatabaseState): PackedDatabase
  unpack(packed: PackedDatabase): DatabaseState
}

type PackedDatabase = ReadonlyMap<string, PackedTable>

export type DatabaseState = ReadonlyMap<string, TableState>

/**
 * Makes an empty database.
 *
 * @param defaults generate the values that a `create` of a model leaves out
 * @param written called for every record that is created, changed or deleted, through tables or models
 * @param observe runs every write through a model
 */
export function createDatabase<A extends ApiTypes>(
  definitions: Definitions,
  defaults: Omit<Defaults, 'id'>,
  written: (resource: NameOf<A>, previous: never, next: never) => void,
  observe: WriteObserver = (_, run) => run(),
): Database<A> {
  const nextId = (name: string) => tables[name]?.nextId() ?? 1
  const { models, store } = createModels<A>(definitions, { ...defaults, id: nextId }, observe)
  const names = Object.keys(definitions)
  const tables: Record<string, Table<never>> = {}
  for (const [name, definition] of Object.entries(definitions)) {
    const { partOf = [] } = definition
    const changed = (previous: Readonly<Record<string, Id>> | undefined, next: typeof previous) => {
      for (const whole of partOf) {
        for (const row of [previous, next]) {
          const id = row?.[whole]
          if (id !== undefined) tables[whole]?.forgetParts(id)
        }
      }
      written(name as NameOf<A>, previous as never, next as never)
    }
    tables[name] = new Table<never>(name, store.getModel(name) as Map<Id, never>, indexesOf(definition), changed)
  }
  // In place of the writes of @mswjs/data, which emit events with copies of the records.
  store.create = (model, row) => tables[model]?.write(undefined, row as never)
  store.update = (model, previous, next) => tables[model]?.write(previous as never, next as never)
  store.delete = (model, id) => tables[model]?.delete({ id } as never)

  return {
    models,
    tables: tables as unknown as Tables<A>,
    save: () => new Map(names.map((name) => [name, (tables[name] as Table<never>).save()])),
    restore: (state) => {
      for (const [name, table] of state) tables[name]?.restore(table)
    },
    pack: (state) => new Map(Array.from(state, ([name, table]) => [name, (tables[name] as Table<never>).pack(table)])),
    unpack: (packed) =>
      new Map(Array.from(packed, ([name, table]) => [name, (tables[name] as Table<never>).unpack(table)])),
  }
}
