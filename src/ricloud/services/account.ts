import * as z from 'zod'
import { isBase64 } from '../../engine/base64.ts'
import { UsageError } from '../../engine/errors.ts'
import { duration, durationError, oneOf, text } from '../../engine/fields.ts'
import { globMatcher } from '../../engine/path-pattern.ts'
import { placeText } from '../../engine/place.ts'
import { formatDuration } from '../../engine/time/duration.ts'
import { isRecord } from '../../engine/values.ts'
import type { CreatableType, InitError, SourceType, TaskError } from '../resources/index.ts'
import { initErrors } from '../resources/session.ts'
import { creatableTypes } from '../resources/source.ts'
import { taskErrors } from '../resources/task.ts'
import type { Entry } from './contents.ts'

/** A device of a Relay instance; it becomes a child source when the instance is paired (documented attributes). */
export interface Device {
  /** Without it, each instance has a device of its own, whose identifier follows from the seed (assumed). */
  readonly identifier?: string | undefined
  readonly info: {
    readonly is_encrypted: boolean
    readonly apple_model_id: string
    readonly apple_serial: string
    readonly name: string
    readonly ios_version: string
  }
  /** Whether it is connected from the start; true by default. */
  readonly connected?: boolean | undefined
}

/** A file of an account: one beside the scenario file, or its bytes and its extension. */
export type AccountFile = { readonly path: string } | { readonly base64: string; readonly type?: string | undefined }

/** An account of an external service, which decides on sessions by what a client sends. Times in microseconds. */
export interface Account {
  readonly type: CreatableType
  /** Exact, or with `*` for any characters: `*@corp.example`. */
  readonly identifier: string
  /** The only password that the service accepts; without it, any. */
  readonly password?: string | undefined
  /** The two-factor code (iCloud) or pairing code (Relay); without it, the service asks for none. */
  readonly code?: string | undefined
  /** The outcome of each session with the right password and code, in order; the last one repeats. */
  readonly outcomes?: readonly ('success' | InitError)[] | undefined
  /** How long a session stays pending, or `never` if it stays so for good. */
  readonly init?: number | 'never' | undefined
  /** After how long the service ends an active session. */
  readonly lifetime?: number | undefined
  /** Whether, or for how long, the service declines sessions and locks the source. */
  readonly locked?: boolean | number | undefined
  /** How long after the first successful session the owner changes the password. */
  readonly password_changes?: number | undefined
  readonly devices?: readonly Device[] | undefined
  /** The entries of data types, `*` for all others; without them they are generated. */
  readonly data?: Readonly<Record<string, readonly Entry[] | string>> | undefined
  /** What info results have at their root, in addition to what is generated. */
  readonly info?: Entry | undefined
  /** Texts, or bytes, by ID. */
  readonly files?: Readonly<Record<string, string | AccountFile>> | undefined
  /** The errors of tasks, by data type, info type, file ID, wildcard, or type of task. */
  readonly failing?: Readonly<Record<string, TaskError>> | undefined
  /** How long each task of a poll takes. */
  readonly task_duration?: number | undefined
  /** Whether the user of a Relay instance allows subscriptions; true by default. */
  readonly allows_subscriptions?: boolean | undefined
  /** How many times as many entries are generated. */
  readonly volume?: number | undefined
}

/** An account by its type and identifier, as a source names it. */
export interface Identity {
  readonly type: SourceType
  readonly identifier: string
}

/** An account in reports: `icloud.account renate@example.com`. */
export const accountName = ({ type, identifier }: Identity) => `${type} ${identifier}`

const device = z.strictObject({
  identifier: text.optional(),
  info: z.strictObject({
    is_encrypted: z.boolean(),
    apple_model_id: text,
    apple_serial: text,
    name: text,
    ios_version: text,
  }),
  connected: z.boolean().optional(),
})

/** Longer than any address; the parts between `*` are searched for in what clients send. */
const longestIdentifier = 255

/** The extension of a file, without a dot. */
const extension = z
  .string()
  .regex(/^[a-z0-9]{1,10}$/, 'must be an extension of lower-case letters and digits, such as "jpg"')

