import type { WorldApi } from '../../engine/world.ts'
import type { Action } from '../../scenario/action.ts'
import type { Ricloud } from '../types.ts'

/** What the rules of a resource tell the engine: due work, what follows from writes, and actions. */
export interface RuleModule {
  readonly dueWork?: WorldApi<Ricloud>['dueWork']
  readonly onWrite?: WorldApi<Ricloud>['onWrite']
  /** What administrators, services and owners do, in scenarios and by the control API. */
  readonly actions?: Readonly<Record<string, Action<Ricloud>>>
}
