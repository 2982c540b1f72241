import type { Instant } from './time/instant.ts'

/** What is known of a token that was replaced. */
export interface PastToken {
  /** The ID of the record that it belonged to. */
  readonly owner: number
  readonly replaced: Instant
  /** Null while it still works. */
  readonly revoked: Instant | null
}

/** The limit of remembered tokens. */
const most = 1000

/** Tokens that were replaced or revoked, so that an answer that refuses one can be explained. */
export class PastTokens {
  #tokens = new Map<string, PastToken>()

  find(token: string): PastToken | undefined {
    return this.#tokens.get(token)
  }

  /** The tokens that a record had, the oldest first. */
  of(owner: number): readonly string[] {
    return Array.from(this.#tokens).flatMap(([token, past]) => (past.owner === owner ? [token] : []))
  }

  replace(token: string, owner: number, now: Instant): void {
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size >= most && oldest !== undefined) this.#tokens.delete(oldest)
    this.#tokens.set(token, { owner, replaced: now, revoked: null })
  }

  revoke(token: string, now: Instant): void {
    const known = this.#tokens.get(token)
    if (known) this.#tokens.set(token, { ...known, revoked: now })
  }

  save(): ReadonlyMap<string, PastToken> {
    return new Map(this.#tokens)
  }

  restore(tokens: ReadonlyMap<string, PastToken>): void {
    this.#tokens = new Map(tokens)
  }
}

/** Four characters by which tokens are told apart; they say nothing about the token. */
export function fingerprintOf(token: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193)
  return ((hash ^ (hash >>> 16)) & 0xffff).toString(16).padStart(4, '0')
}
