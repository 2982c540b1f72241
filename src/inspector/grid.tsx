import type { ComponentChildren } from 'preact'
import { useEffect, useId, useReducer, useRef, useState } from 'preact/hooks'
import { useViewport, visible } from './context.ts'
import { formatCount } from './format-count.ts'
import { type Order, ordered, steady } from './rows.ts'
import type { Column } from './tables.ts'

const rowHeight = 36
const headHeight = 34

interface Props<T> {
  readonly label: string
  readonly columns: readonly Column[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly cell: (row: T, column: Column) => ComponentChildren
  readonly open: (row: T) => void
  readonly opened?: string | undefined
  readonly order?: Order
  readonly onOrder?: (order: Order) => void
  readonly empty: ComponentChildren
  /** What was chosen: rows may move when it changes. */
  readonly choice: string
}

/** A table that renders only the rows in view. Arrow keys move the cursor, Enter opens a row. */
export function Grid<T>(props: Props<T>) {
  const { label, columns, keyOf, cell, open, opened, order, onOrder, empty, choice } = props
  const id = useId()
  const { ref, top, height } = useViewport<HTMLDivElement>()
  const [cursor, setCursor] = useState<string | undefined>(opened)
  const [hasFocus, setFocus] = useState(false)
  const [hasPointer, setPointer] = useState(false)
  const isHeld = opened !== undefined || hasPointer || hasFocus || top > 0
  const { rows, fresh, release } = useSteady(props.rows, keyOf, isHeld, choice)
  useEffect(() => {
    if (opened !== undefined) setCursor(opened)
  }, [opened])

  const at = hasFocus && cursor !== undefined ? rows.findIndex((row) => keyOf(row) === cursor) : -1
  const move = (to: number) => {
    const index = Math.min(rows.length - 1, Math.max(0, to))
    const row = rows[index]
    const element = ref.current
    if (!row || !element) return
    setCursor(keyOf(row))
    const [from, until] = [index * rowHeight, (index + 1) * rowHeight + headHeight]
    if (from < element.scrollTop) element.scrollTop = from
    else if (until > element.scrollTop + element.clientHeight) element.scrollTop = until - element.clientHeight
  }
  const page = Math.max(1, Math.floor((height - headHeight) / rowHeight) - 1)
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: rows.length - 1,
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const to = moves[event.key]
    const row = rows[at]
    if (to !== undefined) move(to)
    else if ((event.key === 'Enter' || event.key === ' ') && row) open(row)
    else return
    event.preventDefault()
  }
  const widths = (some: readonly Column[]) => some.map(({ width }) => width).join(' ')
  const seen = visible(top, height - headHeight, rowHeight, rows.length)
  return (
    <div class="grid-frame" onPointerEnter={() => setPointer(true)} onPointerLeave={() => setPointer(false)}>
      <div
        class="grid"
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at >= 0 && seen.includes(at) ? `${id}-${cursor}` : undefined}
        tabIndex={0}
        ref={ref}
        style={{
          '--columns': widths(columns),
          '--columns-middle': widths(columns.filter(({ minor }) => minor !== 2)),
          '--columns-narrow': widths(columns.filter(({ minor }) => !minor)),
        }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          setFocus(true)
          if (cursor === undefined && rows[0]) setCursor(keyOf(rows[0]))
        }}
        onBlur={() => setFocus(false)}
        onPointerOver={titleIfCut}
      >
        <div role="rowgroup" class="grid-head">
          <div role="row" class="grid-row" aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.field} column={column} order={order} onOrder={onOrder} />
            ))}
          </div>
        </div>
        <div role="rowgroup" class="grid-body" style={{ height: `${rows.length * rowHeight}px` }}>
          {seen.map((index) => {
            const row = rows[index] as T
            const key = keyOf(row)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens to keys
              <div
                key={key}
                id={`${id}-${key}`}
                role="row"
                class="grid-row"
                aria-rowindex={index + 2}
                aria-selected={key === opened}
                data-cursor={index === at}
                style={{ transform: `translateY(${index * rowHeight}px)` }}
                onClick={() => {
                  setCursor(key)
                  open(row)
                }}
              >
                {columns.map((column) => (
                  <div key={column.field} role="gridcell" class={classOf(column)}>
                    {cell(row, column)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      {fresh > 0 && (
        <button
          type="button"
          class="button fresh"
          onClick={() => {
            release()
            ref.current?.scrollTo({ top: 0 })
          }}
        >
          {formatCount(fresh)} new ↑
        </button>
      )}
      {rows.length === 0 && empty}
    </div>
  )
}

/** Gives a cell that is too narrow for its text that text as its title. */
function titleIfCut({ target }: PointerEvent) {
  const cell = (target as Element).closest<HTMLElement>('.cell')
  if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? (cell.textContent ?? '') : ''
}

/** Rows that do not move while they are held; `release` shows the latest once. */
function useSteady<T>(latest: readonly T[], keyOf: (row: T) => string, isHeld: boolean, choice: string) {
  const shown = useRef<{ rows: readonly T[]; choice: string | null }>({ rows: latest, choice })
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  const isKept = isHeld && shown.current.choice === choice && shown.current.rows.length > 0
  const { rows, fresh } = isKept ? steady(shown.current.rows, latest, keyOf) : { rows: latest, fresh: 0 }
  shown.current = { rows, choice }
  const release = () => {
    shown.current = { rows: [], choice: null }
    render()
  }
  return { rows, fresh, release }
}

const classOf = ({ kind, minor, isBelow }: Column) =>
  `cell ${kind ?? 'text'}${minor ? ` minor-${minor}` : ''}${isBelow ? ' below' : ''}`

function Head(props: { column: Column; order: Order | undefined; onOrder: ((order: Order) => void) | undefined }) {
  const { column, order, onOrder } = props
  const isSorted = order?.field === column.field
  const sort = isSorted ? (order.descending ? 'descending' : 'ascending') : undefined
  return (
    <div role="columnheader" class={classOf(column)} aria-sort={sort}>
      {order && onOrder ? (
        <button type="button" class="sort" onClick={() => onOrder(ordered(order, column.field))}>
          {column.title}
          <span aria-hidden="true">{isSorted ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      ) : (
        column.title
      )}
    </div>
  )
}
