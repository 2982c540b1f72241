import * as z from 'zod'

/** What a world of one's own may be told over HTTP; the mock itself checks what lies within. */
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
