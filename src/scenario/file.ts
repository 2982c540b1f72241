import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Fixture } from '../contract/fixture-type.ts'
import { whereJsonBreaks } from '../contract/parse.ts'
import type { PlaceOf } from '../contract/problems.ts'
import { readScenario } from './load.ts'
import { ScenarioError } from './scenario-error.ts'
import type { ScenarioInput } from './scenario-type.ts'

const modules = ['.ts', '.mts', '.js', '.mjs']
const texts = ['.yaml', '.yml', '.json']

/**
 * Reads a scenario from a YAML or JSON file, or from a module's default export, and checks it; JSON files that its
 * `fixtures` name are read too, from beside it.
 *
 * @throws a ScenarioError that lists every problem, with its line where the file has lines
 */
export async function loadScenario(path: string): Promise<ScenarioInput> {
  const kind = extname(path).toLowerCase()
  if (modules.includes(kind)) return withFixtures(await fromModule(path), path, () => '')
  if (texts.includes(kind)) return fromText(path)
  throw refused(path, [`its name must end in one of ${[...texts, ...modules].join(', ')}`])
}

const refused = (path: string, problems: readonly string[]) => new ScenarioError(`scenario ${path}`, problems)

async function fromModule(path: string): Promise<ScenarioInput> {
  await read(path)
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const hint =
      code === 'ERR_UNKNOWN_FILE_EXTENSION' ? '; this Node reads TypeScript with `node --import tsx` alone' : ''
    throw refused(path, [`it cannot be imported: ${message}${hint}`])
  }
  if (module.default === undefined) {
    throw refused(path, ['it has no default export, which must be a scenario made with defineScenario'])
  }
  readScenario(module.default, path)
  return module.default as ScenarioInput
}

async function fromText(path: string): Promise<ScenarioInput> {
  const text = await read(path)
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
    // The place of what is missing is that of what it is missing in.
    for (let length = names.length; length >= 0; length--) {
      const node = document.getIn(names.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return place(node.range[0])
    }
    return ''
  }
  if (document.errors.length > 0) {
    throw refused(
      path,
      document.errors.map(({ pos, message }) => `${place(pos[0])}${message}`),
    )
  }
  let written: unknown
  try {
    written = document.toJS()
  } catch {
    throw refused(path, ['it has an alias (*) that no anchor (&) comes before; put text that begins with * in quotes'])
  }
  readScenario(written, path, placeOf)
  return withFixtures(written as ScenarioInput, path, placeOf)
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw refused(path, [whyUnread(error)])
  }
}

function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${message}`
}

async function withFixtures(scenario: ScenarioInput, path: string, placeOf: PlaceOf): Promise<ScenarioInput> {
  if (!scenario.fixtures) return scenario
  const problems: string[] = []
  const fixtures: (string | Fixture)[] = []
  for (const [i, fixture] of scenario.fixtures.entries()) {
    if (typeof fixture !== 'string' || !fixture.endsWith('.json')) {
      fixtures.push(fixture)
      continue
    }
    const refuse = (why: string) => problems.push(`${placeOf(['fixtures', i])}fixtures[${i}]: ${fixture}: ${why}`)
    const text = await readFile(resolve(dirname(path), fixture), 'utf8').catch((error) => {
      refuse(whyUnread(error))
    })
    if (text === undefined) continue
    try {
      fixtures.push(JSON.parse(text))
    } catch (error) {
      refuse(`it is not JSON: ${whereJsonBreaks(text, error)}`)
    }
  }
  if (problems.length > 0) throw refused(path, problems)
  return { ...scenario, fixtures }
}
