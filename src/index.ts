import type { HttpHandler } from 'msw'
import { handlersFor, withoutSlash } from './engine/http/msw-handlers.ts'
import { requireOptions } from './engine/options.ts'
import { apiUrl, Mock, type MockOptions } from './mock/ricloud.ts'
import { apiRoutes } from './ricloud/routes/index.ts'

export type { ScenarioName } from '../scenarios/index.ts'
export type { BucketControl, BucketObject } from './control/buckets.ts'
export type { ClockControl, ClockView, Upcoming } from './control/clock.ts'
export type { FaultControl, FaultView } from './control/faults.ts'
export type { NearMiss, RequestControl, RequestMatcher, VerificationInput } from './control/requests.ts'
export { VerificationError } from './control/requests.ts'
export type { ScenarioControl, ScenarioSummary } from './control/scenario.ts'
export type { ObjectChange, RecordChange, SnapshotDiff, SnapshotView } from './control/snapshots.ts'
export type { StreamMessage } from './control/stream.ts'
export type { NextWebhookOptions, WebhookControl } from './control/webhooks.ts'
export type { WorldView } from './control/worlds.ts'
export type { ObjectView } from './engine/buckets.ts'
export type { DomainEventView } from './engine/domain-event.ts'
export type { Close } from './engine/faults.ts'
export type { Answer, Incoming } from './engine/http/exchange.ts'
export type { RequestView } from './engine/journal.ts'
export type { Model } from './engine/store/models.ts'
export type { Duration } from './engine/time/duration.ts'
export { type ReceivedBody, type ReceivedHeaders, type VerifyOptions, verifySignature } from './engine/webhook.ts'
export type { Attempt } from './engine/webhook-dispatcher.ts'
export { matchers, type RicloudMatchers, type State } from './mock/matchers.ts'
export {
  type Actions,
  apiUrl,
  type MockOptions,
  type Models,
  type ResetOptions,
  type StateView,
  type WorldInput,
} from './mock/ricloud.ts'
export type { FixtureName } from './ricloud/built-in-fixtures.ts'
export type { Counts } from './ricloud/counts.ts'
export type { Dialect } from './ricloud/dialect.ts'
export { type ErrorCode, errorCatalogue } from './ricloud/errors.ts'
export type { Fixture, FixtureObject } from './ricloud/fixtures.ts'
export type * from './ricloud/resources/index.ts'
export type { DeliveryView } from './ricloud/rules/webhooks.ts'
export type * from './ricloud/scenario-input.ts'
export { defineScenario } from './ricloud/scenario-input.ts'
export type { AccountFile, Device } from './ricloud/services/account.ts'
export type { Report } from './scenario/report.ts'
export { ScenarioError } from './scenario/scenario-error.ts'
export type { ClockInput, FaultInput, Where } from './scenario/types.ts'
export type { CallPattern } from './scenario/vocabulary.ts'
export type { Mock }

/** A mock with msw handlers for your own `setupServer` or `setupWorker`: one for each endpoint, and one for all other paths. */
export interface ComposableMock extends Mock {
  readonly handlers: HttpHandler[]
}

/**
 * Makes a mock. Nothing is started or intercepted.
 *
 * @param given the options of a mock, and `baseUrl` for `handlers`; by default that of the real API
 * @throws an Error that names every invalid option, or a ScenarioError that lists every problem of the scenario
 */
export function createMock(given: MockOptions & { baseUrl?: string | undefined } = {}): ComposableMock {
  const { baseUrl = apiUrl, ...options } = requireOptions(given, 'create the mock', 'scenario')
  const mock = new Mock(options, { own: ['baseUrl'] })
  const origin = withoutSlash(baseUrl)
  let handlers: HttpHandler[] | undefined
  // Made on first use, since msw takes a stack trace for each.
  const get = () => (handlers ??= handlersFor(apiRoutes, origin, mock))
  return Object.defineProperty(mock as ComposableMock, 'handlers', { get, enumerable: true })
}
