import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import type { PlaceOf } from '../engine/place.ts'
import { parseGiven, problemsOf } from '../engine/problems.ts'
import { isRecord } from '../engine/values.ts'
import { definition } from '../mock/ricloud.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import { readWritten } from '../scenario/loader.ts'
import { problemsOfScenario } from '../scenario/read.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { isScenarioPath } from './option-values.ts'
import { type Key, nested, settingOptions, type Values } from './options.ts'
import { shownPath } from './output.ts'

type Entry = readonly [key: Key, value: unknown]

/** A config file; every part of it is optional. */
export const Config = objectOf(nested(settingOptions.map(({ key, type }) => [key, type.schema()])))

function objectOf(parts: Readonly<Record<string, z.ZodType | Readonly<Record<string, z.ZodType>>>>) {
  const shape = Object.entries(parts).map(([name, part]): [string, z.ZodOptional] => [
    name,
    (part instanceof z.ZodType ? part : objectOf(part)).optional(),
  ])
  return z.strictObject(Object.fromEntries(shape))
}

/**
 * Reads a config file; paths in it are relative to it.
 *
 * @param isFresh whether a module is read as it is now, also where it was read before
 * @throws an Error that lists every problem, with its line where the file has lines
 */
export async function readConfigFile(path: string, isFresh: boolean): Promise<Partial<Values>> {
  const { written, placeOf } = await readWritten(path, 'config file', '', { fresh: isFresh })
  // An empty file sets nothing.
  const given = written ?? {}
  const { error } = parseGiven(Config, given)
  const scenario: unknown = Object(given).scenario
  const placeOfScenario: PlaceOf = (names, isKey) => placeOf(['scenario', ...names], isKey)
  // A text is the name or path of one.
  const problems = [
    ...(error ? problemsOf(Config, error, placeOf) : []),
    ...(isRecord(scenario) ? problemsOfScenario(definition.language, scenario, placeOfScenario) : []),
  ]
  if (problems.length > 0) throw new ScenarioError(`config file ${path}`, problems)
  const entries = Object.entries(given).flatMap(([name, value]) => entriesOf(name, value))
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, pathReaders[key]?.(value, path) ?? value]),
  )
}

const entriesOf = (name: string, value: unknown): Entry[] =>
  settingOptions.some(({ key }) => key === name)
    ? [[name as Key, value]]
    : Object.entries(value ?? {}).map(([part, inner]): Entry => [`${name}.${part}` as Key, inner])

/** Settings that may name paths, which are then made relative to the working directory. */
const pathReaders: { readonly [Name in Key]?: (value: unknown, path: string) => unknown } = {
  fixtures: (value, path) => fixturesFrom(path, value as readonly unknown[]),
  localStorage: (value, path) => pathFrom(path, value as string),
  scenario: (value, path) => {
    if (typeof value === 'string') return isScenarioPath(value) ? pathFrom(path, value) : value
    const { fixtures, ...others } = value as ScenarioInput
    return fixtures ? { ...others, fixtures: fixturesFrom(path, fixtures) } : others
  },
}

const fixturesFrom = (path: string, fixtures: readonly unknown[]) =>
  fixtures.map((one) => (typeof one === 'string' && one.endsWith('.json') ? pathFrom(path, one) : one))

/** A path beside a file. */
const pathFrom = (file: string, path: string) => shownPath(resolve(dirname(file), path))
