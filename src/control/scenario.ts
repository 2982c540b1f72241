import * as z from 'zod'
import { oneOf } from '../engine/fields.ts'
import { ok } from '../engine/http/route.ts'
import { printableLine } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import type { Report } from '../scenario/report.ts'
import { parseQuery, routeWith } from './routing.ts'
import type { SetupView } from './setup.ts'

export interface ScenarioSummary {
  readonly name: string
  readonly description: string
}

/** What ScenarioControl needs of its mock. */
interface ScenarioAccess<Name, Input> {
  readonly builtIn: readonly ScenarioSummary[]
  /** The runner of the present scenario. */
  runner(): { readonly scenario: { scenario: string; description?: string | undefined }; report(): Report }
  runDue(): void
  setup(): SetupView
  load(scenario: Name | Input, keep: boolean): Promise<void>
}

/** The scenario of a mock. */
export class ScenarioControl<Name extends string = string, Input extends object = object> {
  readonly #mock: ScenarioAccess<Name, Input>

  constructor(mock: ScenarioAccess<Name, Input>) {
    this.#mock = mock
  }

  get name(): string {
    return this.#mock.runner().scenario.scenario
  }

  get description(): string {
    return this.#mock.runner().scenario.description ?? ''
  }

  /** The built-in scenarios. */
  list(): readonly ScenarioSummary[] {
    return this.#mock.builtIn
  }

  /** How often its steps, accounts and faults fired so far, and which never did. */
  report(): Report {
    this.#mock.runDue()
    return this.#mock.runner().report()
  }

  /** The settings and accounts that decide about calls, without passwords and codes. */
  setup(): SetupView {
    this.#mock.runDue()
    return this.#mock.setup()
  }

  /** Throws an Error that lists every step, account and fault that never fired, and every step that failed. */
  verify(): void {
    const failure = this.failure()
    if (failure) throw failure
  }

  /** @internal The Error that `verify` throws, with advice about what never fired; undefined if everything fired. */
  failure(advice?: string): Error | undefined {
    const { scenario, unfired, problems } = this.report()
    if (unfired.length + problems.length === 0) return undefined
    const list = [...unfired.map((what) => `never fired: ${what}`), ...problems.map((what) => `failed: ${what}`)]
    const lines = [`The scenario "${scenario}" did not run as scripted:`, ...list.map((what) => `  ${what}`)]
    // A step that failed never fired either, and says what is wrong itself.
    if (advice && problems.length === 0) lines.push(advice)
    return new Error(lines.map(printableLine).join('\n'))
  }

  /**
   * Replaces the scenario, as if the mock had been made with the new one: other options of the mock still take
   * precedence. The journal and snapshots stay.
   *
   * @param options with `keep` records and clock stay as they are; steps, faults, accounts and settings begin now
   * @throws an Error, or a ScenarioError that lists every problem; the old scenario then stays
   */
  async load(scenario: Name | Input, options: { keep?: boolean } = {}): Promise<void> {
    const { keep = false } = requireOptions(options, 'load the scenario')
    await this.#mock.load(scenario, keep)
  }
}

/** @param off what makes a mock not strict, as it is written where the Error is read */
export const strictAdvice = (off: string) => `If not all of it is meant to fire, choose another scenario, or ${off}.`

/** The name of a scenario, if there is no other attribute, or a whole scenario. */
const ScenarioBody = z.looseObject({
  scenario: z
    .string({ error: 'must be the name of a scenario, with its other keys beside it if it is a whole one' })
    .min(1),
})
const LoadQuery = z.strictObject({ keep: oneOf(['true', 'false']).optional() })

const actionBody = (names: readonly string[]) =>
  z.strictObject({
    do: oneOf(names as [string, ...string[]]),
    where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    with: z.record(z.string(), z.unknown()).optional(),
  })

const route = routeWith<{
  readonly scenario: {
    readonly name: string
    report(): Report
    list(): readonly ScenarioSummary[]
    load(scenario: never, options: { keep: boolean }): Promise<void>
  }
  readonly actions: object
}>()

/** @param actions the names of the API's actions */
export const scenarioRoutes = (actions: readonly string[]) => [
  route({
    method: 'GET',
    path: '/_mock/scenarios',
    operation: 'listScenarios',
    summary: 'The built-in scenarios',
    answers: { 200: 'scenarios' },
    handle: ({ mock }) => ok({ scenarios: mock.scenario.list() }),
  }),
  route({
    method: 'GET',
    path: '/_mock/scenario',
    operation: 'retrieveScenario',
    summary: 'The current scenario, what fired so far, and what never fired',
    answers: { 200: 'report' },
    handle: ({ mock }) => ok(mock.scenario.report()),
  }),
  route({
    method: 'PUT',
    path: '/_mock/scenario',
    operation: 'loadScenario',
    summary:
      'Load another one: `{"scenario": "two-factor"}`, or a whole document; `?keep=true` keeps records and clock',
    query: LoadQuery.shape,
    body: ScenarioBody,
    answers: { 200: 'report' },
    errors: ['limit-exceeded'],
    handle: async (call) => {
      const { mock, body } = call
      const { keep } = parseQuery(LoadQuery, call)
      const isName = Object.keys(body).length === 1
      await mock.scenario.load((isName ? body.scenario : body) as never, { keep: keep === 'true' })
      return ok(mock.scenario.report())
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/actions',
    operation: 'act',
    summary: 'Perform an action of an administrator, a service or an owner; answers with what happened',
    body: actionBody(actions),
    answers: { 200: 'action_result' },
    handle: ({ mock, body: { do: name, where, with: details } }) => {
      const { [name]: act } = mock.actions as Record<string, (options: object) => readonly object[]>
      return ok({ happened: act?.({ ...(where && { where }), ...(details && { with: details }) }) })
    },
  }),
]
