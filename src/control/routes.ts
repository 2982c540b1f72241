import { ok, type Route } from '../engine/http/route.ts'
import { type BucketControl, bucketRoutes } from './buckets.ts'
import { type ClockControl, clockRoutes } from './clock.ts'
import { type CoverageView, coverageRoutes } from './coverage.ts'
import type { DescribedApi } from './description.ts'
import { type FaultControl, faultRoutes } from './faults.ts'
import type { DocumentedApi } from './openapi.ts'
import { replayRoutes } from './replay.ts'
import { type RequestControl, requestRoutes } from './requests.ts'
import { rewindRoutes } from './rewind.ts'
import { type Public, routeWith } from './routing.ts'
import { type ScenarioControl, scenarioRoutes } from './scenario.ts'
import { setupRoutes } from './setup.ts'
import { type SnapshotControl, snapshotRoutes } from './snapshots.ts'
import { type ChangesView, type PastEventView, type RecordView, stateRoutes } from './state.ts'
import { type StreamMessage, streamRoutes } from './stream.ts'
import { type WebhookControl, webhookRoutes } from './webhooks.ts'
import { type WorldView, worldRoutes } from './worlds.ts'

/** The parts of a mock that control calls use: methods of the mock itself. */
export interface Controls {
  /** Null for a mock's own world. */
  readonly id: string | null
  readonly token: string
  readonly seed: number
  readonly clock: Public<ClockControl>
  readonly scenario: Public<ScenarioControl>
  readonly actions: object
  readonly faults: Public<FaultControl>
  readonly requests: Public<RequestControl>
  readonly webhooks: Public<WebhookControl>
  readonly buckets: Public<BucketControl>
  readonly snapshots: Public<SnapshotControl>
  readonly worlds: {
    list(): readonly WorldView[]
    create(options: never): Promise<Controls>
    delete(id: string): void
  }
  /** @internal */
  restart(options: never): Error | undefined
  rewind(request: number): Promise<void>
  fork(request: number): Promise<Controls>
  replayFile(options: { readonly test?: string | undefined }): Promise<string>
  state(): object
  changes(options?: { readonly since?: number | undefined }): ChangesView
  record(resource: string, id: string | number): RecordView
  history(): readonly PastEventView[]
  coverage(): CoverageView
  watch(listener: (message: StreamMessage) => void): () => void
}

/** What a control call is about. */
export interface ControlContext {
  readonly mock: Controls
}

/** The parts of an API's definition that control calls need. */
export interface ControlledApi extends DocumentedApi, DescribedApi {
  readonly routes: DocumentedApi['routes']
  /** Bodies of control calls that the default world accepts, by operation and by what they show. */
  readonly controlExamples?: Readonly<Record<string, Readonly<Record<string, object>>>>
}

type ControlRoute = Route<ControlContext>
const route = routeWith<Controls>()

// What builds the documents is needed by these calls only, so it is not loaded at start.
const documentRoutes = (api: ControlledApi, all: () => readonly ControlRoute[]): readonly ControlRoute[] => [
  route({
    method: 'GET',
    path: '/_mock/openapi.json',
    operation: 'describeApi',
    summary: 'The API as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).openapi(api)),
  }),
  route({
    method: 'GET',
    path: '/_mock/control.openapi.json',
    operation: 'describeControl',
    summary: 'These calls as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).controlOpenapi(api, all())),
  }),
]

/** The control API, under `/_mock`. */
export function controlRoutes(api: ControlledApi): readonly ControlRoute[] {
  const withExamples = (operation = '') => {
    const examples = api.controlExamples?.[operation]
    return examples && { examples }
  }
  const listed: readonly ControlRoute[] = [
    ...clockRoutes,
    ...scenarioRoutes(Object.keys(api.actions)),
    ...setupRoutes,
    ...stateRoutes,
    ...streamRoutes,
    ...documentRoutes(api, () => all),
    ...faultRoutes,
    ...requestRoutes,
    ...coverageRoutes,
    ...webhookRoutes,
    ...bucketRoutes,
    ...snapshotRoutes,
    ...rewindRoutes,
    ...replayRoutes,
    ...worldRoutes,
  ].map((row) => ({ ...row, ...withExamples(row.operation) }))
  const all = [
    route({
      method: 'GET',
      path: '/_mock',
      operation: 'listControlCalls',
      summary: 'All of these calls, and the resources and actions of the API',
      answers: { 200: 'index' },
      handle: async ({ mock }) =>
        ok({
          name: 'ricloud-mock',
          world: mock.id,
          scenario: mock.scenario.name,
          calls: listed.map(({ method, path, summary }) => ({ call: `${method} ${path}`, summary })),
          ...(await import('./description.ts')).describeApi(api),
        }),
    }),
    ...listed,
  ]
  return all
}
