/** What a scenario did and did not do. */
export interface Report {
  readonly scenario: string
  readonly description: string
  /** Virtual time at which it began. */
  readonly began: string
  readonly steps: readonly { readonly step: string; readonly fired: number }[]
  readonly accounts: readonly { readonly account: string; readonly used: boolean }[]
  readonly faults: readonly { readonly fault: string; readonly struck: number }[]
  /** Steps that could not act, and why. */
  readonly problems: readonly string[]
  /** Everything above that never fired. */
  readonly unfired: readonly string[]
}
