import { promises } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApiTypes } from '../engine/api-types.ts'
import { inOrder, nowhere, type PlaceOf, type Problem, withOrigin } from '../engine/place.ts'
import { systemReason } from '../engine/system-errors.ts'
import { codeOf, messageOf } from '../engine/thrown.ts'
import { parseJson } from './files/json.ts'
import { type NamedFiles, namedFiles } from './files/named.ts'
import { readText } from './files/text.ts'
import { problemsOfScenario } from './read.ts'
import { ScenarioError } from './scenario-error.ts'
import type { ScenarioLanguage } from './schema.ts'

const modules = ['.ts', '.mts', '.js', '.mjs']
const texts = ['.yaml', '.yml', '.json']

/** Options for reading a file more than once. */
export interface Reading {
  /** Imports the current version of a module, even if an earlier one was imported already. */
  readonly fresh?: boolean
  /** Called with the path of each file, as it is written, before it is read. */
  readonly reads?: (path: string) => void
  /** Reads further files that a scenario names; problems begin with their positions. */
  readonly readNamed?: <Given extends object>(
    scenario: Given,
    files: NamedFiles,
    placeOf: PlaceOf,
  ) => Promise<{ readonly scenario: Given; readonly problems: readonly Problem[] }>
  /** Returns further problems of a scenario, whose own keys may have problems too; its fixture files are read. */
  readonly check?: (scenario: Readonly<Record<string, unknown>>) => readonly Problem[]
}

/** The unchecked contents of a file, and the position of each part. */
export interface Written {
  /** Undefined if nothing is written in the file. */
  readonly written: unknown
  readonly placeOf: PlaceOf
}

/** A scenario that was read from a file, with its fixture files. */
export interface WrittenScenario {
  readonly scenario: string
  readonly fixtures?: readonly (string | object)[]
}

/**
 * Reads a scenario from a YAML or JSON file, or from a module's default export, and checks it. JSON files in its
 * `fixtures` are read too, relative to its folder.
 *
 * @throws a ScenarioError that lists every problem, with its line where the file has lines
 */
export async function readScenarioFile<A extends ApiTypes>(
  language: ScenarioLanguage<A>,
  path: string,
  reading: Reading = {},
): Promise<WrittenScenario> {
  const { written, placeOf } = await readWritten(path, 'scenario', 'made with defineScenario', reading)
  if (written === undefined)
    throw fileError('scenario', path, 'it is empty; a scenario has at least a name: scenario: x')
  const named: unknown = Object(written).fixtures
  const read = Array.isArray(named) ? await readFixtures<unknown>(named, dirname(path), placeOf, reading) : undefined
  const whole = { ...Object(written), ...(read && { fixtures: read.fixtures }) } as WrittenScenario
  const others = await reading.readNamed?.(whole, namedFiles(dirname(path), reading.reads), placeOf)
  const { scenario, problems: unread } = others ?? { scenario: whole, problems: [] }
  const problems = [...problemsOfScenario(language, written, placeOf), ...(read?.problems ?? []), ...unread]
  if (!read?.problems.length) problems.push(...(reading.check?.({ ...scenario }) ?? []))
  if (problems.length > 0) throw new ScenarioError(`scenario ${path}`, inOrder(problems))
  return scenario
}

/**
 * Reads a YAML or JSON file, or a module's default export.
 *
 * @param kind what the file is, for messages
 * @param made how a module makes one, for messages
 * @throws a ScenarioError that says why the file cannot be read
 */
export async function readWritten(path: string, kind: string, made: string, reading: Reading = {}): Promise<Written> {
  const ending = extname(path).toLowerCase()
  reading.reads?.(path)
  if (modules.includes(ending)) return { written: await fromModule(path, kind, made, reading), placeOf: nowhere }
  if (texts.includes(ending)) return fromText(path, kind)
  const isFolder = await promises.stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const names = [...texts, ...modules].join(', ')
  throw fileError(
    kind,
    path,
    isFolder
      ? `it is a folder; name a file in it that ends in one of ${names}`
      : `its name must end in one of ${names}`,
  )
}

const fileError = (kind: string, path: string, what: string) => new ScenarioError(`${kind} ${path}`, [{ what }])

async function fromModule(path: string, kind: string, made: string, { fresh }: Reading): Promise<unknown> {
  const refuse = (why: string) => fileError(kind, path, why)
  const { encoding } = await read(path, kind)
  if (encoding !== 'utf-8') throw refuse(`it is in ${encoding.toUpperCase()}, and modules are in UTF-8`)
  const { importModule } = await import('./files/import-module.ts')
  let module: { readonly default?: unknown }
  try {
    module = await importModule(`${pathToFileURL(resolve(path)).href}${fresh ? await versionOf(path) : ''}`)
  } catch (error) {
    const { before, after } = await (await import('./files/module-place.ts')).placeOfFailure(resolve(path), error)
    const hint =
      codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? "; this Node reads TypeScript only with the package tsx and NODE_OPTIONS='--import tsx'"
        : ''
    throw refuse(`${before}it cannot be imported: ${systemReason(error)}${after}${hint}`)
  }
  if (module.default === undefined) {
    throw refuse(`it has no default export, which must be a ${kind} ${made}`.trimEnd())
  }
  return module.default
}

/** Node caches modules by URL and never drops them, so each version of a file needs a URL of its own. */
async function versionOf(path: string): Promise<string> {
  const { mtimeMs, ino, size } = await promises.stat(path)
  return `?${mtimeMs}-${ino}-${size}`
}

async function fromText(path: string, kind: string): Promise<Written> {
  const { text } = await read(path, kind)
  if (text.trim() === '') return { written: undefined, placeOf: nowhere }
  const isJson = extname(path).toLowerCase() === '.json'
  const json = isJson ? attempt(path, kind, () => parseJson(text)) : undefined
  const { readYaml } = await import('./files/yaml.ts')
  const { problems, placeOf, value } = readYaml(text)
  // Of what JSON allows, YAML refuses some long keys.
  const counted = isJson ? problems.filter(({ code }) => code === 'DUPLICATE_KEY' || code === 'TOO_DEEP') : problems
  if (counted.length > 0) throw new ScenarioError(`${kind} ${path}`, counted)
  return { written: isJson ? json : attempt(path, kind, value), placeOf }
}

/** Does what throws an Error whose message is a problem of the file. */
function attempt<T>(path: string, kind: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw fileError(kind, path, messageOf(error))
  }
}

async function read(path: string, kind: string) {
  return readText(path).catch((error) => {
    throw fileError(kind, path, messageOf(error))
  })
}

/** Reads the JSON files among fixtures, relative to a folder; problems begin with their positions. */
export async function readFixtures<Named>(
  named: readonly Named[],
  folder: string,
  placeOf: PlaceOf,
  { reads }: Reading = {},
): Promise<{ fixtures: (Named | object)[]; problems: Problem[] }> {
  const problems: Problem[] = []
  const fixtures: (Named | object)[] = []
  for (const [i, fixture] of named.entries()) {
    if (typeof fixture !== 'string' || !fixture.endsWith('.json')) {
      fixtures.push(fixture)
      continue
    }
    const path = resolve(folder, fixture)
    reads?.(path)
    try {
      const { text } = await readText(path)
      if (text.trim() === '') throw new Error('it is empty; a fixture without records is {}')
      fixtures.push(withOrigin(parseJson(text), fixture) as object)
    } catch (error) {
      const place = ['fixtures', i]
      problems.push({ path: place, position: placeOf(place), what: `${fixture}: ${messageOf(error)}` })
    }
  }
  return { fixtures, problems }
}
