import type { StreamMessage } from '../control/stream.ts'
import type { RequestView } from '../engine/journal.ts'
import { printableLine } from '../engine/messages.ts'
import { cut } from '../engine/text.ts'
import type { Paint } from './output.ts'

/** What the line of a request shows. */
export type LoggedRequest = Pick<
  RequestView,
  'at' | 'method' | 'path' | 'status' | 'error' | 'duration_ms' | 'decided_by' | 'ignored'
>

const methodWidth = 'DELETE'.length
const pathWidth = 24
const maxLength = 200

/** Names and paths come from callers. */
const escaped = (text: string) => printableLine(cut(text, maxLength))

const statusColours = ['magenta', 'magenta', 'green', 'cyan', 'yellow', 'red'] as const

/** With one decimal below ten milliseconds; `toFixed` would take a tenth of the time of a whole line. */
function showDuration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`
  if (milliseconds >= 10) return `${Math.round(milliseconds)} ms`
  const tenths = Math.round(milliseconds * 10)
  return `${Math.floor(tenths / 10)}.${tenths % 10} ms`
}

/**
 * One line: time, method, path, status, duration, what decided the answer, and ignored parameters; the world unless it
 * is the main one.
 */
export function requestLine(request: LoggedRequest, world: string | null, paint: Paint): string {
  const { at, method, path, status, error, duration_ms, decided_by, ignored } = request
  const colour = paint[statusColours[Math.floor(status / 100)] ?? 'red']
  const time = timeOf(at, paint)
  const call = `${paint.bold(escaped(method).padEnd(methodWidth))}  ${escaped(path).padEnd(pathWidth)}`
  let line = `${time}  ${call}  ${colour(status === 0 ? 'cut' : String(status))}  ${paint.dim(showDuration(duration_ms).padStart(7))}`
  if (decided_by.length > 0) line += `  ${escaped(decided_by.join(', '))}`
  if (error !== null) line += `  ${error}`
  if (ignored.length > 0) line += `  ${paint.yellow(`ignored: ${escaped(ignored.join(', '))}`)}`
  return withWorld(line, world, paint)
}

/** The line of a call of a client of an object store, which is named at its end. */
export const storeLine = ({ call, world }: Extract<StreamMessage, { kind: 'store' }>, paint: Paint): string =>
  requestLine({ ...call, decided_by: [call.store], ignored: [] }, world, paint)

/** The line of a move of the clock, or of a change of a world as a whole; both come of the control API or of a program. */
export function changeLine(message: Extract<StreamMessage, { kind: 'clock' | 'world' }>, paint: Paint): string {
  const { world } = message
  if (message.kind === 'world') {
    return `${' '.repeat(timeWidth)}  ${paint.cyan(`${world === null ? 'mock' : `world ${world}`} ${message.what}`)}`
  }
  const { now, frozen, speed } = message.clock
  const pace = frozen ? 'frozen' : speed === 1 ? 'running' : `running at speed ${speed}`
  return withWorld(`${timeOf(now, paint)}  ${paint.cyan(`clock at ${now}, ${pace}`)}`, world, paint)
}

const timeWidth = 'hh:mm:ss'.length

/** Of an instant the time alone. */
const timeOf = (at: string, paint: Paint) => paint.dim(at.slice(11, 11 + timeWidth))

const withWorld = (line: string, world: string | null, paint: Paint) =>
  world === null ? line : `${line}  ${paint.dim(`world ${world}`)}`
