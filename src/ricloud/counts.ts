import * as z from 'zod'

/** How many records of each kind to generate. Records that they need are generated too. */
export interface Counts {
  readonly users?: number | undefined
  readonly sources?: number | undefined
  readonly sessions?: number | undefined
}

const count = z.int({ error: 'must be a whole number' }).nonnegative().max(10_000_000).optional()

export const countsSchema = z.strictObject({ users: count, sources: count, sessions: count })
