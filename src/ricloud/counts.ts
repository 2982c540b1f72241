/** How many of each to make; what the others need is made too. */
export interface Counts {
  readonly users?: number | undefined
  readonly sources?: number | undefined
  readonly sessions?: number | undefined
}
