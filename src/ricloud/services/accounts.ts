import * as z from 'zod'
import { duration, oneOf, text } from '../../engine/fields.ts'
import type { CreatableType, InitError, SourceType } from '../resources/index.ts'
import { initErrors } from '../resources/session.ts'
import { creatableTypes } from '../resources/source.ts'

/** A device behind a Relay instance, which appears as a child source once the instance is paired (documented attributes). */
export interface Device {
  readonly identifier: string
  readonly info: {
    readonly is_encrypted: boolean
    readonly apple_model_id: string
    readonly apple_serial: string
    readonly name: string
    readonly ios_version: string
  }
}

/** One account of an external service: session outcomes follow from what a client sends to it. Times in microseconds. */
export interface Account {
  readonly type: CreatableType
  /** Exact, or with `*` for any characters: `*@corp.example`. */
  readonly identifier: string
  /** The only password accepted; any without it. */
  readonly password?: string | undefined
  /** Two-factor code (iCloud) or pairing code (Relay); none is asked for without it. */
  readonly code?: string | undefined
  /** Used up one session at a time, of those whose password and code are right; the last one repeats. */
  readonly outcomes?: readonly ('success' | InitError)[] | undefined
  /** How long a session stays pending; `never` for good. */
  readonly init?: number | 'never' | undefined
  /** The service ends a session after this. */
  readonly lifetime?: number | undefined
  /** The service declines, and locks the source, for good or for this long. */
  readonly locked?: boolean | number | undefined
  /** The owner changes the password this long after the first session succeeded. */
  readonly password_changes?: number | undefined
  readonly devices?: readonly Device[] | undefined
}

const device = z.strictObject({
  identifier: text,
  info: z.strictObject({
    is_encrypted: z.boolean(),
    apple_model_id: text,
    apple_serial: text,
    name: text,
    ios_version: text,
  }),
})

/** An account as a scenario gives it. */
export const accountSchema = z.strictObject({
  type: oneOf(creatableTypes).default('icloud.account'),
  identifier: text,
  password: text.optional(),
  code: text.optional(),
  outcomes: z
    .array(oneOf(['success', ...initErrors]))
    .min(1)
    .optional(),
  init: z.union([z.literal('never'), duration], { error: 'must be a duration such as "30s", or "never"' }).optional(),
  lifetime: duration.optional(),
  locked: z.union([z.boolean(), duration], { error: 'must be true, or a duration such as "1h"' }).optional(),
  password_changes: duration.optional(),
  devices: z.array(device).optional(),
})

/** The changing part of an account. */
interface AccountState {
  /** How many sessions came as far as the outcomes, and how many succeeded. */
  decided: number
  succeeded: number
  password: string | undefined
  /** Passwords that worked before the owner changed them. */
  readonly refused: ReadonlySet<string>
  /** The password that the last session came with. */
  lastPassword: string | undefined
  /** When the first session found it locked; it opens again `locked` later. */
  lockedSince: number | undefined
}

/** What a session asks its service. */
export interface SessionRequest {
  readonly type: SourceType
  readonly identifier: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** How the service decides, and what follows from it. Times in microseconds. */
export interface Decision {
  /** Null for success. */
  readonly error: InitError | null
  readonly init: number | 'never'
  readonly lifetime?: number | undefined
  /** The source becomes locked: until this instant, or null for good. */
  readonly unlocks?: number | null | undefined
  readonly devices?: readonly Device[] | undefined
}

export interface AccountsState {
  readonly states: ReadonlyMap<string, AccountState>
  readonly used: ReadonlySet<Account>
}

interface PackedAccounts {
  readonly states: ReadonlyMap<string, AccountState>
  /** Places in the list of accounts. */
  readonly used: readonly number[]
}

/** What names one account of one service; a glob stands for as many accounts as identifiers match it. */
const nameOf = (type: SourceType, identifier: string) => `${type} ${identifier}`

/** The external services of a world: its accounts, and how far each has been used. */
export class Accounts {
  #states = new Map<string, AccountState>()
  #used: ReadonlySet<Account> = new Set()
  readonly #matchers: readonly RegExp[]

  readonly accounts: readonly Account[]

