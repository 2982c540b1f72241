// Writes the tables of the pages from the sources and from what the tests see through every door; with --check it runs
// nothing, and fails where a page or what the last runs saw is not so.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { staleRows, unseen } from './check.ts'
import { llmsText } from './llms.ts'
import { readPage } from './pages.ts'
import { recall, runs } from './records.ts'
import { pages, withBlocks } from './tables.ts'

const isCheck = process.argv.includes('--check')

function fail(problems: readonly string[]): never {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(1)
}

if (!isCheck) {
  const { status } = spawnSync('npx', ['vitest', 'run', ...Object.keys(runs)], { stdio: 'inherit' })
  if (status !== 0) fail(['The tests of the entry points failed: nothing was written.'])
}
const { seen, problems } = recall()
if (problems.length > 0) fail(problems)
const wrong = unseen(seen)
for (const [path, wanted] of Object.entries(pages(seen))) {
  const page = readPage(path)
  if (isCheck) wrong.push(...staleRows(path, page, wanted))
  else writeFileSync(new URL(`../../${path}`, import.meta.url), withBlocks(page, wanted))
}
if (!isCheck) writeFileSync(new URL('../../llms.txt', import.meta.url), llmsText())
if (wrong.length > 0) fail(wrong)
process.stdout.write('The pages show what every entry point answered.\n')
