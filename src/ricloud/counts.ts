import * as z from 'zod'

/** How many records of each kind to generate. Records that they need are generated too. */
export interface Counts {
  readonly users?: number | undefined
  readonly sources?: number | undefined
  readonly sessions?: number | undefined
}

const range = { error: 'must be a whole number from 0 to 10000000' }
const count = z.int(range).nonnegative(range).max(10_000_000, range).optional()

export const countsSchema = z.strictObject({ users: count, sources: count, sessions: count })
