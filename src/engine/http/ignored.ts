import { type ApiError, invalidParameter, moreFaults } from '../errors.ts'
import { nearest } from '../messages.ts'
import { maxProblems } from '../problems.ts'

const mostIgnored = 20

/** The names as a header value: percent-encoded outside visible ASCII, and limited in length and number. */
export function ignoredHeader(names: readonly string[]): string {
  const safe = names.slice(0, mostIgnored).map((name) =>
    name
      .slice(0, 30)
      .toWellFormed()
      .replace(/[^\x21-\x2b\x2d-\x7e]/gu, encodeURIComponent),
  )
  const more = names.length > mostIgnored ? [`and-${names.length - mostIgnored}-more`] : []
  // Copied for the journal: a part of a text keeps the whole in memory.
  return structuredClone([...safe, ...more].join(', '))
}

/** The error for parameters where unknown ones are not ignored. */
export function unknownParameters(names: readonly string[], why: string, known: string): ApiError {
  const faults = names
    .slice(0, maxProblems)
    .map((name): [string, string[]] => [name, [`is unknown; ${why}.${nearest(name, [known])}`]])
  if (names.length > maxProblems) faults.push(moreFaults(names.length - maxProblems))
  return invalidParameter(Object.fromEntries(faults))
}
