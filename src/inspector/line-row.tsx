import type { Upcoming } from '../control/clock.ts'
import type { ResourceDescription } from '../control/description.ts'
import { singularOf } from './api.ts'
import { barOf, gracesOf } from './bars.ts'
import { useApi, useInspector } from './context.ts'
import { formatDistance, formatLength, formatMoment, parseInstant } from './instant.ts'
import type { Row } from './rows.ts'
import { type Span, shareOf } from './scale.ts'

/** A record on the time line. */
export interface Line {
  readonly resource: ResourceDescription
  readonly row: Row
}

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
  readonly upcoming: readonly Upcoming[]
  readonly open: () => void
}

/** One record with its name and its bar. */
export function LineRow({ id, line, index, top, isCursor, isFirst, span, now, upcoming, open }: Props) {
  const { store } = useInspector().controller
  const api = useApi()
  const { resource, row } = line
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
      : { left: `${left * 100}%`, width: `max(3px, ${(right - left) * 100}%)` }
  }
  const last = Math.max(...bar.periods.map(({ to }) => to ?? now), bar.end?.at ?? 0)
  const endShare = shareOf(last, span)
  const begun = shareOf(parseInstant(String(row.date_created)), span)
  const coming = bar.next && bar.next.at > now ? place(Math.max(now, last), bar.next.at) : undefined
  const error = typeof row.error === 'string' ? ` · ${row.error}` : ''
  const description = `${state}${error}${bar.next ? `, ${bar.next.action} ${formatDistance(bar.next.at, now)}` : ''}`
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens to keys
    <div
      id={id}
      role="row"
      class="line"
      aria-rowindex={index + 1}
      data-cursor={isCursor}
      data-first={isFirst}
      style={{ transform: `translateY(${top}px)` }}
      onClick={open}
    >
      <div role="gridcell" class="line-label" title={`${name} ${row.id}`}>
        <span class="line-name">{api.labelOf(name, row, store.rows)}</span>
        <span class="line-id">
          {resource.id === 'integer' ? `${singularOf(name)} ${row.id}` : String(row.id).slice(0, 8)}
        </span>
      </div>
      <div role="gridcell" class="line-plot">
        <span class="visually-hidden">{description}</span>
        {coming && (
          <i class="coming" style={coming} title={`${bar.next?.action} ${formatDistance(bar.next?.at ?? 0, now)}`} />
        )}
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
        {bar.end && endShare >= 0 && endShare <= 1 && (
          <i class="end" data-tone={toneOf(bar.end.state)} style={{ left: `${endShare * 100}%` }} />
        )}
        {(endShare <= -0.01 || begun > 1) && (
          <span
            aria-hidden="true"
            class="line-state beyond"
            data-tone={toneOf(state)}
            data-side={begun > 1 ? 'after' : 'before'}
          >
            <span>{begun > 1 ? '▸' : '◂'}</span> {state}
            {error}
          </span>
        )}
        {endShare > -0.01 && endShare < 0.86 && begun <= 1 && (
          <span aria-hidden="true" class="line-state" data-tone={toneOf(state)} style={{ left: `${endShare * 100}%` }}>
            {state}
            {error}
            {graces.some(({ over }) => !over) && ` · ${replaced} still works`}
          </span>
        )}
      </div>
    </div>
  )
}
