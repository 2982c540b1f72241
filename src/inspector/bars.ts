import type { Upcoming } from '../control/clock.ts'
import { parseInstant } from './instant.ts'
import type { Row } from './rows.ts'

/** What happened to one record, the oldest first; as `/_mock/events` tells it. */
export interface Past {
  readonly at: string
  readonly event: string
  readonly state: string
}

/** A stretch of a record's life in one state. */
export interface Stretch {
  readonly state: string
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
}

/** A record on the time line. */
export interface Bar {
  readonly stretches: readonly Stretch[]
  /** The state in which it ended for good, and when; where that is not known it ended as it began. */
  readonly end: { readonly state: string; readonly at: number } | null
  /** What time will do to it next. */
  readonly next: { readonly at: number; readonly action: string } | null
}

const ends: ReadonlySet<string> = new Set(['failed', 'expired'])

/** A session from its creation through its states. What history does not tell is taken from its dates. */
export function sessionBar(session: Row, history: readonly Past[], upcoming: readonly Upcoming[] = []): Bar {
  const created = parseInstant(String(session.date_created))
  const state = String(session.state)
  const isOver = ends.has(state)
  const moves = history
    .map(({ at, state }) => ({ at: parseInstant(at), state }))
    .filter(({ state }, i, all) => i === 0 || all[i - 1]?.state !== state)
  const marks = [
    { at: created, state: begunAs(moves[0]?.state, state) },
    ...moves.filter((move) => move.state !== 'pending'),
  ]
  const ended = isOver ? (moves.findLast((move) => move.state === state)?.at ?? endOf(session, created)) : null
  const living = marks.filter((mark) => !ends.has(mark.state))
  const stretches = living.map(({ at, state }, i) => ({ state, from: at, to: living[i + 1]?.at ?? ended }))
  const [next] = upcoming
  return {
    stretches: stretches.filter(({ from, to }) => to === null || to > from),
    end: ended === null ? null : { state, at: ended },
    next: next && !isOver ? { at: parseInstant(next.at), action: next.action } : null,
  }
}

/** Of a session older than the history it is not known how long it was pending: not long. */
function begunAs(first: string | undefined, state: string): string {
  if (first !== undefined) return first === 'expired' ? 'active' : 'pending'
  return state === 'expired' ? 'active' : state
}
const endOf = (session: Row, created: number) =>
  typeof session.date_expired === 'string' ? parseInstant(session.date_expired) : created

/** A time during which a replaced token of a key still works. */
export interface Grace {
  readonly from: number
  readonly to: number
  readonly over: boolean
}

/** The grace periods of a key: each rotation begins one, which ends when its token is revoked. */
export function gracesOf(history: readonly Past[], upcoming: readonly Upcoming[]): readonly Grace[] {
  const begun: number[] = []
  const graces: Grace[] = []
  for (const { at, event } of history) {
    if (event === 'key.rotated') begun.push(parseInstant(at))
    const from = event === 'key.token_revoked' ? begun.shift() : undefined
    if (from !== undefined) graces.push({ from, to: parseInstant(at), over: true })
  }
  const coming = upcoming.filter(({ action }) => action === 'key.revoke_token')
  // The latest rotations are those that are not over; one by force has no grace at all.
  for (const [i, from] of begun.slice(-coming.length || begun.length).entries()) {
    const next = coming[i]
    if (next) graces.push({ from, to: parseInstant(next.at), over: false })
  }
  return graces
}

/** A key from its creation through its states. */
export function keyBar(key: Row, history: readonly Past[], upcoming: readonly Upcoming[] = []): Bar {
  const created = parseInstant(String(key.date_created))
  const moves = history.map(({ at, state }) => ({ at: parseInstant(at), state }))
  const marks = [{ at: created, state: moves.length > 0 ? 'active' : String(key.state) }, ...moves]
  const changes = marks.filter(({ state }, i) => i === 0 || marks[i - 1]?.state !== state)
  const expired = changes.find(({ state }) => state === 'expired')
  const known = typeof key.date_expires === 'string' ? parseInstant(key.date_expires) : created
  const end =
    key.state === 'expired' ? { state: 'expired', at: changes.length > 1 && expired ? expired.at : known } : null
  const living = changes.filter(({ state }) => state !== 'expired' || changes.length === 1)
  const next = upcoming.find(({ action }) => action === 'key.expire')
  return {
    stretches: living.map(({ at, state }, i) => ({
      state: state === 'expired' ? 'active' : state,
      from: at,
      to: living[i + 1]?.at ?? end?.at ?? null,
    })),
    end,
    next: next ? { at: parseInstant(next.at), action: next.action } : null,
  }
}
