import { useMemo, useState } from 'preact/hooks'
import { useInspector, useStore } from './context.ts'
import { Grid } from './grid.tsx'
import { formatStamp } from './instant.ts'
import { Empty, Filter, Mark } from './parts.tsx'
import { RecordPane } from './record-pane.tsx'
import { type Column, chosen, newestFirst, type Order, type Row, tableOf, tables } from './rows.ts'

/** The resources as tables, and one record beside. */
export function Records() {
  const { route, go } = useInspector()
  const store = useStore()
  const table = tableOf(route.resource ?? 'session')
  const { resource } = table
  const [filters, setFilters] = useState<Readonly<Record<string, string>>>({})
  const [orders, setOrders] = useState<Readonly<Record<string, Order>>>({})
  const filter = filters[resource] ?? ''
  const order = orders[resource] ?? newestFirst
  const all = store.rows(resource)
  const sources = store.rows('source')
  const rows = useMemo(() => chosen(all.values(), filter, order), [all, store.version(resource), filter, order])
  const opened = route.id === undefined ? undefined : rowOf(all, route.id)
  return (
    <div class="split" data-open={route.id !== undefined}>
      <section class="list" aria-label={table.title}>
        <nav class="subtabs" aria-label="Resources">
          {tables.map((one) => (
            <button
              key={one.resource}
              type="button"
              aria-current={one === table ? 'true' : undefined}
              onClick={() => go({ view: 'records', resource: one.resource })}
            >
              {one.title} <span class="count">{store.rows(one.resource).size.toLocaleString('en-GB')}</span>
            </button>
          ))}
        </nav>
        <div class="bar">
          <Filter
            value={filter}
            change={(text) => setFilters({ ...filters, [resource]: text })}
            label={`Filter ${table.title.toLowerCase()}`}
            hint="active, user:1, renate"
          />
          <span class="hint number" role="status">
            {rows.length.toLocaleString('en-GB')} of {all.size.toLocaleString('en-GB')}
          </span>
        </div>
        <Grid
          key={resource}
          label={table.title}
          columns={table.columns}
          rows={rows}
          keyOf={({ id }) => String(id)}
          cell={(row, column) => cellOf(row, column, sources)}
          open={({ id }) => go({ view: 'records', resource, id: String(id) })}
          opened={route.id}
          order={order}
          onOrder={(next) => setOrders({ ...orders, [resource]: next })}
          empty={
            all.size === 0 ? (
              <Empty title={`No ${table.title.toLowerCase()} yet`}>{table.empty}</Empty>
            ) : (
              <Empty title="Nothing matches the filter">
                Take a word away, or write a field and a value: state:active
              </Empty>
            )
          }
        />
      </section>
      {route.id !== undefined && (
        <RecordPane
          key={`${resource} ${route.id}`}
          resource={resource}
          id={route.id}
          row={opened}
          close={() => go({ view: 'records', resource })}
        />
      )}
    </div>
  )
}

/** A row by its ID as an address writes it. */
export const rowOf = (rows: ReadonlyMap<Row['id'], Row>, id: string) => rows.get(id) ?? rows.get(Number(id))

function cellOf(row: Row, { field, kind }: Column, sources: ReadonlyMap<Row['id'], Row>) {
  const value = row[field]
  const source = field === 'source' ? sources.get(value as Row['id']) : undefined
  if (source) {
    return (
      <>
        {String(source.identifier)} <span class="none number">{String(source.id)}</span>
      </>
    )
  }
  if (kind === 'state') return <Mark state={String(value)} />
  if (kind === 'date') return value ? formatStamp(value) : <span class="none">–</span>
  return value === null || value === undefined ? <span class="none">–</span> : String(value)
}
