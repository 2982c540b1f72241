// Runs inside the tests: after a test has passed, it is run once more as each mutant that it reached and no test has
// noticed yet.
import { setMaxListeners } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest'

/** What became of the mutants so far, by their IDs. */
export interface Found {
  /** The test that noticed it. */
  readonly killed: Record<string, string>
  /** Reached by a test. */
  readonly reached: Record<string, true>
  /** Reached while a file was loaded, when another mutant cannot be chosen any more. */
  readonly loaded: Record<string, true>
}

/** The mutant that is tried from the start, as one of what runs while a file is loaded must be. */
const { MUTATION_FROM_START: fromStart } = process.env

/** How often one that is tried from the start may come by any, for each test, before it counts as never ending. */
const mostPassed = 10_000_000

interface Run extends Found {
  active: string | undefined
  /** The mutants that the code came by since it was emptied; none while a file is loaded. */
  passed: Set<string> | undefined
  /** How often it may come by any before it counts as never ending. */
  left: number
}

const scope = globalThis as { __run?: Run; __mutant?: (id: string) => boolean }
const run = (scope.__run ??= {
  killed: {},
  reached: {},
  loaded: {},
  active: fromStart,
  passed: undefined,
  left: fromStart ? mostPassed : Infinity,
})

scope.__mutant = (id) => {
  if (run.passed) run.passed.add(id)
  else run.loaded[id] = true
  if (--run.left < 0) throw new Error('It never ends.')
  return run.active === id
}

// A test may fake the timers that are there later.
const { setTimeout: later, clearTimeout } = globalThis
const mostMilliseconds = 3000
// A test that is run again listens to its signal again.
setMaxListeners(0)

/** For how long the tests of one file try a change, unless the file is about what is changed: their like are many. A busy machine tries fewer. */
const mostMillisecondsOfFile = 250

/** Whether work succeeds in time. */
async function succeeds(work: () => unknown): Promise<boolean> {
  let timer: unknown
  try {
    const late = new Promise((_, reject) => (timer = later(() => reject(new Error('too late')), mostMilliseconds)))
    await Promise.race([work(), late])
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer as number)
  }
}

// biome-ignore lint/style/noDefaultExport: vitest reads no other
export default class MutationRunner extends TestRunner {
  /** Milliseconds that the tests of a file have tried a mutant for. */
  readonly #tried = new Map<string, number>()

  async runTask(test: RunnerTestCase): Promise<void> {
    const work = TestRunner.getTestFn(test)
    if (fromStart) {
      run.left = mostPassed
      return void (await work())
    }
    run.passed = new Set()
    await work()
    const reached = [...run.passed]
    for (const id of reached) {
      run.reached[id] = true
      const here = `${test.file.filepath} ${id}`
      const [, subject = ''] = /(\w+)[.]ts#/.exec(id) ?? []
      const tried = this.#tried.get(here) ?? 0
      if (Object.hasOwn(run.killed, id) || (tried > mostMillisecondsOfFile && !test.file.filepath.includes(subject)))
        continue
      const began = performance.now()
      const isSame = await this.#isSameAs(id, work, reached.length)
      this.#tried.set(here, tried + performance.now() - began)
      // A test that fails a second time by itself has noticed nothing.
      if (!isSame && (await succeeds(work))) run.killed[id] = test.name
    }
    run.passed = undefined
  }

  async #isSameAs(id: string, work: () => unknown, size: number): Promise<boolean> {
    run.active = id
    run.left = 100_000 + 1000 * size
    const isSame = await succeeds(work)
    run.active = undefined
    run.left = Infinity
    return isSame
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite)
    if (fromStart || !('filepath' in suite)) return
    const { killed, reached, loaded } = run
    writeFileSync(process.env.MUTATION_FOUND as string, JSON.stringify({ killed, reached, loaded } satisfies Found))
  }
}
