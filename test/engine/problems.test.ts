import { expect, it } from 'vitest'
import * as z from 'zod'
import { parsed, parseOptions } from '../../src/engine/problems.ts'

const schema = z.strictObject({
  name: z.string().min(1),
  count: z
    .union([z.int(), z.string().regex(/^\d+$/)])
    .transform(Number)
    .optional(),
  tags: z.array(z.string().trim()).default(['none']),
})

it.each<[string, unknown]>([
  ['a value', { name: 'one' }],
  ['a value that is transformed', { name: 'one', count: '7', tags: [' a '] }],
  ['a value with several mistakes', { name: '', count: 1.5, other: true }],
  ['a value of another type', 'one'],
  ['no value', undefined],
])('parsed: %s gives what safeParse gives', (_, given) => {
  const [one, other] = [parsed(schema, given), schema.safeParse(given, parseOptions)]
  expect(one.data).toEqual(other.data)
  expect(one.error?.issues).toEqual(other.error?.issues)
  expect(one.success).toBe(other.success)
})
