import { useMemo, useState } from 'preact/hooks'
import type { Rows } from './api.ts'
import { useApi, useInspector, useStore } from './context.ts'
import { Grid } from './grid.tsx'
import { formatStamp } from './instant.ts'
import { Empty, Filter, StateMark } from './parts.tsx'
import { RecordPane } from './record-pane.tsx'
import { chosen, newestFirst, type Order, type Row } from './rows.ts'
import type { Column } from './tables.ts'

/** A table for each resource, and the details of one record. */
export function Records() {
  const { route, go } = useInspector()
  const store = useStore()
  const api = useApi()
  const table = api.table(route.resource)
  const { resource } = table
  const [filters, setFilters] = useState<Readonly<Record<string, string>>>({})
  const [orders, setOrders] = useState<Readonly<Record<string, Order>>>({})
  const filter = filters[resource] ?? ''
  const order = orders[resource] ?? newestFirst
  const all = store.rows(resource)
  const rows = useMemo(() => chosen(all.values(), filter, order), [all, store.version(resource), filter, order])
  const opened = route.id === undefined ? undefined : rowOf(all, route.id)
  return (
    <div class="split" data-open={route.id !== undefined}>
      <section class="list" aria-label={table.title}>
        <nav class="subtabs" aria-label="Resources">
          {api.tables.map((one) => (
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
            hint={table.example}
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
          cell={(row, column) => <Cell resource={resource} row={row} column={column} rows={store.rows} />}
          open={({ id }) => go({ view: 'records', resource, id: String(id) })}
          opened={route.id}
          order={order}
          onOrder={(next) => setOrders({ ...orders, [resource]: next })}
          empty={
            all.size === 0 ? (
              <Empty title={`No ${table.title.toLowerCase()} yet`}>{table.hint}</Empty>
            ) : (
              <Empty title="Nothing matches the filter">
                Take a word away, or write a field and a value: {table.condition}
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

/** A row by its ID as it stands in the URL. */
export const rowOf = (rows: ReadonlyMap<Row['id'], Row>, id: string) => rows.get(id) ?? rows.get(Number(id))

interface CellProps {
  readonly resource: string
  readonly row: Row
  readonly column: Column
  readonly rows: (resource: string) => Rows
}

function Cell({ resource, row, column: { field, kind, to }, rows }: CellProps) {
  const api = useApi()
  const value = row[field]
  const target = to ? rows(to).get(value as Row['id']) : undefined
  if (to && target) {
    return (
      <>
        {api.labelOf(to, target, rows)} <span class="none number">{String(target.id)}</span>
      </>
    )
  }
  if (kind === 'state') return <StateMark resource={resource} state={String(value)} />
  if (value === null || value === undefined) return <span class="none">–</span>
  return kind === 'date' ? formatStamp(value) : String(value)
}
