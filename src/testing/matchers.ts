import { VerificationError, type VerificationInput } from '../control/requests.ts'
import { either, nearest, redacted, shown } from '../engine/messages.ts'
import type { Definitions } from '../engine/resource.ts'
import type { Report } from '../scenario/report.ts'

/** What the matchers look at of a mock. */
interface Observed {
  readonly requests: { verify(wanted: VerificationInput): readonly object[] }
  readonly scenario: { report(): Report }
}

/** What a matcher tells its runner; the runners of Vitest, Jest and Playwright take the same. */
export interface Matched {
  readonly pass: boolean
  message(): string
}

/** What a record is told by: as the API sends it, or as `mock.record()` shows it. */
interface Stated {
  readonly resource: string
  readonly id: number | string
  readonly state: string
  readonly error?: string | null
}

/** Matchers for `expect.extend` of Vitest, Jest or Playwright, for mocks of an API. */
export const matchersFor = <State extends string>(definitions: Definitions) => ({
  /** `expect(mock).toHaveReceived({ method: 'POST', path: '/sessions' })`: whether calls came, as `mock.requests.verify` asks. */
  toHaveReceived(received: unknown, wanted: VerificationInput): Matched {
    const { requests } = mockOf(received, 'toHaveReceived')
    try {
      const found = requests.verify(wanted)
      return { pass: true, message: () => `${found.length} came, and none should match: ${shown(redacted(wanted))}` }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      return { pass: false, message: () => error.message }
    }
  },

  /**
   * `expect(mock).toHaveFired('session.expire')`: whether a step or a fault of the scenario acted. A step is named by
   * what it does, a fault by the calls that it is on, and either by its text in `mock.scenario.report()`; of several
   * that are meant, one suffices.
   *
   * @param options `times`: how often they acted, all together
   */
  toHaveFired(received: unknown, step: string, { times }: { readonly times?: number | undefined } = {}): Matched {
    const { scenario } = mockOf(received, 'toHaveFired')
    const { steps, faults } = scenario.report()
    const all = [
      ...steps.map(({ step, fired }) => ({ text: step, fired })),
      ...faults.map(({ fault, struck }) => ({ text: fault, fired: struck })),
    ]
    const meant = all.filter(
      ({ text }) => text === step || text.endsWith(`: ${step}`) || /^[,:]/.test(after(text, step)),
    )
    if (meant.length === 0) throw new Error(`The scenario has no step or fault ${shown(step)}:${listed(all)}`)
    const fired = meant.reduce((sum, one) => sum + one.fired, 0)
    return {
      pass: times === undefined ? fired > 0 : fired === times,
      message: () => {
        const unlike = times === undefined || fired === times ? '' : `, not ${times}`
        return `${shown(step)} fired ${fired} times${unlike}:${listed(meant)}`
      },
    }
  },

  /** `expect(session).toBeInState('active')`: the state of a record, as the API sent it or `mock.record(resource, id)` shows it. */
  toBeInState(received: unknown, state: State): Matched {
    const { resource, id, state: found, error } = recordOf(definitions, received)
    const known = Object.keys(definitions[resource]?.lifecycle ?? {})
    if (!known.includes(state)) {
      throw new Error(`A ${resource} is never ${shown(state)}, but ${either(known)}.${nearest(state, known)}`)
    }
    const why = error ? ` (${error})` : ''
    return {
      pass: found === state,
      message: () => `The ${resource} ${id} is ${found}${why}${found === state ? '' : `, not ${state}`}.`,
    }
  },
})

/** The matchers, as they stand behind `expect(…)`. */
export interface MockMatchers<State extends string, Result = unknown> {
  /** Whether a mock got these calls, as `mock.requests.verify` asks. */
  toHaveReceived(wanted: VerificationInput): Result
  /** Whether a step or a fault of a mock's scenario acted: a step by what it does, a fault by the calls that it is on. */
  toHaveFired(step: string, options?: { readonly times?: number | undefined }): Result
  /** Whether a record is in this state, as the API sent it or `mock.record(resource, id)` shows it. */
  toBeInState(state: State): Result
}

/** What follows a text at the beginning of another one; nothing where it does not stand there. */
const after = (text: string, start: string) => (text.startsWith(start) ? text.slice(start.length) : '')

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A mock, or what holds one. */
function mockOf(received: unknown, matcher: string): Observed {
  const mock = isObject(received) && isObject(received.mock) ? received.mock : received
  if (isObject(mock) && isObject(mock.requests) && isObject(mock.scenario)) return mock as unknown as Observed
  throw new TypeError(`${matcher} is for a mock, as in expect(mock).${matcher}(…), got ${shown(received)}.`)
}

function recordOf(definitions: Definitions, received: unknown): Stated {
  const record = isObject(received) && isObject(received.shown) ? received.shown : received
  if (isObject(record) && Object.hasOwn(definitions, String(record.resource)) && typeof record.state === 'string') {
    return record as unknown as Stated
  }
  throw new TypeError(
    `toBeInState is for a record as the API sends it, or as mock.record(resource, id) shows it, got ${shown(received)}.`,
  )
}

const listed = (all: readonly { readonly text: string; readonly fired: number }[]) =>
  all.length === 0 ? ' it has none.' : all.map(({ text, fired }) => `\n  ${fired} × ${text}`).join('')
