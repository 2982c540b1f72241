import type { Report } from '../scenario/report.ts'
import type { ScenarioInput } from '../scenario/types.ts'

/** What a mock lets its scenario control do. */
interface Stage<Name> {
  /** Who knows how far the scenario has come. */
  director(): { readonly scenario: { scenario: string; description?: string | undefined }; report(): Report }
  /** Lets happen what is due. */
  settle(): void
  load(scenario: Name | ScenarioInput, keep: boolean): Promise<void>
  readonly builtIn: readonly ScenarioSummary[]
}

export interface ScenarioSummary {
  readonly name: string
  readonly description: string
}

/** The scenario of a mock. */
export class ScenarioControl<Name extends string = string> {
  readonly #stage: Stage<Name>

  constructor(stage: Stage<Name>) {
    this.#stage = stage
  }

  get name(): string {
    return this.#stage.director().scenario.scenario
  }

  get description(): string {
    return this.#stage.director().scenario.description ?? ''
  }

  /** The built-in scenarios. */
  list(): readonly ScenarioSummary[] {
    return this.#stage.builtIn
  }

  /** What its steps, accounts and faults did so far, and what never came to pass. */
  report(): Report {
    this.#stage.settle()
    return this.#stage.director().report()
  }

  /** Throws an Error that lists what never came to pass, and what could not. */
  verify(): void {
    const { scenario, unfired, problems } = this.report()
    if (unfired.length + problems.length === 0) return
    const list = [...unfired.map((what) => `never happened: ${what}`), ...problems.map((what) => `failed: ${what}`)]
    throw new Error(`The scenario "${scenario}" did not come to pass:\n  ${list.join('\n  ')}`)
  }

  /**
   * Lets another scenario begin, as if the mock had been made with it: other options of the mock still outweigh it.
   * The journal and snapshots stay.
   *
   * @param options with `keep` records and clock stay as they are; steps, faults, accounts and settings begin now
   * @throws an Error, or a ScenarioError that lists every problem; the old scenario then goes on
   */
  async load(scenario: Name | ScenarioInput, { keep = false }: { keep?: boolean } = {}): Promise<void> {
    await this.#stage.load(scenario, keep)
  }
}
