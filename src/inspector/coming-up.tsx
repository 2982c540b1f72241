import { useMemo } from 'preact/hooks'
import type { Upcoming } from '../control/clock.ts'
import type { Api } from './api.ts'
import { AsyncButton } from './buttons.tsx'
import { questionOf, useMove } from './clock-bar.tsx'
import { useApi, useInspector, useNow, useStore } from './context.ts'
import { fieldsOf, matches, parseFilter } from './filter.ts'
import { formatCount } from './format-count.ts'
import { formatDistance, formatGoal, formatMoment, parseInstant } from './instant.ts'
import { Empty } from './parts.tsx'
import { clustered, type Span, shareOf } from './scale.ts'
import { mostUpcoming, type Store } from './store.ts'

const most = 40

/** The title of due work. */
const titleOf = ({ action, id }: Upcoming) =>
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
  const { go, route } = useInspector()
  const store = useStore()
  const api = useApi()
  const now = useNow()
  const move = useMove()
  const { filter = '' } = route
  const terms = useMemo(() => parseFilter(filter), [filter])
  const upcoming = store.upcoming.filter(
    (one) => parseInstant(one.at) >= now && (terms.length === 0 || matches(terms, fieldsOfWork(api, store, one))),
  )
  const open = ({ action, id }: Upcoming) => {
    const resource = api.resourceOfWork(action)
    go(resource ? { ...route, resource, id: String(id) } : { view: 'scenario' })
  }
  return (
    <aside class="coming-up" aria-label="What comes next">
      <h2>
        What comes next{' '}
        <span class="count">
          {formatCount(upcoming.length)}
          {store.upcoming.length >= mostUpcoming && '+'}
        </span>
      </h2>
      {upcoming.length === 0 && (
        <Empty title={filter ? 'Nothing due matches the filter' : 'Nothing is due'}>
          {filter
            ? 'Take a word away.'
            : 'Time alone will change nothing. Change a record, or load a scenario with steps.'}
        </Empty>
      )}
      <ol>
        {upcoming.slice(0, most).map((one) => {
          const at = parseInstant(one.at)
          const goal = formatGoal(at, now)
          return (
            <li key={`${one.at} ${one.action} ${one.id}`}>
              <button
                type="button"
                class="coming-what"
                onClick={() => open(one)}
                title={`Open ${one.action} ${one.id}`}
              >
                <span>{one.action === 'scenario.step' ? titleOf(one) : one.action}</span>
                <span class="coming-whom">{nameOfWork(api, store, one)}</span>
                <time dateTime={one.at} class="hint number">
                  {formatDistance(at, now)} · {formatMoment(at)}
                  {one.cause && ` · of ${causeOf(one.cause)}`}
                </time>
              </button>
              <AsyncButton
                asks={questionOf(at, now)}
                work={() => move({ set: one.at }, goal)}
                title={`Move the time to ${one.at}`}
              >
                Go to {goal}
              </AsyncButton>
            </li>
          )
        })}
      </ol>
      {upcoming.length > most && <p class="hint">and {formatCount(upcoming.length - most)} more</p>}
    </aside>
  )
}

/** What scheduled due work: `request 12`. */
const causeOf = ({ step, action, call }: NonNullable<Upcoming['cause']>) =>
  step !== undefined ? `step ${step}` : action !== undefined ? `action ${action}` : `request ${call}`

/** What people call the record that due work comes to. */
function nameOfWork(api: Api, { rows }: Store, { action, id }: Upcoming): string {
  const resource = api.resourceOfWork(action)
  const row = resource === undefined ? undefined : rows(resource).get(id)
  return resource !== undefined && row ? api.labelOf(resource, row, rows) : ''
}

function fieldsOfWork(api: Api, { rows }: Store, one: Upcoming) {
  const resource = api.resourceOfWork(one.action)
  const row = resource === undefined ? undefined : rows(resource).get(one.id)
  return [...fieldsOf(one), ...(resource !== undefined && row ? api.fieldsOf(resource, row, rows) : [])]
}
