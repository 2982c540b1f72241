import { parseInstant } from '../engine/time/instant.ts'
import { isRecord } from '../engine/values.ts'
import type { Body, Finding } from './answer-check.ts'
import type { Bindings } from './bindings.ts'
import { idText, isRedacted } from './json.ts'

/** What a list says beyond its elements: which they are, in which order, and how many there are in all. */
export class ListJudge {
  readonly #bindings: Bindings
  /** How many more records the API has than the mock, by the query of a list that was never seen whole. */
  readonly #more = new Map<string, number>()

  constructor(bindings: Bindings) {
    this.#bindings = bindings
  }

  /**
   * Compares a list that both sides sent.
   *
   * @param query path and filters of the list, without cursors and limit
   * @param isPage whether cursors or a limit may leave out records
   */
  *findings(
    item: string,
    query: string,
    isPage: boolean,
    recorded: Body,
    mocked: Body,
  ): Generator<Omit<Finding, 'verdict' | 'facts'>> {
    const own = [recorded.data].flat().filter(isRecord)
    const others = [mocked.data].flat().filter(isRecord)
    const dates = own.map(({ date_created }) => parseInstant(String(date_created)) ?? Number.NaN)
    if (dates.some((date, i) => date > (dates[i - 1] ?? Infinity)))
      yield { path: 'data', text: 'is in another order: lists of the mock have the newest record first' }

    // Which records a list holds cannot be known once one of them was removed.
    if ([recorded.data].flat().some((one) => isRedacted(isRecord(one) ? one.id : one))) return
    const inMock = new Set(others.map(({ id }) => idText(id)))
    const known = own.filter(({ id }) => this.#bindings.mocked(item, id) !== undefined)
    const lacking = known.filter(({ id }) => !inMock.has(idText(this.#bindings.mocked(item, id))))
    if (lacking.length > 0)
      yield { path: 'data', text: `has ${lacking.length} of its records that the mock's list does not have` }
    const inRecording = new Set(own.map(({ id }) => idText(id)))
    const isKnownHere = ({ id }: Body) => this.#bindings.recorded(item, id) !== undefined
    const isMissing = ({ id }: Body) => !inRecording.has(idText(this.#bindings.recorded(item, id)))
    const missing = others.filter((one) => isKnownHere(one) && isMissing(one))
    if (missing.length > 0 && !isPage)
      yield { path: 'data', text: `lacks ${missing.length} of the records that the mock's list has` }
    if (lacking.length + missing.length > 0) return

    const { total_count: total, has_more: more } = recorded
    if (typeof total !== 'number' || typeof more !== 'boolean') return
    if (!isPage && !more && total !== own.length) {
      yield { path: 'total_count', text: 'is not the number of records of a list that has no more' }
    } else if (total < own.length + (more ? 1 : 0)) {
      yield { path: 'total_count', text: 'is less than the number of records that there must be' }
    } else if (known.length === own.length && others.every(isKnownHere)) {
      const isWhole = !isPage && !more
      const expected = isWhole ? 0 : (this.#more.get(query) ?? total - Number(mocked.total_count))
      this.#more.set(query, expected)
      if (total - Number(mocked.total_count) !== expected)
        yield { path: 'total_count', text: 'did not change as the total of the mock did' }
      else if (expected === 0 && more !== mocked.has_more)
        yield { path: 'has_more', text: `is ${more}; the mock has ${mocked.has_more}` }
    }
  }
}
