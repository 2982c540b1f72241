import type * as z from 'zod'
import { ApiError, invalidParameter, UsageError } from '../engine/errors.ts'
import { parse } from '../engine/http/parse.ts'
import type { RequestParts, Route } from '../engine/http/router.ts'
import type { Controls } from './controls.ts'

/** The scene of a control call: the mock that it is about, and the mock that was called. */
export interface ControlContext {
  readonly mock: Controls
}

/** One row of the control API's route table; all of it is of our making. */
export function route<Body>(row: Omit<Route<ControlContext, Body>, 'evidence'>): Route<ControlContext> {
  return { ...row, evidence: 'assumed' } as Route<ControlContext>
}

/** Reads the parameters of the query, each given once; `world` is read elsewhere. Throws the API's `invalid-parameter`. */
export function readSearch<Output>(schema: z.ZodType<Output>, { search, ignore }: RequestParts<unknown>): Output {
  const { world: _, ...given } = Object.fromEntries(search())
  return parse(schema, given, ignore)
}

/** A mistake of whoever arranges the mock, as an answer of the control API; undefined for anything else. */
export function understood(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof UsageError)) return undefined
  if (thrown.problems.length === 0) return new ApiError('invalid-parameter', thrown.message)
  // Names come from whoever calls, such as `constructor`.
  const params: Record<string, string[]> = Object.create(null)
  for (const problem of thrown.problems) {
    const [, name = '', what = problem] = /^([^ ]*?): (.*)$/s.exec(problem) ?? []
    ;(params[name] ??= []).push(what.replace(/\.$/, ''))
  }
  return invalidParameter(params)
}
