import { useState } from 'preact/hooks'
import type { ClockView } from '../control/clock.ts'
import type { DomainEventView } from '../engine/domain-event.ts'
import { AsyncButton, Select, useIsLive } from './buttons.tsx'
import { useInspector, useNow, useStore } from './context.ts'
import { day, formatDate, formatDistance, formatGoal, formatTime, moveOf, parseInstant } from './instant.ts'

const jumps = ['1m', '1h', '6h', '24h']
const speeds = [1, 10, 60, 600, 3600]

/** Beyond this, a move is asked about first: what is due in years is seldom meant. */
const far = 30 * day

/** The question before a move to an instant that is far away; undefined for any other. */
export const questionOf = (at: number, now: number) =>
  at - now > far ? `Move the clock to ${formatGoal(at, now)}, ${formatDistance(at, now)}?` : undefined

/** Moves the clock, and says what happened meanwhile. */
export function useMove() {
  const { controller } = useInspector()
  return (body: object, what: string) =>
    controller.change(what, async () => {
      const { happened, ...clock } = await controller.client.call<ClockView & { happened: readonly DomainEventView[] }>(
        'POST',
        '/clock',
        body,
      )
      controller.store.setClock(clock)
      return happened
    })
}

/** Shows and controls the virtual clock. */
export function ClockBar() {
  const store = useStore()
  const now = useNow()
  const move = useMove()
  const { clock, connection } = store
  const isFrozen = clock?.frozen ?? true
  const speed = clock?.speed ?? 1
  const pace = isFrozen ? 'frozen' : speed === 1 ? 'running' : `running × ${speed}`
  return (
    <section class="clock" aria-label="Virtual clock">
      <div class="clock-face">
        <time class="clock-time number">{clock ? formatTime(now) : '––:––:––'}</time>
        <span class="clock-date">
          {clock && formatDate(now)} <span class="hint">UTC</span>
          <span class="clock-state" data-frozen={!store.isRunning}>
            {connection === 'lost' ? `was ${pace}` : pace}
          </span>
        </span>
      </div>
      <div class="buttons" role="group" aria-label="Run or freeze">
        {isFrozen ? (
          <AsyncButton work={() => move({ speed }, 'The clock runs')}>Run</AsyncButton>
        ) : (
          <AsyncButton work={() => move({ freeze: true }, 'The clock is frozen')}>Freeze</AsyncButton>
        )}
        <Select
          isBare
          label="Speed of the clock"
          value={String(speed)}
          choose={(one) => void move({ speed: Number(one) }, 'The clock runs')}
        >
          {[...new Set([...speeds, speed])].map((one) => (
            <option key={one} value={String(one)}>
              × {one}
            </option>
          ))}
        </Select>
      </div>
      <div class="buttons moves" role="group" aria-label="Move time">
        {jumps.map((jump) => {
          const what = `+${jump.replace(/(\d+)/, '$1 ')}`
          return (
            <AsyncButton key={jump} work={() => move({ advance: jump }, what)} title={`Move the time ${jump} forward`}>
              {what}
            </AsyncButton>
          )
        })}
        <NextButton now={now} />
      </div>
      <MoveForm />
    </section>
  )
}

/** Moves the clock to what is due next, and says what that is. */
function NextButton({ now }: { now: number }) {
  const { next: due } = useStore()
  const move = useMove()
  const next = due.find(({ at }) => parseInstant(at) >= now)
  if (!next) {
    return (
      <AsyncButton disabled work={async () => {}} title="Nothing will happen by itself">
        Nothing is due
      </AsyncButton>
    )
  }
  const at = parseInstant(next.at)
  const asks = questionOf(at, now)
  const goal = formatGoal(at, now)
  return (
    <AsyncButton
      tone={asks ? undefined : 'primary'}
      asks={asks}
      work={() => move({ advance: 'next' }, goal)}
      title={`${next.action}, ${formatDistance(at, now)}`}
    >
      Go to {goal} · {next.action}
    </AsyncButton>
  )
}

/** Moves the clock by any duration, or to any instant. */
function MoveForm() {
  const isLive = useIsLive()
  const move = useMove()
  const [text, setText] = useState('')
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await move(moveOf(text), text)) setText('')
  }
  return (
    <form class="move" onSubmit={submit} aria-label="Move to an instant or by a duration">
      <input
        class="input"
        aria-label="A duration or an instant"
        placeholder="3d or 2020-03-01 12:00"
        size={20}
        required
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={!isLive}>
        Move
      </button>
    </form>
  )
}
