import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import { duration, text } from '../engine/fields.ts'
import type { PlaceOf } from '../engine/place.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import { readWritten } from '../scenario/loader.ts'
import { readScenario } from '../scenario/read.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { ClockSettings, Generate, Scenario, Settings as WorldSettings } from '../scenario/schema.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import { isScenarioPath } from './options.ts'
import { shownPath } from './path.ts'
import type { Settings } from './settings.ts'
import type { Name } from './values.ts'

const whole = (most: number) => {
  const range = { error: `must be a whole number from 0 to ${most}` }
  return z.int(range).nonnegative(range).max(most, range)
}
const onOrOff = z.boolean()
/** Said without the value, which is a secret. */
const token = z.custom<string>((given) => typeof given === 'string' && /^[\x21-\x7e]+$/.test(given), {
  error: 'must be text of visible ASCII without spaces',
})

/** A config file; its keys are those of `serve`, and what else the command line takes. */
export const Config = z.strictObject({
  port: whole(65_535).optional(),
  host: text.optional(),
  token: token.optional(),
  seed: whole(2 ** 32 - 1).optional(),
  scenario: z
    .union([text, z.record(z.string(), z.unknown())], { error: 'must be a name, a path or a scenario' })
    .optional(),
  fixtures: Scenario.shape.fixtures,
  generate: Generate.optional(),
  dialect: z.enum(['documented', 'ricloud-py']).optional(),
  strict: onOrOff.optional(),
  clock: ClockSettings.optional(),
  settings: WorldSettings.optional(),
  cors: z.array(text).optional(),
  allowedHosts: z.array(text).optional(),
  webhookHosts: z.array(text).optional(),
  controlToken: token.optional(),
  journal: whole(1_000_000).optional(),
  worlds: z.strictObject({ max: whole(100_000).optional(), idle: duration.optional() }).optional(),
  showSecrets: onOrOff.optional(),
  watch: onOrOff.optional(),
  json: onOrOff.optional(),
  quiet: onOrOff.optional(),
})

/**
 * Reads a config file; paths in it are relative to it.
 *
 * @param fresh whether a module is read as it is now, also where it was read before
 * @throws an Error that lists every problem, with its line where the file has lines
 */
export async function readConfig(path: string, fresh: boolean): Promise<Settings> {
  const { written, placeOf } = await readWritten(path, 'config file', '', { fresh })
  // An empty YAML file says nothing.
  const given = written ?? {}
  const result = Config.safeParse(given, { reportInput: true, error: worded })
  if (!result.success) throw new ScenarioError(`config file ${path}`, problemsOf(Config, result.error, placeOf))
  const read = Object.entries(given).map(
    ([name, value]) => [name, readers[name]?.(value, path, placeOf) ?? value] as const,
  )
  const values = read.flatMap(([name, value]) =>
    nested.includes(name) ? partsOf(name, value) : [[name, value] as const],
  )
  const set = values.filter(([, value]) => value !== undefined)
  return { values: Object.fromEntries(set), origins: new Map(set.map(([name]) => [name as Name, path])), config: path }
}

/** Keys whose parts are set one by one, so that a flag for one leaves the others. */
const nested: readonly string[] = ['clock', 'worlds']

const partsOf = (name: string, value: object) =>
  Object.entries(value).map(([part, inner]): [string, unknown] => [`${name}.${part}`, inner])

/** What a config file says of paths, seen from the working directory. */
const readers: Readonly<Record<string, (value: unknown, path: string, placeOf: PlaceOf) => unknown>> = {
  fixtures: (value, path) => fixturesFrom(path, value as readonly unknown[]),
  scenario: (value, path, placeOf) => {
    if (typeof value === 'string') return isScenarioPath(value) ? pathFrom(path, value) : value
    readScenario(value, `in ${path}`, (names, isKey) => placeOf(['scenario', ...names], isKey))
    const { fixtures, ...others } = value as ScenarioInput
    return fixtures ? { ...others, fixtures: fixturesFrom(path, fixtures) } : others
  },
}

const fixturesFrom = (path: string, fixtures: readonly unknown[]) =>
  fixtures.map((one) => (typeof one === 'string' && one.endsWith('.json') ? pathFrom(path, one) : one))

/** A path beside a file. */
const pathFrom = (file: string, path: string) => shownPath(resolve(dirname(file), path))
