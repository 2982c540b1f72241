import * as z from 'zod'
import type { ScenarioName } from '../../scenarios/index.ts'
import { UsageError } from '../engine/errors.ts'
import { duration } from '../engine/fields.ts'
import { shown } from '../engine/messages.ts'
import { problemsOf, worded } from '../engine/problems.ts'
import type { Fixture, FixtureName } from '../ricloud/fixture-type.ts'
import { ClockSettings, Generate, Settings } from '../scenario/schema.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import type { MockOptions } from './options.ts'

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
