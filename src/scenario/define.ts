import type { ScenarioInput } from './types.ts'

/** Types a scenario in a module of its own; it is checked when a world is made of it. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario
}
