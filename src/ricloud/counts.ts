import * as z from 'zod'

/** How many of each to make; what the others need is made too. */
export interface Counts {
  readonly users?: number | undefined
  readonly sources?: number | undefined
  readonly sessions?: number | undefined
}

const count = z.int({ error: 'must be a whole number' }).nonnegative().max(10_000_000).optional()

export const countsSchema = z.strictObject({ users: count, sources: count, sessions: count })
