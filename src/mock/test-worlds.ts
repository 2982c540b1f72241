import { strictAdvice } from '../control/scenario.ts'
import { worldIn } from '../control/worlds.ts'
import { tokenIn, tokenOf } from '../engine/authorization.ts'
import { type ApiError, apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type Incoming, type ObjectStore } from '../engine/http/exchange.ts'
import { pathOf } from '../engine/http/url.ts'
import { printableLine } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import { nextTurn } from '../engine/time/clock.ts'
import { CoverageFile, readFolderOption } from './coverage-files.ts'
import { storeIn } from './object-stores.ts'
import { logErrors } from './options.ts'
import { leaveReplay } from './replay-files.ts'
import { apiUrl, Mock, type WorldInput } from './ricloud.ts'
import type { SweepReport } from './sweep/report.ts'
import type { SweepTest } from './sweep/sweep.ts'
import { type RunnerSweepOptions, Sweeping } from './sweep/sweeping.ts'

/** Options of the world of a test: those of a mock, but the clock is frozen and the scenario strict by default. */
export interface RicloudTestOptions extends Omit<WorldInput, 'snapshot'> {
  /** The base URL at which calls are intercepted; by default that of the real API. */
  readonly baseUrl?: string | undefined
  /** The folder that the coverage of all tests of a worker is written to; by default it is not written. */
  readonly coverage?: string | undefined
  /** The folder that a failed test leaves its file in, for `ricloud-mock replay`; by default it leaves none. */
  readonly replays?: string | undefined
}

/** The error of a failed test, in the form of its runner; `value` is the text of a thrown value that is not an Error. */
export interface Failure {
  message?: string | undefined
  stack?: string | undefined
  readonly value?: string | undefined
}

/** The outcome of a test. */
export interface Ending {
  /** Its error, if it failed. */
  readonly failure?: Failure | undefined
  /** False for a test that was skipped or should fail: then nothing that never fired is a failure. */
  readonly isExpectedToPass?: boolean
}

/** A test, to the worlds. */
export interface TestIdentity {
  /** Its name, for messages. */
  readonly name?: string | undefined
  /** The path of its source. */
  readonly source?: string | undefined
  /** Whether other tests may run at the same time, so that a call needs the token of its world. */
  readonly isConcurrent?: boolean | undefined
}

interface Running extends TestIdentity {
  /** The folder for its file, and what became of that. */
  readonly replays: string | undefined
  replay?: string
  /** How many calls were refused while it ran because they carried the token of no running test. */
  refused: number
  /** How many of them came while no other test ran, so that no other test can have made them. */
  own: number
  /** How many calls its world got, and how many of them are not answered yet. */
  calls: number
  open: number
  /** Whether a sweep had worlds of its own, so that nothing may have fired in that of the test. */
  hasSwept: boolean
}

/** The limit of ended tests that are remembered, so that a call with the token of one is answered with its name. */
const maxEnded = 1000

/** How many turns of the event loop without a call end a test, and how many it waits for at most. */
const quietTurns = 5
const maxTurns = 500

/** Gives every test a world, and routes each call to the world of its test. */
export class TestWorlds {
  /** Creates the worlds; no test uses its own. `idle` is ten years, because fake timers may let years pass within a test. */
  readonly #parent = new Mock({ worlds: { max: 100_000, idle: '3650d' } })
  readonly #running = new Map<Mock, Running>()
  /** How many tests wait for their world. */
  #beginning = 0
  /** The names of tests that ended, by the IDs of their worlds. */
  readonly #ended = new Map<string, string>()
  readonly #log: typeof logErrors
  readonly #sweeping = new Sweeping()
  #coverage: CoverageFile | undefined

  /** @param log receives a message about each refused call; by default it goes to the console */
  constructor(log = logErrors) {
    this.#log = log
  }

