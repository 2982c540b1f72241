import { useEffect, useState } from 'preact/hooks'
import type { RecordView } from '../control/state.ts'
import type { Cause } from '../engine/cause.ts'
import type { Report } from '../scenario/report.ts'
import { Actions } from './actions.tsx'
import { singularOf } from './api.ts'
import type { PastEvent } from './bars.ts'
import { Change } from './buttons.tsx'
import { useApi, useInspector, useNow, useStore } from './context.ts'
import { formatDistance, formatMoment, formatStamp, parseInstant } from './instant.ts'
import { StateMark } from './marks.tsx'
import { Link, Pane } from './parts.tsx'
import { Preview } from './preview.tsx'
import { Related } from './related.tsx'
import type { Row } from './rows.ts'
import { Sent } from './sent.tsx'
import { attemptsOf, Redeliver, useDeliveryOf, whyDelivered } from './webhooks.tsx'

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
          <WhyState resource={resource} row={row} view={view} events={history} />
          <Actions resource={resource} row={row} names={view.actions} />
          <Graces resource={resource} grace={view.notes.grace} />
          <SentTo resource={resource} id={String(row.id)} />
          <section>
            <h3>What happened</h3>
            {history.length === 0 && (
              <p class="hint">
                {isInitial(row, store.report)
                  ? 'Nothing since the initial state of this world.'
                  : 'No event tells of it.'}
              </p>
            )}
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

/** Whether a record is of the initial state of its world. */
const isInitial = ({ date_created }: Row, report: Report | null) => String(date_created) < (report?.began ?? '')

interface WhyProps {
  readonly resource: string
  readonly row: Row
  readonly view: RecordView
  readonly events: readonly PastEvent[]
}

/** Why a record is in its state: what the rule says that led to it, and the value that the API sends instead. */
function WhyState({ resource, row, view, events }: WhyProps) {
  const { report } = useStore()
  const now = useNow(1000)
  const delivery = useDeliveryOf(resource, String(row.id))
  const last = events.findLast(({ reason, cause }) => reason || cause) ?? events.at(-1)
  const said = last?.reason?.sentence ?? ''
  const instead = Object.entries(view.stored).filter(([name, value]) => {
    const shown = view.shown[name]
    return shown !== '[redacted]' && ![value, shown].every((one) => said.includes(String(one)))
  })
  const state = String(view.shown.state ?? view.hidden.state ?? '')
  return (
    <section class="why">
      <h3>Why</h3>
      {last ? (
        <p>
          {said || `${last.event.replaceAll('_', ' ')} at ${formatMoment(parseInstant(last.at))}.`}{' '}
          <CauseOf cause={last.cause} />
        </p>
      ) : (
        <p>
          {delivery
            ? whyDelivered(delivery, now)
            : isInitial(row, report)
              ? `It has been ${state || 'so'} since the initial state of this world, or since the oldest event that is kept.`
              : `It was created at ${formatStamp(row.date_created)}, and no event tells of a change since.`}
        </p>
      )}
      {instead.map(([name, value]) => (
        <p key={name}>
          The reason is <code>{String(value)}</code>; it is sent as <code>{String(view.shown[name])}</code>, as
          documented.
        </p>
      ))}
      {last?.reason?.change && <Change change={last.reason.change} />}
    </section>
  )
}

/** Links to what brought about an event. */
function CauseOf({ cause }: { cause: Cause | null | undefined }) {
  if (!cause) return null
  const { call, step, action, work } = cause
  return (
    <span class="hint">
      {call !== undefined && <Link to={{ view: 'requests', id: String(call) }}>request {call}</Link>}
      {step !== undefined && (
        <>
          {' '}
          <Link to={{ view: 'scenario' }}>step {step}</Link>
        </>
      )}
      {action !== undefined && ` action ${action}`}
      {work !== undefined && ` due work ${work}`}
    </span>
  )
}

/** Of the notes of a record: what was replaced and still works. */
interface Grace {
  readonly fingerprint: string
  readonly replaced: string | null
  readonly ends: string | null
}

/** What was replaced and still works, with when it ends. */
function Graces({ resource, grace }: { resource: string; grace: unknown }) {
  const now = useNow(1000)
  const description = useApi().resource(resource)
  const replaced = description?.time_line?.grace?.of
  const graces = Array.isArray(grace) ? (grace as readonly Grace[]) : []
  if (!replaced || graces.length === 0) return null
  return (
    <section>
      <h3>What still works</h3>
      <ol class="history">
        {graces.map((one, i) => (
          <li key={one.fingerprint}>
            <span>
              {replaced}
              {graces.length > 1 && ` ${i + 1}`}
              {one.replaced !== null && `, replaced ${formatMoment(parseInstant(one.replaced))}`}
            </span>
            {one.ends !== null && (
              <time dateTime={one.ends}>
                ends {formatMoment(parseInstant(one.ends))}, {formatDistance(parseInstant(one.ends), now)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The way to the deliveries of a record that webhooks are told of. */
function SentTo({ resource, id }: { resource: string; id: string }) {
  const delivery = useDeliveryOf(resource, id)
  if (!delivery) return null
  return (
    <p class="actions">
      <Redeliver delivery={delivery} />
      <Link to={{ view: 'webhooks', id }}>
        {attemptsOf(delivery)} to {delivery.url}
      </Link>
    </p>
  )
}

function History({ resource, events }: { resource: string; events: readonly PastEvent[] }) {
  const now = useNow(1000)
  const { deliveries } = useStore()
  const sent = new Map(deliveries.map(({ number, id }) => [number, id]))
  return (
    <ol class="history">
      {events.toReversed().map(({ at, event, state, cause, number }) => (
        <li key={`${at} ${event}`}>
          <span>
            <StateMark resource={resource} state={state}>
              {event}
            </StateMark>{' '}
            <CauseOf cause={cause} />
            {number !== undefined && sent.has(number) && (
              <span class="hint">
                {' '}
                <Link to={{ view: 'webhooks', id: sent.get(number) }}>sent to a webhook</Link>
              </span>
            )}
          </span>
          <time dateTime={at} title={formatDistance(parseInstant(at), now)}>
            {formatMoment(parseInstant(at))}
          </time>
        </li>
      ))}
    </ol>
  )
}
