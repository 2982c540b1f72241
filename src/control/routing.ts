import * as z from 'zod'
import { ApiError, invalidParameter, UsageError } from '../engine/errors.ts'
import { parse } from '../engine/http/parse.ts'
import type { RequestParts, Route } from '../engine/http/route.ts'
import { placeText } from '../engine/place.ts'

/** How much to list at most, as a parameter of a URL. */
export const limitParameter = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, { error: 'must be a whole number from 1 to 999999' })
  .transform(Number)

/** A class without its private fields, by which two that are generic differ. */
export type Public<T> = Pick<T, keyof T>

/**
 * Makes a function that defines rows of the control API's route table, which are all of our making.
 *
 * `Parts` are the parts of the mock that the handlers use, so that no area depends on the whole mock.
 */
export function routeWith<Parts>() {
  type Context = { readonly mock: Parts }
  return <Body>(row: Omit<Route<Context, Body>, 'evidence'>) => ({ ...row, evidence: 'assumed' }) as Route<Context>
}

/** Parses the query, each parameter given once, without `world`, which the router reads. Throws `invalid-parameter`. */
export function parseQuery<Output>(schema: z.ZodType<Output>, { search, ignore }: RequestParts<unknown>): Output {
  const { world: _, ...given } = Object.fromEntries(search())
  return parse(schema, given, ignore)
}

/** A UsageError as the control API's `invalid-parameter`; undefined for anything else, which is a bug. */
export function usageErrorResponse(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof UsageError)) return undefined
  if (thrown.placed.length === 0) return new ApiError('invalid-parameter', thrown.message)
  // Without a prototype, because names come from the caller and may be `constructor`.
  const params: Record<string, string[]> = Object.create(null)
  for (const { path = [], origin, what } of thrown.placed) {
    ;(params[placeText({ path, origin }) || 'body'] ??= []).push(what.replace(/\.$/, ''))
  }
  return invalidParameter(params)
}
