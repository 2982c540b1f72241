import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
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
  if (modules.includes(kind)) return withFixtures(await fromModule(path), path)
  if (texts.includes(kind)) return withFixtures(await fromText(path), path)
  throw new ScenarioError(`scenario ${path}`, [`its name must end in one of ${[...texts, ...modules].join(', ')}`])
}

async function fromModule(path: string): Promise<ScenarioInput> {
  await read(path)
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    throw new ScenarioError(`scenario ${path}`, [`it cannot be imported: ${(error as Error).message}`])
  }
  if (module.default === undefined) {
    throw new ScenarioError(`scenario ${path}`, [
      'it has no default export, which must be a scenario made with defineScenario',
    ])
  }
  readScenario(module.default, path)
  return module.default as ScenarioInput
}

async function fromText(path: string): Promise<ScenarioInput> {
  const text = await read(path)
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0)
    return `${line}:${col} `
  }
  if (document.errors.length > 0) {
    throw new ScenarioError(
      `scenario ${path}`,
      document.errors.map((error) => `${place(error.pos[0])}${error.message}`),
    )
  }
  const written: unknown = document.toJS()
  readScenario(written, path, (names) => {
    // The place of what is missing is that of what it is missing in.
    for (let length = names.length; length >= 0; length--) {
      const node = document.getIn(names.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return place(node.range[0])
    }
    return ''
  })
  return written as ScenarioInput
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ScenarioError(`scenario ${path}`, [
      code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${message}`,
    ])
  }
}

async function withFixtures(scenario: ScenarioInput, path: string): Promise<ScenarioInput> {
  if (!scenario.fixtures) return scenario
  const fixtures = await Promise.all(
    scenario.fixtures.map(async (fixture) => {
      if (typeof fixture !== 'string' || !fixture.endsWith('.json')) return fixture
      const text = await read(resolve(dirname(path), fixture))
      try {
        return JSON.parse(text)
      } catch (error) {
        throw new ScenarioError(`scenario ${path}`, [`the fixture ${fixture} is not JSON: ${(error as Error).message}`])
      }
    }),
  )
  return { ...scenario, fixtures }
}
