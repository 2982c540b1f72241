/** How often the steps, accounts and faults of a scenario fired. */
export interface Report {
  readonly scenario: string
  readonly description: string
  /** Virtual time at which it began. */
  readonly began: string
  readonly steps: readonly { readonly step: string; readonly fired: number }[]
  readonly accounts: readonly { readonly account: string; readonly used: boolean }[]
  readonly faults: readonly { readonly fault: string; readonly struck: number }[]
  /** Steps that failed, and why. */
  readonly problems: readonly string[]
  /** Everything above that never fired. */
  readonly unfired: readonly string[]
}
