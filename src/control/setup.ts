import type * as z from 'zod'
import type { AccountView, ApiTypes } from '../engine/api-types.ts'
import { ok } from '../engine/http/route.ts'
import { writeDuration } from '../engine/time/duration.ts'
import type { World } from '../engine/world.ts'
import { routeWith } from './routing.ts'

/** What decides about calls beside their parameters, records and steps: settings and accounts, without passwords and codes. */
export interface SetupView {
  /** As the option `settings` takes them: durations such as `6h`. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The names of the settings that differ from the defaults. */
  readonly changed: readonly string[]
  readonly accounts: readonly AccountView[]
}

/** @param schemas of the settings, by name */
export function showSetup<A extends ApiTypes>(
  world: World<A>,
  schemas: z.ZodRawShape,
  defaults: A['settings'],
): SetupView {
  const settings = Object.entries(world.settings)
  const standard = new Map<string, unknown>(Object.entries(defaults))
  return {
    settings: Object.fromEntries(settings.map(([name, value]) => [name, written(schemas[name] as z.ZodType, value)])),
    changed: settings.flatMap(([name, value]) =>
      JSON.stringify(value) === JSON.stringify(standard.get(name)) ? [] : name,
    ),
    accounts: world.services.describe(),
  }
}

/** A checked setting as it is given: a number that its schema does not take is a duration. */
function written(schema: z.ZodType, value: unknown): unknown {
  if (schema.safeParse(value).success) return value
  if (typeof value === 'number') return writeDuration(value)
  const { per, ...rest } = value as { readonly per: number }
  return { ...rest, per: writeDuration(per) }
}

const route = routeWith<{ readonly scenario: { setup(): SetupView } }>()

export const setupRoutes = [
  route({
    method: 'GET',
    path: '/_mock/setup',
    operation: 'retrieveSetup',
    summary:
      'The settings, and the accounts of external services with the test identifiers, without passwords and codes',
    answers: { 200: 'setup' },
    handle: ({ mock }) => ok(mock.scenario.setup()),
  }),
]
