import { problemsOf, worded } from '../contract/problems.ts'
import { ScenarioError } from './scenario-error.ts'
import { Scenario } from './schema.ts'

/**
 * Reads a scenario.
 *
 * @param source what to call it in messages: a file or a name
 * @param placeOf where a path such as `['steps', 0, 'do']` stands in the source
 * @throws a ScenarioError that lists all problems at once
 */
export function readScenario(
  given: unknown,
  source: string,
  placeOf: (path: readonly PropertyKey[]) => string = () => '',
): Scenario {
  const result = Scenario.safeParse(given, { reportInput: true, error: worded })
  if (result.success) return result.data
  throw new ScenarioError(`scenario ${source}`, problemsOf(Scenario, result.error, placeOf))
}