/** The schema of an account in a scenario. */
export const accountSchema = z.strictObject({
  type: oneOf(creatableTypes).default('icloud.account'),
  identifier: text.max(longestIdentifier, { error: `must be at most ${longestIdentifier} characters long` }),
  password: text.optional(),
  code: text.optional(),
  outcomes: z
    .array(oneOf(['success', ...initErrors]))
    .min(1)
    .optional(),
  init: z
    .union([z.literal('never'), duration], { error: durationError('a duration such as "30s", or "never"') })
    .optional(),
  lifetime: duration.optional(),
  locked: z.union([z.boolean(), duration], { error: durationError('true, or a duration such as "1h"') }).optional(),
  password_changes: duration.optional(),
  devices: z.array(device).optional(),
  data: z
    .record(
      z.string(),
      z.union([z.array(z.record(z.string(), z.unknown())), text], {
        error: 'must be an array of objects, or the path of a JSON file with one',
      }),
    )
    .optional(),
  info: z.record(z.string(), z.unknown()).optional(),
  files: z
    .record(
      z.string(),
      z.union(
        [
          z.string(),
          z.strictObject({ path: text }),
          z.strictObject({ base64: z.string().refine(isBase64, 'must be base64'), type: extension.optional() }),
        ],
        {
          error: 'must be a text, { path } of a file, or { base64, type }',
        },
      ),
    )
    .optional(),
  failing: z.record(z.string(), oneOf(Object.keys(taskErrors) as [TaskError, ...TaskError[]])).optional(),
  task_duration: duration.optional(),
  allows_subscriptions: z.boolean().optional(),
  volume: z.int().positive().max(1000).optional(),
})

/** Throws an Error for accounts that name files: only what reads a scenario file reads those too. */
export function requireContents(accounts: readonly Account[]): void {
  const what = 'is a path; read the scenario with await loadScenario(…), or give the contents'
  const problems = accounts.flatMap(({ data = {}, files = {} }, i) => {
    const paths = [
      ...Object.entries(data).flatMap(([name, of]) => (typeof of === 'string' ? [['data', name]] : [])),
      ...Object.entries(files).flatMap(([name, of]) => (isRecord(of) && 'path' in of ? [['files', name]] : [])),
    ]
    return paths.map((path) => ({ path: ['accounts', i, ...path], what }))
  })
  const [first] = problems
  if (first) throw new UsageError(`Failed to create the mock: ${placeText(first)} ${what}.`, problems)
}

/** An account as one line of text, without its password and code: `icloud.account *@corp.example: code, init 30s, locked 1h`. */
export function describeAccount(account: Account): string {
  const traits = describeTraits(account)
  return `${accountName(account)}${traits && `: ${traits}`}`
}

/** What an account does beyond accepting a session, as one line of text without its password and code. */
export function describeTraits({ type, identifier, ...traits }: Account): string {
  const parts = Object.entries(traits).flatMap(([name, value]) => {
    if (name === 'allows_subscriptions') return value === false ? 'no subscriptions' : []
    if (value === undefined || value === false) return []
    if (name === 'volume') return `volume ${value}`
    if (name === 'devices') return `${traits.devices?.length} devices`
    if (name === 'outcomes') return `outcomes ${traits.outcomes?.join(', then ')}`
    if (typeof value === 'number') return `${name} ${formatDuration(value)}`
    if (name === 'failing') return Object.entries(value).map(([of, error]) => `${of} fails with ${error}`)
    if (name === 'data' || name === 'files') return `${name} ${Object.keys(value).join(', ')}`
    return value === 'never' ? `${name} never` : name
  })
  return parts.join(', ')
}

/**
 * The accounts that never decide, by their indexes, with the earlier one that matches all that they match: of the
 * characters of an identifier, only another `*` matches a `*`.
 */
export function hiddenAccounts(accounts: readonly Account[]): { readonly hidden: number; readonly by: number }[] {
  const exact = new Map<string, number>()
  const globs: { readonly type: SourceType; readonly matches: (text: string) => boolean; readonly index: number }[] = []
  return accounts.flatMap(({ type, identifier }, index) => {
    const key = accountName({ type, identifier })
    const by = exact.get(key) ?? globs.find((glob) => glob.type === type && glob.matches(identifier))?.index
    if (by !== undefined) return { hidden: index, by }
    exact.set(key, index)
    if (identifier.includes('*')) globs.push({ type, matches: globMatcher(identifier), index })
    return []
  })
}