  /** Creates the world of a test. Throws an Error that names every invalid option. */
  async begin(given: Omit<RicloudTestOptions, 'baseUrl'> = {}, test: TestIdentity = {}): Promise<Mock> {
    const { coverage, replays, ...options } = requireOptions(given, 'create the mock', 'scenario')
    const { strict = true, clock } = options
    const folder = readFolderOption(coverage, 'coverage')
    if (folder !== undefined && folder !== this.#coverage?.folder) this.#coverage = new CoverageFile(folder)
    const kept = readFolderOption(replays, 'replays')
    const frozen = clock?.frozen ?? true
    this.#beginning++
    try {
      const mock = await this.#parent.worlds.create({ ...options, strict, clock: { ...clock, frozen } })
      this.#running.set(mock, { ...test, replays: kept, refused: 0, own: 0, calls: 0, open: 0, hasSwept: false })
      return mock
    } finally {
      this.#beginning--
    }
  }

  /**
   * Sweeps a client whose calls are answered by these worlds. Each run has a mock with the options of the test that sweeps.
   *
   * @throws an Error if other tests may run at the same time, or another sweep goes on, and where `sweep` does
   */
  async sweep(
    mock: Mock,
    test: SweepTest,
    { baseUrl: _baseUrl, coverage: _coverage, replays: _replays, ...own }: RicloudTestOptions,
    options?: RunnerSweepOptions,
  ): Promise<SweepReport> {
    const running = this.#running.get(mock)
    if (!running) throw new Error('Failed to sweep: the test has ended.')
    if (running.isConcurrent || this.#running.size > 1) {
      throw new Error(
        'Failed to sweep: a concurrent test cannot, because every call of the process is answered by the sweep. Use `sweep` of ricloud-mock/node, or another test.',
      )
    }
    running.hasSwept = true
    return this.#sweeping.sweep(test, own, options)
  }

  /**
   * Waits until the calls that a test made without awaiting them are answered, so that they do not reach the world of
   * the next test. Does not wait for calls that are made later, by a timer for example.
   */
  async untilAnswered(mock: Mock): Promise<void> {
    const running = this.#running.get(mock)
    if (!running) return
    for (let turn = 0, quiet = 0; quiet < quietTurns && turn < maxTurns; turn++) {
      const { calls } = running
      await nextTurn()
      quiet = running.open === 0 && running.calls === calls ? quiet + 1 : 0
    }
  }

  /** Leaves the file of a test that fails in the folder that its options name. Resolves to its path, if there is one. */
  async leaveReplay(mock: Mock, { failure, isExpectedToPass = true }: Ending = {}): Promise<string | undefined> {
    const running = this.#running.get(mock)
    if (running?.replays === undefined) return undefined
    const { replays, name = '', source, own, hasSwept } = running
    if (!failure && (!isExpectedToPass || problemOf(mock, own, hasSwept) === undefined)) return undefined
    const { path, line } = await leaveReplay(mock, replays, { name, source })
    running.replay = line
    return path
  }

  /**
   * Ends the world of a test, and appends its summary to the error of a failed test. If the test did not fail, throws an
   * Error if something in a strict scenario never fired, or calls came without the token that they need.
   */
  end(mock: Mock, { failure, isExpectedToPass = true }: Ending = {}): void {
    const { name, refused = 0, own = 0, hasSwept = false, replay } = this.#running.get(mock) ?? {}
    this.#running.delete(mock)
    if (hasSwept) this.#sweeping.stop()
    const problem = failure || !isExpectedToPass ? undefined : problemOf(mock, own, hasSwept)
    const error = failure ?? (problem && new Error(problem))
    if (error) {
      const hints = [
        ...(mock.requests.count === 0 && refused === 0 ? [hasSwept ? sweptElsewhere : notCalled] : []),
        ...(refused > 0 ? [`${counted(refused)} refused: ${apiErrors.noTest(true).message}`] : []),
        ...(replay === undefined ? [] : [printableLine(replay)]),
      ]
      append(error, [mock.summary(), ...hints].join('\n  '))
    }
    this.#remember(mock.id as string, name)
    this.#clear(mock)
    if (problem) throw error
  }

  #remember(id: string, name = ''): void {
    this.#ended.set(id, name)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > maxEnded && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** Deletes the world of a test; once no test runs or begins, also the worlds that tests made themselves. */
  #clear({ id }: Mock): void {
    const { worlds } = this.#parent
    const isLast = this.#running.size + this.#beginning === 0
    for (const other of worlds.list()) if (other.id === id || isLast) worlds.delete(other.id)
  }

