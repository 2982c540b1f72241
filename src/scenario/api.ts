import type * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import type { ErrorCatalogue } from '../engine/errors.ts'
import type { WorldApi } from '../engine/world.ts'
import type { Action } from './action.ts'

/** What of an API its scenarios can speak of. */
export interface ScenarioApi<A extends ApiTypes> extends WorldApi<A> {
  readonly name: string
  readonly actions: Readonly<Record<string, Action<A>>>
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** What it says of its errors, beside those of the engine. */
  readonly errors: ErrorCatalogue
  /** The settings that a scenario may give, by name. */
  readonly settings: (eventNames: readonly string[]) => z.ZodRawShape
  /** What else a scenario may say, such as the accounts of the services. */
  readonly extras?: () => z.ZodRawShape
  /** How many generated records a scenario may ask for, by their names. */
  readonly generate?: () => z.ZodObject
  /** The fixtures that come with the package, by name. */
  readonly fixtures: { readonly builtIn: Readonly<Record<string, object>> }
}
