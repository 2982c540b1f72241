import type { ClockView } from '../control/clock.ts'
import type { DomainEventView } from '../engine/domain-event.ts'
import { useInspector, useNow, useStore } from './context.ts'
import { formatDate, formatDistance, formatTime, parseInstant } from './instant.ts'
import { AsyncButton } from './parts.tsx'

const jumps = ['1m', '1h', '6h', '24h']
const speeds = [1, 10, 60, 600, 3600]

/** Shows and controls the virtual clock. */
export function ClockBar() {
  const { controller } = useInspector()
  const store = useStore()
  const now = useNow()
  const { clock } = store
  const isFrozen = clock?.frozen ?? true
  const speed = clock?.speed ?? 1
  const [next] = store.upcoming
  const move = (body: object, what: string) =>
    controller.attempt(async () => {
      const moved = await controller.client.call<ClockView & { happened: readonly DomainEventView[] }>(
        'POST',
        '/clock',
        body,
      )
      store.setClock(moved)
      controller.refresh('upcoming')
      controller.refresh('scenario')
      controller.notice(`${what}${summaryOf(moved.happened)}`)
    })
  return (
    <section class="clock" aria-label="Virtual clock">
      <div class="clock-face">
        <time class="clock-time number">{clock ? formatTime(now) : '––:––:––'}</time>
        <span class="clock-date">
          {clock && formatDate(now)} <span class="hint">UTC</span>
          <span class="clock-state" data-frozen={isFrozen}>
            {isFrozen ? 'frozen' : speed === 1 ? 'running' : `running × ${speed}`}
          </span>
        </span>
      </div>
      <div class="buttons" role="group" aria-label="Move time">
        {jumps.map((jump) => (
          <AsyncButton
            key={jump}
            work={() => move({ advance: jump }, `+${jump}`)}
            title={`Move the time ${jump} forward`}
          >
            +{jump.replace(/(\d+)/, '$1 ')}
          </AsyncButton>
        ))}
        <AsyncButton
          tone="primary"
          disabled={!next}
          work={() => move({ advance: 'next' }, 'Next event')}
          title={
            next ? `${next.action}, ${formatDistance(parseInstant(next.at), now)}` : 'Nothing will happen by itself'
          }
        >
          Next event
        </AsyncButton>
      </div>
      <div class="buttons" role="group" aria-label="Run or freeze">
        {isFrozen ? (
          <AsyncButton work={() => move({ speed }, 'The clock is running')}>Run</AsyncButton>
        ) : (
          <AsyncButton work={() => move({ freeze: true }, 'The clock is frozen')}>Freeze</AsyncButton>
        )}
        <select
          class="input"
          aria-label="Speed of the clock"
          value={String(speed)}
          onChange={(event) => void move({ speed: Number(event.currentTarget.value) }, 'The clock is running')}
        >
          {[...new Set([...speeds, speed])].map((one) => (
            <option key={one} value={String(one)}>
              × {one}
            </option>
          ))}
        </select>
      </div>
    </section>
  )
}

/** The events on the way, counted by name. */
function summaryOf(happened: readonly DomainEventView[]): string {
  const counts = new Map<string, number>()
  for (const { event } of happened) counts.set(event, (counts.get(event) ?? 0) + 1)
  if (counts.size === 0) return ': nothing happened meanwhile.'
  const parts = Array.from(counts, ([event, count]) => (count > 1 ? `${event} × ${count}` : event))
  return `: ${parts.slice(0, 4).join(', ')}${parts.length > 4 ? ` and ${parts.length - 4} more kinds` : ''}.`
}
