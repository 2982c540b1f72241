import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type Incoming } from '../engine/http/exchange.ts'
import { incomingOf, responseOf } from '../engine/http/fetch.ts'
import { Mock, type WorldInput } from '../mock/ricloud.ts'

/** What the world of a test may be told: options of a mock. Its clock is frozen and its scenario strict unless they say otherwise. */
export interface RicloudTestOptions extends Omit<WorldInput, 'snapshot'> {
  /** Where the code under test expects the API; its real address by default. */
  readonly baseUrl?: string | undefined
}

/** The error of a test, as its runner keeps it; `value` is what was thrown, where that is no Error. */
export interface Failure {
  message?: string | undefined
  stack?: string | undefined
  readonly value?: string | undefined
}

/** How a test ended. */
export interface Ending {
  /** Its error, if it has one. */
  readonly failure?: Failure | undefined
  /** Whether what never fired is a failure; false for a test that was skipped or is expected to fail. */
  readonly isJudged?: boolean
}

interface Running {
  /** Whether others may run meanwhile, so that a call must name its world. */
  readonly isConcurrent: boolean
  /** How many calls came meanwhile that named none. */
  lost: number
}

/** Connects each call to the test that it belongs to. Every test has a world of its own. */
export class TestWorlds {
  /** Whose worlds the tests are given; its own is nobody's. Fake timers may let years pass within a test. */
  readonly #exchange = new Mock({ worlds: { max: 100_000, idle: '3650d' } })
  readonly #running = new Map<Mock, Running>()

  /** Makes the world of a test. Throws an Error that names every option at fault. */
  async begin(options: Omit<RicloudTestOptions, 'baseUrl'> = {}, isConcurrent = false): Promise<Mock> {
    const { strict = true, clock } = options
    const frozen = clock?.frozen ?? true
    const mock = await this.#exchange.worlds.create({ ...options, strict, clock: { ...clock, frozen } })
    this.#running.set(mock, { isConcurrent, lost: 0 })
    return mock
  }

  /**
   * Ends the world of a test, and tells of it in the error that failed the test. Throws an Error if none did, and yet
   * something in the world's strict scenario never fired, or a call did not name its world.
   */
  end(mock: Mock, { failure, isJudged = true }: Ending = {}): void {
    const lost = this.#running.get(mock)?.lost ?? 0
    this.#running.delete(mock)
    const problem = failure || !isJudged ? undefined : problemOf(mock, lost)
    const error = failure ?? (problem && new Error(problem))
    if (error) {
      const hint = lost > 0 ? `\n  ${lost} calls were refused: ${apiErrors.noTest(true).message}` : ''
      append(error, mock.summary() + hint)
    }
    this.#clear(mock)
    if (problem) throw error
  }

  /** Ends the world of a test; with the last of them, those that tests made besides. */
  #clear({ id }: Mock): void {
    const { worlds } = this.#exchange
    for (const other of worlds.list()) if (other.id === id || this.#running.size === 0) worlds.delete(other.id)
  }

  /**
   * Lets the world answer that the call's token names. While one test runs that no other may join, every other token is
   * taken for one of its world's too, so that a client may be given the token of the first key once and for all.
   */
  async respond(incoming: Incoming): Promise<Answer> {
    const [only, ...others] = this.#running
    const isNamed = /^\/_mock.*[?&]world=/s.test(incoming.url) || this.#exchange.worlds.calledBy(incoming)
    if (isNamed) return this.#exchange.respond(incoming)
    if (!only || only[1].isConcurrent || others.length > 0) {
      for (const running of this.#running.values()) running.lost++
      return errorResponse(apiErrors.noTest(this.#running.size > 0))
    }
    const [mock] = only
    return mock.respond({ ...incoming, header: (name) => named(mock.id as string, name, incoming.header(name)) })
  }

  async fetch(request: Request): Promise<Response> {
    return responseOf(request, await this.respond(incomingOf(request)))
  }
}

/** Why a test that has no error of its own failed all the same. */
function problemOf({ strict, scenario }: Mock, lost: number): string | undefined {
  const { unfired, problems } = scenario.report()
  if (strict && unfired.length + problems.length > 0) return `The scenario "${scenario.name}" did not run as scripted.`
  return lost > 0 ? 'Calls did not reach the world of their test.' : undefined
}

/** Lets an error tell more. Its stack repeats its message, and runners show the one or the other. */
function append(failure: Failure, text: string): void {
  const { value = '', message = value, stack } = failure
  failure.message = `${message}\n\n${text}`
  failure.stack = stack?.replace(message, () => failure.message as string)
}

/** The value of a header, where it is a token as it is called in a world. */
function named(world: string, name: string, value: string | null | undefined) {
  return name === 'authorization' ? value?.replace(/^( *token +)(?!w\d+-)/i, `$1${world}-`) : value
}
