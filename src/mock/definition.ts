import type * as z from 'zod'
import { type ControlContext, controlRoutes } from '../control/routes.ts'
import type { NameOf } from '../engine/api-types.ts'
import type { Route } from '../engine/http/route.ts'
import { RouteTree } from '../engine/http/route-tree.ts'
import type { Definition } from '../engine/resource.ts'
import { ScenarioLanguage } from '../scenario/schema.ts'
import type { Api, MockTypes } from './api.ts'
import { optionsSchema, type ReadOptions } from './options.ts'

/** What all mocks of an API share. Nothing in it changes. */
export class MockDefinition<A extends MockTypes> {
  readonly language: ScenarioLanguage<A['api']>
  readonly options: z.ZodType<ReadOptions<A>>
  readonly controlRoutes: readonly Route<ControlContext>[]
  readonly routeTree: RouteTree<Route<A['context']>>
  readonly controlRouteTree: RouteTree<Route<ControlContext>>
  /** The resource whose record a path names with its ID, by the path of the route: `/users/{id}`. */
  readonly resourceAt: ReadonlyMap<string, NameOf<A['api']>>

  constructor(
    readonly api: Api<A>,
    /** The built-in scenarios. */
    readonly scenarios: Readonly<Record<A['scenarioName'], A['scenarioInput']>>,
  ) {
    this.language = new ScenarioLanguage<A['api']>(api)
    this.options = optionsSchema(api, this.language)
    this.controlRoutes = controlRoutes({ ...api, actions: this.language.actions })
    this.routeTree = new RouteTree<Route<A['context']>>(api.routes)
    this.controlRouteTree = new RouteTree(this.controlRoutes)
    const places = Object.entries<Definition>(api.definitions).map(([name, { path }]) => {
      return { name: name as NameOf<A['api']>, prefix: `${path}/{id}` }
    })
    this.resourceAt = new Map(
      api.routes.flatMap(({ path }) => {
        const place = places.find(({ prefix }) => path.startsWith(prefix))
        return place ? [[path, place.name]] : []
      }),
    )
  }
}
