import { UsageError } from '../engine/errors.ts'
import { type Problem, problemText } from '../engine/place.ts'

/** Thrown for a scenario that cannot be loaded; the message lists every problem with its position. */
export class ScenarioError extends UsageError {
  override readonly name = 'ScenarioError'

  constructor(
    readonly source: string,
    problems: readonly Problem[],
  ) {
    const list = problems.map((problem) => `\n  ${problemText(problem)}`).join('')
    super(`Failed to read the ${source}: ${problems.length} problem${problems.length > 1 ? 's' : ''}${list}`, problems)
  }
}
