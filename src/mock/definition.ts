import type * as z from 'zod'
import { type ControlContext, controlRoutes } from '../control/routes.ts'
import type { Route } from '../engine/http/router.ts'
import { ScenarioLanguage } from '../scenario/schema.ts'
import type { Api, MockTypes } from './api.ts'
import { optionsSchema, type ReadOptions } from './options.ts'

/** What all mocks of an API share. Nothing in it changes. */
export class MockDefinition<A extends MockTypes> {
  readonly language: ScenarioLanguage<A['api']>
  readonly options: z.ZodType<ReadOptions<A>>
  readonly controlRoutes: readonly Route<ControlContext>[]

  constructor(
    readonly api: Api<A>,
    /** The built-in scenarios. */
    readonly scenarios: Readonly<Record<A['scenarioName'], A['scenarioInput']>>,
  ) {
    this.language = new ScenarioLanguage<A['api']>(api)
    this.options = optionsSchema(api, this.language)
    this.controlRoutes = controlRoutes({ ...api, actions: this.language.actions })
  }
}
