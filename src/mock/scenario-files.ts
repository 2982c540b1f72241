import { UsageError } from '../engine/errors.ts'
import { type Problem, withOrigins } from '../engine/place.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import { type Reading, readScenarioFile } from '../scenario/loader.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { readAccountFiles } from './account-files.ts'
import { prepareScenario } from './loaded-scenario.ts'
import { readOptions } from './options.ts'
import { definition } from './ricloud.ts'

/**
 * Reads a scenario from a YAML or JSON file, or from a module's default export, and checks it. JSON files in its
 * `fixtures`, and files of its accounts, are read too, relative to its folder.
 *
 * @param path relative to the working directory
 * @throws a ScenarioError that lists every problem, with its line where the file has lines
 */
export async function loadScenario(path: string): Promise<ScenarioInput> {
  return readRicloudScenario(path)
}

/** Reads a scenario as `loadScenario` does, with options for the reading. */
export async function readRicloudScenario(path: string, reading?: Reading): Promise<ScenarioInput> {
  const named = { readNamed: readAccountFiles, ...reading }
  const scenario = (await readScenarioFile(definition.language, path, named)) as ScenarioInput
  const { fixtures } = scenario
  return fixtures ? { ...scenario, fixtures: withOrigins(fixtures, `${path}: fixtures`) } : scenario
}

/**
 * The problems for which no world could be made of a scenario: of the records in its fixtures, and of its counts. Each is
 * checked apart from the rest of the scenario; what the schema of scenarios refuses is not included.
 */
export function worldProblems({ fixtures, generate }: Readonly<Record<string, unknown>>): readonly Problem[] {
  return [{ fixtures }, { generate }].flatMap((part) => {
    try {
      prepareScenario(definition, { scenario: 'x', ...part } as ScenarioInput, readOptions(definition.options, {}))
      return []
    } catch (error) {
      if (error instanceof ScenarioError) return []
      if (error instanceof UsageError) return error.placed.length > 0 ? error.placed : [{ what: error.message }]
      throw error
    }
  })
}
