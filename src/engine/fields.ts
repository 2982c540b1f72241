import * as z from 'zod'
import { either, shown } from './messages.ts'
import { messageOf } from './thrown.ts'
import { durationPattern, durationProblem, parseDuration } from './time/duration.ts'
import { readInstant, TimeError } from './time/instant.ts'

/** The text form of an integer ID. */
const integerIdPattern = /^0*[1-9]\d{0,15}$/

/** Parses an integer ID; undefined if the text is none, or a larger one than a number can hold exactly. */
export function readIntegerId(text: string): number | undefined {
  const id = integerIdPattern.test(text) ? Number(text) : undefined
  return Number.isSafeInteger(id) ? id : undefined
}

const notAnId = { error: 'must be an integer ID' }
const idInText = z
  .string(notAnId)
  .regex(integerIdPattern, { ...notAnId, abort: true })
  .refine((text) => readIntegerId(text) !== undefined, {
    error: ({ input }) => `must be an integer ID up to ${Number.MAX_SAFE_INTEGER}, got ${shown(input)}`,
  })

/** An integer ID, as a number or as digits in a string (documented: the pages show both forms). */
export const integerId = z.union([z.int(notAnId).positive(notAnId), idInText], notAnId).transform(Number)

/** The largest integer ID that a developer can give a record, so that a number holds the IDs of all records after it. */
export const largestGivenId = 999_999_999_999_999

/** An integer ID that a developer gives a record. */
export const givenId = () => z.int().positive().max(largestGivenId)

/** A string that is not empty. */
export const text = z.string().min(1)

/** A token of a key: as an Authorization header takes it, and unlike those of worlds. */
export const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces, and not empty')
  .regex(/^(?!w\d+-)/i, 'must not begin like the tokens of worlds, "w1-"')

/** A schema that transforms a value with `read`; the message of an Error that it throws becomes the problem. */
function readBy<Given>(schema: z.ZodType<Given>, read: (given: Given) => number) {
  return schema.transform((given, context) => {
    try {
      return read(given)
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) })
      return z.NEVER
    }
  })
}

/**
 * The error of a schema that accepts durations; it suggests the one that was meant.
 *
 * @param form what the schema accepts: `a duration such as "1h", or "never"`
 * @param limit what the schema requires of a duration
 */
export const durationError =
  (form: string, limit?: string) =>
  ({ input }: { readonly input?: unknown }) =>
    durationProblem(input, form, limit)

const durationText = z.string({ error: durationError('a duration such as "6h"') }).meta({ pattern: durationPattern })

/** A duration such as `6h`, parsed to microseconds. */
export const duration = readBy(durationText, parseDuration)

/** The message for durations that must not be zero. */
export const longerThanZero = 'must be longer than 0s'

/** A duration that is not zero. */
export const period = duration.refine((length) => length > 0, { error: longerThanZero })

/** How an instant begins, or a time of day. */
const pointInTime = /^\s*(?:\d{4}-\d\d|\d{1,2}:\d\d)/

const sinceStart = (given: unknown) =>
  `counts from the start of the scenario: write a duration such as "6h", got ${shown(given)}.`

/** A time since the start of a scenario, as a duration. */
export const timeSinceStart = readBy(
  z
    .string({
      error: ({ input }) =>
        input instanceof Date ? sinceStart(input) : durationProblem(input, 'a duration such as "6h"'),
    })
    .meta({ pattern: durationPattern }),
  (given) => {
    if (pointInTime.test(given)) throw new TimeError(sinceStart(given))
    return parseDuration(given)
  },
)

/** An ISO 8601 text or a Date, parsed to microseconds since 1970. */
export const instant = readBy(
  z.union([z.string(), z.date()], { error: 'must be an ISO 8601 instant or a Date' }),
  readInstant,
)

/** The message for a value that is not a datetime. */
export const notDatetime = (given: unknown) =>
  `must be an ISO 8601 datetime such as 2018-11-08T13:05:29.954188Z, got ${shown(given)}`

/** One of the given strings. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${either(words)}` })
}
