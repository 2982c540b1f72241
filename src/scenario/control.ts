import type { Report } from './report.ts'

/** Who knows how far a scenario has come. */
interface Reporter {
  readonly scenario: { readonly scenario: string; readonly description?: string | undefined }
  report(): Report
}

/** The scenario of a mock. */
export class ScenarioControl {
  readonly #director: Reporter
  readonly #settle: () => void

  /** @param settle lets happen what is due */
  constructor(director: Reporter, settle: () => void) {
    this.#director = director
    this.#settle = settle
  }

  get name(): string {
    return this.#director.scenario.scenario
  }

  get description(): string {
    return this.#director.scenario.description ?? ''
  }

  /** What its steps, accounts and faults did so far, and what never came to pass. */
  report(): Report {
    this.#settle()
    return this.#director.report()
  }

  /** Throws an Error that lists what never came to pass, and what could not. */
  verify(): void {
    const { scenario, unfired, problems } = this.report()
    if (unfired.length + problems.length === 0) return
    const list = [...unfired.map((what) => `never happened: ${what}`), ...problems.map((what) => `failed: ${what}`)]
    throw new Error(`The scenario "${scenario}" did not come to pass:\n  ${list.join('\n  ')}`)
  }
}
