import { useEffect, useMemo, useState } from 'preact/hooks'
import { singularOf } from './api.ts'
import { AsyncButton } from './buttons.tsx'
import { useInspector, useNow, useStore } from './context.ts'
import { signedHow } from './explained.ts'
import { fieldsOf, matches, parseFilter } from './filter.ts'
import { Filter } from './filter-field.tsx'
import { formatCount } from './format-count.ts'
import { Grid } from './grid.tsx'
import { formatDistance, formatMoment, formatStamp, parseInstant } from './instant.ts'
import { Mark, toneOfStatus } from './marks.tsx'
import { Empty, Facts, Link, Pane, RecordLink } from './parts.tsx'
import { type Delivery, deliveryPage, type Store } from './store.ts'
import type { Column } from './tables.ts'

const columns: readonly Column[] = [
  { field: 'number', title: 'Event', width: '56px', kind: 'number', minor: 2 },
  { field: 'what', title: 'Notification', width: 'minmax(88px, 3fr)' },
  { field: 'state', title: 'State', width: 'minmax(82px, .7fr)' },
  { field: 'attempts', title: 'Attempts', width: 'minmax(80px, 1fr)' },
  { field: 'next', title: 'Next', width: 'minmax(90px, .8fr)', minor: 2 },
  { field: 'url', title: 'URL', width: 'minmax(120px, 2fr)', minor: 1 },
]

const tones = { pending: 'wait', delivered: 'good', failed: 'bad' } as const
const toneOf = (state: string) => tones[state as keyof typeof tones] ?? 'over'

/** One of the deliveries that are loaded; any other is read when it is asked for. */
export function useDelivery(id: string | undefined): Delivery | undefined {
  const { controller } = useInspector()
  const { deliveries } = useStore()
  const [read, setRead] = useState<Delivery>()
  const known = deliveries.find((one) => one.id === id)
  useEffect(() => {
    if (id === undefined || known) return
    const path = `/deliveries?id=${encodeURIComponent(id)}`
    void controller.attempt(async () => {
      const { deliveries } = await controller.client.call<Pick<Store, 'deliveries'>>('GET', path)
      setRead(deliveries[0])
    })
  }, [controller, id, known === undefined, deliveries])
  return known ?? (read?.id === id ? read : undefined)
}

/** The delivery of a record that webhooks are told of; undefined for any other record. */
export function useDeliveryOf(resource: string, id: string): Delivery | undefined {
  const { deliveries, rows } = useStore()
  const isSent = deliveries.some((one) => rows(resource).has(one.id))
  return useDelivery(isSent ? id : undefined)
}

/** What people call the record that a notification is about; undefined if that is gone, or for a test. */
function labelOf({ record }: Delivery, { api, rows }: Store): string | undefined {
  const row = record && rows(record.resource).get(record.id)
  return row ? api?.labelOf(record.resource, row, rows) : undefined
}

/** The notifications that have a webhook, with the attempts to send them, the newest first. */
export function Webhooks() {
  const { controller, route, go } = useInspector()
  const store = useStore()
  const { deliveries, deliveryCount } = store
  const { filter = '', id } = route
  const now = useNow(1000)
  const rows = useMemo(() => {
    const terms = parseFilter(filter)
    const newest = deliveries.toReversed()
    return terms.length === 0
      ? newest
      : newest.filter((one) => matches(terms, fieldsOf({ ...one, about: labelOf(one, store) })))
  }, [deliveries, filter])
  const opened = useDelivery(id)
  const more = async () => {
    store.deliveryLimit += deliveryPage
    await controller.load('deliveries')
  }
  const cell = (delivery: Delivery, { field }: Column) => {
    if (field === 'number') return delivery.number ?? <span class="none">–</span>
    if (field === 'what') {
      return (
        <>
          {delivery.event} <span class="none">{labelOf(delivery, store)}</span>
        </>
      )
    }
    if (field === 'state') return <Mark tone={toneOf(delivery.state)}>{delivery.state}</Mark>
    if (field === 'attempts') return <Attempts delivery={delivery} />
    if (field === 'url') return delivery.url ?? <span class="none">–</span>
    return delivery.next === null ? <span class="none">–</span> : formatDistance(parseInstant(delivery.next), now)
  }
  return (
    <div class="split" data-open={opened !== undefined}>
      <section class="list" aria-label="Webhooks">
        <div class="bar">
          <Filter label="Filter webhooks" example="failed, expired, -200" />
          <span class="hint number" role="status">
            {formatCount(rows.length)} of{' '}
            {deliveries.length < deliveryCount && `the last ${formatCount(deliveries.length)} of `}
            {formatCount(deliveryCount)}
          </span>
          {deliveries.length < deliveryCount && <AsyncButton work={more}>Load {deliveryPage} older ones</AsyncButton>}
        </div>
        <Grid
          label="Webhooks"
          columns={columns}
          rows={rows}
          choice={`${filter} ${store.version('loaded')}`}
          keyOf={({ id }) => id}
          cell={cell}
          open={({ id }) => go({ ...route, id })}
          opened={id}
          empty={
            <Empty title={filter ? 'Nothing matches the filter' : 'Nothing was sent yet'}>
              {filter
                ? 'Take a word away.'
                : 'What happens is sent to the webhook config that applies, if it is valid.'}
            </Empty>
          }
        />
      </section>
      {opened && <DeliveryPane delivery={opened} />}
    </div>
  )
}

