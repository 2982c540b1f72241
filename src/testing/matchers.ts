import { VerificationError, type VerificationInput } from '../control/requests.ts'
import { either, nearest, redacted, shown } from '../engine/messages.ts'
import type { Definitions } from '../engine/resource.ts'
import { counted } from '../engine/text.ts'
import { isObject } from '../engine/values.ts'
import type { Report } from '../scenario/report.ts'

/** The part of a mock that the matchers read. */
interface MatchedMock {
  readonly requests: { verify(wanted: VerificationInput): readonly object[] }
  readonly scenario: { report(): Report }
}

/** The result of a matcher, in the form that Vitest, Jest and Playwright share. */
export interface Matched {
  readonly pass: boolean
  message(): string
}

/** A record, as the API sends it or `mock.record()` returns it. */
interface RecordWithState {
  readonly resource: string
  readonly id: number | string
  readonly state: string
  readonly error?: string | null
}

/** Matchers for mocks of an API, for `expect.extend` of Vitest, Jest or Playwright. */
export const matchersFor = <State extends string>(definitions: Definitions) => ({
  /** `expect(mock).toHaveReceived({ method: 'POST', path: '/sessions' })`: passes if `mock.requests.verify` does. */
  toHaveReceived(received: unknown, wanted: VerificationInput): Matched {
    const { requests } = mockOf(received, 'toHaveReceived')
    try {
      const found = requests.verify(wanted)
      return {
        pass: true,
        message: () =>
          `${counted(found.length, 'call')} ${found.length === 1 ? 'matches' : 'match'}, and none should: ${shown(redacted(wanted))}`,
      }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      return { pass: false, message: () => error.message }
    }
  },

  /**
   * `expect(mock).toHaveFired('session.expire')`: passes if a step or fault of the scenario fired. If several match, one
   * is enough.
   *
   * @param step the action of a step, the call pattern of a fault, or the text of either in `mock.scenario.report()`
   * @param options `times`: how often all that match fired together
   */
  toHaveFired(received: unknown, step: string, { times }: { readonly times?: number | undefined } = {}): Matched {
    const { scenario } = mockOf(received, 'toHaveFired')
    const { steps, faults } = scenario.report()
    const all = [
      ...steps.map(({ step, fired }) => ({ text: step, fired })),
      ...faults.map(({ fault, struck }) => ({ text: fault, fired: struck })),
    ]
    const matching = all.filter(
      ({ text }) => text === step || text.endsWith(`: ${step}`) || /^[,:]/.test(textAfter(step, text)),
    )
    if (matching.length === 0) throw new Error(`The scenario has no step or fault ${shown(step)}:${listed(all)}`)
    const fired = matching.reduce((sum, one) => sum + one.fired, 0)
    return {
      pass: times === undefined ? fired > 0 : fired === times,
      message: () => {
        const expected = times === undefined || fired === times ? '' : `, not ${times}`
        return `${shown(step)} fired ${counted(fired, 'time')}${expected}:${listed(matching)}`
      },
    }
  },

  /** `expect(session).toBeInState('active')`: passes for a record in this state, as the API sent it or `mock.record(resource, id)` returns it. */
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

/** The types of the matchers on `expect(…)`. */
export interface MockMatchers<State extends string, Result = unknown> {
  /** Passes if `mock.requests.verify` does. */
  toHaveReceived(wanted: VerificationInput): Result
  /** Passes if a step or fault of the scenario fired, named by the action of the step or the call pattern of the fault. */
  toHaveFired(step: string, options?: { readonly times?: number | undefined }): Result
  /** Passes for a record in this state, as the API sent it or `mock.record(resource, id)` returns it. */
  toBeInState(state: State): Result
}

const textAfter = (start: string, text: string) => (text.startsWith(start) ? text.slice(start.length) : '')

/** The mock that was received, or that is the attribute `mock` of what was received. */
function mockOf(received: unknown, matcher: string): MatchedMock {
  const mock = isObject(received) && isObject(received.mock) ? received.mock : received
  if (isObject(mock) && isObject(mock.requests) && isObject(mock.scenario)) return mock as unknown as MatchedMock
  throw new TypeError(`${matcher} is for a mock, as in expect(mock).${matcher}(…), got ${shown(received)}.`)
}

function recordOf(definitions: Definitions, received: unknown): RecordWithState {
  const record = isObject(received) && isObject(received.shown) ? received.shown : received
  if (isObject(record) && Object.hasOwn(definitions, String(record.resource)) && typeof record.state === 'string') {
    return record as unknown as RecordWithState
  }
  throw new TypeError(
    `toBeInState is for a record as the API sends it, or as mock.record(resource, id) shows it, got ${shown(received)}.`,
  )
}

const listed = (all: readonly { readonly text: string; readonly fired: number }[]) =>
  all.length === 0 ? ' it has none.' : all.map(({ text, fired }) => `\n  ${fired} × ${text}`).join('')
