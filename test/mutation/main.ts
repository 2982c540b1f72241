// Changes files in every small way, one at a time, and tells which changes no test notices:
// `npm run mutate -- src/ricloud/rules/session.ts`, or a folder. Runs the quick tests of this process alone. With `--loaded`
// also what runs only while a file is loaded, for which all tests begin anew each time: some seconds for each change.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BaseSequencer, startVitest, type TestSpecification } from 'vitest/node'
import { instrument, type Mutant } from './mutants.ts'
import type { Found } from './runner.ts'

const { values, positionals: given } = parseArgs({ allowPositionals: true, options: { loaded: { type: 'boolean' } } })
const paths = (given.length > 0 ? given : ['src/ricloud/rules', 'src/engine']).flatMap((path) =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { encoding: 'utf8', recursive: true })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(path, name)),
)
const files = new Map(paths.map((path) => [resolve(path), instrument(path, readFileSync(path, 'utf8'))]))

/** Those whose tests are likely to notice come first. */
const folders = ['engine', 'ricloud', 'regressions', 'scenario', 'control', 'webhooks']
/** Tests that take long, or are others each time. */
const exclude = [
  'test/**/*.property.test.ts',
  'test/ricloud/{conform,openapi}.test.ts',
  'test/control/{every-call,openapi,pairing,parallel,scenario,stream,worlds}.test.ts',
  'test/scenario/{command,yaml}.test.ts',
  'test/scenario/built-in/command-line.test.ts',
  'test/webhooks/{bad-receivers,running}.test.ts',
]

/** Runs tests about what is changed before all others, so that these have less to try. */
class RelatedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const subjects = paths.map((path) => basename(path, '.ts'))
    const rank = ({ moduleId }: TestSpecification) => {
      const [inTest = ''] = moduleId.split('/test/').slice(-1)
      return subjects.some((subject) => inTest.includes(subject)) ? -1 : folders.indexOf(inTest.split('/')[0] as string)
    }
    return files.sort((a, b) => rank(a) - rank(b))
  }
}

/** Runs all tests, or those up to the first failure; gives the files in which any failed. */
async function failingFiles({ bail = false } = {}): Promise<string[]> {
  const vitest = await startVitest(
    'test',
    [],
    {
      config: false,
      include: folders.map((name) => `test/${name}/**/*.test.ts`),
      exclude,
      runner: './test/mutation/runner.ts',
      isolate: false,
      sequence: { sequencer: RelatedFirst },
      maxWorkers: 1,
      bail: bail ? 1 : 0,
      watch: false,
      // A test takes as long as all of its mutants do.
      testTimeout: bail ? 5000 : 3_600_000,
      teardownTimeout: 5000,
      reporters: process.stdout.isTTY ? ['default'] : [{}],
      // What a mutant leaves behind may fail after its test.
      dangerouslyIgnoreUnhandledErrors: true,
    },
    {
      plugins: [{ name: 'mutants', enforce: 'pre', transform: (_, id) => files.get(id.replace(/\?.*/, ''))?.code }],
    },
  )
  const failing = vitest.state.getFiles().filter(({ result }) => result?.state === 'fail')
  await vitest.close()
  return failing.map(({ name }) => name)
}

const folder = mkdtempSync(join(tmpdir(), 'mutation-'))
process.env.MUTATION_FOUND = join(folder, 'found.json')
const failing = await failingFiles()
const found: Found = JSON.parse(readFileSync(process.env.MUTATION_FOUND, 'utf8'))
rmSync(folder, { recursive: true })

const isReached = ({ id }: Mutant) => Object.hasOwn(found.reached, id)
const isOfLoading = (one: Mutant) => !isReached(one) && Object.hasOwn(found.loaded, one.id)
// A test that fails by itself would notice everything.
if (values.loaded && failing.length === 0) {
  for (const one of [...files.values()].flatMap(({ mutants }) => mutants.filter(isOfLoading))) {
    process.env.MUTATION_FROM_START = one.id
    if ((await failingFiles({ bail: true })).length > 0) found.killed[one.id] = 'from the start'
  }
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 110)
const rows: string[] = []
for (const [i, { mutants }] of [...files.values()].entries()) {
  const isKilled = ({ id }: Mutant) => Object.hasOwn(found.killed, id)
  const tried = mutants.filter((one) => values.loaded || !isOfLoading(one))
  const survivors = tried.filter((one) => !isKilled(one))
  for (const one of survivors) {
    const what = isReached(one) || isOfLoading(one) ? 'not noticed' : 'not reached'
    process.stdout.write(
      `${paths[i]}:${one.line}  ${what}:  ${oneLine(one.original)}  →  ${oneLine(one.replacement)}\n`,
    )
  }
  const score = tried.length === 0 ? 100 : (100 * (tried.length - survivors.length)) / tried.length
  rows.push(`| ${paths[i]} | ${score.toFixed(1)}% | ${tried.length} | ${survivors.length} |`)
}
process.stdout.write(`\n| file | noticed | changes | not noticed |\n|---|---|---|---|\n${rows.join('\n')}\n`)
if (failing.length > 0) process.stdout.write(`Tests failed by themselves in ${failing.join(', ')}.\n`)
process.exit(failing.length > 0 ? 1 : 0)
