import type * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import type { ErrorCatalogue } from '../engine/errors.ts'
import type { WorldApi } from '../engine/world.ts'
import type { Action } from './action.ts'

/** The parts of an API that its scenarios can refer to. */
export interface ScenarioApi<A extends ApiTypes> extends WorldApi<A> {
  readonly name: string
  readonly actions: Readonly<Record<string, Action<A>>>
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** The codes of its errors, beside those of the engine. */
  readonly errors: ErrorCatalogue
  /** The schemas of the settings, by name. */
  readonly settings: (eventNames: readonly string[]) => z.ZodRawShape
  /** The schemas of further keys, such as the accounts of the services. */
  readonly extras?: () => z.ZodRawShape
  /** The schema of `generate`: how many records of each kind. */
  readonly generate?: () => z.ZodObject
  /** The built-in fixtures, by name. */
  readonly fixtures: { readonly builtIn: Readonly<Record<string, object>> }
}