const textOf = ({ status, error, unsent }: Delivery['attempts'][number]) =>
  status === null ? (unsent ? 'not sent' : (error ?? 'no answer')) : String(status)

const Attempts = ({ delivery: { attempts } }: { delivery: Delivery }) =>
  attempts.length === 0 ? (
    <span class="none">none yet</span>
  ) : (
    <span class="attempts">
      {attempts.map((one, i) => (
        <Mark key={i} tone={toneOfStatus(one.status ?? 0)}>
          {textOf(one)}
        </Mark>
      ))}
    </span>
  )

/** Sends a notification once more. */
export function Redeliver({ delivery: { id, event } }: { delivery: Delivery }) {
  const { controller } = useInspector()
  const send = async () => {
    const { attempts } = await controller.client.call<Delivery>(
      'POST',
      `/deliveries/${encodeURIComponent(id)}/redeliver`,
    )
    controller.refresh('deliveries')
    const last = attempts.at(-1)
    return last ? `${event} was answered ${textOf(last)}` : event
  }
  return <AsyncButton work={() => controller.change('Send again', send)}>Send again</AsyncButton>
}

function DeliveryPane({ delivery }: { delivery: Delivery }) {
  const { id, event, number, state, url, record, attempts } = delivery
  const store = useStore()
  const { api, rows } = store
  const now = useNow(1000)
  const next = delivery.next === null ? undefined : parseInstant(delivery.next)
  const resource = api?.tables.find((table) => rows(table.resource).has(id))?.resource
  return (
    <Pane
      label={`Details of delivery ${id}`}
      title={
        <>
          {event} <Mark tone={toneOf(state)}>{state}</Mark>
        </>
      }
    >
      <section class="why">
        <h3>Why</h3>
        <p>{whyDelivered(delivery, now)}</p>
      </section>
      <div class="actions">
        <Redeliver delivery={delivery} />
      </div>
      <Facts
        facts={[
          ['Event', number],
          [
            'About',
            record && (
              <RecordLink resource={record.resource} id={record.id}>
                {singularOf(record.resource)} {labelOf(delivery, store) ?? record.id}
              </RecordLink>
            ),
          ],
          ['URL', url],
          ['ID', resource ? <Link to={{ view: 'records', resource, id }}>{id}</Link> : id],
          ['Next', next === undefined ? 'none' : `${formatMoment(next)}, ${formatDistance(next, now)}`],
        ]}
      />
      <section>
        <h3>Attempts</h3>
        <p class="hint">Each is signed anew, in Ricloud-Signature: HMAC-SHA256 of its time, a dot and the raw body.</p>
        {attempts.length === 0 && <p class="hint">None yet.</p>}
        <ol class="history">
          {attempts.map((one, i) => (
            <li key={i}>
              <span>
                <Mark tone={toneOfStatus(one.status ?? 0)}>{textOf(one)}</Mark>
                {one.redelivered && <span class="hint"> sent again</span>}
                <p class="hint wrap">
                  {one.unsent
                    ? withheldWhy(one)
                    : [one.error, signedHow(one, delivery.fingerprint)].filter(Boolean).join('; ')}
                </p>
              </span>
              <time dateTime={one.at}>{formatStamp(one.at)}</time>
            </li>
          ))}
        </ol>
      </section>
    </Pane>
  )
}

const withheldWhy = ({ error }: Delivery['attempts'][number]) =>
  (error ?? 'the host is not allowed').replace('not sent: ', '')

/** `1 attempt`, `2 attempts`. */
export const attemptsOf = ({ attempts: { length } }: Delivery) => `${length} ${length === 1 ? 'attempt' : 'attempts'}`

/** Why a notification is in its state. */
export function whyDelivered(delivery: Delivery, now: number): string {
  const { state, attempts } = delivery
  const last = attempts.at(-1)
  const next = delivery.next === null ? undefined : parseInstant(delivery.next)
  const count = attemptsOf(delivery)
  if (state === 'delivered') return `It was answered with ${last ? textOf(last) : 'a 2xx'}, after ${count}.`
  if (last?.unsent) return `Nothing is sent: ${withheldWhy(last)}.`
  if (next !== undefined && last)
    return `The last answer was ${textOf(last)}; it is tried again ${formatDistance(next, now)}.`
  if (next !== undefined) return `It is sent ${formatDistance(next, now)}.`
  return state === 'failed' ? `It was given up after ${count}.` : 'It waits to be sent.'
}
