import * as z from 'zod'
import { failedTo, parameterError } from '../engine/errors.ts'
import { period, text, token } from '../engine/fields.ts'
import { printable, shown } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import { type OtherNames, parseGiven, problemsOf } from '../engine/problems.ts'
import type { Duration } from '../engine/time/duration.ts'
import { definedIn, isObject } from '../engine/values.ts'
import { canonicalHost, isNeverCalled } from '../engine/webhook-hosts.ts'
import { ClockSettings, type ScenarioLanguage } from '../scenario/schema.ts'
import type { ClockInput } from '../scenario/types.ts'
import type { Api, MockTypes } from './api.ts'

type Log = (level: 'warn' | 'error', message: string) => void

/** The options of a mock. */
export interface MockOptionsOf<A extends MockTypes> {
  /** The name of a built-in scenario, or one of your own; `default` by default. The options below take precedence over it. */
  readonly scenario?: A['scenarioName'] | A['scenarioInput'] | undefined
  /** Whether `close()` throws, as `scenario.verify()` does, if a step, account or fault of the scenario never fired; false by default. */
  readonly strict?: boolean | undefined
  /** From 0 to 4294967295, 1 by default. Equal seeds, clocks and calls give equal bytes. */
  readonly seed?: number | undefined
  /** The token of the first key; by default that of the fixture, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** When virtual time starts (the present by default), whether the clock is frozen, and its speed as a multiple of real time. */
  readonly clock?: ClockInput | undefined
  /** The dialect of all answers; by default that of the caller's User-Agent. */
  readonly dialect?: A['dialect'] | undefined
  readonly settings?: A['settingsInput'] | undefined
  /** The records of the initial state: names of fixtures, and objects of bodies as the API sends them. `['default']` by default. */
  readonly fixtures?: readonly (A['fixtureName'] | A['fixture'])[] | undefined
  /** How many records to generate from the seed. They replace the sample users, sources and sessions, unless `fixtures` is given too. */
  readonly generate?: A['api']['counts'] | undefined
  /** How many requests the journal keeps; 1,000 by default. */
  readonly journal?: number | undefined
  /** Whether the journal and the control API show tokens, passwords, codes and secrets; false by default. */
  readonly showSecrets?: boolean | undefined
  /** Whether answers say in the header `Mock-Reason` why they are no plain success; false by default. */
  readonly reasons?: boolean | undefined
  /** The limit of additional worlds (1,000 by default), and the real time after which an unused one ends, at the latest after twice that (`30m`). */
  readonly worlds?: { readonly max?: number | undefined; readonly idle?: Duration | undefined } | undefined
  /**
   * Hosts outside private networks that webhooks may be sent to; none by default, `*` for all. Where others than this
   * machine may call a server, those in private networks too.
   */
  readonly webhookHosts?: readonly string[] | undefined
  /**
   * A folder below which results are written as files, for storage configs whose URL is `local://` and a path there; by
   * default there is none. Relative to the working directory; only in Node.
   */
  readonly localStorage?: string | undefined
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
  token: token.optional(),
  clock: ClockSettings.optional(),
  journal: z.int().nonnegative().max(1_000_000).default(1000),
  showSecrets: z.boolean().default(false),
  reasons: z.boolean().default(false),
  worlds: z
    .strictObject({
      max: z.int().nonnegative().max(100_000).default(1000),
      idle: period.default(30 * 60e6),
    })
    .prefault({}),
  webhookHosts: z
    .array(
      z
        .string()
        .regex(/^(?:\*|[a-z0-9._-]+|\[?[0-9a-f:]+\]?)$/i, 'must be the name of a host, without scheme, port and path')
        .transform(canonicalHost)
        .refine((host) => !isNeverCalled(host), {
          error: ({ input }) =>
            `must not be link-local or the metadata service of a cloud, which is never called, got ${shown(input)}`,
        }),
    )
    .default([]),
  localStorage: text.optional(),
  log: z
    .custom<Log>((log) => typeof log === 'function', {
      error: ({ input }) => `must be a function, got ${shown(input)}.`,
    })
    .default(() => logErrors),
}

type Shared = z.output<z.ZodObject<typeof shape>>

/** Checked options, with defaults. */
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
    fixtures: z.array(z.unknown()).optional(),
    generate: generate.optional(),
  }) as unknown as z.ZodType<ReadOptions<A>>
}

/**
 * Checks options and fills in defaults; throws an Error that names each invalid one.
 *
 * @param entryPoint how the options of the entry point differ, for suggestions in messages
 * @param work what they are for, for messages
 */
export function readOptions<A extends MockTypes>(
  schema: z.ZodType<ReadOptions<A>>,
  options: MockOptionsOf<A>,
  entryPoint: OtherNames = {},
  work = 'create the mock',
): ReadOptions<A> {
  const result = parseGiven(schema, requireOptions(options, work, 'scenario'))
  if (result.success) return result.data
  throw failedTo(work, problemsOf(schema, result.error, undefined, entryPoint))
}

/** The options that a reset can change until the next one: those of its world. */
export type ResetOptionsOf<A extends MockTypes> = Pick<
  MockOptionsOf<A>,
  'scenario' | 'strict' | 'seed' | 'token' | 'clock' | 'dialect' | 'settings' | 'fixtures' | 'generate'
>

/** Options that a reset cannot change. */
const fixedOptions: readonly string[] = [
  'journal',
  'showSecrets',
  'reasons',
  'worlds',
  'webhookHosts',
  'localStorage',
  'log',
]

const resetting = 'reset the mock'

/**
 * The options of a mock with those of a reset, of which `clock` and `settings` are merged one by one, as given and
 * checked; undefined if the reset has none. Throws an Error if one of them is invalid or cannot change.
 */
export function readResetOptions<A extends MockTypes>(
  schema: z.ZodType<ReadOptions<A>>,
  own: MockOptionsOf<A>,
  options: ResetOptionsOf<A>,
): { readonly given: MockOptionsOf<A>; readonly read: ReadOptions<A> } | undefined {
  const given: ResetOptionsOf<A> = definedIn(requireOptions(options, resetting, 'scenario'))
  const names = Object.keys(given)
  if (names.length === 0) return undefined
  const fixed = names.find((name) => fixedOptions.includes(name))
  if (fixed !== undefined) throw parameterError(resetting, fixed, 'can only be set when the mock is made')
  const merged = (name: 'clock' | 'settings') =>
    isObject(given[name]) && { [name]: { ...own[name], ...definedIn(given[name]) } }
  const all = { ...own, ...given, ...merged('clock'), ...merged('settings') }
  return { given: all, read: readOptions(schema, all, { lacks: fixedOptions }, resetting) }
}

/** The default of the option `log`. */
export function logErrors(level: 'warn' | 'error', message: string): void {
  // biome-ignore lint/suspicious/noConsole: without the option `log`, a bug of the mock must still be visible
  if (level === 'error') console.error(printable(message))
}
