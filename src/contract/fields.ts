import * as z from 'zod'
import { either } from '../words.ts'

const notAnId = { error: 'must be an integer ID' }

/** An integer ID; digits in a string are one too (documented: both forms stand in the pages). */
export const integerId = z
  .union([z.int(notAnId).positive(notAnId), z.string(notAnId).regex(/^0*[1-9]\d{0,14}$/, notAnId)], notAnId)
  .transform(Number)

/** Any text that is not empty. */
export const text = z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' })

export const boolean = z.boolean({ error: 'must be true or false' })

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${either(words)}` })
}

/** An object with these fields; others are ignored, and said to be. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape, { error: 'must be an object' })
}

/** Settings on the publishing of source files; the one that the pages name. */
export const publishing = fields({ publish_source_files: boolean.optional() })
