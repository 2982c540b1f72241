import { shown } from '../engine/messages.ts'
import type { Records, ResourceName } from './resources/index.ts'

/** What is wrong with an attribute of a record; undefined if nothing is. */
export type AttributeProblem = readonly [attribute: string, problem: string] | undefined

/** The record of an ID. */
export type Find = <Name extends ResourceName>(name: Name, id: unknown) => Partial<Records[Name]> | undefined

/** A rule that a record must satisfy; checked only if the attributes that it uses can be read. */
export interface Rule<Row> {
  readonly attributes: readonly (keyof Row & string)[]
  check(record: Row, find: Find): AttributeProblem
}

export type Rules = { readonly [Name in ResourceName]?: readonly Rule<Records[Name]>[] }

type Dates = Readonly<Record<string, string | null>>

/**
 * The problem of dates of a record that is in a state: one that must or must not be there, or lies before another.
 *
 * @param dates in the order in which they come
 * @param isThere whether a date is there in this state; it may be if this does not say
 */
export function datesOf(
  noun: string,
  state: string,
  dates: Dates,
  isThere: Readonly<Record<string, boolean>>,
): AttributeProblem {
  let [first, earliest] = ['', '']
  for (const [name, date] of Object.entries(dates)) {
    if (isThere[name] !== undefined && isThere[name] !== (date !== null)) {
      return [
        name,
        `of a ${noun} that is ${state} must be ${isThere[name] ? 'a datetime' : 'null'}, got ${shown(date)}`,
      ]
    }
    if (date === null) continue
    if (date < earliest) return [name, `must not lie before ${first}, ${earliest}, got ${shown(date)}`]
    ;[first, earliest] = [name, date]
  }
  return undefined
}
