import type { ComponentChildren } from 'preact'
import type { ClockView } from '../control/clock.ts'
import type { RequestView } from '../engine/journal.ts'
import { AsyncButton, Change, Copy } from './buttons.tsx'
import { useInspector, useStore } from './context.ts'
import { curlOf } from './curl.ts'
import { callerOf, redactedIn, whyOf } from './explained.ts'
import { formatCount } from './format-count.ts'
import { formatMoment, parseInstant } from './instant.ts'
import { Status } from './marks.tsx'
import { Facts, Json, Pane, Parts, RecordLink } from './parts.tsx'

const parts = ['why', 'answer', 'request'] as const

/** One call: why it was answered so, the answer, and the request. */
export function RequestPane({ request }: { request: RequestView }) {
  const { route } = useInspector()
  const part = parts.find((one) => one === route.part) ?? 'why'
  const { id, method, path, status } = request
  return (
    <Pane
      label={`Details of request ${id}`}
      title={
        <>
          {method} <code class="wrap">{path}</code> <Status status={status} />
        </>
      }
    >
      <Parts names={parts} chosen={part} />
      {part === 'why' && <Why request={request} />}
      {part === 'answer' && <Answer request={request} />}
      {part === 'request' && <Request request={request} />}
    </Pane>
  )
}

function Why({ request }: { request: RequestView }) {
  const { id, at, route, error, message, duration_ms, ignored, about, reason } = request
  const { causedBy } = useStore()
  const caused = causedBy(id)
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    [
      'About',
      about && (
        <>
          <RecordLink resource={about.resource} id={about.id}>
            {about.resource.replaceAll('_', ' ')} {about.label}
          </RecordLink>
          {about.state && ` → ${[about.state, about.error].filter(Boolean).join(', ')}`}
        </>
      ),
    ],
    ['Error', error],
    ['Message', reason && message !== reason.sentence ? message : null],
    ['Rule', reason?.rule],
    ['Caller', callerOf(request)],
    ['Route', route ?? 'none matched'],
    ['Time', `${formatMoment(parseInstant(at))} UTC`],
    ['Took', `${duration_ms} ms`],
    ['Ignored', ignored.join(', ') || null],
    [
      'Caused',
      caused.length > 0 &&
        caused.map(({ at, event, resource, id }) => (
          <p key={`${at} ${event} ${id}`}>
            <RecordLink resource={resource} id={id}>
              {event}
            </RecordLink>
          </p>
        )),
    ],
  ]
  return (
    <>
      <section class="why">
        <h3>Why</h3>
        {whyOf(request).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {reason?.change && <Change change={reason.change} />}
      </section>
      <Facts facts={facts} />
      <Rewind request={request} />
    </>
  )
}

/** Goes back to the state before a call; the journal then ends before it. */
function Rewind({ request: { id } }: { request: RequestView }) {
  const { controller, go } = useInspector()
  const rewind = () =>
    controller.change(`Rewind to before request ${id}`, async () => {
      const { now } = await controller.client.call<ClockView>('POST', '/rewind', { request: id })
      go({ view: 'requests' })
      return `it is ${formatMoment(parseInstant(now))} UTC again`
    })
  return (
    <div class="actions">
      <AsyncButton work={rewind} title={`The state, the clock and the journal as they were before request ${id}`}>
        Rewind to before this call
      </AsyncButton>
    </div>
  )
}

function Answer({ request: { answer, status } }: { request: RequestView }) {
  if (!answer) return <p class="hint">None: the connection was closed instead.</p>
  const { body, body_length, is_cut, headers } = answer
  return (
    <>
      <section>
        <h3>
          Body{' '}
          <span class="count">
            {status} · {formatCount(body_length)} characters
          </span>
        </h3>
        {is_cut && <p class="hint">Only its beginning was kept.</p>}
        {body === null ? <p class="hint">It is no JSON.</p> : <Json value={body} label="Body of the answer" />}
      </section>
      <Headers headers={headers} />
    </>
  )
}

function Headers({ headers }: Pick<RequestView, 'headers'>) {
  return (
    <section>
      <h3>Headers</h3>
      <Facts facts={Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')])} />
    </section>
  )
}

function Request({ request }: { request: RequestView }) {
  const { controller } = useInspector()
  const { query, body, body_length, headers } = request
  const token = useTokenOf(request)
  const hidden = redactedIn({ body, query })
  const { origin } = controller.client
  return (
    <>
      <div class="actions">
        <Copy text={curlOf(request, origin)}>Copy as curl</Copy>
        {token && <Copy text={async () => curlOf(request, origin, await token())}>Copy with the token</Copy>}
      </div>
      {hidden.length > 0 && <p class="hint">Hidden, and marked in the command: {hidden.join(', ')}.</p>}
      {Object.keys(query).length > 0 && (
        <section>
          <h3>Query</h3>
          <Json value={query} label="Query" />
        </section>
      )}
      <section>
        <h3>Body</h3>
        {body === null ? (
          <p class="hint">{body_length > 0 ? 'No JSON, or too long to be kept.' : 'None was sent.'}</p>
        ) : (
          <Json value={body} label="Body" />
        )}
      </section>
      <Headers headers={headers} />
    </>
  )
}

/** Reads the token that a call can be made with again, where it may be shown: that of a world, or with secrets shown. */
function useTokenOf({ caller }: RequestView): (() => Promise<string>) | undefined {
  const { controller } = useInspector()
  const { rows, world } = useStore()
  const shown = Object.entries(caller ?? {})
    .map(([resource, id]) => rows(resource).get(id)?.token)
    .find((token) => typeof token === 'string' && token !== '[redacted]')
  if (world === null) return typeof shown === 'string' ? async () => shown : undefined
  return () => controller.tokenOf(world)
}
