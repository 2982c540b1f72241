import type { StoredObject } from '../engine/buckets.ts'
import { compareBytes } from '../engine/text.ts'

/** What of a bucket is listed. */
export interface Listing {
  readonly prefix: string
  /** Keys that have it after the prefix are shown as one common prefix, which ends with it; empty for none. */
  readonly delimiter: string
  /** The key or common prefix at which an earlier page ended; keys with the common prefix of it are not listed again. */
  readonly marker?: string
  /** The last key that is not listed, the least one that is, and the first that is no longer; empty for any. */
  readonly after?: string
  readonly from?: string
  readonly until?: string
  /** How many keys and common prefixes there may be. */
  readonly limit: number
}

export interface Page {
  readonly objects: readonly StoredObject[]
  readonly prefixes: readonly string[]
  /** The last key or common prefix, if there are more. */
  readonly next: string | undefined
}

/**
 * A page of the objects of a bucket. Its work grows with the page, and not with the bucket.
 *
 * @param sorted by the UTF-8 bytes of their keys
 */
export function pageOf(sorted: readonly StoredObject[], listing: Listing): Page {
  const { prefix, delimiter, marker = '', after = '', from = '', until = '', limit } = listing
  const commonPrefixOf = (key: string) => {
    const end = delimiter === '' || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length)
    return end < 0 ? undefined : key.slice(0, end + delimiter.length)
  }
  const isListed = (object: StoredObject | undefined): object is StoredObject =>
    object?.key.startsWith(prefix) === true && (until === '' || compareBytes(object.key, until) < 0)

  const least = compareBytes(prefix, from) > 0 ? prefix : from
  let at = firstWhere(sorted, 0, ({ key }) => compareBytes(key, least) >= 0)
  if (after !== '') at = firstWhere(sorted, at, ({ key }) => compareBytes(key, after) > 0)
  if (marker !== '') {
    // What was shown as a common prefix comes once, although its keys come after it.
    const shown = commonPrefixOf(marker)
    at = firstWhere(sorted, at, ({ key }) => compareBytes(key, marker) > 0 && !(shown && key.startsWith(shown)))
  }
  const objects: StoredObject[] = []
  const prefixes: string[] = []
  let last = ''
  for (let object = sorted[at]; isListed(object) && objects.length + prefixes.length < limit; object = sorted[at]) {
    const common = commonPrefixOf(object.key)
    last = common ?? object.key
    if (common === undefined) objects.push(object)
    else prefixes.push(common)
    at = common === undefined ? at + 1 : firstWhere(sorted, at, ({ key }) => !key.startsWith(common))
  }
  return { objects, prefixes, next: limit > 0 && isListed(sorted[at]) ? last : undefined }
}

/** The first index from one on at which something holds that holds at every later one too. */
function firstWhere<T>(list: readonly T[], start: number, holds: (one: T) => boolean): number {
  let [low, high] = [start, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(list[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
