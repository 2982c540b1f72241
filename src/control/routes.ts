import { ok, type Route } from '../engine/http/router.ts'
import type { Actions } from '../scenario/act.ts'
import { type ClockControl, clockRoutes } from './clock.ts'
import { type FaultControl, faultRoutes } from './faults.ts'
import { type RequestControl, requestRoutes } from './requests.ts'
import { routeWith } from './routing.ts'
import { type ScenarioControl, scenarioRoutes } from './scenario.ts'
import { type SnapshotControl, snapshotRoutes } from './snapshots.ts'
import { type PastEventView, type RecordView, type StateView, stateRoutes } from './state.ts'
import { type StreamMessage, streamRoutes } from './stream.ts'
import { type WebhookControl, webhookRoutes } from './webhooks.ts'
import { type WorldView, worldRoutes } from './worlds.ts'

/** The parts of a mock that control calls use: methods of the mock itself. */
export interface Controls {
  /** Null for a mock's own world. */
  readonly id: string | null
  readonly token: string
  readonly seed: number
  readonly clock: ClockControl
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
  history(): readonly PastEventView[]
  watch(listener: (message: StreamMessage) => void): () => void
}

type ControlRoute = Route<{ readonly mock: Controls }>
const route = routeWith<Controls>()

// What builds the documents is needed by these calls only, so it is not loaded at start.
const documentRoutes: readonly ControlRoute[] = [
  route({
    method: 'GET',
    path: '/_mock/openapi.json',
    operation: 'describeApi',
    summary: 'The API as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).openapi()),
  }),
  route({
    method: 'GET',
    path: '/_mock/control.openapi.json',
    operation: 'describeControl',
    summary: 'These calls as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).controlOpenapi(controlRoutes)),
  }),
]

const listedRoutes: readonly ControlRoute[] = [
  ...clockRoutes,
  ...scenarioRoutes,
  ...stateRoutes,
  ...streamRoutes,
  ...documentRoutes,
  ...faultRoutes,
  ...requestRoutes,
  ...webhookRoutes,
  ...snapshotRoutes,
  ...worldRoutes,
]

/** The control API, under `/_mock`. */
export const controlRoutes: readonly ControlRoute[] = [
  route({
    method: 'GET',
    path: '/_mock',
    operation: 'listControlCalls',
    summary: 'All of these calls',
    answers: { 200: 'index' },
    handle: ({ mock }) =>
      ok({
        name: 'ricloud-mock',
        world: mock.id,
        scenario: mock.scenario.name,
        calls: listedRoutes.map(({ method, path, summary }) => ({ call: `${method} ${path}`, summary })),
      }),
  }),
  ...listedRoutes,
]
