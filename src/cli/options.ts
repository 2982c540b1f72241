import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { either, nearest } from '../engine/messages.ts'
import type { Fixture, FixtureName } from '../ricloud/fixture-type.ts'
import { type Reading, readFixtures, readScenarioFile } from '../scenario/loader.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import type { ServeOptions } from '../standalone.ts'
import { type Settings, saying } from './settings.ts'
import { defaultToken } from './values.ts'

/** What is given, without what is not. */
function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } | undefined {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return entries.length > 0 ? (Object.fromEntries(entries) as never) : undefined
}

/** The scenario that is set, read where it is a file. */
interface Sourced {
  readonly scenario: ScenarioName | ScenarioInput
}

/**
 * The options of the server that is asked for; files that they name are read.
 *
 * @throws an Error that names the one at fault, or a ScenarioError that lists the problems of a file
 */
export async function serveOptions(settings: Settings): Promise<ServeOptions & Sourced> {
  const { values, origins } = settings
  return {
    port: values.port,
    host: values.host,
    token: values.token ?? defaultToken,
    seed: values.seed,
    scenario: await readScenarioSet(settings),
    fixtures: values.fixtures && (await fixturesOf(values.fixtures, saying(origins, 'fixtures'))),
    generate: values.generate,
    strict: values.strict,
    dialect: values.dialect,
    clock: given({ start: values['clock.start'], frozen: values['clock.frozen'], speed: values['clock.speed'] }),
    settings: values.settings,
    cors: values.cors,
    allowedHosts: values.allowedHosts,
    webhookHosts: values.webhookHosts,
    controlToken: values.controlToken,
    journal: values.journal,
    worlds: given({ max: values['worlds.max'], idle: values['worlds.idle'] }),
    showSecrets: values.showSecrets,
  }
}

/** The scenario that is set, `default` unless another one is; files are read by the way. */
export async function readScenarioSet(
  { values: { scenario = 'default' }, origins }: Settings,
  reading: Reading = {},
): Promise<ScenarioName | ScenarioInput> {
  if (typeof scenario === 'object') {
    const fixtures = scenario.fixtures && (await fixturesOf(scenario.fixtures, saying(origins, 'scenario'), reading))
    return fixtures ? { ...scenario, fixtures } : scenario
  }
  if (isScenarioPath(scenario)) return readScenarioFile(scenario, reading)
  if (Object.hasOwn(scenarios, scenario)) return scenario as ScenarioName
  const names = Object.keys(scenarios)
  throw new Error(
    `${saying(origins, 'scenario')}: no scenario is called "${scenario}"; there are ${either(names)}.${nearest(scenario, names)}`,
  )
}

/** Whether it is the path of a file: the names of built-in scenarios have neither dots nor slashes. */
export const isScenarioPath = (scenario: string) => /[./\\]/.test(scenario)

async function fixturesOf(
  named: readonly (string | Fixture)[],
  said: string,
  reading: Reading = {},
): Promise<(FixtureName | Fixture)[]> {
  const { fixtures, problems } = await readFixtures(named, '.', () => '', reading)
  if (problems.length > 0) throw new ScenarioError(`fixtures of ${said}`, problems)
  return fixtures as (FixtureName | Fixture)[]
}
