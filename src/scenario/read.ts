import type { ApiTypes } from '../engine/api-types.ts'
import { nowhere, type PlaceOf, type Problem, pathName } from '../engine/place.ts'
import { parseGiven, problemsOf } from '../engine/problems.ts'
import { ScenarioError } from './scenario-error.ts'
import type { Scenario, ScenarioLanguage } from './schema.ts'

/**
 * Checks and reads a scenario.
 *
 * @param source the file or name, for messages
 * @param placeOf the position of a path such as `['steps', 0, 'do']` in the file
 * @throws a ScenarioError that lists all problems at once
 */
export function readScenario<A extends ApiTypes>(
  language: ScenarioLanguage<A>,
  given: unknown,
  source: string,
  placeOf?: PlaceOf,
): Scenario<A> {
  const { problems, data } = check(language, given, placeOf)
  if (!data || problems.length > 0) throw new ScenarioError(`scenario ${source}`, problems)
  const extras = Object.keys(language.api.extras?.() ?? {})
  const isExtra = ([name]: readonly [string, unknown]) => extras.includes(name)
  const entries = Object.entries(data)
  return {
    ...(Object.fromEntries(entries.filter((entry) => !isExtra(entry))) as Omit<Scenario<A>, 'extras'>),
    extras: Object.fromEntries(entries.filter(isExtra)) as A['extras'],
  }
}

/** All problems of a scenario, each with its position. */
export const problemsOfScenario = <A extends ApiTypes>(
  language: ScenarioLanguage<A>,
  given: unknown,
  placeOf?: PlaceOf,
): readonly Problem[] => check(language, given, placeOf).problems

function check<A extends ApiTypes>(
  { scenario: schema }: ScenarioLanguage<A>,
  given: unknown,
  placeOf: PlaceOf = nowhere,
) {
  const { data, error } = parseGiven(schema, given)
  const found = error ? problemsOf(schema, error, placeOf) : []
  const hidden = prototypeKeys(given, [])
    .filter((path) => !found.some((one) => one.path && pathName(one.path) === pathName(path)))
    .map((path): Problem => ({ path, position: placeOf(path, true), what: 'is unknown' }))
  return { data, problems: [...hidden, ...found] }
}

/** The paths of all `__proto__` keys, which schemas do not see. */
function prototypeKeys(value: unknown, path: readonly (string | number)[]): (string | number)[][] {
  if (typeof value !== 'object' || value === null || path.length > 20) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key]
    return key === '__proto__' ? [here] : prototypeKeys(inner, here)
  })
}
