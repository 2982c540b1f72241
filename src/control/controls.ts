import type { Actions } from '../scenario/act.ts'
import type { FaultControl } from './fault-control.ts'
import type { PastView, RecordView } from './records.ts'
import type { RequestControl } from './requests.ts'
import type { ScenarioControl } from './scenario-control.ts'
import type { SnapshotControl } from './snapshots.ts'
import type { StateView } from './state.ts'
import type { TimeControl } from './time.ts'
import type { Watched } from './watch.ts'
import type { WebhookControl } from './webhooks.ts'
import type { WorldView } from './worlds.ts'

/** What the control routes act on: methods of a mock. */
export interface Controls {
  /** Null for a mock's own world. */
  readonly id: string | null
  readonly token: string
  readonly seed: number
  readonly clock: TimeControl
  readonly scenario: ScenarioControl
  readonly actions: Actions
  readonly faults: FaultControl
  readonly requests: RequestControl
  readonly webhooks: WebhookControl
  readonly snapshots: SnapshotControl
  readonly worlds: {
    list(): readonly WorldView[]
    create(options: never): Promise<Controls>
    delete(id: string): void
  }
  reset(): void
  state(): StateView
  record(resource: string, id: string | number): RecordView
  history(): readonly PastView[]
  watch(watcher: (watched: Watched) => void): () => void
}
