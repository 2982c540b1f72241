import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tables, withTables } from './support/readme.ts'

const path = new URL('../README.md', import.meta.url)
const readme = readFileSync(path, 'utf8')
if (process.env.UPDATE_README) writeFileSync(path, withTables(readme))

it.each(Object.keys(tables))('shows the table of %s as the sources have it (UPDATE_README=1 rewrites it)', (name) => {
  expect(readFileSync(path, 'utf8')).toContain(`<!-- ${name} -->\n${tables[name]}\n<!-- /${name} -->`)
})
