import type { Upcoming } from '../control/clock.ts'
import type { ResourceDescription, StateDescription } from '../control/description.ts'
import type { PastEventView } from './event-history.ts'
import { parseInstant } from './instant.ts'
import type { Row } from './rows.ts'

/** An event of one record. */
export type PastEvent = Pick<PastEventView, 'at' | 'event' | 'state'> &
  Partial<Pick<PastEventView, 'cause' | 'reason' | 'number'>>

/** A period that a record spent in one state. */
export interface Period {
  readonly state: string
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
}

/** A record on the time line. */
export interface Bar {
  readonly periods: readonly Period[]
  /** The final state and when it was entered; where that is not known, when the record was created. */
  readonly end: { readonly state: string; readonly at: number } | null
  /** The next due move. */
  readonly next: { readonly at: number; readonly action: string } | null
}

const isFinal = (state: StateDescription | undefined) => state !== undefined && Object.keys(state.moves).length === 0

/**
 * A record from its creation through its states; dates of the record stand in for events that the history lacks.
 *
 * @param history the events of the record, the oldest first
 */
export function barOf(
  resource: ResourceDescription,
  row: Row,
  history: readonly PastEvent[],
  upcoming: readonly Upcoming[] = [],
): Bar {
  const { states, time_line } = resource
  const stateOf = (name: string) => states.find((state) => state.name === name)
  const created = parseInstant(String(row.date_created))
  const state = String(row.state)
  const isOver = isFinal(stateOf(state))
  const events = history.map(({ at, state }) => ({ at: parseInstant(at), state }))
  const [first] = history
  const initial = first || isOver ? stateBefore(resource, first?.state ?? state, first?.event) : state
  const changes = [{ at: created, state: initial }, ...events].filter(
    ({ state }, i, all) => i === 0 || all[i - 1]?.state !== state,
  )
  const date = row[time_line?.end ?? '']
  const dated = typeof date === 'string' ? parseInstant(date) : created
  const ended = isOver ? (events.find((event) => event.state === state)?.at ?? dated) : null
  const open = changes.filter((change) => !isFinal(stateOf(change.state)))
  const next = upcoming.find(({ action }) => action !== time_line?.grace?.due)
  return {
    periods: open
      .map(({ at, state }, i) => ({ state, from: at, to: open[i + 1]?.at ?? ended }))
      .filter(({ from, to }) => to === null || to > from),
    end: ended === null ? null : { state, at: ended },
    next: next && !isOver ? { at: parseInstant(next.at), action: next.action } : null,
  }
}

/**
 * The state from which a record entered another by an event, or by any; of several the one
 * with a good tone. The same state if the event is no move.
 */
function stateBefore({ name, states }: ResourceDescription, state: string, event?: string): string {
  const leads = ({ moves }: StateDescription) =>
    Object.entries(moves).some(
      ([verb, to]) => to.includes(state) && (event === undefined || event.startsWith(`${name}.${verb}`)),
    )
  const found = states.filter((one) => one.name !== state && leads(one))
  return (found.find(({ tone }) => tone === 'good') ?? found[0])?.name ?? state
}

/** A period in which something that was replaced still works. */
export interface Grace {
  readonly from: number
  readonly to: number
  readonly over: boolean
}

/** The grace periods of a record: each begins and ends with an event, or will end with due work. */
export function gracesOf(
  { time_line }: ResourceDescription,
  history: readonly PastEvent[],
  upcoming: readonly Upcoming[],
): readonly Grace[] {
  const grace = time_line?.grace
  if (!grace) return []
  const begun: number[] = []
  const graces: Grace[] = []
  for (const { at, event } of history) {
    if (event === grace.begins) begun.push(parseInstant(at))
    const from = event === grace.ends ? begun.shift() : undefined
    if (from !== undefined) graces.push({ from, to: parseInstant(at), over: true })
  }
  const due = upcoming.filter(({ action }) => action === grace.due)
  // Those without an end are the latest ones; one that never had a grace period has no due work.
  for (const [i, from] of begun.slice(-due.length || begun.length).entries()) {
    const next = due[i]
    if (next) graces.push({ from, to: parseInstant(next.at), over: false })
  }
  return graces
}
