import { useId, useMemo, useRef, useState } from 'preact/hooks'
import type { Upcoming } from '../control/clock.ts'
import type { Api } from './api.ts'
import { ComingUp, Marks } from './coming-up.tsx'
import { useApi, useInspector, useNow, useStore, useViewport, visible } from './context.ts'
import { Filter } from './filter-field.tsx'
import { day, hour, parseInstant } from './instant.ts'
import { Lanes } from './lanes.tsx'
import { LineRow } from './line-row.tsx'
import { keyOf, type Line, linesOf, partsOf } from './lines.ts'
import { NamesHandle } from './names-handle.tsx'
import { Empty } from './parts.tsx'
import { usePointer } from './pointer.ts'
import { RecordPane } from './record-pane.tsx'
import { rowOf } from './records.tsx'
import { fitted, following, magnified, panned, type Span, shareOf, ticksOf, wholeSpan, zoomed } from './scale.ts'

const rowHeight = 32
const headHeight = 104

/** Records as bars on the virtual clock, due work, calls and webhooks, and the present. */
export function TimeLine() {
  const { route, go, amend } = useInspector()
  const { filter = '' } = route
  const store = useStore()
  const now = useNow()
  const id = useId()
  const { ref, top, width, height } = useViewport<HTMLDivElement>()
  const [cursor, setCursor] = useState(-1)

  const labels = Math.min(route.names ?? (width < 620 ? 112 : 232), Math.max(60, width - 80))
  const plot = Math.max(1, width - labels)
  const api = useApi()
  const version = api.lines.map(({ name }) => store.version(name)).join()
  const lines = useMemo(() => linesOf(api, store.rows, filter), [api, version, filter])
  const parts = useMemo(() => partsOf(api, store.rows), [api, version])
  const upcoming = useMemo(() => byRecord(api, store.upcoming), [api, store.upcoming])
  const titles = api.lines.filter(({ time_line }) => !time_line?.part_of).map(({ title }) => title.toLowerCase())
  const first = api.tables.find(({ resource }) => api.lines.some(({ name }) => name === resource))
  const [usual] = useState(() => usualSpan(parseInstant(store.report?.began ?? ''), dueIn(store.upcoming), now))
  const base = route.from && route.to ? { from: parseInstant(route.from), to: parseInstant(route.to) } : usual
  const [follows, setFollows] = useState(route.from === undefined || isIn(now, base))
  const span = follows ? following(base, now) : base

  const showSpan = (next: Span, keepsFollowing = false) => {
    amend({ from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() })
    setFollows(keepsFollowing)
  }
  const zoom = (factor: number, share = Math.min(1, Math.max(0, shareOf(now, span)))) =>
    showSpan(zoomed(span, factor, share), follows)
  const fit = () => {
    showSpan(wholeSpan(parseInstant(store.report?.began ?? ''), dueIn(store.upcoming), now), true)
  }
  /** The span before a life was magnified. */
  const unmagnified = useRef<Span | null>(null)
  const magnify = (line: Line | undefined) => {
    if (unmagnified.current) showSpan(unmagnified.current)
    else if (line) showSpan(magnified(lifeOf(line, store.historyOf(line.resource.name, line.row.id), now)))
    unmagnified.current = unmagnified.current || !line ? null : span
  }
  const isOpen = ({ resource, row }: Line) => resource.name === route.resource && String(row.id) === route.id
  const chosen = lines.find(isOpen) ?? lines[cursor]
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
    z: () => magnify(chosen),
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
            <button type="button" class="button" onClick={() => zoom(0.5)} aria-label="Zoom in" title="Key +">
              +
            </button>
            <button type="button" class="button" onClick={() => zoom(2)} aria-label="Zoom out" title="Key −">
              −
            </button>
            <button type="button" class="button" title="Since the world began; key 0" onClick={fit}>
              Fit
            </button>
            <button
              type="button"
              class="button"
              aria-pressed={unmagnified.current !== null}
              disabled={!chosen && unmagnified.current === null}
              title="Fill the width with the life of the chosen record; key Z"
              onClick={() => magnify(chosen)}
            >
              Magnify
            </button>
            <button type="button" class="button" aria-pressed={follows} title="Key N" onClick={() => keyed.n?.()}>
              Follow now
            </button>
          </div>
          <span id={`${id}-keys`} class="hint keys">
            ←→ pan · +− zoom · 0 fit · Z magnify · N now · ↑↓ Enter open
          </span>
        </div>
        <div class="time-frame" style={{ '--labels': `${labels}px` }}>
          <NamesHandle width={labels} most={Math.max(60, width - 80)} />
          {nowShare < 0 && (
            <button type="button" class="button edge" data-side="before" onClick={() => keyed.n?.()}>
              ◂ now
            </button>
          )}
          {nowShare > 1 && (
            <button type="button" class="button edge" data-side="after" onClick={() => keyed.n?.()}>
              now ▸
            </button>
          )}
          <div
            class="time-line"
            role="grid"
            aria-label={`Time line of ${titles.join(' and ')}`}
            aria-describedby={`${id}-keys`}
            aria-rowcount={lines.length}
            aria-activedescendant={seen.includes(cursor) ? `${id}-${cursor}` : undefined}
            tabIndex={0}
            ref={ref}
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
              <Lanes span={span} plot={plot} />
            </div>
            <div class="lines" role="rowgroup" style={{ height: `${lines.length * rowHeight}px` }}>
              <div class="lines-plot" aria-hidden="true">
                {ticksOf(span, plot).map((tick) => (
                  <i key={tick.at} class="rule" data-major={tick.major} style={{ left: at(tick.at) }} />
                ))}
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
                    isFirst={line.depth === 0 && line.resource !== rootAt(lines, index - 1)}
                    span={span}
                    now={now}
                    plot={plot}
                    parts={parts.get(keyOf(line.resource.name, line.row.id)) ?? []}
                    isOpen={isOpen(line)}
                    magnify={() => magnify(line)}
                    upcoming={upcoming.get(keyOf(line.resource.name, line.row.id)) ?? []}
                    open={() => {
                      setCursor(index)
                      open(line)
                    }}
                  />
                )
              })}
              {nowShare >= 0 && nowShare <= 1 && (
                <div class="lines-plot over" aria-hidden="true">
                  <i class="now-line" style={{ left: at(now) }} />
                </div>
              )}
            </div>
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

