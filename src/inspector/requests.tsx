import { useMemo, useState } from 'preact/hooks'
import type { RequestView } from '../engine/journal.ts'
import { AsyncButton } from './buttons.tsx'
import { useApi, useInspector, useStore } from './context.ts'
import { fieldsOnce, matches, parseFilter } from './filter.ts'
import { Filter } from './filter-field.tsx'
import { formatCount } from './format-count.ts'
import { Grid } from './grid.tsx'
import { formatTime, parseInstant } from './instant.ts'
import { Status } from './marks.tsx'
import { Empty } from './parts.tsx'
import { RequestPane } from './request-pane.tsx'
import type { Column } from './tables.ts'

const columns: readonly Column[] = [
  { field: 'at', title: 'Time', width: '72px', kind: 'number' },
  { field: 'method', title: 'Method', width: '56px', kind: 'id' },
  { field: 'path', title: 'Path', width: 'minmax(80px, 2.6fr)', kind: 'id' },
  { field: 'status', title: 'Status', width: '62px' },
  { field: 'duration_ms', title: 'ms', width: '64px', kind: 'number', minor: 2 },
  { field: 'about', title: 'About', width: 'minmax(112px, 2.6fr)', minor: 1, isBelow: true },
  { field: 'decided_by', title: 'Decided by', width: 'minmax(112px, 1fr)', minor: 2 },
  { field: 'ignored', title: 'Ignored', width: 'minmax(56px, .4fr)', minor: 2 },
]

const pathOf = ({ path, query }: RequestView) => {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()
  return search === '' ? path : `${path}?${decodedQuery(search)}`
}

/** A query for people; as it is where it cannot be decoded. */
function decodedQuery(search: string): string {
  try {
    return decodeURIComponent(search)
  } catch {
    return search
  }
}

/** The calls that match a filter, the newest first. */
function matching(requests: readonly RequestView[], filter: string): readonly RequestView[] {
  const terms = parseFilter(filter)
  const newest = requests.toReversed()
  return terms.length === 0 ? newest : newest.filter((request) => matches(terms, fieldsOnce(request)))
}

/** The journal, the newest call first. */
export function Requests() {
  const { controller, route, go, close } = useInspector()
  const store = useStore()
  const path = useApi().examplePath
  const { filter = '' } = route
  const { requests } = store
  const rows = useMemo(() => matching(requests, filter), [requests, filter])
  const opened = useMemo(() => {
    return route.id === undefined ? undefined : requests.find(({ id }) => String(id) === route.id)
  }, [requests, route.id])
  const [kept, keep] = useState<RequestView | undefined>(opened)
  // An open call stays when the journal drops it.
  if (opened && opened !== kept) keep(opened)
  const shown = opened ?? (kept && String(kept.id) === route.id ? kept : undefined)
  const clear = () =>
    controller.attempt(async () => {
      await controller.client.call('DELETE', '/requests')
      store.setRequests([], 0)
      close()
    })
  return (
    <div class="split" data-open={shown !== undefined}>
      <section class="list" aria-label="Requests">
        <div class="bar">
          <Filter label="Filter requests" example={`post, path:${path}, status:404, -get`} />
          <AsyncButton work={clear}>Empty the journal</AsyncButton>
          <span class="hint number">
            {formatCount(rows.length)} of {formatCount(store.requestCount)}
          </span>
        </div>
        <Grid
          label="Requests"
          columns={columns}
          rows={rows}
          choice={`${filter} ${store.version('loaded')} ${store.version('cleared')}`}
          keyOf={({ id }) => String(id)}
          cell={cellOf}
          open={({ id }) => go({ ...route, id: String(id) })}
          opened={route.id}
          empty={
            filter ? (
              <Empty title="No call matches the filter">Take a word away.</Empty>
            ) : (
              <Empty title="No call has come yet">
                Try{' '}
                <code>
                  curl {`${controller.client.origin}${path}`} <span class="nowrap">-H "Authorization: Token …"</span>
                </code>
              </Empty>
            )
          }
        />
      </section>
      {shown && <RequestPane request={shown} />}
    </div>
  )
}

function cellOf(request: RequestView, { field }: Column) {
  const { about, reason, error } = request
  if (field === 'at') return formatTime(parseInstant(request.at))
  if (field === 'path') return pathOf(request)
  if (field === 'status') return <Status status={request.status} />
  if (field === 'duration_ms') return request.duration_ms.toFixed(2)
  if (field === 'about') {
    const state = [about?.state, about?.error ?? error].filter(Boolean).join(', ')
    const text = about ? `${about.label} → ${state}` : state
    return text ? (
      <span title={reason ? `${text}\n${reason.sentence}` : undefined}>{text}</span>
    ) : (
      <span class="none">–</span>
    )
  }
  if (field === 'decided_by') return request.decided_by.join(', ') || <span class="none">–</span>
  if (field === 'ignored') return request.ignored.join(', ') || <span class="none">–</span>
  return request.method
}
