import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scenarios } from '../../scenarios/index.ts'
import { commands } from '../../src/cli/commands.ts'
import type { Facts } from '../../src/engine/fact.ts'
import { errorCatalogue } from '../../src/ricloud/errors.ts'
import { facts } from '../../src/ricloud/facts.ts'
import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import type { ScenarioInput } from '../../src/ricloud/scenario-input.ts'
import { catalogue } from '../../src/ricloud/services/test-identifiers.ts'
import { type DoorName, doorNames } from '../doors/names.ts'
import { actions, controlRoutes, ownControlErrors } from '../support/definition.ts'
import { doors, doorsWithout, promises, type Seen } from './claims.ts'
import { pagePaths, readPage } from './pages.ts'

/** By the path of the page: what stands in it, by the name of its markers. */
type Pages = Readonly<Record<string, Readonly<Record<string, string>>>>

const root = new URL('../../', import.meta.url)

/** What stands between the markers of these names in the pages, given what the doors answered. */
export const pages = (seen: Seen): Pages => ({
  ...Object.fromEntries(pagePaths.map((path) => [path, recipesOn(path)])),
  'src/ricloud/README.md': {
    ...recipesOn('src/ricloud/README.md'),
    facts: table(
      ['ID', 'what is assumed', 'recordings'],
      Object.entries<Facts[string]>(facts).map(([id, { text, signs }]) => [`\`${id}\``, text, signs ? 'yes' : 'no']),
    ),
    endpoints: [
      table(
        ['call', 'what it does', 'evidence', 'answers through every entry point'],
        apiRoutes.map(({ method, path, summary, evidence }) => [
          `\`${method} ${path}\``,
          summary,
          evidence,
          answersOf(seen, `${method} ${path}`),
        ]),
      ),
      proof,
    ].join('\n\n'),
    errors: [
      table(
        ['code', 'status', 'when', 'evidence', 'answered through'],
        Object.entries(errorCatalogue).map(([code, { status, when, evidence, ...more }]) => [
          `\`${code}\``,
          String(status),
          when,
          [evidence, ...('assumed' in more ? [`${more.assumed} assumed`] : [])].join(', '),
          doorsOf(seen, `${status} ${code}`),
        ]),
      ),
      'Calls under `/_mock` have these errors too:',
      table(
        ['code', 'status', 'when'],
        ownControlErrors.map(([code, { status, when }]) => [`\`${code}\``, String(status), when]),
      ),
    ].join('\n\n'),
  },
  'src/server/README.md': {
    ...recipesOn('src/server/README.md'),
    commands: table(
      ['command', 'what it does'],
      Object.entries(commands).map(([name, { takes, summary }]) => [
        `\`${[name, takes].filter(Boolean).join(' ')}\``,
        summary,
      ]),
    ),
  },
  'src/control/README.md': {
    control: table(
      ['call', 'what it does'],
      controlRoutes.map(({ method, path, summary }) => [`\`${method} ${path}\``, summary]),
    ),
  },
  'scenarios/README.md': {
    ...recipesOn('scenarios/README.md'),
    catalogue: table(
      ['identifier', 'outcome'],
      [
        ['any other', '`active`'],
        ...catalogue.map(({ type, identifier, outcome }) => [
          type === 'rirelay.instance' ? `any ${type}` : `\`${identifier}\``,
          outcome,
        ]),
      ],
    ),
    scenarios: table(
      ['name', 'what happens', 'clock'],
      Object.values(scenarios as Readonly<Record<string, ScenarioInput>>).map(
        ({ scenario, description = '', clock }) => [
          `\`${scenario}\``,
          description,
          clock?.frozen ? 'frozen' : 'running',
        ],
      ),
    ),
    actions: table(
      ['action', 'what it does'],
      Object.entries(actions).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  },
})

/** The files that pages show: each of them is run by a test. */
export const recipes = readdirSync(new URL('test/recipes', root), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/pycache|pytest_cache/.test(entry.parentPath))
  .map(({ parentPath, name }) => relative(fileURLToPath(root), join(parentPath, name)).replaceAll('\\', '/'))

const recipesOn = (path: string) =>
  Object.fromEntries(
    recipes.filter((name) => readPage(path).includes(`<!-- ${name} -->`)).map((name) => [name, fenced(name)]),
  )

const languages: Readonly<Record<string, string>> = {
  mjs: 'js',
  cjs: 'js',
  py: 'python',
  yml: 'yaml',
  Dockerfile: 'dockerfile',
}

/** A file as a block of code. */
function fenced(path: string): string {
  const ending = path.replace(/.*[./]/, '')
  return `\`\`\`${languages[ending] ?? ending}\n${readPage(path)}\`\`\``
}

const proof = `Tests of this project got each of these answers through each entry point: ${doors
  .map((door) => `${door} (${doorNames[door]})`)
  .join(
    ', ',
  )}. The entry points for test runners use these, and have their own tests. \`npm run evidence\` runs the tests and writes these tables.`

/** The statuses that an endpoint answered, and which doors lack one. */
function answersOf(seen: Seen, call: string): string {
  const lacking = new Map<string, Set<DoorName>>()
  for (const answer of promises[call] ?? []) {
    const status = answer.slice(0, 3)
    const known = lacking.get(status) ?? []
    lacking.set(status, new Set([...known, ...doorsWithout(seen, call, answer)]))
  }
  return Array.from(lacking, ([status, without]) => {
    if (without.size === 0) return status
    return without.size < doors.length ? `${status} (not ${[...without].join(', ')})` : `(no ${status})`
  }).join(' ')
}

/** Through which doors an error was answered. */
function doorsOf(seen: Seen, answer: string): string {
  const calls = Object.keys(promises).filter((call) => promises[call]?.includes(answer))
  if (calls.length === 0) return 'no endpoint so far'
  const found = doors.filter((door) => calls.some((call) => seen[door].has(`${call} ${answer}`)))
  return found.length === doors.length ? 'every entry point' : found.join(', ') || 'no entry point'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const between = (name: string) => new RegExp(`(<!-- ${name} -->\n)([^]*?)(\n<!-- /${name} -->)`)

/** What stands between the markers of a name; undefined where they are missing. */
export const blockOf = (page: string, name: string): string | undefined => between(name).exec(page)?.[2]

/** A page with these blocks between their markers. */
export function withBlocks(page: string, wanted: Readonly<Record<string, string>>): string {
  return Object.entries(wanted).reduce(
    (text, [name, rows]) => text.replace(between(name), (_, open, __, close) => `${open}${rows}${close}`),
    page,
  )
}
