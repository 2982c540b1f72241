import * as z from 'zod'
import { UsageError } from '../engine/errors.ts'
import { oneOf } from '../engine/fields.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import { requestMethods } from './request-methods.ts'

const status = z.int().min(0).max(599)
const count = z.int().nonnegative()

/** Which requests are meant; all that is given must fit. */
const matcher = {
  method: oneOf(requestMethods).optional(),
  path: z
    .string()
    .regex(/^(?:\/(?:\*|[^\s*/?#]*))+$/, {
      error: 'must be a path such as "/sessions" or "/users/*", where "*" stands for a whole segment',
    })
    .optional(),
  status: status.optional(),
  error: z.string().optional(),
  query: z
    .record(z.string(), z.union([z.string(), z.array(z.string())], { error: 'must be text, or an array of texts' }))
    .optional(),
  body: z.record(z.string(), z.unknown()).optional(),
}

const Matcher = z.strictObject(matcher)

/** Which requests of the journal to list. */
export const RequestFilter = z.strictObject({
  method: matcher.method,
  path: matcher.path,
  status: status.optional(),
  /** Only the last so many. */
  limit: z.int().positive().optional(),
})

const digits = z
  .string()
  .regex(/^\d{1,6}$/, { error: 'must be a whole number' })
  .transform(Number)

/** The same as the parameters of a query. */
export const RequestQuery = RequestFilter.extend({ status: digits.optional(), limit: digits.optional() })

const bounds = z
  .strictObject({ at_least: count.optional(), at_most: count.optional() })
  .refine(({ at_least = 0, at_most = Infinity }) => at_least <= at_most, {
    error: 'must not ask for more than it allows',
  })

/** What must have been called. */
export const Verification = z.strictObject({
  ...matcher,
  count: z
    .union([count, bounds], { error: 'must be a whole number, or an object with at_least and at_most' })
    .optional(),
  sequence: z.array(Matcher).min(1).optional(),
})

/** Reads a question about requests. Throws an Error that names each thing wrong with it. */
export function read<Output>(schema: z.ZodType<Output>, given: unknown, what: string): Output {
  const result = schema.safeParse(given, { reportInput: true, error: worded })
  if (result.success) return result.data
  const problems = problemsOf(schema, result.error)
  throw new UsageError(`Failed to ${what}: ${problems.join('; ')}`, problems)
}
