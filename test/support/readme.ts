import { scenarios } from '../../scenarios/index.ts'
import { commands } from '../../src/cli/commands.ts'
import { controlRoutes } from '../../src/control/routes.ts'
import { errorCatalogue } from '../../src/errors.ts'
import { apiRoutes } from '../../src/handlers/index.ts'
import { actions } from '../../src/scenario/action.ts'
import { catalogue } from '../../src/services/catalogue.ts'

/** The tables of the README that the sources know, by the name of their marker. */
export const tables: Readonly<Record<string, string>> = {
  endpoints: table(
    ['call', 'what it does', 'evidence'],
    apiRoutes.map(({ method, path, summary, evidence }) => [`\`${method} ${path}\``, summary, evidence]),
  ),
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
  errors: table(
    ['code', 'status', 'when', 'evidence'],
    Object.entries(errorCatalogue).map(([code, { status, when, evidence }]) => [
      `\`${code}\``,
      String(status),
      when,
      evidence,
    ]),
  ),
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** A README with the tables between their markers as they should be. */
export function withTables(readme: string): string {
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
        (_, open, close) => `${open}${rows}\n${close}`,
      ),
    readme,
  )
}
