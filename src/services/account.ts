import type { InitError, SourceType } from '../db/records.ts'

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

/** The types that a service stands behind. */
export type AccountType = Exclude<SourceType, 'rirelay.source'>

/** One account of an external service: session outcomes follow from what a client sends to it. Times in microseconds. */
export interface Account {
  readonly type: AccountType
  /** Exact, or with `*` for any characters: `*@corp.example`. */
  readonly identifier: string
  /** The only password accepted; any without it. */
  readonly password?: string | undefined
  /** Two-factor code (iCloud) or pairing code (Relay); none is asked for without it. */
  readonly code?: string | undefined
  /** Used up one session at a time; the last one repeats. Decided after password and code. */
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

/** The changing part of an account. */
interface AccountState {
  sessions: number
  password: string | undefined
  /** Passwords that worked before the owner changed them. */
  readonly refused: ReadonlySet<string>
  /** The password that the last session came with. */
  lastPassword: string | undefined
  /** When the first session found it locked; it opens again `locked` later. */
  lockedSince: number | undefined
}

/** What a session asks its service. */
export interface Request {
  readonly type: SourceType
  readonly identifier: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** How the service decides, and what follows from it. Times in microseconds. */
export interface Decision {
  /** Null for success. */
  readonly error: InitError | null
  readonly init?: number | 'never' | undefined
  readonly lifetime?: number | undefined
  /** The source becomes locked: until this much later, or for good. */
  readonly locks?: number | true | undefined
  readonly password_changes?: number | undefined
  readonly devices?: readonly Device[] | undefined
}

export type AccountsState = ReadonlyMap<string, AccountState>

/** What names one account of one service; a glob stands for as many accounts as identifiers match it. */
const nameOf = (type: SourceType, identifier: string) => `${type} ${identifier}`

/** The external services of a world: its accounts, and how far each has been used. */
export class Accounts {
  #states = new Map<string, AccountState>()
  readonly #matchers: readonly RegExp[]

  /** Of several accounts that match a source, the first counts. */
  constructor(readonly accounts: readonly Account[]) {
    this.#matchers = accounts.map(({ identifier }) => globbed(identifier))
  }

  /** The account behind a source; without one it is accepted with any payload that fits. */
  find(type: SourceType, identifier: string): Account | undefined {
    return this.accounts.find((account, i) => account.type === type && this.#matchers[i]?.test(identifier))
  }

  /** Asks the service about a new session. */
  decide({ type, identifier, payload }: Request, now: number): Decision {
    const account = this.find(type, identifier)
    const state = this.#states.get(nameOf(type, identifier)) ?? unused(account)
    const since = state.lockedSince ?? now
    const next: AccountState = { ...state, sessions: state.sessions + 1 }
    this.#states.set(nameOf(type, identifier), next)

    const { init, lifetime, locked, devices } = account ?? {}
    if (locked === true || (locked && now < since + locked)) {
      next.lockedSince = since
      return { error: 'source-locked', init, locks: locked === true ? true : since + locked - now }
    }
    const error = refusal(account, state, payload)
    if (error) return { error, init }
    const password_changes = state.lastPassword === undefined ? account?.password_changes : undefined
    next.lastPassword = payload.password as string | undefined
    return { error: null, init, lifetime, devices, password_changes }
  }

  /** The owner changes the password: the one used so far is refused, and only the new one works, where it is given. */
  changePassword(type: SourceType, identifier: string, password?: string): void {
    const state = this.#states.get(nameOf(type, identifier)) ?? unused(this.find(type, identifier))
    const old = [state.lastPassword, state.password].filter((known) => known !== undefined)
    const refused = new Set([...state.refused, ...old].filter((known) => known !== password))
    this.#states.set(nameOf(type, identifier), { ...state, password, refused })
  }

  /** Whether an account has decided any session. */
  isUsed(account: Account): boolean {
    const matcher = this.#matchers[this.accounts.indexOf(account)]
    return [...this.#states.keys()].some((name) => {
      const [type = '', ...rest] = name.split(' ')
      return type === account.type && matcher?.test(rest.join(' '))
    })
  }

  save(): AccountsState {
    return new Map(this.#states)
  }

  restore(state: AccountsState): void {
    this.#states = new Map(state)
  }
}

function unused(account: Account | undefined): AccountState {
  return {
    sessions: 0,
    password: account?.password,
    refused: new Set(),
    lastPassword: undefined,
    lockedSince: undefined,
  }
}

function refusal(account: Account | undefined, state: AccountState, payload: Request['payload']): InitError | null {
  const { password } = payload
  if (state.password !== undefined && password !== state.password) return 'credentials-invalid'
  if (typeof password === 'string' && state.refused.has(password)) return 'credentials-invalid'
  if (account?.code !== undefined && payload.code !== account.code) {
    return account.type === 'rirelay.instance' ? 'code-invalid' : 'code-required'
  }
  const outcomes = account?.outcomes ?? []
  const outcome = outcomes[Math.min(state.sessions, outcomes.length - 1)]
  return outcome === undefined || outcome === 'success' ? null : outcome
}

function globbed(identifier: string): RegExp {
  const parts = identifier.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
