import { useMemo, useState } from 'preact/hooks'
import type { RequestView } from '../engine/journal.ts'
import { useApi, useInspector, useStore } from './context.ts'
import { curlOf } from './curl.ts'
import { Grid } from './grid.tsx'
import { formatTime, parseInstant } from './instant.ts'
import { AsyncButton, Copy, Empty, Filter, Json, Pane, Status } from './parts.tsx'
import type { Column } from './tables.ts'

const columns: readonly Column[] = [
  { field: 'at', title: 'Time', width: '72px', kind: 'number' },
  { field: 'method', title: 'Method', width: '56px', kind: 'id' },
  { field: 'path', title: 'Path', width: 'minmax(80px, 3fr)', kind: 'id' },
  { field: 'status', title: 'Status', width: '62px' },
  { field: 'duration_ms', title: 'ms', width: '64px', kind: 'number', minor: 2 },
  { field: 'decided_by', title: 'Decided by', width: 'minmax(112px, 2fr)', minor: 1 },
  { field: 'ignored', title: 'Ignored', width: 'minmax(80px, 1fr)', minor: 2 },
]

const pathOf = ({ path, query }: RequestView) => {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()
  return search === '' ? path : `${path}?${decodeURIComponent(search)}`
}

/** The calls whose method, path, status, error or deciding faults and steps contain every word. */
function matching(requests: readonly RequestView[], filter: string): readonly RequestView[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const newest = requests.toReversed()
  if (words.length === 0) return newest
  return newest.filter((request) => {
    const { method, status, error, decided_by } = request
    const text = `${method} ${pathOf(request)} ${status} ${error ?? ''} ${decided_by.join(' ')}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The journal, the newest call first. */
export function Requests() {
  const { controller, route, go } = useInspector()
  const store = useStore()
  const path = useApi().examplePath
  const [filter, setFilter] = useState('')
  const [held, setHeld] = useState<readonly RequestView[] | null>(null)
  const requests = held ?? store.requests
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
      setHeld(null)
      store.setRequests([], 0)
    })
  return (
    <div class="split" data-open={shown !== undefined}>
      <section class="list" aria-label="Requests">
        <div class="bar">
          <Filter value={filter} change={setFilter} label="Filter requests" hint={`post, ${path}, 4, not-found`} />
          <div class="buttons">
            <button
              type="button"
              class="button"
              aria-pressed={held !== null}
              onClick={() => setHeld(held ? null : store.requests)}
            >
              Hold
            </button>
            <AsyncButton work={clear}>Clear</AsyncButton>
          </div>
          <span class="hint number">
            {rows.length.toLocaleString('en-GB')} of {store.requestCount.toLocaleString('en-GB')}
            {held && store.requests !== held && ' · held'}
          </span>
        </div>
        <Grid
          label="Requests"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => String(id)}
          cell={cellOf}
          open={({ id }) => go({ view: 'requests', id: String(id) })}
          opened={route.id}
          empty={
            filter ? (
              <Empty title="No call matches the filter">Take a word away.</Empty>
            ) : (
              <Empty title="No call has come yet">
                Try <code>curl {`${controller.client.origin}${path}`} -H "Authorization: Token …"</code>
              </Empty>
            )
          }
        />
      </section>
      {shown && <RequestPane request={shown} close={() => go({ view: 'requests' })} />}
    </div>
  )
}

function cellOf(request: RequestView, { field }: Column) {
  if (field === 'at') return formatTime(parseInstant(request.at))
  if (field === 'path') return pathOf(request)
  if (field === 'status') return <Status status={request.status} />
  if (field === 'duration_ms') return request.duration_ms.toFixed(2)
  if (field === 'decided_by') return request.decided_by.join(', ') || request.error || <span class="none">–</span>
  if (field === 'ignored') return request.ignored.join(', ') || <span class="none">–</span>
  return request.method
}

function RequestPane({ request, close }: { request: RequestView; close: () => void }) {
  const { controller } = useInspector()
  const { id, at, method, status, route, caller, error, message, duration_ms, decided_by, ignored, query } = request
  const facts: readonly (readonly [string, string | null])[] = [
    ['Time', `${formatTime(parseInstant(at))} UTC, ${at}`],
    ['Route', route ?? 'none matched'],
    [
      'Caller',
      caller
        ? Object.entries(caller)
            .map(([name, id]) => `${name} ${id}`)
            .join(', ')
        : 'none: the token was refused, or no route matched',
    ],
    ['Took', `${duration_ms} ms`],
    ['Error', error],
    ['Message', message],
    ['Decided by', decided_by.join('; ') || 'the rules of the API alone'],
    ['Ignored', ignored.join(', ') || null],
  ]
  return (
    <Pane
      label={`Details of request ${id}`}
      close={close}
      title={
        <>
          {method} <code class="wrap">{request.path}</code> <Status status={status} />
        </>
      }
    >
      <div class="actions">
        <Copy text={curlOf(request, controller.client.origin)}>Copy as curl</Copy>
      </div>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {Object.keys(query).length > 0 && (
        <section>
          <h3>Query</h3>
          <Json value={query} label="Query" />
        </section>
      )}
      <section>
        <h3>Body</h3>
        {request.body === null ? (
          <p class="hint">{request.body_length > 0 ? 'No JSON, or too long to be kept.' : 'None was sent.'}</p>
        ) : (
          <Json value={request.body} label="Body" />
        )}
      </section>
    </Pane>
  )
}
