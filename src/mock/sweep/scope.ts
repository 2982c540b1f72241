import { AsyncLocalStorage } from 'node:async_hooks'

type Listener = NodeJS.UnhandledRejectionListener
type Rejected = (reason: unknown) => void
const name = 'unhandledRejection'

/**
 * Gives each run of a sweep the rejections of its test that nothing handles. Otherwise Node would end, or a test runner
 * take them for errors of its own. All sweeps of a process share one listener.
 */
export class SweepScope {
  static readonly #runs = new AsyncLocalStorage<Rejected>()
  /** The runs that go on. */
  static readonly #open = new Set<Rejected>()
  static #sweeps = 0
  /** The listeners before the first sweep. */
  static #others: Listener[] = []
  static readonly #listener: Listener = (reason, promise) => {
    // A server of the test, started before, belongs to no run, but can only serve the one that goes on.
    const [only] = SweepScope.#open.size === 1 ? SweepScope.#open : []
    const rejected = SweepScope.#runs.getStore() ?? only
    if (rejected) rejected(reason)
    else if (SweepScope.#others.length === 0) throw reason
    else for (const other of SweepScope.#others) other(reason, promise)
  }

  /** Begins a sweep, until `end`. */
  constructor() {
    if (SweepScope.#sweeps++ > 0) return
    SweepScope.#others = process.listeners(name)
    for (const other of SweepScope.#others) process.off(name, other)
    process.on(name, SweepScope.#listener)
  }

  /** Runs work whose rejections belong to one run, until `leave`. */
  enter<T>(rejected: Rejected, work: () => T): T {
    SweepScope.#open.add(rejected)
    return SweepScope.#runs.run(rejected, work)
  }

  leave(rejected: Rejected): void {
    SweepScope.#open.delete(rejected)
  }

  end(): void {
    if (--SweepScope.#sweeps > 0) return
    process.off(name, SweepScope.#listener)
    for (const other of SweepScope.#others) process.on(name, other)
  }
}
