import type { AccountView } from '../../engine/api-types.ts'
import { BoundedMap } from '../../engine/bounded-map.ts'
import { globMatcher } from '../../engine/path-pattern.ts'
import type { Reason } from '../../engine/reason.ts'
import { endings } from '../reasons.ts'
import type { InitError } from '../resources/index.ts'
import { type Account, accountName, type Device, describeTraits, type Identity } from './account.ts'

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

/** For how many identifiers of a type the account is kept. */
const mostFound = 1000

/** The external services of a world: their accounts, and the state of each. */
export class Accounts {
  #states = new Map<string, AccountState>()
  #used: ReadonlySet<Account> = new Set()
  #failed: ReadonlySet<string> = new Set()
  readonly #matchers: readonly ((identifier: string) => boolean)[]
  /** By type and identifier, null for none: matching takes longer. */
  readonly #found = new Map<string, BoundedMap<string, Account | null>>()
  readonly accounts: readonly Account[]

  /**
   * Of several accounts that match a source, the first counts.
   *
   * @param own the accounts of the scenario, which `report` lists
   * @param others further accounts, such as the test identifiers, with what they do in words
   */
  constructor(
    readonly own: readonly Account[],
    readonly others: readonly (Account & { readonly outcome: string })[] = [],
  ) {
    this.accounts = [...own, ...others]
    const { accounts } = this
    this.#matchers = accounts.map(({ identifier }) => globMatcher(identifier))
  }

  /** The account of a source; a source without one is accepted with any valid payload. */
  find({ type, identifier }: Identity): Account | undefined {
    let found = this.#found.get(type)
    if (!found) this.#found.set(type, (found = new BoundedMap(mostFound)))
    const isOf = (account: Account, i: number) => account.type === type && this.#matchers[i]?.(identifier)
    return found.made(identifier, () => this.accounts.find(isOf) ?? null) ?? undefined
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
      { account: accountName(account), used: this.#used.has(account) },
      ...Object.keys(account.failing ?? {}).map((name) => {
        return { account: `${accountName(account)}: failing ${name}`, used: this.#failed.has(`${i} ${name}`) }
      }),
    ])
  }

  /** Every account, those of the scenario first. */
  describe(): AccountView[] {
    const viewOf = (account: Account, description: string, built_in: boolean) => {
      return { account: accountName(account), description, used: this.#used.has(account), built_in }
    }
    return [
      ...this.own.map((account) => viewOf(account, describeTraits(account) || 'accepts any password', false)),
      ...this.others.map((account) => viewOf(account, account.outcome, true)),
    ]
  }

  #state(identity: Identity): AccountState {
    return this.#states.get(accountName(identity)) ?? unused(this.find(identity))
  }

  #change(identity: Identity, changes: Partial<AccountState>): void {
    this.#states.set(accountName(identity), { ...this.#state(identity), ...changes })
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
