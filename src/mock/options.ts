import * as z from 'zod'
import type { ScenarioName } from '../../scenarios/index.ts'
import type { Duration } from '../clock.ts'
import { duration } from '../contract/fields.ts'
import type { Fixture, FixtureName } from '../contract/fixture-type.ts'
import { problemsOf, worded } from '../contract/problems.ts'
import type { Dialect } from '../contract/viewer.ts'
import type { Counts } from '../domain/counts.ts'
import { UsageError } from '../errors.ts'
import type { ClockInput, ScenarioInput, SettingsInput } from '../scenario/scenario-type.ts'
import { ClockSettings, Generate, Settings } from '../scenario/schema.ts'
import { shown } from '../words.ts'

export interface MockOptions {
  /** A built-in scenario by its name, or one of your own; `default` by default. The options below outweigh it. */
  readonly scenario?: ScenarioName | ScenarioInput | undefined
  /** Lets `close()` throw, as `scenario.verify()` does, if a step, account or fault of the scenario never came to pass. */
  readonly strict?: boolean | undefined
  /** From 0 to 4294967295; equal seeds, clocks and calls give equal bytes. 1 by default. */
  readonly seed?: number | undefined
  /** The token of the first key; by default the fixture's, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** Where time begins (the present by default), whether it stands still, and how fast it runs. */
  readonly clock?: ClockInput | undefined
  /** Fixes the dialect; by default the caller's User-Agent decides. */
  readonly dialect?: Dialect | undefined
  readonly settings?: SettingsInput | undefined
  /** What the world holds at first: names, and bodies as the API sends them. `['default']` by default. */
  readonly fixtures?: readonly (FixtureName | Fixture)[] | undefined
  /** Plausible records, from the seed. Unless `fixtures` are named too, they stand in place of the sample users, sources and sessions. */
  readonly generate?: Counts | undefined
  /** How many requests the journal keeps; 1,000 by default. */
  readonly journal?: number | undefined
  /** Lets the journal and the control API show tokens, passwords, codes and secrets; false by default. */
  readonly showSecrets?: boolean | undefined
  /** How many worlds there may be beside the first one (1,000 by default), and how long one may be unused, in real time (`30m`). */
  readonly worlds?: { readonly max?: number | undefined; readonly idle?: Duration | undefined } | undefined
  /** Hosts outside private networks that webhooks may be sent to; none by default, `*` for all. */
  readonly webhookHosts?: readonly string[] | undefined
  /** Told of what nobody may miss; by default errors go to `console.error`. */
  readonly log?: ((level: 'warn' | 'error', message: string) => void) | undefined
}

const Options = z.strictObject({
  scenario: z.custom<ScenarioName | ScenarioInput>().default('default'),
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
  dialect: z.enum(['documented', 'ricloud-py']).optional(),
  settings: Settings.optional(),
  fixtures: z.custom<readonly (FixtureName | Fixture)[]>(Array.isArray, 'must be an array').optional(),
  generate: Generate.optional(),
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
  log: z
    .custom<NonNullable<MockOptions['log']>>((log) => typeof log === 'function', 'must be a function')
    .default(() => logErrors),
})

/** Options as they hold. */
export type ReadOptions = z.output<typeof Options>

/**
 * Reads options; throws an Error that names each one at fault.
 *
 * @param also what else whoever makes the mock takes as options
 */
export function readOptions(options: MockOptions, also: readonly string[]): ReadOptions {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(
      `Failed to create the mock: options must be an object such as { scenario: "two-factor" }, got ${shown(options)}.`,
    )
  }
  const result = Options.safeParse(options, { reportInput: true, error: worded })
  if (result.success) return result.data
  const problems = problemsOf(Options, result.error, undefined, also)
  throw new UsageError(`Failed to create the mock: ${problems.join('; ')}`, problems)
}

function logErrors(level: 'warn' | 'error', message: string): void {
  // biome-ignore lint/suspicious/noConsole: a bug of ours must not go unseen where nobody asked for a log
  if (level === 'error') console.error(message)
}
