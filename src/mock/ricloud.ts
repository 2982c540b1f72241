import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import type * as control from '../control/state.ts'
import type { OtherNames } from '../engine/problems.ts'
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
import { ApiMock, type WorldInputOf, type WorldOrigin } from './mock.ts'
import type { MockOptionsOf, ResetOptionsOf } from './options.ts'

export { apiUrl } from '../ricloud/index.ts'

/** The type parameters of a mock of ricloud. */
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

/** Options of an additional world: those of a mock, or the name of a snapshot to start from. */
export interface WorldInput extends WorldInputOf<RicloudMock> {}

/** The options that `reset` can change until the next one. */
export type ResetOptions = ResetOptionsOf<RicloudMock>

/** The actions of administrators, services and owners as methods; each returns the events that it caused. */
export interface Actions extends ActionsOf<ActionDetails> {}

/** Every record by resource, with the attributes that the API hides. */
export type StateView = control.StateView<Ricloud>

/** The @mswjs/data models, by resource. */
export type Models = store.Models<Ricloud>

/** The definition that all mocks of ricloud share. */
export const definition = new MockDefinition<RicloudMock>(ricloud, scenarios)

/** A mock of ricloud, in memory: a world, the API that answers from it, and methods to control it. */
export class Mock extends ApiMock<RicloudMock> {
  constructor(options: MockOptions = {}, entryPoint: OtherNames = {}, origin?: WorldOrigin<RicloudMock>) {
    super(definition, options, entryPoint, origin)
  }
}
