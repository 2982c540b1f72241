import { refusal } from '../errors.ts'
import { type Answer, type Incoming, refused } from '../handlers/exchange.ts'
import { incomingOf, responseOf } from '../mock/response.ts'
import { Mock, type WorldInput } from '../mock.ts'

/** What the world of a test may be told: options of a mock. Its clock is frozen and its scenario strict unless they say otherwise. */
export interface RicloudTestOptions extends Omit<WorldInput, 'snapshot'> {
  /** Where the code under test expects the API; its real address by default. */
  readonly baseUrl?: string | undefined
}

/** The error of a test, as its runner keeps it. */
export interface Failure {
  message?: string | undefined
  stack?: string | undefined
}

/** Connects each call to the test that it belongs to. Every test has a world of its own, and none sees another's. */
export class Switchboard {
  /** Whose worlds the tests are given; its own is nobody's. */
  readonly #exchange = new Mock({ worlds: { max: 100_000, idle: '24h' } })
  /** The worlds of the tests that run, and how many calls came meanwhile that named none of them. */
  readonly #running = new Map<Mock, number>()

  /** Makes the world of a test. Throws an Error that names every option at fault. */
  async begin(options: Omit<RicloudTestOptions, 'baseUrl'> = {}): Promise<Mock> {
    const clock = { frozen: true, ...options.clock }
    const mock = await this.#exchange.worlds.create({ strict: true, ...options, clock })
    this.#running.set(mock, 0)
    return mock
  }

  /**
   * Ends the world of a test, and tells of it in the error that failed the test. Throws an Error if none did, and yet
   * something in the world's strict scenario never came to pass.
   */
  end(mock: Mock, failure?: Failure): void {
    const lost = this.#running.get(mock) ?? 0
    const hint = lost > 0 ? `\n  ${lost} calls were refused: ${refusal.noTest(2).message}` : ''
    this.#running.delete(mock)
    const summary = mock.summary() + hint
    const { scenario, unfired, problems } = mock.scenario.report()
    try {
      if (failure) append(failure, summary)
      else if (mock.strict && unfired.length + problems.length > 0) {
        throw new Error(`The scenario "${scenario}" did not come to pass.\n\n${summary}`)
      }
    } finally {
      this.#exchange.worlds.delete(mock.id as string)
    }
  }

  /**
   * Lets the world answer that the call's token names. While one test runs alone, every other token is taken for one of
   * its world's too, so that a client may be given the token of the first key once and for all.
   */
  async respond(incoming: Incoming): Promise<Answer> {
    const [only, ...others] = this.#running.keys()
    const isNamed = /^\/_mock.*[?&]world=/s.test(incoming.url) || this.#exchange.worlds.calledBy(incoming)
    if (isNamed) return this.#exchange.respond(incoming)
    if (!only || others.length > 0) {
      for (const [mock, lost] of this.#running) this.#running.set(mock, lost + 1)
      return refused(refusal.noTest(this.#running.size))
    }
    return only.respond({ ...incoming, header: (name) => named(only.id as string, name, incoming.header(name)) })
  }

  async fetch(request: Request): Promise<Response> {
    return responseOf(request, await this.respond(incomingOf(request)))
  }
}

/** Lets an error tell more. Its stack repeats its message, and runners show the one or the other. */
function append(failure: Failure, text: string): void {
  const { message = '', stack } = failure
  failure.message = `${message}\n\n${text}`
  failure.stack = stack?.replace(message, () => failure.message as string)
}

/** The value of a header, where it is a token as it is called in a world. */
function named(world: string, name: string, value: string | null | undefined) {
  return name === 'authorization' ? value?.replace(/^( *token +)(?!w\d+-)/i, `$1${world}-`) : value
}
