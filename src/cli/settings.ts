import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { either, nearestFirst } from '../engine/messages.ts'
import { nowhere, withOrigins } from '../engine/place.ts'
import { readAccountFiles } from '../mock/account-files.ts'
import { readRicloudScenario } from '../mock/scenario-files.ts'
import type { FixtureName } from '../ricloud/built-in-fixtures.ts'
import type { Fixture } from '../ricloud/fixtures.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import { namedFiles } from '../scenario/files/named.ts'
import { type Reading, readFixtures } from '../scenario/loader.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { ServeOptions } from '../standalone.ts'
import { type CommandLine, type GivenOption, textOf } from './command-line.ts'
import { isScenarioPath } from './option-values.ts'
import {
  flagNames,
  type Key,
  nested,
  optionOf,
  options,
  settingOptions,
  type Values,
  variablePrefix,
  variables,
} from './options.ts'
import { shownPath } from './output.ts'

/** What is set, and by what. */
export interface Settings {
  readonly values: Partial<Values>
  /** By the key of each value: the flag, the variable, or the path of the config file. */
  readonly sources: ReadonlyMap<Key, string>
  /** The path of the config file that was read. */
  readonly config?: string | undefined
}

/** What messages call a setting: its flag or variable, or its key in the config file. */
export function sourceOf({ sources }: Settings, key: Key): string {
  const source = sources.get(key) ?? ''
  return /^--|^[A-Z_]+$/.test(source) ? source : `${source}: ${key}`
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
  readonly isFresh?: boolean
}

/**
 * Reads what is set: flags win, then the environment, then the config file.
 *
 * @throws an Error that names the flag, the variable or the key at fault, and its value unless it is a token
 */
export async function readSettings(
  line: CommandLine,
  { environment = process.env, folder = '.', config: known, isFresh = false }: Surroundings = {},
): Promise<Settings> {
  const given = [givenBy(environment), line.given].map(readGiven)
  const config = known ?? textOf(line, 'config') ?? findConfigFile(folder)
  const layers = [...(config === undefined ? [] : [await readConfig(config, isFresh)]), ...given]
  return {
    values: Object.assign({}, ...layers.map(({ values }) => values)),
    sources: new Map(layers.flatMap(({ sources }) => [...sources])),
    config,
  }
}

/** What orchestrators set for a service or container that is called ricloud-mock. */
const serviceVariable = /^RICLOUD_MOCK_(?:SERVICE_|PORT_\d|ENV_|NAME$)/

/** Variables that are set; an empty one counts as not set. Throws an Error that names those that set nothing. */
function givenBy(environment: NonNullable<Surroundings['environment']>): GivenOption[] {
  const unknown = Object.keys(environment).filter(
    (name) =>
      environment[name] && name.startsWith(variablePrefix) && !variables.has(name) && !serviceVariable.test(name),
  )
  if (unknown.length > 0) throw new Error(unknown.map(unknownVariable).join(' '))
  return Array.from(variables).flatMap(([source, name]) => {
    const text = environment[source]
    return text ? { name, text, source } : []
  })
}

function unknownVariable(name: string): string {
  const suffixOf = (variable: string) => variable.slice(variablePrefix.length)
  const flag = suffixOf(name).toLowerCase().replaceAll('_', '-')
  if (flagNames.some((one) => one === flag)) return `${name} is unknown: set it by --${flag}.`
  const known = Array.from(variables.keys(), suffixOf)
  return `${name} is unknown${nearestFirst(suffixOf(name), known, `known after ${variablePrefix} are ${known.join(', ')}`)}`
}

function readGiven(given: readonly GivenOption[]): Settings {
  const values: Record<string, unknown> = {}
  const sources = new Map<Key, string>()
  for (const { name, text, source } of given) {
    const { key, type } = optionOf(name)
    if (key === undefined) continue
    const value: unknown = type.read(text, source)
    values[key] = type.isRepeatable && sources.has(key) ? [values[key], value].flat() : value
    sources.set(key, source)
  }
  return { values, sources }
}

async function readConfig(path: string, isFresh: boolean): Promise<Settings> {
  const { readConfigFile } = await import('./config-file.ts')
  const values = await readConfigFile(path, isFresh)
  return { values, sources: new Map(Object.keys(values).map((key) => [key as Key, path])) }
}

const configNames = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((ending) => `ricloud-mock.config.${ending}`)

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/** The config file of a folder, if there is one: none is found where the folder cannot be read, or was removed. */
function findConfigFile(folder: string): string | undefined {
  const found = configNames.filter((name) => isThere(join(folder, name)))
  if (found.length > 1) {
    throw new Error(`There are several config files: ${found.sort().join(', ')}. Keep one, or name one with --config.`)
  }
  return found[0] && shownPath(join(folder, found[0]))
}

/** The scenario that is set, read where it is a file. */
type Source = ScenarioName | ScenarioInput

/**
 * The options of the server that is asked for; files that they name are read.
 *
 * @throws an Error that names the one at fault, or a ScenarioError that lists the problems of a file
 */
export async function serveOptions(settings: Settings): Promise<ServeOptions & { readonly scenario: Source }> {
  const { values } = settings
  const served = settingOptions.flatMap(({ key, isForCommand }) =>
    isForCommand || values[key] === undefined ? [] : [[key, values[key]] as const],
  )
  return {
    token: options.token.default,
    ...nested(served),
    ...(values.fixtures && { fixtures: await fixturesOf(values.fixtures, sourceOf(settings, 'fixtures')) }),
    scenario: await readScenarioSetting(settings),
  }
}

/** The scenario that is set, `default` unless another one is. */
export async function readScenarioSetting(settings: Settings, reading: Reading = {}): Promise<Source> {
  const { scenario = options.scenario.default } = settings.values
  const source = sourceOf(settings, 'scenario')
  if (typeof scenario === 'object') {
    const fixtures = scenario.fixtures && (await fixturesOf(scenario.fixtures, `${source}.fixtures`, reading))
    const files = namedFiles(dirname(settings.config ?? '.'), reading.reads)
    const { scenario: whole, problems } = await readAccountFiles(scenario, files, nowhere)
    if (problems.length > 0) throw new ScenarioError(`scenario of ${source}`, problems)
    return fixtures ? { ...whole, fixtures } : whole
  }
  if (Object.hasOwn(scenarios, scenario)) return scenario as ScenarioName
  if (isScenarioPath(scenario) || isThere(scenario)) return readRicloudScenario(scenario, reading)
  const names = Object.keys(scenarios)
  const instead = nearestFirst(scenario, names, `there are ${either(names)}`)
  throw new Error(`${source}: no scenario is called "${scenario}"${instead}`)
}

async function fixturesOf(
  named: readonly (string | Fixture)[],
  source: string,
  reading: Reading = {},
): Promise<(FixtureName | Fixture)[]> {
  const { fixtures, problems } = await readFixtures(named, '.', nowhere, reading)
  if (problems.length > 0) throw new ScenarioError(`fixtures of ${source}`, problems)
  return withOrigins(fixtures, source) as (FixtureName | Fixture)[]
}
