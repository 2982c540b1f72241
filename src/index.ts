import type { HttpHandler } from 'msw'
import { apiRoutes } from './handlers/index.ts'
import { handlersFor } from './handlers/intercept.ts'
import { apiUrl, Mock, type MockOptions } from './mock.ts'

export type { ScenarioName } from '../scenarios/index.ts'
export type { Duration } from './clock.ts'
export type { Fixture, FixtureName } from './contract/fixture-type.ts'
export type { HappeningView } from './contract/happening.ts'
export type { Dialect } from './contract/viewer.ts'
export type { NearMiss, RequestControl, RequestMatcher, VerificationInput } from './control/requests.ts'
export { VerificationError } from './control/requests.ts'
export type { Difference, RecordChange, SnapshotView } from './control/snapshots.ts'
export type { StateView } from './control/state.ts'
export type { TimeControl, Upcoming } from './control/time.ts'
export type { ClockView, Seen, Watched } from './control/watch.ts'
export type { Awaited, DeliveryView, WebhookControl } from './control/webhooks.ts'
export type { WorldView } from './control/worlds.ts'
export type { Model, Models } from './db/models.ts'
export type * from './db/records.ts'
export type { Counts } from './domain/counts.ts'
export { type ErrorCode, errorCatalogue } from './errors.ts'
export type { Close } from './faults.ts'
export type { Answer, Incoming } from './handlers/exchange.ts'
export type { RequestView } from './journal.ts'
export { apiUrl, type MockOptions, type WorldInput } from './mock.ts'
export type { Actions } from './scenario/act.ts'
export type { ScenarioControl, ScenarioSummary } from './scenario/control.ts'
export { defineScenario } from './scenario/define.ts'
export type { FaultControl, FaultView } from './scenario/fault-control.ts'
export type { Report } from './scenario/report.ts'
export { ScenarioError } from './scenario/scenario-error.ts'
export type * from './scenario/scenario-type.ts'
export type { Device } from './services/account.ts'
export { matchers, type RicloudMatchers, type State } from './testing/matchers.ts'
export { type ReceivedHeaders, type VerifyOptions, verifySignature } from './webhook.ts'
export type { Mock }

/** A mock with an msw handler for each endpoint and one for all other paths, to be handed to a `setupServer` or `setupWorker` of one's own. */
export interface ComposableMock extends Mock {
  readonly handlers: HttpHandler[]
}

/**
 * Makes a world of its own and the API that answers from it. Nothing is started or intercepted.
 *
 * @param options `baseUrl` is where `handlers` expect the API; its real address by default
 * @throws an Error that names every option at fault
 */
export function createMock({
  baseUrl = apiUrl,
  ...options
}: MockOptions & { baseUrl?: string | undefined } = {}): ComposableMock {
  const mock = new Mock(options, ['baseUrl'])
  const handlers = handlersFor(apiRoutes, baseUrl, (request) => mock.fetch(request))
  return Object.assign(mock, { handlers })
}
