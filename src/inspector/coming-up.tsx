import { useMemo } from 'preact/hooks'
import type { Upcoming } from '../control/clock.ts'
import { useApi, useInspector, useNow, useStore } from './context.ts'
import { formatDistance, formatMoment, parseInstant } from './instant.ts'
import { AsyncButton, Empty } from './parts.tsx'
import { clustered, type Span, shareOf } from './scale.ts'

const most = 40

/** The title of due work. */
export const titleOf = ({ action, id }: Upcoming) =>
  action === 'scenario.step' ? `Scenario: step ${Number(id) + 1}` : `${action} · ${String(id).slice(0, 8)}`

/** Due work as marks on the axis; marks that lie close together are one. */
export function Marks({ span, plot }: { span: Span; plot: number }) {
  const { upcoming } = useStore()
  const items = useMemo(
    () => upcoming.map((one) => ({ ...one, at: parseInstant(one.at), written: one.at })),
    [upcoming],
  )
  return (
    <>
      {clustered(items, span, plot, 26).map(({ at, items: some }) => (
        <i
          key={some[0]?.written}
          class="due"
          style={{ left: `${shareOf(at, span) * 100}%` }}
          data-many={some.length > 1}
          title={`${formatMoment(at)}: ${some
            .slice(0, 5)
            .map(({ action }) => action)
            .join(', ')}${some.length > 5 ? ` and ${some.length - 5} more` : ''}`}
        >
          {some.length > 1 ? (some.length > 99 ? '99+' : some.length) : ''}
        </i>
      ))}
    </>
  )
}

/** Due work as a list, with a button for each that moves the clock to it. */
export function ComingUp() {
  const { controller, go } = useInspector()
  const { upcoming } = useStore()
  const api = useApi()
  const now = useNow()
  const advance = (one: Upcoming) =>
    controller.attempt(
      async () => {
        await controller.client.call('POST', '/clock', { set: one.at })
        controller.refresh('upcoming')
      },
      `The time is ${formatMoment(parseInstant(one.at))}.`,
    )
  const open = ({ action, id }: Upcoming) => {
    const resource = api.resourceOfWork(action)
    go(resource ? { view: 'records', resource, id: String(id) } : { view: 'scenario' })
  }
  return (
    <aside class="coming-up" aria-label="What comes next">
      <h2>
        What comes next <span class="count">{upcoming.length.toLocaleString('en-GB')}</span>
      </h2>
      {upcoming.length === 0 && (
        <Empty title="Nothing is due">
          Time alone will change nothing. Change a record, or load a scenario with steps.
        </Empty>
      )}
      <ol>
        {upcoming.slice(0, most).map((one) => (
          <li key={`${one.at} ${one.action} ${one.id}`}>
            <button type="button" class="coming-what" onClick={() => open(one)} title={`Open ${one.action} ${one.id}`}>
              <span>{titleOf(one)}</span>
              <time dateTime={one.at} class="hint number">
                {formatDistance(parseInstant(one.at), now)} · {formatMoment(parseInstant(one.at))}
              </time>
            </button>
            <AsyncButton work={() => advance(one)} title={`Move the time to ${one.at}`}>
              Go
            </AsyncButton>
          </li>
        ))}
      </ol>
      {upcoming.length > most && <p class="hint">and {(upcoming.length - most).toLocaleString('en-GB')} more</p>}
    </aside>
  )
}
