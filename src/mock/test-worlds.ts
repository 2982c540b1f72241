import { tokenIn } from '../engine/authorization.ts'
import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type Incoming } from '../engine/http/exchange.ts'
import { printableLine } from '../engine/messages.ts'
import { Mock, type WorldInput } from './ricloud.ts'

/** Options of the world of a test: those of a mock, but the clock is frozen and the scenario strict by default. */
export interface RicloudTestOptions extends Omit<WorldInput, 'snapshot'> {
  /** The base URL at which calls are intercepted; by default that of the real API. */
  readonly baseUrl?: string | undefined
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

interface Running {
  /** Whether other tests may run at the same time, so that a call needs the token of its world. */
  readonly isConcurrent: boolean
  /** How many calls without such a token were received while it ran. */
  unassigned: number
}

/** Gives every test a world, and routes each call to the world of its test. */
export class TestWorlds {
  /** Creates the worlds; no test uses its own. `idle` is ten years, because fake timers may let years pass within a test. */
  readonly #parent = new Mock({ worlds: { max: 100_000, idle: '3650d' } })
  readonly #running = new Map<Mock, Running>()

  /** Creates the world of a test. Throws an Error that names every invalid option. */
  async begin(options: Omit<RicloudTestOptions, 'baseUrl'> = {}, isConcurrent = false): Promise<Mock> {
    const { strict = true, clock } = options
    const frozen = clock?.frozen ?? true
    const mock = await this.#parent.worlds.create({ ...options, strict, clock: { ...clock, frozen } })
    this.#running.set(mock, { isConcurrent, unassigned: 0 })
    return mock
  }

  /**
   * Ends the world of a test, and appends its summary to the error of a failed test. If the test did not fail, throws an
   * Error if something in a strict scenario never fired, or calls came without the token that they need.
   */
  end(mock: Mock, { failure, isExpectedToPass = true }: Ending = {}): void {
    const unassigned = this.#running.get(mock)?.unassigned ?? 0
    this.#running.delete(mock)
    const problem = failure || !isExpectedToPass ? undefined : problemOf(mock, unassigned)
    const error = failure ?? (problem && new Error(problem))
    if (error) {
      const hint = unassigned > 0 ? `\n  ${unassigned} calls were refused: ${apiErrors.noTest(true).message}` : ''
      append(error, mock.summary() + hint)
    }
    this.#clear(mock)
    if (problem) throw error
  }

  /** Deletes the world of a test; after the last running test, also the worlds that tests made themselves. */
  #clear({ id }: Mock): void {
    const { worlds } = this.#parent
    for (const other of worlds.list()) if (other.id === id || this.#running.size === 0) worlds.delete(other.id)
  }

  /**
   * Answers a call from the world that its token names. While a single test runs that is not concurrent, any other token
   * is taken as one of its world, so that a client can have a fixed token.
   */
  async respond(incoming: Incoming): Promise<Answer> {
    const [only, ...others] = this.#running
    const namesWorld = /^\/_mock.*[?&]world=/s.test(incoming.url) || this.#parent.worlds.calledBy(incoming)
    if (namesWorld) return this.#parent.respond(incoming)
    if (!only || only[1].isConcurrent || others.length > 0) {
      for (const running of this.#running.values()) running.unassigned++
      return errorResponse(apiErrors.noTest(this.#running.size > 0))
    }
    const [mock] = only
    return mock.respond({ ...incoming, header: (name) => withPrefix(mock.id as string, name, incoming.header(name)) })
  }

  /** Whether a request is a webhook that the world of a test is sending. */
  isWebhook(request: Request): boolean {
    return this.#parent.isWebhook(request)
  }
}

/** The error of a test that has none of its own; undefined if it passes. */
function problemOf({ strict, scenario }: Mock, unassigned: number): string | undefined {
  const { unfired, problems } = scenario.report()
  if (strict && unfired.length + problems.length > 0)
    return printableLine(`The scenario "${scenario.name}" did not run as scripted.`)
  return unassigned > 0 ? 'Calls did not reach the world of their test.' : undefined
}

/** Appends text to an error: to its message and its stack, because some runners print one and some the other. */
function append(failure: Failure, text: string): void {
  const { value = '', message = value, stack } = failure
  failure.message = `${message}\n\n${text}`
  // A thrown value that is no Error may have a stack that is no text.
  if (typeof stack === 'string') failure.stack = stack.replace(message, () => failure.message as string)
}

/** The value of a header; in `Authorization`, the token gets the prefix of a world. */
function withPrefix(world: string, name: string, value: string | null | undefined) {
  const token = name === 'authorization' ? tokenIn(value) : undefined
  return token === undefined || /^w\d+-/.test(token) ? value : `Token ${world}-${token}`
}
