import * as z from 'zod'
import { problemsOf, worded } from '../contract/problems.ts'
import { UsageError } from '../errors.ts'

/** What a world of one's own may be told; the mock itself checks what lies within. */
export const WorldOptions = z.strictObject({
  scenario: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  fixtures: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).optional(),
  seed: z.unknown().optional(),
  clock: z.unknown().optional(),
  settings: z.unknown().optional(),
  generate: z.unknown().optional(),
  dialect: z.unknown().optional(),
  /** The name of a snapshot of the mock's own world, which is forked. */
  snapshot: z.string().optional(),
})

/** Checks what a world is told. Throws an Error that names each thing wrong with it. */
export function readWorldOptions(options: unknown): void {
  const read = WorldOptions.safeParse(options, { reportInput: true, error: worded })
  if (read.success) return
  const problems = problemsOf(WorldOptions, read.error)
  throw new UsageError(`Failed to create a world: ${problems.join('; ')}`, problems)
}
