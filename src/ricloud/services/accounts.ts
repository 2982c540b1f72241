import * as z from 'zod'
import { isBase64 } from '../../engine/base64.ts'
import { UsageError } from '../../engine/errors.ts'
import { duration, durationError, oneOf, text } from '../../engine/fields.ts'
import { globMatcher } from '../../engine/path-pattern.ts'
import type { Reason } from '../../engine/reason.ts'
import { formatDuration } from '../../engine/time/duration.ts'
import { endings } from '../reasons.ts'
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
  const problems = accounts.flatMap(({ data = {}, files = {} }, i) => [
    ...Object.entries(data).flatMap(([name, of]) => (typeof of === 'string' ? `accounts[${i}].data.${name}` : [])),
    ...Object.entries(files).flatMap(([name, of]) =>
      typeof of === 'object' && 'path' in of ? `accounts[${i}].files.${name}` : [],
    ),
  ])
  if (problems.length === 0) return
  const is = 'is a path; read the scenario with await loadScenario(…), or give the contents'
  throw new UsageError(
    `Failed to create the mock: ${problems[0]} ${is}.`,
    problems.map((place) => `${place}: ${is}`),
  )
}

/** The state of an account. */
interface AccountState {
  /** How many sessions had the right password and code, and how many became active. */
  readonly decided: number
  readonly succeeded: number
  readonly password: string | undefined
  /** Passwords that worked before the owner changed them. */
  readonly refused: ReadonlySet<string>
  /** How often the owner changed the password. */
  readonly changes: number
  /** The password of the last session that succeeded. */
  readonly lastPassword: string | undefined
  /** When the first session failed because the account is locked; the lock ends `locked` later. */
  readonly lockedSince: number | undefined
}

/** An account by its type and identifier, as a source names it. */
interface Identity {
  readonly type: SourceType
  readonly identifier: string
}

/** What the service remembers of a new session until it decides. */
export interface SessionRequest {
  readonly password?: string | undefined
  readonly code?: string | undefined
  /** How often the owner had changed the password when the session was created. */
  readonly changes: number
}

/** The decision of the service on a session, and its effects. Times in microseconds. */
export interface Decision {
  /** Null for success. */
  readonly error: InitError | null
  /** Why it is declined. */
  readonly reason?: Reason | undefined
  readonly lifetime?: number | undefined
  /** The source is locked until this instant; null for good, undefined if it is not locked. */
  readonly unlocks?: number | null | undefined
  readonly devices?: readonly Device[] | undefined
}

export interface AccountsState {
  readonly states: ReadonlyMap<string, AccountState>
  readonly used: ReadonlySet<Account>
  /** What failed as scripted: the position of the account, and the name in its `failing`. */
  readonly failed: ReadonlySet<string>
}

interface PackedAccounts {
  readonly states: ReadonlyMap<string, AccountState>
  /** Indexes in the list of accounts. */
  readonly used: readonly number[]
  readonly failed: ReadonlySet<string>
}

/** The key of an account's state: one with `*` in its identifier has a state for each identifier that matches. */
const stateKey = ({ type, identifier }: Identity) => `${type} ${identifier}`

/** An account in reports: `icloud.account renate@example.com`. */
export const accountName = stateKey

/** The external services of a world: their accounts, and the state of each. */
export class Accounts {
  #states = new Map<string, AccountState>()
  #used: ReadonlySet<Account> = new Set()
  #failed: ReadonlySet<string> = new Set()
  readonly #matchers: readonly ((identifier: string) => boolean)[]

  readonly accounts: readonly Account[]

  /**
   * Of several accounts that match a source, the first counts.
   *
   * @param own the accounts of the scenario, which `report` lists
   * @param others further accounts, such as the test identifiers
   */
  constructor(
    readonly own: readonly Account[],
    others: readonly Account[] = [],
  ) {
    this.accounts = [...own, ...others]
    const { accounts } = this
    this.#matchers = accounts.map(({ identifier }) => globMatcher(identifier))
  }

