import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApiTypes } from '../engine/api-types.ts'
import { whereJsonBreaks } from '../engine/http/parse.ts'
import { type PlaceOf, withOrigin } from '../engine/place.ts'
import { codeOf, messageOf } from '../engine/thrown.ts'
import { readScenario } from './read.ts'
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
}

/** The unchecked contents of a file, and the position of each part. */
export interface Written {
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
  readScenario(language, written, path, placeOf)
  const scenario = written as WrittenScenario
  if (!scenario.fixtures) return scenario
  const { fixtures, problems } = await readFixtures(scenario.fixtures, dirname(path), placeOf, reading)
  if (problems.length > 0) throw refused('scenario', path, problems)
  return { ...scenario, fixtures }
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
  if (modules.includes(ending)) return { written: await fromModule(path, kind, made, reading), placeOf: () => '' }
  if (texts.includes(ending)) return fromText(path, kind)
  throw refused(kind, path, [`its name must end in one of ${[...texts, ...modules].join(', ')}`])
}

const refused = (kind: string, path: string, problems: readonly string[]) =>
  new ScenarioError(`${kind} ${path}`, problems)

async function fromModule(path: string, kind: string, made: string, { fresh }: Reading): Promise<unknown> {
  await read(path, kind)
  // Node caches modules by URL and never drops them, so a new version needs a new URL.
  const version = fresh ? `?${(await stat(path)).mtimeMs}` : ''
  let module: { default?: unknown }
  try {
    module = await import(`${pathToFileURL(resolve(path)).href}${version}`)
  } catch (error) {
    const hint =
      codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? '; this Node reads TypeScript with `node --import tsx` alone'
        : ''
    throw refused(kind, path, [`it cannot be imported: ${messageOf(error)}${hint}`])
  }
  if (module.default === undefined) {
    throw refused(kind, path, [`it has no default export, which must be a ${kind} ${made}`.trimEnd()])
  }
  return module.default
}

async function fromText(path: string, kind: string): Promise<Written> {
  const text = await read(path, kind)
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${line}:${col} `
  }
  const placeOf: PlaceOf = (names, isKey) => {
    const holder: unknown = document.getIn(names.slice(0, -1), true)
    const pair =
      isKey && isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === names.at(-1)) : undefined
    if (isScalar(pair?.key) && pair.key.range) return place(pair.key.range[0])
    // A missing part has the position of the part that lacks it.
    for (let length = names.length; length >= 0; length--) {
      const node = document.getIn(names.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return place(node.range[0])
    }
    return ''
  }
  if (document.errors.length > 0) {
    throw refused(
      kind,
      path,
      document.errors.map(({ pos, message }) => `${place(pos[0])}${message}`),
    )
  }
  try {
    return { written: document.toJS(), placeOf }
  } catch {
    const why = 'it has an alias (*) that no anchor (&) comes before; put text that begins with * in quotes'
    throw refused(kind, path, [why])
  }
}

async function read(path: string, kind: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw refused(kind, path, [whyUnread(error)])
  }
}

function whyUnread(error: unknown): string {
  return codeOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${messageOf(error)}`
}

/** Reads the JSON files among fixtures, relative to a folder; problems begin with their positions. */
export async function readFixtures<Named extends string | object>(
  named: readonly Named[],
  folder: string,
  placeOf: PlaceOf,
  { reads }: Reading = {},
): Promise<{ fixtures: (Named | object)[]; problems: string[] }> {
  const problems: string[] = []
  const fixtures: (Named | object)[] = []
  for (const [i, fixture] of named.entries()) {
    if (typeof fixture !== 'string' || !fixture.endsWith('.json')) {
      fixtures.push(fixture)
      continue
    }
    const refuse = (why: string) => problems.push(`${placeOf(['fixtures', i])}fixtures[${i}]: ${fixture}: ${why}`)
    const path = resolve(folder, fixture)
    reads?.(path)
    const text = await readFile(path, 'utf8').catch((error) => {
      refuse(whyUnread(error))
    })
    if (text === undefined) continue
    try {
      fixtures.push(withOrigin(JSON.parse(text), fixture) as object)
    } catch (error) {
      refuse(`it is not JSON: ${whereJsonBreaks(text, error)}`)
    }
  }
  return { fixtures, problems }
}
