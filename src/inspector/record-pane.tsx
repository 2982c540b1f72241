import { useEffect, useState } from 'preact/hooks'
import type { RecordView } from '../control/state.ts'
import { Actions } from './actions.tsx'
import { singularOf } from './api.ts'
import type { PastEvent } from './bars.ts'
import { useInspector, useNow, useStore } from './context.ts'
import { formatDistance, formatMoment, parseInstant } from './instant.ts'
import { Copy, Json, Pane, StateMark } from './parts.tsx'
import type { Row } from './rows.ts'

/** One record: its actions, what the API sends and hides of it, and its history. */
export function RecordPane(props: { resource: string; id: string; row: Row | undefined; close: () => void }) {
  const { resource, id, row, close } = props
  const { controller } = useInspector()
  const store = useStore()
  const [view, setView] = useState<RecordView | null>(null)
  const history = store.historyOf(resource, row?.id ?? id)
  useEffect(() => {
    if (!row) return setView(null)
    let isWanted = true
    void controller.attempt(async () => {
      const read = await controller.client.call<RecordView>('GET', `/records/${resource}/${encodeURIComponent(id)}`)
      if (isWanted) setView(read)
    })
    return () => {
      isWanted = false
    }
  }, [controller, resource, id, row])

  const short = id.length > 12 ? `${id.slice(0, 8)}…` : id
  const title = (
    <>
      {singularOf(resource)} <code title={id}>{short}</code>{' '}
      {row && <StateMark resource={resource} state={String(row.state)} />}
    </>
  )
  return (
    <Pane label={`Details of ${resource} ${id}`} title={title} close={close}>
      {!row && <p class="hint">There is no such record in this world; it may have been deleted, or the world reset.</p>}
      {row && view && (
        <>
          <Actions resource={resource} row={row} names={view.actions} />
          <section>
            <div class="section-head">
              <h3>As the API sends it</h3>
              <Copy text={JSON.stringify(view.shown, null, 2)}>Copy JSON</Copy>
            </div>
            <Json value={view.shown} label="As the API sends it" />
          </section>
          <section>
            <h3>What the API hides</h3>
            {Object.keys(view.hidden).length > 0 ? (
              <Json value={view.hidden} label="What the API hides" />
            ) : (
              <p class="hint">Nothing: the API shows all of it.</p>
            )}
          </section>
          <section>
            <h3>What happened</h3>
            {history.length === 0 && <p class="hint">Nothing since the initial state of this world.</p>}
            <History resource={resource} events={history} />
          </section>
        </>
      )}
    </Pane>
  )
}

function History({ resource, events }: { resource: string; events: readonly PastEvent[] }) {
  const now = useNow(1000)
  return (
    <ol class="history">
      {events.toReversed().map(({ at, event, state }) => (
        <li key={`${at} ${event}`}>
          <StateMark resource={resource} state={state}>
            {event}
          </StateMark>
          <time dateTime={at} title={formatDistance(parseInstant(at), now)}>
            {formatMoment(parseInstant(at))}
          </time>
        </li>
      ))}
    </ol>
  )
}
