import { useMemo } from 'preact/hooks'
import type { Rows } from './api.ts'
import { useApi, useInspector, useStore } from './context.ts'
import { Filter } from './filter-field.tsx'
import { formatCount } from './format-count.ts'
import { Grid } from './grid.tsx'
import { formatStamp } from './instant.ts'
import { StateMark } from './marks.tsx'
import { Empty } from './parts.tsx'
import { RecordPane } from './record-pane.tsx'
import { chosen, orderOf, type Row, sortOf } from './rows.ts'
import type { Column } from './tables.ts'

/** A table for each resource, and the details of one record. */
export function Records() {
  const { route, go, amend } = useInspector()
  const store = useStore()
  const api = useApi()
  const table = api.table(route.resource)
  const { resource } = table
  const { filter = '', sort, id } = route
  const order = orderOf(sort)
  const all = store.rows(resource)
  const rows = useMemo(
    () => chosen(all.values(), filter, order, (row) => api.fieldsOf(resource, row, store.rows)),
    [api, all, store.version(resource), filter, sort],
  )
  const opened = id === undefined ? undefined : rowOf(all, id)
  return (
    <div class="split" data-open={id !== undefined}>
      <section class="list" aria-label={table.title}>
        <nav class="subtabs" aria-label="Resources">
          {api.tables.map((one) => (
            <button
              key={one.resource}
              type="button"
              aria-current={one === table ? 'true' : undefined}
              onClick={() => go({ view: 'records', resource: one.resource })}
            >
              {one.title} <span class="count">{formatCount(store.rows(one.resource).size)}</span>
            </button>
          ))}
        </nav>
        <div class="bar">
          <Filter label={`Filter ${table.title.toLowerCase()}`} example={table.example} />
          <span class="hint number" role="status">
            {formatCount(rows.length)} of {formatCount(all.size)}
          </span>
        </div>
        <Grid
          key={resource}
          label={table.title}
          columns={table.columns}
          rows={rows}
          choice={`${filter} ${sort} ${store.version('loaded')}`}
          keyOf={({ id }) => String(id)}
          cell={(row, column) => <Cell resource={resource} row={row} column={column} rows={store.rows} />}
          open={({ id }) => go({ ...route, resource, id: String(id) })}
          opened={id}
          order={order}
          onOrder={(next) => amend({ sort: sortOf(next) })}
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
      {id !== undefined && <RecordPane key={`${resource} ${id}`} resource={resource} id={id} row={opened} />}
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