  /** The account of a source; a source without one is accepted with any valid payload. */
  find({ type, identifier }: Identity): Account | undefined {
    return this.accounts.find((account, i) => account.type === type && this.#matchers[i]?.(identifier))
  }

  /**
   * Asks the service for a new session. Returns how long it takes to decide, what it remembers until then, and the account.
   *
   * @param defaultInit how long the session stays pending if the account does not say, in microseconds
   */
  ask(
    identity: Identity,
    { password, code }: Readonly<Record<string, unknown>>,
    defaultInit: number,
  ): { init: number | 'never'; request: SessionRequest; account: Account | undefined } {
    const account = this.find(identity)
    if (account && !this.#used.has(account)) this.#used = new Set([...this.#used, account])
    const request = { password: textOf(password), code: textOf(code), changes: this.#state(identity).changes }
    return { init: account?.init ?? defaultInit, request, account }
  }

  /** Decides on a session at the instant `now`, by the present state of the account. */
  decide(identity: Identity, request: SessionRequest, now: number): Decision {
    const account = this.find(identity)
    const { lifetime, locked, devices, outcomes = [] } = account ?? {}
    const state = this.#state(identity)
    const { type, identifier } = identity
    const decider = { type, identifier, isTestIdentifier: account !== undefined && !this.own.includes(account) }
    const since = state.lockedSince ?? now
    if (locked === true || (locked && now < since + locked)) {
      this.#change(identity, { lockedSince: since })
      const unlocks = locked === true ? null : since + locked
      return { error: 'source-locked', unlocks, reason: endings.locked(decider, unlocks) }
    }
    const error = credentialsError(account, state, request)
    if (error) return { error, reason: whyDeclined(decider, error, state, request) }
    const outcome = outcomes[Math.min(state.decided, outcomes.length - 1)] ?? 'success'
    this.#change(identity, { decided: state.decided + 1 })
    if (outcome !== 'success') {
      return { error: outcome, reason: endings.outcome(decider, outcome, state.decided + 1) }
    }
    this.#change(identity, { lastPassword: request.password })
    return { error: null, lifetime, devices }
  }

  /** Counts a session that became active. Returns after how long the owner changes the password, if this was the first one. */
  succeed(identity: Identity): number | undefined {
    const { succeeded } = this.#state(identity)
    this.#change(identity, { succeeded: succeeded + 1 })
    return succeeded === 0 ? this.find(identity)?.password_changes : undefined
  }

  /** Changes the password: the old one is declined from now on, and only the new one is accepted if it is given. */
  changePassword(identity: Identity, password?: string): void {
    const { lastPassword, password: own, refused, changes } = this.#state(identity)
    const old = [lastPassword, own].filter((known) => known !== undefined)
    this.#change(identity, {
      password,
      refused: new Set([...refused, ...old].filter((known) => known !== password)),
      changes: changes + 1,
    })
  }

  /** Notes that a task failed as an account scripts it, by a name in its `failing`. */
  countFailure(account: Account, name: string): void {
    const key = `${this.accounts.indexOf(account)} ${name}`
    if (!this.#failed.has(key)) this.#failed = new Set([...this.#failed, key])
  }

  /** The accounts of the scenario, and whether each has decided on a session; and whether each of its `failing` was asked for. */
  report(): { account: string; used: boolean }[] {
    return this.own.flatMap((account, i) => [
      { account: stateKey(account), used: this.#used.has(account) },
      ...Object.keys(account.failing ?? {}).map((name) => {
        return { account: `${stateKey(account)}: failing ${name}`, used: this.#failed.has(`${i} ${name}`) }
      }),
    ])
  }

  #state(identity: Identity): AccountState {
    return this.#states.get(stateKey(identity)) ?? unused(this.find(identity))
  }

  #change(identity: Identity, changes: Partial<AccountState>): void {
    this.#states.set(stateKey(identity), { ...this.#state(identity), ...changes })
  }

  save(): AccountsState {
    return { states: new Map(this.#states), used: this.#used, failed: this.#failed }
  }

  restore({ states, used, failed }: AccountsState): void {
    this.#states = new Map(states)
    this.#used = used
    this.#failed = failed
  }

  pack({ states, used, failed }: AccountsState): PackedAccounts {
    return { states, failed, used: this.accounts.flatMap((account, i) => (used.has(account) ? [i] : [])) }
  }

  unpack({ states, used, failed }: PackedAccounts): AccountsState {
    return { states, failed, used: new Set(used.flatMap((i) => this.accounts[i] ?? [])) }
  }
}

/** An account as one line of text, without its password and code: `icloud.account *@corp.example: code, init 30s, locked 1h`. */
export function describeAccount({ type, identifier, ...traits }: Account): string {
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
  return `${type} ${identifier}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

/**
 * The accounts that never decide, by their indexes, with the earlier one that matches all that they match: of the
 * characters of an identifier, only another `*` matches a `*`.
 */
export function hiddenAccounts(accounts: readonly Account[]): { readonly hidden: number; readonly by: number }[] {
  const exact = new Map<string, number>()
  const globs: { readonly type: SourceType; readonly matches: (text: string) => boolean; readonly index: number }[] = []
  return accounts.flatMap(({ type, identifier }, index) => {
    const key = stateKey({ type, identifier })
    const by = exact.get(key) ?? globs.find((glob) => glob.type === type && glob.matches(identifier))?.index
    if (by !== undefined) return { hidden: index, by }
    exact.set(key, index)
    if (identifier.includes('*')) globs.push({ type, matches: globMatcher(identifier), index })
    return []
  })
}

function unused(account: Account | undefined): AccountState {
  return {
    decided: 0,
    succeeded: 0,
    password: account?.password,
    refused: new Set(),
    changes: 0,
    lastPassword: undefined,
    lockedSince: undefined,
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const whyDeclined = (
  decider: Parameters<typeof endings.code>[0],
  error: InitError,
  { changes }: AccountState,
  { password, code }: SessionRequest,
) =>
  error === 'credentials-invalid'
    ? endings.password(decider, password !== undefined, changes)
    : endings.code(decider, error, code !== undefined)

/** The error of a wrong password or code; null if both are right. */
function credentialsError(
  account: Account | undefined,
  state: AccountState,
  { password, code, changes }: SessionRequest,
): InitError | null {
  if (password !== state.password) {
    const isChanged = password !== undefined && (state.refused.has(password) || state.changes > changes)
    if (state.password !== undefined || isChanged) return 'credentials-invalid'
  }
  if (account?.code === undefined || code === account.code) return null
  return account.type === 'rirelay.instance' ? 'code-invalid' : 'code-required'
}