  /**
   * Of several accounts that match a source, the first counts.
   *
   * @param own those that a scenario defines, whose use is reported
   */
  constructor(
    readonly own: readonly Account[],
    others: readonly Account[] = [],
  ) {
    this.accounts = [...own, ...others]
    const { accounts } = this
    this.#matchers = accounts.map(({ identifier }) => globbed(identifier))
  }

  /** The account behind a source; without one it is accepted with any payload that fits. */
  find(type: SourceType, identifier: string): Account | undefined {
    return this.accounts.find((account, i) => account.type === type && this.#matchers[i]?.test(identifier))
  }

  /**
   * Asks the service about a new session.
   *
   * @param usual how long the service takes where the account does not say
   */
  decide({ type, identifier, payload }: SessionRequest, now: number, usual: number): Decision {
    const account = this.find(type, identifier)
    const { init = usual, lifetime, locked, devices } = account ?? {}
    const at = init === 'never' ? now : now + init
    const state = this.#state(type, identifier)
    const since = state.lockedSince ?? at
    const next: AccountState = { ...state }
    this.#states.set(nameOf(type, identifier), next)
    if (account && !this.#used.has(account)) this.#used = new Set([...this.#used, account])

    if (locked === true || (locked && at < since + locked)) {
      next.lockedSince = since
      return { error: 'source-locked', init, unlocks: locked === true ? null : since + locked }
    }
    const refused = refusal(account, state, payload)
    if (refused) return { error: refused, init }
    const outcomes = account?.outcomes ?? []
    const outcome = outcomes[Math.min(next.decided++, outcomes.length - 1)] ?? 'success'
    if (outcome !== 'success') return { error: outcome, init }
    next.lastPassword = payload.password as string | undefined
    return { error: null, init, lifetime, devices }
  }

  /** A session became active; after the first one the owner may change the password, so much later. */
  succeed(type: SourceType, identifier: string): number | undefined {
    const state = this.#state(type, identifier)
    this.#states.set(nameOf(type, identifier), { ...state, succeeded: state.succeeded + 1 })
    return state.succeeded === 0 ? this.find(type, identifier)?.password_changes : undefined
  }

  /** The owner changes the password: the one used so far is refused, and only the new one works, where it is given. */
  changePassword(type: SourceType, identifier: string, password?: string): void {
    const state = this.#state(type, identifier)
    const old = [state.lastPassword, state.password].filter((known) => known !== undefined)
    const refused = new Set([...state.refused, ...old].filter((known) => known !== password))
    this.#states.set(nameOf(type, identifier), { ...state, password, refused })
  }

  /** The scenario's own accounts, and whether each has decided any session. */
  report(): { account: string; used: boolean }[] {
    return this.own.map((account) => ({
      account: `${account.type} ${account.identifier}`,
      used: this.#used.has(account),
    }))
  }

  #state(type: SourceType, identifier: string): AccountState {
    return this.#states.get(nameOf(type, identifier)) ?? unused(this.find(type, identifier))
  }

  save(): AccountsState {
    return { states: new Map(this.#states), used: this.#used }
  }

  restore({ states, used }: AccountsState): void {
    this.#states = new Map(states)
    this.#used = used
  }

  /** As plain data. */
  pack({ states, used }: AccountsState): PackedAccounts {
    return { states, used: this.accounts.flatMap((account, i) => (used.has(account) ? [i] : [])) }
  }

  unpack({ states, used }: PackedAccounts): AccountsState {
    return { states, used: new Set(used.flatMap((i) => this.accounts[i] ?? [])) }
  }
}

function unused(account: Account | undefined): AccountState {
  return {
    decided: 0,
    succeeded: 0,
    password: account?.password,
    refused: new Set(),
    lastPassword: undefined,
    lockedSince: undefined,
  }
}

/** What is wrong with the password or the code. */
function refusal(
  account: Account | undefined,
  state: AccountState,
  payload: SessionRequest['payload'],
): InitError | null {
  const { password } = payload
  if (state.password !== undefined && password !== state.password) return 'credentials-invalid'
  if (typeof password === 'string' && state.refused.has(password)) return 'credentials-invalid'
  if (account?.code !== undefined && payload.code !== account.code) {
    return account.type === 'rirelay.instance' ? 'code-invalid' : 'code-required'
  }
  return null
}

function globbed(identifier: string): RegExp {
  const parts = identifier.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
