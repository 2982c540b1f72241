import { useEffect, useState } from 'preact/hooks'
import type { RecordView } from '../control/state.ts'
import { Actions } from './actions.tsx'
import { singularOf } from './api.ts'
import type { PastEvent } from './bars.ts'
import { useApi, useInspector, useNow, useStore } from './context.ts'
import { formatDistance, formatMoment, parseInstant } from './instant.ts'
import { Copy, Json, Pane, StateMark } from './parts.tsx'
import { Preview } from './preview.tsx'
import { Related } from './related.tsx'
import type { Row } from './rows.ts'

/** One record: its actions, what the API sends and hides of it, and its history. */
export function RecordPane({ resource, id, row }: { resource: string; id: string; row: Row | undefined }) {
  const { controller } = useInspector()
  const store = useStore()
  const [view, setView] = useState<RecordView | null>(null)
  const history = store.historyOf(resource, row?.id ?? id)
  const content = row?.[useApi().resource(resource)?.content ?? '']
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
    <Pane label={`Details of ${resource} ${id}`} title={title}>
      {!row && <p class="hint">There is no such record in this world; it may have been deleted, or the world reset.</p>}
      {row && view && (
        <>
          <Actions resource={resource} row={row} names={view.actions} />
          <section>
            <h3>What happened</h3>
            {history.length === 0 && <p class="hint">Nothing since the initial state of this world.</p>}
            <History resource={resource} events={history} />
          </section>
          {typeof content === 'string' && <Preview url={content} />}
          <Related resource={resource} row={row} />
          <Sent view={view} />
        </>
      )}
    </Pane>
  )
}

/** What the API sends of a record, in each dialect if they differ, and what it hides. */
function Sent({ view: { shown, dialects, hidden, stored } }: { view: RecordView }) {
  const names = Object.keys(dialects)
  const [chosen, choose] = useState(names[0])
  const sent = dialects[chosen ?? ''] ?? shown
  const differing = names.length > 0 ? differences(Object.values(dialects)) : []
  return (
    <>
      <section>
        <div class="section-head">
          <h3>As the API sends it</h3>
          <Copy text={JSON.stringify(sent, null, 2)}>Copy JSON</Copy>
        </div>
        {names.length > 0 && (
          <div class="buttons" role="group" aria-label="Dialect">
            {names.map((name) => (
              <button
                key={name}
                type="button"
                class="button"
                aria-pressed={name === chosen}
                onClick={() => choose(name)}
              >
                {name}
              </button>
            ))}
          </div>
        )}
        {differing.length > 0 && <Differences fields={differing} dialects={dialects} />}
        <Json value={sent} label="As the API sends it" />
      </section>
      {Object.keys(stored).length > 0 && (
        <section>
          <h3>What the record holds instead</h3>
          <Json value={stored} label="What the record holds instead" />
        </section>
      )}
      <section>
        <h3>What the API hides</h3>
        {Object.keys(hidden).length > 0 ? (
          <Json value={hidden} label="What the API hides" />
        ) : (
          <p class="hint">No attribute is left out.</p>
        )}
      </section>
    </>
  )
}

/** The names of plain values that differ between objects. */
const differences = (objects: readonly Readonly<Record<string, unknown>>[]) =>
  Object.keys(objects[0] ?? {}).filter(
    (name) => typeof objects[0]?.[name] !== 'object' && objects.some((one) => one[name] !== objects[0]?.[name]),
  )

const Differences = (props: { fields: readonly string[]; dialects: RecordView['dialects'] }) => (
  <dl class="facts">
    {props.fields.map((field) => (
      <div key={field}>
        <dt>{field}</dt>
        <dd>
          {Object.entries(props.dialects).map(([name, sent]) => (
            <p key={name}>
              <code>{String(sent[field])}</code> <span class="hint">as {name}</span>
            </p>
          ))}
        </dd>
      </div>
    ))}
  </dl>
)

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
