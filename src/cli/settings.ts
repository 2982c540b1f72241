import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { flagOf, variables } from './flags.ts'
import { type Given, type Line, textOf } from './line.ts'
import { shownPath } from './path.ts'
import type { Name, Values } from './values.ts'

/** What is set, and by what. */
export interface Settings {
  readonly values: Partial<Values>
  /** A flag, a variable, or the name of the config file, of each value. */
  readonly origins: ReadonlyMap<Name, string>
  /** The path of the config file that was read. */
  readonly config?: string | undefined
}

/** What messages call a setting: its flag or variable, or its name in the config file. */
export function saying(origins: Settings['origins'], name: Name): string {
  const origin = origins.get(name) ?? ''
  return /^--|^[A-Z_]+$/.test(origin) ? origin : `${origin}: ${name}`
}

/** Where settings come from, beside the command line. */
interface Surroundings {
  /** The process's own by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Where a config file is looked for; the working directory by default. */
  readonly folder?: string
  /** The config file that was found before. */
  readonly config?: string | undefined
  /** Whether a config file that is a module is read as it is now, also where it was read before. */
  readonly fresh?: boolean
}

/**
 * Reads what is set: flags win, then the environment, then the config file.
 *
 * @throws an Error that names the flag, the variable or the key at fault, and its value unless it is a token
 */
export async function readSettings(
  line: Line,
  { environment = process.env, folder = '.', config: known, fresh = false }: Surroundings = {},
): Promise<Settings> {
  const said = [fromVariables(environment), line.given].map(valuesOf)
  const config = known ?? textOf(line, 'config') ?? (await findConfig(folder))
  const filed = config === undefined ? [] : [await (await import('./config.ts')).readConfig(config, fresh)]
  const layers = [...filed, ...said]
  return {
    values: Object.assign({}, ...layers.map(({ values }) => values)),
    origins: new Map(layers.flatMap(({ origins }) => [...origins])),
    config,
  }
}

/** Variables that are set; an empty one counts as not set. */
function fromVariables(environment: NonNullable<Surroundings['environment']>): Given[] {
  return Object.entries(variables).flatMap(([said, flag]) => {
    const written = environment[said]
    return written ? { flag, written, said } : []
  })
}

function valuesOf(given: readonly Given[]): Settings {
  const values: Record<string, unknown> = {}
  const origins = new Map<Name, string>()
  for (const { flag, written, said } of given) {
    const { sets, read, repeatable } = flagOf(flag)
    if (sets === undefined) continue
    const value: unknown = read(written, said)
    const before = origins.has(sets) ? (values[sets] as unknown[]) : []
    values[sets] = repeatable ? [...before, value] : value
    origins.set(sets, said)
  }
  return { values, origins }
}

const configName = /^ricloud-mock\.config\.(?:ts|mts|js|mjs|json|yaml|yml)$/

/** The config file of a folder, if there is one. */
async function findConfig(folder: string): Promise<string | undefined> {
  const found = (await readdir(folder)).filter((name) => configName.test(name))
  if (found.length > 1) {
    throw new Error(`There are several config files: ${found.sort().join(', ')}. Keep one, or name one with --config.`)
  }
  return found[0] && shownPath(join(folder, found[0]))
}
