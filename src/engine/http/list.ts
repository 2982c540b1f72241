import { invalidParameter, type ParameterFaults } from '../errors.ts'
import { notDatetime } from '../fields.ts'
import { shown } from '../messages.ts'
import { parsed } from '../problems.ts'
import type { Filters } from '../schemas.ts'
import type { Range } from '../store/index-range.ts'
import type { Page, Query, Row } from '../store/query.ts'
import { queriedDatetime } from '../time/instant.ts'
import type { BaseViewer } from '../view.ts'
import { faultOf, type Ignore } from './parse.ts'
import { valuesByName } from './url.ts'

/** A list object of the API. */
export interface ListView<View> {
  readonly resource?: 'list'
  readonly data: readonly View[]
  readonly has_more: boolean
  readonly total_count: number
  readonly url: string
}

/** The list object of a page; `url` is the path of the list. */
export function shownList<R, View>(
  viewer: BaseViewer,
  url: string,
  { data, has_more, total_count }: Page<R>,
  show: (record: R) => View,
): ListView<View> {
  const list = { data: data.map(show), has_more, total_count, url }
  return viewer.tagsLists ? { resource: 'list', ...list } : list
}

/** Default and maximum of `limit` (documented). */
export const defaultLimit = 10
export const maximumLimit = 1000

type Operator = 'gt' | 'gte' | 'lt' | 'lte'
const operated = /^(.+?)(?:\[(gt|gte|lt|lte)\]|__(gt|gte|lt|lte))$/

/**
 * Parses the parameters of a list. A filter tests for equality; if repeated, for any of its values (observed). Datetimes
 * also have the filters `field[gt]` or `field__gt`, likewise `gte`, `lt` and `lte` (assumed).
 *
 * @param cursor finds the record that a cursor names, among those that the list can contain
 */
export function readListQuery(
  search: URLSearchParams,
  filters: Filters,
  cursor: (id: string) => Row | undefined,
  ignore: Ignore,
): Query {
  const faults: Record<string, string[]> = {}
  const refuse = (name: string, what: string) => (faults[name] ??= []).push(what)
  const where: Record<string, (string | number)[]> = {}
  const between: Record<string, { -readonly [Bound in keyof Range]: Range[Bound] }> = {}
  const single: { limit?: number; after?: Row; before?: Row } = {}

  for (const [name, values] of valuesByName(search)) {
    const [, field = name, bracketed, underscored] = operated.exec(name) ?? []
    const operator = (bracketed ?? underscored) as Operator | undefined
    const filter = Object.hasOwn(filters, field) ? filters[field] : undefined
    if (name === 'limit' || name === 'after_id' || name === 'before_id') {
      if (values.length > 1) refuse(name, `must be given once, got ${values.length} values`)
      const [value = ''] = values
      if (name === 'limit') {
        if (/^\d{1,9}$/.test(value) && +value >= 1 && +value <= maximumLimit) single.limit = Number(value)
        else refuse(name, `must be an integer from 1 to ${maximumLimit}, got ${shown(value)}`)
        continue
      }
      const row = cursor(value)
      if (row) single[name === 'after_id' ? 'after' : 'before'] = row
      else refuse(name, `names nothing that this list can contain: ${shown(value)}`)
    } else if (filter === 'datetime') {
      const instants: string[] = []
      for (const value of values) {
        const instant = queriedDatetime(value)
        if (instant !== undefined) instants.push(instant)
        else refuse(name, notDatetime(value))
      }
      if (operator && values.length > 1) refuse(name, `must be given once, got ${values.length} values`)
      const range = (between[field] ??= {})
      if (!operator) range.equals = instants
      else for (const instant of instants) range[operator] = narrower(operator, range[operator], instant)
    } else if (filter && !operator) {
      for (const value of values) {
        const result = parsed(filter, value)
        if (result.success) where[field] = (where[field] ?? []).concat(result.data)
        else for (const issue of result.error.issues) refuse(name, faultOf(name, issue))
      }
    } else {
      ignore(name)
    }
  }
  if (Object.keys(faults).length > 0) throw invalidParameter(faults satisfies ParameterFaults)
  for (const range of Object.values(between)) {
    if (!range.equals) continue
    const sorted = [...range.equals].sort()
    range.gte = narrower('gte', range.gte, sorted[0] as string)
    range.lte = narrower('lte', range.lte, sorted.at(-1) as string)
  }
  return { where, between, limit: defaultLimit, ...single }
}

/** The narrower of two bounds: if both `field[gt]` and `field__gt` are given, both apply. */
function narrower(operator: Operator, known: string | undefined, given: string): string {
  if (known === undefined) return given
  return operator.startsWith('g') === known > given ? known : given
}
