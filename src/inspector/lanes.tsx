import { useMemo } from 'preact/hooks'
import type { Tone } from '../engine/resource.ts'
import type { Route } from './address.ts'
import { useInspector, useStore } from './context.ts'
import { formatCount } from './format-count.ts'
import { formatMoment, parseInstant } from './instant.ts'
import { toneOfStatus } from './marks.tsx'
import { clustered, type Span, shareOf } from './scale.ts'

/** Something at an instant. */
interface Moment {
  readonly at: number
  readonly tone: Tone
  readonly title: string
  readonly to: Route
}

/** Which of several tones a mark has that stands for them. */
const gravest = ['bad', 'wait', 'hold', 'good', 'over'] as const

/** The lanes above the bars: the calls, and the attempts to send webhooks. */
export function Lanes({ span, plot }: { span: Span; plot: number }) {
  const { requests, requestCount, deliveries, deliveryCount } = useStore()
  const calls = useMemo(
    () =>
      requests.map(({ id, at, method, path, status }): Moment => {
        const title = `${method} ${path} ${status || 'cut'}`
        return { at: parseInstant(at), tone: toneOfStatus(status), title, to: { view: 'requests', id: String(id) } }
      }),
    [requests],
  )
  const attempts = useMemo(
    () =>
      deliveries
        .flatMap(({ id, event, attempts }) =>
          attempts.map(({ at, status, error }): Moment => {
            const title = `${event} ${status ?? error ?? ''}`
            return { at: parseInstant(at), tone: toneOfStatus(status ?? 0), title, to: { view: 'webhooks', id } }
          }),
        )
        .sort((one, other) => one.at - other.at),
    [deliveries],
  )
  return (
    <>
      <Lane name={nameOf('Requests', requests.length, requestCount)} moments={calls} span={span} plot={plot} />
      <Lane name={nameOf('Webhooks', deliveries.length, deliveryCount)} moments={attempts} span={span} plot={plot} />
    </>
  )
}

/** The name of a lane, which says so if it shows only the last of them. */
const nameOf = (name: string, shown: number, all: number) =>
  shown < all ? `${name}, the last ${formatCount(shown)}` : name

function Lane({ name, moments, span, plot }: { name: string; moments: readonly Moment[]; span: Span; plot: number }) {
  const { go } = useInspector()
  return (
    <div class="lane" role="presentation">
      <span class="lane-name">{name}</span>
      <div class="lane-plot" aria-hidden="true">
        {clustered(moments, span, plot, 7).map(({ at, items }) => {
          const tone = gravest.find((one) => items.some((item) => item.tone === one))
          const [first] = items
          const more = items.length > 1 ? `${items.length}: ` : ''
          const titles = items.slice(0, 5).map(({ title }) => title)
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the views list the same
            <i
              key={at}
              class="moment"
              data-tone={tone}
              data-many={items.length > 1}
              style={{ left: `${shareOf(at, span) * 100}%` }}
              title={`${formatMoment(at)}  ${more}${titles.join(', ')}`}
              onClick={() => first && go(first.to)}
            />
          )
        })}
      </div>
    </div>
  )
}
