import type { Upcoming } from '../control/clock.ts'
import { singularOf } from './api.ts'
import { barOf, gracesOf } from './bars.ts'
import { useApi, useInspector } from './context.ts'
import { formatDistance, formatLength, formatMoment, parseInstant } from './instant.ts'
import { describeParts, type Line, type Part, repetitions } from './lines.ts'
import { clustered, placeLabel, type Span, shareOf } from './scale.ts'

interface Props {
  readonly id: string
  readonly line: Line
  readonly index: number
  readonly top: number
  readonly isCursor: boolean
  /** Whether it is the first line of its resource. */
  readonly isFirst: boolean
  readonly span: Span
  readonly now: number
  /** The width of the plot in pixels. */
  readonly plot: number
  readonly upcoming: readonly Upcoming[]
  readonly parts: readonly Part[]
  readonly isOpen: boolean
  readonly open: () => void
  readonly magnify: () => void
}

/** One record with its name and its bar. */
export function LineRow(props: Props) {
  const { id, line, index, top, isCursor, isFirst, span, now, plot, upcoming, parts, isOpen, open, magnify } = props
  const { store } = useInspector().controller
  const api = useApi()
  const { resource, row, depth } = line
  const { name } = resource
  const history = store.historyOf(name, row.id)
  const bar = barOf(resource, row, history, upcoming)
  const graces = gracesOf(resource, history, upcoming)
  const replaced = resource.time_line?.grace?.of
  const toneOf = (state: string) => api.toneOf(name, state)
  const state = String(row.state)
  const place = (from: number, to: number) => {
    const left = Math.max(-0.01, shareOf(from, span))
    const right = Math.min(1.01, shareOf(to, span))
    return right <= -0.01 || left >= 1.01 || right < left
      ? undefined
      : { left: `${left * 100}%`, width: `max(6px, ${(right - left) * 100}%)` }
  }
  const last = Math.max(...bar.periods.map(({ to }) => to ?? now), bar.end?.at ?? 0)
  const endShare = shareOf(last, span)
  const begun = shareOf(parseInstant(String(row.date_created)), span)
  const next = bar.next && bar.next.at > now ? bar.next : null
  const coming = next ? place(Math.max(now, last), next.at) : undefined
  const repeated = next && resource.time_line?.repeats ? [next.at, ...repetitions(resource, row, next.at, span)] : []
  const described = describeParts(parts)
  const text = [
    state,
    ...(typeof row.error === 'string' ? [row.error] : []),
    ...(described ? [described] : []),
    ...(graces.some(({ over }) => !over) ? [`${replaced} still works`] : []),
  ].join(' · ')
  const present = shareOf(now, span)
  const side =
    endShare <= 0
      ? 'gone'
      : begun >= 1
        ? 'later'
        : placeLabel(text, { start: begun, end: endShare, now: present }, plot, repeated.length > 0)
  const between = (from: number, to: number) => ({
    left: `${from * 100}%`,
    maxWidth: `calc(${(to - from) * 100}% - 16px)`,
  })
  const label = {
    gone: { left: '0' },
    later: { right: '8px' },
    after: between(endShare, present > endShare && present < 1 ? present : 1),
    beyond: between(present, 1),
    before: { right: `${(1 - begun) * 100}%`, maxWidth: `calc(${begun * 100}% - 12px)` },
    inside: { right: `${Math.max(0, 1 - endShare) * 100}%` },
  }[side]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens to keys
    <div
      id={id}
      role="row"
      class="line"
      aria-rowindex={index + 1}
      aria-selected={isOpen}
      data-cursor={isCursor}
      data-first={isFirst}
      style={{ transform: `translateY(${top}px)` }}
      onClick={open}
      onDblClick={magnify}
    >
      <div role="gridcell" class="line-label" title={`${name} ${row.id}`} style={{ '--depth': depth }}>
        <span class="line-name">{depth > 0 ? singularOf(name) : api.labelOf(name, row, store.rows)}</span>
        <span class="line-id">
          {resource.id === 'integer' ? `${singularOf(name)} ${row.id}` : String(row.id).slice(0, 8)}
        </span>
      </div>
      <div role="gridcell" class="line-plot">
        <span class="visually-hidden">
          {text}
          {next && `, ${next.action} ${formatDistance(next.at, now)}`}
        </span>
        {coming && <i class="coming" style={coming} title={`${next?.action} ${formatDistance(next?.at ?? 0, now)}`} />}
        {clustered(
          repeated.map((at) => ({ at })),
          span,
          plot,
          10,
        ).map(({ at }) => (
          <i
            key={at}
            class="repeat"
            style={{ left: `${shareOf(at, span) * 100}%` }}
            title={`${next?.action} ${formatDistance(at, now)}`}
          />
        ))}
        {bar.periods.map(({ state, from, to }) => {
          const style = place(from, to ?? now)
          const title = `${state} since ${formatMoment(from)}, ${formatLength((to ?? now) - from)}`
          return style && <i key={from} class="period" data-tone={toneOf(state)} title={title} style={style} />
        })}
        {graces.map(({ from, to, over }) => {
          const style = place(from, to)
          const title = `The ${replaced} ${over ? 'worked' : 'works'} until ${formatMoment(to)}`
          return style && <i key={from} class="grace" data-over={over} title={title} style={style} />
        })}
        <span aria-hidden="true" class="line-state" data-tone={toneOf(state)} data-side={side} style={label}>
          {side === 'gone' && '◂ '}
          {text}
          {side === 'later' && ' ▸'}
        </span>
        {bar.end && endShare >= 0 && endShare <= 1 && (
          <i class="end" data-tone={toneOf(bar.end.state)} style={{ left: `${endShare * 100}%` }} />
        )}
        <Parts parts={parts} span={span} plot={plot} place={(part) => place(part.from, part.to ?? now)} />
      </div>
    </div>
  )
}

/** Records within the bar; of those that lie close together the first is drawn. */
function Parts(props: {
  parts: readonly Part[]
  span: Span
  plot: number
  place: (part: Part) => Readonly<Record<string, string>> | undefined
}) {
  const { parts, span, plot, place } = props
  const { go, route } = useInspector()
  const api = useApi()
  const kinds = Map.groupBy(parts, ({ resource }) => resource)
  return Array.from(kinds, ([{ name }, some], level) =>
    clustered(
      some.map((part) => ({ at: part.from, part })),
      span,
      plot,
      7,
    ).map(({ items }) => {
      const [{ part }] = items as unknown as readonly [{ part: Part }]
      const style = place(part)
      const title =
        items.length > 1 ? describeParts(items.map((item) => item.part)) : `${singularOf(name)} ${part.row.state}`
      return (
        style && (
          // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the pane of the line links to it
          <i
            key={`${name} ${part.row.id}`}
            class="part"
            data-level={level}
            data-tone={api.toneOf(name, String(part.row.state))}
            title={title}
            style={style}
            onClick={(event) => {
              event.stopPropagation()
              go({ ...route, resource: name, id: String(part.row.id) })
            }}
          />
        )
      )
    }),
  )
}
