import { withOrigins } from '../engine/place.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import { type Reading, readScenarioFile } from '../scenario/loader.ts'
import { definition } from './ricloud.ts'

/**
 * Reads a scenario from a YAML or JSON file, or from a module's default export, and checks it. JSON files in its
 * `fixtures` are read too, relative to its folder.
 *
 * @param path relative to the working directory
 * @throws a ScenarioError that lists every problem, with its line where the file has lines
 */
export async function loadScenario(path: string): Promise<ScenarioInput> {
  return readRicloudScenario(path)
}

/** Reads a scenario as `loadScenario` does, with options for reading a file more than once. */
export async function readRicloudScenario(path: string, reading?: Reading): Promise<ScenarioInput> {
  const scenario = (await readScenarioFile(definition.language, path, reading)) as ScenarioInput
  const { fixtures } = scenario
  return fixtures ? { ...scenario, fixtures: withOrigins(fixtures, `${path}: fixtures`) } : scenario
}
