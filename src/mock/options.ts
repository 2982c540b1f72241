import * as z from 'zod'
import { UsageError } from '../engine/errors.ts'
import { duration } from '../engine/fields.ts'
import { shown } from '../engine/messages.ts'
import { parseOptions, problemsOf } from '../engine/problems.ts'
import type { Duration } from '../engine/time/clock.ts'
import { ClockSettings, type ScenarioLanguage } from '../scenario/schema.ts'
import type { ClockInput } from '../scenario/types.ts'
import type { Api, MockTypes } from './api.ts'

type Log = (level: 'warn' | 'error', message: string) => void

/** What a mock may be told. */
export interface MockOptionsOf<A extends MockTypes> {
  /** A built-in scenario by its name, or one of your own; `default` by default. The options below outweigh it. */
  readonly scenario?: A['scenarioName'] | A['scenarioInput'] | undefined
  /** Lets `close()` throw, as `scenario.verify()` does, if a step, account or fault of the scenario never fired. */
  readonly strict?: boolean | undefined
  /** From 0 to 4294967295; equal seeds, clocks and calls give equal bytes. 1 by default. */
  readonly seed?: number | undefined
  /** The token of the first key; by default the fixture's, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** Where time begins (the present by default), whether the clock is frozen, and how fast it runs. */
  readonly clock?: ClockInput | undefined
  /** Fixes the dialect; by default the caller's User-Agent decides. */
  readonly dialect?: A['dialect'] | undefined
  readonly settings?: A['settingsInput'] | undefined
  /** What the world holds at first: names, and bodies as the API sends them. `['default']` by default. */
  readonly fixtures?: readonly (A['fixtureName'] | A['fixture'])[] | undefined
  /** Plausible records, from the seed. Unless `fixtures` are named too, they stand in place of the sample users, sources and sessions. */
  readonly generate?: A['api']['counts'] | undefined
  /** How many requests the journal keeps; 1,000 by default. */
  readonly journal?: number | undefined
  /** Lets the journal and the control API show tokens, passwords, codes and secrets; false by default. */
  readonly showSecrets?: boolean | undefined
  /** How many worlds there may be beside the first one (1,000 by default), and how long one may be unused, in real time (`30m`). */
  readonly worlds?: { readonly max?: number | undefined; readonly idle?: Duration | undefined } | undefined
  /** Hosts outside private networks that webhooks may be sent to; none by default, `*` for all. */
  readonly webhookHosts?: readonly string[] | undefined
  /** Receives warnings and bugs; by default errors go to `console.error`. */
  readonly log?: ((level: 'warn' | 'error', message: string) => void) | undefined
}

const shape = {
  strict: z.boolean().default(false),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1)
    .default(1),
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces, and not empty')
    .regex(/^(?!w\d+-)/i, 'must not begin like the tokens of worlds, "w1-"')
    .optional(),
  clock: ClockSettings.optional(),
  journal: z.int().nonnegative().max(1_000_000).default(1000),
  showSecrets: z.boolean().default(false),
  worlds: z
    .strictObject({
      max: z.int().nonnegative().max(100_000).default(1000),
      idle: duration.refine((idle) => idle > 0, { error: 'must be longer than nothing' }).default(30 * 60e6),
    })
    .prefault({}),
  webhookHosts: z
    .array(
      z
        .string()
        .regex(/^(?:\*|[a-z0-9.-]+|\[?[0-9a-f:]+\]?)$/i, 'must be the name of a host, without scheme, port and path'),
    )
    .default([])
    .transform((hosts) => hosts.map((host) => host.toLowerCase())),
  log: z.custom<Log>((log) => typeof log === 'function', 'must be a function').default(() => logErrors),
}

type Shared = z.output<z.ZodObject<typeof shape>>

/** Options that were read, defaults filled in. */
export interface ReadOptions<A extends MockTypes> extends Shared {
  readonly scenario: A['scenarioName'] | A['scenarioInput']
  readonly dialect?: A['dialect'] | undefined
  readonly settings?: Partial<A['api']['settings']> | undefined
  readonly fixtures?: readonly (A['fixtureName'] | A['fixture'])[] | undefined
  readonly generate?: A['api']['counts'] | undefined
}

/** The schema of the options of mocks of an API. */
export function optionsSchema<A extends MockTypes>(
  { dialects }: Api<A>,
  { settings, generate }: ScenarioLanguage<A['api']>,
): z.ZodType<ReadOptions<A>> {
  return z.strictObject({
    scenario: z.custom<A['scenarioName'] | A['scenarioInput']>().default('default'),
    ...shape,
    dialect: z.enum(dialects as readonly string[]).optional(),
    settings: settings.optional(),
    fixtures: z.custom<readonly unknown[]>(Array.isArray, 'must be an array').optional(),
    generate: generate.optional(),
  }) as unknown as z.ZodType<ReadOptions<A>>
}

/**
 * Reads options; throws an Error that names each one at fault.
 *
 * @param also what else whoever makes the mock takes as options
 */
export function readOptions<A extends MockTypes>(
  schema: z.ZodType<ReadOptions<A>>,
  options: MockOptionsOf<A>,
  also: readonly string[],
): ReadOptions<A> {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(
      `Failed to create the mock: options must be an object such as { scenario: "two-factor" }, got ${shown(options)}.`,
    )
  }
  const result = schema.safeParse(options, parseOptions)
  if (result.success) return result.data
  const problems = problemsOf(schema, result.error, undefined, also)
  throw new UsageError(`Failed to create the mock: ${problems.join('; ')}`, problems)
}

function logErrors(level: 'warn' | 'error', message: string): void {
  // biome-ignore lint/suspicious/noConsole: a bug of ours must not go unseen where nobody asked for a log
  if (level === 'error') console.error(message)
}
