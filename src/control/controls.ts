import type { TimeControl } from './time.ts'

/** What the control routes act on: methods of the mock. */
export interface Controls {
  readonly clock: TimeControl
  readonly seed: number
  reset(): void
}
