import * as z from 'zod'
import { either, shown } from './messages.ts'
import { parseDuration, readInstant } from './time/clock.ts'

/** How an integer ID is written. */
export const integerIdPattern = /^0*[1-9]\d{0,14}$/

/** The integer ID that a text gives; undefined for any other text. */
export const readIntegerId = (text: string): number | undefined =>
  integerIdPattern.test(text) ? Number(text) : undefined

const notAnId = { error: 'must be an integer ID' }

/** An integer ID; digits in a string are one too (documented: both forms stand in the pages). */
export const integerId = z
  .union([z.int(notAnId).positive(notAnId), z.string(notAnId).regex(integerIdPattern, notAnId)], notAnId)
  .transform(Number)

/** Any text that is not empty. */
export const text = z.string().min(1)

/** What a reader of the clock makes of a value, its Error as the problem. */
function readBy<Given>(schema: z.ZodType<Given>, read: (given: Given) => number) {
  return schema.transform((given, context) => {
    try {
      return read(given)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
      return z.NEVER
    }
  })
}

/** A duration such as `6h`, read into microseconds. */
export const duration = readBy(
  z.string({ error: 'must be a duration such as "6h"' }).meta({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' }),
  parseDuration,
)

/** An instant as a developer writes it, read into microseconds since 1970. */
export const instant = readBy(
  z.union([z.string(), z.date()], { error: 'must be an ISO 8601 instant or a Date' }),
  readInstant,
)

/** What is wrong with a text that is no datetime. */
export const notDatetime = (given: unknown) =>
  `must be an ISO 8601 datetime such as 2018-11-08T13:05:29.954188Z, got ${shown(given)}`

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${either(words)}` })
}
