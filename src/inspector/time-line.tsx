import { useId, useMemo, useState } from 'preact/hooks'
import type { Upcoming } from '../control/clock.ts'
import type { Api, Rows } from './api.ts'
import { ComingUp, Marks } from './coming-up.tsx'
import { useApi, useInspector, useNow, useStore, useViewport, visible } from './context.ts'
import { day, hour, parseInstant } from './instant.ts'
import { type Line, LineRow } from './line-row.tsx'
import { Empty, Filter } from './parts.tsx'
import { usePointer } from './pointer.ts'
import { RecordPane } from './record-pane.tsx'
import { rowOf } from './records.tsx'
import { chosen, newestFirst, type Row } from './rows.ts'
import { fitted, following, panned, type Span, shareOf, ticksOf, zoomed } from './scale.ts'

const rowHeight = 32
const headHeight = 64

/** Records as bars on the virtual clock, due work, and the present. */
export function TimeLine() {
  const { route, go, amend } = useInspector()
  const { filter = '' } = route
  const store = useStore()
  const now = useNow()
  const id = useId()
  const { ref, top, width, height } = useViewport<HTMLDivElement>()
  const [cursor, setCursor] = useState(-1)

  const labels = width < 620 ? 112 : 232
  const plot = Math.max(1, width - labels)
  const api = useApi()
  const version = api.lines.map(({ name }) => store.version(name)).join()
  const lines = useMemo(() => linesOf(api, store.rows, filter), [api, version, filter])
  const upcoming = useMemo(() => byRecord(api, store.upcoming), [api, store.upcoming])
  const titles = api.lines.map(({ title }) => title.toLowerCase())
  const first = api.tables.find(({ resource }) => api.lines.some(({ name }) => name === resource))
  const [usual] = useState(() => usualSpan({ upcoming: store.upcoming, now }))
  const base = route.from && route.to ? { from: parseInstant(route.from), to: parseInstant(route.to) } : usual
  const [follows, setFollows] = useState(route.from === undefined || isIn(now, base))
  const span = follows ? following(base, now) : base

  const showSpan = (next: Span, keepsFollowing = false) => {
    amend({ from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() })
    setFollows(keepsFollowing)
  }
  const zoom = (factor: number, share = Math.min(1, Math.max(0, shareOf(now, span)))) =>
    showSpan(zoomed(span, factor, share), follows)
  const fit = () => showSpan(wholeSpan(store.rows(first?.resource ?? '').values(), { upcoming: store.upcoming, now }))
  usePointer(ref, labels, plot, span, showSpan)

  const move = (to: number) => {
    const index = Math.min(lines.length - 1, Math.max(0, to))
    setCursor(index)
    const element = ref.current
    if (!element) return
    const [from, until] = [index * rowHeight, (index + 1) * rowHeight + headHeight]
    if (from < element.scrollTop) element.scrollTop = from
    else if (until > element.scrollTop + element.clientHeight) element.scrollTop = until - element.clientHeight
  }
  const open = (line: Line) => go({ ...route, resource: line.resource.name, id: String(line.row.id) })
  const page = Math.max(1, Math.floor((height - headHeight) / rowHeight) - 1)
  const keyed: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(cursor + 1),
    ArrowUp: () => move(cursor - 1),
    PageDown: () => move(cursor + page),
    PageUp: () => move(cursor - page),
    Home: () => move(0),
    End: () => move(lines.length - 1),
    ArrowLeft: () => showSpan(panned(span, -0.1)),
    ArrowRight: () => showSpan(panned(span, 0.1)),
    '+': () => zoom(0.7),
    '=': () => zoom(0.7),
    '-': () => zoom(1 / 0.7),
    '0': fit,
    n: () => showSpan(panned(span, shareOf(now, span) - 0.66), true),
    Enter: () => lines[cursor] && open(lines[cursor] as Line),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const work = keyed[event.key]
    if (event.target !== event.currentTarget || !work || event.ctrlKey || event.metaKey || event.altKey) return
    work()
    event.preventDefault()
  }
  const at = (instant: number) => `${shareOf(instant, span) * 100}%`
  const seen = visible(top, height - headHeight, rowHeight, lines.length)
  const nowShare = shareOf(now, span)
  return (
    <div class="split time-view">
      <section class="list" aria-label="Time line">
        <div class="bar">
          <Filter label={`Filter ${titles.join(' and ')}`} example={first?.example ?? ''} />
          <div class="buttons" role="group" aria-label="Part of time that is seen">
            <button type="button" class="button" onClick={() => zoom(0.5)} aria-label="Zoom in">
              +
            </button>
            <button type="button" class="button" onClick={() => zoom(2)} aria-label="Zoom out">
              −
            </button>
            <button type="button" class="button" onClick={fit}>
              Fit
            </button>
            <button type="button" class="button" aria-pressed={follows} onClick={() => keyed.n?.()}>
              Now
            </button>
          </div>
          <span id={`${id}-keys`} class="hint wide-only">
            ←→ pan · +− zoom · 0 fit · N now · ↑↓ Enter open
          </span>
        </div>
        <div
          class="time-line"
          role="grid"
          aria-label={`Time line of ${titles.join(' and ')}`}
          aria-describedby={`${id}-keys`}
          aria-rowcount={lines.length}
          aria-activedescendant={seen.includes(cursor) ? `${id}-${cursor}` : undefined}
          tabIndex={0}
          ref={ref}
          style={{ '--labels': `${labels}px` }}
          onKeyDown={onKeyDown}
          onFocus={() => cursor < 0 && setCursor(0)}
        >
          <div class="axis" role="presentation">
            <div class="axis-plot">
              {ticksOf(span, plot).map((tick) => (
                <span key={tick.at} class="tick" data-major={tick.major} style={{ left: at(tick.at) }}>
                  {tick.label}
                </span>
              ))}
              <Marks span={span} plot={plot} />
              {nowShare >= 0 && nowShare <= 1 && (
                <span class="now-label" style={{ left: at(now) }}>
                  now
                </span>
              )}
            </div>
          </div>
          <div class="lines" role="rowgroup" style={{ height: `${lines.length * rowHeight}px` }}>
            <div class="lines-plot" aria-hidden="true">
              {ticksOf(span, plot).map((tick) => (
                <i key={tick.at} class="rule" data-major={tick.major} style={{ left: at(tick.at) }} />
              ))}
              {nowShare >= 0 && nowShare <= 1 && <i class="now-line" style={{ left: at(now) }} />}
            </div>
            {seen.map((index) => {
              const line = lines[index] as Line
              return (
                <LineRow
                  key={keyOf(line.resource.name, line.row.id)}
                  id={`${id}-${index}`}
                  line={line}
                  index={index}
                  top={index * rowHeight}
                  isCursor={index === cursor}
                  isFirst={line.resource !== lines[index - 1]?.resource}
                  span={span}
                  now={now}
                  upcoming={upcoming.get(keyOf(line.resource.name, line.row.id)) ?? []}
                  open={() => open(line)}
                />
              )
            })}
          </div>
        </div>
        {lines.length === 0 && (
          <Empty title={filter ? 'Nothing matches the filter' : `No ${titles.join(' and no ')} yet`}>
            {filter ? 'Take a word away.' : first?.hint}
          </Empty>
        )}
      </section>
      {route.resource !== undefined && route.id !== undefined ? (
        <RecordPane
          key={keyOf(route.resource, route.id)}
          resource={route.resource}
          id={route.id}
          row={rowOf(store.rows(route.resource), route.id)}
        />
      ) : (
        <ComingUp />
      )}
    </div>
  )
}

