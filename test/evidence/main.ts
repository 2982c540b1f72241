// Writes the README's tables from the sources and from what the tests see through every door; with --check it runs
// nothing, and fails where the README or what the last runs saw is not so.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { staleRows, unseen } from './check.ts'
import { recall, runs } from './records.ts'
import { tables, withTables } from './tables.ts'

const path = new URL('../../README.md', import.meta.url)
const isCheck = process.argv.includes('--check')

function fail(problems: readonly string[]): never {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(1)
}

if (!isCheck) {
  const { status } = spawnSync('npx', ['vitest', 'run', ...Object.values(runs)], { stdio: 'inherit' })
  if (status !== 0) fail(['The tests of the doors failed: nothing was written.'])
}
const { seen, problems } = recall()
if (problems.length > 0) fail(problems)
const readme = readFileSync(path, 'utf8')
const wanted = tables(seen)
if (!isCheck) writeFileSync(path, withTables(readme, wanted))
const wrong = [...unseen(seen), ...(isCheck ? staleRows(readme, wanted) : [])]
if (wrong.length > 0) fail(wrong)
process.stdout.write('The README shows what every door answered.\n')
