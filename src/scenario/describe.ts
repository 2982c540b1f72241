import type { Fault } from '../engine/faults.ts'
import { formatDuration } from '../engine/time/duration.ts'
import type { Step } from './schema.ts'

/** The conditions of a step as text: `id = 1, state = active`. */
export const describeWhere = (where: Step['where'] = {}) =>
  Object.entries(where)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ')

const ordinal = (number: number) => `occasion ${number}`

/** A step as one line of text: `24h after session.active where source.identifier = a@b.c: session.expire`. */
export function describeStep(step: Step): string {
  const { at, on, where, nth, first, every, after } = step
  const which =
    nth !== undefined
      ? ` (${ordinal(nth)})`
      : first !== undefined
        ? ` (first ${first})`
        : typeof every === 'number'
          ? ` (every ${every})`
          : ''
  const when =
    at !== undefined ? `at ${formatDuration(at)}` : `${after ? `${formatDuration(after)} after` : 'on'} ${on}`
  const repeats = typeof every === 'object' ? ` and every ${formatDuration(every.period)}` : ''
  return `${when}${repeats}${which}${where && Object.keys(where).length > 0 ? ` where ${describeWhere(where)}` : ''}: ${step.do}`
}

/** A fault as one line of text: `GET /sources/*, first 2: status 503`. */
export function describeFault({ on, nth, first, every, probability, between, answer, delay, close }: Fault): string {
  const which = [
    nth !== undefined && ordinal(nth),
    first !== undefined && `first ${first}`,
    every !== undefined && `every ${every}`,
    probability !== undefined && `${probability * 100}%`,
    between && `from ${formatDuration(between[0])} to ${formatDuration(between[1])}`,
  ].filter(Boolean)
  const ends = [
    delay !== undefined && `delay ${formatDuration(delay)}`,
    answer && `status ${answer.status}`,
    close && `close ${close}`,
  ].filter(Boolean)
  return `${[on, ...which].join(', ')}: ${ends.join(', ')}`
}