const linesOf = (api: Api, rows: (resource: string) => Rows, filter: string): readonly Line[] =>
  api.lines.flatMap((resource) =>
    chosen(rows(resource.name).values(), filter, newestFirst, (row) => api.fieldsOf(resource.name, row, rows)).map(
      (row): Line => ({ resource, row }),
    ),
  )

const isIn = (at: number, span: Span) => at >= span.from && at <= span.to

/** From the oldest record to now, and half as long ahead; due work beyond that, perhaps years ahead, is left out. */
function wholeSpan(rows: Iterable<Row>, { upcoming, now }: Timing): Span {
  const begun = Array.from(rows, ({ date_created }) => parseInstant(String(date_created)))
  const past = begun.reduce((least, at) => Math.min(least, at), now)
  const most = now + Math.max((now - past) / 2, day / 2)
  return fitted([past, ...upcoming.map(({ at }) => parseInstant(at)).filter((at) => at <= most)], now)
}

/** The due work of the next day, and about as long before now. */
function usualSpan({ upcoming, now }: Timing): Span {
  const coming = upcoming.map(({ at }) => parseInstant(at)).filter((at) => at <= now + day)
  const ahead = Math.max(2 * hour, ...coming.map((at) => at - now))
  return fitted([now - ahead - 2 * hour, now + ahead], now)
}

interface Timing {
  readonly upcoming: readonly Upcoming[]
  readonly now: number
}

const keyOf = (resource: string | undefined, id: Row['id']) => `${resource} ${id}`

const byRecord = (api: Api, upcoming: readonly Upcoming[]): ReadonlyMap<string, readonly Upcoming[]> =>
  Map.groupBy(upcoming, ({ action, id }) => keyOf(api.resourceOfWork(action), id))
