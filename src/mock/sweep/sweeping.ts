import { AsyncLocalStorage } from 'node:async_hooks'
import type { InterceptingResponder } from '../../engine/http/msw-handlers.ts'
import { requireOptions } from '../../engine/options.ts'
import type { SweepReport } from './report.ts'
import { type SweepOptions, type SweepTest, sweepThrough } from './sweep.ts'

/** Options of a sweep whose runs follow one another. */
export type RunnerSweepOptions = Omit<SweepOptions, 'parallel'>

/** What a runner's own options have that is no option of a sweep. */
interface OwnOptions extends RunnerSweepOptions {
  readonly strict?: unknown
  readonly worlds?: unknown
  readonly journal?: unknown
}

/** Sweeps whose runs answer the calls of the process in turn. */
export class Sweeping {
  /** The run that code belongs to: what a run that has ended still calls does not reach the next one. */
  readonly #own = new AsyncLocalStorage<InterceptingResponder>()
  #current: InterceptingResponder | undefined
  /** The sweep that goes on. */
  #sweep: object | undefined

  /** What answers a call that is made now; undefined if no sweep goes on. */
  get run(): InterceptingResponder | undefined {
    return this.#own.getStore() ?? this.#current
  }

  /** Throws an Error if a sweep goes on already, and where `sweep` does. */
  async sweep(test: SweepTest, own: OwnOptions, options: RunnerSweepOptions = {}): Promise<SweepReport> {
    if (this.#sweep) throw new Error('Failed to sweep: another sweep is going on; await it first.')
    const { strict: _strict, worlds: _worlds, journal: _journal, ...world } = own
    const started = {}
    this.#sweep = started
    try {
      return await sweepThrough(
        (context, run) => {
          if (this.#sweep !== started) throw new Error('the test that sweeps has ended')
          this.#current = run
          return this.#own.run(run, () => test(context))
        },
        { ...world, ...requireOptions(options, 'sweep'), parallel: 1 },
      )
    } finally {
      if (this.#sweep === started) this.stop()
    }
  }

  /** Answers nothing more from a sweep that still goes on. */
  stop(): void {
    this.#current = undefined
    this.#sweep = undefined
  }
}