const isIn = (at: number, span: Span) => at >= span.from && at <= span.to

/** The resource of the last line at the outer edge, up to an index. */
function rootAt(lines: readonly Line[], index: number) {
  let at = index
  while (at > 0 && lines[at]?.depth) at--
  return lines[at]?.resource
}

/** From a record's creation to its last event, or to now while nothing else is known. */
function lifeOf({ row }: Line, history: readonly { readonly at: string }[], now: number): Span {
  const from = parseInstant(String(row.date_created))
  const last = history.at(-1)
  return { from, to: Math.max(from, last ? parseInstant(last.at) : now) }
}

/** The due work of the next day, and as much before now, or since the world began if that was within a day. */
function usualSpan(began: number, due: readonly number[], now: number): Span {
  const coming = due.filter((at) => at <= now + day)
  const ahead = Math.max(2 * hour, ...coming.map((at) => at - now))
  return fitted([Math.min(now - ahead - 2 * hour, Math.max(began, now - day)), now + ahead], now)
}

const dueIn = (upcoming: readonly Upcoming[]) => upcoming.map(({ at }) => parseInstant(at))

const byRecord = (api: Api, upcoming: readonly Upcoming[]): ReadonlyMap<string, readonly Upcoming[]> =>
  Map.groupBy(upcoming, ({ action, id }) => keyOf(api.resourceOfWork(action), id))
