import type { WorldApi } from '../../engine/world.ts'
import type { Action } from '../../scenario/action.ts'
import type { Ricloud } from '../types.ts'

/** The rules of a resource that the engine calls: due work, effects of writes, and actions. */
export interface RuleModule {
  readonly dueWork?: WorldApi<Ricloud>['dueWork']
  readonly onWrite?: WorldApi<Ricloud>['onWrite']
  /** What else is known of a record, for the control API: without secrets. */
  readonly notes?: WorldApi<Ricloud>['notes']
  /** Actions of administrators, services and owners, for scenarios and the control API. */
  readonly actions?: Readonly<Record<string, Action<Ricloud>>>
}