  /**
   * Answers a call from the world that its token names. While a single test runs that is not concurrent, any other token
   * is taken as one of its world, so that a client can have a fixed token; one of a test that ended is refused.
   */
  async respond(incoming: Incoming): Promise<Answer> {
    const { run } = this.#sweeping
    // The mock of a run is no world, so that its tokens have no prefix.
    if (run) return run.respond(withToken(incoming, (token, world) => (world ? token.slice(world.length + 1) : token)))
    const called = this.#parent.worlds.calledBy(incoming)
    if (called || /^\/_mock.*[?&]world=/s.test(incoming.url)) {
      return this.#answer(called, () => this.#parent.respond(incoming))
    }
    const ended = this.#ended.get(worldIn(tokenOf(incoming)) ?? '')
    if (ended !== undefined) return this.#refuse(incoming, apiErrors.testEnded(ended))
    const [only, ...others] = this.#running
    if (!only || only[1].isConcurrent || others.length > 0) {
      for (const running of this.#running.values()) {
        running.refused++
        if (others.length === 0) running.own++
      }
      return this.#refuse(incoming, apiErrors.noTest(this.#running.size > 0))
    }
    const [mock] = only
    const prefixed = withToken(incoming, (token, world) => (world ? token : `${mock.id}-${token}`))
    return this.#answer(mock, () => mock.respond(prefixed))
  }

  async #answer(mock: Mock | undefined, respond: () => Answer | Promise<Answer>): Promise<Answer> {
    const running = mock && this.#running.get(mock)
    if (!running) return respond()
    running.calls++
    running.open++
    try {
      return await respond()
    } finally {
      running.open--
    }
  }

  /** Refuses a call, and reports it: the test that made it may have ended, or may not look at the answer. */
  async #refuse({ method, url, store }: Incoming, error: ApiError): Promise<Answer> {
    const call = `${method} ${pathOf(url)}`
    this.#log('error', printableLine(`ricloud-mock: ${call} was refused with 401. ${error.message}`))
    if (store === undefined) return errorResponse(error)
    return (await import('../storage/index.ts')).refuseCredentials(store, error.message)
  }

  /** The store that a URL leads to: the real one of a bucket that exists in the world of a test. */
  storeOf(url: string): ObjectStore | undefined {
    return this.#sweeping.run?.storeOf(url) ?? storeIn(() => this.#parent.worlds.all(), url)
  }

  /** Writes the coverage of all tests so far to the folder that their options name, if they do. */
  saveCoverage(): void {
    this.#coverage?.write(this.#parent.coverage())
  }

  /** Whether a request is a webhook that the world of a test is sending. */
  isWebhook(request: Request): boolean {
    return (this.#sweeping.run ?? this.#parent).isWebhook(request)
  }
}

/** The error of a test that has none of its own; undefined if it passes. */
function problemOf({ strict, scenario }: Mock, refused: number, hasSwept: boolean): string | undefined {
  const { unfired, problems } = scenario.report()
  if (strict && !hasSwept && unfired.length + problems.length > 0) {
    const advice = problems.length === 0 ? ` ${strictAdvice('{ strict: false } in ricloudOptions')}` : ''
    return printableLine(`The scenario "${scenario.name}" did not run as scripted.${advice}`)
  }
  return refused > 0 ? 'Calls did not reach the world of their test.' : undefined
}

/** Appends text to an error: to its message and its stack, because some runners print one and some the other. */
function append(failure: Failure, text: string): void {
  const { value = '', message = value, stack } = failure
  failure.message = `${message}\n\n${text}`
  // A thrown value that is no Error may have a stack that is no text.
  if (typeof stack === 'string') failure.stack = stack.replace(message, () => failure.message as string)
}

/** What the summary of a world without calls may mean. */
const notCalled = `a client must call ${apiUrl}, or the option baseUrl, to reach this test`
const sweptElsewhere = 'each run of the sweep had a mock of its own: the `text` of its report says what it met'

const counted = (calls: number) => (calls === 1 ? '1 call was' : `${calls} calls were`)

/** A call with another token, if it has one: the answer, the journal and the recording for a rewind go by it. */
function withToken(incoming: Incoming, change: (token: string, world: string | undefined) => string): Incoming {
  const token = tokenIn(incoming.header('authorization'))
  if (token === undefined) return incoming
  const authorization = `Token ${change(token, worldIn(token))}`
  return {
    ...incoming,
    header: (name) => (name === 'authorization' ? authorization : incoming.header(name)),
    headers: () => ({ ...incoming.headers(), authorization }),
  }
}
