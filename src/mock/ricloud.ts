import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import type * as control from '../control/state.ts'
import type * as store from '../engine/store/models.ts'
import type { FixtureName } from '../ricloud/built-in-fixtures.ts'
import type { Dialect } from '../ricloud/dialect.ts'
import type { Fixture, LoadedRecords } from '../ricloud/fixtures.ts'
import { ricloud } from '../ricloud/index.ts'
import type { Event } from '../ricloud/resources/index.ts'
import type { Context } from '../ricloud/routes/call.ts'
import type { DeliveryView } from '../ricloud/rules/webhooks.ts'
import type { ActionDetails, ScenarioInput, SettingsInput } from '../ricloud/scenario-input.ts'
import type { Ricloud } from '../ricloud/types.ts'
import type { ActionsOf } from '../scenario/act.ts'
import { MockDefinition } from './definition.ts'
import { ApiMock, type Descent, type WorldInputOf } from './mock.ts'
import type { MockOptionsOf } from './options.ts'

export { apiUrl } from '../ricloud/index.ts'

/** The types of a mock of ricloud. */
export interface RicloudMock {
  readonly api: Ricloud
  readonly context: Context
  readonly loaded: LoadedRecords
  readonly fixture: Fixture
  readonly fixtureName: FixtureName
  readonly scenarioInput: ScenarioInput
  readonly scenarioName: ScenarioName
  readonly settingsInput: SettingsInput
  readonly details: ActionDetails
  readonly dialect: Dialect
  readonly sentEvent: Event
  readonly deliveryView: DeliveryView
}

export interface MockOptions extends MockOptionsOf<RicloudMock> {}

/** What a world beside the mock's own may be told: options of a mock, or which snapshot it begins with. */
export interface WorldInput extends WorldInputOf<RicloudMock> {}

/** The actions of administrators, services and owners as methods; each returns what happened. */
export interface Actions extends ActionsOf<ActionDetails> {}

/** Every record, by resource, with what the API hides. */
export type StateView = control.StateView<Ricloud>

/** The plain models of @mswjs/data, by resource. */
export type Models = store.Models<Ricloud>

/** What all mocks of ricloud have in common. */
export const definition = new MockDefinition<RicloudMock>(ricloud, scenarios)

/** One ricloud, in memory: a world of its own, the API that answers from it, and the means to arrange it. */
export class Mock extends ApiMock<RicloudMock> {
  constructor(options: MockOptions = {}, also: readonly string[] = [], descent?: Descent<RicloudMock>) {
    super(definition, options, also, descent)
  }
}
