import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { everything } from './evidence/promises.ts'
import { blockOf, tables } from './evidence/tables.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it.each(Object.entries(tables(everything)))(
  'shows the table of %s as the sources have it (npm run evidence rewrites it)',
  (name, table) => {
    expect(blockOf(readme, name)).toBe(table)
  },
)
