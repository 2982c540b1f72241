import type { Instant } from '../engine/time/instant.ts'

/** The body of a recorded request or answer: its JSON, none, or why it cannot be read. */
export type RecordedBody = { readonly json: unknown } | { readonly unread: string } | { readonly isEmpty: true }

/** A call of the API in a recording. */
export interface RecordedCall {
  /** Where it stands: `calls.har: log.entries[3]`. */
  readonly place: string
  /** When it was sent, by the clock of the recorder, and when it was answered. */
  readonly at: Instant
  readonly end: Instant
  /** The server's clock in the header `Date` of the answer. */
  readonly serverTime?: Instant | undefined
  readonly method: string
  readonly host: string
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: RecordedBody
  /** 0 if there was no answer. */
  readonly status: number
  readonly answer: RecordedBody
  /** Of its answer, in characters. */
  readonly length: number
  /** Of a journal: the code of the error; null for none. */
  readonly error?: string | null
  /** Of a journal: the IDs of the caller; null if its token was rejected. */
  readonly caller?: Readonly<Record<string, number>> | null
  /** Why it is not compared, if it is not. */
  readonly skipped?: string
}

/** The JSON of a body; undefined if it has none. */
export const jsonOf = (body: RecordedBody): unknown => ('json' in body ? body.json : undefined)

/** Recorders round to milliseconds. */
const tolerance = 2000

/** The calls that were under way at the same time as another. */
export function overlaps(calls: readonly RecordedCall[]): ReadonlySet<number> {
  const found = new Set<number>()
  let last = -1
  for (const [i, { at, end }] of calls.entries()) {
    const before = calls[last]
    if (before && before.end - at > tolerance) found.add(last).add(i)
    if (!before || end > before.end) last = i
  }
  return found
}
