import { scenarios } from '../../scenarios/index.ts'
import { commands } from '../../src/cli/commands.ts'
import { controlRoutes } from '../../src/control/routes.ts'
import { controlErrorCatalogue, errorCatalogue } from '../../src/errors.ts'
import { apiRoutes } from '../../src/handlers/index.ts'
import { actions } from '../../src/scenario/action.ts'
import { catalogue } from '../../src/services/catalogue.ts'
import { type DoorName, doorNames } from '../doors/names.ts'
import { doors, doorsWithout, promises, type Seen } from './promises.ts'

/** What stands in the README between the markers of these names, given what the doors answered. */
export const tables = (seen: Seen): Readonly<Record<string, string>> => ({
  endpoints: [
    table(
      ['call', 'what it does', 'evidence', 'answers through every door'],
      apiRoutes.map(({ method, path, summary, evidence }) => [
        `\`${method} ${path}\``,
        summary,
        evidence,
        answersOf(seen, `${method} ${path}`),
      ]),
    ),
    proof,
  ].join('\n\n'),
  commands: table(
    ['command', 'what it does'],
    Object.entries(commands).map(([name, { takes, summary }]) => [
      `\`${[name, takes].filter(Boolean).join(' ')}\``,
      summary,
    ]),
  ),
  control: table(
    ['call', 'what it does'],
    controlRoutes.map(({ method, path, summary }) => [`\`${method} ${path}\``, summary]),
  ),
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
    ['name', 'what happens'],
    Object.values(scenarios).map(({ scenario, description = '' }) => [`\`${scenario}\``, description]),
  ),
  actions: table(
    ['action', 'what it does'],
    Object.entries(actions).map(([name, { description }]) => [`\`${name}\``, description]),
  ),
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
    'Calls under `/_mock` have errors of their own beside these:',
    table(
      ['code', 'status', 'when'],
      Object.entries(controlErrorCatalogue).map(([code, { status, when }]) => [`\`${code}\``, String(status), when]),
    ),
  ].join('\n\n'),
})

const proof = `The answers are those that the project's own tests got, each of them through each door: ${doors
  .map((door) => `${door} (${doorNames[door]})`)
  .join(', ')}. \`npm run evidence\` runs them and writes these tables.`

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
  return found.length === doors.length ? 'every door' : found.join(', ') || 'no door'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const between = (name: string) => new RegExp(`(<!-- ${name} -->\n)([^]*?)(\n<!-- /${name} -->)`)

/** What stands between the markers of a name; undefined where they are missing. */
export const blockOf = (readme: string, name: string): string | undefined => between(name).exec(readme)?.[2]

/** A README with these tables between their markers. */
export function withTables(readme: string, wanted: Readonly<Record<string, string>>): string {
  return Object.entries(wanted).reduce(
    (text, [name, rows]) => text.replace(between(name), (_, open, __, close) => `${open}${rows}${close}`),
    readme,
  )
}
